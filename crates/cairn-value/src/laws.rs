//! Checks what holds for all values and types: conversion laws, unification, sets, JSON, and that what is said of a partly
//! unknown value never contradicts what comes out once it is known.

use std::sync::Arc;

use proptest::prelude::*;

use crate::json::{
    from_json, from_typed_json, to_json, to_typed_json, type_from_json, type_to_json,
};
use crate::ops::{self, OpError};
use crate::{
    Marks, Number, ObjectType, Refinement, SetValue, Type, Unknown, Value, changed_paths, convert,
    convertible, name, unify,
};

/// Types of values.
fn types() -> BoxedStrategy<Type> {
    let leaf = prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Type::tuple),
            prop::collection::btree_map("[abc]".prop_map(|n| name(&n)), inner, 0..3)
                .prop_map(Type::object),
        ]
    })
    .boxed()
}

/// Known values of a type, nulls among them.
fn values_of(ty: &Type) -> BoxedStrategy<Value> {
    let ty = ty.clone();
    let whole: BoxedStrategy<Value> = match &ty {
        Type::Dynamic => Just(Value::null()).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => prop_oneof![
            (-3i64..20).prop_map(Value::int),
            any::<i64>().prop_map(Value::int),
            (-1e6f64..1e6)
                .prop_map(|f| Value::Number(Number::parse(&f.to_string()).expect("a number"))),
        ]
        .boxed(),
        Type::String => prop_oneof![
            "[a-c]{0,2}".prop_map(Value::string_nfc),
            "[0-9]{1,3}".prop_map(Value::string_nfc),
            Just(Value::string("true")),
            "\\PC{0,4}".prop_map(Value::string_nfc),
        ]
        .boxed(),
        Type::List(t) => {
            let element = (**t).clone();
            prop::collection::vec(values_of(t), 0..4)
                .prop_map(move |items| Value::list(element.clone(), items))
                .boxed()
        }
        Type::Set(t) => {
            let element = (**t).clone();
            prop::collection::vec(values_of(t), 0..4)
                .prop_map(move |items| Value::set(element.clone(), items))
                .boxed()
        }
        Type::Map(t) => {
            let element = (**t).clone();
            prop::collection::btree_map("[abc]".prop_map(|n| name(&n)), values_of(t), 0..4)
                .prop_map(move |entries| Value::map(element.clone(), entries))
                .boxed()
        }
        Type::Tuple(ts) => ts
            .iter()
            .map(values_of)
            .collect::<Vec<_>>()
            .prop_map(Value::tuple)
            .boxed(),
        Type::Object(o) => {
            let names: Vec<_> = o.attributes.keys().cloned().collect();
            o.attributes
                .values()
                .map(values_of)
                .collect::<Vec<_>>()
                .prop_map(move |values| Value::object(names.iter().cloned().zip(values)))
                .boxed()
        }
    };
    prop_oneof![9 => whole, 1 => Just(Value::Null(ty))].boxed()
}

fn values() -> BoxedStrategy<Value> {
    types().prop_flat_map(|ty| values_of(&ty)).boxed()
}

/// A stream of choices.
struct Choices(Vec<u8>, usize);

impl Choices {
    fn below(&mut self, n: u8) -> u8 {
        self.1 += 1;
        self.0[self.1 % self.0.len()] % n
    }
}

fn choices() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 24)
}

/// A type that values of type `ty` often convert to.
fn related(ty: &Type, choices: &mut Choices) -> Type {
    let collection = |of: Type, choices: &mut Choices| match choices.below(2) {
        0 => Type::list(of),
        _ => Type::set(of),
    };
    if choices.below(8) == 0 {
        return Type::Dynamic;
    }
    match ty {
        Type::Bool | Type::Number if choices.below(3) == 0 => Type::String,
        Type::String if choices.below(3) == 0 => Type::Number,
        Type::List(t) | Type::Set(t) => collection(related(t, choices), choices),
        Type::Map(t) => match choices.below(3) {
            0 => Type::object([(name("a"), related(t, choices))]),
            _ => Type::map(related(t, choices)),
        },
        Type::Tuple(ts) => match choices.below(3) {
            0 => collection(Type::Dynamic, choices),
            1 => collection(Type::String, choices),
            _ => Type::tuple(ts.iter().map(|t| related(t, choices)).collect::<Vec<_>>()),
        },
        Type::Object(_) if choices.below(3) == 0 => Type::map(Type::Dynamic),
        Type::Object(o) => {
            let mut out = ObjectType::default();
            for (n, t) in &o.attributes {
                if choices.below(5) > 0 {
                    out.attributes.insert(n.clone(), related(t, choices));
                }
                if choices.below(3) == 0 {
                    let n = [n.clone(), name("z")][usize::from(choices.below(2))].clone();
                    out.attributes
                        .entry(n.clone())
                        .or_insert(Type::list(Type::Bool));
                    out.optional.insert(n);
                }
            }
            Type::Object(Arc::new(out))
        }
        plain => plain.clone(),
    }
}

