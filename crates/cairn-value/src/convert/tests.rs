//! Tests of conversion: what each rule gives, held against what Terraform prints.

use super::*;
use std::sync::Arc;

use crate::{Marks, ObjectType, name};

fn obj(attributes: &[(&str, Type)]) -> Type {
    Type::object(attributes.iter().map(|(n, t)| (name(n), t.clone())))
}

fn obj_optional(attributes: &[(&str, Type)], optional: &[&str]) -> Type {
    Type::Object(Arc::new(ObjectType {
        attributes: attributes
            .iter()
            .map(|(n, t)| (name(n), t.clone()))
            .collect(),
        optional: optional.iter().map(|n| name(n)).collect(),
    }))
}

fn s(text: &str) -> Value {
    Value::string(text)
}

fn i(n: i64) -> Value {
    Value::int(n)
}

fn tuple<const N: usize>(items: [Value; N]) -> Value {
    Value::tuple(items.into())
}

fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    Value::object(attributes.map(|(n, v)| (name(n), v)))
}

fn strings(items: &[&str]) -> Value {
    Value::list(Type::String, items.iter().map(Value::string).collect())
}

fn ok(value: &Value, to: &Type) -> Value {
    convert(value, to).unwrap_or_else(|e| panic!("{value:?} to {to}: {e}"))
}

fn err(value: &Value, to: &Type) -> String {
    match convert(value, to) {
        Ok(v) => panic!("{value:?} to {to} gave {v:?}"),
        Err(e) => e.to_string(),
    }
}

#[test]
fn primitives() {
    use Type::{Bool, Number, String};
    assert_eq!(ok(&Value::Bool(true), &String), s("true"));
    assert_eq!(ok(&s("1"), &Bool), Value::Bool(true));
    assert_eq!(ok(&s("0"), &Bool), Value::Bool(false));
    assert_eq!(ok(&s("010"), &Number), i(10));
    assert_eq!(ok(&i(5), &String), s("5"));
    assert_eq!(ok(&ok(&s("1.50"), &Number), &String), s("1.5"));
    assert_eq!(err(&s("x"), &Number), "a number is required");
    assert_eq!(err(&s("yes"), &Bool), "a bool is required");
    assert!(err(&s("TRUE"), &Bool).contains("lower case"));
    assert_eq!(err(&i(1), &Bool), "bool required");
    assert_eq!(err(&Value::Bool(true), &Number), "number required");
    assert_eq!(err(&tuple([]), &String), "string required");
    assert_eq!(err(&s("a"), &Type::set(String)), "set of string required");
    assert_eq!(
        err(&s("a"), &Type::list(Type::Dynamic)),
        "list of any single type required"
    );
}

#[test]
fn any_takes_what_is_there() {
    let v = tuple([i(1), s("a")]);
    assert_eq!(ok(&v, &Type::Dynamic), v);
    assert_eq!(
        ok(&tuple([v.clone()]), &Type::tuple([Type::Dynamic])),
        tuple([v])
    );
}

#[test]
fn lists_of_anything_find_a_type_in_common() {
    let any = Type::list(Type::Dynamic);
    assert_eq!(ok(&tuple([i(1), s("a")]), &any), strings(&["1", "a"]));
    assert_eq!(ok(&tuple([]), &any), Value::list(Type::Dynamic, vec![]));
    assert_eq!(
        ok(&tuple([Value::null(), i(1)]), &any),
        Value::list(Type::Number, vec![Value::Null(Type::Number), i(1)])
    );
    assert_eq!(
        ok(&tuple([Value::null()]), &any),
        Value::list(Type::Dynamic, vec![Value::null()])
    );
    assert_eq!(
        ok(&tuple([tuple([i(1)]), tuple([i(2), i(3)])]), &any).ty(),
        Type::list(Type::list(Type::Number))
    );
    assert_eq!(
        ok(
            &tuple([object([("a", i(1))]), object([("b", s("x"))])]),
            &any
        )
        .ty(),
        Type::list(Type::map(Type::String))
    );
    assert_eq!(
        ok(
            &tuple([object([("a", i(1))]), object([("a", s("x"))])]),
            &any
        )
        .ty(),
        Type::list(obj(&[("a", Type::String)]))
    );
    let message = "all list elements must have the same type";
    assert_eq!(err(&tuple([i(1), Value::Bool(true)]), &any), message);
    assert_eq!(err(&tuple([i(1), tuple([i(2)])]), &any), message);
    // A null beside a list or object has nothing in common with it, in Terraform.
    assert_eq!(err(&tuple([Value::null(), tuple([s("a")])]), &any), message);
    let unknown = Value::unknown(Type::Dynamic);
    assert!(ok(&tuple([unknown, tuple([s("a")])]), &any).is_unknown());
}

