//! What is written is read back exactly: values of every kind, records, plans.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::value::RawValue;

use cairn_model::{InstanceState, Module};
use cairn_value::{Marks, Number, ObjectType, Refinement, Type, Unknown, Value, name};

use super::value::{Interner, Out, TypeWire, read};
use super::{key, v1};
use crate::tests::sample;

fn round_trip(value: &Value) -> (String, Value) {
    let text = serde_json::to_string(&Out::new(value).unwrap()).unwrap();
    let raw: &RawValue = serde_json::from_str(&text).unwrap();
    let back = read(raw, &mut Interner::default()).unwrap();
    (text, back)
}

/// Equal, and with the same text and precision of every number.
fn assert_same(a: &Value, b: &Value, text: &str) {
    assert_eq!(a, b, "{text}");
    assert_eq!(format!("{a:?}"), format!("{b:?}"), "{text}");
}

fn numbers() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<i64>().prop_map(|i| Number::from(i).with_precision(Number::TEXT_PRECISION)),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("NaN", Number::from_f64),
        "-?[0-9]{1,40}(\\.[0-9]{1,40})?(e-?[0-9]{1,3})?"
            .prop_filter_map("text", |t| { Number::parse(&t) }),
        "[1-9][0-9]{160,200}".prop_map(|t| Number::from_bigint(t.parse().unwrap())),
        Just(Number::parse("-0").unwrap()),
        Just(Number::parse("-inf").unwrap()),
    ]
}

fn types() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![
        Just(Type::Dynamic),
        Just(Type::Bool),
        Just(Type::Number),
        Just(Type::String)
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Type::tuple),
            prop::collection::btree_map("[a$]{1,2}", (inner, any::<bool>()), 0..3).prop_map(|m| {
                let optional = m.iter().filter(|(_, (_, o))| *o);
                Type::Object(Arc::new(ObjectType {
                    optional: optional.map(|(n, _)| name(n)).collect(),
                    attributes: m.into_iter().map(|(n, (t, _))| (name(&n), t)).collect(),
                }))
            }),
        ]
    })
}

