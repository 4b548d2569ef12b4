//! Decides what a recovered call means: committed, abandoned, or still open. Pure.

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_model::{ApplyCall, ApplyKind, Mutation};
use cairn_provider::ApplyResponse;

use crate::apply::outcome::outcome;
use crate::sessions::diagnostic;

/// What to do about an open intent.
#[derive(Debug, PartialEq)]
pub(super) enum Decision {
    /// It happened, at least in part: record this.
    Commit {
        /// What is recorded.
        mutations: Vec<Mutation>,
        /// What is said.
        text: String,
    },
    /// It did not happen.
    Abandon {
        /// What is said.
        text: String,
    },
    /// It cannot be said.
    LeaveOpen {
        /// Why, and what to do.
        diagnostics: Diagnostics,
    },
}

/// Decides from what the provider found out about each object of the call.
pub(super) fn decide(call: &ApplyCall, answers: Vec<ApplyResponse>) -> Decision {
    let first = call.requests.first();
    let what = match (first, call.requests.len()) {
        (None, _) => "nothing".to_owned(),
        (Some(r), 1) => r.addr.to_string(),
        (Some(r), n) => format!("{} and {} more", r.addr, n - 1),
    };
    let verb = match first.map(|r| r.kind) {
        Some(ApplyKind::Create) | None => "creation",
        Some(ApplyKind::Update) => "change",
        Some(ApplyKind::Delete) => "deletion",
    };
    let complete = answers.len() == call.requests.len();
    if !complete
        || answers
            .iter()
            .any(|a| matches!(a, ApplyResponse::Unsure(_)))
    {
        let mut diagnostics: Diagnostics = answers
            .into_iter()
            .zip(&call.requests)
            .filter_map(|(a, r)| match a {
                ApplyResponse::Unsure(problems) => Some((problems, r)),
                _ => None,
            })
            .flat_map(|(problems, r)| {
                problems
                    .into_iter()
                    .map(|p| diagnostic(p, Some(&r.addr.to_string())))
            })
            .collect();
        diagnostics.push(
            Diagnostic::error("interrupted-call-undecided", "Interrupted apply not decided")
                .detail(format!(
                    "An earlier apply was interrupted during the {verb} of {what} (call {}), and it cannot be found out whether it happened. Nothing is applied until this is decided, lest an object is made twice.",
                    call.token
                ))
                .hint("Run the command again when the service can be reached."),
        );
        return Decision::LeaveOpen { diagnostics };
    }
    let found = answers
        .iter()
        .filter(|a| !matches!(a, ApplyResponse::NotApplied(_)))
        .count();
    if found == 0 {
        return Decision::Abandon {
            text: format!(
                "The {verb} of {what} in an interrupted apply had not happened; it is planned anew."
            ),
        };
    }
    let mutations = call
        .requests
        .iter()
        .zip(answers)
        .flat_map(|(r, a)| outcome(&call.provider, r, a).mutations)
        .collect();
    let all = call.requests.len();
    Decision::Commit {
        mutations,
        text: format!(
            "The {verb} of {what} in an interrupted apply was found ({found} of {all}) and recorded."
        ),
    }
}
