//! Decides what `for` expressions come to, and what can be gone through at all.

use std::collections::BTreeMap;

use cairn_diag::Diagnostic;
use cairn_value::{Marks, Name, Number, Type, Value, convert};

use super::run::Run;
use super::scope::{Binding, Scope};
use crate::syntax::{Expr, ForExpr};

/// What is gone through.
pub(crate) enum Elements {
    /// Keys (or indexes, or in a set the elements themselves) and values in order, and whether that order is certain: where
    /// elements of a set are not known it is not, nor are there certainly so many.
    Known(Vec<(Value, Value)>, bool),
    /// Not known yet.
    Unknown,
}

impl Run<'_, '_> {
    /// The elements of a collection, with its marks; nothing (and a message) where it cannot be gone through.
    pub(crate) fn elements(&mut self, expr: &Expr, scope: &Scope<'_>) -> Option<(Elements, Marks)> {
        let n = self.diags.len();
        let (value, marks) = self.eval(expr, scope).unmark();
        if self.failed_since(n) {
            return Some((Elements::Unknown, marks));
        }
        let indexed = |items: &[Value]| {
            items
                .iter()
                .enumerate()
                .map(|(i, v)| (Value::Number(Number::from(i)), v.clone()))
                .collect()
        };
        let elements = match &value {
            Value::List(l) => Elements::Known(indexed(&l.items), true),
            Value::Tuple(items) => Elements::Known(indexed(items), true),
            Value::Set(s) => Elements::Known(
                s.items().iter().map(|v| (v.clone(), v.clone())).collect(),
                s.items().len() < 2 || s.items().iter().all(Value::is_wholly_known),
            ),
            Value::Map(m) => Elements::Known(
                m.entries
                    .iter()
                    .map(|(k, v)| (Value::String(k.clone()), v.clone()))
                    .collect(),
                true,
            ),
            Value::Object(o) => Elements::Known(
                o.iter()
                    .map(|(k, v)| (Value::String(k.clone()), v.clone()))
                    .collect(),
                true,
            ),
            Value::Unknown(u) if !u.ty.is_primitive() => Elements::Unknown,
            Value::Null(_) => {
                let d = Diagnostic::error("iteration-over-null", "Iteration over null value")
                    .detail("A null value cannot be gone through in a for expression.")
                    .at(expr.span);
                self.fail(d, expr, scope);
                return None;
            }
            other => {
                let d = Diagnostic::error(
                    "iteration-over-plain-value",
                    "Iteration over non-iterable value",
                )
                .detail(format!(
                    "A value of type {} cannot be gone through in a for expression; lists, sets, maps, tuples and objects can.",
                    other.ty().friendly()
                ))
                .at(expr.span);
                self.fail(d, expr, scope);
                return None;
            }
        };
        Some((elements, marks))
    }

    pub(crate) fn for_expr(&mut self, f: &ForExpr, scope: &Scope<'_>) -> Value {
        let dynamic = Value::unknown(Type::Dynamic);
        let Some((elements, mut marks)) = self.elements(&f.collection, scope) else {
            return dynamic;
        };
        let Elements::Known(elements, _) = elements else {
            return dynamic.mark(marks);
        };
        let mut known = true;
        let mut items: Vec<Value> = Vec::new();
        let mut attributes: BTreeMap<Name, Value> = BTreeMap::new();
        let mut groups: BTreeMap<Name, Vec<Value>> = BTreeMap::new();
        for (key, value) in &elements {
            let key_binding;
            let mut bindings = scope.bindings;
            if let Some(name) = &f.key_var {
                key_binding = Binding {
                    name,
                    value: key,
                    outer: bindings,
                };
                bindings = Some(&key_binding);
            }
            let value_binding = Binding {
                name: &f.value_var,
                value,
                outer: bindings,
            };
            let inner = Scope {
                bindings: Some(&value_binding),
                ..*scope
            };
            let n = self.diags.len();
            if let Some(condition) = &f.condition {
                let (value, condition_marks) = self.eval(condition, &inner).unmark();
                marks = marks.union(condition_marks);
                if self.failed_since(n) {
                    known = false;
                    continue;
                }
                let detail = if value.is_null() {
                    "The \"if\" condition of a for expression is null. It must be either true or false."
                        .to_owned()
                } else {
                    match convert(&value, &Type::Bool) {
                        Ok(Value::Bool(true)) => String::new(),
                        Ok(Value::Bool(false)) => continue,
                        Ok(_) => {
                            known = false;
                            continue;
                        }
                        Err(e) => {
                            format!("The \"if\" condition of a for expression must be a bool: {e}.")
                        }
                    }
                };
                if !detail.is_empty() {
                    let d = Diagnostic::error("invalid-for-condition", "Invalid 'for' condition")
                        .detail(detail)
                        .at(condition.span);
                    self.fail(d, condition, &inner);
                    known = false;
                    // Every element would say the same.
                    break;
                }
            }
            let Some(key_expr) = &f.key else {
                items.push(self.eval(&f.value, &inner));
                if self.failed_since(n) {
                    known = false;
                    break;
                }
                continue;
            };
            let (key, key_marks) = self.eval(key_expr, &inner).unmark();
            marks = marks.union(key_marks);
            if self.failed_since(n) {
                known = false;
                break;
            }
            let key = if key.is_null() {
                Err(
                    "The key expression of a for expression must not produce a null value."
                        .to_owned(),
                )
            } else {
                match convert(&key, &Type::String) {
                    Ok(Value::String(key)) => Ok(Some(key)),
                    Ok(_) => Ok(None),
                    Err(e) => Err(format!(
                        "The key expression of a for expression must produce strings: {e}."
                    )),
                }
            };
            let key = match key {
                Ok(key) => key,
                Err(detail) => {
                    let d = Diagnostic::error("invalid-object-key", "Invalid object key")
                        .detail(detail)
                        .at(key_expr.span);
                    self.fail(d, key_expr, &inner);
                    known = false;
                    break;
                }
            };
            let value = self.eval(&f.value, &inner);
            if self.failed_since(n) {
                known = false;
                break;
            }
            let Some(key) = key else {
                known = false;
                continue;
            };
            if f.group {
                groups.entry(key).or_default().push(value);
            } else if attributes.insert(key.clone(), value).is_some() {
                let which = if marks.is_sensitive() {
                    "two items produced the same key".to_owned()
                } else {
                    format!("two different items produced the key {:?}", &*key)
                };
                let d = Diagnostic::error("duplicate-object-key", "Duplicate object key")
                    .detail(format!(
                        "In this for expression {which}. If that is meant, put an ellipsis (...) behind the value to group the values of equal keys."
                    ))
                    .at(key_expr.span);
                self.fail(d, key_expr, &inner);
                known = false;
                break;
            }
        }
        if !known {
            return dynamic.mark(marks);
        }
        let value = if f.key.is_none() {
            Value::tuple(items)
        } else if f.group {
            Value::object(groups.into_iter().map(|(k, v)| (k, Value::tuple(v))))
        } else {
            Value::object(attributes)
        };
        value.mark(marks)
    }
}
