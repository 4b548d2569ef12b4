//! Decides the lines of `-json` while a command runs: Terraform's machine-readable UI, version 1.2.

use cairn_diag::{Diagnostic, SourceMap};
use cairn_engine::Applied;
use cairn_model::{AbsResourceInstance, Action, Change, InstanceKey, OutputState, Plan};
use cairn_value::Name;
use cairn_value::json::type_to_json;
use serde_json::{Map, Value as Json, json};

use super::super::summary::counts;
use super::to_json;
use crate::clock;

pub(super) fn line(level: &str, message: &str, kind: &str, rest: Json) -> String {
    let mut out = json!({
        "@level": level,
        "@message": message,
        "@module": "terraform.ui",
        "@timestamp": clock::now_micros(),
        "type": kind,
    });
    if let (Json::Object(out), Json::Object(rest)) = (&mut out, rest) {
        out.extend(rest);
    }
    out.to_string()
}

/// The first line.
pub(crate) fn version() -> String {
    let own = env!("CARGO_PKG_VERSION");
    line(
        "info",
        &format!("cairn {own}"),
        "version",
        json!({ "terraform": super::FORMATS_OF, "ui": "1.2", "cairn": own }),
    )
}

/// A step of `init`.
pub(crate) fn init_output(code: &str, message: &str) -> String {
    line(
        "info",
        message,
        "init_output",
        json!({ "message_code": code }),
    )
}

/// Something worth knowing.
pub(crate) fn log(text: &str) -> String {
    line("info", text, "log", json!({}))
}

/// A diagnostic.
pub(crate) fn diagnostic(d: &Diagnostic, sources: &SourceMap) -> String {
    let (level, word) = if d.is_error() {
        ("error", "Error")
    } else {
        ("warn", "Warning")
    };
    let body = super::diagnostic::diagnostic(d, sources);
    line(
        level,
        &format!("{word}: {}", d.summary),
        "diagnostic",
        json!({ "diagnostic": body }),
    )
}

pub(super) fn resource(addr: &AbsResourceInstance) -> Json {
    let r = &addr.resource.resource;
    let key = match &addr.key {
        InstanceKey::None => Json::Null,
        InstanceKey::Index(i) => json!(i),
        InstanceKey::Key(k) => json!(&**k),
    };
    let full = addr.to_string();
    let module = addr.resource.module.to_string();
    let local = full
        .strip_prefix(&format!("{module}."))
        .unwrap_or(&full)
        .to_owned();
    json!({
        "addr": full,
        "module": module,
        "resource": local,
        "implied_provider": r.ty.split('_').next().unwrap_or_default(),
        "resource_type": &*r.ty,
        "resource_name": &*r.name,
        "resource_key": key,
    })
}

fn action_word(change: &Change) -> &'static str {
    match change.action {
        Action::NoOp if change.previous_addr.is_some() => "move",
        Action::NoOp if change.importing.is_some() => "import",
        Action::NoOp => "noop",
        Action::Create => "create",
        Action::Read => "read",
        Action::Update => "update",
        Action::DeleteThenCreate | Action::CreateThenDelete | Action::CreateThenForget => "replace",
        Action::Delete => "delete",
        Action::Forget => "remove",
    }
}

fn reason_word(reason: cairn_model::ActionReason) -> &'static str {
    use cairn_model::ActionReason as R;
    match reason {
        R::ReplaceBecauseCannotUpdate => "cannot_update",
        R::ReplaceBecauseTainted => "tainted",
        R::ReplaceByRequest => "requested",
        R::ReplaceByTriggers => "replace_triggered_by",
        other => other.json(),
    }
}

