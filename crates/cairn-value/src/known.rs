//! Decides which values the state may hold: those with no unknown anywhere inside.

use crate::{Type, Value};

/// A value without unknowns and without marks. The state has no field that could hold anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known(Value);

/// The value held something unknown; it is handed back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotKnown(pub Value);

impl Known {
    /// The value.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// Gives the value away.
    pub fn into_value(self) -> Value {
        self.0
    }

    /// Null of a type.
    pub fn null(ty: Type) -> Self {
        Self(Value::Null(ty))
    }
}

impl TryFrom<Value> for Known {
    type Error = NotKnown;

    /// Takes the marks off (note them first with [`Value::unmark_deep`] where they matter) and checks for unknowns.
    fn try_from(value: Value) -> Result<Self, NotKnown> {
        let value = if value.has_marks() {
            value.unmark_deep().0
        } else {
            value
        };
        if value.is_wholly_known() {
            Ok(Self(value))
        } else {
            Err(NotKnown(value))
        }
    }
}

impl From<Known> for Value {
    fn from(known: Known) -> Self {
        known.0
    }
}
