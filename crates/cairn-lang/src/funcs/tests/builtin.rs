//! Tests of the functions of the builtin provider.

use super::functions;

functions! {
    encode_tfvars "provider::terraform::encode_tfvars" ("{ a = 1 }") |t| {
        t.is_ordinary().gives(&[
            (r#"provider::terraform::encode_tfvars({ a = 1, long = "$" })"#, r#""a    = 1\nlong = \"$\"\n""#),
            (r#"provider::terraform::encode_tfvars({ a = "x\n$${b}" })"#, r#""a = \"x\\n$$${b}\"\n""#),
            (r#"provider::terraform::encode_tfvars({ m = { k = [true], "not a name" = null } })"#, r#""m = {\n  k            = [true]\n  \"not a name\" = null\n}\n""#),
            ("provider::terraform::encode_tfvars({})", r#""""#),
        ]).refuses(&[
            ("provider::terraform::encode_tfvars([])", "must be an object"),
            (r#"provider::terraform::encode_tfvars({ "not a name" = 1 })"#, "invalid variable name"),
        ]);
    }
    encode_expr "provider::terraform::encode_expr" ("[1]") |t| {
        t.contradicts_nothing().keeps_marks().gives(&[
            ("provider::terraform::encode_expr([1, { a = null }])", r#""[1, {\n  a = null\n}]""#),
            (r#"provider::terraform::encode_expr("a\"b")"#, r#""\"a\\\"b\"""#),
            (r#"provider::terraform::encode_expr(toset(["b", "a"]))"#, r#""[\"a\", \"b\"]""#),
            ("provider::terraform::encode_expr(1.50)", r#""1.5""#),
        ]);
    }
    decode_tfvars "provider::terraform::decode_tfvars" (r#""a = 1""#) |t| {
        t.is_ordinary().gives(&[
            (r#"provider::terraform::decode_tfvars("a = [1, \"x\"]\nb = {}\n")"#, r#"{ a = [1, "x"], b = {} }"#),
            (r#"provider::terraform::decode_tfvars("")"#, "{}"),
            (r#"provider::terraform::decode_tfvars("// nothing\na = null")"#, "{ a = null }"),
        ]).refuses(&[
            (r#"provider::terraform::decode_tfvars("a {}")"#, "blocks are not allowed"),
            (r#"provider::terraform::decode_tfvars("a = var.b")"#, "a"),
            (r#"provider::terraform::decode_tfvars("a = ")"#, "a"),
        ]);
    }
}
