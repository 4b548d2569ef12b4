//! Decides how a plan is printed: Terraform's layout; equal instances of one resource folded into one block with a range; what a
//! change costs said beside it; the number of remote calls before the summary.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cairn_model::{
    Action, ActionReason, BlockSchema, Change, Drift, Impact, InstanceKey, Plan, PlanMode,
    ResourceMode,
};
use cairn_provider::Registry;
use cairn_value::Value;

use super::diff::{self, Line, Sides};
use super::secret::marked;
use super::style::Style;
use super::value::{SENSITIVE, UNKNOWN, inline, signed};

/// So many equal changes of one resource in a row are folded.
const FOLD_FROM: usize = 4;

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

fn is_shown(change: &Change) -> bool {
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
        (Action::Read, "read (data resources)"),
        (Action::Forget, "forget (no longer managed, not destroyed)"),
    ] {
        if any(action) {
            let _ = writeln!(out, "{} {words}", style.action(action));
        }
    }
    out.push('\n');
}

/// One change, and those that are equal to it but for the attributes that vary.
struct Folded<'p> {
    changes: Vec<&'p Change>,
}

/// Puts consecutive equal changes of one resource together.
fn folded<'p>(changes: &[&'p Change]) -> Vec<Folded<'p>> {
    let mut groups: Vec<Folded<'p>> = Vec::new();
    let mut start = 0;
    while start < changes.len() {
        let first = changes[start];
        let run = changes[start..]
            .iter()
            .take_while(|c| alike(first, c))
            .count();
        if run >= FOLD_FROM {
            groups.push(Folded {
                changes: changes[start..start + run].to_vec(),
            });
        } else {
            groups.extend(
                changes[start..start + run]
                    .iter()
                    .map(|c| Folded { changes: vec![*c] }),
            );
        }
        start += run;
    }
    groups
}

/// Whether two changes can share a block: same resource, action and reason, and the same attributes change.
fn alike(a: &Change, b: &Change) -> bool {
    let simple =
        |c: &Change| c.previous_addr.is_none() && c.importing.is_none() && c.deposed.is_none();
    std::ptr::eq(a, b)
        || (a.addr.resource == b.addr.resource
            && a.action == b.action
            && a.reason == b.reason
            && simple(a)
            && simple(b)
            && a.replace_paths == b.replace_paths
            && a.notes == b.notes
            && changed_attributes(a) == changed_attributes(b))
}

fn changed_attributes(change: &Change) -> Vec<bool> {
    let before = change.before.as_ref().map(|o| o.remote.value.value());
    let (Some(before), Some(after)) = (before.and_then(Value::as_object), change.after.as_object())
    else {
        return change
            .after
            .as_object()
            .map(|o| o.values().iter().map(Value::is_null).collect())
            .unwrap_or_default();
    };
    after
        .iter()
        .map(|(n, v)| before.get(n).is_none_or(|b| b.peel() != v.peel()))
        .collect()
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
    let sides = Sides {
        before: before
            .as_ref()
            .filter(|_| !matches!(change.action, Action::Create | Action::Read)),
        after: Some(&after).filter(|v| !v.is_null()),
        sensitive: change.before.as_ref().map_or(&[], |o| &o.sensitive),
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
        if line.text.is_empty() {
            out.push('\n');
            continue;
        }
        let pad = " ".repeat(line.indent);
        let sign = style.sign(&line.sign.to_string());
        let text = if line.text.trim_start().starts_with("# (") {
            style.faint(&line.text)
        } else {
            line.text.clone()
        };
        let text = text.replace("# forces replacement", &style.red("# forces replacement"));
        let _ = writeln!(out, "{pad}{sign} {text}");
    }
    let _ = writeln!(out, "    }}\n");
}

/// The lines of the first object; where others differ in an attribute, the first and last value as a range.
fn merge(all: &[Vec<Line>]) -> Vec<Line> {
    let (Some(first), Some(last)) = (all.first(), all.last()) else {
        return Vec::new();
    };
    if all.len() == 1 {
        return first.clone();
    }
    let by_attribute = |lines: &[Line]| -> BTreeMap<String, Vec<Line>> {
        let mut map: BTreeMap<String, Vec<Line>> = BTreeMap::new();
        for line in lines {
            map.entry(line.attribute.clone())
                .or_default()
                .push(line.clone());
        }
        map
    };
    let maps: Vec<_> = all.iter().map(|l| by_attribute(l)).collect();
    let last = by_attribute(last);
    let mut out: Vec<Line> = Vec::new();
    let mut told: Option<&str> = None;
    for line in first {
        let varies = maps
            .iter()
            .any(|m| m.get(&line.attribute) != maps[0].get(&line.attribute));
        if !varies {
            out.push(line.clone());
            continue;
        }
        if told == Some(line.attribute.as_str()) {
            continue;
        }
        told = Some(&line.attribute);
        let own = &maps[0][&line.attribute];
        let other = last.get(&line.attribute).map_or(&[][..], Vec::as_slice);
        let text = match (own.as_slice(), other) {
            ([one], [other]) => {
                let value = |t: &str| {
                    t.split_once(" = ")
                        .map(|(_, v)| v.to_owned())
                        .unwrap_or_default()
                };
                format!("{} … {}", one.text, value(&other.text))
            }
            _ => format!("{} # differs from instance to instance", line.text),
        };
        out.push(Line {
            text,
            ..line.clone()
        });
    }
    out
}

