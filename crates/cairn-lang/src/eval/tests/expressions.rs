//! What expressions come to when everything is known, and what is said when they come to nothing.

use cairn_value::{Marks, Type, Value};

use super::Setup;

const NAMES: &str = r#"
variable "secret" {
  default   = "s3cr3t"
  sensitive = true
}
variable "nothing" {
  type    = string
  default = null
}
variable "list" { default = ["a", "b"] }
variable "box" {
  type = object({
    size = number
    name = optional(string, "unnamed")
    tags = optional(map(string))
  })
  default = { size = "3" }
}
locals {
  map    = tomap({ one = 1, two = 2 })
  people = [{ name = "Ana", age = 31 }, { name = "Bo", age = 25 }]
}
"#;

/// Each expression has the value (and type) of the other.
fn same(pairs: &[(&str, &str)]) {
    let mut setup = Setup::new(NAMES);
    for (text, expected) in pairs {
        let (got, wanted) = (setup.value(text), setup.value(expected));
        assert_eq!(got, wanted, "{text}");
    }
}

/// Each expression fails, and what is said holds each of the texts.
fn fails(cases: &[(&str, &[&str])]) {
    let mut setup = Setup::new(NAMES);
    for (text, said) in cases {
        let shown = setup.failure(text);
        for part in *said {
            assert!(shown.contains(part), "{text}: {shown:?} lacks {part:?}");
        }
        assert_eq!(
            shown.lines().filter(|l| l.starts_with('`')).count(),
            1,
            "{text}: {shown}"
        );
    }
}

#[test]
fn operators() {
    same(&[
        ("1 + 2 * 3", "7"),
        ("\"2\" + 3", "5"),
        ("7 % 4", "3"),
        ("1 == 1.0", "true"),
        ("\"1\" == 1", "false"),
        ("null == var.nothing", "true"),
        ("[1] == [1]", "true"),
        ("!false && true", "true"),
        ("\"true\" || false", "true"),
        ("-\"5\"", "-5"),
        ("3 > 2 ? \"yes\" : \"no\"", "\"yes\""),
    ]);
    fails(&[
        (
            "1 + \"x\"",
            &["`\"x\"`", "Invalid operand", "right operand"],
        ),
        ("null + 1", &["`null`", "left operand", "null"]),
        ("0 / 0", &["Operation failed"]),
        ("!\"maybe\"", &["`\"maybe\"`", "Invalid operand"]),
        ("true || null", &["`null`", "right operand"]),
    ]);
}

#[test]
fn the_left_side_decides_alone() {
    // A value that would be looked into where there is none does not matter once the left side has decided.
    same(&[
        ("var.nothing != null && length(var.nothing) > 0", "false"),
        ("var.nothing == null || length(var.nothing) > 0", "true"),
    ]);
    fails(&[(
        "var.nothing == null && length(var.nothing) > 0",
        &["`var.nothing`", "must not be null"],
    )]);
}

#[test]
fn conditionals_have_one_type() {
    same(&[
        ("true ? 1 : \"a\"", "\"1\""),
        ("true ? [1] : [1, 2]", "tolist([1])"),
        (
            "true ? {} : { a = 1 }",
            "true ? tomap({}) : tomap({ a = 1 })",
        ),
        ("true ? null : 1", "tonumber(null)"),
        ("false ? local.people[9].name : \"x\"", "\"x\""),
    ]);
    fails(&[
        ("true ? 1 : []", &["Inconsistent conditional result types"]),
        ("null ? 1 : 2", &["`null`", "Null condition"]),
        ("\"x\" ? 1 : 2", &["`\"x\"`", "Incorrect condition type"]),
    ]);
}

#[test]
fn templates() {
    same(&[
        ("\"a${1 + 1}b${true}\"", "\"a2btrue\""),
        ("\"${[1]}\"", "[1]"),
        ("\"%{ if false }x%{ else }y%{ endif }\"", "\"y\""),
        (
            "\"%{ for i, x in var.list }${i}${x};%{ endfor }\"",
            "\"0a;1b;\"",
        ),
    ]);
    fails(&[
        (
            "\"a${null}\"",
            &["`null`", "Invalid template interpolation value"],
        ),
        (
            "\"a${[]}\"",
            &["`[]`", "Invalid template interpolation value"],
        ),
        (
            "\"%{ if 3 }x%{ endif }\"",
            &["`3`", "Incorrect condition type"],
        ),
        (
            "\"%{ for x in 3 }x%{ endfor }\"",
            &["`3`", "Iteration over non-iterable"],
        ),
    ]);
}

