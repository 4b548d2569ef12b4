//! Decides how an answer of the cloud becomes an object: attribute by attribute over what was recorded or planned, so that
//! what the cloud does not tell stays, and an empty answer to what was never set stays unset.

use std::sync::Arc;

use cairn_model::RemoteObject;
use cairn_value::{Known, Object, Path, Type, Value};

use super::is_unset;

/// An object in the making.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    object: Object,
}

impl Draft {
    /// Over a recorded, planned or empty object.
    pub(crate) fn over(base: &Object) -> Self {
        Self {
            object: base.clone(),
        }
    }

    /// A string.
    pub(crate) fn str(&mut self, name: &str, value: &str) {
        self.settle(name, Value::string(value));
    }

    /// A whole number.
    pub(crate) fn int(&mut self, name: &str, value: i64) {
        self.settle(name, Value::int(value));
    }

    /// A bool.
    pub(crate) fn bool(&mut self, name: &str, value: bool) {
        self.settle(name, Value::Bool(value));
    }

    /// A set of strings.
    pub(crate) fn set<S: AsRef<str>>(&mut self, name: &str, items: impl IntoIterator<Item = S>) {
        let items = items.into_iter().map(Value::string).collect();
        self.settle(name, Value::set(Type::String, items));
    }

    /// A list of strings.
    pub(crate) fn list<S: AsRef<str>>(&mut self, name: &str, items: impl IntoIterator<Item = S>) {
        let items = items.into_iter().map(Value::string).collect();
        self.settle(name, Value::list(Type::String, items));
    }

    /// A map of strings.
    pub(crate) fn map<K: AsRef<str>, V: AsRef<str>>(
        &mut self,
        name: &str,
        entries: impl IntoIterator<Item = (K, V)>,
    ) {
        let entries = entries
            .into_iter()
            .map(|(k, v)| (Arc::from(k.as_ref()), Value::string(v)));
        self.settle(name, Value::map(Type::String, entries));
    }

    /// Any value: an unset one does not replace another form of unset.
    pub(crate) fn settle(&mut self, name: &str, value: Value) {
        let keep = self
            .object
            .get(name)
            .is_some_and(|base| *base == value || (is_unset(base) && is_unset(&value)));
        if !keep {
            self.object.set(name, value);
        }
    }

    /// Exactly this value.
    pub(crate) fn put(&mut self, name: &str, value: Value) {
        self.object.set(name, value);
    }

    /// The value as it stands.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.object.get(name)
    }

    /// The object as it stands, unknown values and all.
    pub(crate) fn into_object(self) -> Object {
        self.object
    }

    /// The object; what nobody has told is null.
    pub(crate) fn finish(self) -> RemoteObject {
        let value = Value::Object(Arc::new(self.object));
        let value = if value.is_wholly_known() {
            value
        } else {
            value.transform(&Path::root(), &mut |_, v| match v {
                Value::Unknown(u) => Value::Null(u.ty.clone()),
                other => other,
            })
        };
        RemoteObject {
            value: Known::try_from(value).expect("every unknown was replaced"),
            private: Arc::from([]),
            schema_version: 0,
        }
    }
}
