//! Decides the proposed-new value: what an object would be if the provider had nothing to add. The configuration where it
//! sets something; the recorded value where it does not and the provider may; unknown there on creation.

use std::sync::Arc;

use cairn_model::{AttributeSchema, BlockSchema, NestedBlock, Nesting};
use cairn_value::{ListValue, MapValue, Object, Value};

use crate::compare::same;

/// One name of a block's shape.
enum Field<'s> {
    Attribute(&'s AttributeSchema),
    Block(&'s NestedBlock),
}

/// The proposed-new value of a block. `prior` is the recorded object, nothing on creation. `config` has no marks.
pub(crate) fn proposed(schema: &BlockSchema, prior: Option<&Value>, config: &Value) -> Value {
    let Some(config) = config.as_object() else {
        return config.clone();
    };
    let prior = prior.and_then(Value::as_object);
    let mut attributes = schema.attributes.iter().peekable();
    let mut blocks = schema.blocks.iter().peekable();
    let values = schema
        .shape()
        .names()
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let field = if attributes.peek().is_some_and(|(n, _)| *n == name) {
                Field::Attribute(attributes.next().expect("was just seen").1)
            } else {
                Field::Block(
                    blocks
                        .next()
                        .expect("a shape is made of attributes and blocks")
                        .1,
                )
            };
            // Objects of a schema share its shape, so the place is nearly always the same.
            let at = |o: &'_ Object| {
                if Arc::ptr_eq(o.shape(), schema.shape()) {
                    Some(o.values()[i].clone())
                } else {
                    o.get(name).cloned()
                }
            };
            let prior = prior.and_then(at);
            match field {
                Field::Attribute(a) => attribute(
                    a,
                    prior,
                    at(config).unwrap_or_else(|| Value::Null(a.ty.clone())),
                ),
                Field::Block(b) => {
                    let config = at(config).unwrap_or_else(|| b.empty_value());
                    block(b, prior.as_ref(), config)
                }
            }
        })
        .collect();
    Value::Object(Arc::new(Object::with_shape(schema.shape().clone(), values)))
}

fn attribute(schema: &AttributeSchema, prior: Option<Value>, config: Value) -> Value {
    if !schema.computed || !config.is_null() {
        return config;
    }
    prior.unwrap_or_else(|| Value::unknown(schema.ty.clone()))
}

fn block(schema: &NestedBlock, prior: Option<&Value>, config: Value) -> Value {
    if schema.computed && is_absent(&config) {
        return match prior {
            Some(p) => p.clone(),
            None => Value::unknown(schema.implied_type()),
        };
    }
    let prior = prior.filter(|p| !p.is_null());
    match (schema.nesting, &config) {
        (_, Value::Unknown(_) | Value::Null(_)) => config,
        (Nesting::Single | Nesting::Group, _) => proposed(&schema.block, prior, &config),
        (_, Value::List(l)) => Value::List(Arc::new(ListValue {
            element: l.element.clone(),
            items: items(&schema.block, prior, &l.items),
        })),
        (_, Value::Tuple(t)) => Value::tuple(items(&schema.block, prior, t)),
        (_, Value::Map(m)) => Value::Map(Arc::new(MapValue {
            element: m.element.clone(),
            entries: m
                .entries
                .iter()
                .map(|(k, v)| {
                    let p = prior.and_then(|p| p.get_attr(k));
                    (k.clone(), proposed(&schema.block, p, v))
                })
                .collect(),
        })),
        (_, Value::Set(s)) => {
            let old: &[Value] = match prior {
                Some(Value::Set(p)) => p.items(),
                _ => &[],
            };
            let mut used = vec![false; old.len()];
            let items = s
                .items()
                .iter()
                .map(|c| {
                    let found = old
                        .iter()
                        .enumerate()
                        .position(|(i, p)| !used[i] && could_come_from(&schema.block, p, c));
                    if let Some(i) = found {
                        used[i] = true;
                    }
                    proposed(&schema.block, found.map(|i| &old[i]), c)
                })
                .collect();
            Value::set(s.element.clone(), items)
        }
        _ => config,
    }
}

fn is_absent(config: &Value) -> bool {
    match config {
        Value::Null(_) => true,
        Value::List(l) => l.items.is_empty(),
        Value::Set(s) => s.items().is_empty(),
        Value::Map(m) => m.entries.is_empty(),
        Value::Tuple(t) => t.is_empty(),
        _ => false,
    }
}

fn items(schema: &BlockSchema, prior: Option<&Value>, config: &[Value]) -> Vec<Value> {
    let old: &[Value] = match prior {
        Some(Value::List(p)) => &p.items,
        Some(Value::Tuple(p)) => p,
        _ => &[],
    };
    config
        .iter()
        .enumerate()
        .map(|(i, c)| proposed(schema, old.get(i), c))
        .collect()
}

