//! Tests of JSON forms: what each rule gives, held against what Terraform prints.

use serde_json::json;

use super::*;
use crate::{Marks, ObjectType};

fn s(text: &str) -> Value {
    Value::string(text)
}

fn n(text: &str) -> Value {
    Value::Number(Number::parse(text).expect("a number"))
}

fn tuple<const N: usize>(items: [Value; N]) -> Value {
    Value::tuple(items.into())
}

fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    Value::object(attributes.map(|(k, v)| (name(k), v)))
}

#[test]
fn text_is_that_of_jsonencode() {
    let text = |v: &Value| to_text(v).expect("known");
    let v = object([
        ("b", n("1")),
        ("a", tuple([n("1.5"), Value::null(), Value::Bool(true)])),
        ("c", n("1e30")),
        ("d", n("0.1")),
        ("e", n("-0")),
    ]);
    assert_eq!(
        text(&v),
        r#"{"a":[1.5,null,true],"b":1,"c":1000000000000000000000000000000,"d":0.1,"e":-0}"#
    );
    assert_eq!(
        text(&s(
            "\u{2028}\u{2029}<>&\u{1}\u{7f}\t\n\r\u{8}\u{c}/\\\"é\u{1F600}\0"
        )),
        "\"\\u2028\\u2029\\u003c\\u003e\\u0026\\u0001\u{7f}\\t\\n\\r\\b\\f/\\\\\\\"é\u{1F600}\\u0000\""
    );
    assert_eq!(
        text(&n("1e-20").mark(Marks::SENSITIVE)),
        "0.00000000000000000001"
    );
    let infinite = object([("a", tuple([n("inf")]))]);
    assert_eq!(
        to_text(&infinite).map_err(|e| e.to_string()),
        Err("the value at a[0] is infinite, which JSON cannot express".to_owned())
    );
    assert!(matches!(
        to_json(&tuple([Value::unknown(Type::String)])),
        Err(JsonError::Unknown(_))
    ));
}

#[test]
fn numbers_keep_their_digits() {
    let text = "[0.1,123456789012345678901234567890,1e400,-0]";
    let parsed: Json = serde_json::from_str(text).expect("JSON");
    let value = from_json_implied(&parsed).expect("a value");
    let back = to_json(&value).expect("known").to_string();
    assert!(
        back.starts_with("[0.1,123456789012345678901234567890,1000"),
        "{back}"
    );
    assert!(back.ends_with("000,-0]"), "{back}");
    assert!(from_json_implied(&serde_json::from_str("1e100001").expect("JSON")).is_err());
}

#[test]
fn values_by_type() {
    let ty = Type::Object(Arc::new(ObjectType {
        attributes: [
            (name("a"), Type::set(Type::String)),
            (name("b"), Type::map(Type::Number)),
            (name("c"), Type::Bool),
        ]
        .into(),
        optional: [name("c")].into(),
    }));
    let value = from_json(&json!({"a": ["y", "x", 1], "b": {"k": "2"}}), &ty).expect("a value");
    assert_eq!(
        value,
        object([
            ("a", Value::set(Type::String, vec![s("1"), s("x"), s("y")])),
            ("b", Value::map(Type::Number, [(name("k"), n("2"))])),
            ("c", Value::Null(Type::Bool)),
        ])
    );
    assert_eq!(
        to_json(&value),
        Ok(json!({"a": ["1", "x", "y"], "b": {"k": 2}, "c": null}))
    );
    let error = |json: Json, ty: &Type| from_json(&json, ty).expect_err("an error").to_string();
    assert_eq!(error(json!({"a": []}), &ty), "attribute \"b\" is required");
    assert_eq!(
        error(json!({"a": [], "b": {"k": []}}), &ty),
        "attribute \"b\": element \"k\": number required"
    );
    assert!(error(json!({"z": 1}), &ty).contains("\"z\""));
    assert_eq!(error(json!([1]), &Type::tuple([])), "tuple required");
    assert_eq!(
        from_json(&json!([1, "a"]), &Type::list(Type::Dynamic)),
        Ok(Value::list(Type::String, vec![s("1"), s("a")]))
    );
    assert_eq!(from_json(&json!("e\u{301}"), &Type::String), Ok(s("é")));
}