/// The lines that tell what changed outside and what is planned: all that is told of a saved plan before it is applied.
pub(crate) fn changes(plan: &Plan) -> Vec<String> {
    let mut out = Vec::new();
    for d in &plan.drift {
        let action = if d.after.is_some() {
            "update"
        } else {
            "delete"
        };
        let change = json!({ "resource": resource(&d.addr), "action": action });
        out.push(line(
            "info",
            &format!("{}: Drift detected ({action})", d.addr),
            "resource_drift",
            json!({ "change": change }),
        ));
    }
    for c in &plan.changes {
        if c.action == Action::NoOp && c.previous_addr.is_none() && c.importing.is_none() {
            continue;
        }
        let word = action_word(c);
        let mut change = json!({ "resource": resource(&c.addr), "action": word });
        if let Some(reason) = c.reason {
            change["reason"] = json!(reason_word(reason));
        }
        if let Some(from) = &c.previous_addr {
            change["previous_resource"] = resource(from);
        }
        if let Some(id) = &c.importing {
            change["importing"] = json!({ "id": id });
        }
        if let Some(text) = &c.generated_config {
            change["generated_config"] = json!(text);
        }
        out.push(line(
            "info",
            &format!("{}: Plan to {word}", c.addr),
            "planned_change",
            json!({ "change": change }),
        ));
    }
    out
}

/// The lines that tell a plan.
pub(crate) fn plan(plan: &Plan) -> Vec<String> {
    let mut out = changes(plan);
    for d in &plan.deferred {
        out.push(line(
            "info",
            &format!("{}: Deferred", d.address),
            "deferred_change",
            json!({ "change": { "address": d.address, "reason": d.reason.json() } }),
        ));
    }
    // The format has no place for what is only forgotten: its planned changes say so.
    let [import, add, change, remove, _] = counts(plan);
    let imports = if import > 0 {
        format!("{import} to import, ")
    } else {
        String::new()
    };
    let message = format!("Plan: {imports}{add} to add, {change} to change, {remove} to destroy.");
    let changes = json!({ "add": add, "change": change, "import": import, "remove": remove, "operation": "plan" });
    out.push(line(
        "info",
        &message,
        "change_summary",
        json!({ "changes": changes }),
    ));
    if !plan.outputs.is_empty() {
        let outputs: Map<String, Json> = plan
            .outputs
            .iter()
            .map(|o| {
                let action = match o.action {
                    Action::NoOp => "noop",
                    Action::Create => "create",
                    Action::Delete => "delete",
                    _ => "update",
                };
                (o.name.to_string(), json!({ "sensitive": o.after_sensitive() || o.before_sensitive, "action": action }))
            })
            .collect();
        out.push(line(
            "info",
            &format!("Outputs: {}", outputs.len()),
            "outputs",
            json!({ "outputs": outputs }),
        ));
    }
    out
}

/// The last lines of an apply or destroy.
pub(crate) fn applied(
    applied: &Applied,
    destroy: bool,
    outputs: &[(&Name, &OutputState)],
) -> Vec<String> {
    let operation = if destroy { "destroy" } else { "apply" };
    let message = if destroy {
        format!(
            "Destroy complete! Resources: {} destroyed.",
            applied.destroyed
        )
    } else {
        let imported = if applied.imported > 0 {
            format!("{} imported, ", applied.imported)
        } else {
            String::new()
        };
        format!(
            "Apply complete! Resources: {imported}{} added, {} changed, {} destroyed.",
            applied.added, applied.changed, applied.destroyed
        )
    };
    let changes = json!({
        "add": applied.added,
        "change": applied.changed,
        "import": applied.imported,
        "remove": applied.destroyed,
        "operation": operation,
    });
    let mut out = vec![line(
        "info",
        &message,
        "change_summary",
        json!({ "changes": changes }),
    )];
    if !destroy {
        out.push(self::outputs(outputs));
    }
    out
}

/// The line that tells what the outputs are now; the values of secret ones are left out.
pub(crate) fn outputs(outputs: &[(&Name, &OutputState)]) -> String {
    let values: Map<String, Json> = outputs
        .iter()
        .map(|(name, o)| {
            let mut j = json!({ "sensitive": o.sensitive, "type": type_to_json(&o.ty) });
            if !o.sensitive {
                j["value"] = to_json(o.value.value());
            }
            (name.to_string(), j)
        })
        .collect();
    line(
        "info",
        &format!("Outputs: {}", values.len()),
        "outputs",
        json!({ "outputs": values }),
    )
}
