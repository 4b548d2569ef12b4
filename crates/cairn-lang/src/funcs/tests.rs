//! What each function gives for known arguments, written as expressions; every function occurs.

use std::collections::BTreeSet;

use crate::eval::tests::Setup;

/// Each call has the value (and type) of the other expression.
const SAME: &[(&str, &str)] = &[
    // Texts.
    ("chomp(\"a\\r\\n\\n\")", "\"a\""),
    ("endswith(\"hello\", \"lo\")", "true"),
    ("startswith(\"hello\", \"lo\")", "false"),
    ("strcontains(\"hello\", \"ell\")", "true"),
    ("indent(2, \"a\\nb\\n\\nc\")", "\"a\\n  b\\n  \\n  c\""),
    ("join(\", \", [\"a\", 1, true])", "\"a, 1, true\""),
    ("join(\"-\", [\"a\"], [\"b\"])", "\"a-b\""),
    ("lower(\"HÉ\")", "\"hé\""),
    ("upper(\"straße\")", "\"STRAßE\""),
    ("title(\"hello big world\")", "\"Hello Big World\""),
    ("strrev(\"noël\")", "\"lëon\""),
    ("substr(\"hello\", 1, 3)", "\"ell\""),
    ("substr(\"hello\", -3, -1)", "\"llo\""),
    ("substr(\"🤔🤷\", 0, 1)", "\"🤔\""),
    ("split(\",\", \"a,,b\")", "tolist([\"a\", \"\", \"b\"])"),
    ("split(\",\", \"\")", "tolist([\"\"])"),
    ("trim(\"?!hello?!\", \"!?\")", "\"hello\""),
    ("trimprefix(\"aab\", \"a\")", "\"ab\""),
    ("trimsuffix(\"aabb\", \"b\")", "\"aab\""),
    ("trimspace(\"  a b \\n\")", "\"a b\""),
    ("replace(\"1 + 2 + 3\", \"+\", \"-\")", "\"1 - 2 - 3\""),
    ("replace(\"hello\", \"/[el]+/\", \"<$0>\")", "\"h<ell>o\""),
    ("regex(\"[a-z]+\", \"123abc\")", "\"abc\""),
    (
        "regex(\"(\\\\d+)-(\\\\d+)\", \"10-20\")",
        "[\"10\", \"20\"]",
    ),
    ("regex(\"(?P<a>\\\\d)(?P<b>x)?\", \"1\").a", "\"1\""),
    ("regexall(\"[a-z]\", \"1a2b\")", "tolist([\"a\", \"b\"])"),
    (
        "regexall(\"z\", \"a\")",
        "split(\",\", \"a\") == [] ? [] : slice(tolist([\"\"]), 0, 0)",
    ),
    ("regex(\"[[]x{,3}\", \"[x{,3}\")", "\"[x{,3}\""),
    ("regex(\"\\\\Qa.b\\\\E\", \"a.b\")", "\"a.b\""),
    (
        "format(\"%s-%03d|%5.1f|%q|%%\", \"n\", 7, 3.14159, \"x\")",
        "\"n-007|  3.1|\\\"x\\\"|%\"",
    ),
    (
        "format(\"%v %v\", [1], { a = null })",
        "\"[1] {\\\"a\\\":null}\"",
    ),
    ("format(\"%[2]s %[1]s\", \"a\", \"b\")", "\"b a\""),
    (
        "format(\"%x %b %o %e\", 255, 5, 8, 1500)",
        "\"ff 101 10 1.500000e+03\"",
    ),
    (
        "format(\"%-5s|%05d|%+d\", \"ab\", -42, 3)",
        "\"ab   |-0042|+3\"",
    ),
    ("format(\"%.2f\", 2.675)", "\"2.67\""),
    ("format(\"%v\", 12345678)", "\"1.2345678e+07\""),
    (
        "formatlist(\"%s=%d\", [\"a\", \"b\"], 3)",
        "tolist([\"a=3\", \"b=3\"])",
    ),
    // Conversions.
    ("tostring(1.50)", "\"1.5\""),
    ("tonumber(\"0x\" == \"\" ? \"1\" : \"12\")", "12"),
    ("tobool(\"true\")", "true"),
    ("tolist([\"a\", 1])", "tolist([\"a\", \"1\"])"),
    ("toset([\"b\", \"a\", \"b\"])", "toset([\"a\", \"b\"])"),
    (
        "tomap({ a = 1, b = \"x\" })",
        "tomap({ a = \"1\", b = \"x\" })",
    ),
    // Collections.
    ("alltrue([true, \"true\"])", "true"),
    ("alltrue([])", "true"),
    ("anytrue([false, null, true])", "true"),
    ("anytrue([])", "false"),
    (
        "chunklist([1, 2, 3], 2)",
        "tolist([tolist([1, 2]), tolist([3])])",
    ),
    ("coalesce(null, \"\", \"a\")", "\"a\""),
    ("coalesce(1, \"a\")", "\"1\""),
    ("coalescelist([], [\"a\"])", "[\"a\"]"),
    (
        "compact([\"a\", \"\", null, \"b\"])",
        "tolist([\"a\", \"b\"])",
    ),
    ("concat([\"a\"], [1])", "[\"a\", 1]"),
    (
        "concat(tolist([1]), tolist([\"a\"]))",
        "tolist([\"1\", \"a\"])",
    ),
    ("contains([\"a\", \"b\"], \"b\")", "true"),
    ("contains([1], \"1\")", "false"),
    ("distinct([\"b\", \"a\", \"b\"])", "tolist([\"b\", \"a\"])"),
    ("element([\"a\", \"b\", \"c\"], 4)", "\"b\""),
    (
        "flatten([[\"a\", [\"b\"]], [], \"c\"])",
        "[\"a\", \"b\", \"c\"]",
    ),
    ("index([\"a\", \"b\"], \"b\")", "1"),
    ("keys({ b = 1, a = 2 })", "[\"a\", \"b\"]"),
    ("keys(tomap({ b = 1, a = 2 }))", "tolist([\"a\", \"b\"])"),
    ("length([1, 2])", "2"),
    ("length(\"👨‍👩‍👧é\")", "2"),
    ("lookup({ a = 1 }, \"b\", \"d\")", "\"d\""),
    ("lookup(tomap({ a = \"x\" }), \"b\", 2)", "\"2\""),
    (
        "matchkeys([\"i-1\", \"i-2\"], [\"a\", \"b\"], [\"b\"])",
        "tolist([\"i-2\"])",
    ),
    (
        "merge({ a = 1 }, null, { a = 2, b = 3 })",
        "{ a = 2, b = 3 }",
    ),
    (
        "merge(tomap({ a = 1 }), tomap({ b = 2 }))",
        "tomap({ a = 1, b = 2 })",
    ),
    ("merge()", "{}"),
    ("one([\"a\"])", "\"a\""),
    ("one([])", "null"),
    ("range(3)", "tolist([0, 1, 2])"),
    ("range(4, 1)", "tolist([4, 3, 2])"),
    ("range(1, 4, 2)", "tolist([1, 3])"),
    ("reverse([1, \"a\"])", "[\"a\", 1]"),
    (
        "setintersection([\"a\", \"b\"], [\"b\", \"c\"])",
        "toset([\"b\"])",
    ),
    (
        "setproduct([\"a\"], [1, 2])",
        "tolist([[\"a\", 1], [\"a\", 2]])",
    ),
    ("setsubtract([\"a\", \"b\"], [\"b\"])", "toset([\"a\"])"),
    ("setunion([\"a\"], [\"b\", \"a\"])", "toset([\"a\", \"b\"])"),
    ("slice([\"a\", \"b\", \"c\"], 1, 2)", "[\"b\"]"),
    (
        "sort([\"e\", \"d\", \"10\", \"9\"])",
        "tolist([\"10\", \"9\", \"d\", \"e\"])",
    ),
    (
        "transpose({ a = [\"1\", \"2\"], b = [\"2\"] })",
        "tomap({ \"1\" = tolist([\"a\"]), \"2\" = tolist([\"a\", \"b\"]) })",
    ),
    ("values({ b = 1, a = \"x\" })", "[\"x\", 1]"),
    ("zipmap([\"a\", \"b\"], [1, \"x\"])", "{ a = 1, b = \"x\" }"),
    // Numbers.
    ("abs(-12.4)", "12.4"),
    ("ceil(5.1)", "6"),
    ("floor(-5.1)", "-6"),
    ("log(16, 2)", "4"),
    ("max(\"10\", 9)", "10"),
    ("min(12, 54, 3)", "3"),
    ("parseint(\"FF\", 16)", "255"),
    ("parseint(\"-zZ\", 62)", "-2231"),
    ("pow(3, 2)", "9"),
    ("signum(-13)", "-1"),
    ("sum([10, \"13\", 6])", "29"),
    // Encodings.
    (
        "jsonencode({ a = [1, null, \"<\"] })",
        "\"{\\\"a\\\":[1,null,\\\"\\\\u003c\\\"]}\"",
    ),
    ("jsondecode(\"{\\\"a\\\":[1,2.50]}\")", "{ a = [1, 2.5] }"),
    ("base64encode(\"Hello\")", "\"SGVsbG8=\""),
    ("base64decode(\"SGVsbG8=\")", "\"Hello\""),
    ("urlencode(\"a b&ü\")", "\"a+b%26%C3%BC\""),
    ("urldecode(\"a+b%26%C3%BC\")", "\"a b&ü\""),
    (
        "csvdecode(\"a,b\\n1,\\\"x,\\\"\\\"y\\\"\\\"\\\"\\n\")",
        "tolist([{ a = \"1\", b = \"x,\\\"y\\\"\" }])",
    ),
    ("textencodebase64(\"é\", \"UTF-16LE\")", "\"6QA=\""),
    ("textdecodebase64(\"6QA=\", \"UTF-16LE\")", "\"é\""),
    (
        "yamlencode({ a = [1, \"x\"], b = \"l\\nm\" })",
        "\"\\\"a\\\":\\n- 1\\n- \\\"x\\\"\\n\\\"b\\\": |-\\n  l\\n  m\\n\"",
    ),
    (
        "yamldecode(\"a: &x {k: yes}\\nb: *x\\nc: [010, 0x1F, '1', 2024-01-02]\")",
        "{ a = { k = true }, b = { k = true }, c = [10, 31, \"1\", \"2024-01-02T00:00:00Z\"] }",
    ),
    (
        "yamldecode(yamlencode({ a = [\"x\\ny\\n\", [], {}], b = null }))",
        "{ a = [\"x\\ny\\n\", [], {}], b = null }",
    ),
    (
        "base64gzip(\"test\")",
        "\"H4sIAAAAAAAA/ypJLS4BAAAA//8BAAD//wx+f9gEAAAA\"",
    ),
    ("base64gunzip(base64gzip(\"test\"))", "\"test\""),
    (
        "convert({ a = \"1\" }, object({ a = number, b = optional(string, \"x\") }))",
        "{ a = 1, b = \"x\" }",
    ),
    (
        "core::convert([1, \"2\"], set(string))",
        "toset([\"1\", \"2\"])",
    ),
    // Digests.
    (
        "md5(\"hello world\")",
        "\"5eb63bbbe01eeed093cb22bb8f5acdc3\"",
    ),
    (
        "sha1(\"hello world\")",
        "\"2aae6c35c94fcfb415dbe95f408b9ce91ee846ed\"",
    ),
    (
        "sha256(\"hello world\")",
        "\"b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9\"",
    ),
    (
        "substr(sha512(\"hello world\"), 0, 16)",
        "\"309ecc489c12d6eb\"",
    ),
    (
        "base64sha256(\"hello world\")",
        "\"uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=\"",
    ),
    ("length(base64sha512(\"\"))", "88"),
    ("filemd5(\"hello.txt\")", "md5(\"hello\")"),
    ("filesha1(\"hello.txt\")", "sha1(\"hello\")"),
    ("filesha256(\"hello.txt\")", "sha256(\"hello\")"),
    ("filesha512(\"hello.txt\")", "sha512(\"hello\")"),
    ("filebase64sha256(\"hello.txt\")", "base64sha256(\"hello\")"),
    ("filebase64sha512(\"hello.txt\")", "base64sha512(\"hello\")"),
    (
        "uuidv5(\"dns\", \"www.terraform.io\")",
        "\"a5008fae-b28c-5ba5-96cd-82b4c53552d6\"",
    ),
    // Files and paths.
    ("abspath(\"a/../b\")", "\"/work/b\""),
    ("basename(\"foo/bar/baz.txt\")", "\"baz.txt\""),
    ("dirname(\"foo/bar/baz.txt\")", "\"foo/bar\""),
    ("pathexpand(\"~/.ssh\")", "\"/home/user/.ssh\""),
    ("file(\"hello.txt\")", "\"hello\""),
    ("filebase64(\"hello.txt\")", "\"aGVsbG8=\""),
    ("fileexists(\"hello.txt\")", "true"),
    ("fileexists(\"none.txt\")", "false"),
    ("fileset(\"sub\", \"*.txt\")", "toset([\"a.txt\"])"),
    (
        "fileset(\".\", \"**/*.txt\")",
        "toset([\"hello.txt\", \"sub/a.txt\", \"sub/deep/b.txt\"])",
    ),
    (
        "fileset(\"sub\", \"{a,deep/b}.txt\")",
        "toset([\"a.txt\", \"deep/b.txt\"])",
    ),
    (
        "templatefile(\"t.tftpl\", { names = [\"a\", \"b\"] })",
        "\"<a><b>\"",
    ),
    ("templatestring(local.template, { x = 1 })", "\"x is 1\""),
    // Sensitivity and failure.
    ("issensitive(sensitive(\"a\"))", "true"),
    ("nonsensitive(sensitive(\"a\"))", "\"a\""),
    ("ephemeralasnull({ a = 1 })", "{ a = 1 }"),
    ("try(tonumber(\"x\"), 5)", "5"),
    ("can(tonumber(\"x\"))", "false"),
    // Dates.
    (
        "formatdate(\"DD MMM YYYY hh:mm ZZZ\", \"2018-01-02T23:12:01Z\")",
        "\"02 Jan 2018 23:12 UTC\"",
    ),
    (
        "formatdate(\"EEEE, H:mmaa 'o''clock'\", \"2018-01-02T23:12:01-08:00\")",
        "\"Tuesday, 11:12pm o'clock\"",
    ),
    (
        "timeadd(\"2024-02-28T23:50:00Z\", \"1h10m\")",
        "\"2024-02-29T01:00:00Z\"",
    ),
    (
        "timecmp(\"2017-11-22T01:00:00+01:00\", \"2017-11-22T00:00:00Z\")",
        "0",
    ),
    ("plantimestamp()", "\"2026-01-02T03:04:05Z\""),
    // Networks.
    ("cidrhost(\"10.12.112.0/20\", 268)", "\"10.12.113.12\""),
    ("cidrhost(\"10.0.0.0/24\", -2)", "\"10.0.0.254\""),
    (
        "cidrhost(\"fd00:fd12:3456:7890::/72\", 34)",
        "\"fd00:fd12:3456:7890::22\"",
    ),
    ("cidrnetmask(\"172.16.0.0/12\")", "\"255.240.0.0\""),
    ("cidrsubnet(\"172.16.0.0/12\", 4, 2)", "\"172.18.0.0/16\""),
    ("cidrsubnet(\"fd00::/16\", 112, 1)", "\"fd00::1/128\""),
    (
        "cidrsubnets(\"10.1.0.0/16\", 4, 4, 8, 4)",
        "tolist([\"10.1.0.0/20\", \"10.1.16.0/20\", \"10.1.32.0/24\", \"10.1.48.0/20\"])",
    ),
    ("cidrcontains(\"10.0.0.0/8\", \"10.9.0.0/16\")", "true"),
    ("cidrcontains(\"10.0.0.0/8\", \"11.0.0.1\")", "false"),
    // Of the builtin provider.
    (
        "provider::terraform::encode_tfvars({ a = 1, long = \"$\" })",
        "\"a    = 1\\nlong = \\\"$\\\"\\n\"",
    ),
    (
        "provider::terraform::encode_expr([1, { a = null }])",
        "\"[1, {\\n  a = null\\n}]\"",
    ),
    (
        "provider::terraform::decode_tfvars(\"a = [1, 1 + 1]\")",
        "{ a = [1, 2] }",
    ),
];

