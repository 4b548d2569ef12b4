//! Tests of the functions that fill in format strings.

use super::functions;

functions! {
    format "format" (r#""%s-%d""#, r#""a""#, "1") |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            (r#"format("Hello, %s!", "Ander")"#, r#""Hello, Ander!""#),
            (r#"format("There are %d lights", 4)"#, r#""There are 4 lights""#),
            (r#"format("%s-%03d|%5.1f|%q|%%", "n", 7, 3.14159, "x")"#, r#""n-007|  3.1|\"x\"|%""#),
            // The default form, and that of JSON.
            (r#"format("%v %v %v", "s", 1.5, true)"#, r#""s 1.5 true""#),
            (r#"format("%v %v %v", [1], { a = null }, tostring(null))"#, r#""[1] {\"a\":null} null""#),
            (r#"format("%#v %#v", "s", 1)"#, r#""\"s\" 1""#),
            (r#"format("%v", 12345678)"#, r#""1.2345678e+07""#),
            // Kinds of numbers.
            (r#"format("%b %o %d %x %X", 5, 8, 10, 255, 255)"#, r#""101 10 10 ff FF""#),
            (r#"format("%#b %#o %#x %#X", 5, 8, 255, 255)"#, r#""0b101 010 0xff 0XFF""#),
            (r#"format("%e %E %f %g %G", 1500, 1500, 1.5, 1e21, 1e21)"#, r#""1.500000e+03 1.500000E+03 1.500000 1e+21 1E+21""#),
            (r#"format("%.2f %.0f %.3g %8.3f", 2.675, 2.5, 1234.5, 3.14159)"#, r#""2.67 2 1.23e+03    3.142""#),
            // Flags and widths.
            (r#"format("%-5s|%5s|%05d|%+d|% d", "ab", "ab", -42, 3, 7)"#, r#""ab   |   ab|-0042|+3| 7""#),
            (r#"format("%5.2s|%.1q", "abc", "abc")"#, r#""   ab|\"a\"""#),
            (r#"format("%4s|%-4s|", "é", "日")"#, r#""   é|日   |""#),
            // Which argument.
            (r#"format("%[2]s %[1]s", "a", "b")"#, r#""b a""#),
            (r#"format("%[2]s %s", "a", "b", "c")"#, r#""b c""#),
            // Conversions.
            (r#"format("%d %s %t %t", "5", 5, "true", false)"#, r#""5 5 true false""#),
            (r#"format("")"#, r#""""#),
        ]).refuses(&[
            (r#"format("%d", 1.5)"#, "an integer is required"),
            (r#"format("%d", "x")"#, "number"),
            (r#"format("%t", 1)"#, "bool"),
            (r#"format("%s", [])"#, "string"),
            (r#"format("%s", tostring(null))"#, "null"),
            (r#"format("%s")"#, "not enough arguments"),
            (r#"format("%[3]s", 1, 2)"#, "need index 3"),
            (r#"format("a", 1)"#, "no verbs in format string"),
            (r#"format("%s", 1, 2)"#, "only 1 used"),
            (r#"format("%z", 1)"#, "unsupported format verb"),
            (r#"format("%*d", 1, 2)"#, "unrecognized format character"),
            (r#"format("%[0]s", 1)"#, "unrecognized format character"),
            (r#"format("%", 1)"#, "invalid format string"),
            (r#"format("%999999999d", 1)"#, "too large"),
            ("format(null)", "must not be null"),
        ]);
    }
    formatlist "formatlist" (r#""%s-%d""#, r#"["a", "b"]"#, "1") |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            (r#"formatlist("Hello, %s!", ["Valentina", "Ander"])"#, r#"tolist(["Hello, Valentina!", "Hello, Ander!"])"#),
            (r#"formatlist("%s, %s!", "Salutations", ["Valentina", "Ander"])"#, r#"tolist(["Salutations, Valentina!", "Salutations, Ander!"])"#),
            (r#"formatlist("%s=%d", ["a", "b"], [1, 2])"#, r#"tolist(["a=1", "b=2"])"#),
            (r#"formatlist("x")"#, r#"tolist(["x"])"#),
            (r#"length(formatlist("%s", []))"#, "0"),
            (r#"formatlist("%s", toset(["b", "a"]))"#, r#"tolist(["a", "b"])"#),
        ]).refuses(&[
            (r#"formatlist("%s%s", [1, 2], [3])"#, "inconsistent"),
            (r#"formatlist("%d", ["x"])"#, "iteration 0"),
            (r#"formatlist("%s", [null])"#, "null"),
        ]);
    }
}
