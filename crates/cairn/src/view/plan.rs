//! Decides how a plan is printed: Terraform's layout; equal instances of one resource folded into one block with a range; what a
//! change costs said beside it; the number of remote calls before the summary.

use std::fmt::Write as _;

use cairn_model::{
    Action, ActionReason, BlockSchema, Change, Drift, Impact, Plan, PlanMode, ResourceMode,
};
use cairn_provider::Registry;

use super::change::changed;
use super::diff::{self, Line, Sides};
use super::fold::{Folded, folded, merge};
use super::node::Node;
use super::rows::{Notes, row, whole};
use super::secret::marked;
use super::style::Style;
use super::summary::{calls, summary, table};
use super::value::SENSITIVE;

/// What could be planned of a plan that ended with errors; empty where that is nothing.
pub(crate) fn partial(plan: &Plan, registry: &Registry, style: Style) -> String {
    if plan.changes.iter().any(is_shown) {
        actions(
            plan,
            registry,
            style,
            "cairn planned the following actions, but then encountered a problem:",
        )
    } else {
        String::new()
    }
}

/// The whole plan as text.
pub(crate) fn render(plan: &Plan, registry: &Registry, style: Style) -> String {
    let mut out = actions(
        plan,
        registry,
        style,
        "cairn will perform the following actions:",
    );
    out.push_str(&super::deferred::render(plan, style));
    out
}

fn actions(plan: &Plan, registry: &Registry, style: Style, intro: &str) -> String {
    let mut out = String::new();
    drift(&mut out, plan, registry, style);
    let changes: Vec<&Change> = plan.changes.iter().filter(|c| is_shown(c)).collect();
    let outputs = plan.outputs.iter().any(|o| o.action != Action::NoOp);
    if changes.is_empty() && !outputs {
        let _ = writeln!(out, "{}\n", nothing(plan, style));
        return out;
    }
    if !changes.is_empty() {
        legend(&mut out, &changes, style);
        out.push_str(&table(&changes, style));
        let _ = writeln!(out, "{intro}\n");
        for group in folded(&changes) {
            objects(&mut out, &group, registry, style);
        }
        calls(&mut out, plan);
        let _ = writeln!(out, "{}", summary(plan, style));
    }
    if outputs {
        output_changes(&mut out, plan, style);
    }
    out
}

/// Whether a change is worth a block.
pub(crate) fn is_shown(change: &Change) -> bool {
    change.action != Action::NoOp || change.previous_addr.is_some() || change.importing.is_some()
}

fn nothing(plan: &Plan, style: Style) -> String {
    match plan.mode {
        PlanMode::RefreshOnly if !plan.drift.is_empty() => {
            "This is a refresh-only plan: applying it records what is listed above, and changes no real object.".to_owned()
        }
        _ if !plan.deferred.is_empty() => format!(
            "{} Nothing can be done before the rest can be planned.",
            style.bold("No changes.")
        ),
        PlanMode::Destroy => format!("{} There is nothing to destroy.", style.bold("No changes.")),
        _ => format!(
            "{} Your infrastructure matches the configuration.\n\ncairn has compared your real infrastructure against your configuration and found no differences, so no changes are needed.",
            style.bold("No changes.")
        ),
    }
}

fn legend(out: &mut String, changes: &[&Change], style: Style) {
    let _ = writeln!(
        out,
        "Resource actions are indicated with the following symbols:"
    );
    let any = |a: Action| changes.iter().any(|c| c.action == a);
    for (action, words) in [
        (Action::Create, "create"),
        (Action::Update, "update in-place"),
        (Action::Delete, "destroy"),
        (
            Action::DeleteThenCreate,
            "destroy and then create replacement",
        ),
        (
            Action::CreateThenDelete,
            "create replacement and then destroy",
        ),
        (
            Action::CreateThenForget,
            "create replacement and then forget (the old object is not destroyed)",
        ),
        (Action::Read, "read (data resources)"),
        (Action::Forget, "forget (no longer managed, not destroyed)"),
    ] {
        if any(action) {
            let _ = writeln!(out, "{} {words}", style.action(action));
        }
    }
    out.push('\n');
}

fn schema_of<'r>(change: &Change, registry: &'r Registry) -> Option<&'r BlockSchema> {
    schema(
        registry,
        &change.provider.provider,
        change.mode(),
        &change.addr.resource.resource.ty,
    )
}

/// The schema of a resource type.
pub(crate) fn schema<'r>(
    registry: &'r Registry,
    provider: &cairn_model::ProviderAddr,
    mode: ResourceMode,
    ty: &str,
) -> Option<&'r BlockSchema> {
    let schema = registry.get(provider)?.provider.schema();
    let types = if mode == ResourceMode::Data {
        &schema.data_sources
    } else {
        &schema.resources
    };
    types.get(ty).map(|s| &*s.block)
}

