//! Decides where two values differ. Not whether a difference matters.

use std::sync::Arc;

use crate::{Path, PathStep, Value};

/// The places where `after` is not what `before` was, in order, as deep as they can be told: attributes, list and tuple
/// positions, map keys. A set is one place, as is anything whose type differs or that is null or unknown on one side.
/// Marks are not compared. Empty where nothing differs.
pub fn changed_paths(before: &Value, after: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    walk(before, after, &mut Vec::new(), &mut found);
    found
}

fn walk(before: &Value, after: &Value, at: &mut Vec<PathStep>, found: &mut Vec<Path>) {
    let here = |found: &mut Vec<Path>, at: &[PathStep]| found.push(Path(at.to_vec()));
    match (before.peel(), after.peel()) {
        (Value::Object(a), Value::Object(b)) => {
            if Arc::ptr_eq(a, b) {
                return;
            }
            if a.shape() != b.shape() {
                return here(found, at);
            }
            for ((n, x), y) in a.iter().zip(b.values()) {
                inside(PathStep::Attr(n.clone()), Some(x), Some(y), at, found);
            }
        }
        (Value::Map(a), Value::Map(b)) => {
            if Arc::ptr_eq(a, b) {
                return;
            }
            let only_after = b.entries.keys().filter(|k| !a.entries.contains_key(*k));
            let mut keys: Vec<_> = a.entries.keys().chain(only_after).collect();
            keys.sort();
            let so_far = found.len();
            for k in keys {
                let (x, y) = (a.entries.get(k), b.entries.get(k));
                inside(PathStep::Key(k.clone()), x, y, at, found);
            }
            if found.len() == so_far && a.element != b.element {
                here(found, at);
            }
        }
        (Value::List(a), Value::List(b)) => {
            if Arc::ptr_eq(a, b) {
                return;
            }
            let so_far = found.len();
            sequence(&a.items, &b.items, at, found);
            if found.len() == so_far && a.element != b.element {
                here(found, at);
            }
        }
        (Value::Tuple(a), Value::Tuple(b)) => {
            if !Arc::ptr_eq(a, b) {
                sequence(a, b, at, found);
            }
        }
        (a @ Value::Set(_), b) if a.has_marks() || b.has_marks() => {
            if a.clone().unmark_deep().0 != b.clone().unmark_deep().0 {
                here(found, at);
            }
        }
        (a, b) => {
            if a != b {
                here(found, at);
            }
        }
    }
}

fn sequence(a: &[Value], b: &[Value], at: &mut Vec<PathStep>, found: &mut Vec<Path>) {
    for i in 0..a.len().max(b.len()) {
        inside(PathStep::Index(i), a.get(i), b.get(i), at, found);
    }
}

fn inside(
    step: PathStep,
    before: Option<&Value>,
    after: Option<&Value>,
    at: &mut Vec<PathStep>,
    found: &mut Vec<Path>,
) {
    at.push(step);
    match (before, after) {
        (Some(a), Some(b)) => walk(a, b, at, found),
        _ => found.push(Path(at.clone())),
    }
    at.pop();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Marks, Type, name};

    fn changed(before: &Value, after: &Value) -> Vec<String> {
        let paths = changed_paths(before, after);
        paths.iter().map(ToString::to_string).collect()
    }

    fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
        Value::object(attributes.map(|(n, v)| (name(n), v)))
    }

    fn strings(items: &[&str]) -> Vec<Value> {
        items.iter().map(Value::string).collect()
    }

    fn map(entries: &[(&str, &str)]) -> Value {
        let entries = entries.iter().map(|(k, v)| (name(k), Value::string(v)));
        Value::map(Type::String, entries)
    }

    #[test]
    fn leaves_of_objects_lists_and_maps() {
        let before = object([
            ("a", Value::string("x")),
            ("disks", Value::list(Type::String, strings(&["1", "2"]))),
            ("tags", map(&[("k", "v"), ("gone", "v"), ("same", "v")])),
            ("ids", Value::set(Type::String, strings(&["1"]))),
        ]);
        let after = object([
            ("a", Value::string("x")),
            (
                "disks",
                Value::list(Type::String, strings(&["1", "3", "4"])),
            ),
            ("tags", map(&[("k", "w"), ("new", "v"), ("same", "v")])),
            ("ids", Value::set(Type::String, strings(&["1", "2"]))),
        ]);
        assert_eq!(
            changed(&before, &after),
            [
                "disks[1]",
                "disks[2]",
                "ids",
                "tags[\"gone\"]",
                "tags[\"k\"]",
                "tags[\"new\"]"
            ]
        );
        assert!(changed(&before, &before).is_empty());
    }

    #[test]
    fn null_unknown_and_other_types_are_one_place() {
        let inner = object([("b", Value::int(1))]);
        let before = object([
            ("a", inner.clone()),
            ("c", Value::int(1)),
            ("d", Value::int(1)),
        ]);
        let after = object([
            ("a", Value::Null(inner.ty())),
            ("c", Value::unknown(Type::Number)),
            ("d", Value::string("1")),
        ]);
        assert_eq!(changed(&before, &after), ["a", "c", "d"]);
        assert_eq!(changed_paths(&Value::null(), &before), [Path::root()]);
    }

    #[test]
    fn marks_do_not_count() {
        let plain = object([("a", Value::string("x"))]);
        let secret = object([("a", Value::string("x").mark(Marks::SENSITIVE))]);
        assert!(changed(&plain, &secret).is_empty());
        let list = |v: Value| {
            Value::set(
                Type::list(Type::String),
                vec![Value::list(Type::String, vec![v])],
            )
        };
        let a = list(Value::string("x"));
        assert!(changed(&a, &a.clone().mark(Marks::SENSITIVE)).is_empty());
    }
}
