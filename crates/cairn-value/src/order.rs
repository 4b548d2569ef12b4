//! Decides the order in which sets keep their elements. Not which elements are equal.
//!
//! False before true, numbers by size, strings by bytes; then what is unknown, then null. Terraform promises no order for
//! elements of other types but has one: by a text made of the element, which is made here in the same way, so that lists
//! made from such sets come out in the same order.

use std::cmp::Ordering;

use crate::Value;

/// The values in canonical order.
pub(crate) fn sorted(mut items: Vec<Value>) -> Vec<Value> {
    let primitive = |v: &Value| matches!(v, Value::Bool(_) | Value::Number(_) | Value::String(_));
    if items.len() < 2 || items.iter().all(primitive) {
        items.sort_by(Value::canonical_cmp);
        return items;
    }
    let mut keyed: Vec<(Vec<u8>, Value)> = items.into_iter().map(|v| (text(&v), v)).collect();
    keyed.sort_by(|(k, a), (l, b)| compare(a, b, || k.cmp(l)));
    keyed.into_iter().map(|(_, v)| v).collect()
}

impl Value {
    /// The canonical order in which sets keep their elements: false before true, numbers by size, strings by bytes,
    /// collections by a text made of them, unknown after known, null last.
    pub fn canonical_cmp(&self, other: &Self) -> Ordering {
        compare(self, other, || text(self).cmp(&text(other)))
    }
}

fn compare(a: &Value, b: &Value, by_text: impl FnOnce() -> Ordering) -> Ordering {
    let certainty = |v: &Value| match v.peel() {
        Value::Null(_) => 2,
        Value::Unknown(_) => 1,
        _ => 0,
    };
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        _ => certainty(a)
            .cmp(&certainty(b))
            .then_with(by_text)
            .then_with(|| by_structure(a, b)),
    }
}

/// The text that collections are ordered by.
fn text(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write_text(value, &mut out);
    out
}

fn write_text(value: &Value, out: &mut Vec<u8>) {
    let sequence = |open: u8, items: &[Value], close: u8, out: &mut Vec<u8>| {
        out.push(open);
        for v in items {
            write_text(v, out);
            out.push(b';');
        }
        out.push(close);
    };
    match value {
        Value::Null(_) => out.push(b'~'),
        Value::Unknown(_) => out.push(b'?'),
        Value::Bool(b) => out.push(if *b { b'T' } else { b'F' }),
        Value::Number(n) => out.extend(n.order_text().bytes()),
        Value::String(s) => write_quoted(s, out),
        Value::List(l) => sequence(b'[', &l.items, b']', out),
        Value::Set(s) => sequence(b'[', s.items(), b']', out),
        Value::Map(m) => {
            out.push(b'{');
            for (k, v) in &m.entries {
                write_quoted(k, out);
                out.push(b':');
                write_text(v, out);
                out.push(b';');
            }
            out.push(b'}');
        }
        Value::Tuple(items) => sequence(b'<', items, b'>', out),
        Value::Object(o) => sequence(b'<', o.values(), b'>', out),
        Value::Marked(m) => write_text(&m.0, out),
    }
}