#[test]
fn access() {
    same(&[
        ("[1, 2][1]", "2"),
        ("[1, 2][\"0\"]", "1"),
        ("{ a = { b = 3 } }.a.b", "3"),
        ("local.map.one", "1"),
        ("local.map[\"two\"]", "2"),
        ("local.people[0].name", "\"Ana\""),
        ("local.people.1.age", "25"),
        (
            "upper(\"a\") == \"A\" ? local.people[1].name : \"\"",
            "\"Bo\"",
        ),
        (
            "var.box",
            "{ size = 3, name = \"unnamed\", tags = true ? null : tomap({ a = \"\" }) }",
        ),
    ]);
    fails(&[
        (
            "local.people[2]",
            &["`[2]`", "Invalid index", "local.people is a tuple with 2"],
        ),
        (
            "local.people[0].nam",
            &["`.nam`", "Unsupported attribute", "Did you mean \"name\"?"],
        ),
        (
            "local.map.three",
            &["`.three`", "Missing map element", "one, two"],
        ),
        (
            "var.nothing.x",
            &["Attempt to get attribute from null value"],
        ),
        ("null.x", &["Attempt to get attribute from null value"]),
        ("var.list.name", &["Unsupported attribute"]),
        ("[1][-1]", &["Invalid index", "negative"]),
        ("toset([1])[0]", &["Invalid index", "tolist"]),
    ]);
}

#[test]
fn names_that_mean_nothing() {
    fails(&[
        (
            "var.lisst",
            &[
                "`var.lisst`",
                "undeclared input variable",
                "Did you mean \"list\"?",
            ],
        ),
        (
            "local.peeple[0]",
            &["undeclared local value", "Did you mean \"people\"?"],
        ),
        ("module.net.id", &["undeclared module"]),
        ("thing.a.id", &["undeclared resource", "\"thing\" \"a\""]),
        ("data.thing.a.id", &["A data resource \"thing\" \"a\""]),
        ("count.index", &["non-counted context"]),
        ("each.value", &["context without for_each"]),
        ("self.id", &["Invalid \"self\" reference"]),
        ("path.here", &["Invalid \"path\" attribute"]),
        ("terraform.env", &["Invalid \"terraform\" attribute"]),
        ("name", &["`name`", "Invalid reference"]),
        ("var", &["Invalid reference"]),
        (
            "uper(\"a\")",
            &[
                "`uper`",
                "Call to unknown function",
                "Did you mean \"upper\"?",
            ],
        ),
        // Even where its value would not be needed.
        ("try(var.none, 1)", &["undeclared input variable"]),
        ("true ? 1 : local.none", &["undeclared local value"]),
    ]);
}

#[test]
fn splats() {
    same(&[
        ("local.people[*].name", "[\"Ana\", \"Bo\"]"),
        ("local.people.*.age", "[31, 25]"),
        ("\"one\"[*]", "[\"one\"]"),
        ("var.nothing[*]", "[]"),
        ("[{ a = [{ b = 1 }] }, { a = [] }][*].a[*].b", "[[1], []]"),
        ("tolist([\"x\"])[*]", "tolist([\"x\"])"),
        ("toset([\"x\"])[*]", "tolist([\"x\"])"),
    ]);
    fails(&[
        ("local.people[*].nam", &["`.nam`", "Did you mean \"name\"?"]),
        ("tolist(null)[*]", &["Splat of null value"]),
    ]);
}