fn values() -> impl Strategy<Value = Value> {
    let bound = || proptest::option::of((numbers(), any::<bool>()));
    let unknown = (
        types(),
        any::<bool>(),
        proptest::option::of(any::<String>()),
        bound(),
        bound(),
    )
        .prop_map(|(ty, not_null, prefix, at_least, at_most)| {
            Value::Unknown(Arc::new(Unknown {
                ty,
                refinement: Refinement {
                    not_null,
                    prefix: prefix.map(Arc::from),
                    at_least,
                    at_most,
                },
            }))
        });
    let leaf = prop_oneof![
        types().prop_map(Value::Null),
        unknown,
        any::<bool>().prop_map(Value::Bool),
        numbers().prop_map(Value::Number),
        any::<String>().prop_map(Value::string),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = prop_oneof!["[a-c$]{0,3}", Just("$list".to_owned()), any::<String>()];
        let items = prop::collection::vec(inner.clone(), 0..4);
        let entries = prop::collection::btree_map(key, inner.clone(), 0..4);
        let named = |m: std::collections::BTreeMap<String, Value>| {
            m.into_iter()
                .map(|(n, v)| (Arc::from(n), v))
                .collect::<Vec<_>>()
        };
        prop_oneof![
            (types(), items.clone()).prop_map(|(t, i)| Value::list(t, i)),
            (types(), items.clone()).prop_map(|(t, i)| Value::set(t, i)),
            (types(), entries.clone()).prop_map(move |(t, e)| Value::map(t, named(e))),
            items.prop_map(Value::tuple),
            entries.prop_map(move |e| Value::object(named(e))),
            // Ephemeral values have no form: they are never stored.
            inner.prop_map(|v| v.mark(Marks::SENSITIVE)),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_reads_back(value in values()) {
        let (text, back) = round_trip(&value);
        assert_same(&value, &back, &text);
        prop_assert!(!text.contains('\n'));
    }

    #[test]
    fn any_type_reads_back(ty in types()) {
        let text = serde_json::to_string(&TypeWire(ty.clone())).unwrap();
        prop_assert_eq!(serde_json::from_str::<TypeWire>(&text).unwrap(), TypeWire(ty));
    }

    #[test]
    fn garbage_is_an_error_not_a_panic(text in "[\\[\\]{}\"$a-z0-9:,]{0,40}") {
        if let Ok(raw) = serde_json::from_str::<&RawValue>(&text) {
            read(raw, &mut Interner::default()).ok();
        }
        v1::read_instance(text.as_bytes(), &mut Interner::default()).ok();
        serde_json::from_str::<TypeWire>(&text).ok();
    }

    #[test]
    fn any_instance_key_reads_back(k in any::<String>(), m in any::<String>()) {
        let addr = sample::addr("module.m.a.b").resource;
        let module = addr.module.child(name("n"), cairn_model::InstanceKey::Key(Arc::from(m)));
        let addr = addr.resource.in_module(module)
            .instance(cairn_model::InstanceKey::Key(Arc::from(k)));
        let state = InstanceState {
            provider: sample::provider(),
            current: Some(sample::object("i")),
            deposed: [].into(),
        };
        let payload = v1::instance(&addr, &state).unwrap();
        let (back, state_back) = v1::read_instance(&payload, &mut Interner::default()).unwrap();
        prop_assert_eq!(key::of_instance(&back), key::of_instance(&addr));
        prop_assert_eq!(back, addr);
        prop_assert_eq!(state_back, state);
    }
}

#[test]
fn the_written_form_is_this() {
    let unknown = Value::unknown_not_null(Type::list(Type::String));
    for (value, text) in [
        (Value::null(), "null"),
        (Value::Null(Type::String), r#"{"$null":"string"}"#),
        (Value::int(3), r#"{"$int":3}"#),
        (Value::Number(Number::parse("3").unwrap()), "3"),
        (
            Value::Number(Number::parse("0.1").unwrap()),
            r#"{"$num":"0.1"}"#,
        ),
        (
            Value::Number(Number::from_f64(0.1).unwrap()),
            r#"{"$num":["0.1",53]}"#,
        ),
        (
            unknown,
            r#"{"$unknown":{"ty":["list","string"],"nn":true}}"#,
        ),
        (
            Value::string("s").mark(Marks::SENSITIVE),
            r#"{"$mark":[1,"s"]}"#,
        ),
        (
            Value::map(Type::Bool, [(Arc::from("k"), Value::Bool(true))]),
            r#"{"$map":["bool",{"k":true}]}"#,
        ),
        (Value::object([]), "{}"),
        (
            Value::object([(name("a"), Value::tuple(vec![]))]),
            r#"{"a":[]}"#,
        ),
        (
            Value::object([(name("$a"), Value::null())]),
            r#"{"$obj":{"$a":null}}"#,
        ),
    ] {
        let (written, back) = round_trip(&value);
        assert_eq!(written, text);
        assert_same(&value, &back, text);
    }
}

#[test]
fn what_could_not_be_read_is_not_written() {
    let nest = |n, wrap: &dyn Fn(Value) -> Value| (0..n).fold(Value::Bool(true), |v, _| wrap(v));
    let tuple = |v| Value::tuple(vec![v]);
    let list = |v: Value| Value::list(v.ty(), vec![v]);
    let object = |v| Value::object([(name("$"), v)]);
    for wrap in [&tuple as &dyn Fn(Value) -> Value, &list, &object] {
        let mut deepest = 0;
        for n in (1..200).step_by(9) {
            let value = nest(n, wrap);
            if Out::new(&value).is_ok() {
                assert_eq!(round_trip(&value).1, value);
                deepest = n;
            }
        }
        assert!((25..199).contains(&deepest), "{deepest}");
    }
}

#[test]
fn objects_of_one_kind_share_their_names() {
    let mut interner = Interner::default();
    let text = serde_json::to_string(&Out::new(&sample::value("i")).unwrap()).unwrap();
    let raw: &RawValue = serde_json::from_str(&text).unwrap();
    let (a, b) = (
        read(raw, &mut interner).unwrap(),
        read(raw, &mut interner).unwrap(),
    );
    let (Value::Object(a), Value::Object(b)) = (&a, &b) else {
        panic!("both are objects");
    };
    assert!(Arc::ptr_eq(a.shape(), b.shape()));
}

#[test]
fn records_of_a_later_version_with_more_fields_are_read() {
    let payload = br#"{"addr":"a.b","provider":"provider[\"terraform.io/builtin/terraform\"]","current":{"value":{},"schema":1,"later":[1]},"later":{"x":1}}"#;
    let (addr, state) = v1::read_instance(payload, &mut Interner::default()).unwrap();
    assert_eq!(addr, sample::addr("a.b"));
    assert_eq!(state.provider.module, Module::root());
    assert_eq!(state.current.unwrap().remote.schema_version, 1);
}
