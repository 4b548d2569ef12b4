//! Decides how values and types are written as JSON and read back: Terraform's plain form, the form with types that its
//! state uses, the trees of what is unknown and sensitive, and the text that `jsonencode` gives. Not the documents that
//! these stand in.
//!
//! Numbers keep all their digits: `serde_json` is built with `arbitrary_precision`.

mod text;
mod trees;
mod types;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::convert::{ConvertError, convert};
use crate::{Name, Number, Path, PathStep, Str, Type, Value, name};

pub use text::to_text;
pub use trees::{sensitive_tree, unknown_tree};
pub use types::{implied_type, type_from_json, type_to_json};

/// Why a value has no JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Something inside is not known yet.
    #[error("the value{} is not known yet", place(.0))]
    Unknown(Path),
    /// A number inside is infinite.
    #[error("the value{} is infinite, which JSON cannot express", place(.0))]
    Infinite(Path),
}

fn place(path: &Path) -> String {
    if path.0.is_empty() {
        String::new()
    } else {
        format!(" at {path}")
    }
}

impl JsonError {
    fn within(self, step: PathStep) -> Self {
        let further = |mut path: Path| {
            path.0.insert(0, step);
            path
        };
        match self {
            Self::Unknown(path) => Self::Unknown(further(path)),
            Self::Infinite(path) => Self::Infinite(further(path)),
        }
    }
}

/// What stands for something unknown.
#[derive(Clone, Copy)]
enum Unknowns {
    Refused,
    /// Left out of objects and maps, null in sequences, nothing for the value itself.
    Omitted,
}

/// The plain JSON of a value: lists, sets and tuples as arrays, maps and objects as objects. Marks are not seen.
///
/// # Errors
/// Something inside is unknown or infinite.
pub fn to_json(value: &Value) -> Result<Json, JsonError> {
    Ok(plain(value, Unknowns::Refused)?.unwrap_or(Json::Null))
}

/// The plain JSON of a value with what is unknown left out, as `after` in plan JSON has it: no attribute or key for it in
/// objects and maps, null in sequences; nothing where the value itself is unknown.
///
/// # Errors
/// Something inside is infinite.
pub fn to_json_known_part(value: &Value) -> Result<Option<Json>, JsonError> {
    plain(value, Unknowns::Omitted)
}

fn plain(value: &Value, unknowns: Unknowns) -> Result<Option<Json>, JsonError> {
    let sequence = |items: &[Value], step: fn(usize) -> PathStep| {
        items
            .iter()
            .enumerate()
            .map(|(i, v)| match plain(v, unknowns) {
                Ok(json) => Ok(json.unwrap_or(Json::Null)),
                Err(e) => Err(e.within(step(i))),
            })
            .collect::<Result<Vec<_>, _>>()
            .map(|items| Some(Json::Array(items)))
    };
    match value {
        Value::Null(_) => Ok(Some(Json::Null)),
        Value::Unknown(_) => match unknowns {
            Unknowns::Refused => Err(JsonError::Unknown(Path::root())),
            Unknowns::Omitted => Ok(None),
        },
        Value::Bool(b) => Ok(Some(Json::Bool(*b))),
        Value::Number(n) => number(n).map(Some),
        Value::String(s) => Ok(Some(Json::String(s.to_string()))),
        Value::List(l) => sequence(&l.items, PathStep::Index),
        Value::Set(s) => sequence(s.items(), PathStep::Element),
        Value::Tuple(items) => sequence(items, PathStep::Index),
        Value::Map(m) => members(m.entries.iter(), PathStep::Key, |v| plain(v, unknowns)),
        Value::Object(o) => members(o.iter(), PathStep::Attr, |v| plain(v, unknowns)),
        Value::Marked(m) => plain(&m.0, unknowns),
    }
}

fn members<'v>(
    entries: impl Iterator<Item = (&'v Arc<str>, &'v Value)>,
    step: fn(Arc<str>) -> PathStep,
    encode: impl Fn(&Value) -> Result<Option<Json>, JsonError>,
) -> Result<Option<Json>, JsonError> {
    let mut out = Map::new();
    for (k, v) in entries {
        if let Some(json) = encode(v).map_err(|e| e.within(step(k.clone())))? {
            out.insert(k.to_string(), json);
        }
    }
    Ok(Some(Json::Object(out)))
}

