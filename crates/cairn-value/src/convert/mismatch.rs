//! Decides how it is said that no value of one type has an equal of another: down to the attribute that is in the way.

use super::ConvertError;
use super::unify::convertible;
use crate::{Name, PathStep, Type};

/// Why `got` has no conversion to `want`.
pub(super) fn explain(got: &Type, want: &Type) -> ConvertError {
    match (got, want) {
        (Type::Object(g), Type::Object(w)) => {
            let missing = w
                .attributes
                .keys()
                .filter(|n| !g.attributes.contains_key(*n) && !w.optional.contains(*n));
            if let Err(error) = refuse_missing(missing) {
                return error;
            }
            for (n, ty) in &w.attributes {
                if let Some(have) = g.attributes.get(n)
                    && !convertible(have, ty)
                {
                    return explain(have, ty).within(PathStep::Attr(n.clone()));
                }
            }
        }
        (Type::Tuple(_), Type::List(t)) if **t == Type::Dynamic => {
            return ConvertError::new("all list elements must have the same type");
        }
        (Type::Tuple(_), Type::Set(t)) if **t == Type::Dynamic => {
            return ConvertError::new("all set elements must have the same type");
        }
        (Type::Object(_), Type::Map(t)) if **t == Type::Dynamic => {
            return ConvertError::new("all map elements must have the same type");
        }
        (Type::Tuple(ts), Type::List(t) | Type::Set(t)) => {
            for (i, have) in ts.iter().enumerate() {
                if !convertible(have, t) {
                    return explain(have, t).within(PathStep::Index(i));
                }
            }
        }
        (Type::Tuple(g), Type::Tuple(w)) if g.len() == w.len() => {
            for (i, (have, ty)) in g.iter().zip(&**w).enumerate() {
                if !convertible(have, ty) {
                    return explain(have, ty).within(PathStep::Index(i));
                }
            }
        }
        (Type::Tuple(g), Type::Tuple(w)) => {
            return ConvertError::new(format!(
                "a tuple of {} elements is required, but there are {}",
                w.len(),
                g.len()
            ));
        }
        (Type::Object(o), Type::Map(t)) => {
            for (n, have) in &o.attributes {
                if !convertible(have, t) {
                    return explain(have, t).within(PathStep::Key(n.clone()));
                }
            }
        }
        (Type::List(g) | Type::Set(g), Type::List(w) | Type::Set(w))
        | (Type::Map(g), Type::Map(w)) => {
            let mut error = explain(g, w);
            error.message = format!("incorrect element type: {error}");
            error.path.0.clear();
            return error;
        }
        (Type::Map(g), Type::Object(w)) => {
            for (n, ty) in &w.attributes {
                if !convertible(g, ty) {
                    return explain(g, ty).within(PathStep::Key(n.clone()));
                }
            }
        }
        _ => {}
    }
    ConvertError::new(format!("{} required", want.friendly_constraint()))
}

/// An error that names all of these attributes; fine where there are none.
pub(super) fn refuse_missing<'n>(
    missing: impl Iterator<Item = &'n Name>,
) -> Result<(), ConvertError> {
    let names: Vec<String> = missing.map(|n| format!("{n:?}")).collect();
    match names.as_slice() {
        [] => Ok(()),
        [one] => Err(ConvertError::new(format!("attribute {one} is required"))),
        [a, b] => Err(ConvertError::new(format!(
            "attributes {a} and {b} are required"
        ))),
        [rest @ .., last] => Err(ConvertError::new(format!(
            "attributes {}, and {last} are required",
            rest.join(", ")
        ))),
    }
}
