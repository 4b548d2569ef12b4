//! Decides whether the tables of types say what the real provider's schema says: a comparison, attribute by attribute, with a
//! schema file that lies beside the checkout where somebody put it. Without the file nothing is compared, and the test says so.

use std::collections::BTreeSet;
use std::path::Path;

use cairn_model::Nesting;
use cairn_value::Value;
use serde_json::{Map, Value as Json};

use crate::describe::{Attr, Block, Check, Fallback, Table, Ty};
use crate::provider::Types;

/// What was compared, and what differs.
#[derive(Default)]
struct Report {
    attributes: usize,
    differences: Vec<String>,
}

impl Report {
    fn differ(&mut self, at: &str, what: &str, ours: &str, theirs: &str) {
        if ours != theirs {
            self.differences
                .push(format!("{at}: {what}: {ours:?} here, {theirs:?} there"));
        }
    }
}

fn ty(ty: &Ty) -> &'static str {
    match ty {
        Ty::Str => "string",
        Ty::Int => "int",
        Ty::Num => "number",
        Ty::Bool => "bool",
        Ty::StrList => "list(string)",
        Ty::StrSet => "set(string)",
        Ty::StrMap => "map(string)",
        Ty::Objects(_) => "list(object)",
    }
}

fn mode(attr: &Attr) -> String {
    use crate::describe::table::Mode;
    let mut flags = match attr.mode {
        Mode::Required => "r",
        Mode::Optional => "o",
        Mode::OptionalComputed => "oc",
        Mode::Computed => "c",
    }
    .to_owned();
    if attr.force_new {
        flags.push('f');
    }
    if attr.sensitive {
        flags.push('s');
    }
    flags
}

fn fallback(attr: &Attr) -> String {
    match attr.fallback.map(Fallback::value) {
        None => "none".to_owned(),
        Some(Value::String(s)) => s.to_string(),
        Some(Value::Bool(b)) => b.to_string(),
        Some(Value::Number(n)) => n.to_string(),
        Some(other) => format!("{other:?}"),
    }
}

fn default(theirs: &Json) -> String {
    match &theirs["def"] {
        Json::Null => "none".to_owned(),
        Json::String(s) => s.clone(),
        other => other.to_string(),
    }
}

fn has(theirs: &Json, key: &str) -> bool {
    !matches!(&theirs[key], Json::Null | Json::Bool(false))
}

/// The values that a validation allows; nothing where it is of another kind.
fn allowed(theirs: &Json) -> Option<BTreeSet<String>> {
    let list = theirs["val"]["one_of"].as_array()?;
    let texts = list
        .iter()
        .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
    // An empty string is the same as none, and never checked.
    Some(texts.filter(|text| !text.is_empty()).collect())
}

fn compare_attr(at: &str, ours: &Attr, theirs: &Json, report: &mut Report) {
    report.attributes += 1;
    report.differ(at, "type", ty(&ours.ty), theirs["t"].as_str().unwrap_or(""));
    report.differ(
        at,
        "flags",
        &mode(ours),
        theirs["m"].as_str().unwrap_or_default(),
    );
    report.differ(at, "default", &fallback(ours), &default(theirs));
    report.differ(
        at,
        "deprecated",
        &ours.deprecated.is_some().to_string(),
        &has(theirs, "dep").to_string(),
    );
    report.differ(
        at,
        "removed",
        &ours.removed.is_some().to_string(),
        &has(theirs, "rem").to_string(),
    );
    // A value that the real provider lets through is never refused here for its spelling alone. (The API's rules come on top.)
    if let Some(allowed) = allowed(theirs) {
        for check in &ours.checks {
            if let Check::OneOf(values) = check {
                let values: BTreeSet<String> = values.iter().map(|v| (*v).to_owned()).collect();
                let missing: Vec<_> = allowed.difference(&values).collect();
                if !missing.is_empty() {
                    report
                        .differences
                        .push(format!("{at}: allowed there, not here: {missing:?}"));
                }
            }
        }
    }
    if let Ty::Objects(attrs) = &ours.ty {
        compare_all(at, attrs, &[], &theirs["attrs"], report);
    }
}

