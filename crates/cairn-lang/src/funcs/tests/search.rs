//! Tests of the functions that look for something in a collection.

use super::functions;

functions! {
    alltrue "alltrue" ("[true, false]") |t| {
        t.is_ordinary().gives(&[
            (r#"alltrue(["true", true])"#, "true"),
            ("alltrue([true, false])", "false"),
            ("alltrue([])", "true"),
            ("alltrue([true, null])", "false"),
        ]).refuses(&[("alltrue([1])", "bool"), (r#"alltrue("x")"#, "list of bool")]);
    }
    anytrue "anytrue" ("[true, false]") |t| {
        t.is_ordinary().gives(&[
            (r#"anytrue(["false", true])"#, "true"),
            ("anytrue([false])", "false"),
            ("anytrue([])", "false"),
            ("anytrue([null, true])", "true"),
        ]).refuses(&[("anytrue([[]])", "bool")]);
    }
    contains "contains" (r#"["a", "b"]"#, r#""a""#) |t| {
        t.is_ordinary().gives(&[
            (r#"contains(["a", "b"], "a")"#, "true"),
            (r#"contains(["a", "b"], "d")"#, "false"),
            (r#"contains(toset(["a"]), "a")"#, "true"),
            ("contains([1, 2], 2)", "true"),
            (r#"contains([1], "1")"#, "false"),
            ("contains([[1], [2]], [2])", "true"),
            (r#"contains([], "a")"#, "false"),
        ]).refuses(&[(r#"contains("a", "a")"#, "list, tuple, or set"), (r#"contains({}, "a")"#, "list, tuple, or set")]);
    }
    index "index" (r#"["a", "b"]"#, r#""b""#) |t| {
        t.is_ordinary().gives(&[
            (r#"index(["a", "b", "c"], "b")"#, "1"),
            (r#"index(["a", "a"], "a")"#, "0"),
            (r#"index([1, "b"], "b")"#, "1"),
        ]).refuses(&[
            (r#"index(["a"], "z")"#, "item not found"),
            (r#"index([], "z")"#, "empty list"),
            (r#"index(toset(["a"]), "a")"#, "list or tuple"),
        ]);
    }
    matchkeys "matchkeys" (r#"["i-1", "i-2"]"#, r#"["west", "east"]"#, r#"["east"]"#) |t| {
        t.is_ordinary().gives(&[
            (r#"matchkeys(["i-1", "i-2", "i-3"], ["w", "e", "e"], ["e"])"#, r#"tolist(["i-2", "i-3"])"#),
            (r#"length(matchkeys(["i-1"], ["w"], ["x"]))"#, "0"),
            (r#"matchkeys([1, 2], ["w", "e"], toset(["w"]))"#, "tolist([1])"),
            (r#"length(matchkeys([1], ["w"], []))"#, "0"),
        ]).refuses(&[
            (r#"matchkeys(["a"], ["w", "e"], ["e"])"#, "should be equal"),
        ]);
    }
}