fn write_quoted(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            7 => out.extend(b"\\a"),
            8 => out.extend(b"\\b"),
            9 => out.extend(b"\\t"),
            10 => out.extend(b"\\n"),
            11 => out.extend(b"\\v"),
            12 => out.extend(b"\\f"),
            13 => out.extend(b"\\r"),
            0..32 | 127 => out.extend(format!("\\x{byte:02x}").bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// A total order for what the text does not tell apart.
fn by_structure(a: &Value, b: &Value) -> Ordering {
    fn rank(v: &Value) -> u8 {
        match v {
            Value::Bool(_) => 0,
            Value::Number(_) => 1,
            Value::String(_) => 2,
            Value::List(_) => 3,
            Value::Set(_) => 4,
            Value::Map(_) => 5,
            Value::Tuple(_) => 6,
            Value::Object(_) => 7,
            Value::Null(_) => 8,
            Value::Unknown(_) => 9,
            Value::Marked(_) => 10,
        }
    }
    fn each(a: &[Value], b: &[Value]) -> Ordering {
        a.iter()
            .zip(b)
            .map(|(x, y)| by_structure(x, y))
            .find(|o| o.is_ne())
            .unwrap_or_else(|| a.len().cmp(&b.len()))
    }
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => {
            each(&a.items, &b.items).then_with(|| a.element.cmp(&b.element))
        }
        (Value::Set(a), Value::Set(b)) => {
            each(a.items(), b.items()).then_with(|| a.element.cmp(&b.element))
        }
        (Value::Tuple(a), Value::Tuple(b)) => each(a, b),
        (Value::Map(a), Value::Map(b)) => a
            .entries
            .iter()
            .zip(&b.entries)
            .map(|((k, v), (l, w))| k.cmp(l).then_with(|| by_structure(v, w)))
            .find(|o| o.is_ne())
            .unwrap_or_else(|| a.entries.len().cmp(&b.entries.len()))
            .then_with(|| a.element.cmp(&b.element)),
        (Value::Object(a), Value::Object(b)) => a
            .shape()
            .names()
            .cmp(b.shape().names())
            .then_with(|| each(a.values(), b.values())),
        (Value::Null(a), Value::Null(b)) => a.cmp(b),
        (Value::Unknown(a), Value::Unknown(b)) => {
            let (r, s) = (&a.refinement, &b.refinement);
            a.ty.cmp(&b.ty)
                .then_with(|| r.not_null.cmp(&s.not_null))
                .then_with(|| r.prefix.cmp(&s.prefix))
                .then_with(|| r.at_least.cmp(&s.at_least))
                .then_with(|| r.at_most.cmp(&s.at_most))
        }
        (Value::Marked(a), Value::Marked(b)) => {
            by_structure(&a.0, &b.0).then_with(|| a.1.cmp(&b.1))
        }
        _ => rank(a).cmp(&rank(b)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Number, Type};

    fn numbers(texts: &[&str]) -> Value {
        let items = texts
            .iter()
            .map(|t| Value::Number(Number::parse(t).expect("a number")));
        Value::list(Type::Number, items.collect())
    }

    fn strings(texts: &[&str]) -> Value {
        Value::list(Type::String, texts.iter().map(Value::string).collect())
    }

    fn check(element: Type, expected: &[Value]) {
        let mut shuffled = expected.to_vec();
        shuffled.reverse();
        let set = crate::SetValue::new(element, shuffled);
        assert_eq!(set.items(), expected);
    }

    #[test]
    fn primitives_by_their_own_order_and_null_last() {
        check(
            Type::Bool,
            &[
                Value::Bool(false),
                Value::Bool(true),
                Value::Null(Type::Bool),
            ],
        );
        check(
            Type::String,
            &["10", "9", "Z", "a", "z", "é"].map(Value::string),
        );
        check(
            Type::Number,
            &["1.5", "9", "10"].map(|t| Value::Number(Number::parse(t).expect("a number"))),
        );
    }

    #[test]
    fn collections_in_the_order_that_terraform_gives_them() {
        let list = Type::list(Type::Number);
        check(list.clone(), &[numbers(&["1", "3"]), numbers(&["2"])]);
        check(
            list.clone(),
            &[
                numbers(&["-10"]),
                numbers(&["-1"]),
                numbers(&["0.5"]),
                numbers(&["1"]),
            ],
        );
        check(list.clone(), &[numbers(&["10"]), numbers(&["9"])]);
        check(list.clone(), &[numbers(&["12345678901"]), numbers(&["2"])]);
        check(
            list,
            &[
                numbers(&["0.0001"]),
                numbers(&["1e20"]),
                numbers(&["1e-05"]),
                numbers(&["1e-07"]),
                numbers(&["2"]),
            ],
        );
        check(
            Type::list(Type::String),
            &[
                strings(&["a", "c"]),
                strings(&["a"]),
                strings(&["b"]),
                strings(&[]),
            ],
        );
    }

    #[test]
    fn unknown_elements_are_not_taken_for_equal() {
        let unknown = Value::unknown(Type::String);
        let set = crate::SetValue::new(
            Type::String,
            vec![unknown.clone(), Value::string("a"), unknown],
        );
        assert_eq!(set.items().len(), 3);
        assert_eq!(set.items()[0], Value::string("a"));
    }
}
