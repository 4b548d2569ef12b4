//! Tests of operators: what each rule gives, held against what Terraform prints.

use super::*;
use crate::{Unknown, name};

fn s(text: &str) -> Value {
    Value::string(text)
}

fn n(text: &str) -> Value {
    Value::Number(Number::parse(text).expect("a number"))
}

fn b(value: bool) -> Value {
    Value::Bool(value)
}

fn tuple<const N: usize>(items: [Value; N]) -> Value {
    Value::tuple(items.into())
}

fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    Value::object(attributes.map(|(n, v)| (name(n), v)))
}

fn numbers(items: &[i64]) -> Value {
    Value::list(Type::Number, items.iter().map(|i| Value::int(*i)).collect())
}

fn unknown(ty: Type) -> Value {
    Value::unknown_not_null(ty)
}

fn secret(value: Value) -> Value {
    value.mark(Marks::SENSITIVE)
}

fn kind(result: Result<Value, OpError>) -> OpErrorKind {
    match result {
        Ok(v) => panic!("gave {v:?}"),
        Err(e) => {
            assert!(e.message.ends_with('.'), "{}", e.message);
            e.kind
        }
    }
}

fn message(result: Result<Value, OpError>) -> String {
    result.expect_err("no result").message
}

#[test]
fn operands_are_converted() {
    assert_eq!(add(&s("1"), &n("2")), Ok(n("3")));
    assert_eq!(negate(&s("3")), Ok(n("-3")));
    assert_eq!(not(&s("true")), Ok(b(false)));
    assert_eq!(and(&s("true"), &s("1")), Ok(b(true)));
    assert_eq!(less(&s("9"), &s("10")), Ok(b(true)));
    assert_eq!(
        kind(add(&b(true), &n("1"))),
        OpErrorKind::Unsuitable(Operand::Left)
    );
    assert_eq!(
        kind(add(&n("1"), &tuple([]))),
        OpErrorKind::Unsuitable(Operand::Right)
    );
    assert_eq!(
        message(add(&n("1"), &s("x"))),
        "The value does not fit this operation: a number is required."
    );
    assert_eq!(
        kind(and(&b(true), &n("1"))),
        OpErrorKind::Unsuitable(Operand::Right)
    );
    assert_eq!(
        kind(or(&b(true), &s("x"))),
        OpErrorKind::Unsuitable(Operand::Right)
    );
    assert_eq!(kind(not(&n("5"))), OpErrorKind::Unsuitable(Operand::Only));
    assert_eq!(
        kind(less(&s("a"), &n("1"))),
        OpErrorKind::Unsuitable(Operand::Left)
    );
}

#[test]
fn null_is_no_operand() {
    let null = Value::null();
    assert_eq!(
        kind(add(&null, &n("1"))),
        OpErrorKind::NullOperand(Operand::Left)
    );
    assert_eq!(
        kind(or(&b(true), &null)),
        OpErrorKind::NullOperand(Operand::Right)
    );
    assert_eq!(kind(negate(&null)), OpErrorKind::NullOperand(Operand::Only));
    assert_eq!(
        kind(less(&n("1"), &null)),
        OpErrorKind::NullOperand(Operand::Right)
    );
}

#[test]
fn arithmetic_without_result() {
    assert_eq!(divide(&n("1"), &n("0")), Ok(n("inf")));
    assert_eq!(kind(divide(&n("0"), &n("0"))), OpErrorKind::NoResult);
    assert_eq!(kind(subtract(&n("inf"), &n("inf"))), OpErrorKind::NoResult);
    assert_eq!(modulo(&n("-5"), &n("3")), Ok(n("-2")));
    assert_eq!(multiply(&n("4"), &n("2.5")), Ok(n("10")));
}