/// The value with some parts replaced by unknown ones of their type.
fn blurred(value: &Value, choices: &mut Choices) -> Value {
    let each = |items: &[Value], choices: &mut Choices| -> Vec<Value> {
        items.iter().map(|v| blurred(v, choices)).collect()
    };
    if choices.below(5) == 0 {
        let ty = value.ty();
        return match value {
            Value::Null(_) => Value::unknown(ty),
            Value::String(s) if choices.below(2) == 0 => unknown(ty, |r| {
                r.prefix = s.chars().next().map(|c| Arc::from(c.to_string()));
            }),
            Value::Number(n) if choices.below(2) == 0 => unknown(ty, |r| {
                r.at_least = Some((n.clone(), true));
            }),
            Value::List(l) if choices.below(2) == 0 => unknown(ty, |r| {
                r.at_least = Some((Number::from(l.items.len()), true));
                r.at_most = r.at_least.clone();
            }),
            _ => Value::unknown_not_null(ty),
        };
    }
    match value {
        Value::List(l) => Value::list(l.element.clone(), each(&l.items, choices)),
        Value::Set(s) => Value::set(s.element.clone(), each(s.items(), choices)),
        Value::Tuple(items) => Value::tuple(each(items, choices)),
        Value::Map(m) => {
            let entries = m
                .entries
                .iter()
                .map(|(k, v)| (k.clone(), blurred(v, choices)));
            Value::map(m.element.clone(), entries.collect::<Vec<_>>())
        }
        Value::Object(o) => {
            let attributes = o.iter().map(|(k, v)| (k.clone(), blurred(v, choices)));
            Value::object(attributes.collect::<Vec<_>>())
        }
        plain => plain.clone(),
    }
}

fn unknown(ty: Type, refine: impl FnOnce(&mut Refinement)) -> Value {
    let mut refinement = Refinement {
        not_null: true,
        ..Refinement::default()
    };
    refine(&mut refinement);
    Value::Unknown(Arc::new(Unknown { ty, refinement }))
}

/// Whether the first, once all in it is known, may be the second.
fn admits(open: &Value, known: &Value) -> bool {
    let each =
        |a: &[Value], b: &[Value]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| admits(a, b));
    match (open.peel(), known.peel()) {
        (Value::Unknown(u), known) => {
            let r = &u.refinement;
            let within = |n: Number| {
                r.at_least
                    .as_ref()
                    .is_none_or(|(low, at)| n > *low || n == *low && *at)
                    && r.at_most
                        .as_ref()
                        .is_none_or(|(high, at)| n < *high || n == *high && *at)
            };
            let refined = match known {
                Value::Null(_) => return !r.not_null,
                Value::String(s) => r.prefix.as_ref().is_none_or(|p| s.starts_with(&**p)),
                Value::Number(n) => within(n.clone()),
                Value::List(l) => within(l.items.len().into()),
                Value::Set(s) => within(s.items().len().into()),
                Value::Map(m) => within(m.entries.len().into()),
                _ => true,
            };
            refined && (u.ty == known.ty() || u.ty.has_dynamic())
        }
        (Value::List(a), Value::List(b)) => a.element == b.element && each(&a.items, &b.items),
        (Value::Tuple(a), Value::Tuple(b)) => each(a, b),
        (Value::Object(a), Value::Object(b)) => {
            a.shape() == b.shape() && each(a.values(), b.values())
        }
        (Value::Map(a), Value::Map(b)) => {
            a.element == b.element
                && a.entries.len() == b.entries.len()
                && a.entries
                    .iter()
                    .zip(&b.entries)
                    .all(|((k, a), (l, b))| k == l && admits(a, b))
        }
        // Elements may become equal, so only what is there for certain can be looked for.
        (Value::Set(a), Value::Set(b)) => {
            a.element == b.element
                && a.items()
                    .iter()
                    .all(|a| b.items().iter().any(|b| admits(a, b)))
                && b.items()
                    .iter()
                    .all(|b| a.items().iter().any(|a| admits(a, b)))
        }
        (a, b) => a == b,
    }
}

