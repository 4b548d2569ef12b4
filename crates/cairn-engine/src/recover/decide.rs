//! Decides what a recovered call means: committed, abandoned, or still open. Pure.

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_model::{ApplyCall, ApplyKind, Mutation, State};
use cairn_provider::{ApplyResponse, Registry};

use crate::apply::outcome::{id_of, outcome};
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
        /// What is said at once.
        text: String,
    },
}

/// Decides from what the provider found out about each object of the call.
pub(super) fn decide(
    call: &ApplyCall,
    answers: Vec<ApplyResponse>,
    registry: &Registry,
) -> Decision {
    let (verb, what) = named(call);
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
        diagnostics.push(undecided(call));
        return Decision::LeaveOpen {
            diagnostics,
            text: left_open(call),
        };
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
        .flat_map(|(r, a)| outcome(&call.provider, r, a, registry).mutations)
        .collect();
    let all = call.requests.len();
    Decision::Commit {
        mutations,
        text: format!(
            "The {verb} of {what} in an interrupted apply was found ({found} of {all}) and recorded."
        ),
    }
}

/// What a call did, and to what.
fn named(call: &ApplyCall) -> (&'static str, String) {
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
    (verb, what)
}

/// What is said at once of a call that stays open.
pub(super) fn left_open(call: &ApplyCall) -> String {
    let (verb, what) = named(call);
    format!(
        "Whether the {verb} of {what} in an interrupted apply happened cannot be found out; it is left out, with all that depends on it."
    )
}

/// The message for a call that stays open.
pub(super) fn undecided(call: &ApplyCall) -> Diagnostic {
    let (verb, what) = named(call);
    Diagnostic::error("interrupted-call-undecided", "Interrupted apply not decided")
        .detail(format!(
            "An earlier apply was interrupted during the {verb} of {what} (call {}), and it cannot be found out whether it happened. Nothing that depends on it is applied until this is decided, lest an object is made twice.",
            call.token
        ))
        .hint("Run the command again when the service can be reached. `cairn state intents` says what else can be done.")
}

/// Leaves the current object where it is if it is not the one that a found object replaces: there is none any more, that one
/// was set aside already, or it is the found object itself, recorded when only a part of its call was decided.
pub(super) fn fitted(mutations: Vec<Mutation>, state: &State) -> Vec<Mutation> {
    let id_at = |at: usize| match mutations.get(at) {
        Some(Mutation::Put { object, .. }) => id_of(&object.remote),
        _ => None,
    };
    let fits = |at: usize, mutation: &Mutation| match mutation {
        Mutation::Depose { addr, key } => state.instances.get(addr).is_some_and(|entry| {
            let current = entry.current.as_ref().map(|o| id_of(&o.remote));
            // What is set aside is followed by what takes its place.
            current.is_some_and(|id| id.is_none() || id != id_at(at + 1))
                && !entry.deposed.contains_key(key)
        }),
        _ => true,
    };
    let kept: Vec<bool> = mutations
        .iter()
        .enumerate()
        .map(|(at, m)| fits(at, m))
        .collect();
    let mut kept = kept.into_iter();
    mutations
        .into_iter()
        .filter(|_| kept.next().unwrap_or(true))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cairn_model::{
        AbsProviderConfig, AbsResourceInstance, DeposedKey, InstanceKey, Module, ObjectStatus,
        ProviderAddr, RecordInfo, RemoteObject,
    };
    use cairn_value::{Known, Value, name};

    use super::*;

    fn addr() -> AbsResourceInstance {
        "test_thing.a".parse().unwrap()
    }

    fn depose() -> Mutation {
        Mutation::Depose {
            addr: addr(),
            key: DeposedKey(Arc::from("0a1b2c3d")),
        }
    }

    fn put(id: Option<&str>) -> Mutation {
        let id = id.map(|id| (name("id"), Value::string(id)));
        let remote = RemoteObject {
            value: Known::try_from(Value::object(id)).unwrap(),
            private: Arc::from([]),
            schema_version: 0,
        };
        Mutation::Put {
            addr: addr(),
            deposed: None,
            provider: AbsProviderConfig {
                module: Module::root(),
                provider: ProviderAddr::builtin(),
                alias: None,
                key: InstanceKey::None,
            },
            object: Arc::new(RecordInfo::default().object(remote, ObjectStatus::Ready)),
        }
    }

    fn state(mutations: &[Mutation]) -> State {
        let mut state = State::default();
        for m in mutations {
            state.apply(m).unwrap();
        }
        state
    }

    #[test]
    fn what_a_found_object_replaces_is_set_aside_once() {
        let found = |id| vec![depose(), put(id)];
        for (recorded, id, sets_aside) in [
            (vec![put(Some("old"))], Some("new"), true),
            // Things without an id cannot be told apart.
            (vec![put(None)], None, true),
            // Nothing is there to be set aside.
            (vec![], Some("new"), false),
            // Recorded already, with the old object still to be deleted, or deleted meanwhile.
            (
                vec![put(Some("old")), depose(), put(Some("new"))],
                Some("new"),
                false,
            ),
            (vec![put(None), depose(), put(None)], None, false),
            (vec![put(Some("new"))], Some("new"), false),
        ] {
            let mut state = state(&recorded);
            let kept = fitted(found(id), &state);
            assert_eq!(kept.len(), 1 + usize::from(sets_aside), "{recorded:?}");
            for m in &kept {
                state.apply(m).unwrap();
            }
            let entry = &state.instances[&addr()];
            assert!(
                entry
                    .current
                    .as_ref()
                    .is_some_and(|o| id_of(&o.remote).as_deref() == id)
            );
        }
    }
}
