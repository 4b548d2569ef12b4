//! Decides how bools, numbers and strings become each other. Nothing else becomes one of them.

use std::sync::Arc;

use super::{ConvertError, mismatch};
use crate::{Number, Type, Value};

/// A known bool, number or string that is not of the wanted type yet.
pub(super) fn convert(value: &Value, to: &Type) -> Result<Value, ConvertError> {
    match (value, to) {
        (Value::Bool(b), Type::String) => {
            Ok(Value::String(Arc::from(if *b { "true" } else { "false" })))
        }
        (Value::Number(n), Type::String) => Ok(Value::String(Arc::from(n.to_string()))),
        (Value::String(s), Type::Number) => Number::parse(s)
            .map(Value::Number)
            .ok_or_else(|| ConvertError::new("a number is required")),
        (Value::String(s), Type::Bool) => match &**s {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            other => Err(ConvertError::new(
                match other.to_ascii_lowercase().as_str() {
                    "true" => {
                        "a bool is required; as a string it is written in lower case, \"true\""
                    }
                    "false" => {
                        "a bool is required; as a string it is written in lower case, \"false\""
                    }
                    _ => "a bool is required",
                },
            )),
        },
        _ => Err(mismatch::explain(&value.ty(), to)),
    }
}
