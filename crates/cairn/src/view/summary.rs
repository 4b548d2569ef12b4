//! Decides how a plan is summed up: what it does to how many objects of which type, and how many remote calls that takes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cairn_model::{Action, Change, Plan, ResourceMode};

use super::style::Style;

/// With more changes than this, a table of them stands before the changes themselves.
const TABLE_FROM: usize = 21;

/// The columns of a table of changes.
pub(crate) const COLUMNS: [&str; 7] = [
    "import", "create", "update", "replace", "destroy", "forget", "read",
];

/// How many objects of each type have which action; the actions as in [`COLUMNS`].
pub(crate) fn by_type<'p>(
    changes: impl Iterator<Item = &'p Change>,
) -> BTreeMap<String, [usize; COLUMNS.len()]> {
    let mut table: BTreeMap<String, [usize; COLUMNS.len()]> = BTreeMap::new();
    for c in changes {
        let ty = &c.addr.resource.resource.ty;
        let ty = match c.mode() {
            ResourceMode::Data => format!("data.{ty}"),
            _ => ty.to_string(),
        };
        let column = match c.action {
            Action::Create => Some(1),
            Action::Update => Some(2),
            Action::DeleteThenCreate | Action::CreateThenDelete | Action::CreateThenForget => {
                Some(3)
            }
            Action::Delete => Some(4),
            Action::Forget => Some(5),
            Action::Read => Some(6),
            Action::NoOp => None,
        };
        let imported = c.importing.is_some();
        if column.is_none() && !imported {
            continue;
        }
        let row = table.entry(ty).or_default();
        row[0] += usize::from(imported);
        if let Some(column) = column {
            row[column] += 1;
        }
    }
    table
}

/// The columns of a table that are not empty.
pub(crate) fn used(table: &BTreeMap<String, [usize; COLUMNS.len()]>) -> Vec<usize> {
    (0..COLUMNS.len())
        .filter(|c| table.values().any(|row| row[*c] > 0))
        .collect()
}

/// The table for a long plan; empty for a short one.
pub(crate) fn table(changes: &[&Change], style: Style) -> String {
    let mut out = String::new();
    if changes.len() < TABLE_FROM {
        return out;
    }
    let table = by_type(changes.iter().copied());
    let columns = used(&table);
    let width = table.keys().map(|t| t.chars().count()).max().unwrap_or(0);
    let _ = write!(out, "{}", style.bold(&format!("  {:width$}", "type")));
    for c in &columns {
        let _ = write!(out, "{}", style.bold(&format!("  {:>7}", COLUMNS[*c])));
    }
    out.push('\n');
    for (ty, row) in &table {
        let _ = write!(out, "  {ty:width$}");
        for c in &columns {
            let number = match row[*c] {
                0 => String::new(),
                n => n.to_string(),
            };
            let _ = write!(out, "  {number:>7}");
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    out.push('\n');
    out
}

/// How many remote calls the apply makes.
pub(super) fn calls(out: &mut String, plan: &Plan) {
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
            Action::CreateThenForget => {
                n[1] += 1;
                n[4] += 1;
            }
            Action::Forget => n[4] += 1,
            Action::NoOp | Action::Read => {}
        }
    }
    n
}

/// The line that every plan ends with.
pub(crate) fn summary(plan: &Plan, style: Style) -> String {
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
