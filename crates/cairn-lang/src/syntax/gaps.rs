//! Tests of what other parsers of the language are known to get wrong: valid texts that they refuse, values that they misread,
//! and mistakes that they let pass. One test for each.

use super::tests::{expr, file};

/// The text is the expression.
fn is(text: &str, expected: &str) {
    assert_eq!(expr(text), expected, "{text}");
}

/// The file has this content.
fn holds(text: &str, expected: &str) {
    assert_eq!(file(text), expected, "{text}");
}

/// The file is refused, and what is said begins so.
fn refused(text: &str, expected: &str) {
    let got = file(text);
    let (_, said) = got.split_once(" ! ").unwrap_or_default();
    assert!(said.starts_with(expected), "{text}: {got}");
}

#[test]
fn line_breaks_within_a_for() {
    is(
        "{ for k, v in m : k => v\n ? \"a\" : \"b\" }",
        "for(k,v in m:k=>(v?\"a\":\"b\"))",
    );
    is(
        "{ for k, v in m : k\n ? \"a\"\n : \"b\" => v }",
        "for(k,v in m:(k?\"a\":\"b\")=>v)",
    );
    is(
        "{ for k, v in m : k => v &&\n w }",
        "for(k,v in m:k=>(v And w))",
    );
    is("[for k in a\n .b : k]", "for(k in a.b:k)");
    is("[for k in a\n + b : k\n [0]]", "for(k in (a Add b):k[0])");
    is(
        "[for\nk\n,\nv\nin\na\n:\nk\nif\nv\n]",
        "for(k,v in a:k if v)",
    );
}

#[test]
fn repeated_keys() {
    is("{a=1, a=2}", "{\"a\"=1,\"a\"=2}");
    is("{\"a\"=1, (a)=2, a=3}", "{\"a\"=1,(a)=2,\"a\"=3}");
}

#[test]
fn a_line_of_a_heredoc_that_begins_with_its_marker() {
    holds(
        "x = <<EOT\nfoo\nEOT: bar\nEOT\n",
        "x=\"foo\\nEOT: bar\\n\";",
    );
    holds("x = <<EOT\nEOTEOT\nEOT\n", "x=\"EOTEOT\\n\";");
    holds("x = <<-EOT\n  EOT x\n  EOT\n", "x=\"EOT x\\n\";");
}

#[test]
fn nesting_and_chains() {
    let nested = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
    is(&nested(500), &nested(500));
    let chain = format!("{}9", "a ? 1 : ".repeat(500));
    assert_eq!(expr(&chain).matches('?').count(), 500);
    let sum = format!("1{}", " + 1".repeat(2_000));
    assert_eq!(expr(&sum).matches("Add").count(), 2_000);
    let mut any = String::from("a == \"b\"");
    for _ in 0..2_000 {
        any.push_str(" || a == \"b\"");
    }
    assert_eq!(expr(&any).matches("Or").count(), 2_000);
    assert!(expr(&nested(10_000)).contains("nested too deeply"));
}

#[test]
fn a_byte_order_mark() {
    holds("\u{feff}a = 1\n", "a=1;");
    refused("a = \u{feff}1\n", "1:5-1:6 Invalid character");
}

#[test]
fn line_breaks_of_two_bytes() {
    is("[for\r\nk in a : k]", "for(k in a:k)");
    is("[\r\n1,\r\n2\r\n]", "[1,2]");
    is("{\r\na = 1\r\nb = 2\r\n}", "{\"a\"=1,\"b\"=2}");
    holds("a {\r\n  b = 1 # c\r\n}\r\nd = 2\r\n", "d=2;a{b=1;}");
}

#[test]
fn numbers_beyond_64_bits() {
    is("1e400", &format!("1{}", "0".repeat(400)));
    is(
        "9007199254740993.1234567890123456789",
        "9007199254740993.1234567890123456789",
    );
    is(
        "[18446744073709551616, -9223372036854775809]",
        "[18446744073709551616,-9223372036854775809]",
    );
}

#[test]
fn line_breaks_behind_unary_operators() {
    is("[!\n a]", "[(Not a)]");
    is("[-\n\n a, - # c\n 1]", "[(Negate a),-1]");
    refused("a = !\nb = 1\n", "1:5-1:6 Missing expression");
}

#[test]
fn keys_that_could_go_on_the_value_before() {
    is("{\n a = [1]\n -1 = 2\n}", "{\"a\"=[1],-1=2}");
    is("{\n a = f()\n [1][0] = 2\n}", "{\"a\"=f(),<[1]>[0]=2}");
    is("{\n a = (1)\n (b) = 2\n}", "{\"a\"=(1),(b)=2}");
}