#[test]
fn unknown_operands() {
    let u = unknown(Type::Number);
    assert_eq!(add(&u, &n("1")), Ok(unknown(Type::Number)));
    assert_eq!(
        negate(&Value::unknown(Type::Dynamic)),
        Ok(unknown(Type::Number))
    );
    assert_eq!(less(&u, &n("1")), Ok(unknown(Type::Bool)));
    let ub = unknown(Type::Bool);
    for known in [b(true), b(false)] {
        for both in [or, and] {
            assert_eq!(both(&known, &ub), Ok(ub.clone()));
            assert_eq!(both(&ub, &known), Ok(ub.clone()));
        }
    }
    assert_eq!(not(&ub), Ok(ub));
    let length = length(&Value::unknown(Type::list(Type::String))).expect("a length");
    assert_eq!(greater_equal(&length, &n("0")), Ok(b(true)));
    assert_eq!(less(&length, &n("0")), Ok(b(false)));
    assert_eq!(greater(&n("-1"), &length), Ok(b(false)));
    assert_eq!(greater(&length, &n("0")), Ok(unknown(Type::Bool)));
}

#[test]
fn marks_go_to_the_result() {
    assert_eq!(add(&secret(n("1")), &n("2")), Ok(secret(n("3"))));
    let both = n("2").mark(Marks::EPHEMERAL);
    assert_eq!(
        multiply(&secret(n("1")), &both).map(|v| v.marks()),
        Ok(Marks::SENSITIVE.union(Marks::EPHEMERAL))
    );
    assert_eq!(or(&secret(b(true)), &b(false)), Ok(secret(b(true))));
    assert_eq!(less(&secret(s("1")), &n("2")), Ok(secret(b(true))));
    assert_eq!(
        equal(&tuple([secret(n("1"))]), &n("2")),
        Ok(secret(b(false)))
    );
    assert_eq!(
        equal(&n("2"), &tuple([secret(n("1"))])),
        Ok(secret(b(false)))
    );
}

#[test]
fn equality_of_known_values() {
    let eq = |a: &Value, c: &Value| equal(a, c) == Ok(b(true));
    assert!(eq(&n("1"), &n("1.0")));
    assert!(eq(&n("0"), &n("-0")));
    assert!(!eq(&s("1"), &n("1")));
    assert!(eq(&Value::null(), &Value::Null(Type::String)));
    assert!(!eq(&Value::null(), &s("")));
    assert!(eq(
        &tuple([n("1"), Value::null()]),
        &tuple([n("1"), Value::null()])
    ));
    assert!(!eq(
        &tuple([Value::Null(Type::String)]),
        &tuple([Value::null()])
    ));
    assert!(!eq(&tuple([]), &numbers(&[])));
    assert!(eq(&numbers(&[1, 2]), &numbers(&[1, 2])));
    assert!(!eq(&numbers(&[1, 2]), &numbers(&[2, 1])));
    assert!(eq(&object([("a", n("1"))]), &object([("a", n("1"))])));
    assert!(!eq(&object([("a", n("1"))]), &object([("b", n("1"))])));
    let set = |items: &[&str]| Value::set(Type::String, items.iter().map(Value::string).collect());
    assert!(eq(&set(&["a", "b"]), &set(&["b", "a", "b"])));
    assert_eq!(not_equal(&set(&["a"]), &set(&["b"])), Ok(b(true)));
}

#[test]
fn equality_of_unknown_values() {
    let (u, maybe_null) = (unknown(Type::String), Value::unknown(Type::String));
    let open = Ok(unknown(Type::Bool));
    assert_eq!(equal(&u, &s("a")), open);
    assert_eq!(equal(&u, &u), open);
    assert_eq!(equal(&u, &Value::null()), Ok(b(false)));
    assert_eq!(not_equal(&u, &Value::null()), Ok(b(true)));
    assert_eq!(equal(&maybe_null, &Value::null()), open);
    assert_eq!(equal(&u, &n("5")), Ok(b(false)));
    assert_eq!(equal(&u, &unknown(Type::Number)), Ok(b(false)));
    assert_eq!(equal(&maybe_null, &Value::unknown(Type::Number)), open);
    assert_eq!(equal(&Value::unknown(Type::Dynamic), &n("5")), open);
    assert_eq!(
        equal(&tuple([u.clone(), s("a")]), &tuple([s("b")])),
        Ok(b(false))
    );
    assert_eq!(
        equal(&tuple([u.clone(), s("a")]), &tuple([u.clone(), s("b")])),
        Ok(b(false))
    );
    assert_eq!(
        equal(&object([("a", u.clone())]), &object([("a", s("x"))])),
        open
    );
    assert_eq!(
        equal(&object([("a", u.clone())]), &Value::null()),
        Ok(b(false))
    );
    let set = |v: Value| Value::set(Type::String, vec![v]);
    assert_eq!(equal(&set(u.clone()), &set(s("a"))), open);
    let mut text = Template::default();
    text.push_str("a-");
    text.push(&u).expect("a string has text");
    let prefixed = text.finish();
    assert_eq!(equal(&prefixed, &s("b")), Ok(b(false)));
    assert_eq!(equal(&prefixed, &s("a-b")), open);
    let length = length(&Value::unknown(Type::list(Type::String))).expect("a length");
    assert_eq!(equal(&length, &n("-1")), Ok(b(false)));
}

