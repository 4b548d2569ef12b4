//! Tests of the functions of numbers.

use super::functions;

functions! {
    abs "abs" ("-2") |t| {
        t.is_ordinary().gives(&[
            ("abs(23)", "23"),
            ("abs(0)", "0"),
            ("abs(-12.4)", "12.4"),
            (r#"abs("-1")"#, "1"),
        ]).refuses(&[(r#"abs("x")"#, "number")]);
    }
    ceil "ceil" ("1.5") |t| {
        t.is_ordinary().gives(&[
            ("ceil(5)", "5"),
            ("ceil(5.1)", "6"),
            ("ceil(-5.9)", "-5"),
            ("ceil(100000000000000000000.5)", "100000000000000000001"),
        ]);
    }
    floor "floor" ("1.5") |t| {
        t.is_ordinary().gives(&[
            ("floor(5)", "5"),
            ("floor(4.9)", "4"),
            ("floor(-4.1)", "-5"),
        ]);
    }
    log "log" ("16", "2") |t| {
        t.is_ordinary().gives(&[
            ("tostring(log(50, 10))", r#""1.6989700043360185""#),
            ("log(16, 2)", "4"),
            ("tostring(log(2, 3))", r#""0.6309297535714575""#),
            ("log(1, 10)", "0"),
            ("ceil(log(15, 2))", "4"),
        ]).refuses(&[("log(-1, 2)", "not a number")]);
    }
    max "max" ("12", "54", "3") |t| {
        t.is_ordinary().gives(&[
            ("max(12, 54, 3)", "54"),
            ("max(-1)", "-1"),
            ("max([12, 54, 3]...)", "54"),
            (r#"max(1, "2")"#, "2"),
        ]).refuses(&[("max()", "at least one number")]);
    }
    min "min" ("12", "54", "3") |t| {
        t.is_ordinary().gives(&[
            ("min(12, 54, 3)", "3"),
            ("min(-1, -1.5)", "-1.5"),
            ("min(toset([4, 3])...)", "3"),
        ]).refuses(&[("min()", "at least one number")]);
    }
    parseint "parseint" (r#""100""#, "10") |t| {
        t.is_ordinary().gives(&[
            (r#"parseint("100", 10)"#, "100"),
            (r#"parseint("FF", 16)"#, "255"),
            (r#"parseint("-10", 16)"#, "-16"),
            (r#"parseint("+7", 8)"#, "7"),
            (r#"parseint("1011111011101111", 2)"#, "48879"),
            (r#"parseint("aA", 62)"#, "656"),
            (r#"parseint("zz", 36)"#, "1295"),
            (r#"parseint("00", 10)"#, "0"),
            (r#"parseint("123456789012345678901234567890", 10)"#, "123456789012345678901234567890"),
        ]).refuses(&[
            (r#"parseint("12", 2)"#, "cannot parse"),
            (r#"parseint("", 10)"#, "cannot parse"),
            (r#"parseint("1.5", 10)"#, "cannot parse"),
            (r#"parseint("0xff", 16)"#, "cannot parse"),
            (r#"parseint("1", 63)"#, "between 2 and 62"),
            (r#"parseint("1", 1)"#, "between 2 and 62"),
            ("parseint(100, 10)", "must be a string"),
        ]);
    }
    pow "pow" ("3", "2") |t| {
        t.is_ordinary().gives(&[
            ("pow(3, 2)", "9"),
            ("pow(4, 0)", "1"),
            ("pow(2, -1)", "0.5"),
            ("pow(0, 2)", "0"),
            ("tostring(pow(10, 64))", r#""10000000000000002000000000000000000000000000000000000000000000000""#),
            ("tostring(pow(2, -0.5))", r#""0.7071067811865475""#),
            ("tostring(pow(2, 0.5))", r#""1.4142135623730951""#),
        ]);
    }
    signum "signum" ("-13") |t| {
        t.is_ordinary().gives(&[
            ("signum(-13)", "-1"),
            ("signum(0)", "0"),
            ("signum(344)", "1"),
        ]).refuses(&[("signum(0.5)", "whole number")]);
    }
    sum "sum" ("[10, 13, 6]") |t| {
        t.is_ordinary().gives(&[
            ("sum([10, 13, 6, 4.5])", "33.5"),
            ("sum(toset([1, 2, 2]))", "3"),
            (r#"sum(["1", 2])"#, "3"),
            ("sum([5])", "5"),
        ]).refuses(&[
            ("sum([])", "empty list"),
            ("sum([1, null])", "number values"),
            (r#"sum(["x"])"#, "number values"),
            ("sum({ a = 1 })", "list, set, or tuple"),
        ]);
    }
}
