//! Decides the lines of `-json` that tell progress: what begins, goes on and ends with one object.

use std::time::Duration;

use cairn_engine::{EphemeralWork, Event};
use cairn_model::{AbsResourceInstance, ResourceMode, StepKind};
use cairn_value::Name;
use serde_json::{Value as Json, json};

use super::stream::{line, resource};

/// The lines that tell progress.
pub(crate) fn event(event: &Event) -> Vec<String> {
    let one = match event {
        Event::StepStarted {
            kind: StepKind::Forget,
            ..
        }
        | Event::ReadsStarted { .. }
        // Terraform tells of a refresh that failed by its message alone.
        | Event::ReadFailed {
            mode: ResourceMode::Managed,
            ..
        } => return Vec::new(),
        Event::Recovered { text } => line("info", text, "log", json!({})),
        Event::ReadStarted { addr, mode, id } => match mode {
            ResourceMode::Managed => refresh(addr, id.as_deref(), "Refreshing state...", "refresh_start"),
            _ => started(addr, StepKind::Read, None),
        },
        Event::ReadDone {
            addr,
            mode,
            id,
            elapsed,
        } => match mode {
            ResourceMode::Managed => refresh(addr, id.as_deref(), "Refresh complete", "refresh_complete"),
            _ => done(addr, StepKind::Read, id.as_deref(), *elapsed),
        },
        Event::ReadFailed { addr, elapsed, .. } => errored(addr, StepKind::Read, *elapsed),
        Event::StepStarted { addr, kind, id, .. } => started(addr, *kind, id.as_deref()),
        Event::StepDone {
            addr,
            kind,
            id,
            elapsed,
            ..
        } => done(addr, *kind, id.as_deref(), *elapsed),
        Event::StepFailed {
            addr,
            kind,
            elapsed,
            ..
        } => errored(addr, *kind, *elapsed),
        Event::EphemeralStarted { addr, work } => ephemeral(addr, *work, "...", "ephemeral_op_start", None),
        Event::EphemeralDone {
            addr,
            work,
            elapsed,
        } => ephemeral(
            addr,
            *work,
            &format!(" complete after {}", span(*elapsed)),
            "ephemeral_op_complete",
            Some(*elapsed),
        ),
        Event::EphemeralFailed {
            addr,
            work,
            elapsed,
        } => ephemeral(
            addr,
            *work,
            &format!(" errored after {}", span(*elapsed)),
            "ephemeral_op_errored",
            Some(*elapsed),
        ),
        Event::ProvisionStarted { addr, ty } => line(
            "info",
            &format!("{addr}: Provisioning with '{ty}'..."),
            "provision_start",
            provision(addr, ty, None),
        ),
        Event::ProvisionOutput {
            addr,
            ty,
            line: text,
        } => line(
            "info",
            &format!("{addr}: ({ty}): {text}"),
            "provision_progress",
            provision(addr, ty, Some(text)),
        ),
        Event::ProvisionDone { addr, ty } => line(
            "info",
            &format!("{addr}: ({ty}) Provisioning complete"),
            "provision_complete",
            provision(addr, ty, None),
        ),
        Event::ProvisionFailed { addr, ty, .. } => line(
            "info",
            &format!("{addr}: ({ty}) Provisioning errored"),
            "provision_errored",
            provision(addr, ty, None),
        ),
        Event::StillRunning { objects } => {
            let lines = objects.iter().map(|o| progress(&o.addr, o.kind, o.elapsed));
            return lines.collect();
        }
    };
    vec![one]
}

fn started(addr: &AbsResourceInstance, kind: StepKind, id: Option<&str>) -> String {
    line(
        "info",
        &format!("{addr}: {}...{}", begins(kind), bracket(id)),
        "apply_start",
        hook(addr, Some(kind), id, None),
    )
}

fn progress(addr: &AbsResourceInstance, kind: StepKind, elapsed: Duration) -> String {
    line(
        "info",
        &format!(
            "{addr}: Still {}... [{} elapsed]",
            begins(kind).to_lowercase(),
            span(elapsed)
        ),
        "apply_progress",
        hook(addr, Some(kind), None, Some(elapsed)),
    )
}

fn done(addr: &AbsResourceInstance, kind: StepKind, id: Option<&str>, elapsed: Duration) -> String {
    // What is gone has no id any more.
    let id = id.filter(|_| kind != StepKind::Delete);
    line(
        "info",
        &format!(
            "{addr}: {} complete after {}{}",
            ends(kind),
            span(elapsed),
            bracket(id)
        ),
        "apply_complete",
        hook(addr, Some(kind), id, Some(elapsed)),
    )
}

fn errored(addr: &AbsResourceInstance, kind: StepKind, elapsed: Duration) -> String {
    line(
        "info",
        &format!("{addr}: {} errored after {}", ends(kind), span(elapsed)),
        "apply_errored",
        hook(addr, Some(kind), None, Some(elapsed)),
    )
}

