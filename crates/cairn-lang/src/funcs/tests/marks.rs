//! Tests of the functions of marks.

use super::functions;

functions! {
    sensitive "sensitive" (r#""a""#) |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            (r#"issensitive(sensitive("a"))"#, "true"),
            (r#"nonsensitive(sensitive(sensitive("a")))"#, r#""a""#),
            ("issensitive(sensitive(null))", "true"),
            ("issensitive(sensitive([1])[0])", "true"),
        ]).refuses(&[("sensitive()", "takes 1 argument")]);
    }
    nonsensitive "nonsensitive" (r#"sensitive("a")"#) |t| {
        t.contradicts_nothing().gives(&[
            (r#"nonsensitive(sensitive("a"))"#, r#""a""#),
            (r#"nonsensitive("a")"#, r#""a""#),
            (r#"issensitive(nonsensitive(sensitive("a")))"#, "false"),
            ("nonsensitive(null) == null", "true"),
            ("issensitive(nonsensitive([sensitive(1)])[0])", "true"),
        ]);
    }
    issensitive "issensitive" (r#""a""#) |t| {
        t.contradicts_nothing().gives(&[
            (r#"issensitive(sensitive("secret"))"#, "true"),
            (r#"issensitive("hello")"#, "false"),
            (r#"issensitive([sensitive("x")])"#, "false"),
            (r#"issensitive([sensitive("x"), "y"][0])"#, "true"),
            ("issensitive(null)", "false"),
        ]);
    }
    ephemeralasnull "ephemeralasnull" ("{ a = 1 }") |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            (r#"ephemeralasnull("a")"#, r#""a""#),
            ("ephemeralasnull({ a = [1, null] })", "{ a = [1, null] }"),
            ("ephemeralasnull(null) == null", "true"),
        ]);
    }
}
