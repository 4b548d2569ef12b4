//! Decides what can be known of a value that is not known yet.

use std::sync::Arc;

use crate::{Number, SetValue, Type, Value};

/// A value that will be known later, of a type, with what is already certain about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unknown {
    /// Its type; [`Type::Dynamic`] where not even that is known.
    pub ty: Type,
    /// What is certain besides.
    pub refinement: Refinement,
}

/// Certain facts about an unknown value. The default says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Refinement {
    /// It will not be null.
    pub not_null: bool,
    /// A string that begins with this.
    pub prefix: Option<Arc<str>>,
    /// A number, or a collection's length, of at least this (inclusive flag for numbers).
    pub at_least: Option<(Number, bool)>,
    /// A number, or a collection's length, of at most this (inclusive flag for numbers).
    pub at_most: Option<(Number, bool)>,
}

impl Value {
    /// An unknown value of a type of which more is certain. Where that leaves one value, or one number of elements, it is
    /// that value, or a collection of so many unknown elements.
    pub fn refined(ty: Type, refinement: Refinement) -> Self {
        let settled = match (&refinement.at_least, &refinement.at_most) {
            (Some((least, true)), Some((most, true))) if refinement.not_null && least == most => {
                Some(least)
            }
            _ => None,
        };
        let unknowns =
            |n: &Number, of: &Type| n.to_usize().map(|n| vec![Self::unknown(of.clone()); n]);
        match (&ty, settled) {
            (Type::Number, Some(n)) => Self::Number(n.clone()),
            (Type::List(of), Some(n)) => {
                if let Some(items) = unknowns(n, of) {
                    return Self::list((**of).clone(), items);
                }
                Self::Unknown(Arc::new(Unknown { ty, refinement }))
            }
            // Two unknown elements of a set could turn out equal, so more than one say less than the number does.
            (Type::Set(of), Some(n)) if *n <= Number::ONE => {
                let items = unknowns(n, of).unwrap_or_default();
                Self::Set(Arc::new(SetValue::new((**of).clone(), items)))
            }
            (Type::Map(of), Some(n)) if n.is_zero() => Self::map((**of).clone(), []),
            _ => Self::Unknown(Arc::new(Unknown { ty, refinement })),
        }
    }
}