#[test]
fn odd_legacy_indexes_and_comments() {
    is("a.00", "a[0]");
    is("a.1e5", "a[100000]");
    is("a.*.b.01.c", "<a[*].b[1].c>");
    holds("# a\rb\nc = 1 // d\re\n", "c=1;");
    holds("/* a\rb */ c = 1\n", "c=1;");
}

#[test]
fn indentation_of_heredocs() {
    holds(
        "x = <<-EOT\nfoo ${a}\n    bar\nEOT\n",
        "x=T<\"foo \" ${a} \"\\n    bar\\n\">;",
    );
    holds(
        "x = <<-EOT\n    %{if a}\n      b\n    %{endif}\n  EOT\n",
        "x=T<if(a)<\"\\n  b\\n\"><> \"\\n\">;",
    );
    holds(
        "x = <<-EOT\n    a\n  \n\n    b\n  EOT\n",
        "x=\"a\\n  \\n\\nb\\n\";",
    );
    holds(
        "x = <<-EOT\r\n    a\r\n      b\r\n  EOT\r\n",
        "x=\"a\\r\\n  b\\r\\n\";",
    );
}

#[test]
fn escapes_in_directives() {
    is(
        "\"%{ if true }a\\nb \\\"q\\\"%{ endif }\"",
        "T<if(true)<\"a\\nb \\\"q\\\"\"><>>",
    );
}

#[test]
fn minus_binds_weaker_than_steps() {
    is("-5[*]", "(Negate <5[*]>)");
    is("-1.foo", "(Negate <1>.foo)");
    is("-a.b[0] + 1", "((Negate a.b[0]) Add 1)");
    is("!a.b", "(Not a.b)");
}

#[test]
fn normal_form_of_texts() {
    is("\"e\u{301}\"", "\"\u{e9}\"");
    is("{ \"e\u{301}\" = 1 }", "{\"\u{e9}\"=1}");
    holds("x = <<E\ne\u{301}\nE\n", "x=\"\u{e9}\\n\";");
}

#[test]
fn digits_are_kept() {
    is("0.1", "0.1");
    is("0.30000000000000004", "0.30000000000000004");
    is(
        "3.14159265358979323846264338327950288",
        "3.14159265358979323846264338327950288",
    );
}

#[test]
fn strip_markers_take_all_blanks_of_a_text_and_one_line_of_a_heredoc() {
    is("\"a \\n ${~ x ~} \\n c\"", "T<\"a\" ${x} \"c\">");
    holds(
        "x = <<E\na\n\n  ${~ b ~}  \n\n  c\nE\n",
        "x=T<\"a\\n\\n\" ${b} \"\\n  c\\n\">;",
    );
}

#[test]
fn mistakes_that_must_not_pass() {
    refused("a = \"x\ny\"\n", "1:5-1:7 Invalid multi-line string");
    refused("b \"x\ny\" {}\n", "1:3-1:5 Invalid multi-line string");
    refused("a = \"x\ry\"\n", "1:5-1:7 Invalid multi-line string");
    for end in ["EOT,", "EOT)", "EOT]", "EOT # x"] {
        let text = format!("a = [<<EOT\nx\n{end}\n]\n");
        refused(&text, "1:6-1:11 Unterminated template string");
    }
    refused("a = <<EOT\nx\nEOT", "1:5-1:10 Unterminated template string");
    refused(
        "a = f()\n+ 1\n",
        "2:1-2:2 Argument or block definition required",
    );
    refused(
        "a = [1]\n[0]\n",
        "2:1-2:2 Argument or block definition required",
    );
    refused("a = a.0.1\n", "1:7-1:10 Invalid legacy index syntax");
    refused("a = a.*.b.*.c\n", "1:11-1:12 Nested splat expression");
    refused("a = a.\nb\n", "1:6-1:7 Invalid attribute name");
    refused("a = a[\n*\n]\n", "2:1-2:2 Invalid expression");
    refused("a = {for=1}\n", "1:6-1:9 Invalid 'for' expression");
    refused("a = [for]\n", "1:6-1:9 Invalid 'for' expression");
    refused(
        "a = \"%{iffy}\"\n",
        "1:8-1:12 Invalid template control keyword",
    );
    refused("a = 1.2.3\n", "1:5-1:10 Invalid number literal");
}
