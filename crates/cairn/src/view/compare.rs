//! Decides how the differences between two recorded states look, for people and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cairn_model::{BlockSchema, OutputState, State, StateObject};
use cairn_provider::Registry;
use cairn_state::{Changed, Differences, Place};
use cairn_value::{Name, Path, PathStep, Value};
use serde_json::{Value as Json, json};

use super::json::to_json;
use super::plan::schema;
use super::secret::marked;
use super::style::Style;
use super::value::{SENSITIVE, inline};

/// Two states and what differs between them.
pub(crate) struct Compared<'s> {
    pub(crate) before: &'s State,
    pub(crate) after: &'s State,
    pub(crate) differences: &'s Differences,
}

/// The differences for people.
pub(crate) fn render(compared: &Compared<'_>, registry: &Registry, style: Style) -> String {
    let found = compared.differences;
    if found.is_empty() {
        return format!(
            "{} The two record the same.\n",
            style.bold("No differences.")
        );
    }
    let mut out = String::new();
    for place in &found.added {
        let _ = writeln!(out, "{} {}", style.sign("+"), named(place, style));
    }
    for changed in &found.changed {
        let _ = writeln!(out, "{} {}", style.sign("~"), named(&changed.place, style));
        for told in compared.paths(changed, registry) {
            let _ = writeln!(
                out,
                "    {} = {} -> {}",
                told.path,
                told.text(told.old.as_ref()),
                told.text(told.new.as_ref())
            );
        }
        if !changed.besides.is_empty() {
            let _ = writeln!(out, "    # {}", changed.besides.join(", "));
        }
    }
    for place in &found.removed {
        let _ = writeln!(out, "{} {}", style.sign("-"), named(place, style));
    }
    for name in &found.outputs {
        let (old, new) = compared.output(name);
        let text = |side: Option<&Side>| match side {
            None => "(none)".to_owned(),
            Some(side) if side.sensitive => SENSITIVE.to_owned(),
            Some(side) => inline(&side.value),
        };
        let sign = style.sign(match (&old, &new) {
            (None, _) => "+",
            (_, None) => "-",
            _ => "~",
        });
        let _ = writeln!(
            out,
            "{sign} output.{name} = {} -> {}",
            text(old.as_ref()),
            text(new.as_ref())
        );
    }
    let _ = writeln!(
        out,
        "\n{} {} added, {} changed, {} removed.",
        style.bold("From the first to the second:"),
        found.added.len(),
        found.changed.len(),
        found.removed.len()
    );
    out
}

/// The differences as one JSON object.
pub(crate) fn json(compared: &Compared<'_>, registry: &Registry) -> String {
    let found = compared.differences;
    let place = |(addr, key): &Place| {
        let mut j = json!({ "address": addr.to_string() });
        if let Some(key) = key {
            j["deposed"] = Json::from(&*key.0);
        }
        j
    };
    let changed: Vec<Json> = found
        .changed
        .iter()
        .map(|c| {
            let mut j = place(&c.place);
            let paths = compared.paths(c, registry);
            j["attributes"] = paths
                .iter()
                .map(|t| {
                    let (old, new) = (t.json(t.old.as_ref()), t.json(t.new.as_ref()));
                    json!({ "path": t.path.to_string(), "old": old, "new": new, "sensitive": t.secret })
                })
                .collect();
            j["besides"] = Json::from(c.besides.clone());
            j
        })
        .collect();
    let outputs: Vec<Json> = found
        .outputs
        .iter()
        .map(|name| {
            let (old, new) = compared.output(name);
            let secret = [&old, &new].into_iter().flatten().any(|s| s.sensitive);
            let value = |side: Option<Side>| {
                side.filter(|_| !secret)
                    .map_or(Json::Null, |s| to_json(&s.value))
            };
            json!({ "name": &**name, "old": value(old), "new": value(new), "sensitive": secret })
        })
        .collect();
    json!({
        "format_version": "1.0",
        "from": compared.before.serial.0,
        "to": compared.after.serial.0,
        "added": found.added.iter().map(place).collect::<Vec<_>>(),
        "changed": changed,
        "removed": found.removed.iter().map(place).collect::<Vec<_>>(),
        "outputs": outputs,
    })
    .to_string()
}