#[test]
fn lengths() {
    let len = |v: &Value| length(v).map(|v| v.as_i64());
    assert_eq!(len(&s("abc")), Ok(Some(3)));
    assert_eq!(
        len(&s(
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466}é"
        )),
        Ok(Some(2))
    );
    assert_eq!(len(&s("\r\n")), Ok(Some(1)));
    assert_eq!(len(&tuple([unknown(Type::String)])), Ok(Some(1)));
    assert_eq!(len(&object([("a", s(""))])), Ok(Some(1)));
    let set = |items: Vec<Value>| Value::set(Type::String, items);
    assert_eq!(len(&set(vec![unknown(Type::String)])), Ok(Some(1)));
    assert_eq!(len(&set(vec![unknown(Type::String), s("a")])), Ok(None));
    assert_eq!(len(&Value::unknown(Type::tuple([Type::Bool]))), Ok(Some(1)));
    assert_eq!(length(&secret(numbers(&[1]))), Ok(secret(n("1"))));
    assert_eq!(
        length(&Value::list(Type::String, vec![secret(s("a"))])),
        Ok(n("1"))
    );
    assert_eq!(
        kind(length(&Value::null())),
        OpErrorKind::NullOperand(Operand::Only)
    );
    assert_eq!(
        kind(length(&n("5"))),
        OpErrorKind::Unsuitable(Operand::Only)
    );
    let ratio = divide(
        &length(&tuple([b(true)])).expect("1"),
        &length(&numbers(&[1, 2, 3])).expect("3"),
    );
    let Ok(Value::Number(ratio)) = ratio else {
        panic!("a number")
    };
    assert_eq!(ratio.to_string(), "0.33333333333333333334");
}

#[test]
fn indexes() {
    let list = numbers(&[7, 8]);
    let map = Value::map(Type::String, [(name("a"), s("x"))]);
    assert_eq!(index(&list, &n("1")), Ok(n("8")));
    assert_eq!(index(&list, &s("0")), Ok(n("7")));
    assert_eq!(index(&tuple([s("a")]), &n("0")), Ok(s("a")));
    assert_eq!(index(&map, &s("a")), Ok(s("x")));
    assert_eq!(index(&object([("0", s("x"))]), &n("0")), Ok(s("x")));
    assert_eq!(index(&object([("true", s("x"))]), &b(true)), Ok(s("x")));
    for (collection, key, part) in [
        (&list, n("2"), "has no index 2: it has 2 elements"),
        (&list, n("1.5"), "whole number"),
        (&list, n("-1"), "no negative"),
        (&list, n("1e30"), "has no index"),
        (&list, s("x"), "a number is required"),
        (&list, b(true), "number required"),
        (&list, Value::null(), "index is null"),
        (&tuple([]), n("0"), "empty"),
        (&map, s("b"), "the key \"b\""),
        (&map, tuple([]), "string required"),
        (&object([("a", s("x"))]), s("b"), "no attribute named \"b\""),
        (&object([("a", s("x"))]), n("0"), "by name only"),
        (&s("abc"), n("0"), "type string has no indexes"),
        (&Value::set(Type::Bool, vec![]), n("0"), "set"),
    ] {
        let result = index(collection, &key);
        assert!(message(result.clone()).contains(part), "{result:?}");
        assert_eq!(kind(result), OpErrorKind::InvalidIndex);
    }
    assert_eq!(
        kind(index(&Value::null(), &n("0"))),
        OpErrorKind::NullCollection
    );
    assert!(!message(index(&map, &secret(s("hush")))).contains("hush"));
    assert!(!message(index(&list, &secret(n("77")))).contains("77"));
    assert_eq!(index(&secret(list.clone()), &n("0")), Ok(secret(n("7"))));
    assert_eq!(index(&list, &secret(n("0"))), Ok(secret(n("7"))));
}

