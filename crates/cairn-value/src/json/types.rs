//! Decides how types are written as JSON: `"string"`, `["list", "string"]`, `["object", {"a": "bool"}]`, with the optional
//! attributes as a third element where there are any. As in Terraform's state, plans and provider schemas.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::{ObjectType, Type, name};

/// The JSON of a type.
pub fn type_to_json(ty: &Type) -> Json {
    match ty {
        Type::Dynamic => json!("dynamic"),
        Type::Bool => json!("bool"),
        Type::Number => json!("number"),
        Type::String => json!("string"),
        Type::List(t) => json!(["list", type_to_json(t)]),
        Type::Set(t) => json!(["set", type_to_json(t)]),
        Type::Map(t) => json!(["map", type_to_json(t)]),
        Type::Tuple(ts) => json!(["tuple", ts.iter().map(type_to_json).collect::<Vec<_>>()]),
        Type::Object(o) => {
            let attributes: serde_json::Map<_, _> = o
                .attributes
                .iter()
                .map(|(n, t)| (n.to_string(), type_to_json(t)))
                .collect();
            if o.optional.is_empty() {
                json!(["object", attributes])
            } else {
                let optional: Vec<&str> = o.optional.iter().map(|n| &**n).collect();
                json!(["object", attributes, optional])
            }
        }
    }
}

/// The type that is written so; nothing where it is none.
pub fn type_from_json(json: &Json) -> Option<Type> {
    match json {
        Json::String(s) => match s.as_str() {
            "dynamic" => Some(Type::Dynamic),
            "bool" => Some(Type::Bool),
            "number" => Some(Type::Number),
            "string" => Some(Type::String),
            _ => None,
        },
        Json::Array(parts) => {
            let (kind, rest) = parts.split_first()?;
            match (kind.as_str()?, rest) {
                ("list", [t]) => type_from_json(t).map(Type::list),
                ("set", [t]) => type_from_json(t).map(Type::set),
                ("map", [t]) => type_from_json(t).map(Type::map),
                ("tuple", [Json::Array(ts)]) => {
                    let types: Option<Vec<Type>> = ts.iter().map(type_from_json).collect();
                    types.map(Type::tuple)
                }
                ("object", [Json::Object(attributes), rest @ ..]) if rest.len() < 2 => {
                    let attributes = attributes
                        .iter()
                        .map(|(n, t)| Some((name(n), type_from_json(t)?)))
                        .collect::<Option<_>>()?;
                    let optional = match rest {
                        [Json::Array(names)] => names
                            .iter()
                            .map(|n| n.as_str().map(name))
                            .collect::<Option<_>>()?,
                        [] => BTreeSet::new(),
                        _ => return None,
                    };
                    Some(Type::Object(Arc::new(ObjectType {
                        attributes,
                        optional,
                    })))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The type that plain JSON has by itself: arrays are tuples, objects are objects, null is of no type.
pub fn implied_type(json: &Json) -> Type {
    match json {
        Json::Null => Type::Dynamic,
        Json::Bool(_) => Type::Bool,
        Json::Number(_) => Type::Number,
        Json::String(_) => Type::String,
        Json::Array(items) => Type::tuple(items.iter().map(implied_type)),
        Json::Object(members) => {
            Type::object(members.iter().map(|(n, v)| (name(n), implied_type(v))))
        }
    }
}