fn header(out: &mut String, group: &Folded<'_>, style: Style) {
    let change = group.changes[0];
    let n = group.changes.len();
    let addr = if n > 1 {
        range(&group.changes)
    } else {
        change.addr.to_string()
    };
    let addr = change
        .deposed
        .as_ref()
        .map_or(addr.clone(), |key| format!("{addr} (deposed object {key})"));
    let addr = style.bold(&addr);
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
        Action::Forget => "will no longer be managed, but will not be destroyed".to_owned(),
        Action::NoOp => match (&change.previous_addr, &change.importing) {
            (Some(from), _) => format!("has moved from {from}"),
            (None, Some(id)) => format!("will be imported from {id:?}"),
            (None, None) => "does not change".to_owned(),
        },
    };
    let _ = writeln!(out, "  # {addr}{many} {what}");
    if let Some(why) = why(change) {
        let _ = writeln!(out, "  # ({why})");
    }
    if change.action != Action::NoOp
        && let Some(from) = &change.previous_addr
    {
        let _ = writeln!(out, "  # (moved from {from})");
    }
}

fn why(change: &Change) -> Option<String> {
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
        ActionReason::ReplaceBecauseCannotUpdate
        | ActionReason::ReplaceBecauseTainted
        | ActionReason::ReplaceByRequest
        | ActionReason::ReplaceByTriggers => return None,
    })
}

/// `web[0..119]`, or first and last key where the keys are no unbroken run.
fn range(changes: &[&Change]) -> String {
    let (first, last) = (&changes[0].addr, &changes[changes.len() - 1].addr);
    match (&first.key, &last.key) {
        (InstanceKey::Index(a), InstanceKey::Index(b)) if b - a + 1 == changes.len() as u64 => {
            format!("{}[{a}..{b}]", first.resource)
        }
        (a, b) => format!("{}{a} … {b}", first.resource),
    }
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
            replace: &[],
        };
        for line in diff::object(schema, &sides) {
            if d.after.is_none()
                && !matches!(line.attribute.as_str(), "id" | "name" | "instance_name")
            {
                continue;
            }
            let _ = writeln!(
                out,
                "{}{} {}",
                " ".repeat(line.indent),
                style.sign(&line.sign.to_string()),
                line.text
            );
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

fn calls(out: &mut String, plan: &Plan) {
    if plan.calls.is_empty() {
        return;
    }
    let total: u32 = plan.calls.iter().map(|c| c.calls).sum();
    let each: Vec<String> = plan
        .calls
        .iter()
        .map(|c| {
            if c.objects == c.calls {
                format!("{} {}", c.calls, c.operation)
            } else {
                format!("{} {} ({} objects)", c.calls, c.operation, c.objects)
            }
        })
        .collect();
    let (s, verb) = if total == 1 {
        ("", "changes")
    } else {
        ("s", "change")
    };
    let _ = writeln!(
        out,
        "The apply will make {total} API call{s} that {verb} something: {}.\n",
        each.join(", ")
    );
}

/// Numbers of a plan's actions: to import, add, change, destroy, forget.
pub(crate) fn counts(plan: &Plan) -> [usize; 5] {
    let mut n = [0; 5];
    for c in plan
        .changes
        .iter()
        .filter(|c| c.mode() == ResourceMode::Managed)
    {
        n[0] += usize::from(c.importing.is_some());
        match c.action {
            Action::Create => n[1] += 1,
            Action::Update => n[2] += 1,
            Action::Delete => n[3] += 1,
            Action::DeleteThenCreate | Action::CreateThenDelete => {
                n[1] += 1;
                n[3] += 1;
            }
            Action::Forget => n[4] += 1,
            Action::NoOp | Action::Read => {}
        }
    }
    n
}

fn summary(plan: &Plan, style: Style) -> String {
    let [import, add, change, destroy, forget] = counts(plan);
    let import = if import > 0 {
        format!("{import} to import, ")
    } else {
        String::new()
    };
    let forget = if forget > 0 {
        format!(", {forget} to forget")
    } else {
        String::new()
    };
    format!(
        "{} {import}{add} to add, {change} to change, {destroy} to destroy{forget}.",
        style.bold("Plan:")
    )
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
        let (sign, lines) = match (before, &o.after) {
            _ if hidden => (
                if before.is_some() { "~" } else { "+" },
                vec![SENSITIVE.to_owned()],
            ),
            (None, Some(after)) => ("+", signed(after, "+", true)),
            (Some(before), None) => ("-", vec![format!("{} -> null", inline(before))]),
            (Some(before), Some(after)) if after.is_unknown() => {
                ("~", vec![format!("{} -> {UNKNOWN}", inline(before))])
            }
            (Some(before), Some(after)) => ("~", diff::changed(before, after)),
            (None, None) => continue,
        };
        let _ = writeln!(
            out,
            "  {} {}{fill} = {}",
            style.sign(sign),
            o.name,
            lines[0]
        );
        for line in &lines[1..] {
            let _ = writeln!(out, "    {line}");
        }
    }
}