#[test]
fn indexes_that_are_unknown() {
    let key = unknown(Type::Number);
    assert_eq!(
        index(&numbers(&[1]), &key),
        Ok(Value::unknown(Type::Number))
    );
    assert_eq!(
        index(&tuple([s("a")]), &key),
        Ok(Value::unknown(Type::Dynamic))
    );
    let list = Value::unknown(Type::list(Type::Bool));
    assert_eq!(index(&list, &n("0")), Ok(Value::unknown(Type::Bool)));
    let pair = Value::unknown(Type::tuple([Type::Bool, Type::String]));
    assert_eq!(index(&pair, &n("1")), Ok(Value::unknown(Type::String)));
    assert_eq!(kind(index(&pair, &n("2"))), OpErrorKind::InvalidIndex);
    let dynamic = Value::unknown(Type::Dynamic);
    assert_eq!(index(&dynamic, &s("a")), Ok(dynamic.clone()));
    assert_eq!(
        index(&secret(dynamic.clone()), &s("a")),
        Ok(secret(dynamic))
    );
    assert_eq!(
        kind(index(&unknown(Type::String), &n("0"))),
        OpErrorKind::InvalidIndex
    );
}

#[test]
fn attributes() {
    let o = object([("a", s("x"))]);
    assert_eq!(get_attr(&o, "a"), Ok(s("x")));
    assert_eq!(get_attr(&secret(o.clone()), "a"), Ok(secret(s("x"))));
    assert_eq!(kind(get_attr(&o, "b")), OpErrorKind::UnsupportedAttribute);
    let map = Value::map(Type::String, [(name("a"), s("x"))]);
    assert_eq!(get_attr(&map, "a"), Ok(s("x")));
    assert_eq!(kind(get_attr(&map, "b")), OpErrorKind::MissingElement);
    assert_eq!(
        kind(get_attr(&Value::null(), "b")),
        OpErrorKind::NullCollection
    );
    let list = Value::list(o.ty(), vec![o.clone()]);
    assert!(message(get_attr(&list, "a")).contains("[*]"));
    assert!(message(get_attr(&list, "b")).contains("none named"));
    assert!(message(get_attr(&s("a"), "b")).contains("type string"));
    let later = Value::unknown(o.ty());
    assert_eq!(get_attr(&later, "a"), Ok(Value::unknown(Type::String)));
    assert_eq!(
        kind(get_attr(&later, "b")),
        OpErrorKind::UnsupportedAttribute
    );
    assert_eq!(
        get_attr(&Value::unknown(Type::Dynamic), "b"),
        Ok(Value::unknown(Type::Dynamic))
    );
}

#[test]
fn templates() {
    let text = |parts: &[Value]| {
        let mut t = Template::default();
        t.push_str("x");
        for part in parts {
            t.push(part)?;
        }
        Ok::<_, OpError>(t.finish())
    };
    assert_eq!(text(&[b(true), n("1.50"), s("-é")]), Ok(s("xtrue1.5-é")));
    assert_eq!(text(&[secret(s("y"))]), Ok(secret(s("xy"))));
    assert_eq!(text(&[s("e"), s("\u{301}")]), Ok(s("xé")));
    assert_eq!(
        kind(text(&[Value::null()])),
        OpErrorKind::NullOperand(Operand::Only)
    );
    assert_eq!(
        kind(text(&[tuple([])])),
        OpErrorKind::Unsuitable(Operand::Only)
    );
    let prefix = |v: Result<Value, OpError>| match v.map(|v| v.unmark().0) {
        Ok(Value::Unknown(u)) => match &*u {
            Unknown {
                ty: Type::String,
                refinement,
            } if refinement.not_null => refinement.prefix.as_deref().map(str::to_owned),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let u = unknown(Type::String);
    assert_eq!(
        prefix(text(&[s("-"), u.clone(), s("y")])).as_deref(),
        Some("x-")
    );
    assert_eq!(prefix(text(&[s("ye"), u])).as_deref(), Some("xy"));
}
