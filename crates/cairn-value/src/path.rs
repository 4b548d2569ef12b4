//! Decides how a place inside a value is written.

use std::fmt;

use crate::{Name, Str, Value};

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PathStep {
    /// An attribute of an object.
    Attr(Name),
    /// An element of a list or tuple, from 0.
    Index(usize),
    /// An element of a map.
    Key(Str),
    /// An element of a set, by its position in the set's order.
    Element(usize),
}

/// The way from a value to something inside it; empty for the value itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(pub Vec<PathStep>);

impl Path {
    /// The value itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// An attribute of the value itself.
    pub fn attr(name: impl Into<Name>) -> Self {
        Self(vec![PathStep::Attr(name.into())])
    }

    /// One step further.
    #[must_use]
    pub fn then(&self, step: PathStep) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Whether `self` is `other` or lies inside it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The first attribute name, if the path begins with one.
    pub fn first_attr(&self) -> Option<&str> {
        match self.0.first() {
            Some(PathStep::Attr(n)) => Some(n),
            _ => None,
        }
    }

    /// What lies there in a value; nothing where the path leads nowhere. Marks on the way are passed through.
    pub fn get<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0
            .iter()
            .try_fold(value, |v, step| match (v.peel(), step) {
                (Value::Object(o), PathStep::Attr(n)) => o.get(n),
                (Value::Map(m), PathStep::Key(k) | PathStep::Attr(k)) => m.entries.get(k),
                (Value::List(l), PathStep::Index(i)) => l.items.get(*i),
                (Value::Tuple(t), PathStep::Index(i)) => t.get(*i),
                (Value::Set(s), PathStep::Element(i)) => s.items().get(*i),
                _ => None,
            })
    }
}

/// `tags["a"]`, `data_disks[0].size`
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Attr(n) if i == 0 => f.write_str(n)?,
                PathStep::Attr(n) => write!(f, ".{n}")?,
                PathStep::Index(n) | PathStep::Element(n) => write!(f, "[{n}]")?,
                PathStep::Key(k) => write!(f, "[{k:?}]")?,
            }
        }
        Ok(())
    }
}
