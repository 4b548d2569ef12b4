//! Decides which changes of the configuration are passed over: `ignore_changes` puts the recorded value in the place of the
//! configured one before anything is planned.

use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::{IgnoreChanges, ModuleTree};
use cairn_model::{AttributeSchema, BlockSchema};
use cairn_provider::Registry;
use cairn_value::{MapValue, Object, PathStep, Value};

use crate::messages::block_name;

/// The configuration as the plan sees it. Neither value has marks.
pub(crate) fn apply(
    ignore: &IgnoreChanges,
    schema: &BlockSchema,
    config: &Value,
    prior: &Value,
) -> Value {
    match ignore {
        IgnoreChanges::Nothing => config.clone(),
        IgnoreChanges::All => all(schema, config, prior),
        IgnoreChanges::Paths(paths) => paths.iter().fold(config.clone(), |c, p| {
            keep(&c, Some(prior), &p.value.0).unwrap_or(c)
        }),
    }
}

/// Entries that are about what the provider alone decides, so that nothing configured could change.
pub(crate) fn redundant(tree: &ModuleTree, registry: &Registry) -> Diagnostics {
    let mut said = Diagnostics::new();
    for node in tree.walk() {
        for (resource, config) in &node.config.resources {
            let IgnoreChanges::Paths(paths) = &config.lifecycle.ignore_changes else {
                continue;
            };
            let provider = tree.provider_config(&node.path, &config.provider);
            let schema = registry
                .get(&provider.provider)
                .and_then(|r| r.provider.schema().resources.get(&resource.ty));
            for path in paths {
                let attribute = schema.and_then(|s| s.block.attribute_at(&path.value));
                if !attribute.is_some_and(is_only_computed) {
                    continue;
                }
                said.push(
                    Diagnostic::warning(
                        "ignore-changes-redundant",
                        "Redundant ignore_changes element",
                    )
                    .detail(format!(
                        "The provider alone decides {}, so the configuration has no value for it whose changes could be ignored. Remove it from the list.",
                        path.value
                    ))
                    .at(config.header)
                    .context(path.span)
                    .within(block_name(resource)),
                );
            }
        }
    }
    said
}

fn is_only_computed(attribute: &AttributeSchema) -> bool {
    attribute.computed && !attribute.optional && !attribute.required
}

fn all(schema: &BlockSchema, config: &Value, prior: &Value) -> Value {
    let (Some(c), Some(p)) = (config.as_object(), prior.as_object()) else {
        return config.clone();
    };
    let values = c
        .iter()
        .map(|(n, v)| {
            if schema.attributes.get(n).is_some_and(is_only_computed) {
                v.clone()
            } else {
                p.get(n).unwrap_or(v).clone()
            }
        })
        .collect();
    Value::Object(Arc::new(Object::with_shape(c.shape().clone(), values)))
}

/// The value with what lies at the path as it is in `prior`; nothing where the path leads nowhere in either.
fn keep(config: &Value, prior: Option<&Value>, path: &[PathStep]) -> Option<Value> {
    let Some((step, rest)) = path.split_first() else {
        return prior.cloned();
    };
    match (config, step) {
        (Value::Object(o), PathStep::Attr(n)) => {
            let inner = prior.and_then(|p| p.get_attr(n));
            let new = keep(o.get(n)?, inner, rest)?;
            let mut object = (**o).clone();
            object.set(n, new);
            Some(Value::Object(Arc::new(object)))
        }
        (Value::Map(m), PathStep::Key(k) | PathStep::Attr(k)) => {
            let inner = prior.and_then(|p| p.get_attr(k));
            let mut entries = m.entries.clone();
            match (entries.get(k), inner, rest.is_empty()) {
                (_, Some(old), true) => {
                    entries.insert(k.clone(), old.clone());
                }
                (_, None, true) => {
                    entries.remove(k);
                }
                (Some(v), inner, false) => {
                    let new = keep(v, inner, rest)?;
                    entries.insert(k.clone(), new);
                }
                (None, _, false) => return None,
            }
            Some(Value::Map(Arc::new(MapValue {
                element: m.element.clone(),
                entries,
            })))
        }
        // A map that the configuration does not set at all, of which one recorded element is kept.
        (Value::Null(_), PathStep::Key(k) | PathStep::Attr(k)) => {
            let Some(Value::Map(m)) = prior else {
                return None;
            };
            let old = m.entries.get(k)?;
            Some(Value::Map(Arc::new(MapValue {
                element: m.element.clone(),
                entries: [(k.clone(), old.clone())].into(),
            })))
        }
        (Value::List(l), PathStep::Index(i)) => {
            let inner = match prior {
                Some(Value::List(p)) => p.items.get(*i),
                _ => None,
            };
            let new = keep(l.items.get(*i)?, Some(inner?), rest)?;
            let mut list = (**l).clone();
            list.items[*i] = new;
            Some(Value::List(Arc::new(list)))
        }
        (Value::Tuple(t), PathStep::Index(i)) => {
            let inner = match prior {
                Some(Value::Tuple(p)) => p.get(*i),
                _ => None,
            };
            let mut items = t.to_vec();
            items[*i] = keep(t.get(*i)?, Some(inner?), rest)?;
            Some(Value::tuple(items))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use cairn_diag::{FileId, Span, Spanned};
    use cairn_model::AttributeSchema;
    use cairn_value::{Path, Type, name};

    use super::*;

    fn schema() -> BlockSchema {
        BlockSchema::new(
            [
                (name("id"), AttributeSchema::computed(Type::String)),
                (name("size"), AttributeSchema::optional(Type::Number)),
                (
                    name("tags"),
                    AttributeSchema::optional(Type::map(Type::String)),
                ),
            ],
            [],
        )
    }

    fn value(id: Value, size: i64, tags: &[(&str, &str)]) -> Value {
        Value::object([
            (name("id"), id),
            (name("size"), Value::int(size)),
            (
                name("tags"),
                Value::map(
                    Type::String,
                    tags.iter().map(|(k, v)| (name(k), Value::string(v))),
                ),
            ),
        ])
    }

    fn paths(all: &[Path]) -> IgnoreChanges {
        IgnoreChanges::Paths(
            all.iter()
                .map(|p| Spanned::new(p.clone(), Span::new(FileId(0), 0, 0)))
                .collect(),
        )
    }

    #[test]
    fn a_path_keeps_an_attribute_or_one_key() {
        let config = value(Value::Null(Type::String), 2, &[("a", "new"), ("b", "new")]);
        let prior = value(Value::string("i"), 1, &[("a", "old"), ("c", "old")]);
        let tags = |k: &str| Path::attr("tags").then(PathStep::Key(name(k)));
        let got = apply(&paths(&[Path::attr("size")]), &schema(), &config, &prior);
        assert_eq!(
            got,
            value(Value::Null(Type::String), 1, &[("a", "new"), ("b", "new")])
        );
        let got = apply(
            &paths(&[tags("a"), tags("b"), tags("c")]),
            &schema(),
            &config,
            &prior,
        );
        assert_eq!(
            got,
            value(Value::Null(Type::String), 2, &[("a", "old"), ("c", "old")])
        );
    }

    #[test]
    fn all_keeps_everything_that_could_be_set() {
        let config = value(Value::Null(Type::String), 2, &[]);
        let prior = value(Value::string("i"), 1, &[("a", "old")]);
        let got = apply(&IgnoreChanges::All, &schema(), &config, &prior);
        assert_eq!(got, value(Value::Null(Type::String), 1, &[("a", "old")]));
    }
}
