//! Tests of the functions of sets.

use super::functions;

functions! {
    setintersection "setintersection" (r#"["a", "b"]"#, r#"["b", "c"]"#) |t| {
        t.is_ordinary().gives(&[
            (r#"setintersection(["a", "b"], ["b", "c"], ["b", "d"])"#, r#"toset(["b"])"#),
            (r#"setintersection(["a", "b"])"#, r#"toset(["a", "b"])"#),
            (r#"setintersection([1], ["1"])"#, r#"toset(["1"])"#),
            (r#"length(setintersection(["a"], []))"#, "0"),
        ]).refuses(&[(r#"setintersection("a", [])"#, "set"), ("setintersection()", "at least 1 argument")]);
    }
    setproduct "setproduct" (r#"["a", "b"]"#, "[1]") |t| {
        t.is_ordinary().gives(&[
            (
                r#"setproduct(["development", "staging"], ["app1", "app2"])"#,
                r#"tolist([["development", "app1"], ["development", "app2"], ["staging", "app1"], ["staging", "app2"]])"#,
            ),
            (r#"setproduct(toset(["a"]), toset([1, 2]))"#, r#"toset([["a", 1], ["a", 2]])"#),
            (r#"setproduct(["b"], toset([2, 1]), [true])"#, r#"toset([["b", 1, true], ["b", 2, true]])"#),
            (r#"length(setproduct(["a"], []))"#, "0"),
            (r#"setproduct(["a", 1], ["x"])"#, r#"tolist([["a", "x"], ["1", "x"]])"#),
        ]).refuses(&[
            (r#"setproduct(["a"])"#, "at least two arguments"),
            (r#"setproduct(["a"], "b")"#, "a set or a list is required"),
            ("length(setproduct(range(1024), range(1024)))", "more than 1000000 elements"),
        ]);
    }
    setsubtract "setsubtract" (r#"["a", "b", "c"]"#, r#"["a", "c"]"#) |t| {
        t.is_ordinary().gives(&[
            (r#"setsubtract(["a", "b", "c"], ["a", "c"])"#, r#"toset(["b"])"#),
            (r#"length(setsubtract(["a"], ["a", "b"]))"#, "0"),
            (r#"setsubtract(["a"], [])"#, r#"toset(["a"])"#),
            (r#"setunion(setsubtract(["a", "b"], ["b", "c"]), setsubtract(["b", "c"], ["a", "b"]))"#, r#"toset(["a", "c"])"#),
        ]).refuses(&[(r#"setsubtract(["a"])"#, "2 arguments"), (r#"setsubtract(["a"], "b")"#, "set")]);
    }
    setunion "setunion" (r#"["a", "b"]"#, r#"["b", "c"]"#) |t| {
        t.is_ordinary().gives(&[
            (r#"setunion(["a", "b"], ["b", "c"], ["d"])"#, r#"toset(["a", "b", "c", "d"])"#),
            (r#"setunion(["a"])"#, r#"toset(["a"])"#),
            ("setunion([], [1])", "toset([1])"),
        ]).refuses(&[("setunion([1], [[]])", "one type"), (r#"setunion("a")"#, "set")]);
    }
}
