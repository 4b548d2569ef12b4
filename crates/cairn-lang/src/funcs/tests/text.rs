//! Tests of the functions of texts.

use super::functions;

functions! {
    chomp "chomp" (r#""hello\n""#) |t| {
        t.is_ordinary().gives(&[
            (r#"chomp("hello")"#, r#""hello""#),
            (r#"chomp("hello\n")"#, r#""hello""#),
            (r#"chomp("hello\r\n")"#, r#""hello""#),
            (r#"chomp("hello\n\n")"#, r#""hello""#),
            (r#"chomp("a\r\n\n")"#, r#""a""#),
            (r#"chomp("\nhello ")"#, r#""\nhello ""#),
            (r#"chomp("")"#, r#""""#),
            ("chomp(5)", r#""5""#),
        ]).refuses(&[
            (r#"chomp(["a"])"#, "string"),
            ("chomp()", "takes 1 argument"),
            (r#"chomp("a", "b")"#, "takes 1 argument"),
        ]);
    }
    endswith "endswith" (r#""hello""#, r#""lo""#) |t| {
        t.is_ordinary().gives(&[
            (r#"endswith("hello world", "world")"#, "true"),
            (r#"endswith("hello world", "hello")"#, "false"),
            (r#"endswith("hello", "")"#, "true"),
            (r#"endswith("", "a")"#, "false"),
        ]);
    }
    startswith "startswith" (r#""hello""#, r#""he""#) |t| {
        t.is_ordinary().gives(&[
            (r#"startswith("hello world", "hello")"#, "true"),
            (r#"startswith("hello world", "world")"#, "false"),
            (r#"startswith("hello", "")"#, "true"),
            (r#"startswith("", "a")"#, "false"),
        ]);
    }
    strcontains "strcontains" (r#""hello""#, r#""ell""#) |t| {
        t.is_ordinary().gives(&[
            (r#"strcontains("hello world", "wor")"#, "true"),
            (r#"strcontains("hello world", "wod")"#, "false"),
            (r#"strcontains("hello", "")"#, "true"),
        ]);
    }
    indent "indent" ("2", r#""a\nb""#) |t| {
        t.is_ordinary().gives(&[
            (r#"indent(2, "a\nb\n\nc")"#, r#""a\n  b\n  \n  c""#),
            (r#"indent(0, "a\nb")"#, r#""a\nb""#),
            (r#"indent(4, "")"#, r#""""#),
            (r#"indent("1", "a\nb\n")"#, r#""a\n b\n ""#),
        ]).refuses(&[
            (r#"indent(1.5, "a")"#, "whole number"),
            (r#"indent("x", "a")"#, "number"),
        ]);
    }
    join "join" (r#"",""#, r#"["a", "b"]"#) |t| {
        t.is_ordinary().gives(&[
            (r#"join("-", ["foo", "bar", "baz"])"#, r#""foo-bar-baz""#),
            (r#"join(", ", ["foo"])"#, r#""foo""#),
            (r#"join(", ", [])"#, r#""""#),
            (r#"join(", ", ["a", 1, true])"#, r#""a, 1, true""#),
            (r#"join("-", ["a"], ["b", "c"], [])"#, r#""a-b-c""#),
            (r#"join("-", toset(["b", "a"]))"#, r#""a-b""#),
        ]).refuses(&[
            (r#"join(",", [null])"#, "null"),
            (r#"join(",")"#, "at least one list"),
            (r#"join(",", "a")"#, "list of string"),
        ]);
    }
    split "split" (r#"",""#, r#""a,b""#) |t| {
        t.is_ordinary().gives(&[
            (r#"split(",", "foo,bar,baz")"#, r#"tolist(["foo", "bar", "baz"])"#),
            (r#"split(",", "foo")"#, r#"tolist(["foo"])"#),
            (r#"split(",", "")"#, r#"tolist([""])"#),
            (r#"split(",", "a,,b,")"#, r#"tolist(["a", "", "b", ""])"#),
            (r#"split("", "ab")"#, r#"tolist(["a", "b"])"#),
            (r#"split("--", "a--b-c")"#, r#"tolist(["a", "b-c"])"#),
        ]);
    }
    lower "lower" (r#""Hello""#) |t| {
        t.is_ordinary().gives(&[
            (r#"lower("HELLO")"#, r#""hello""#),
            (r#"lower("АЛЛО!")"#, r#""алло!""#),
            (r#"lower("HÉ")"#, r#""hé""#),
            (r#"lower("")"#, r#""""#),
        ]);
    }
    upper "upper" (r#""Hello""#) |t| {
        t.is_ordinary().gives(&[
            (r#"upper("hello")"#, r#""HELLO""#),
            (r#"upper("алло!")"#, r#""АЛЛО!""#),
            (r#"upper("straße")"#, r#""STRAßE""#),
        ]);
    }
    title "title" (r#""hello world""#) |t| {
        t.is_ordinary().gives(&[
            (r#"title("hello world")"#, r#""Hello World""#),
            (r#"title("it's a-b c_d")"#, r#""It'S A-B C_d""#),
            (r#"title("HELLO")"#, r#""HELLO""#),
            (r#"title("")"#, r#""""#),
        ]);
    }
    strrev "strrev" (r#""hello""#) |t| {
        t.is_ordinary().gives(&[
            (r#"strrev("hello")"#, r#""olleh""#),
            (r#"strrev("a ☃")"#, r#""☃ a""#),
            (r#"strrev("noël")"#, r#""lëon""#),
            (r#"strrev("")"#, r#""""#),
        ]);
    }
    substr "substr" (r#""hello world""#, "1", "4") |t| {
        t.is_ordinary().gives(&[
            (r#"substr("hello world", 1, 4)"#, r#""ello""#),
            (r#"substr("🤔🤷", 0, 1)"#, r#""🤔""#),
            (r#"substr("hello world", -5, -1)"#, r#""world""#),
            (r#"substr("hello world", 6, 10)"#, r#""world""#),
            (r#"substr("hello", 10, 1)"#, r#""""#),
            (r#"substr("hello", 1, 0)"#, r#""""#),
            (r#"substr("hello", -2, 0)"#, r#""lo""#),
            (r#"substr("hello", -99, 2)"#, r#""he""#),
            (r#"substr("", 0, -1)"#, r#""""#),
        ]).refuses(&[
            (r#"substr("a", 0.5, 1)"#, "whole number"),
            (r#"substr("a", 0, 1.5)"#, "whole number"),
        ]);
    }
    trim "trim" (r#""?!hello?!""#, r#""!?""#) |t| {
        t.is_ordinary().gives(&[
            (r#"trim("?!hello?!", "!?")"#, r#""hello""#),
            (r#"trim("foobar", "far")"#, r#""oob""#),
            (r#"trim("   hello! world.!  ", "! ")"#, r#""hello! world.""#),
            (r#"trim("aaa", "a")"#, r#""""#),
            (r#"trim("a", "")"#, r#""a""#),
            (r#"trim("ñañ", "ñ")"#, r#""a""#),
        ]);
    }
    trimprefix "trimprefix" (r#""helloworld""#, r#""hello""#) |t| {
        t.is_ordinary().gives(&[
            (r#"trimprefix("helloworld", "hello")"#, r#""world""#),
            (r#"trimprefix("helloworld", "cat")"#, r#""helloworld""#),
            (r#"trimprefix("--hello", "-")"#, r#""-hello""#),
            (r#"trimprefix("a", "")"#, r#""a""#),
        ]);
    }
    trimsuffix "trimsuffix" (r#""helloworld""#, r#""world""#) |t| {
        t.is_ordinary().gives(&[
            (r#"trimsuffix("helloworld", "world")"#, r#""hello""#),
            (r#"trimsuffix("helloworld", "cat")"#, r#""helloworld""#),
            (r#"trimsuffix("hello--", "-")"#, r#""hello-""#),
        ]);
    }
    trimspace "trimspace" (r#""  hello\n""#) |t| {
        t.is_ordinary().gives(&[
            (r#"trimspace("  hello\n\n")"#, r#""hello""#),
            (r#"trimspace("\t a b \r\n")"#, r#""a b""#),
            (r#"trimspace("\u00a0\u2003x\u3000")"#, r#""x""#),
            (r#"trimspace("")"#, r#""""#),
        ]);
    }
    templatestring "templatestring" ("local.template", "{ x = 1 }") |t| {
        t.gives(&[
            (r#"templatestring(local.template, { x = "y" })"#, r#""x is y""#),
            (r#"templatestring(local.template, tomap({ x = "y", unused = "z" }))"#, r#""x is y""#),
        ]).refuses(&[
            (r#"templatestring("x", {})"#, "a reference to the template is required"),
            ("templatestring(local.template, {})", "x"),
            ("templatestring(local.number, {})", "must be a string"),
            (r#"templatestring(local.template, "x")"#, "map or object"),
            ("templatestring(local.template)", "takes 2 arguments"),
        ]);
    }
}
