//! Decides how an explanation of a planned change reads, for people and as JSON.

use std::fmt::Write as _;

use cairn_model::Action;
use serde_json::{Value as Json, json};

use super::style::Style;
use crate::explain::{Cause, Cost, Explanation, Neighbour, Place};

fn words(action: Action) -> &'static str {
    match action {
        Action::NoOp => "is left alone",
        Action::Create => "is created",
        Action::Read => "is read",
        Action::Update => "is updated in place",
        Action::DeleteThenCreate => "is replaced: destroyed, then created anew",
        Action::CreateThenDelete => "is replaced: created anew, then the old object is destroyed",
        Action::CreateThenForget => {
            "is replaced: created anew, then the old object is forgotten, and not destroyed"
        }
        Action::Delete => "is destroyed",
        Action::Forget => "is no longer managed, and not destroyed",
    }
}

/// As text.
pub(crate) fn render(all: &[Explanation<'_>], style: Style) -> String {
    let mut out = String::new();
    for (i, e) in all.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        one(&mut out, e, style);
    }
    out
}

fn one(out: &mut String, e: &Explanation<'_>, style: Style) {
    let action = e.change.action;
    let many = match e.alike.as_slice() {
        [] => String::new(),
        [only] => format!(" (and likewise {only})"),
        [.., last] => format!(" (and likewise {} others, up to {last})", e.alike.len()),
    };
    let _ = writeln!(
        out,
        "{} {}{many} {}.",
        style.action(action).trim_start(),
        style.bold(&e.change.addr.to_string()),
        words(action)
    );
    let _ = writeln!(out, "\nWhy\n  {}", e.reason);
    if let Some(place) = &e.place {
        at(out, place, style);
    }
    for cause in &e.causes {
        causes(out, cause, style);
    }
    if !e.consequences.is_empty() {
        let _ = writeln!(out, "\n  As a consequence: {}.", e.consequences.join(", "));
    }
    let _ = writeln!(out, "\nWhat it costs\n  {}", cost(e));
    for rule in &e.rules {
        let _ = writeln!(out, "  {rule}");
    }
    neighbours(out, "What it depends on", &e.depends_on);
    neighbours(out, "What waits for it", &e.awaited_by);
}

fn at(out: &mut String, place: &Place, style: Style) {
    let Place {
        file,
        line,
        column,
        snippet,
    } = place;
    let _ = writeln!(
        out,
        "    {}",
        style.faint(&format!("{file}:{line}:{column}"))
    );
    let _ = writeln!(out, "      {snippet}");
}

fn causes(out: &mut String, cause: &Cause, style: Style) {
    out.push('\n');
    if cause.drifted {
        let _ = writeln!(out, "  {} was changed outside of cairn.", cause.attribute);
    }
    if let Some(place) = &cause.place {
        at(out, place, style);
    }
    let indent = cause.lines.iter().map(|l| l.indent).min().unwrap_or(0);
    for line in &cause.lines {
        let _ = writeln!(
            out,
            "  {}{} {}",
            " ".repeat(line.indent - indent),
            style.sign(&line.sign.to_string()),
            line.text
        );
    }
    for rule in &cause.rules {
        let _ = writeln!(out, "    {}", style.yellow(rule));
    }
    if cause.forces_replacement && cause.rules.is_empty() {
        let rule = no_update(cause);
        let _ = writeln!(out, "    {}", style.yellow(&rule));
    }
}

fn no_update(cause: &Cause) -> String {
    format!(
        "The provider cannot change {} of an existing object; another object takes its place.",
        cause.attribute
    )
}

fn cost(e: &Explanation<'_>) -> &'static str {
    match (e.cost, e.change.action) {
        (Cost::Nothing, Action::NoOp | Action::Read) => "Nothing: nothing is changed.",
        (Cost::Nothing, Action::Create) => "Nothing that exists is touched.",
        (Cost::Nothing, Action::Forget) => "Nothing: the object stays as it is.",
        (Cost::Nothing, Action::CreateThenForget) => {
            "Nothing is lost: the old object stays as it is, but is no longer managed."
        }
        (Cost::Nothing, _) => "Nothing: it goes on working while it is changed.",
        (Cost::Reboot, _) => "A reboot.",
        (Cost::StopStart, _) => "A stop and a start.",
        (Cost::DataLoss, Action::CreateThenDelete) => {
            "Data loss: the old object goes, with what only it holds; its replacement is there before."
        }
        (Cost::DataLoss, _) => "Data loss: what only the object holds is gone.",
    }
}

fn neighbours(out: &mut String, title: &str, all: &[Neighbour]) {
    if all.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{title}");
    for n in all {
        let actions: Vec<&str> = n.actions.iter().map(|a| words(*a)).collect();
        let what = if actions.is_empty() {
            "not in this plan".to_owned()
        } else {
            actions.join("; ")
        };
        let _ = writeln!(out, "  {} ({what})", n.address);
    }
}

/// As one JSON object.
pub(crate) fn document(all: &[Explanation<'_>]) -> String {
    let all: Vec<Json> = all.iter().map(explanation).collect();
    json!({ "format_version": "1.0", "explanations": all }).to_string()
}

fn explanation(e: &Explanation<'_>) -> Json {
    let causes: Vec<Json> = e
        .causes
        .iter()
        .map(|c| {
            let indent = c.lines.iter().map(|l| l.indent).min().unwrap_or(0);
            let lines: Vec<String> = c
                .lines
                .iter()
                .map(|l| format!("{}{} {}", " ".repeat(l.indent - indent), l.sign, l.text))
                .collect();
            let mut rules = c.rules.clone();
            if c.forces_replacement && rules.is_empty() {
                rules.push(no_update(c));
            }
            json!({
                "attribute": c.attribute,
                "place": c.place.as_ref().map(place),
                "diff": lines,
                "forces_replacement": c.forces_replacement,
                "drifted": c.drifted,
                "rules": rules,
            })
        })
        .collect();
    json!({
        "address": e.change.addr.to_string(),
        "alike": e.alike,
        "deposed": e.change.deposed.as_ref().map(ToString::to_string),
        "actions": e.change.action.json(),
        "action_reason": e.change.reason.map(cairn_model::ActionReason::json),
        "reason": e.reason,
        "place": e.place.as_ref().map(place),
        "causes": causes,
        "consequences": e.consequences,
        "cost": e.cost.json(),
        "rules": e.rules,
        "depends_on": e.depends_on.iter().map(neighbour).collect::<Vec<_>>(),
        "awaited_by": e.awaited_by.iter().map(neighbour).collect::<Vec<_>>(),
    })
}

fn place(place: &Place) -> Json {
    json!({ "file": place.file, "line": place.line, "column": place.column, "snippet": place.snippet })
}

fn neighbour(n: &Neighbour) -> Json {
    let actions: Vec<_> = n.actions.iter().map(|a| a.json()).collect();
    json!({ "address": n.address, "actions": actions })
}
