//! Decides how the history of a state looks, for people and as JSON: each command that wrote, the newest first, with its commits.

use std::fmt::Write as _;

use cairn_state::{Commit, Session};
use serde_json::{Value as Json, json};

use super::style::Style;

/// How much of a configuration's digest is shown.
const SHORT: usize = 12;

/// The history for people.
pub(crate) fn render(sessions: &[&Session], style: Style) -> String {
    let mut out = String::new();
    for session in sessions {
        let head = match &session.info {
            Some(info) => format!(
                "{} by {}, {}",
                style.bold(&info.operation),
                info.who,
                info.created
            ),
            None => style.bold("somebody"),
        };
        let _ = writeln!(out, "{head}");
        if let Some(digest) = &session.configuration {
            let _ = writeln!(
                out,
                "  configuration {}",
                digest.get(..SHORT).unwrap_or(digest)
            );
        }
        if session.ended.is_none() {
            let _ = writeln!(out, "  did not end orderly, or runs still");
        }
        if !session.summary.is_empty() {
            let _ = writeln!(out, "  {}", session.summary);
        }
        for commit in session.commits.iter().rev() {
            let at = if commit.at.is_empty() {
                String::new()
            } else {
                format!("  {}", commit.at)
            };
            let _ = writeln!(out, "  serial {}{at}  {}", commit.serial, what(commit));
        }
        out.push('\n');
    }
    out
}

/// What a commit did, in a few words.
fn what(commit: &Commit) -> String {
    let counted = [
        (commit.added, "added"),
        (commit.changed, "changed"),
        (commit.removed, "removed"),
    ];
    let mut words: Vec<String> = counted
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{n} {what}"))
        .collect();
    match commit.outputs {
        0 => {}
        1 => words.push("1 output".to_owned()),
        n => words.push(format!("{n} outputs")),
    }
    if words.is_empty() {
        "nothing recorded otherwise".to_owned()
    } else {
        words.join(", ")
    }
}

/// The history as one JSON object.
pub(crate) fn json(sessions: &[&Session]) -> String {
    let commit = |c: &Commit| {
        json!({
            "serial": c.serial.0,
            "at": c.at,
            "intent": c.intent.map(|i| i.0),
            "added": c.added,
            "changed": c.changed,
            "removed": c.removed,
            "outputs": c.outputs,
        })
    };
    let session = |s: &&Session| {
        let info = s.info.as_ref();
        json!({
            "operation": info.map(|i| i.operation.as_str()),
            "who": info.map(|i| i.who.as_str()),
            "version": info.map(|i| i.version.as_str()),
            "began": info.map(|i| i.created.as_str()),
            "ended": s.ended,
            "configuration": s.configuration,
            "summary": s.summary,
            "commits": s.commits.iter().rev().map(commit).collect::<Vec<_>>(),
        })
    };
    let commands: Vec<Json> = sessions.iter().map(session).collect();
    json!({ "format_version": "1.0", "commands": commands }).to_string()
}