fn number(n: &Number) -> Result<Json, JsonError> {
    // The only numbers that JSON cannot express are the infinities.
    n.to_string()
        .parse::<serde_json::Number>()
        .map(Json::Number)
        .map_err(|_| JsonError::Infinite(Path::root()))
}

/// The value of plain JSON with the type that it has by itself: arrays are tuples, objects are objects.
///
/// # Errors
/// A number's exponent is beyond what [`Number::parse`] takes.
pub fn from_json_implied(json: &Json) -> Result<Value, ConvertError> {
    from_json(json, &Type::Dynamic)
}

/// The value of plain JSON as one of a type; where the type says `Dynamic`, the JSON's own type stands.
///
/// Bools, numbers and strings are taken for each other where they convert. Attributes that the type does not have, and
/// missing ones that are not optional, are errors.
///
/// # Errors
/// The first place where the JSON does not fit the type.
pub fn from_json(json: &Json, ty: &Type) -> Result<Value, ConvertError> {
    decode(json, ty, &|json| match json {
        Json::Null => Ok(Value::null()),
        Json::Bool(b) => Ok(Value::Bool(*b)),
        Json::Number(n) => read_number(n),
        Json::String(s) => Ok(Value::string_nfc(s)),
        Json::Array(items) => {
            let items = items.iter().enumerate().map(|(i, v)| {
                from_json(v, &Type::Dynamic).map_err(|e| e.within(PathStep::Index(i)))
            });
            Ok(Value::Tuple(items.collect::<Result<_, _>>()?))
        }
        Json::Object(members) => {
            let attributes = members.iter().map(|(k, v)| {
                let k = key(k);
                match from_json(v, &Type::Dynamic) {
                    Ok(v) => Ok((k, v)),
                    Err(e) => Err(e.within(PathStep::Attr(k))),
                }
            });
            Ok(Value::object(attributes.collect::<Result<Vec<_>, _>>()?))
        }
    })
}

/// The JSON of a value in Terraform's state, for an attribute whose schema says `ty`: as [`to_json`], but where `ty` says
/// `Dynamic`, an object of the value and its type: `{"value": "x", "type": "string"}`.
///
/// # Errors
/// Something inside is unknown or infinite.
pub fn to_typed_json(value: &Value, ty: &Type) -> Result<Json, JsonError> {
    let value = value.peel();
    let sequence = |items: &[Value], of: &dyn Fn(usize) -> Type, step: fn(usize) -> PathStep| {
        items
            .iter()
            .enumerate()
            .map(|(i, v)| to_typed_json(v, &of(i)).map_err(|e| e.within(step(i))))
            .collect::<Result<Vec<_>, _>>()
            .map(Json::Array)
    };
    if !ty.has_dynamic() {
        return to_json(value);
    }
    match (value, ty) {
        (Value::Null(_), _) => Ok(Json::Null),
        (_, Type::Dynamic) => {
            let mut wrapped = Map::new();
            wrapped.insert("value".to_owned(), to_json(value)?);
            wrapped.insert("type".to_owned(), type_to_json(&value.ty()));
            Ok(Json::Object(wrapped))
        }
        (Value::List(l), Type::List(t)) => sequence(&l.items, &|_| (**t).clone(), PathStep::Index),
        (Value::Set(s), Type::Set(t)) => sequence(s.items(), &|_| (**t).clone(), PathStep::Element),
        (Value::Tuple(items), Type::Tuple(ts)) if items.len() == ts.len() => {
            sequence(items, &|i| ts[i].clone(), PathStep::Index)
        }
        (Value::Map(m), Type::Map(t)) => {
            let encode = |v: &Value| to_typed_json(v, t).map(Some);
            members(m.entries.iter(), PathStep::Key, encode).map(Option::unwrap_or_default)
        }
        (Value::Object(o), Type::Object(t)) => {
            let mut out = Map::new();
            for (n, v) in o.iter() {
                let ty = t.attributes.get(n).unwrap_or(&Type::String);
                let json = to_typed_json(v, ty).map_err(|e| e.within(PathStep::Attr(n.clone())))?;
                out.insert(n.to_string(), json);
            }
            Ok(Json::Object(out))
        }
        _ => to_json(value),
    }
}

