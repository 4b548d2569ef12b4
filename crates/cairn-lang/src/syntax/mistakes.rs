//! Tests that each mistake is found where it is, and hides no other.

use super::tests::{check, check_files};

#[test]
fn mistakes_in_expressions_are_placed() {
    check(&[
        ("'a'", "! 1:1-1:4 Invalid character"),
        (
            "`a`",
            "! 1:1-1:2 Invalid character; 1:3-1:4 Invalid character",
        ),
        ("a;b", "! 1:2-1:3 Invalid character"),
        ("1 & 2", "! 1:3-1:4 Unsupported operator"),
        ("1 ** 2", "! 1:4-1:5 Invalid expression"),
        ("a = b", "! 1:3-1:4 Extra characters after expression"),
        ("0x10", "! 1:2-1:5 Extra characters after expression"),
        ("1.", "! 1:2-1:3 Invalid attribute name"),
        (".5", "! 1:1-1:2 Invalid expression"),
        ("a..b", "! 1:2-1:3 Invalid attribute name"),
        ("a.b.\"c\"", "! 1:4-1:5 Invalid attribute name"),
        ("!", "! 1:1-1:2 Missing expression"),
        ("1 +", "! 1:3-1:4 Missing expression"),
        ("", "! 1:1-1:1 Missing expression"),
        (
            "true ? 1",
            "! 1:8-1:9 Missing false expression in conditional",
        ),
        ("1 ? : 2", "! 1:5-1:6 Invalid expression"),
        ("(1 2)", "! 1:4-1:5 Unbalanced parentheses"),
        ("(1", "! 1:1-1:2 Unbalanced parentheses"),
        (")", "! 1:1-1:2 Invalid expression"),
        ("[1 2]", "! 1:4-1:5 Missing item separator"),
        ("[1,,2]", "! 1:4-1:5 Invalid expression"),
        ("[,]", "! 1:2-1:3 Invalid expression"),
        ("[1", "! 1:1-1:2 Unterminated tuple constructor expression"),
        ("f(1", "! 1:1-1:3 Unterminated function call"),
        ("f(1 2)", "! 1:5-1:6 Missing argument separator"),
        ("f(a = 1)", "! 1:5-1:6 Missing argument separator"),
        ("f([1]...,)", "! 1:6-1:9 Missing closing parenthesis"),
        (
            "{a=1",
            "! 1:1-1:2 Unterminated object constructor expression",
        ),
        ("{ a = 1 b = 2 }", "! 1:9-1:10 Missing attribute separator"),
        ("{a: b: c}", "! 1:5-1:6 Missing attribute separator"),
        ("{ a }", "! 1:5-1:6 Missing key/value separator"),
        ("{ a = }", "! 1:7-1:8 Invalid expression"),
        ("{ = 1 }", "! 1:3-1:4 Invalid expression"),
        ("{ a =\n 1 }", "! 1:5-1:6 Missing attribute value"),
        ("a[1", "! 1:2-1:3 Missing close bracket on index"),
        ("a[]", "! 1:3-1:4 Invalid expression"),
        ("x[1:2]", "! 1:4-1:5 Missing close bracket on index"),
        ("a.b(1)", "! 1:4-1:5 Extra characters after expression"),
        ("{for=1}", "! 1:2-1:5 Invalid 'for' expression"),
        ("[for]", "! 1:2-1:5 Invalid 'for' expression"),
        ("[for x in [1] x]", "! 1:15-1:16 Invalid 'for' expression"),
        ("[for x, in [1]: x]", "! 1:12-1:13 Invalid 'for' expression"),
        ("[for in [1]: x]", "! 1:9-1:10 Invalid 'for' expression"),
        ("{for x in [1]: x}", "! 1:17-1:18 Invalid 'for' expression"),
        (
            "[for x in [1]: x...]",
            "! 1:17-1:20 Invalid 'for' expression",
        ),
        (
            "[for x in [1]: x => x]",
            "! 1:18-1:20 Invalid 'for' expression",
        ),
        (
            "[for x in [1]: x, 2]",
            "! 1:17-1:18 Invalid 'for' expression",
        ),
        ("\"a", "! 1:1-1:3 Unterminated template string"),
        (
            "\"${a",
            "! 1:2-1:4 Unclosed template interpolation sequence",
        ),
        (
            "\"${a\"",
            "! 1:2-1:4 Unclosed template interpolation sequence",
        ),
        ("a::b", "! 1:1-1:5 Missing open parenthesis"),
        ("/* x", "! 1:1-1:3 Unterminated comment"),
    ]);
}

