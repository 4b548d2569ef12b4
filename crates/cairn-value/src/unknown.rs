//! Decides what can be known of a value that is not known yet.

use std::sync::Arc;

use crate::{Number, Type};

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
