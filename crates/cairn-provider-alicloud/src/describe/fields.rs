//! Decides how a configured or recorded object is read: an absent, null or unknown attribute, and for most readers an empty
//! string, a zero and `false` too, count as not set, as old configurations expect.

use std::collections::BTreeMap;

use cairn_value::{Object, Value};

/// Whether a value counts as not set: null, `""`, `0`, `false`, or a collection without elements. Unknown values count as set.
pub(crate) fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null(_) => true,
        Value::Bool(b) => !b,
        Value::Number(n) => n.to_i64() == Some(0),
        Value::String(s) => s.is_empty(),
        Value::List(l) => l.items.is_empty(),
        Value::Set(s) => s.items().is_empty(),
        Value::Map(m) => m.entries.is_empty(),
        Value::Tuple(_) | Value::Object(_) | Value::Unknown(_) => false,
        Value::Marked(m) => is_unset(&m.0),
    }
}

/// An object, read attribute by attribute.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a>(&'a Object);

impl<'a> Fields<'a> {
    /// Over an object.
    pub(crate) fn of(object: &'a Object) -> Self {
        Self(object)
    }

    /// Over a value that is a known object.
    pub(crate) fn of_value(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// An attribute's value as it is.
    pub(crate) fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).map(Value::peel)
    }

    /// The names of its attributes and blocks.
    pub(crate) fn names(self) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    /// A string that is set and not empty.
    pub(crate) fn str(self, name: &str) -> Option<&'a str> {
        self.value(name)?.as_str().filter(|s| !s.is_empty())
    }

    /// The same, owned.
    pub(crate) fn string(self, name: &str) -> Option<String> {
        self.str(name).map(str::to_owned)
    }

    /// A whole number that is set and not zero.
    pub(crate) fn int(self, name: &str) -> Option<i64> {
        self.any_int(name).filter(|i| *i != 0)
    }

    /// A whole number that is set, zero or not.
    pub(crate) fn any_int(self, name: &str) -> Option<i64> {
        self.value(name)?.as_i64()
    }

    /// A number that is set and not zero.
    pub(crate) fn float(self, name: &str) -> Option<f64> {
        match self.value(name)? {
            Value::Number(n) => n.to_string().parse().ok().filter(|f| *f != 0.0),
            _ => None,
        }
    }

    /// A bool that is set, false or not.
    pub(crate) fn any_bool(self, name: &str) -> Option<bool> {
        self.value(name)?.as_bool()
    }

    /// Whether a bool is set and true.
    pub(crate) fn is_true(self, name: &str) -> bool {
        self.any_bool(name) == Some(true)
    }

    /// Whether an attribute is set to anything, known or not.
    pub(crate) fn is_set(self, name: &str) -> bool {
        self.value(name).is_some_and(|v| !is_unset(v))
    }

    /// Whether an attribute or something in it is unknown.
    pub(crate) fn is_unknown(self, name: &str) -> bool {
        self.value(name).is_some_and(|v| !v.is_wholly_known())
    }

    /// The known strings of a list or set.
    pub(crate) fn strings(self, name: &str) -> Vec<&'a str> {
        let items: &[Value] = match self.value(name) {
            Some(Value::List(l)) => &l.items,
            Some(Value::Set(s)) => s.items(),
            _ => &[],
        };
        items
            .iter()
            .filter_map(Value::as_str)
            .filter(|s| !s.is_empty())
            .collect()
    }

    /// The same, owned.
    pub(crate) fn owned_strings(self, name: &str) -> Vec<String> {
        self.strings(name).into_iter().map(str::to_owned).collect()
    }

    /// The known strings of a map; a null element is an empty string.
    pub(crate) fn map(self, name: &str) -> BTreeMap<&'a str, &'a str> {
        match self.value(name) {
            Some(Value::Map(m)) => m
                .entries
                .iter()
                .filter(|(_, v)| !v.is_unknown())
                .map(|(k, v)| (&**k, v.as_str().unwrap_or("")))
                .collect(),
            _ => BTreeMap::new(),
        }
    }

    /// The occurrences of a nested block.
    pub(crate) fn blocks(self, name: &str) -> Vec<Self> {
        let items: &[Value] = match self.value(name) {
            Some(Value::List(l)) => &l.items,
            Some(Value::Set(s)) => s.items(),
            _ => &[],
        };
        items.iter().filter_map(Self::of_value).collect()
    }
}