#[test]
fn any_inside_element_types() {
    let lists = Type::list(Type::list(Type::Dynamic));
    assert_eq!(
        ok(&tuple([tuple([i(1)]), tuple([s("a")])]), &lists),
        Value::list(
            Type::list(Type::String),
            vec![strings(&["1"]), strings(&["a"])]
        )
    );
    assert_eq!(
        ok(&tuple([]), &lists),
        Value::list(Type::list(Type::Dynamic), vec![])
    );
    let objects = Type::list(obj(&[("a", Type::Dynamic)]));
    assert_eq!(
        ok(
            &tuple([object([("a", i(1))]), object([("a", s("x"))])]),
            &objects
        )
        .ty(),
        Type::list(obj(&[("a", Type::String)]))
    );
    assert_eq!(
        err(
            &tuple([object([("a", i(1))]), object([("a", tuple([]))])]),
            &objects
        ),
        "all list elements must have the same type"
    );
    let typed = strings(&["a"]);
    assert_eq!(ok(&typed, &Type::list(Type::Dynamic)), typed);
}

#[test]
fn elements_of_one_type() {
    let numbers = Type::list(Type::Number);
    assert_eq!(
        err(&tuple([i(1), s("x")]), &numbers),
        "element 1: a number is required"
    );
    assert_eq!(
        err(&tuple([i(1), tuple([])]), &numbers),
        "element 1: number required"
    );
    assert_eq!(
        err(&object([("a", tuple([]))]), &Type::map(Type::Number)),
        "attribute \"a\": number required"
    );
    assert_eq!(
        err(&Value::list(Type::Bool, vec![]), &numbers),
        "incorrect element type: number required"
    );
    assert_eq!(
        ok(&Value::list(Type::String, vec![]), &numbers),
        Value::list(Type::Number, vec![])
    );
    assert_eq!(err(&object([]), &numbers), "list of number required");
    assert_eq!(
        err(&tuple([s("a")]), &Type::map(Type::String)),
        "map of string required"
    );
    assert_eq!(
        err(
            &tuple([object([("a", i(1))]), object([("b", tuple([]))])]),
            &Type::list(Type::map(Type::String))
        ),
        "element 1: attribute \"b\": string required"
    );
}

#[test]
fn sets() {
    let set = ok(
        &tuple([s("b"), s("a"), i(1), s("1")]),
        &Type::set(Type::Dynamic),
    );
    assert_eq!(
        set,
        Value::set(Type::String, ["1", "a", "b"].map(s).to_vec())
    );
    assert_eq!(
        ok(&set, &Type::list(Type::String)),
        strings(&["1", "a", "b"])
    );
    let secret = tuple([s("a").mark(Marks::SENSITIVE), s("b")]);
    let set = ok(&secret, &Type::set(Type::String));
    assert_eq!(set.marks(), Marks::SENSITIVE);
    let shrunk = ok(&strings(&["1", "01"]), &Type::set(Type::Number));
    assert_eq!(shrunk, Value::set(Type::Number, vec![i(1)]));
}

#[test]
fn elements_of_sets_must_come_out_alike() {
    let sets = Type::set(Type::list(Type::Dynamic));
    let message = "all set elements must have the same type";
    assert_eq!(
        err(&tuple([tuple([i(1)]), tuple([s("a")])]), &sets),
        message
    );
    assert_eq!(err(&tuple([tuple([i(1)]), Value::null()]), &sets), message);
    // A list whose element type is wholly open brings them to one type first.
    assert_eq!(
        ok(
            &tuple([tuple([i(1)]), tuple([])]),
            &Type::set(Type::Dynamic)
        )
        .ty(),
        Type::set(Type::list(Type::Number))
    );
}

#[test]
fn a_set_with_something_unknown_is_no_list_yet() {
    let unknown = Value::unknown_not_null(Type::String);
    let list = Type::list(Type::String);
    let one = Value::set(Type::String, vec![unknown.clone()]);
    assert_eq!(
        ok(&one, &list),
        Value::list(Type::String, vec![unknown.clone()])
    );
    let two = Value::set(Type::String, vec![unknown, s("a")]);
    let Value::Unknown(two) = ok(&two, &list) else {
        panic!("not known yet")
    };
    assert_eq!(two.ty, list);
    assert_eq!(two.refinement.at_most, Some((Number::from(2u32), true)));
}

