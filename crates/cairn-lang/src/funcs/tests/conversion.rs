//! Tests of the functions that convert values, and of those that try expressions.

use super::functions;

functions! {
    convert "convert" (r#"["1"]"#, "list(number)") |t| {
        t.gives(&[
            (r#"convert("1", number)"#, "1"),
            (r#"convert([1, "2"], set(string))"#, r#"toset(["1", "2"])"#),
            (r#"convert({ a = "1" }, object({ a = number, b = optional(string, "x") }))"#, r#"{ a = 1, b = "x" }"#),
            ("convert({ a = 1, b = 2 }, object({ a = string }))", r#"{ a = "1" }"#),
            ("convert(null, string)", "tostring(null)"),
            ("convert(5, any)", "5"),
            (r#"core::convert(sensitive("1"), number)"#, "sensitive(1)"),
        ]).refuses(&[
            (r#"convert("x", number)"#, "cannot convert string to number"),
            ("convert({}, object({ a = number }))", "a"),
            (r#"convert("x", nonsense)"#, "There is no type `nonsense`"),
            (r#"convert("x", "number")"#, "without quotes"),
            (r#"convert("x")"#, "takes 2 arguments"),
            (r#"convert(["x", number]...)"#, "takes 2 arguments"),
        ]);
    }
    tobool "tobool" (r#""true""#) |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            ("tobool(true)", "true"),
            (r#"tobool("true")"#, "true"),
            (r#"tobool("false")"#, "false"),
            ("tobool(null) == null", "true"),
        ]).refuses(&[
            (r#"tobool("no")"#, "bool"),
            ("tobool(1)", "bool"),
            (r#"tobool("True")"#, "bool"),
        ]);
    }
    tonumber "tonumber" (r#""1""#) |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            ("tonumber(1)", "1"),
            (r#"tonumber("1.50")"#, "1.5"),
            (r#"tonumber("1e3")"#, "1000"),
            ("tonumber(null) == null", "true"),
        ]).refuses(&[
            (r#"tonumber("no")"#, "a number is required"),
            ("tonumber(true)", "number"),
            (r#"tonumber("")"#, "number"),
        ]);
    }
    tostring "tostring" ("1") |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            (r#"tostring("hello")"#, r#""hello""#),
            ("tostring(1.50)", r#""1.5""#),
            ("tostring(true)", r#""true""#),
            ("tostring(null) == null", "true"),
        ]).refuses(&[("tostring([])", "cannot convert")]);
    }
    tolist "tolist" (r#"["a", "b"]"#) |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            (r#"tolist(["a", "b", 3])"#, r#"tolist(["a", "b", "3"])"#),
            (r#"tolist(toset(["b", "a"]))"#, r#"tolist(["a", "b"])"#),
            ("tolist([]) == []", "false"),
            ("tolist(null) == null", "true"),
        ]).refuses(&[
            (r#"tolist("a")"#, r#"cannot convert string "a" to list"#),
            ("tolist([1, []])", "cannot convert"),
        ]);
    }
    toset "toset" (r#"["a", "b"]"#) |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            (r#"toset(["a", "b", "a"])"#, r#"toset(["b", "a"])"#),
            (r#"length(toset(["a", 1, "1"]))"#, "2"),
            ("toset(null) == null", "true"),
        ]).refuses(&[("toset({ a = 1 })", "cannot convert")]);
    }
    tomap "tomap" ("{ a = 1 }") |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            (r#"tomap({ a = "foo", b = true })"#, r#"tomap({ a = "foo", b = "true" })"#),
            ("tomap({ a = 1 }) == { a = 1 }", "false"),
            ("tomap(null) == null", "true"),
        ]).refuses(&[
            ("tomap([])", "cannot convert"),
            ("tomap({ a = 1, b = [] })", "cannot convert"),
        ]);
    }
    can "can" (r#"tonumber("1")"#) |t| {
        t.gives(&[
            (r#"can(tonumber("1"))"#, "true"),
            (r#"can(tonumber("x"))"#, "false"),
            ("can({}.a)", "false"),
            ("can(null)", "true"),
            (r#"core::can(regex("z", "a"))"#, "false"),
        ]).refuses(&[("can()", "takes 1 argument"), ("can(1, 2)", "takes 1 argument")]);
    }
    try_first "try" (r#"tonumber("1")"#) |t| {
        t.gives(&[
            (r#"try(tonumber("x"), 5)"#, "5"),
            ("try({}.a, {}.b, [1][0])", "1"),
            ("try(null, 1) == null", "true"),
            (r#"core::try("a", {}.b)"#, r#""a""#),
        ]).refuses(&[
            ("try()", "at least one argument"),
            ("try({}.a, [][0])", "No argument of try has a value"),
        ]);
    }
}
