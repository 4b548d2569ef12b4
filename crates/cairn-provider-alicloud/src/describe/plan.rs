//! Decides the planned value of an object from its table: what a creation leaves to the cloud, which differences are
//! changes, which of them replace, and what the others cost. What is particular to a type is added by the type.
//!
//! The rules are those that configurations for the real provider were written for: an attribute left out keeps its recorded
//! value where the cloud may set it; an empty string, zero, `false` and an empty collection equal an attribute left out;
//! some differences do not matter.

use std::sync::Arc;

use cairn_model::{Impact, Note};
use cairn_provider::Problem;
use cairn_value::{Object, Path, PathStep, Type, Value, name};

use super::checks::not_supported;
use super::{Attr, Block, Difference, Fields, Support, Table, attr_path, is_unset};

/// What the table alone says of one object's plan.
#[derive(Debug)]
pub(crate) struct Planned {
    /// The planned object.
    pub(crate) object: Object,
    /// Attributes that differ from what is recorded. Empty for a creation.
    pub(crate) changed: Vec<&'static str>,
    /// Paths whose change replaces the object.
    pub(crate) replace: Vec<Path>,
    /// What the changes in place cost.
    pub(crate) notes: Vec<Note>,
    /// What cannot be done.
    pub(crate) problems: Vec<Problem>,
}

impl Planned {
    /// Whether an attribute differs from what is recorded.
    pub(crate) fn is_changed(&self, attribute: &str) -> bool {
        self.changed.contains(&attribute)
    }

    /// Leaves an attribute to the cloud.
    pub(crate) fn forget(&mut self, attribute: &str) {
        if let Some(value) = self.object.get(attribute) {
            let unknown = Value::unknown(value.ty());
            self.object.set(attribute, unknown);
        }
    }
}

/// Plans one object. What no API tells of an `imported` one, and what only a replacement could set, is taken to be as it is
/// configured.
pub(crate) fn plan_object(
    table: &Table,
    prior: Option<&Object>,
    config: &Object,
    proposed: &Object,
    imported: bool,
) -> Planned {
    let wanted = wanted(table, config, proposed);
    let mut planned = Planned {
        object: proposed.clone(),
        changed: Vec::new(),
        replace: Vec::new(),
        notes: Vec::new(),
        problems: Vec::new(),
    };
    match prior {
        None => create(table, config, &wanted, &mut planned),
        Some(prior) => update(table, prior, config, &wanted, imported, &mut planned),
    }
    planned
}

/// The proposed object with defaults filled in: what suppression rules look at.
fn wanted(table: &Table, config: &Object, proposed: &Object) -> Object {
    let mut wanted = proposed.clone();
    for attr in &table.attrs {
        if let Some(fallback) = attr.fallback
            && config.get(attr.name).is_none_or(Value::is_null)
        {
            wanted.set(attr.name, fallback.value());
        }
    }
    wanted
}

fn create(table: &Table, config: &Object, wanted: &Object, planned: &mut Planned) {
    for attr in &table.attrs {
        let value = created(attr, config.get(attr.name), Fields::of(wanted));
        planned.object.set(attr.name, value);
    }
    for block in &table.blocks {
        let value = match config.get(block.name) {
            Some(v) if !is_unset(v) => fill_blocks(block, v, None),
            other if block.computed => {
                let ty = other.map_or(Type::Dynamic, Value::ty);
                Value::unknown(ty)
            }
            Some(v) => v.clone(),
            None => continue,
        };
        planned.object.set(block.name, value);
    }
    planned
        .object
        .set("id", Value::unknown_not_null(Type::String));
}

/// The value of an attribute of a new object.
fn created(attr: &Attr, config: Option<&Value>, wanted: Fields<'_>) -> Value {
    let null = Value::Null(attr.ty.value_type());
    let config = config.unwrap_or(&null);
    let value = match attr.fallback {
        Some(fallback) if config.is_null() => fallback.value(),
        _ => config.clone(),
    };
    let difference = Difference {
        old: &null,
        new: &value,
        wanted,
    };
    let suppressed = !value.is_null() && attr.suppress.is_some_and(|s| s(&difference));
    // `false` and `0` are wishes, an empty string and an empty collection are none.
    let wish = !is_unset(&value) || matches!(value, Value::Bool(_) | Value::Number(_));
    if attr.is_computed() && (!wish || suppressed) {
        Value::unknown(attr.ty.value_type())
    } else if suppressed {
        null
    } else {
        value
    }
}

fn update(
    table: &Table,
    prior: &Object,
    config: &Object,
    wanted: &Object,
    imported: bool,
    planned: &mut Planned,
) {
    for attr in &table.attrs {
        let null = Value::Null(attr.ty.value_type());
        let old = prior.get(attr.name).unwrap_or(&null);
        let config = config.get(attr.name).unwrap_or(&null);
        let value = changed_to(attr, old, config, Fields::of(wanted));
        let Some(value) = value else {
            planned.object.set(attr.name, old.clone());
            continue;
        };
        planned.object.set(attr.name, value);
        if imported && attr.force_new && is_unset(old) && attr.is_untold() {
            continue;
        }
        planned.changed.push(attr.name);
        let path = attr_path(attr.name);
        if attr.force_new {
            planned.replace.push(path);
        } else {
            costs_of(&attr.costs, &path, planned);
            if attr.support == Support::AtCreation {
                planned.problems.push(not_in_place(attr.name, &path));
            }
        }
    }
    for block in &table.blocks {
        update_block(block, prior, config, planned);
    }
    // The id is never configured for good, and limits of time alone are no reason to act.
    for kept in ["id", "timeouts"] {
        if kept == "timeouts" && !planned.changed.is_empty() {
            if let Some(v) = config.get(kept) {
                planned.object.set(kept, v.clone());
            }
        } else if let Some(v) = prior.get(kept) {
            planned.object.set(kept, v.clone());
        }
    }
}

