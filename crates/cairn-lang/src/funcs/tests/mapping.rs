//! Tests of the functions that take maps apart and put them together.

use super::functions;

functions! {
    keys "keys" ("{ a = 1, c = 2 }") |t| {
        t.is_ordinary().gives(&[
            ("keys({ d = 3, a = 1, c = 2 })", r#"["a", "c", "d"]"#),
            ("keys(tomap({ b = 1, a = 2 }))", r#"tolist(["a", "b"])"#),
            ("keys({})", "[]"),
            ("issensitive(keys({ a = sensitive(1) }))", "false"),
        ]).refuses(&[("keys([1])", "map or object"), (r#"keys("a")"#, "map or object")]);
    }
    merge "merge" (r#"{ a = "b" }"#, r#"{ e = "f" }"#) |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            (r#"merge({ a = "b", c = "d" }, { e = "f", c = "z" })"#, r#"{ a = "b", c = "z", e = "f" }"#),
            (r#"merge({ a = "b" }, { a = [1, 2], c = "z" }, { d = 3 })"#, r#"{ a = [1, 2], c = "z", d = 3 }"#),
            ("merge(tomap({ a = 1 }), tomap({ b = 2 }))", "tomap({ a = 1, b = 2 })"),
            ("merge([{ a = 1 }, {}, { b = 2 }]...)", "{ a = 1, b = 2 }"),
            ("merge({ a = { x = 1 } }, { a = { y = 2 } })", "{ a = { y = 2 } }"),
            ("merge(null, { a = 1 })", "{ a = 1 }"),
            ("merge()", "{}"),
        ]).refuses(&[("merge([])", "must be maps or objects"), (r#"merge({}, "a")"#, "must be maps or objects")]);
    }
    transpose "transpose" (r#"{ a = ["1", "2"] }"#) |t| {
        t.is_ordinary().gives(&[
            (r#"transpose({ a = ["1", "2"], b = ["2", "3"] })"#, r#"tomap({ "1" = tolist(["a"]), "2" = tolist(["a", "b"]), "3" = tolist(["b"]) })"#),
            ("length(transpose({}))", "0"),
            ("length(transpose({ a = [] }))", "0"),
        ]).refuses(&[("transpose({ a = 1 })", "list of string"), ("transpose({ a = [null] })", "must not be null")]);
    }
    values "values" ("{ a = 1, c = 2 }") |t| {
        t.is_ordinary().gives(&[
            ("values({ a = 3, c = 2, d = 1 })", "[3, 2, 1]"),
            ("values(tomap({ b = 1, a = 2 }))", "tolist([2, 1])"),
            ("values({})", "[]"),
            (r#"values({ b = [1], a = "x" })"#, r#"["x", [1]]"#),
        ]).refuses(&[("values([1])", "requires a map")]);
    }
    zipmap "zipmap" (r#"["a", "b"]"#, "[1, 2]") |t| {
        t.is_ordinary().gives(&[
            (r#"zipmap(["a", "b"], [1, 2])"#, "{ a = 1, b = 2 }"),
            (r#"zipmap(["a", "b"], tolist([1, 2]))"#, "tomap({ a = 1, b = 2 })"),
            (r#"zipmap(["a", "a"], [1, 2])"#, "{ a = 2 }"),
            ("zipmap([], [])", "{}"),
        ]).refuses(&[
            (r#"zipmap(["a"], [])"#, "does not match"),
            (r#"zipmap(["a"], tolist([1, 2]))"#, "does not match"),
            ("zipmap([null], [1])", "null"),
            (r#"zipmap(["a"], "x")"#, "list or tuple"),
        ]);
    }
}
