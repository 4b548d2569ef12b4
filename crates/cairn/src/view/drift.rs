//! Decides how a drift report looks, for people and as JSON.

use std::fmt::Write as _;

use cairn_engine::{ChangedAttribute, DriftReport, DriftedObject};
use cairn_value::Value;
use serde_json::{Value as Json, json};

use super::json::to_json;
use super::style::Style;
use super::value::{SENSITIVE, inline};

/// The report for people.
pub(crate) fn render(report: &DriftReport, style: Style) -> String {
    let mut out = String::new();
    if report.is_in_sync() {
        return format!("{} The state matches the cloud.\n", style.bold("No drift."));
    }
    for changed in &report.changed {
        let _ = writeln!(
            out,
            "{} {} [id={}] has changed:",
            style.sign("~"),
            style.bold(&changed.object.address),
            changed.object.id
        );
        for a in &changed.attributes {
            let _ = writeln!(
                out,
                "    {} = {} -> {}",
                a.path,
                shown(a, a.old.as_ref()),
                shown(a, a.new.as_ref())
            );
        }
    }
    for o in &report.missing {
        let _ = writeln!(
            out,
            "{} {} [id={}] is gone",
            style.sign("-"),
            style.bold(&o.address),
            o.id
        );
    }
    for o in &report.unmanaged {
        let name = if o.name.is_empty() {
            String::new()
        } else {
            format!(" {:?}", o.name)
        };
        let _ = writeln!(
            out,
            "{} {} {}{name} is not in the state",
            style.sign("+"),
            o.ty,
            style.bold(&o.id)
        );
    }
    let _ = writeln!(
        out,
        "\n{} {} changed, {} missing, {} unmanaged.",
        style.bold("Drift:"),
        report.changed.len(),
        report.missing.len(),
        report.unmanaged.len()
    );
    out
}

fn shown(attribute: &ChangedAttribute, value: Option<&Value>) -> String {
    match value {
        _ if attribute.sensitive => SENSITIVE.to_owned(),
        None => "null".to_owned(),
        Some(v) => inline(v),
    }
}

/// The report as one JSON object.
pub(crate) fn json(report: &DriftReport) -> String {
    let object = |o: &DriftedObject| {
        let mut j = json!({ "address": o.address, "type": &*o.ty, "id": o.id });
        if !o.name.is_empty() {
            j["name"] = Json::from(o.name.as_str());
        }
        j
    };
    let value = |a: &ChangedAttribute, v: Option<&Value>| {
        if a.sensitive {
            Json::Null
        } else {
            v.map_or(Json::Null, to_json)
        }
    };
    let changed: Vec<Json> = report
        .changed
        .iter()
        .map(|c| {
            let mut j = object(&c.object);
            j["attributes"] = c
                .attributes
                .iter()
                .map(|a| {
                    let (old, new) = (value(a, a.old.as_ref()), value(a, a.new.as_ref()));
                    json!({ "path": a.path.to_string(), "old": old, "new": new, "sensitive": a.sensitive })
                })
                .collect();
            j
        })
        .collect();
    json!({
        "changed": changed,
        "missing": report.missing.iter().map(object).collect::<Vec<_>>(),
        "unmanaged": report.unmanaged.iter().map(object).collect::<Vec<_>>(),
    })
    .to_string()
}