#[test]
fn for_expressions() {
    same(&[
        ("[for x in [1, 2, 3] : x * 2 if x > 1]", "[4, 6]"),
        (
            "[for k, v in local.map : \"${k}=${v}\"]",
            "[\"one=1\", \"two=2\"]",
        ),
        (
            "{ for p in local.people : p.name => p.age }",
            "{ Ana = 31, Bo = 25 }",
        ),
        (
            "{ for x in [\"a\", \"ab\", \"b\"] : substr(x, 0, 1) => x... }",
            "{ a = [\"a\", \"ab\"], b = [\"b\"] }",
        ),
        (
            "[for k, v in toset([\"b\", \"a\"]) : \"${k}${v}\"]",
            "[\"aa\", \"bb\"]",
        ),
        (
            "[for x in [[1, 2], [3]] : [for y in x : y + 1]]",
            "[[2, 3], [4]]",
        ),
    ]);
    fails(&[
        ("[for x in null : x]", &["Iteration over null value"]),
        (
            "{ for x in [1, 1] : x => x }",
            &["`x`", "Duplicate object key", "ellipsis"],
        ),
        ("{ for x in [null] : x => 1 }", &["Invalid object key"]),
        (
            "{ var.box.name = 1 }",
            &["`var.box.name`", "Ambiguous attribute key", "parentheses"],
        ),
        (
            "[for x in [1] : x if x]",
            &["`x`", "Invalid 'for' condition"],
        ),
        // One message, not one for each element.
        (
            "[for x in [1, 2, 3] : x.name]",
            &["`.name`", "Unsupported attribute"],
        ),
    ]);
}

#[test]
fn calls() {
    same(&[
        ("max([1, 3, 2]...)", "3"),
        ("core::upper(\"a\")", "\"A\""),
        ("try(local.people[9], \"none\")", "\"none\""),
        ("can(tonumber(\"x\"))", "false"),
        ("can(local.people[0].name)", "true"),
    ]);
    fails(&[
        ("upper()", &["Not enough function arguments", "\"str\""]),
        (
            "upper(\"a\", \"b\", 1)",
            &["`\"b\", 1`", "Too many function arguments"],
        ),
        (
            "upper([])",
            &["`[]`", "Invalid function argument", "string required"],
        ),
        ("upper(null)", &["`null`", "must not be null"]),
        ("max(3...)", &["`3`", "Invalid expanding argument value"]),
        (
            "try(local.people[9], null.x)",
            &["Error in function call", "Invalid index"],
        ),
        // The root cause once, not its echoes.
        ("upper(lower(local.people[0].nam))", &["`.nam`"]),
    ]);
}

#[test]
fn every_error_is_said() {
    let mut setup = Setup::new(NAMES);
    let shown = setup.failure("[1 + \"a\", upper([]), local.people[0].nam]");
    assert_eq!(shown.lines().count(), 3, "{shown}");
}

#[test]
fn messages_say_what_names_stood_for() {
    let mut setup = Setup::new(NAMES);
    let shown = setup.failure("var.list + 1");
    assert!(
        shown.contains("[var.list is a tuple with 2 elements]"),
        "{shown}"
    );
    let shown = setup.failure("var.secret + 1");
    assert!(
        shown.contains("[var.secret has a sensitive value]"),
        "{shown}"
    );
    assert!(!shown.contains("s3cr3t"), "{shown}");
}

#[test]
fn sensitive_values_never_show_in_messages() {
    let mut setup = Setup::new(NAMES);
    for text in [
        "tonumber(var.secret)",
        "var.secret * 2",
        "{ a = 1 }[var.secret]",
        "local.map[var.secret]",
        "parseint(var.secret, 10)",
        "{ for x in [var.secret, var.secret] : x => 1 }",
        "regex(\"[0-9]{9}\", var.secret)",
        "lookup({ a = 1 }, var.secret)",
        "cidrhost(var.secret, 1)",
        "formatdate(var.secret, \"2026-01-02T03:04:05Z\")",
        "timeadd(\"2026-01-02T03:04:05Z\", var.secret)",
        "jsondecode(var.secret)",
        "file(var.secret)",
        "format(var.secret, 1)",
        "tobool(var.secret)",
        "base64decode(var.secret)",
        "csvdecode(\"a,a\\n${var.secret}\")",
    ] {
        let shown = setup.failure(text);
        // The expression itself is written by the user and holds no secret.
        assert!(!shown.contains("s3cr3t"), "{text}: {shown}");
    }
}

