//! Tests of the functions that choose among values.

use super::functions;

functions! {
    coalesce "coalesce" (r#""""#, r#""b""#) |t| {
        t.contradicts_nothing().gives(&[
            (r#"coalesce("a", "b")"#, r#""a""#),
            (r#"coalesce("", "b")"#, r#""b""#),
            ("coalesce(1, 2)", "1"),
            (r#"coalesce(["", "b"]...)"#, r#""b""#),
            (r#"coalesce(null, 1, "hello")"#, r#""1""#),
            ("coalesce(null, false)", "false"),
            (r#"coalesce(sensitive(""), "b")"#, r#"sensitive("b")"#),
        ]).refuses(&[
            (r#"coalesce(null, "")"#, "no non-null, non-empty-string arguments"),
            ("coalesce()", "at least one argument"),
            ("coalesce(1, [])", "same type"),
        ]);
    }
    coalescelist "coalescelist" ("[]", r#"["c"]"#) |t| {
        t.contradicts_nothing().gives(&[
            (r#"coalescelist(["a", "b"], ["c"])"#, r#"["a", "b"]"#),
            (r#"coalescelist([], ["c", "d"])"#, r#"["c", "d"]"#),
            (r#"coalescelist([[], ["c"]]...)"#, r#"["c"]"#),
            (r#"coalescelist(tolist([]), tolist(["x"]))"#, r#"tolist(["x"])"#),
        ]).refuses(&[
            ("coalescelist([], [])", "no non-null arguments"),
            ("coalescelist()", "at least one argument"),
            (r#"coalescelist("a")"#, "must be lists or tuples"),
            (r#"coalescelist(toset(["a"]))"#, "must be lists or tuples"),
        ]);
    }
    element "element" (r#"["a", "b", "c"]"#, "1") |t| {
        t.is_ordinary().gives(&[
            (r#"element(["a", "b", "c"], 1)"#, r#""b""#),
            (r#"element(["a", "b", "c"], 3)"#, r#""a""#),
            (r#"element(["a", 2], 1)"#, "2"),
            (r#"element(tolist(["a", "b"]), 5)"#, r#""b""#),
            (r#"element(tolist(["a", "b"]), -1)"#, r#""b""#),
            (r#"element(["a"], -1)"#, r#""a""#),
        ]).refuses(&[
            ("element([], 0)", "empty list"),
            ("element([1, 2], -1)", "negative index"),
            ("element([1], 0.5)", "whole number"),
            (r#"element(toset(["a"]), 0)"#, "cannot read elements"),
        ]);
    }
    lookup "lookup" (r#"{ a = "ay" }"#, r#""a""#) |t| {
        t.is_ordinary().gives(&[
            (r#"lookup({ a = "ay", b = "bee" }, "a", "what?")"#, r#""ay""#),
            (r#"lookup({ a = "ay" }, "c", "what?")"#, r#""what?""#),
            (r#"lookup({ a = 1 }, "b", null) == null"#, "true"),
            (r#"lookup(tomap({ a = 1 }), "b", "7")"#, "7"),
            (r#"lookup({ a = [1] }, "a", [])"#, "[1]"),
        ]).refuses(&[
            (r#"lookup(tomap({ a = 1 }), "b")"#, r#"failed to find key "b""#),
            (r#"lookup({ a = 1 }, "b")"#, r#""b""#),
            (r#"lookup([1], "b")"#, "requires a map"),
            (r#"lookup({ a = 1 }, "a", 1, 2)"#, "two or three arguments"),
            (r#"lookup(tomap({ a = 1 }), "b", "x")"#, "default value"),
        ]);
    }
    one "one" (r#"["a"]"#) |t| {
        t.is_ordinary().gives(&[
            ("one([]) == null", "true"),
            (r#"one(["hello"])"#, r#""hello""#),
            ("one(toset([5]))", "5"),
            (r#"one(tolist(["x"]))"#, r#""x""#),
        ]).refuses(&[
            (r#"one(["hello", "goodbye"])"#, "either zero or one elements"),
            (r#"one("hello")"#, "list, set, or tuple"),
        ]);
    }
    slice "slice" (r#"["a", "b", "c", "d"]"#, "1", "3") |t| {
        t.is_ordinary().gives(&[
            (r#"slice(["a", "b", "c", "d"], 1, 3)"#, r#"["b", "c"]"#),
            (r#"slice(tolist(["a", "b"]), 1, 2)"#, r#"tolist(["b"])"#),
            ("slice([1, 2], 0, 0)", "[]"),
            ("slice([1, 2], 2, 2)", "[]"),
        ]).refuses(&[
            ("slice([1], 0, 2)", "must not be greater"),
            ("slice([1, 2], 2, 1)", "must not be greater"),
            ("slice([1], -1, 1)", "must not be a negative number"),
            ("slice(toset([1]), 0, 1)", "cannot slice a set"),
            (r#"slice("abc", 0, 1)"#, "list or tuple"),
        ]);
    }
}
