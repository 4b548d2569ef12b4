//! Decides the lines of `-json` while a command runs: Terraform's machine-readable UI, version 1.2.

use cairn_diag::{Diagnostic, SourceMap};
use cairn_engine::{Applied, Event};
use cairn_model::{AbsResourceInstance, Action, Change, InstanceKey, OutputState, Plan, StepKind};
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

fn resource(addr: &AbsResourceInstance) -> Json {
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

/// The lines that tell a plan.
pub(crate) fn plan(plan: &Plan) -> Vec<String> {
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
        out.push(line(
            "info",
            &format!("{}: Plan to {word}", c.addr),
            "planned_change",
            json!({ "change": change }),
        ));
    }
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
    let message = format!("Plan: {add} to add, {change} to change, {remove} to destroy.");
    let changes = json!({ "add": add, "change": change, "import": import, "remove": remove, "operation": "plan" });
    out.push(line(
        "info",
        &message,
        "change_summary",
        json!({ "changes": changes }),
    ));
    let shown: Vec<_> = plan.outputs.iter().collect();
    if shown.iter().any(|o| o.action != Action::NoOp) {
        let outputs: Map<String, Json> = shown
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

/// The lines that tell progress.
pub(crate) fn event(event: &Event) -> Vec<String> {
    let hook =
        |addr: &AbsResourceInstance, kind: StepKind, id: Option<&String>, elapsed: Option<u64>| {
            let mut hook = json!({ "resource": resource(addr), "action": step_word(kind) });
            if let Some(id) = id {
                hook["id_key"] = json!("id");
                hook["id_value"] = json!(id);
            }
            if let Some(elapsed) = elapsed {
                hook["elapsed_seconds"] = json!(elapsed);
            }
            json!({ "hook": hook })
        };
    let one = match event {
        Event::StepStarted {
            kind: StepKind::Depose | StepKind::Forget,
            ..
        }
        | Event::ReadsStarted { .. } => return Vec::new(),
        Event::Recovered { text } => line("info", text, "log", json!({})),
        Event::StepStarted { addr, kind, id, .. } => line(
            "info",
            &format!("{addr}: {}", begins(*kind)),
            "apply_start",
            hook(addr, *kind, id.as_ref(), None),
        ),
        Event::StepDone {
            addr,
            kind,
            id,
            elapsed,
            ..
        } => line(
            "info",
            &format!(
                "{addr}: {} complete after {}s",
                ends(*kind),
                elapsed.as_secs()
            ),
            "apply_complete",
            hook(addr, *kind, id.as_ref(), Some(elapsed.as_secs())),
        ),
        Event::StepFailed {
            addr,
            kind,
            elapsed,
            ..
        } => line(
            "info",
            &format!(
                "{addr}: {} errored after {}s",
                ends(*kind),
                elapsed.as_secs()
            ),
            "apply_errored",
            hook(addr, *kind, None, Some(elapsed.as_secs())),
        ),
        Event::ProvisionStarted { addr, ty } => line(
            "info",
            &format!("{addr}: Provisioning with '{ty}'..."),
            "provision_start",
            provision_hook(addr, ty, None),
        ),
        Event::ProvisionOutput {
            addr,
            ty,
            line: text,
        } => line(
            "info",
            &format!("{addr}: ({ty}): {text}"),
            "provision_progress",
            provision_hook(addr, ty, Some(text)),
        ),
        Event::ProvisionDone { addr, ty } => line(
            "info",
            &format!("{addr}: ({ty}) Provisioning complete"),
            "provision_complete",
            provision_hook(addr, ty, None),
        ),
        Event::ProvisionFailed { addr, ty, .. } => line(
            "info",
            &format!("{addr}: ({ty}) Provisioning errored"),
            "provision_errored",
            provision_hook(addr, ty, None),
        ),
        Event::StillRunning { addr, elapsed, .. } => line(
            "info",
            &format!("{addr}: Still working... [{}s elapsed]", elapsed.as_secs()),
            "apply_progress",
            hook(addr, StepKind::Update, None, Some(elapsed.as_secs())),
        ),
    };
    vec![one]
}

fn provision_hook(addr: &AbsResourceInstance, ty: &Name, output: Option<&str>) -> Json {
    let mut hook = json!({ "resource": resource(addr), "provisioner": &**ty });
    if let Some(output) = output {
        hook["output"] = json!(output);
    }
    json!({ "hook": hook })
}

fn step_word(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Read => "read",
        StepKind::Create => "create",
        StepKind::Update | StepKind::Depose => "update",
        StepKind::Delete => "delete",
        StepKind::Forget => "remove",
    }
}

fn begins(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Read => "Refreshing...",
        StepKind::Create => "Creating...",
        StepKind::Update | StepKind::Depose => "Modifying...",
        StepKind::Delete => "Destroying...",
        StepKind::Forget => "Removing...",
    }
}

fn ends(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Read => "Refresh",
        StepKind::Create => "Creation",
        StepKind::Update | StepKind::Depose => "Modifications",
        StepKind::Delete => "Destruction",
        StepKind::Forget => "Removal",
    }
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
        format!(
            "Apply complete! Resources: {} added, {} changed, {} destroyed.",
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
    if !destroy || !outputs.is_empty() {
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
        out.push(line(
            "info",
            &format!("Outputs: {}", values.len()),
            "outputs",
            json!({ "outputs": values }),
        ));
    }
    out
}
