//! Holds the text of changed values to what Terraform 1.11.4 printed for a `terraform_data` with the same `input`.

use cairn_model::{AttributeSchema, BlockSchema};
use cairn_value::{Marks, Path, Type, Value, name};

use super::super::diff::{Sides, object};
use json::JSON;

mod json;

/// The lines of one attribute that becomes another.
fn shown(ty: &Type, before: Option<Value>, after: Option<Value>, forced: bool) -> String {
    let attribute = AttributeSchema::optional(ty.clone());
    let schema = BlockSchema::new([(name("input"), attribute)], []);
    let object_of = |v: Value| Value::object([(name("input"), v)]);
    let null = || object_of(Value::Null(ty.clone()));
    let (b, a) = (
        before.map_or_else(null, object_of),
        after.map_or_else(null, object_of),
    );
    let replace = [Path::attr("input")];
    let lines = object(
        &schema,
        &Sides {
            before: Some(&b),
            after: Some(&a),
            sensitive: &[],
            sensitive_after: None,
            replace: if forced { &replace } else { &[] },
        },
    );
    lines
        .iter()
        .map(|l| format!("{}{} {}\n", " ".repeat(l.indent), l.sign, l.text))
        .collect()
}

fn strings(before: Option<&str>, after: Option<&str>, forced: bool) -> String {
    let value = |s: Option<&str>| s.map(Value::string);
    shown(&Type::Dynamic, value(before), value(after), forced)
}

#[test]
fn json_in_strings_is_compared_member_by_member() {
    for (before, after, expected) in JSON {
        let text = strings(*before, *after, false);
        assert_eq!(text, expected[1..], "{before:?} -> {after:?}");
    }
}

#[test]
fn a_replacement_is_marked_where_the_json_ends() {
    let both = |b, a| strings(Some(b), Some(a), true);
    assert_eq!(
        both("{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":2}"),
        "      ~ input = jsonencode(
          ~ {
              ~ a = 1 -> 2
                # (1 unchanged attribute hidden)
            } # forces replacement
        )
"
    );
    assert_eq!(
        both("[1]", "[ 1 ]"),
        "      ~ input = jsonencode( # whitespace changes force replacement
            [
                1,
            ]
        )
"
    );
    assert_eq!(
        strings(Some("[1]"), None, true),
        "      - input = jsonencode(
            [
              - 1,
            ] # forces replacement
        ) -> null
"
    );
    assert_eq!(
        both("a\nb", "a\nc"),
        "      ~ input = <<-EOT # forces replacement
            a
          - b
          + c
        EOT
"
    );
    assert_eq!(
        both("x", "[1]"),
        "      ~ input = \"x\" -> jsonencode(
            [
              + 1,
            ]
        ) # forces replacement
"
    );
}

#[test]
fn what_is_secret_or_not_known_is_not_opened() {
    let json = || Value::string("{\"a\":1}");
    let ty = &Type::Dynamic;
    let secret = || Value::string("{\"a\":2}").mark(Marks::SENSITIVE);
    for (before, after) in [(json(), secret()), (secret(), json())] {
        let text = shown(ty, Some(before), Some(after), false);
        assert_eq!(text, "      ~ input = (sensitive value)\n");
    }
    let text = shown(ty, Some(json()), Some(Value::unknown(Type::String)), false);
    assert_eq!(
        text,
        "      ~ input = jsonencode(
            {
              - a = 1
            }
        ) -> (known after apply)
"
    );
    let inside = |v: Value| Value::tuple(vec![Value::string("same"), v]);
    let text = shown(ty, Some(inside(json())), Some(inside(secret())), false);
    assert_eq!(
        text,
        "      ~ input = [
            \"same\",
          ~ (sensitive value),
        ]
"
    );
}

#[test]
fn maps_and_sets_count_what_stays() {
    let text = Type::String;
    let map = |of: &[(&str, &str)]| {
        let entries = of.iter().map(|(k, v)| ((*k).into(), Value::string(v)));
        Some(Value::map(Type::String, entries))
    };
    let before = map(&[("a", "1"), ("gone", "2"), ("long key", "3")]);
    let after = map(&[("a", "2"), ("long key", "3"), ("new", "{\"k\":true}")]);
    assert_eq!(
        shown(&Type::map(text.clone()), before, after, false),
        "      ~ input = {
          ~ \"a\"        = \"1\" -> \"2\"
          - \"gone\"     = \"2\" -> null
          + \"new\"      = jsonencode(
                {
                  + k = true
                }
            )
            # (1 unchanged element hidden)
        }
"
    );
    let set = |of: &[&str]| {
        let items = of.iter().map(Value::string).collect();
        Some(Value::set(Type::String, items))
    };
    assert_eq!(
        shown(
            &Type::set(text),
            set(&["a", "b", "c"]),
            set(&["b", "c", "d"]),
            true
        ),
        "      ~ input = [ # forces replacement
          - \"a\",
          + \"d\",
            # (2 unchanged elements hidden)
        ]
"
    );
}

#[test]
fn texts_are_compared_by_the_lines_they_share() {
    let text = strings(Some("a\nb\nc\nd\ne\n"), Some("x\na\nc\nb\nd\nq\n"), false);
    assert_eq!(
        text,
        "      ~ input = <<-EOT
          + x
            a
          - b
            c
          + b
            d
          - e
          + q
        EOT
"
    );
}

#[test]
fn nothing_in_a_text_reaches_the_terminal_but_its_letters() {
    let text = strings(
        Some("a\r\n\u{1b}[2Jb\u{202e}\n\ttab"),
        Some("a\n\u{1b}[2Jb\u{202e}\n\n\ttab"),
        false,
    );
    assert_eq!(
        text,
        "      ~ input = <<-EOT
          - a\\r
          + a
            \\x1b[2Jb\\u202e
          +\u{20}
            \ttab
        EOT
"
    );
    let text = strings(Some("{\"${x}\":\"\\u001b\"}"), None, false);
    assert_eq!(
        text,
        "      - input = jsonencode(
            {
              - \"${x}\" = \"\\x1b\"
            }
        ) -> null
"
    );
}
