//! Decides how calls look whose outcome is not recorded, for people and as JSON, and what is said to do about them.

use std::fmt::Write as _;

use cairn_model::ApplyKind;
use cairn_state::{Intent, LockInfo};
use serde_json::{Value as Json, json};

use super::style::Style;

/// How many addresses of a call are listed.
const SHOWN: usize = 10;

/// What a call does.
pub(crate) fn kind(intent: &Intent) -> &'static str {
    match intent.call.requests.first().map(|r| r.kind) {
        Some(ApplyKind::Create) | None => "creation",
        Some(ApplyKind::Update) => "change",
        Some(ApplyKind::Delete) => "deletion",
    }
}

/// The calls for people; `holder` is the command that runs now, if one does.
pub(crate) fn render(intents: &[Intent], holder: Option<&LockInfo>, style: Style) -> String {
    if intents.is_empty() {
        return format!(
            "{} What became of every call is recorded.\n",
            style.bold("No open intents.")
        );
    }
    let mut out = String::new();
    for intent in intents {
        let requests = &intent.call.requests;
        let _ = writeln!(
            out,
            "{}: {} of {} object{}, recorded {} before the call {}",
            style.bold(&intent.id.to_string()),
            kind(intent),
            requests.len(),
            if requests.len() == 1 { "" } else { "s" },
            intent.opened_at,
            intent.call.token
        );
        for request in requests.iter().take(SHOWN) {
            let _ = writeln!(out, "  {}", request.addr);
        }
        if requests.len() > SHOWN {
            let _ = writeln!(out, "  and {} more", requests.len() - SHOWN);
        }
    }
    out.push('\n');
    out.push_str(&what_to_do(holder));
    out
}

fn what_to_do(holder: Option<&LockInfo>) -> String {
    match holder {
        Some(holder) => format!(
            "{} (pid {}) is running `cairn {}`: its calls are under way, and there is nothing to do.\n",
            holder.who, holder.pid, holder.operation
        ),
        None => "It is not known whether these calls took effect. `cairn apply` looks them up and records what it finds. What it cannot \
                 find out stays open, and nothing that depends on it is applied. Look for the objects in the cloud yourself then; \
                 `cairn state abandon ID` closes the intent, and `cairn import ADDRESS OBJECT-ID` records an object that does exist.\n"
            .to_owned(),
    }
}

/// The calls as one JSON object.
pub(crate) fn json(intents: &[Intent], holder: Option<&LockInfo>) -> String {
    let one = |intent: &Intent| {
        let requests = &intent.call.requests;
        json!({
            "id": intent.id.0,
            "opened_at": intent.opened_at,
            "token": intent.call.token.to_string(),
            "kind": kind(intent),
            "type": requests.first().map(|r| r.ty.to_string()),
            "addresses": requests.iter().map(|r| r.addr.to_string()).collect::<Vec<_>>(),
        })
    };
    json!({
        "format_version": "1.0",
        "under_way": holder.is_some(),
        "intents": intents.iter().map(one).collect::<Vec<Json>>(),
    })
    .to_string()
}
