//! Decides what is inside a value: how many elements, the one at an index, the attribute of a name. Not what a name that
//! is not there may have meant.

use unicode_segmentation::UnicodeSegmentation;

use super::{OpError, OpErrorKind, Operand};
use crate::convert::convert;
use crate::{Marks, Number, Refinement, Type, Value};

/// How many elements a collection has, attributes an object, or characters (grapheme clusters) a string.
///
/// # Errors
/// Null, a number or a bool.
pub fn length(value: &Value) -> Result<Value, OpError> {
    let count = |n: usize| Value::Number(Number::from(n));
    let result = match value.peel() {
        Value::String(s) if s.is_ascii() && !s.contains('\r') => count(s.len()),
        Value::String(s) => count(s.graphemes(true).count()),
        Value::List(l) => count(l.items.len()),
        Value::Map(m) => count(m.entries.len()),
        Value::Tuple(items) => count(items.len()),
        Value::Object(o) => count(o.len()),
        Value::Set(s) => {
            let (least, most) = s.sizes();
            between(least, Some(most))
        }
        Value::Null(_) => {
            return Err(OpError::new(
                OpErrorKind::NullOperand(Operand::Only),
                "The value is null, so it has no length.",
            ));
        }
        Value::Unknown(u) => match &u.ty {
            Type::Tuple(ts) => count(ts.len()),
            Type::Object(o) => count(o.attributes.len()),
            Type::String | Type::Dynamic => between(0, None),
            Type::List(_) | Type::Set(_) | Type::Map(_) => {
                let least = u.refinement.at_least.as_ref();
                let most = u.refinement.at_most.as_ref();
                between(
                    least.and_then(|(n, _)| n.to_usize()).unwrap_or(0),
                    most.and_then(|(n, _)| n.to_usize()),
                )
            }
            Type::Bool | Type::Number => return Err(no_length()),
        },
        Value::Bool(_) | Value::Number(_) => return Err(no_length()),
        Value::Marked(_) => unreachable!("a marked value is never directly inside another"),
    };
    Ok(result.mark(value.marks()))
}

fn no_length() -> OpError {
    OpError::new(
        OpErrorKind::Unsuitable(Operand::Only),
        "Only strings, collections, tuples and objects have a length.",
    )
}

fn between(least: usize, most: Option<usize>) -> Value {
    Value::refined(
        Type::Number,
        Refinement {
            not_null: true,
            prefix: None,
            at_least: Some((Number::from(least), true)),
            at_most: most.map(|n| (Number::from(n), true)),
        },
    )
}

/// `collection[key]`. The result carries the marks of both.
///
/// # Errors
/// A null operand, a value that has no indexes, a key that is not there.
pub fn index(collection: &Value, key: &Value) -> Result<Value, OpError> {
    let invalid = |message: String| OpError::new(OpErrorKind::InvalidIndex, message);
    if collection.is_null() {
        return Err(OpError::new(
            OpErrorKind::NullCollection,
            "The value is null, so there is nothing in it to index.",
        ));
    }
    if key.is_null() {
        return Err(invalid("The index is null.".to_owned()));
    }
    let marks = collection.marks().union(key.marks());
    let open = |ty: Type| Ok(Value::unknown(ty).mark(marks));

    let found = match collection.peel() {
        Value::List(l) => match position(key)? {
            None => return open(l.element.clone()),
            Some(n) => at(&l.items, &n, "list", marks)?,
        },
        Value::Tuple(items) => match position(key)? {
            None => return open(Type::Dynamic),
            Some(n) => at(items, &n, "tuple", marks)?,
        },
        Value::Map(m) => match text(key)? {
            None => return open(m.element.clone()),
            Some(k) => m.entries.get(&*k).ok_or_else(|| {
                invalid(match shown(&k, key.marks()) {
                    Some(k) => format!("The map has no element with the key {k}."),
                    None => "The map has no element with this key.".to_owned(),
                })
            })?,
        },
        Value::Object(o) => match text(key)? {
            None => return open(Type::Dynamic),
            Some(k) => o.get(&k).ok_or_else(|| no_attribute(&k, key))?,
        },
        Value::Unknown(u) => {
            let ty = match &u.ty {
                Type::Dynamic => Type::Dynamic,
                Type::List(t) => {
                    position(key)?;
                    (**t).clone()
                }
                Type::Map(t) => {
                    text(key)?;
                    (**t).clone()
                }
                Type::Tuple(ts) => match position(key)? {
                    None => Type::Dynamic,
                    Some(n) => at(ts, &n, "tuple", marks)?.clone(),
                },
                Type::Object(o) => match text(key)? {
                    None => Type::Dynamic,
                    Some(k) => o
                        .attributes
                        .get(&*k)
                        .ok_or_else(|| no_attribute(&k, key))?
                        .clone(),
                },
                other => return Err(invalid(no_indexes(other))),
            };
            return open(ty);
        }
        other => return Err(invalid(no_indexes(&other.ty()))),
    };
    Ok(found.clone().mark(marks))
}