/// The lines between the braces of a change's block.
pub(crate) fn lines_of(change: &Change, registry: &Registry) -> Vec<Line> {
    let empty = BlockSchema::default();
    let schema = schema_of(change, registry).unwrap_or(&empty);
    let before = change
        .before
        .as_ref()
        .map(|o| marked(o.remote.value.value(), &o.sensitive));
    let after = marked(&change.after, &[]);
    let (_, marks) = change.after.clone().unmark_deep();
    let sensitive_after: Vec<_> = marks
        .into_iter()
        .filter(|(_, m)| m.is_sensitive())
        .map(|(path, _)| path)
        .collect();
    let sides = Sides {
        before: before
            .as_ref()
            .filter(|_| !matches!(change.action, Action::Create | Action::Read)),
        after: Some(&after).filter(|v| !v.is_null()),
        sensitive: change.before.as_ref().map_or(&[], |o| &o.sensitive),
        sensitive_after: Some(&sensitive_after),
        replace: &change.replace_paths,
    };
    diff::object(schema, &sides)
}

fn objects(out: &mut String, group: &Folded<'_>, registry: &Registry, style: Style) {
    let first = group.changes[0];
    header(out, group, style);
    for note in &first.notes {
        let word = match note.impact {
            Impact::Info => "note",
            Impact::Reboot => "needs a reboot",
            Impact::StopStart => "needs a stop and start",
            Impact::DataLoss => "data is lost",
        };
        let text = format!("  # {word}: {}", note.text);
        let _ = writeln!(
            out,
            "{}",
            if note.impact >= Impact::StopStart {
                style.yellow(&text)
            } else {
                text
            }
        );
    }
    let r = &first.addr.resource.resource;
    let kind = if r.mode == ResourceMode::Data {
        "data"
    } else {
        "resource"
    };
    let sign = if first.action == Action::NoOp {
        "   ".to_owned()
    } else {
        style.action(first.action)
    };
    let _ = writeln!(out, "{sign} {kind} \"{}\" \"{}\" {{", r.ty, r.name);
    let all: Vec<Vec<Line>> = group
        .changes
        .iter()
        .map(|c| lines_of(c, registry))
        .collect();
    for line in merge(&all) {
        if line.text.is_empty() && line.sign == ' ' {
            out.push('\n');
            continue;
        }
        let _ = writeln!(out, "{}", painted(&line, style));
    }
    let _ = writeln!(out, "    }}\n");
}

/// What is said beside a value that forces a replacement.
const FORCED: &str = "# forces replacement";

/// A line in the colours of its sign.
fn painted(line: &Line, style: Style) -> String {
    let pad = " ".repeat(line.indent);
    let sign = style.sign(&line.sign.to_string());
    let text = if line.sign == ' ' && line.text.starts_with("# (") {
        style.faint(&line.text)
    } else {
        line.text.clone()
    };
    let text = text.replace(FORCED, &style.red(FORCED));
    format!("{pad}{sign} {text}")
}

fn header(out: &mut String, group: &Folded<'_>, style: Style) {
    let change = group.changes[0];
    let n = group.changes.len();
    let addr = style.bold(&group.title());
    let many = if n > 1 {
        format!(" ({n} instances)")
    } else {
        String::new()
    };
    let what = match change.action {
        Action::Create => "will be created".to_owned(),
        Action::Read => "will be read during apply".to_owned(),
        Action::Update => "will be updated in-place".to_owned(),
        Action::Delete => format!("will be {}", style.red("destroyed")),
        Action::DeleteThenCreate | Action::CreateThenDelete => match change.reason {
            Some(ActionReason::ReplaceBecauseTainted) => {
                format!("is tainted, so must be {}", style.red("replaced"))
            }
            Some(ActionReason::ReplaceByRequest) => {
                format!("will be {}, as requested", style.red("replaced"))
            }
            Some(ActionReason::ReplaceByTriggers) => {
                format!(
                    "will be {} due to changes in replace_triggered_by",
                    style.red("replaced")
                )
            }
            _ => format!("must be {}", style.red("replaced")),
        },
        Action::CreateThenForget => {
            "must be replaced, but the existing object will not be destroyed".to_owned()
        }
        Action::Forget => "will no longer be managed, but will not be destroyed".to_owned(),
        Action::NoOp => match (&change.previous_addr, &change.importing) {
            (Some(from), _) => format!("has moved from {from}"),
            (None, Some(id)) => format!("will be imported from {id:?}"),
            (None, None) => "does not change".to_owned(),
        },
    };
    let _ = writeln!(out, "  # {addr}{many} {what}");
    if change.generated_config.is_some() {
        let _ = writeln!(out, "  # (its configuration is generated)");
    }
    if change.keeps_object && matches!(change.action, Action::CreateThenForget | Action::Forget) {
        let _ = writeln!(out, "  # (its lifecycle has destroy = false)");
    }
    if let Some(why) = why(change) {
        let _ = writeln!(out, "  # ({why})");
    }
    if change.action != Action::NoOp
        && let Some(from) = &change.previous_addr
    {
        let _ = writeln!(out, "  # (moved from {from})");
    }
}