/// Each call fails, and what is said holds the text.
const FAILS: &[(&str, &str)] = &[
    ("substr(\"a\", 0.5, 1)", "a whole number is required"),
    ("join(\",\", [null])", "cannot concatenate null values"),
    ("replace(\"a\", \"/(/\", \"\")", "invalid regexp pattern"),
    ("regex(\"a(?=b)\", \"ab\")", "unsupported Perl syntax"),
    ("regex(\"a**\", \"a\")", "nested repetition"),
    ("regex(\"a{1001}\", \"a\")", "invalid repeat count"),
    ("regex(\"x\", \"y\")", "did not match"),
    ("format(\"%d\", 1.5)", "an integer is required"),
    ("format(\"%s\")", "not enough arguments"),
    ("format(\"a\", 1)", "no verbs in format string"),
    ("format(\"%z\", 1)", "unsupported format verb"),
    ("format(\"%999999999d\", 1)", "too large"),
    ("formatlist(\"%s%s\", [1, 2], [3])", "inconsistent"),
    ("tonumber(\"a\")", "a number is required"),
    ("tobool(1)", "bool"),
    ("tolist(\"a\")", "cannot convert string \"a\" to list"),
    (
        "coalesce(null, \"\")",
        "no non-null, non-empty-string arguments",
    ),
    ("coalesce()", "at least one argument"),
    ("coalescelist([], [])", "no non-null arguments"),
    ("concat([], \"a\")", "must be lists or tuples"),
    ("element([], 0)", "empty list"),
    ("element([1], -1)", "negative index"),
    ("index([1], 2)", "item not found"),
    ("lookup({ a = 1 }, \"b\")", "failed to find key \"b\""),
    ("merge([])", "must be maps or objects"),
    ("one([1, 2])", "either zero or one elements"),
    ("range(2000)", "more than 1024 values"),
    ("range(0, 5, 0)", "must not be zero"),
    (
        "setproduct(range(1024), range(1024))",
        "more than 1000000 elements",
    ),
    ("slice([1], 0, 2)", "must not be greater"),
    ("sort([null])", "cannot be sorted"),
    ("sum([])", "empty list"),
    ("zipmap([\"a\"], [])", "does not match"),
    ("max()", "at least one number"),
    ("parseint(\"9\", 8)", "cannot parse"),
    ("parseint(\"1\", 63)", "between 2 and 62"),
    ("jsondecode(\"{\")", "not valid JSON"),
    ("base64decode(\"?\")", "base64"),
    ("base64gunzip(\"dGVzdA==\")", "failed to decode gzip data"),
    ("convert(\"x\", number)", "cannot convert string to number"),
    ("convert(\"x\", nonsense)", "There is no type `nonsense`"),
    ("convert(\"x\")", "takes 2 arguments"),
    ("base64decode(\"/w==\")", "UTF-8"),
    ("csvdecode(\"a,b\\n1\")", "wrong number of fields"),
    ("yamldecode(\"a: [\")", "not valid YAML"),
    ("yamldecode(\"a: 1\\n---\\nb: 2\")", "only one document"),
    (
        "textencodebase64(\"a\", \"none\")",
        "not a supported encoding",
    ),
    ("uuidv5(\"x\", \"y\")", "must be dns, url"),
    ("file(\"none.txt\")", "no file exists"),
    ("fileset(\".\", \"[\")", "syntax error in pattern"),
    ("templatefile(\"self.tftpl\", {})", "renders itself"),
    ("templatefile(\"t.tftpl\", {})", "t.tftpl:1,"),
    (
        "templatefile(\"t.tftpl\", \"x\")",
        "a map or object is required",
    ),
    (
        "templatestring(\"x\", {})",
        "a reference to the template is required",
    ),
    ("formatdate(\"YYY\", \"2018-01-02T23:12:01Z\")", "year must"),
    (
        "formatdate(\"'\", \"2018-01-02T23:12:01Z\")",
        "unterminated",
    ),
    ("timeadd(\"2018-01-02\", \"1h\")", "RFC 3339"),
    (
        "timeadd(\"2018-01-02T23:12:01Z\", \"1d\")",
        "invalid duration",
    ),
    ("cidrhost(\"10.0.0.0\", 1)", "invalid CIDR"),
    ("cidrhost(\"10.0.0.0/30\", 4)", "does not accommodate"),
    (
        "cidrsubnet(\"10.0.0.0/30\", 3, 0)",
        "insufficient address space",
    ),
    ("cidrnetmask(\"fd00::/8\")", "IPv6"),
    ("rsadecrypt(\"AAAA\", \"x\")", "invalid private key"),
    (
        "provider::terraform::encode_tfvars([])",
        "must be an object",
    ),
];