fn no_indexes(ty: &Type) -> String {
    match ty {
        Type::Set(_) => "The elements of a set have no indexes, only their values. A for expression goes over all \
                         of them, and tolist makes a list of them in a fixed order."
            .to_owned(),
        other => format!("A value of type {} has no indexes.", other.friendly()),
    }
}

fn no_attribute(name: &str, key: &Value) -> OpError {
    let mut message = match shown(name, key.marks()) {
        Some(name) => format!("The object has no attribute named {name}."),
        None => "The object has no attribute of this name.".to_owned(),
    };
    if matches!(key.peel(), Value::Number(_)) {
        message.push_str(" Attributes of an object are found by name only, not by position.");
    }
    OpError::new(OpErrorKind::InvalidIndex, message)
}

/// A key as it may be shown: not where it is sensitive.
fn shown(key: &str, marks: Marks) -> Option<String> {
    marks.is_empty().then(|| format!("{key:?}"))
}

/// The key of a sequence as a number; nothing while it is unknown.
fn position(key: &Value) -> Result<Option<Number>, OpError> {
    match key.peel() {
        Value::Number(n) => Ok(Some(n.clone())),
        other => match convert(other, &Type::Number) {
            Ok(Value::Number(n)) => Ok(Some(n)),
            Ok(_) => Ok(None),
            Err(e) => Err(wrong_key(&e)),
        },
    }
}

/// The key of a map or object as text; nothing while it is unknown.
fn text(key: &Value) -> Result<Option<std::sync::Arc<str>>, OpError> {
    match key.peel() {
        Value::String(s) => Ok(Some(s.clone())),
        other => match convert(other, &Type::String) {
            Ok(Value::String(s)) => Ok(Some(s)),
            Ok(_) => Ok(None),
            Err(e) => Err(wrong_key(&e)),
        },
    }
}

fn wrong_key(error: &crate::ConvertError) -> OpError {
    OpError::new(
        OpErrorKind::InvalidIndex,
        format!("The index is of the wrong type: {error}."),
    )
}

fn at<'t, T>(items: &'t [T], n: &Number, kind: &str, marks: Marks) -> Result<&'t T, OpError> {
    if let Some(found) = n.to_usize().and_then(|i| items.get(i)) {
        return Ok(found);
    }
    Err(OpError::new(
        OpErrorKind::InvalidIndex,
        if !n.is_integer() {
            format!("The index of a {kind} must be a whole number.")
        } else if n.is_negative() {
            format!("A {kind} has no negative indexes; its first element has the index 0.")
        } else if items.is_empty() {
            format!("The {kind} is empty, so it has no element to index.")
        } else if marks.is_empty() {
            format!(
                "The {kind} has no index {n}: it has {} element{}, and the first one has the index 0.",
                items.len(),
                if items.len() == 1 { "" } else { "s" },
            )
        } else {
            format!("The {kind} has no element with this index; the first one has the index 0.")
        },
    ))
}

/// `value.name`. The result carries the marks of the value.
///
/// # Errors
/// Null, a value without attributes, a name that is not there.
pub fn get_attr(value: &Value, name: &str) -> Result<Value, OpError> {
    let unsupported = |message: String| OpError::new(OpErrorKind::UnsupportedAttribute, message);
    let no_attribute = || unsupported(format!("The object has no attribute named {name:?}."));
    let found = match value.peel() {
        Value::Object(o) => o.get(name).ok_or_else(no_attribute)?.clone(),
        Value::Map(m) => m.entries.get(name).cloned().ok_or_else(|| {
            OpError::new(
                OpErrorKind::MissingElement,
                format!("The map has no element with the key {name:?}."),
            )
        })?,
        Value::Null(_) => {
            return Err(OpError::new(
                OpErrorKind::NullCollection,
                "The value is null, so it has no attributes.",
            ));
        }
        Value::Unknown(u) => match &u.ty {
            Type::Dynamic => Value::unknown(Type::Dynamic),
            Type::Object(o) => {
                Value::unknown(o.attributes.get(name).ok_or_else(no_attribute)?.clone())
            }
            Type::Map(t) => Value::unknown((**t).clone()),
            other => return Err(unsupported(no_attributes(other, name))),
        },
        other => return Err(unsupported(no_attributes(&other.ty(), name))),
    };
    Ok(found.mark(value.marks()))
}

fn no_attributes(ty: &Type, name: &str) -> String {
    let of_objects = |t: &Type| match t {
        Type::Object(o) => Some(o.attributes.contains_key(name)),
        _ => None,
    };
    match ty {
        Type::List(t) | Type::Set(t) if of_objects(t).is_some() => {
            let kind = if matches!(ty, Type::List(_)) {
                "list"
            } else {
                "set"
            };
            let one = if kind == "list" {
                "give an index to take it from one element, or [*] to take it from all of them"
            } else {
                "a for expression takes it from each of them"
            };
            if of_objects(t) == Some(true) {
                format!(
                    "This is a {kind} of objects. The attribute {name:?} belongs to its elements: {one}."
                )
            } else {
                format!(
                    "This is a {kind} of objects, which has no attributes itself, and its elements have none named {name:?}."
                )
            }
        }
        other => format!("A value of type {} has no attributes.", other.friendly()),
    }
}