#[test]
fn mistakes_in_bodies_are_placed_and_do_not_spread() {
    check_files(&[
        (
            "a = 1\na = 2\nb = 3\n",
            "a=1;b=3; ! 2:1-2:2 Attribute redefined",
        ),
        ("a = \nb = 1\n", "b=1; ! 1:1-1:4 Invalid expression"),
        ("a = 1 +\nb = 1\n", "b=1; ! 1:7-1:8 Missing expression"),
        (
            "a = 1,\nb = 1\n",
            "a=1;b=1; ! 1:6-1:7 Unexpected comma after argument",
        ),
        (
            "a = b c\nb = 1\n",
            "a=b;b=1; ! 1:7-1:8 Missing newline after argument",
        ),
        (
            "a: 1\nb = 1\n",
            "b=1; ! 1:2-1:3 Argument or block definition required",
        ),
        ("\"a\" = 1\n", " ! 1:1-1:2 Invalid argument name"),
        (
            "a.b = 1\n",
            " ! 1:1-1:3 Argument or block definition required",
        ),
        (
            "a\nb = 1\n",
            "b=1; ! 1:1-1:2 Argument or block definition required",
        ),
        (
            "}\na = 1\n",
            "a=1; ! 1:1-1:2 Argument or block definition required",
        ),
        ("b \"x\"\n{\n}\n", " ! 1:1-1:6 Invalid block definition"),
        ("b x = 1\n", " ! 1:5-1:6 Invalid block definition"),
        ("b \"${x}\" {}\n", " ! 1:4-1:9 Invalid string literal"),
        (
            "b { a = 1, c = 2 }\nd = 1\n",
            "d=1; ! 1:10-1:11 Invalid single-argument block definition",
        ),
        (
            "b {} c = 1\n",
            "b{} ! 1:6-1:7 Missing newline after block definition",
        ),
        (
            "b { c {} }\n",
            " ! 1:5-1:6 Invalid single-argument block definition",
        ),
        (
            "resource \"a\" \"b\" {\n  x = 1\n\nresource \"c\" \"d\" {\n  y = 1\n}\n",
            "resource \"c\" \"d\"{y=1;} ! 1:1-1:17 Unclosed configuration block",
        ),
        (
            "resource \"a\" \"b\" {\n  t = {\n    x = 1\n}\nresource \"c\" \"d\" {\n  y = 1\n}\n",
            "resource \"c\" \"d\"{y=1;} ! 2:7-2:8 Unclosed configuration block",
        ),
        (
            "resource \"a\" \"b\" {\n  x = f(1\n  y = 2\n}\nlocals {\n  z = 'q'\n  w = 1\n}\n",
            "locals{w=1;} ! 3:3-3:4 Missing argument separator; 6:7-6:10 Invalid character",
        ),
        (
            "locals {\n  a = \"x\n  b = \"${y\"\n  c = 3\n  d = \"${f(\"x\n}\n",
            "locals{a=\"x\";c=3;} ! 2:7-2:9 Invalid multi-line string; 3:8-3:10 Unclosed template interpolation sequence; 5:8-5:10 Unclosed template interpolation sequence",
        ),
        ("a = [1, 2\nb = 3\n", " ! 2:1-2:2 Missing item separator"),
        (
            "a = <<EOT\nx\n",
            "a=\"x\\n\"; ! 1:5-1:10 Unterminated template string",
        ),
    ]);
}
