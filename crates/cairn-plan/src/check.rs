//! Decides whether a provider's planned value is one it may give: the configuration kept where it is set, and nothing added
//! but in computed attributes.

use cairn_model::{BlockSchema, NestedBlock, Nesting};
use cairn_value::{Path, PathStep, Value};

use crate::compare::same;

/// The places where a planned value is not allowed, with the reason. None of the values has marks.
pub(crate) fn planned(
    schema: &BlockSchema,
    prior: Option<&Value>,
    config: &Value,
    planned: &Value,
) -> Vec<(Path, &'static str)> {
    let mut out = Vec::new();
    block(schema, prior, config, planned, &Path::root(), &mut out);
    out
}

fn block(
    schema: &BlockSchema,
    prior: Option<&Value>,
    config: &Value,
    planned: &Value,
    path: &Path,
    out: &mut Vec<(Path, &'static str)>,
) {
    let (Some(c), Some(p)) = (config.as_object(), planned.as_object()) else {
        if !config.is_unknown() && config.is_null() != planned.is_null() {
            out.push((
                path.clone(),
                "it is there although the configuration has none",
            ));
        }
        return;
    };
    let at = |n: &cairn_value::Name| path.then(PathStep::Attr(n.clone()));
    for (n, a) in &schema.attributes {
        let (Some(c), Some(p)) = (c.get(n), p.get(n)) else {
            out.push((at(n), "the planned object lacks it"));
            continue;
        };
        if c.is_unknown() || same(c, p) {
            continue;
        }
        if c.is_null() {
            if !a.computed {
                out.push((
                    at(n),
                    "it is set although the configuration does not set it",
                ));
            }
        } else if !c.is_wholly_known() && a.computed {
            // What becomes of it is the provider's business once it is known.
        } else if prior
            .and_then(|o| o.get_attr(n))
            .is_none_or(|old| !same(old, p))
        {
            // An equivalent way to write the recorded value is allowed; anything else is not.
            out.push((at(n), "it differs from the configuration"));
        }
    }
    for (n, b) in &schema.blocks {
        if let (Some(c), Some(p)) = (c.get(n), p.get(n)) {
            let old = prior.and_then(|o| o.get_attr(n));
            nested(b, old, c, p, &at(n), out);
        }
    }
}

fn nested(
    schema: &NestedBlock,
    prior: Option<&Value>,
    config: &Value,
    planned: &Value,
    path: &Path,
    out: &mut Vec<(Path, &'static str)>,
) {
    if config.is_unknown() || planned.is_unknown() || schema.computed {
        return;
    }
    if matches!(schema.nesting, Nesting::Single | Nesting::Group) {
        block(&schema.block, prior, config, planned, path, out);
        return;
    }
    match (config, planned) {
        (Value::List(c), Value::List(p)) => {
            if c.items.len() != p.items.len() {
                out.push((
                    path.clone(),
                    "it has another number of blocks than the configuration",
                ));
                return;
            }
            let old: &[Value] = match prior {
                Some(Value::List(o)) => &o.items,
                _ => &[],
            };
            for (i, (c, p)) in c.items.iter().zip(&p.items).enumerate() {
                let path = path.then(PathStep::Index(i));
                block(&schema.block, old.get(i), c, p, &path, out);
            }
        }
        (Value::Map(c), Value::Map(p)) => {
            if c.entries.keys().ne(p.entries.keys()) {
                out.push((path.clone(), "it has other blocks than the configuration"));
                return;
            }
            for (k, c) in &c.entries {
                let path = path.then(PathStep::Key(k.clone()));
                let old = prior.and_then(|o| o.get_attr(k));
                block(&schema.block, old, c, &p.entries[k], &path, out);
            }
        }
        // Elements of a set cannot be told apart while parts of them are open.
        (Value::Set(c), Value::Set(p))
            if c.items().len() != p.items().len()
                && config.is_wholly_known()
                && planned.is_wholly_known() =>
        {
            out.push((
                path.clone(),
                "it has another number of blocks than the configuration",
            ));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::AttributeSchema;
    use cairn_value::{Type, name};

    use super::*;

    #[test]
    fn only_computed_attributes_may_be_filled_in() {
        let schema = BlockSchema::new(
            [
                (name("a"), AttributeSchema::optional(Type::String)),
                (name("b"), AttributeSchema::optional_computed(Type::String)),
            ],
            [],
        );
        let value = |a: Value, b: Value| Value::object([(name("a"), a), (name("b"), b)]);
        let none = || Value::Null(Type::String);
        let config = value(Value::string("x"), none());
        assert!(
            planned(
                &schema,
                None,
                &config,
                &value(Value::string("x"), Value::string("y"))
            )
            .is_empty()
        );
        assert!(
            planned(
                &schema,
                None,
                &config,
                &value(Value::string("x"), Value::unknown(Type::String))
            )
            .is_empty()
        );
        assert_eq!(
            planned(&schema, None, &config, &value(Value::string("z"), none())).len(),
            1
        );
        let config = value(none(), none());
        assert_eq!(
            planned(&schema, None, &config, &value(Value::string("x"), none())).len(),
            1
        );
        // The recorded spelling of the same thing may stay.
        let prior = value(Value::string("X"), none());
        let config = value(Value::string("x"), none());
        assert!(
            planned(
                &schema,
                Some(&prior),
                &config,
                &value(Value::string("X"), none())
            )
            .is_empty()
        );
    }
}
