//! Decides the text of a template from its parts: literal text, and values that become strings. Not how templates are
//! written.

use std::fmt::Write;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use super::{OpError, OpErrorKind, Operand};
use crate::convert::convert;
use crate::{Marks, Refinement, Type, Unknown, Value};

/// Text that is being put together. An unknown part makes the whole unknown, with what stands before it as its certain
/// beginning; the marks of all parts go to the whole.
#[derive(Clone, Debug, Default)]
pub struct Template {
    text: String,
    marks: Marks,
    unknown: bool,
}

impl Template {
    /// Empty text, with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            ..Self::default()
        }
    }

    /// Adds literal text.
    pub fn push_str(&mut self, text: &str) {
        if !self.unknown {
            self.text.push_str(text);
        }
    }

    /// Adds a value.
    ///
    /// # Errors
    /// It is null, or has no text.
    pub fn push(&mut self, value: &Value) -> Result<(), OpError> {
        let inner = match value {
            Value::Marked(m) => {
                self.marks = self.marks.union(m.1);
                &m.0
            }
            plain => plain,
        };
        match inner {
            Value::String(s) => self.push_str(s),
            Value::Bool(b) => self.push_str(if *b { "true" } else { "false" }),
            Value::Number(n) => {
                if !self.unknown {
                    write!(self.text, "{n}").expect("a string takes any text");
                }
            }
            Value::Null(_) => {
                return Err(OpError::new(
                    OpErrorKind::NullOperand(Operand::Only),
                    "The value is null, which has no text.",
                ));
            }
            other => {
                let converted = convert(other, &Type::String).map_err(|e| {
                    OpError::new(
                        OpErrorKind::Unsuitable(Operand::Only),
                        format!("The value has no text: {e}."),
                    )
                })?;
                if let Value::Unknown(u) = converted {
                    if let Some(prefix) = &u.refinement.prefix {
                        self.push_str(prefix);
                    }
                    self.unknown = true;
                }
            }
        }
        Ok(())
    }

    /// The whole.
    pub fn finish(self) -> Value {
        let value = if self.unknown {
            let prefix = certain_prefix(&self.text);
            Value::Unknown(Arc::new(Unknown {
                ty: Type::String,
                refinement: Refinement {
                    not_null: true,
                    prefix: (!prefix.is_empty()).then(|| Arc::from(prefix)),
                    ..Refinement::default()
                },
            }))
        } else {
            Value::string_nfc(self.text)
        };
        value.mark(self.marks)
    }
}

/// The part of a text that nothing after it can change: normalisation may join the last character with what follows.
pub(crate) fn certain_prefix(text: &str) -> String {
    let whole = text
        .ends_with(|c: char| c.is_ascii_punctuation() && !matches!(c, '<' | '=' | '>') || c == ' ');
    let kept = if whole {
        text
    } else {
        text.grapheme_indices(true)
            .next_back()
            .map_or("", |(at, _)| &text[..at])
    };
    match Value::string_nfc(kept) {
        Value::String(s) => s.to_string(),
        _ => String::new(),
    }
}
