//! Decides the shape of the trees that say in a plan which parts are unknown and which are sensitive: `true` where they
//! are, the shape of the value around it, and in objects and maps no member that would only say `false`.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::{Type, Value};

/// Which parts are unknown, as `after_unknown` in plan JSON.
pub fn unknown_tree(value: &Value) -> Json {
    tree(value, &|v| matches!(v.peel(), Value::Unknown(_)))
}

/// Which parts are sensitive, as `after_sensitive` and `before_sensitive` in plan JSON and `sensitive_values` in state
/// JSON.
pub fn sensitive_tree(value: &Value) -> Json {
    tree(value, &|v| v.marks().is_sensitive())
}

fn tree(value: &Value, test: &impl Fn(&Value) -> bool) -> Json {
    if test(value) {
        return Json::Bool(true);
    }
    let sequence =
        |items: &[Value]| Json::Array(items.iter().map(|v| tree(v, test)).collect::<Vec<_>>());
    match value.peel() {
        Value::List(l) => sequence(&l.items),
        Value::Set(s) => sequence(s.items()),
        Value::Tuple(items) => sequence(items),
        Value::Map(m) => members(m.entries.iter().map(|(k, v)| (k, tree(v, test)))),
        Value::Object(o) => members(o.iter().map(|(k, v)| (k, tree(v, test)))),
        // An unknown collection says nothing of what is inside, but keeps its shape.
        Value::Unknown(u) => match &u.ty {
            Type::List(_) | Type::Set(_) | Type::Tuple(_) => Json::Array(Vec::new()),
            Type::Map(_) | Type::Object(_) => Json::Object(Map::new()),
            _ => Json::Bool(false),
        },
        _ => Json::Bool(false),
    }
}

fn members<'v>(entries: impl Iterator<Item = (&'v Arc<str>, Json)>) -> Json {
    let kept: Map<_, _> = entries
        .filter(|(_, json)| *json != Json::Bool(false))
        .map(|(k, json)| (k.to_string(), json))
        .collect();
    Json::Object(kept)
}