fn compare_block(at: &str, ours: &Block, theirs: &Json, report: &mut Report) {
    let nesting = match ours.nesting {
        Nesting::List => "list(object)",
        Nesting::Set => "set(object)",
        _ => "another nesting",
    };
    report.attributes += 1;
    report.differ(
        at,
        "nesting",
        nesting,
        theirs["t"].as_str().unwrap_or_default(),
    );
    let bounds = &theirs["block"];
    if bounds.is_null() {
        report
            .differences
            .push(format!("{at}: a block here, an attribute there"));
    } else {
        // The library that the real provider stands on ignores a least number of a block that is optional.
        let required = theirs["m"].as_str().is_some_and(|m| m.starts_with('r'));
        let least = if required {
            bounds[0].as_u64()
        } else {
            Some(0)
        };
        report.differ(
            at,
            "number",
            &format!(
                "{:?}",
                (Some(u64::from(ours.min)), Some(u64::from(ours.max)))
            ),
            &format!("{:?}", (least, bounds[1].as_u64())),
        );
    }
    compare_all(at, &ours.attrs, &ours.blocks, &theirs["attrs"], report);
}

fn compare_all(at: &str, attrs: &[Attr], blocks: &[Block], theirs: &Json, report: &mut Report) {
    let empty = Map::new();
    let theirs = theirs.as_object().unwrap_or(&empty);
    let ours: BTreeSet<&str> = attrs
        .iter()
        .map(|a| a.name)
        .chain(blocks.iter().map(|b| b.name))
        .collect();
    for name in theirs.keys().filter(|n| !ours.contains(n.as_str())) {
        report
            .differences
            .push(format!("{at}.{name}: is missing here"));
    }
    for name in ours.iter().filter(|n| !theirs.contains_key(**n)) {
        report.differences.push(format!("{at}.{name}: only here"));
    }
    for attr in attrs {
        if let Some(theirs) = theirs.get(attr.name) {
            compare_attr(&format!("{at}.{}", attr.name), attr, theirs, report);
        }
    }
    for block in blocks {
        if let Some(theirs) = theirs.get(block.name) {
            compare_block(&format!("{at}.{}", block.name), block, theirs, report);
        }
    }
}

fn compare(ty: &str, table: &Table, theirs: &Json, report: &mut Report) {
    if theirs.is_null() {
        report
            .differences
            .push(format!("{ty}: there is no such type"));
        return;
    }
    compare_all(ty, &table.attrs, &table.blocks, &theirs["attrs"], report);
    let limits: BTreeSet<&str> = table.timeouts.iter().copied().collect();
    let theirs: BTreeSet<&str> = theirs["timeouts"]
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .map(String::as_str)
        .filter(|k| *k != "default")
        .collect();
    report.differ(
        ty,
        "timeouts",
        &format!("{limits:?}"),
        &format!("{theirs:?}"),
    );
}

#[test]
fn types_are_as_the_real_provider_has_them() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/reference/alicloud_schema.json");
    let Ok(text) = std::fs::read(&file) else {
        println!("SKIPPED: the real provider's schema is not beside this checkout");
        return;
    };
    let schema: Json = serde_json::from_slice(&text).unwrap();
    let types = Types::new();
    let mut report = Report::default();
    for (name, ty) in &types.resources {
        compare(name, ty.table(), &schema["resources"][&**name], &mut report);
    }
    for (name, ty) in &types.data_sources {
        let at = format!("data.{name}");
        compare(
            &at,
            ty.table(),
            &schema["data_sources"][&**name],
            &mut report,
        );
    }
    println!(
        "{} resource types and {} data sources, {} attributes and blocks compared: {} differences",
        types.resources.len(),
        types.data_sources.len(),
        report.attributes,
        report.differences.len()
    );
    assert!(
        report.differences.is_empty(),
        "{}",
        report.differences.join("\n")
    );
}
