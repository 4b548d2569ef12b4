//! Decides what shape a value has for a reader: null attributes of typed objects are left out, what is secret stays covered, and a
//! string that holds a JSON object or array is that object or array.

use std::collections::BTreeMap;

use cairn_value::Value;
use serde_json::Value as Json;

/// A value as a plan shows it. Secrets are compared by their content, and none is equal to what can be seen.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    /// Must not be seen.
    Secret(Box<Self>),
    /// Known after the apply.
    Unknown,
    /// Null, a number or a boolean, as it is written.
    Leaf(String),
    /// A string.
    Text(String),
    /// A string that holds a JSON object or array: the string, and what is in it.
    Json(String, Box<Self>),
    /// A list or tuple.
    List(Vec<Self>),
    /// A set, in its own order.
    Set(Vec<Self>),
    /// A map, by key; every key stands in quotes.
    Map(BTreeMap<String, Self>),
    /// An object whose type is fixed, without its null attributes.
    Object(BTreeMap<String, Self>),
    /// An object of any type, as in JSON: null attributes count.
    Free(BTreeMap<String, Self>),
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Secret(a), Self::Secret(b)) => a == b,
            (Self::Unknown, Self::Unknown) => true,
            (Self::Leaf(a), Self::Leaf(b))
            | (Self::Text(a) | Self::Json(a, _), Self::Text(b) | Self::Json(b, _)) => a == b,
            (Self::List(a), Self::List(b)) | (Self::Set(a), Self::Set(b)) => a == b,
            (Self::Map(a), Self::Map(b))
            | (Self::Object(a), Self::Object(b))
            | (Self::Free(a), Self::Free(b)) => a == b,
            _ => false,
        }
    }
}

impl Node {
    /// The shape of a value. With `free`, the value's place takes any type, as an output does: maps are objects there, and a
    /// null attribute is not the same as none.
    pub(crate) fn of(value: &Value, free: bool) -> Self {
        let all = |items: &[Value]| items.iter().map(|v| Self::of(v, free)).collect();
        let node = match value.peel() {
            Value::Unknown(_) => Self::Unknown,
            Value::Null(_) => Self::Leaf("null".to_owned()),
            Value::Bool(b) => Self::Leaf(b.to_string()),
            Value::Number(n) => Self::Leaf(n.to_string()),
            Value::String(s) => Self::text(s),
            Value::List(l) => Self::List(all(&l.items)),
            Value::Set(s) => Self::Set(all(s.items())),
            Value::Tuple(t) => Self::List(all(t)),
            Value::Map(m) => {
                let members = m
                    .entries
                    .iter()
                    .map(|(k, v)| (k.to_string(), Self::of(v, free)))
                    .collect();
                if free {
                    Self::Free(members)
                } else {
                    Self::Map(members)
                }
            }
            Value::Object(o) => {
                let members = o
                    .iter()
                    .filter(|(_, v)| free || !v.is_null())
                    .map(|(k, v)| (k.to_string(), Self::of(v, free)))
                    .collect();
                if free {
                    Self::Free(members)
                } else {
                    Self::Object(members)
                }
            }
            Value::Marked(_) => unreachable!("peeled"),
        };
        if value.marks().is_sensitive() {
            Self::Secret(Box::new(node))
        } else {
            node
        }
    }

    /// A string: JSON if it begins with a bracket and is an object or array from there to its end.
    fn text(text: &str) -> Self {
        let json = text
            .starts_with(['{', '['])
            .then(|| serde_json::from_str::<Json>(text).ok())
            .flatten();
        match json {
            Some(json) => Self::Json(text.to_owned(), Box::new(Self::json(&json))),
            None => Self::Text(text.to_owned()),
        }
    }

    fn json(json: &Json) -> Self {
        match json {
            Json::Null | Json::Bool(_) | Json::Number(_) => Self::Leaf(json.to_string()),
            Json::String(s) => Self::text(s),
            Json::Array(items) => Self::List(items.iter().map(Self::json).collect()),
            Json::Object(members) => Self::Free(
                members
                    .iter()
                    .map(|(k, v)| (k.clone(), Self::json(v)))
                    .collect(),
            ),
        }
    }

    /// Whether it has named members.
    pub(crate) fn has_members(&self) -> bool {
        matches!(self, Self::Map(_) | Self::Object(_) | Self::Free(_))
    }
}
