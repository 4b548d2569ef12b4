//! Tests of the functions that make lists of other lists.

use super::functions;

functions! {
    chunklist "chunklist" (r#"["a", "b", "c"]"#, "2") |t| {
        t.is_ordinary().gives(&[
            (r#"chunklist(["a", "b", "c", "d", "e"], 2)"#, r#"tolist([tolist(["a", "b"]), tolist(["c", "d"]), tolist(["e"])])"#),
            (r#"chunklist(["a", "b"], 1)"#, r#"tolist([tolist(["a"]), tolist(["b"])])"#),
            (r#"chunklist(["a"], 0)"#, r#"tolist([tolist(["a"])])"#),
            ("length(chunklist([], 2))", "0"),
        ]).refuses(&[
            ("chunklist([1], -1)", "must be positive"),
            ("chunklist([1], 0.5)", "whole number"),
            (r#"chunklist("a", 1)"#, "list"),
        ]);
    }
    compact "compact" (r#"["a", "", "b"]"#) |t| {
        t.is_ordinary().gives(&[
            (r#"compact(["a", "", "b", null, "c"])"#, r#"tolist(["a", "b", "c"])"#),
            (r#"length(compact([""]))"#, "0"),
            ("compact([1, true])", r#"tolist(["1", "true"])"#),
            (r#"compact(toset(["b", "", "a"]))"#, r#"tolist(["a", "b"])"#),
        ]).refuses(&[("compact([[]])", "string")]);
    }
    concat "concat" (r#"["a", ""]"#, r#"["b"]"#) |t| {
        t.is_ordinary().gives(&[
            (r#"concat(["a", ""], ["b", "c"])"#, r#"["a", "", "b", "c"]"#),
            (r#"concat(tolist(["a"]), tolist(["b"]))"#, r#"tolist(["a", "b"])"#),
            (r#"concat(tolist(["a"]), tolist([1]))"#, r#"tolist(["a", "1"])"#),
            (r#"concat(tolist(["a"]), [1])"#, r#"["a", 1]"#),
            ("concat([])", "[]"),
        ]).refuses(&[
            (r#"concat([], "a")"#, "must be lists or tuples"),
            (r#"concat(toset(["a"]))"#, "must be lists or tuples"),
            ("concat()", "at least one argument"),
        ]);
    }
    distinct "distinct" (r#"["a", "b", "a"]"#) |t| {
        t.is_ordinary().gives(&[
            (r#"distinct(["a", "b", "a", "c", "d", "b"])"#, r#"tolist(["a", "b", "c", "d"])"#),
            (r#"distinct([1, "1"])"#, r#"tolist(["1"])"#),
            ("distinct([[1], [1]])", "tolist([[1]])"),
            ("length(distinct([]))", "0"),
            ("distinct([null, null, 1])", "tolist([null, 1])"),
        ]).refuses(&[(r#"distinct("a")"#, "list")]);
    }
    flatten "flatten" (r#"[["a"], "b"]"#) |t| {
        t.is_ordinary().gives(&[
            (r#"flatten([["a", "b"], [], ["c"]])"#, r#"["a", "b", "c"]"#),
            (r#"flatten([[["a", "b"], []], ["c"]])"#, r#"["a", "b", "c"]"#),
            (r#"flatten([toset(["b", "a"]), 1, { x = [2] }])"#, r#"["a", "b", 1, { x = [2] }]"#),
            ("flatten([])", "[]"),
            ("flatten(toset([]))", "[]"),
        ]).refuses(&[("flatten({ a = [1] })", "lists, sets and tuples"), (r#"flatten("a")"#, "lists, sets and tuples")]);
    }
    length "length" (r#"["a", "b"]"#) |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            ("length([])", "0"),
            (r#"length(["a", "b"])"#, "2"),
            (r#"length({ a = "b" })"#, "1"),
            (r#"length("hello")"#, "5"),
            (r#"length("👨‍👩‍👧‍👦é")"#, "2"),
            (r#"length(toset(["a", "a"]))"#, "1"),
            ("length(tomap({ a = 1 }))", "1"),
        ]).refuses(&[("length(1)", "only strings, collections, tuples and objects"), ("length(null)", "null")]);
    }
    range "range" ("1", "4", "1") |t| {
        t.is_ordinary().gives(&[
            ("range(3)", "tolist([0, 1, 2])"),
            ("range(1, 4)", "tolist([1, 2, 3])"),
            ("range(1, 8, 2)", "tolist([1, 3, 5, 7])"),
            ("range(1, 4, 0.5)", "tolist([1, 1.5, 2, 2.5, 3, 3.5])"),
            ("range(4, 1)", "tolist([4, 3, 2])"),
            ("range(10, 5, -2)", "tolist([10, 8, 6])"),
            ("range(-2)", "tolist([0, -1])"),
            ("length(range(0))", "0"),
            ("length(range(1024))", "1024"),
        ]).refuses(&[
            ("range()", "one, two, or three"),
            ("range(1, 2, 3, 4)", "one, two, or three"),
            ("range(1025)", "more than 1024 values"),
            ("range(0, 5, 0)", "must not be zero"),
            ("range(0, 5, -1)", "step must be positive"),
            ("range(5, 0, 1)", "step must be negative"),
        ]);
    }
    reverse "reverse" ("[1, 2, 3]") |t| {
        t.is_ordinary().gives(&[
            ("reverse([1, 2, 3])", "[3, 2, 1]"),
            (r#"reverse(tolist(["a", "b"]))"#, r#"tolist(["b", "a"])"#),
            (r#"reverse(toset(["a", "b"]))"#, r#"tolist(["b", "a"])"#),
            (r#"reverse(["a", 1])"#, r#"[1, "a"]"#),
            ("reverse([])", "[]"),
        ]).refuses(&[(r#"reverse("abc")"#, "can only reverse"), ("reverse({})", "can only reverse")]);
    }
    sort "sort" (r#"["e", "d"]"#) |t| {
        t.is_ordinary().gives(&[
            (r#"sort(["e", "d", "a", "x"])"#, r#"tolist(["a", "d", "e", "x"])"#),
            (r#"sort(["10", "9", "Z", "a", ""])"#, r#"tolist(["", "10", "9", "Z", "a"])"#),
            ("sort([3, 20])", r#"tolist(["20", "3"])"#),
            (r#"sort(["é", "z"])"#, r#"tolist(["z", "é"])"#),
            ("length(sort([]))", "0"),
        ]).refuses(&[("sort([null])", "cannot be sorted"), ("sort([[]])", "string"), (r#"sort("a")"#, "list of string")]);
    }
}