/// The new value of an attribute, or nothing where there is no change.
fn changed_to(attr: &Attr, old: &Value, config: &Value, wanted: Fields<'_>) -> Option<Value> {
    if attr.mode == super::table::Mode::Computed {
        return None;
    }
    let new = match attr.fallback {
        Some(fallback) if config.is_null() => fallback.value(),
        _ => config.clone(),
    };
    if new == *old || (is_unset(&new) && is_unset(old)) {
        return None;
    }
    // Left out (or empty) where the cloud may set it: what there is stays.
    let wish = !is_unset(&new) || matches!(new, Value::Bool(_) | Value::Number(_));
    if attr.is_computed() && !wish {
        return None;
    }
    let difference = Difference {
        old,
        new: &new,
        wanted,
    };
    if !new.is_unknown() && attr.suppress.is_some_and(|s| s(&difference)) {
        return None;
    }
    Some(new)
}

fn update_block(block: &Block, prior: &Object, config: &Object, planned: &mut Planned) {
    let (Some(old), Some(new)) = (prior.get(block.name), config.get(block.name)) else {
        return;
    };
    let path = attr_path(block.name);
    if is_unset(new) && (block.computed || is_unset(old)) {
        planned.object.set(block.name, old.clone());
        return;
    }
    let new = fill_blocks(block, new, Some(old));
    if new == *old {
        planned.object.set(block.name, old.clone());
        return;
    }
    let mut replace = Vec::new();
    let mut refused = Vec::new();
    let mut in_place = false;
    match (old, &new) {
        (Value::List(a), Value::List(b)) if a.items.len() == b.items.len() => {
            for (i, (x, y)) in a.items.iter().zip(&b.items).enumerate() {
                for attr in &block.attrs {
                    let differ = x.get_attr(attr.name) != y.get_attr(attr.name)
                        && !both_unset(x.get_attr(attr.name), y.get_attr(attr.name));
                    if differ {
                        let at = path.then(PathStep::Index(i));
                        let at = at.then(PathStep::Attr(name(attr.name)));
                        if attr.force_new {
                            replace.push(at);
                        } else if attr.support == Support::AtCreation {
                            refused.push(not_in_place(attr.name, &at));
                        }
                    }
                    in_place |= differ && !attr.force_new;
                }
            }
        }
        _ if block.has_force_new() => replace.push(path.clone()),
        _ => in_place = true,
    }
    if replace.is_empty() && !in_place {
        planned.object.set(block.name, old.clone());
        return;
    }
    planned.object.set(block.name, new);
    planned.changed.push(block.name);
    if replace.is_empty() {
        costs_of(&block.costs, &path, planned);
        planned.problems.extend(refused);
    }
    planned.replace.extend(replace);
}

fn both_unset(a: Option<&Value>, b: Option<&Value>) -> bool {
    a.is_none_or(is_unset) && b.is_none_or(is_unset)
}

/// Fills the blocks of a configuration with defaults; what the cloud may set and the configuration leaves out is what the
/// block at the same place has, or unknown.
fn fill_blocks(block: &Block, config: &Value, prior: Option<&Value>) -> Value {
    let fill = |i: usize, item: &Value| -> Value {
        let Some(object) = item.as_object() else {
            return item.clone();
        };
        let before = match prior {
            Some(Value::List(l)) => l.items.get(i),
            Some(Value::Set(s)) => s.items().get(i),
            _ => None,
        };
        let mut object = object.clone();
        for attr in &block.attrs {
            let null = Value::Null(attr.ty.value_type());
            let value = object.get(attr.name).unwrap_or(&null);
            let old = before.and_then(|b| b.get_attr(attr.name));
            let filled = match attr.fallback {
                Some(fallback) if value.is_null() => fallback.value(),
                _ if is_unset(value) && old.is_some_and(is_unset) => {
                    old.cloned().unwrap_or_else(|| null.clone())
                }
                _ if is_unset(value) && attr.is_computed() => match old {
                    Some(old) => old.clone(),
                    None => Value::unknown(attr.ty.value_type()),
                },
                _ => value.clone(),
            };
            object.set(attr.name, filled);
        }
        Value::Object(Arc::new(object))
    };
    match config {
        Value::List(l) => Value::list(
            l.element.clone(),
            l.items
                .iter()
                .enumerate()
                .map(|(i, v)| fill(i, v))
                .collect(),
        ),
        Value::Set(s) => Value::set(
            s.element.clone(),
            s.items()
                .iter()
                .enumerate()
                .map(|(i, v)| fill(i, v))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn costs_of(costs: &[(Impact, &'static str)], path: &Path, planned: &mut Planned) {
    for (impact, text) in costs {
        planned.notes.push(Note {
            path: path.clone(),
            impact: *impact,
            text: (*text).to_owned(),
        });
    }
}

fn not_in_place(attribute: &str, path: &Path) -> Problem {
    let mut problem = not_supported(attribute, path);
    problem.code = "change-not-supported";
    "Change not supported yet".clone_into(&mut problem.summary);
    problem.detail = format!(
        "cairn cannot change {attribute} of an existing object yet. Put the old value back, or have the object replaced \
         (-replace=ADDRESS)."
    );
    problem
}
