//! Decides how a value becomes one of another type, and says why where it cannot. Which types have a conversion at all is
//! in `unify`; the rules for single kinds are in `primitive` and `collection`. Defaults of optional attributes are not
//! applied here: what is left out becomes null.
//!
//! The rules are Terraform's, as observed from outside. Marks stay where they are, except that a set takes those of its
//! elements. Null and unknown pass through with the type converted.

mod collection;
mod mismatch;
mod primitive;
mod unify;

#[cfg(test)]
mod tests;

use std::fmt;

use crate::{Number, Path, PathStep, Refinement, Type, Unknown, Value};

pub use unify::{convertible, unify};

/// Why a value has no equal of the wanted type. Holds no part of the value but attribute names and keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConvertError {
    /// Where inside the value.
    pub path: Path,
    /// What was wanted there: `string required`, `attribute "x" is required`.
    pub message: String,
}

impl ConvertError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            path: Path::root(),
            message: message.into(),
        }
    }

    /// The same error as seen from one level further out.
    pub(crate) fn within(mut self, step: PathStep) -> Self {
        self.path.0.insert(0, step);
        self
    }
}

/// `attribute "a": element 2: a number is required`
impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.path.0 {
            match step {
                PathStep::Attr(n) => write!(f, "attribute {n:?}: ")?,
                PathStep::Key(k) => write!(f, "element {k:?}: ")?,
                PathStep::Index(i) => write!(f, "element {i}: ")?,
                PathStep::Element(_) => f.write_str("set element: ")?,
            }
        }
        f.write_str(&self.message)
    }
}

/// The value as one of type `to`; [`Type::Dynamic`] in `to` takes whatever is there.
///
/// A value that is of the type already is returned as it is, without a copy of what it holds. In a list, set or map whose
/// element type is (or contains) `Dynamic`, the elements are brought to one type.
///
/// # Errors
/// The first place where the value has no equal of the wanted type.
pub fn convert(value: &Value, to: &Type) -> Result<Value, ConvertError> {
    if conforms(value, to) {
        return Ok(value.clone());
    }
    match (value, to) {
        (Value::Marked(m), _) => Ok(convert(&m.0, to)?.mark(m.1)),
        (Value::Null(from), _) => {
            check(from, to)?;
            Ok(Value::Null(unify::resolve(from, &to.without_optional())))
        }
        (Value::Unknown(u), _) => {
            check(&u.ty, to)?;
            Ok(unknown(u, &to.without_optional()))
        }
        (Value::Bool(_) | Value::Number(_) | Value::String(_), _) => primitive::convert(value, to),
        _ => collection::convert(value, to),
    }
}

/// Whether the value is of the type already, so that there is nothing to convert.
fn conforms(value: &Value, to: &Type) -> bool {
    match (value, to) {
        (_, Type::Dynamic)
        | (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::String(_), Type::String) => true,
        (Value::Marked(m), _) => conforms(&m.0, to),
        (Value::Null(ty), _) => unify::fits(ty, to),
        (Value::Unknown(u), _) => unify::fits(&u.ty, to),
        (Value::List(l), Type::List(t)) => unify::fits(&l.element, t),
        (Value::Set(s), Type::Set(t)) => unify::fits(&s.element, t),
        (Value::Map(m), Type::Map(t)) => unify::fits(&m.element, t),
        (Value::Tuple(items), Type::Tuple(types)) => {
            items.len() == types.len() && items.iter().zip(&**types).all(|(v, t)| conforms(v, t))
        }
        (Value::Object(o), Type::Object(t)) => {
            o.len() == t.attributes.len()
                && o.iter()
                    .zip(&t.attributes)
                    .all(|((n, v), (m, t))| n == m && conforms(v, t))
        }
        _ => false,
    }
}

fn check(from: &Type, to: &Type) -> Result<(), ConvertError> {
    if convertible(from, to) {
        Ok(())
    } else {
        Err(mismatch::explain(from, to))
    }
}

/// What is certain about an unknown value after its conversion.
fn unknown(from: &Unknown, to: &Type) -> Value {
    let ty = unify::resolve(&from.ty, to);
    let known = &from.refinement;
    let length = |n: usize| Some((Number::from(n), true));
    let (at_least, at_most) = match (&from.ty, &ty) {
        (Type::Tuple(ts), Type::List(_)) => (length(ts.len()), length(ts.len())),
        (Type::Tuple(ts), Type::Set(_)) => (length(ts.len().min(1)), length(ts.len())),
        (Type::Object(o), Type::Map(_)) => (length(o.attributes.len()), length(o.attributes.len())),
        // A set may have fewer elements than the list it was made from, but not none.
        (Type::List(_), Type::Set(_)) => (
            known
                .at_least
                .as_ref()
                .map(|(n, inclusive)| (n.clone().min(Number::from(1u32)), *inclusive)),
            known.at_most.clone(),
        ),
        (Type::List(_) | Type::Set(_), Type::List(_) | Type::Set(_))
        | (Type::Map(_), Type::Map(_))
        | (Type::Number, Type::Number) => (known.at_least.clone(), known.at_most.clone()),
        _ => (None, None),
    };
    Value::refined(
        ty,
        Refinement {
            not_null: known.not_null,
            prefix: None,
            at_least,
            at_most,
        },
    )
}
