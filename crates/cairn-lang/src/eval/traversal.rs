//! Decides what is said where attribute access or indexing leads nowhere, and how steps follow each other. What a step gives
//! is decided in `cairn-value`.

use std::fmt::Write as _;

use cairn_diag::{Diagnostic, Span, nearest};
use cairn_value::{
    Type, Value,
    ops::{self, OpError, OpErrorKind},
};

use super::run::Run;
use super::scope::Scope;
use crate::refs;
use crate::syntax::Step;

/// What a chain of steps starts from, as written, for messages.
pub(crate) type Written<'w> = &'w dyn Fn() -> Option<String>;

impl Run<'_, '_> {
    /// Goes all steps from a value; unknown (and a message) where one leads nowhere.
    pub(crate) fn steps(
        &mut self,
        mut value: Value,
        steps: &[Step],
        from: Written<'_>,
        scope: &Scope<'_>,
    ) -> Value {
        for (i, step) in steps.iter().enumerate() {
            let result = match step {
                Step::Attr(name, span) => {
                    ops::get_attr(&value, name).map_err(|e| no_attribute(e, &value, name, *span))
                }
                Step::Index(key, span) => {
                    let key = self.eval(key, scope);
                    ops::index(&value, &key).map_err(|e| no_element(e, &value, &key, *span))
                }
            };
            match result {
                Ok(v) => value = v,
                Err(mut d) => {
                    if self.quiet == 0 {
                        // What the steps led to so far is what the reader needs to see.
                        if let (Some(mut text), Some(statement)) = (from(), self.stated(&value)) {
                            refs::write_steps(&mut text, &steps[..i]);
                            d = d.value(text, statement);
                        }
                        if let Step::Index(key, _) = step {
                            d = self.noted(d, key, scope);
                        }
                    }
                    self.error(d);
                    return Value::unknown(Type::Dynamic);
                }
            }
        }
        value
    }
}

fn diagnostic(error: OpError, span: Span) -> Diagnostic {
    let (code, summary) = match error.kind {
        OpErrorKind::NullCollection => ("use-of-null", "Attempt to look into a null value"),
        OpErrorKind::InvalidIndex => ("invalid-index", "Invalid index"),
        OpErrorKind::MissingElement => ("missing-map-element", "Missing map element"),
        _ => ("unsupported-attribute", "Unsupported attribute"),
    };
    Diagnostic::error(code, summary)
        .detail(error.message)
        .at(span)
}

fn no_attribute(error: OpError, value: &Value, name: &str, span: Span) -> Diagnostic {
    let null = error.kind == OpErrorKind::NullCollection;
    let mut d = diagnostic(error, span);
    if null {
        d.summary = "Attempt to get attribute from null value".into();
    }
    suggest(&mut d, value, name);
    d
}

fn no_element(error: OpError, value: &Value, key: &Value, span: Span) -> Diagnostic {
    let null = error.kind == OpErrorKind::NullCollection;
    let mut d = diagnostic(error, span);
    if null {
        d.summary = "Attempt to index null value".into();
    }
    if let Value::String(key) = key {
        suggest(&mut d, value, key);
    }
    d
}

/// Adds which name was probably meant, or which there are. Nothing of a marked value.
fn suggest(d: &mut Diagnostic, value: &Value, name: &str) {
    let names: Vec<&str> = match value {
        Value::Object(o) => o.shape().names().iter().map(|n| &**n).collect(),
        Value::Map(m) => m.entries.keys().map(|k| &**k).collect(),
        Value::Unknown(u) => match &u.ty {
            Type::Object(o) => o.attributes.keys().map(|n| &**n).collect(),
            _ => return,
        },
        _ => return,
    };
    if let Some(near) = nearest(name, names.iter().copied()) {
        write!(d.detail, " Did you mean {near:?}?").expect("a string takes any text");
    } else if !names.is_empty() && names.len() <= 12 {
        let what = if matches!(value, Value::Map(_)) {
            "It has"
        } else {
            "Its attributes are"
        };
        write!(d.detail, " {what} {}.", names.join(", ")).expect("a string takes any text");
    }
}
