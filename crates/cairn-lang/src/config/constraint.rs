//! Decides how a value becomes one of a variable's declared type: defaults of optional attributes first, then conversion.

use std::collections::BTreeMap;

use cairn_value::{ConvertError, Name, Type, Value, convert};

use super::types::TypeConstraint;

impl TypeConstraint {
    /// The value as one of this type, with the defaults of optional attributes that it leaves out or sets to null.
    ///
    /// # Errors
    /// The first place where it has no equal of the type.
    pub fn apply(&self, value: &Value) -> Result<Value, ConvertError> {
        if self.defaults.is_empty() {
            return convert(value, &self.ty);
        }
        let filled = fill(value, &self.ty, &mut Vec::new(), &self.defaults);
        convert(&filled, &self.ty)
    }
}

fn fill(
    value: &Value,
    ty: &Type,
    at: &mut Vec<Name>,
    defaults: &BTreeMap<Vec<Name>, Value>,
) -> Value {
    if let Value::Marked(m) = value {
        return fill(&m.0, ty, at, defaults).mark(m.1);
    }
    if matches!(value, Value::Null(_) | Value::Unknown(_)) {
        return value.clone();
    }
    match ty {
        Type::Object(o) => {
            let mut attributes: BTreeMap<Name, Value> = match value {
                Value::Object(v) => v.iter().map(|(n, v)| (n.clone(), v.clone())).collect(),
                Value::Map(m) => m
                    .entries
                    .iter()
                    .map(|(k, v)| (k.clone(), v.clone()))
                    .collect(),
                other => return other.clone(),
            };
            for (name, ty) in &o.attributes {
                at.push(name.clone());
                let given = attributes.get(name).filter(|v| !v.is_null());
                if let Some(v) = given.or_else(|| defaults.get(at)) {
                    let filled = fill(v, ty, at, defaults);
                    attributes.insert(name.clone(), filled);
                }
                at.pop();
            }
            Value::object(attributes)
        }
        // Elements may differ in type until they are converted, so they stand in a tuple or object meanwhile.
        Type::List(t) | Type::Set(t) => {
            at.push("*".into());
            let filled = match value {
                Value::List(l) => each(&l.items, t, at, defaults),
                Value::Set(s) => each(s.items(), t, at, defaults),
                Value::Tuple(items) => each(items, t, at, defaults),
                other => other.clone(),
            };
            at.pop();
            filled
        }
        Type::Map(t) => {
            at.push("*".into());
            let filled = match value {
                Value::Map(m) => Value::object(
                    m.entries
                        .iter()
                        .map(|(k, v)| (k.clone(), fill(v, t, at, defaults))),
                ),
                Value::Object(o) => {
                    Value::object(o.iter().map(|(k, v)| (k.clone(), fill(v, t, at, defaults))))
                }
                other => other.clone(),
            };
            at.pop();
            filled
        }
        Type::Tuple(types) => match value {
            Value::Tuple(items) if items.len() == types.len() => Value::tuple(
                items
                    .iter()
                    .zip(&**types)
                    .enumerate()
                    .map(|(i, (v, t))| {
                        at.push(i.to_string().into());
                        let filled = fill(v, t, at, defaults);
                        at.pop();
                        filled
                    })
                    .collect(),
            ),
            other => other.clone(),
        },
        _ => value.clone(),
    }
}

fn each(
    items: &[Value],
    ty: &Type,
    at: &mut Vec<Name>,
    defaults: &BTreeMap<Vec<Name>, Value>,
) -> Value {
    Value::tuple(items.iter().map(|v| fill(v, ty, at, defaults)).collect())
}
