//! Decides when two values mean the same to a plan, and where they differ. Nulls are equal whatever their type; a shared
//! subtree is not looked into.

use std::sync::Arc;

use cairn_value::{Path, PathStep, Value};

/// Whether two values without marks mean the same.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null(_), Value::Null(_)) => true,
        (Value::Object(x), Value::Object(y)) => {
            Arc::ptr_eq(x, y)
                || (x.shape() == y.shape()
                    && x.values().iter().zip(y.values()).all(|(a, b)| same(a, b)))
        }
        (Value::List(x), Value::List(y)) => Arc::ptr_eq(x, y) || all_same(&x.items, &y.items),
        (Value::Tuple(x), Value::Tuple(y)) => Arc::ptr_eq(x, y) || all_same(x, y),
        // A list and a tuple of the same elements differ in type only, as values that came back from a store may.
        (Value::List(x), Value::Tuple(y)) | (Value::Tuple(y), Value::List(x)) => {
            all_same(&x.items, y)
        }
        (Value::Set(x), Value::Set(y)) => Arc::ptr_eq(x, y) || all_same(x.items(), y.items()),
        (Value::Map(x), Value::Map(y)) => {
            Arc::ptr_eq(x, y)
                || (x.entries.len() == y.entries.len()
                    && x.entries
                        .iter()
                        .zip(&y.entries)
                        .all(|((k, v), (l, w))| k == l && same(v, w)))
        }
        (Value::Marked(m), v) | (v, Value::Marked(m)) => same(&m.0, v.peel()),
        _ => a == b,
    }
}

fn all_same(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| same(x, y))
}

/// Where a final value breaks a promise: known in `promised` and other in `made`. Unknown parts of the promise allow anything.
pub(crate) fn broken_promises(promised: &Value, made: &Value) -> Vec<Path> {
    let mut out = Vec::new();
    broken(promised, made, &Path::root(), &mut out);
    out
}

fn broken(promised: &Value, made: &Value, path: &Path, out: &mut Vec<Path>) {
    let (promised, made) = (promised.peel(), made.peel());
    match (promised, made) {
        (Value::Unknown(u), made) => {
            if made.is_null() && u.refinement.not_null {
                out.push(path.clone());
            }
        }
        (Value::Object(p), Value::Object(m)) => {
            for (n, v) in p.iter() {
                let at = path.then(PathStep::Attr(n.clone()));
                match m.get(n) {
                    Some(w) => broken(v, w, &at, out),
                    None => out.push(at),
                }
            }
        }
        (Value::List(p), Value::List(m)) => broken_items(&p.items, &m.items, path, out),
        (Value::Tuple(p), Value::Tuple(m)) => broken_items(p, m, path, out),
        (Value::Map(p), Value::Map(m)) => {
            if p.entries.keys().ne(m.entries.keys()) {
                out.push(path.clone());
                return;
            }
            for (k, v) in &p.entries {
                broken(v, &m.entries[k], &path.then(PathStep::Key(k.clone())), out);
            }
        }
        // Elements of a set have no place of their own: known sets must be equal, others can be of any content.
        (Value::Set(_), Value::Set(_)) => {
            if promised.is_wholly_known() && !same(promised, made) {
                out.push(path.clone());
            }
        }
        _ => {
            if !same(promised, made) {
                out.push(path.clone());
            }
        }
    }
}

fn broken_items(p: &[Value], m: &[Value], path: &Path, out: &mut Vec<Path>) {
    if p.len() != m.len() {
        out.push(path.clone());
        return;
    }
    for (i, (v, w)) in p.iter().zip(m).enumerate() {
        broken(v, w, &path.then(PathStep::Index(i)), out);
    }
}

#[cfg(test)]
mod tests {
    use cairn_value::{Type, name};

    use super::*;

    #[test]
    fn nulls_are_equal_whatever_their_type() {
        let a = Value::object([(name("a"), Value::null())]);
        let b = Value::object([(name("a"), Value::Null(Type::String))]);
        assert!(same(&a, &b));
        assert!(!same(&a, &Value::object([(name("a"), Value::int(1))])));
    }

    #[test]
    fn a_promise_is_broken_where_a_known_part_changes() {
        let promised = Value::object([
            (name("id"), Value::unknown(Type::String)),
            (
                name("tags"),
                Value::map(Type::String, [("a".into(), Value::string("x"))]),
            ),
        ]);
        let kept = Value::object([
            (name("id"), Value::string("i-1")),
            (
                name("tags"),
                Value::map(Type::String, [("a".into(), Value::string("x"))]),
            ),
        ]);
        assert!(broken_promises(&promised, &kept).is_empty());
        let not_kept = Value::object([
            (name("id"), Value::string("i-1")),
            (
                name("tags"),
                Value::map(Type::String, [("a".into(), Value::string("y"))]),
            ),
        ]);
        let paths: Vec<String> = broken_promises(&promised, &not_kept)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(paths, ["tags[\"a\"]"]);
    }
}
