//! Decides how the values of an evaluated block are read: null, and what is not known, count as not there.

use cairn_value::Value;

/// An evaluated block without marks.
#[derive(Clone, Copy)]
pub(super) struct Fields<'v>(pub(super) &'v Value);

impl<'v> Fields<'v> {
    fn get(self, name: &str) -> Option<&'v Value> {
        self.0
            .get_attr(name)
            .filter(|v| !v.is_null() && !v.is_unknown())
    }

    /// Something is written, known or not.
    pub(super) fn is_set(self, name: &str) -> bool {
        self.0.get_attr(name).is_some_and(|v| !v.is_null())
    }

    /// It is written and known.
    pub(super) fn is_known(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn text(self, name: &str) -> Option<String> {
        self.get(name)?.as_str().map(str::to_owned)
    }

    pub(super) fn number(self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    pub(super) fn flag(self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The texts of a list; nothing in place of a null among them.
    pub(super) fn texts(self, name: &str) -> Option<Vec<Option<String>>> {
        match self.get(name)? {
            Value::List(l) => Some(
                l.items
                    .iter()
                    .map(|v| v.as_str().map(str::to_owned))
                    .collect(),
            ),
            _ => None,
        }
    }

    /// The entries of a map, those that are null left out.
    pub(super) fn entries(self, name: &str) -> Vec<(String, String)> {
        match self.get(name) {
            Some(Value::Map(m)) => m
                .entries
                .iter()
                .filter_map(|(k, v)| Some((k.to_string(), v.as_str()?.to_owned())))
                .collect(),
            _ => Vec::new(),
        }
    }
}