#[test]
fn marks_travel() {
    let mut setup = Setup::new(NAMES);
    for text in [
        "var.secret",
        "\"x${var.secret}\"",
        "upper(var.secret)",
        "[var.secret][0]",
        "var.secret == \"x\"",
        "var.secret == \"x\" ? 1 : 2",
        "length(var.secret)",
        "[for x in sensitive([1]) : x]",
        "{ (var.secret) = 1 }",
        "local.map[nonsensitive(var.secret) == \"\" ? \"one\" : sensitive(\"two\")]",
        "toset([var.secret])",
        "join(\",\", [\"a\", var.secret])",
        "max(1, sensitive(2))",
        "merge(sensitive({ a = 1 }), { b = 2 })",
        "sensitive({ a = 1 }).a",
        "\"%{ if sensitive(true) }a%{ endif }\"",
    ] {
        assert_eq!(setup.value(text).marks(), Marks::SENSITIVE, "{text}");
    }
    for text in [
        "[var.secret]",
        "{ a = var.secret }",
        "nonsensitive(var.secret)",
        "[var.secret, 1][1]",
        "length([var.secret])",
        "element([var.secret, \"open\"], 1)",
        "issensitive(var.secret)",
        "keys({ a = var.secret })",
    ] {
        assert_eq!(setup.value(text).marks(), Marks::NONE, "{text}");
    }
}

#[test]
fn deep_nesting_is_no_crash() {
    let mut setup = Setup::new("");
    let text = format!("{}1{}", "(".repeat(300), ")".repeat(300));
    // Refused by the parser or evaluated; either way it comes back.
    drop(setup.eval(&text));
    let chain = (0..2000).map(|_| "1").collect::<Vec<_>>().join(" + ");
    if let Ok(value) = setup.eval(&chain) {
        assert_eq!(value, Value::int(2000));
    }
}

#[test]
fn unused_parts_are_of_their_type() {
    let mut setup = Setup::new(NAMES);
    assert_eq!(
        setup.value("true ? [] : tolist([\"a\"])").ty(),
        Type::list(Type::String)
    );
}

/// What nests as deep as the parser allows is evaluated on a thread of any stack.
#[test]
fn deep_and_long_expressions() {
    let mut setup = Setup::new(NAMES);
    let nested = |n: usize, a: &str, b: &str| format!("{}1{}", a.repeat(n), b.repeat(n));
    assert_eq!(setup.value(&nested(900, "(", ")")), setup.value("1"));
    assert_eq!(setup.value(&nested(900, "max(", ")")), setup.value("1"));
    assert_eq!(
        setup.value(&nested(900, "true ? ", " : 2")),
        setup.value("1")
    );
    assert_eq!(
        setup.value(&nested(900, "false ? 2 : ", "")),
        setup.value("1")
    );
    assert_eq!(setup.value(&nested(450, "\"${", "}\"")), setup.value("1"));
    assert_eq!(
        setup.value(&format!("{}true", "!".repeat(900))),
        setup.value("true")
    );
    assert_eq!(
        setup.value(&format!("length({})", nested(900, "[", "]"))),
        setup.value("1")
    );
    assert_eq!(
        setup.value(&format!("1{}", " + 1".repeat(5_000))),
        setup.value("5001")
    );
    let any = "\"a\" == \"b\" || ".repeat(2_000);
    assert_eq!(setup.value(&format!("{any} false")), setup.value("false"));
    assert_eq!(setup.value(&format!("{any} true")), setup.value("true"));
    let all = "1 < 2 && ".repeat(2_000);
    assert_eq!(setup.value(&format!("{all} 1 == 1")), setup.value("true"));
}

/// Behind a legacy splat within a full one, an index is taken into the result for each element.
#[test]
fn legacy_splats_within_full_ones() {
    let list = "[{ b = [{ c = [1, 2] }, { c = [3] }] }]";
    let mut setup = Setup::new(NAMES);
    for (steps, expected) in [
        ("[*].b.*.c[0]", "[[1, 2]]"),
        ("[*].b[*].c[0]", "[[1, 3]]"),
        ("[*].b.*.c[*]", "[[[1, 2], [3]]]"),
        ("[*].b.*.c[0].*", "[[1, 2]]"),
        (".*.b[0][0].c", "[1, 2]"),
    ] {
        let got = setup.value(&format!("{list}{steps}"));
        assert_eq!(got, setup.value(expected), "{steps}");
    }
}