fn refresh(addr: &AbsResourceInstance, id: Option<&str>, text: &str, kind: &str) -> String {
    line(
        "info",
        &format!("{addr}: {text}{}", bracket(id)),
        kind,
        hook(addr, None, id, None),
    )
}

fn ephemeral(
    addr: &AbsResourceInstance,
    work: EphemeralWork,
    text: &str,
    kind: &str,
    elapsed: Option<Duration>,
) -> String {
    let (action, words) = match work {
        EphemeralWork::Open => ("open", "Opening"),
        EphemeralWork::Close => ("close", "Closing"),
    };
    let mut hook = json!({ "resource": resource(addr), "action": action });
    if let Some(elapsed) = elapsed {
        hook["elapsed_seconds"] = json!(elapsed.as_secs());
    }
    line(
        "info",
        &format!("{addr}: {words}{text}"),
        kind,
        json!({ "hook": hook }),
    )
}

fn hook(
    addr: &AbsResourceInstance,
    kind: Option<StepKind>,
    id: Option<&str>,
    elapsed: Option<Duration>,
) -> Json {
    let mut hook = json!({ "resource": resource(addr) });
    if let Some(kind) = kind {
        hook["action"] = json!(action(kind));
    }
    if let Some(id) = id {
        hook["id_key"] = json!("id");
        hook["id_value"] = json!(id);
    }
    if let Some(elapsed) = elapsed {
        hook["elapsed_seconds"] = json!(elapsed.as_secs());
    }
    json!({ "hook": hook })
}

fn provision(addr: &AbsResourceInstance, ty: &Name, output: Option<&str>) -> Json {
    let mut hook = json!({ "resource": resource(addr), "provisioner": &**ty });
    if let Some(output) = output {
        hook["output"] = json!(output);
    }
    json!({ "hook": hook })
}

fn bracket(id: Option<&str>) -> String {
    id.map(|id| format!(" [id={id}]")).unwrap_or_default()
}

/// Whole seconds with minutes and hours where there are any: `9s`, `1m10s`, `1h0m0s`.
fn span(elapsed: Duration) -> String {
    let s = elapsed.as_secs();
    match (s / 3600, s / 60 % 60, s % 60) {
        (0, 0, s) => format!("{s}s"),
        (0, m, s) => format!("{m}m{s}s"),
        (h, m, s) => format!("{h}h{m}m{s}s"),
    }
}

fn action(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Read => "read",
        StepKind::Create => "create",
        StepKind::Update => "update",
        StepKind::Delete => "delete",
        StepKind::Forget => "remove",
    }
}

fn begins(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Read => "Refreshing",
        StepKind::Create => "Creating",
        StepKind::Update => "Modifying",
        StepKind::Delete => "Destroying",
        StepKind::Forget => "Removing",
    }
}

fn ends(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Read => "Refresh",
        StepKind::Create => "Creation",
        StepKind::Update => "Modifications",
        StepKind::Delete => "Destruction",
        StepKind::Forget => "Removal",
    }
}

#[cfg(test)]
mod tests {
    use cairn_engine::Working;
    use cairn_model::{AbsResource, InstanceKey, ModuleInstance, Resource};

    use super::*;

    #[test]
    fn a_span_names_only_what_it_has() {
        let of = |s| span(Duration::from_secs(s));
        assert_eq!(of(0), "0s");
        assert_eq!(of(59), "59s");
        assert_eq!(of(70), "1m10s");
        assert_eq!(of(3600), "1h0m0s");
    }

    #[test]
    fn each_object_that_is_worked_on_is_told_by_what_is_done() {
        let objects =
            [("cairn_a", StepKind::Create), ("cairn_b", StepKind::Delete)].map(|(ty, kind)| {
                Working {
                    addr: AbsResourceInstance {
                        resource: AbsResource {
                            module: ModuleInstance::root(),
                            resource: Resource {
                                mode: ResourceMode::Managed,
                                ty: ty.into(),
                                name: "x".into(),
                            },
                        },
                        key: InstanceKey::None,
                    },
                    kind,
                    elapsed: Duration::from_secs(70),
                }
            });
        let lines = event(&Event::StillRunning {
            objects: objects.to_vec(),
        });
        let told: Vec<Json> = lines
            .iter()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        assert_eq!(
            told[0]["@message"],
            "cairn_a.x: Still creating... [1m10s elapsed]"
        );
        assert_eq!(
            told[1]["@message"],
            "cairn_b.x: Still destroying... [1m10s elapsed]"
        );
        assert_eq!(told[1]["type"], "apply_progress");
        let hook = told[1]["hook"].as_object().unwrap();
        assert_eq!(hook.len(), 3, "{hook:?}");
        assert_eq!(hook["action"], "delete");
        assert_eq!(hook["elapsed_seconds"], 70);
    }
}