#[test]
fn tuples() {
    let ty = Type::tuple([Type::String, Type::Number]);
    assert_eq!(ok(&tuple([i(1), s("2")]), &ty), tuple([s("1"), i(2)]));
    assert_eq!(
        err(&tuple([i(1), s("x")]), &ty),
        "element 1: a number is required"
    );
    assert_eq!(
        err(&tuple([s("a")]), &ty),
        "a tuple of 2 elements is required, but there are 1"
    );
    assert_eq!(err(&strings(&["a", "b"]), &ty), "tuple required");
}

#[test]
fn objects() {
    let ty = obj_optional(&[("a", Type::String), ("b", Type::Number)], &["b"]);
    assert_eq!(
        ok(&object([("a", i(1)), ("c", i(5))]), &ty),
        object([("a", s("1")), ("b", Value::Null(Type::Number))])
    );
    let many = obj(&[
        ("a", Type::String),
        ("c", Type::String),
        ("d", Type::String),
        ("e", Type::Bool),
    ]);
    assert_eq!(
        err(&object([("c", i(5))]), &many),
        "attributes \"a\", \"d\", and \"e\" are required"
    );
    let two = obj(&[("a", Type::String), ("d", Type::String)]);
    assert_eq!(
        err(&object([]), &two),
        "attributes \"a\" and \"d\" are required"
    );
    assert_eq!(
        err(
            &object([("x", object([]))]),
            &Type::map(obj(&[("a", Type::String)]))
        ),
        "attribute \"x\": attribute \"a\" is required"
    );
    assert_eq!(
        err(&object([("a", s("x"))]), &obj(&[("a", Type::Number)])),
        "attribute \"a\": a number is required"
    );
    // Null of an object type that has optional attributes loses the word optional.
    let nested = obj_optional(&[("a", ty.clone())], &["a"]);
    assert_eq!(
        ok(&object([("a", Value::null())]), &nested),
        object([("a", Value::Null(ty.without_optional()))])
    );
    assert_eq!(ok(&object([]), &nested).ty(), nested.without_optional());
}

#[test]
fn maps_and_objects() {
    let map = Value::map(Type::String, [(name("a"), s("1")), (name("z"), s("2"))]);
    assert_eq!(
        ok(&map, &obj(&[("a", Type::Number)])),
        object([("a", i(1))])
    );
    assert_eq!(
        err(&map, &obj(&[("b", Type::Number)])),
        "attribute \"b\" is required"
    );
    assert_eq!(
        ok(
            &map,
            &obj_optional(&[("a", Type::String), ("b", Type::String)], &["b"])
        ),
        object([("a", s("1")), ("b", Value::Null(Type::String))])
    );
    assert_eq!(
        ok(
            &object([("a", object([("b", i(1))])), ("c", object([("d", s("x"))]))]),
            &Type::map(Type::Dynamic)
        )
        .ty(),
        Type::map(Type::map(Type::String))
    );
    let with_null = object([("a", Value::null()), ("b", tuple([i(1)]))]);
    assert_eq!(
        ok(&with_null, &Type::map(Type::Dynamic)).ty(),
        Type::map(Type::tuple([Type::Number]))
    );
    assert_eq!(
        err(
            &object([("a", i(1)), ("b", tuple([s("x")]))]),
            &Type::map(Type::Dynamic)
        ),
        "all map elements must have the same type"
    );
}

#[test]
fn marks_stay() {
    let secret = s("1").mark(Marks::SENSITIVE);
    assert_eq!(ok(&secret, &Type::Number), i(1).mark(Marks::SENSITIVE));
    assert_eq!(
        ok(&tuple([secret.clone()]), &Type::list(Type::Number)),
        Value::list(Type::Number, vec![i(1).mark(Marks::SENSITIVE)])
    );
    let whole = tuple([i(1)]).mark(Marks::EPHEMERAL);
    assert_eq!(
        ok(&whole, &Type::list(Type::String)),
        strings(&["1"]).mark(Marks::EPHEMERAL)
    );
}