#[test]
fn typed_json_of_state() {
    let ty = Type::object([(name("id"), Type::String), (name("input"), Type::Dynamic)]);
    let value = object([("id", s("1")), ("input", tuple([s("x"), n("2")]))]);
    let json =
        json!({"id": "1", "input": {"value": ["x", 2], "type": ["tuple", ["string", "number"]]}});
    assert_eq!(to_typed_json(&value, &ty), Ok(json.clone()));
    assert_eq!(from_typed_json(&json, &ty), Ok(value));
    let null = json!({"id": "1", "input": null});
    let read = from_typed_json(&null, &ty).expect("a value");
    assert_eq!(read, object([("id", s("1")), ("input", Value::null())]));
    assert_eq!(to_typed_json(&read, &ty), Ok(null));
    assert!(from_typed_json(&json!({"id": "1", "input": "x"}), &ty).is_err());
}

#[test]
fn types() {
    let ty = Type::Object(Arc::new(ObjectType {
        attributes: [
            (name("a"), Type::list(Type::set(Type::Bool))),
            (name("b"), Type::tuple([Type::Number, Type::Dynamic])),
        ]
        .into(),
        optional: [name("a")].into(),
    }));
    let json = json!([
        "object",
        {"a": ["list", ["set", "bool"]], "b": ["tuple", ["number", "dynamic"]]},
        ["a"]
    ]);
    assert_eq!(type_to_json(&ty), json);
    assert_eq!(type_from_json(&json), Some(ty));
    for wrong in [
        json!("strin"),
        json!(["list"]),
        json!([]),
        json!(null),
        json!(["object", {}, 1]),
    ] {
        assert_eq!(type_from_json(&wrong), None, "{wrong}");
    }
    assert_eq!(
        implied_type(&json!([null, {"a": 1}])),
        Type::tuple([Type::Dynamic, Type::object([(name("a"), Type::Number)])])
    );
}

#[test]
fn unknown_trees_have_terraforms_shape() {
    let u = || Value::unknown(Type::String);
    let check = |value: Value, after: Json, tree: Json| {
        assert_eq!(to_json_known_part(&value), Ok(Some(after)));
        assert_eq!(unknown_tree(&value), tree);
    };
    check(
        object([("a", tuple([n("1"), n("2")])), ("b", u())]),
        json!({"a": [1, 2]}),
        json!({"a": [false, false], "b": true}),
    );
    check(
        object([
            ("a", object([("x", n("1"))])),
            ("b", u()),
            ("c", Value::null()),
        ]),
        json!({"a": {"x": 1}, "c": null}),
        json!({"a": {}, "b": true}),
    );
    check(
        tuple([n("1"), Value::null(), u(), tuple([]), object([])]),
        json!([1, null, null, [], {}]),
        json!([false, false, true, [], {}]),
    );
    let element = object([("a", u()), ("b", n("1"))]);
    check(
        Value::set(element.ty(), vec![element]),
        json!([{"b": 1}]),
        json!([{"a": true}]),
    );
    assert_eq!(to_json_known_part(&u()), Ok(None));
    assert_eq!(unknown_tree(&u()), json!(true));
    assert_eq!(unknown_tree(&n("1")), json!(false));
}

#[test]
fn sensitive_trees_have_terraforms_shape() {
    let secret = |v: Value| v.mark(Marks::SENSITIVE);
    let v = object([
        ("a", secret(s("x"))),
        ("b", tuple([n("1"), secret(n("2"))])),
        ("c", Value::map(Type::String, [(name("k"), s("x"))])),
        ("d", s("x").mark(Marks::EPHEMERAL)),
        ("e", secret(Value::unknown(Type::String))),
        ("f", Value::unknown(Type::list(Type::String))),
    ]);
    assert_eq!(
        sensitive_tree(&v),
        json!({"a": true, "b": [false, true], "c": {}, "e": true, "f": []})
    );
}