fn setup() -> Setup {
    Setup::with_files(&[
        ("main.tf", "locals {\n  template = \"x is $${x}\"\n}"),
        ("hello.txt", "hello"),
        ("sub/a.txt", "a"),
        ("sub/deep/b.txt", "b"),
        ("sub/deep/c.md", "c"),
        ("t.tftpl", "%{ for n in names }<${n}>%{ endfor }"),
        ("self.tftpl", "${templatefile(\"self.tftpl\", {})}"),
    ])
}

#[test]
fn functions_give_what_they_should() {
    let mut setup = setup();
    for (text, expected) in SAME {
        let (got, wanted) = (setup.value(text), setup.value(expected));
        assert_eq!(got, wanted, "{text}");
        assert_eq!(got.ty(), wanted.ty(), "{text}");
    }
}

#[test]
fn functions_say_what_they_refuse() {
    let mut setup = setup();
    for (text, said) in FAILS {
        let shown = setup.failure(text);
        assert!(shown.contains(said), "{text}: {shown}");
    }
}

#[test]
fn every_function_is_tried() {
    let tried: String = SAME.iter().chain(FAILS).map(|(text, _)| *text).collect();
    let untried: BTreeSet<&str> = super::names()
        .filter(|n| !tried.contains(&format!("{n}(")))
        .collect();
    // What gives something else each time is tried below.
    assert_eq!(untried.into_iter().collect::<Vec<_>>(), ["bcrypt", "uuid"]);
}

#[test]
fn what_changes_is_unknown_until_the_apply() {
    let mut setup = setup();
    for text in ["timestamp()", "uuid()", "bcrypt(\"pw\", 4)"] {
        assert!(setup.value(text).is_unknown(), "{text}");
    }
    let root = cairn_model::ModuleInstance::root();
    let source = "[timestamp(), length(uuid()), uuid() == uuid(), substr(bcrypt(\"pw\", 4), 0, 7)]";
    let file = setup.sources.add("present", source);
    let expr = crate::parse_expression(file, source).unwrap();
    let present = crate::Present {
        timestamp: "2026-02-03T04:05:06Z".to_owned(),
        seed: [7; 16],
    };
    let mut evaluator = setup.evaluator().at(present);
    let value = evaluator.expression(&root, &expr, &setup.table).value;
    let wanted = setup.value("[\"2026-02-03T04:05:06Z\", 36, false, \"$2a$04$\"]");
    assert_eq!(value, wanted);
}