#[test]
fn unknown_and_null_take_the_type() {
    let unknown = Value::unknown_not_null(Type::String);
    assert_eq!(
        ok(&unknown, &Type::Number),
        Value::unknown_not_null(Type::Number)
    );
    assert_eq!(
        err(&Value::unknown(Type::Bool), &Type::Number),
        "number required"
    );
    assert_eq!(
        ok(&Value::unknown(Type::Dynamic), &Type::set(Type::String)).ty(),
        Type::set(Type::String)
    );
    assert_eq!(
        ok(&Value::null(), &Type::list(Type::Dynamic)),
        Value::Null(Type::list(Type::Dynamic))
    );
    assert_eq!(
        ok(
            &Value::Null(Type::tuple([Type::Number, Type::String])),
            &Type::list(Type::Dynamic)
        ),
        Value::Null(Type::list(Type::String))
    );
    let Value::Unknown(list) = ok(
        &Value::unknown(Type::tuple([Type::Number, Type::String])),
        &Type::list(Type::String),
    ) else {
        panic!("unknown stays unknown")
    };
    assert_eq!(list.refinement.at_least, Some((Number::from(2u32), true)));
    assert_eq!(list.refinement.at_most, Some((Number::from(2u32), true)));
}

#[test]
fn a_value_of_the_type_is_not_copied() {
    let Value::List(before) = strings(&["a"]) else {
        panic!("a list")
    };
    let Value::List(after) = ok(&Value::List(before.clone()), &Type::list(Type::String)) else {
        panic!("a list")
    };
    assert!(Arc::ptr_eq(&before, &after));
}

#[test]
fn unification() {
    use Type::{Bool, Dynamic, Number, String};
    let t = |items: &[Type]| Type::tuple(items.to_vec());
    let l = Type::list;
    let cases: Vec<(Vec<Type>, Option<Type>)> = vec![
        (vec![], None),
        (vec![Number, String], Some(String)),
        (vec![Number, Bool], None),
        (vec![Number, Bool, String], Some(String)),
        (vec![Dynamic, Number], Some(Number)),
        (vec![Dynamic, t(&[Number])], Some(Dynamic)),
        (vec![t(&[Number]), t(&[String])], Some(t(&[String]))),
        (vec![t(&[Number]), t(&[String, Bool])], Some(l(String))),
        (vec![t(&[]), t(&[Number])], Some(l(Number))),
        (vec![t(&[Number]), t(&[t(&[Number])])], None),
        (
            vec![t(&[Number, Dynamic]), t(&[String, String])],
            Some(t(&[String, String])),
        ),
        (vec![l(Number), t(&[String])], Some(l(String))),
        (vec![l(Dynamic), t(&[Number])], Some(l(Number))),
        (vec![l(Number), t(&[])], Some(l(Number))),
        (vec![l(Number), l(String)], Some(l(String))),
        (vec![Type::set(Number), l(String)], Some(l(String))),
        (
            vec![Type::set(Number), t(&[String])],
            Some(Type::set(Number)),
        ),
        (
            vec![obj(&[("a", Number)]), obj(&[("b", String)])],
            Some(Type::map(String)),
        ),
        (
            vec![obj(&[]), obj(&[("a", Number)])],
            Some(Type::map(Number)),
        ),
        (
            vec![obj(&[("a", t(&[]))]), obj(&[("a", t(&[Number]))])],
            Some(obj(&[("a", l(Number))])),
        ),
        (
            vec![obj(&[("a", Number)]), obj(&[("a", t(&[Number]))])],
            None,
        ),
        (
            vec![obj(&[("a", Dynamic)]), obj(&[("a", t(&[Number]))])],
            Some(obj(&[("a", Dynamic)])),
        ),
        (
            vec![Type::map(Number), obj(&[("a", String)])],
            Some(Type::map(String)),
        ),
        (vec![Type::map(Number), obj(&[("a", t(&[]))])], None),
        (vec![Type::map(Number), obj(&[])], Some(Type::map(Number))),
        (vec![t(&[]), obj(&[])], None),
        (
            vec![t(&[obj(&[("a", Number)])]), t(&[obj(&[("b", Number)])])],
            Some(t(&[Type::map(Number)])),
        ),
    ];
    for (types, expected) in cases {
        let shown: Vec<_> = types.iter().map(ToString::to_string).collect();
        assert_eq!(unify(&types), expected, "{shown:?}");
        let turned: Vec<Type> = types.into_iter().rev().collect();
        assert_eq!(unify(&turned), expected, "{shown:?} turned round");
    }
}
