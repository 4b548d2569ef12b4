//! Decides the ways over a value: taking marks off with their paths, putting them back.

use std::sync::Arc;

use crate::{ListValue, MapValue, Marks, Object, Path, PathStep, Value};

impl Value {
    /// Takes all marks off, with the path of each.
    pub fn unmark_deep(self) -> (Self, Vec<(Path, Marks)>) {
        let mut found = Vec::new();
        if !self.has_marks() {
            return (self, found);
        }
        let value = strip(&self, &Path::root(), &mut found);
        (value, found)
    }

    /// Puts marks on at paths; a path that leads nowhere marks the nearest value on its way.
    #[must_use]
    pub fn mark_paths(&self, paths: &[(Path, Marks)]) -> Self {
        paths.iter().fold(self.clone(), |v, (path, marks)| {
            mark_at(&v, &path.0, *marks)
        })
    }

    /// The same value with each known or unknown leaf and collection replaced by what `f` gives, from the leaves up.
    #[must_use]
    pub fn transform(&self, path: &Path, f: &mut impl FnMut(&Path, Self) -> Self) -> Self {
        let inner = match self {
            Self::List(l) => Self::List(Arc::new(ListValue {
                element: l.element.clone(),
                items: indexed(&l.items, path, f),
            })),
            Self::Tuple(items) => Self::tuple(indexed(items, path, f)),
            Self::Set(s) => Self::set(
                s.element.clone(),
                s.items()
                    .iter()
                    .enumerate()
                    .map(|(i, v)| v.transform(&path.then(PathStep::Element(i)), f))
                    .collect(),
            ),
            Self::Map(m) => Self::Map(Arc::new(MapValue {
                element: m.element.clone(),
                entries: m
                    .entries
                    .iter()
                    .map(|(k, v)| {
                        (
                            k.clone(),
                            v.transform(&path.then(PathStep::Key(k.clone())), f),
                        )
                    })
                    .collect(),
            })),
            Self::Object(o) => Self::Object(Arc::new(Object::with_shape(
                o.shape().clone(),
                o.iter()
                    .map(|(n, v)| v.transform(&path.then(PathStep::Attr(n.clone())), f))
                    .collect(),
            ))),
            Self::Marked(m) => return m.0.transform(path, f).mark(m.1),
            leaf => leaf.clone(),
        };
        f(path, inner)
    }
}

fn indexed(items: &[Value], path: &Path, f: &mut impl FnMut(&Path, Value) -> Value) -> Vec<Value> {
    items
        .iter()
        .enumerate()
        .map(|(i, v)| v.transform(&path.then(PathStep::Index(i)), f))
        .collect()
}

fn strip(value: &Value, path: &Path, found: &mut Vec<(Path, Marks)>) -> Value {
    let value = match value {
        Value::Marked(m) => {
            found.push((path.clone(), m.1));
            &m.0
        }
        plain => plain,
    };
    let list = |items: &[Value], found: &mut Vec<(Path, Marks)>| -> Vec<Value> {
        items
            .iter()
            .enumerate()
            .map(|(i, v)| strip(v, &path.then(PathStep::Index(i)), found))
            .collect()
    };
    match value {
        Value::List(l) => Value::list(l.element.clone(), list(&l.items, found)),
        Value::Tuple(items) => Value::tuple(list(items, found)),
        Value::Map(m) => Value::map(
            m.element.clone(),
            m.entries.iter().map(|(k, v)| {
                (
                    k.clone(),
                    strip(v, &path.then(PathStep::Key(k.clone())), found),
                )
            }),
        ),
        Value::Object(o) => Value::Object(Arc::new(Object::with_shape(
            o.shape().clone(),
            o.iter()
                .map(|(n, v)| strip(v, &path.then(PathStep::Attr(n.clone())), found))
                .collect(),
        ))),
        plain => plain.clone(),
    }
}

fn mark_at(value: &Value, steps: &[PathStep], marks: Marks) -> Value {
    let Some((step, rest)) = steps.split_first() else {
        return value.clone().mark(marks);
    };
    match (value, step) {
        (Value::Marked(m), _) => mark_at(&m.0, steps, marks).mark(m.1),
        (Value::List(l), PathStep::Index(i)) if *i < l.items.len() => {
            let mut items = l.items.clone();
            items[*i] = mark_at(&items[*i], rest, marks);
            Value::list(l.element.clone(), items)
        }
        (Value::Tuple(t), PathStep::Index(i)) if *i < t.len() => {
            let mut items = t.to_vec();
            items[*i] = mark_at(&items[*i], rest, marks);
            Value::tuple(items)
        }
        (Value::Map(m), PathStep::Key(k) | PathStep::Attr(k)) if m.entries.contains_key(k) => {
            let mut entries = m.entries.clone();
            let inner = mark_at(&entries[k], rest, marks);
            entries.insert(k.clone(), inner);
            Value::map(m.element.clone(), entries)
        }
        (Value::Object(o), PathStep::Attr(n)) if o.get(n).is_some() => {
            let mut object = (**o).clone();
            let inner = mark_at(o.get(n).expect("checked in the guard"), rest, marks);
            object.set(n, inner);
            Value::Object(Arc::new(object))
        }
        _ => value.clone().mark(marks),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Type, name};

    #[test]
    fn marks_come_off_with_paths_and_go_back() {
        let secret = Value::string("s").mark(Marks::SENSITIVE);
        let v = Value::object([
            (
                name("a"),
                Value::list(Type::String, vec![Value::string("x"), secret]),
            ),
            (name("b"), Value::int(1)),
        ]);
        let (plain, marks) = v.clone().unmark_deep();
        assert!(!plain.has_marks());
        assert_eq!(marks.len(), 1);
        assert_eq!(marks[0].0.to_string(), "a[1]");
        assert_eq!(plain.mark_paths(&marks), v);
    }

    #[test]
    fn sets_order_and_drop_repeats_and_lift_marks() {
        let s = Value::set(Type::String, ["b", "a", "b"].map(Value::string).to_vec());
        let Value::Set(set) = &s else { panic!("a set") };
        assert_eq!(set.items(), ["a", "b"].map(Value::string));
        let s = Value::set(
            Type::String,
            vec![Value::string("a").mark(Marks::SENSITIVE)],
        );
        assert_eq!(s.marks(), Marks::SENSITIVE);
    }

    #[test]
    fn a_value_is_three_words() {
        assert!(size_of::<Value>() <= 24, "{}", size_of::<Value>());
    }
}