/// Why, in the words of the parentheses below an address.
pub(crate) fn why(change: &Change) -> Option<String> {
    let addr = &change.addr;
    Some(match change.reason? {
        ActionReason::DeleteBecauseNoResourceConfig => {
            format!("because {} is not in configuration", addr.resource)
        }
        ActionReason::DeleteBecauseWrongRepetition => {
            "because its key does not fit count or for_each".to_owned()
        }
        ActionReason::DeleteBecauseCountIndex => {
            format!("because index {} is out of range for count", addr.key)
        }
        ActionReason::DeleteBecauseEachKey => {
            format!("because key {} is not in for_each map", addr.key)
        }
        ActionReason::DeleteBecauseEnabledFalse => "because enabled is false".to_owned(),
        ActionReason::DeleteBecauseNoModule => {
            format!("because {} is not in configuration", addr.resource.module)
        }
        ActionReason::DeleteBecauseNoMoveTarget => {
            "because it was moved to an address without configuration".to_owned()
        }
        ActionReason::ReadBecauseConfigUnknown => {
            "config refers to values not yet known".to_owned()
        }
        ActionReason::ReadBecauseDependencyPending => {
            "depends on a resource with changes pending".to_owned()
        }
        ActionReason::ReadBecauseCheckNested => {
            "config will be reloaded to verify a check block".to_owned()
        }
        ActionReason::ReplaceBecauseCannotUpdate
        | ActionReason::ReplaceBecauseTainted
        | ActionReason::ReplaceByRequest
        | ActionReason::ReplaceByTriggers => return None,
    })
}

fn drift(out: &mut String, plan: &Plan, registry: &Registry, style: Style) {
    let shown: Vec<&Drift> = plan
        .drift
        .iter()
        .filter(|d| plan.mode == PlanMode::RefreshOnly || matters(plan, d))
        .collect();
    if shown.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "{}\n",
        style.bold("Note: Objects have changed outside of cairn")
    );
    let _ = writeln!(out, "The following was found since the last apply:\n");
    let empty = BlockSchema::default();
    for d in shown {
        let r = &d.addr.resource.resource;
        let schema = schema(registry, &d.provider.provider, r.mode, &r.ty).unwrap_or(&empty);
        let (sign, words) = if d.after.is_some() {
            ("~", "has changed")
        } else {
            ("-", "has been deleted")
        };
        let _ = writeln!(out, "  # {} {words}", style.bold(&d.addr.to_string()));
        let _ = writeln!(
            out,
            "  {} resource \"{}\" \"{}\" {{",
            style.sign(sign),
            r.ty,
            r.name
        );
        let sides = Sides {
            before: Some(d.before.remote.value.value()),
            after: d.after.as_ref().map(|o| o.remote.value.value()),
            sensitive: &d.before.sensitive,
            sensitive_after: None,
            replace: &[],
        };
        for line in diff::object(schema, &sides) {
            if d.after.is_none()
                && !matches!(line.attribute.as_str(), "id" | "name" | "instance_name")
            {
                continue;
            }
            let _ = writeln!(out, "{}", painted(&line, style));
        }
        let _ = writeln!(out, "    }}\n");
    }
}

/// Whether the plan does something about a drifted object.
fn matters(plan: &Plan, drift: &Drift) -> bool {
    plan.changes
        .iter()
        .any(|c| c.addr == drift.addr && c.action != Action::NoOp)
}

fn output_changes(out: &mut String, plan: &Plan, style: Style) {
    let _ = writeln!(out, "\nChanges to Outputs:");
    let shown: Vec<_> = plan
        .outputs
        .iter()
        .filter(|o| o.action != Action::NoOp)
        .collect();
    let width = shown
        .iter()
        .map(|o| o.name.chars().count())
        .max()
        .unwrap_or(0);
    for o in shown {
        let fill = " ".repeat(width - o.name.chars().count());
        let hidden = o.after_sensitive() || o.before_sensitive;
        let before = o.before.as_ref().map(cairn_value::Known::value);
        let notes = |gone| Notes {
            gone,
            forced: false,
        };
        let (sign, rows) = match (before, &o.after) {
            _ if hidden => (
                if before.is_some() { '~' } else { '+' },
                vec![row(SENSITIVE)],
            ),
            (None, Some(after)) => ('+', whole(&Node::of(after, true), '+', notes(false))),
            (Some(before), None) => ('-', whole(&Node::of(before, true), '-', notes(true))),
            (Some(before), Some(after)) => ('~', changed(before, after, true, false)),
            (None, None) => continue,
        };
        for (i, r) in rows.into_iter().enumerate() {
            let line = if i == 0 {
                Line {
                    indent: 2,
                    sign,
                    text: format!("{}{fill} = {}", o.name, r.text),
                    attribute: String::new(),
                }
            } else {
                Line {
                    indent: 2 + r.indent,
                    sign: r.sign,
                    text: r.text,
                    attribute: String::new(),
                }
            };
            let _ = writeln!(out, "{}", painted(&line, style));
        }
    }
}