/// Whether a recorded element of a set can be what has become of a configured one: equal in all that the configuration sets.
fn could_come_from(schema: &BlockSchema, prior: &Value, config: &Value) -> bool {
    let (Some(prior), Some(config)) = (prior.as_object(), config.as_object()) else {
        return false;
    };
    schema
        .attributes
        .iter()
        .all(|(n, a)| match (config.get(n), prior.get(n)) {
            (Some(c), _) if a.computed && c.is_null() => true,
            (Some(c), Some(p)) => same(c, p),
            _ => true,
        })
        && schema
            .blocks
            .keys()
            .all(|n| match (config.get(n), prior.get(n)) {
                (Some(c), Some(p)) => is_absent(c) == is_absent(p),
                _ => true,
            })
}

#[cfg(test)]
mod tests {
    use cairn_value::{Type, name};

    use super::*;

    fn schema() -> BlockSchema {
        let disk = BlockSchema::new(
            [
                (name("id"), AttributeSchema::computed(Type::String)),
                (name("size"), AttributeSchema::required(Type::Number)),
            ],
            [],
        );
        BlockSchema::new(
            [
                (name("id"), AttributeSchema::computed(Type::String)),
                (
                    name("name"),
                    AttributeSchema::optional_computed(Type::String),
                ),
                (name("note"), AttributeSchema::optional(Type::String)),
            ],
            [
                (name("disk"), NestedBlock::list(disk.clone(), 0, 0)),
                (name("rule"), NestedBlock::set(disk, 0, 0)),
            ],
        )
    }

    fn with(schema: &BlockSchema, values: &[(&str, Value)]) -> Value {
        let mut o = schema.empty_value().as_object().unwrap().clone();
        for (n, v) in values {
            assert!(o.set(n, v.clone()), "{n}");
        }
        Value::Object(Arc::new(o))
    }

    fn disk(id: Option<&str>, size: i64) -> Value {
        Value::object([
            (
                name("id"),
                id.map_or(Value::Null(Type::String), Value::string),
            ),
            (name("size"), Value::int(size)),
        ])
    }

    #[test]
    fn a_creation_leaves_computed_attributes_open() {
        let s = schema();
        let p = proposed(&s, None, &with(&s, &[("note", Value::string("n"))]));
        assert!(p.get_attr("id").unwrap().is_unknown());
        assert!(p.get_attr("name").unwrap().is_unknown());
        assert_eq!(p.get_attr("note"), Some(&Value::string("n")));
    }

    #[test]
    fn unset_keeps_what_is_recorded_only_where_it_may() {
        let s = schema();
        let prior = with(
            &s,
            &[
                ("id", Value::string("i")),
                ("name", Value::string("old")),
                ("note", Value::string("old")),
            ],
        );
        let p = proposed(&s, Some(&prior), &with(&s, &[]));
        assert_eq!(p.get_attr("id"), Some(&Value::string("i")));
        assert_eq!(p.get_attr("name"), Some(&Value::string("old")));
        assert!(p.get_attr("note").unwrap().is_null());
        let p = proposed(
            &s,
            Some(&prior),
            &with(&s, &[("name", Value::string("new"))]),
        );
        assert_eq!(p.get_attr("name"), Some(&Value::string("new")));
    }

    #[test]
    fn lists_are_matched_by_place_and_sets_by_content() {
        let s = schema();
        let ty = s.blocks["disk"].block.implied_type().clone();
        let prior = with(
            &s,
            &[
                ("disk", Value::list(ty.clone(), vec![disk(Some("d-1"), 10)])),
                (
                    "rule",
                    Value::set(ty.clone(), vec![disk(Some("r-1"), 1), disk(Some("r-2"), 2)]),
                ),
            ],
        );
        let config = with(
            &s,
            &[
                (
                    "disk",
                    Value::list(ty.clone(), vec![disk(None, 20), disk(None, 30)]),
                ),
                ("rule", Value::set(ty, vec![disk(None, 2), disk(None, 3)])),
            ],
        );
        let p = proposed(&s, Some(&prior), &config);
        let Some(Value::List(disks)) = p.get_attr("disk") else {
            panic!()
        };
        assert_eq!(disks.items[0], disk(Some("d-1"), 20));
        assert!(disks.items[1].get_attr("id").unwrap().is_unknown());
        let Some(Value::Set(rules)) = p.get_attr("rule") else {
            panic!()
        };
        assert!(rules.items().contains(&disk(Some("r-2"), 2)));
        assert!(
            rules
                .items()
                .iter()
                .any(|r| r.get_attr("size") == Some(&Value::int(3))
                    && r.get_attr("id").unwrap().is_unknown())
        );
    }
}