fn named((addr, key): &Place, style: Style) -> String {
    let addr = style.bold(&addr.to_string());
    match key {
        None => addr,
        Some(key) => format!("{addr} (deposed object {key})"),
    }
}

/// An output in one of the states.
struct Side {
    value: Value,
    sensitive: bool,
}

/// One place of a value in both states.
struct Told<'c> {
    path: &'c Path,
    old: Option<Value>,
    new: Option<Value>,
    /// Neither may be seen.
    secret: bool,
}

impl Told<'_> {
    fn text(&self, value: Option<&Value>) -> String {
        match value {
            _ if self.secret => SENSITIVE.to_owned(),
            None => "null".to_owned(),
            Some(v) => inline(v),
        }
    }

    fn json(&self, value: Option<&Value>) -> Json {
        value.filter(|_| !self.secret).map_or(Json::Null, to_json)
    }
}

impl Compared<'_> {
    fn output(&self, name: &Name) -> (Option<Side>, Option<Side>) {
        let side = |outputs: &BTreeMap<Name, OutputState>| {
            outputs.get(name).map(|o| Side {
                value: o.value.value().clone(),
                sensitive: o.sensitive,
            })
        };
        (side(&self.before.outputs), side(&self.after.outputs))
    }

    /// The places of an object's value that differ, with what they hold.
    fn paths<'c>(&self, changed: &'c Changed, registry: &Registry) -> Vec<Told<'c>> {
        let (addr, _) = &changed.place;
        let (Some(old), Some(new)) = (
            object(self.before, &changed.place),
            object(self.after, &changed.place),
        ) else {
            return Vec::new();
        };
        let r = &addr.resource.resource;
        let provider = self.after.instances.get(addr).map(|i| &i.provider.provider);
        let schema = provider.and_then(|p| schema(registry, p, r.mode, &r.ty));
        let whole = |o: &StateObject| marked(o.remote.value.value(), &o.sensitive);
        let (before, after) = (whole(old), whole(new));
        let tell = |path: &'c Path| {
            let (b, a) = (path.get(&before).cloned(), path.get(&after).cloned());
            let declared = old.sensitive.iter().chain(&new.sensitive);
            let secret = declared
                .into_iter()
                .any(|s| path.is_within(s) || s.is_within(path))
                || schema.is_some_and(|s| is_secret(s, path))
                || [&b, &a].into_iter().flatten().any(Value::has_marks);
            Told {
                path,
                old: b,
                new: a,
                secret,
            }
        };
        changed.paths.iter().map(tell).collect()
    }
}

fn object<'s>(state: &'s State, (addr, key): &Place) -> Option<&'s StateObject> {
    let instance = state.instances.get(addr)?;
    match key {
        None => instance.current.as_deref(),
        Some(key) => instance.deposed.get(key).map(|o| &**o),
    }
}

/// Whether the schema calls the attribute at a path, or one in the block there, sensitive.
fn is_secret(schema: &BlockSchema, path: &Path) -> bool {
    let mut block = schema;
    for step in &path.0 {
        let PathStep::Attr(name) = step else {
            continue;
        };
        if let Some(attribute) = block.attributes.get(name) {
            return attribute.sensitive;
        }
        match block.blocks.get(name) {
            Some(nested) => block = &nested.block,
            None => return false,
        }
    }
    holds_secret(block)
}

fn holds_secret(block: &BlockSchema) -> bool {
    block.attributes.values().any(|a| a.sensitive)
        || block.blocks.values().any(|b| holds_secret(&b.block))
}