type Binary = fn(&Value, &Value) -> Result<Value, OpError>;

const BINARY: &[(&str, Binary)] = &[
    ("+", ops::add),
    ("-", ops::subtract),
    ("*", ops::multiply),
    ("/", ops::divide),
    ("%", ops::modulo),
    ("&&", ops::and),
    ("||", ops::or),
    ("==", ops::equal),
    ("!=", ops::not_equal),
    ("<", ops::less),
    ("<=", ops::less_equal),
    (">", ops::greater),
    (">=", ops::greater_equal),
    ("[]", ops::index),
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn conversion_to_the_own_type_changes_nothing(v in values()) {
        prop_assert_eq!(convert(&v, &v.ty()), Ok(v.clone()));
        prop_assert_eq!(convert(&v, &Type::Dynamic), Ok(v));
    }

    #[test]
    fn conversion_is_idempotent_and_gives_the_type(v in values(), bytes in choices()) {
        let to = related(&v.ty(), &mut Choices(bytes, 0));
        if let Ok(w) = convert(&v, &to) {
            prop_assert!(convertible(&v.ty(), &to));
            prop_assert_eq!(convert(&w, &to), Ok(w.clone()));
            if !to.has_dynamic() {
                prop_assert_eq!(w.ty(), to.without_optional());
            }
        }
    }

    #[test]
    fn unification_is_commutative_and_all_convert_to_it(a in types(), bytes in choices()) {
        let b = related(&a, &mut Choices(bytes, 0)).without_optional();
        let both = unify(&[a.clone(), b.clone()]);
        prop_assert_eq!(&both, &unify(&[b.clone(), a.clone()]));
        prop_assert_eq!(&both, &unify(&[b.clone(), a.clone(), b.clone()]));
        // A type with something open in it may be out of reach for one of them, as it is in Terraform.
        if let Some(ty) = both.filter(|ty| !ty.has_dynamic()) {
            prop_assert!(convertible(&a, &ty) && convertible(&b, &ty), "{} and {} to {}", a, b, ty);
        }
        prop_assert_eq!(unify(std::slice::from_ref(&b)), Some(b));
    }

    #[test]
    fn conversion_of_the_partly_unknown_does_not_contradict(v in values(), bytes in choices()) {
        let mut choices = Choices(bytes, 0);
        let to = related(&v.ty(), &mut choices);
        let open = blurred(&v, &mut choices);
        if let Ok(known) = convert(&v, &to) {
            let result = convert(&open, &to);
            prop_assert!(
                result.as_ref().is_ok_and(|r| admits(r, &known)),
                "{:?} to {} is {:?}, later {:?}", open, to, result, known
            );
        }
    }

    #[test]
    fn operations_on_the_partly_unknown_do_not_contradict(
        (a, b) in types().prop_flat_map(|ty| (values_of(&ty), prop_oneof![values_of(&ty), values()])),
        bytes in choices(),
    ) {
        let mut choices = Choices(bytes, 0);
        let (open_a, open_b) = (blurred(&a, &mut choices), blurred(&b, &mut choices));
        for (operator, compute) in BINARY {
            if let Ok(known) = compute(&a, &b) {
                let result = compute(&open_a, &open_b);
                prop_assert!(
                    result.as_ref().is_ok_and(|r| admits(r, &known)),
                    "{:?} {} {:?} is {:?}, later {:?}", open_a, operator, open_b, result, known
                );
            }
        }
        if let Ok(known) = ops::length(&a) {
            prop_assert!(ops::length(&open_a).is_ok_and(|r| admits(&r, &known)));
        }
        if let Ok(known) = ops::get_attr(&a, "a")
            && let Ok(result) = ops::get_attr(&open_a, "a")
        {
            prop_assert!(admits(&result, &known));
        }
        if let Ok(known) = text(&a, &b) {
            prop_assert!(text(&open_a, &open_b).is_ok_and(|r| admits(&r, &known)));
        }
    }

    #[test]
    fn equality_is_that_of_values(a in values(), b in values()) {
        prop_assert_eq!(ops::equal(&a, &a), Ok(Value::Bool(true)));
        if !(a.is_null() && b.is_null()) {
            prop_assert_eq!(ops::equal(&a, &b), Ok(Value::Bool(a == b)));
        }
        prop_assert_eq!(ops::equal(&a, &b), ops::equal(&b, &a));
        prop_assert_eq!(changed_paths(&a, &b).is_empty(), a == b);
    }

    #[test]
    fn operations_carry_marks(a in values(), b in values()) {
        for (operator, compute) in BINARY {
            if let Ok(plain) = compute(&a, &b) {
                let secret = compute(&a.clone().mark(Marks::SENSITIVE), &b.clone().mark(Marks::EPHEMERAL));
                let both = Marks::SENSITIVE.union(Marks::EPHEMERAL);
                prop_assert_eq!(secret, Ok(plain.mark(both)), "{}", operator);
            }
        }
    }

    #[test]
    fn sets_do_not_depend_on_order_or_repeats(
        (element, items) in types().prop_flat_map(|ty| {
            let items = prop::collection::vec(values_of(&ty), 0..6);
            (Just(ty), items)
        }),
        turn in 0usize..6,
    ) {
        let set = SetValue::new(element.clone(), items.clone());
        let mut other = items.clone();
        other.rotate_left(turn.min(items.len()));
        other.extend(items.iter().take(turn).cloned());
        prop_assert_eq!(&set, &SetValue::new(element, other));
        prop_assert!(set.items().iter().all(|v| items.contains(v)));
        prop_assert!(items.iter().all(|v| set.items().contains(v)));
        prop_assert!(set.items().is_sorted_by(|a, b| a.canonical_cmp(b).is_lt()));
    }

    #[test]
    fn json_gives_the_value_back((ty, v) in types().prop_flat_map(|ty| (Just(ty.clone()), values_of(&ty)))) {
        let json = to_json(&v).expect("known and finite");
        prop_assert_eq!(from_json(&json, &ty), Ok(v.clone()));
        let text = serde_json::to_string(&json).expect("JSON");
        let parsed = serde_json::from_str(&text).expect("JSON");
        prop_assert_eq!(from_json(&parsed, &ty), Ok(v.clone()));
        let escaped = crate::json::to_text(&v).expect("known and finite");
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).expect("JSON"), json);
        let typed = to_typed_json(&v, &Type::Dynamic).expect("known and finite");
        // Null of a type is null in JSON, and its type is gone.
        let expected = if v.is_null() { Value::null() } else { v };
        prop_assert_eq!(from_typed_json(&typed, &Type::Dynamic), Ok(expected));
    }

    #[test]
    fn types_come_back_from_json(ty in types(), bytes in choices()) {
        let ty = related(&ty, &mut Choices(bytes, 0));
        prop_assert_eq!(type_from_json(&type_to_json(&ty)), Some(ty));
    }

    #[test]
    fn marks_come_off_and_go_back(v in values(), bytes in choices()) {
        let mut choices = Choices(bytes, 0);
        let marked = v.transform(&crate::Path::root(), &mut |_, v| {
            if choices.below(4) == 0 { v.mark(Marks::SENSITIVE) } else { v }
        });
        let (plain, paths) = marked.clone().unmark_deep();
        prop_assert!(!plain.has_marks());
        prop_assert_eq!(plain, v);
        prop_assert_eq!(marked.clone().unmark_deep().0.mark_paths(&paths), marked);
    }
}

fn text(a: &Value, b: &Value) -> Result<Value, OpError> {
    let mut template = ops::Template::default();
    template.push_str("e");
    template.push(a)?;
    template.push(b)?;
    Ok(template.finish())
}
