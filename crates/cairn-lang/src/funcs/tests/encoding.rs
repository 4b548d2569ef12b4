//! Tests of the functions that write values and texts in other forms and read them.

use super::functions;

functions! {
    base64decode "base64decode" (r#""SGVsbG8gV29ybGQ=""#) |t| {
        t.is_ordinary().gives(&[
            (r#"base64decode("SGVsbG8gV29ybGQ=")"#, r#""Hello World""#),
            (r#"base64decode("")"#, r#""""#),
            (r#"base64decode("aa==")"#, r#""i""#),
            (r#"base64decode("SGVs\nbG8=")"#, r#""Hello""#),
        ]).refuses(&[
            (r#"base64decode("?")"#, "base64"),
            (r#"base64decode("SGVsbG8")"#, "base64"),
            (r#"base64decode("/w==")"#, "UTF-8"),
        ]);
    }
    base64encode "base64encode" (r#""Hello World""#) |t| {
        t.is_ordinary().gives(&[
            (r#"base64encode("Hello World")"#, r#""SGVsbG8gV29ybGQ=""#),
            (r#"base64encode("é?>")"#, r#""w6k/Pg==""#),
            (r#"base64encode("")"#, r#""""#),
        ]);
    }
    base64gzip "base64gzip" (r#""test""#) |t| {
        t.is_ordinary().gives(&[
            (r#"base64gzip("test")"#, r#""H4sIAAAAAAAA/ypJLS4BAAAA//8BAAD//wx+f9gEAAAA""#),
            (r#"base64gzip("")"#, r#""H4sIAAAAAAAA/wAAAP//AQAA//8AAAAAAAAAAA==""#),
            (r#"base64gzip(join("", [for i in range(100) : "abcdefgh"]))"#, r#""H4sIAAAAAAAA/0pMSk5JTUvPGKVH6VEakwYAAAD//wEAAP//ENj68CADAAA=""#),
            (r#"base64sha256(base64gzip(join(" ", [for i in range(1000) : md5(i)])))"#, r#""LPqoKR02lFf8+FsYdOvRhWRU7x9jL6jiGN8OhgoolFE=""#),
        ]);
    }
    base64gunzip "base64gunzip" (r#"base64gzip("test")"#) |t| {
        t.is_ordinary().gives(&[
            (r#"base64gunzip(base64gzip("hello"))"#, r#""hello""#),
            (r#"base64gunzip("H4sIAAAAAAACAytJLS4BAAx+f9gEAAAA")"#, r#""test""#),
        ]).refuses(&[
            (r#"base64gunzip("?")"#, "base64"),
            (r#"base64gunzip("dGVzdA==")"#, "failed to decode gzip data"),
            (r#"base64gunzip("H4sIAAAAAAAA/ypJLS4B")"#, "ends too early"),
        ]);
    }
    csvdecode "csvdecode" (r#""a,b\n1,2\n""#) |t| {
        t.is_ordinary().gives(&[
            (r#"csvdecode("a,b,c\n1,2,3\n4,5,6")"#, r#"tolist([{ a = "1", b = "2", c = "3" }, { a = "4", b = "5", c = "6" }])"#),
            (r#"csvdecode("a\n\"x, \"\"y\"\"\nz\"\n\nlast")"#, r#"tolist([{ a = "x, \"y\"\nz" }, { a = "last" }])"#),
            (r#"csvdecode("a\n\"1\"\r")"#, r#"tolist([{ a = "1" }])"#),
            (r#"csvdecode("a,b\r\n1,\r\n")"#, r#"tolist([{ a = "1", b = "" }])"#),
            (r#"length(csvdecode("a,b"))"#, "0"),
        ]).refuses(&[
            (r#"csvdecode("a,b\n1")"#, "wrong number of fields"),
            (r#"csvdecode("")"#, "missing header line"),
            (r#"csvdecode("a,a\n1,2")"#, "duplicate column name"),
            (r#"csvdecode("a\nx\"y")"#, "bare"),
            (r#"csvdecode("a\n\"x")"#, "not closed"),
        ]);
    }
    jsondecode "jsondecode" (r#""{\"a\":[1]}""#) |t| {
        t.is_ordinary().gives(&[
            (r#"jsondecode("{\"hello\": \"world\"}")"#, r#"{ hello = "world" }"#),
            (r#"jsondecode("[true, 1.50, null, {}]")"#, "[true, 1.5, null, {}]"),
            (r#"jsondecode("12345678901234567890123")"#, "12345678901234567890123"),
            (r#"jsondecode("\"\\u00e9\"")"#, r#""é""#),
        ]).refuses(&[
            (r#"jsondecode("{")"#, "not valid JSON"),
            (r#"jsondecode("")"#, "not valid JSON"),
            (r#"jsondecode("{} {}")"#, "not valid JSON"),
        ]);
    }
    jsonencode "jsonencode" ("{ a = [1] }") |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            (r#"jsonencode({ hello = "world" })"#, r#""{\"hello\":\"world\"}""#),
            ("jsonencode([true, 1.50, null, {}])", r#""[true,1.5,null,{}]""#),
            ("jsonencode(null)", r#""null""#),
            (r#"jsonencode("<&>\u2028")"#, r#""\"\\u003c\\u0026\\u003e\\u2028\"""#),
            (r#"jsonencode(toset(["b", "a"]))"#, r#""[\"a\",\"b\"]""#),
            (r#"jsonencode("\t\n\"\\é")"#, r#""\"\\t\\n\\\"\\\\é\"""#),
        ]).refuses(&[("jsonencode()", "takes 1 argument")]);
    }
    textdecodebase64 "textdecodebase64" (r#""SABlAGwAbABvAA==""#, r#""UTF-16LE""#) |t| {
        t.is_ordinary().gives(&[
            (r#"textdecodebase64("SABlAGwAbABvACAAVwBvAHIAbABkAA==", "UTF-16LE")"#, r#""Hello World""#),
            (r#"textdecodebase64("6Q==", "ISO-8859-1")"#, r#""é""#),
            (r#"textdecodebase64("gA==", "windows-1252")"#, r#""€""#),
        ]).refuses(&[
            (r#"textdecodebase64("?", "UTF-8")"#, "base64"),
            (r#"textdecodebase64("AA==", "UTF-16LE")"#, "not defined for"),
            (r#"textdecodebase64("", "none")"#, "not a supported encoding"),
        ]);
    }
    textencodebase64 "textencodebase64" (r#""Hello""#, r#""UTF-16LE""#) |t| {
        t.is_ordinary().gives(&[
            (r#"textencodebase64("Hello World", "UTF-16LE")"#, r#""SABlAGwAbABvACAAVwBvAHIAbABkAA==""#),
            (r#"textencodebase64("é", "iso-8859-1")"#, r#""6Q==""#),
            (r#"textencodebase64("日本", "Shift_JIS")"#, r#""k/qWew==""#),
        ]).refuses(&[
            (r#"textencodebase64("é", "US-ASCII")"#, "cannot be represented"),
            (r#"textencodebase64("a", "none")"#, "not a supported encoding"),
        ]);
    }
    urldecode "urldecode" (r#""a%20b""#) |t| {
        t.is_ordinary().gives(&[
            (r#"urldecode("foo%3Abar%40localhost%3Ffoo%3Dbar%26bar%3Dbaz")"#, r#""foo:bar@localhost?foo=bar&bar=baz""#),
            (r#"urldecode("a+b%20c")"#, r#""a b c""#),
            (r#"urldecode("mailto%3Aemail%3Fsubject%3Dthis%2Bis%2Bmy%2Bsubject")"#, r#""mailto:email?subject=this+is+my+subject""#),
            (r#"urldecode("%C3%A9")"#, r#""é""#),
        ]).refuses(&[
            (r#"urldecode("%zz")"#, "two hexadecimal digits"),
            (r#"urldecode("%2")"#, "two hexadecimal digits"),
            (r#"urldecode("%ff")"#, "UTF-8"),
        ]);
    }
    urlencode "urlencode" (r#""a b""#) |t| {
        t.is_ordinary().gives(&[
            (r#"urlencode("Hello World!")"#, r#""Hello+World%21""#),
            (r#"urlencode("☃")"#, r#""%E2%98%83""#),
            (r#"urlencode("a-b_c.d~e/f?g=h&i+j*")"#, r#""a-b_c.d~e%2Ff%3Fg%3Dh%26i%2Bj%2A""#),
        ]);
    }
    yamldecode "yamldecode" (r#""a: [1]""#) |t| {
        t.is_ordinary().gives(&[
            (r#"yamldecode("hello: world")"#, r#"{ hello = "world" }"#),
            ("yamldecode(\"true\")", "true"),
            (r#"yamldecode("{a: &foo [1, 2, 3], b: *foo}")"#, "{ a = [1, 2, 3], b = [1, 2, 3] }"),
            (r#"yamldecode("- ~\n- 1.5\n- '1'\n- no")"#, r#"[null, 1.5, "1", false]"#),
            (r#"yamldecode("a: {x: 1}\nb:\n  <<: {v: 2}\n  y: 3")"#, r#"{ a = { x = 1 }, b = { v = 2, "true" = 3 } }"#),
            (r#"yamldecode("!!str <<: {a: 1}")"#, r#"{ "<<" = { a = 1 } }"#),
            (r#"yamldecode("a: |\n  x\n  y\n")"#, r#"{ a = "x\ny\n" }"#),
            (r#"yamldecode("!!null ''")"#, r#""""#),
            (r#"yamldecode("0x1f")"#, "31"),
            (r#"yamldecode("2024-01-02")"#, r#""2024-01-02T00:00:00Z""#),
        ]).refuses(&[
            (r#"yamldecode("a: [")"#, "not valid YAML"),
            (r#"yamldecode("a: 1\n---\nb: 2")"#, "only one document"),
            (r#"yamldecode("{a: &foo [1, *foo, 3]}")"#, "anchor"),
            (r#"yamldecode("&a x: *a")"#, "no such anchor"),
            (r#"yamldecode("!not-supported foo")"#, "unsupported tag"),
            (r#"yamldecode("")"#, "not valid YAML"),
        ]);
    }
    yamlencode "yamlencode" ("{ a = [1] }") |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            (r#"yamlencode({ a = "b", c = "d" })"#, r#""\"a\": \"b\"\n\"c\": \"d\"\n""#),
            (r#"yamlencode({ foo = [1, 2, 3], bar = "baz" })"#, r#""\"bar\": \"baz\"\n\"foo\":\n- 1\n- 2\n- 3\n""#),
            (r#"yamlencode({ foo = [1, { a = "b", c = "d" }, 3], bar = "baz" })"#, r#""\"bar\": \"baz\"\n\"foo\":\n- 1\n- \"a\": \"b\"\n  \"c\": \"d\"\n- 3\n""#),
            ("yamlencode(null)", r#""null\n...\n""#),
            (r#"yamlencode({ "a\rb" = [1] })"#, r#""? \"a\\rb\"\n: - 1\n""#),
            ("yamlencode([])", r#""[]\n""#),
            (r#"yamlencode("a\nb\n")"#, r#""|\n  a\n  b\n""#),
            ("yamlencode({ t = true, n = null, e = {} })", r#""\"e\": {}\n\"n\": null\n\"t\": true\n""#),
        ]).refuses(&[("yamlencode()", "takes 1 argument")]);
    }
}