/// Reads what [`to_typed_json`] writes.
///
/// # Errors
/// The first place where the JSON does not fit the type.
pub fn from_typed_json(json: &Json, ty: &Type) -> Result<Value, ConvertError> {
    decode(json, ty, &|json| {
        let parts = match json {
            Json::Null => return Ok(Value::null()),
            Json::Object(members) => members.get("value").zip(members.get("type")),
            _ => None,
        };
        let (value, ty) = parts.ok_or_else(|| {
            ConvertError::new("an object of the attributes \"type\" and \"value\" is required")
        })?;
        let ty = type_from_json(ty)
            .ok_or_else(|| ConvertError::new("a type is required").within(attr("type")))?;
        from_json(value, &ty).map_err(|e| e.within(attr("value")))
    })
}

fn attr(n: &str) -> PathStep {
    PathStep::Attr(name(n))
}

fn key(text: &str) -> Name {
    match Value::string_nfc(text) {
        Value::String(s) => s,
        _ => name(text),
    }
}

fn read_number(n: &serde_json::Number) -> Result<Value, ConvertError> {
    Number::parse(&n.to_string())
        .map(Value::Number)
        .ok_or_else(|| ConvertError::new("a number of a smaller exponent is required"))
}

/// Reads by type; `dynamic` reads where the type says nothing.
fn decode(
    json: &Json,
    ty: &Type,
    dynamic: &dyn Fn(&Json) -> Result<Value, ConvertError>,
) -> Result<Value, ConvertError> {
    let required = || ConvertError::new(format!("{} required", ty.friendly_constraint()));
    match (json, ty) {
        (_, Type::Dynamic) => dynamic(json),
        (Json::Null, _) => Ok(Value::Null(ty.without_optional())),
        (Json::Bool(b), Type::Bool | Type::Number | Type::String) => convert(&Value::Bool(*b), ty),
        (Json::Number(n), Type::Bool | Type::Number | Type::String) => {
            convert(&read_number(n)?, ty)
        }
        (Json::String(s), Type::Bool | Type::Number | Type::String) => {
            convert(&Value::string_nfc(s), ty)
        }
        (Json::Array(items), Type::List(t) | Type::Set(t)) => {
            let items = items
                .iter()
                .enumerate()
                .map(|(i, v)| decode(v, t, dynamic).map_err(|e| e.within(PathStep::Index(i))));
            let items = items.collect::<Result<Vec<_>, _>>()?;
            if t.has_dynamic() {
                return convert(&Value::tuple(items), ty);
            }
            let element = t.without_optional();
            Ok(match ty {
                Type::List(_) => Value::list(element, items),
                _ => Value::set(element, items),
            })
        }
        (Json::Array(items), Type::Tuple(types)) if items.len() == types.len() => {
            let items =
                items.iter().zip(&**types).enumerate().map(|(i, (v, t))| {
                    decode(v, t, dynamic).map_err(|e| e.within(PathStep::Index(i)))
                });
            Ok(Value::Tuple(items.collect::<Result<_, _>>()?))
        }
        (Json::Object(members), Type::Map(t)) => {
            let entries = members.iter().map(|(k, v)| {
                let k: Str = key(k);
                match decode(v, t, dynamic) {
                    Ok(v) => Ok((k, v)),
                    Err(e) => Err(e.within(PathStep::Key(k))),
                }
            });
            let entries = entries.collect::<Result<Vec<_>, _>>()?;
            if t.has_dynamic() {
                return convert(&Value::object(entries), ty);
            }
            Ok(Value::map(t.without_optional(), entries))
        }
        (Json::Object(members), Type::Object(o)) => {
            if let Some(extra) = members
                .keys()
                .find(|k| !o.attributes.contains_key(k.as_str()))
            {
                return Err(ConvertError::new(format!(
                    "there is no attribute {extra:?} in the type"
                )));
            }
            let attributes = o.attributes.iter().map(|(n, t)| {
                let value = match members.get(&**n) {
                    Some(v) => {
                        decode(v, t, dynamic).map_err(|e| e.within(PathStep::Attr(n.clone())))?
                    }
                    None if o.optional.contains(n) => Value::Null(t.without_optional()),
                    None => {
                        return Err(ConvertError::new(format!("attribute {n:?} is required")));
                    }
                };
                Ok((n.clone(), value))
            });
            Ok(Value::object(attributes.collect::<Result<Vec<_>, _>>()?))
        }
        _ => Err(required()),
    }
}
