//! Decides how a command changes the record by hand: under the lock, in one commit, and not where a call of an
//! interrupted apply is open.

use cairn_diag::Diagnostic;
use cairn_engine::state_problem;
use cairn_model::{AbsResourceInstance, Mutation, State};
use cairn_state::StateStore;
use clap::ArgMatches;

use crate::run::open;
use crate::settings::Settings;

/// What a change by hand comes to: the mutations, and what the command wants to say about them.
pub(crate) type Edited<T> = Result<(Vec<Mutation>, T), Diagnostic>;

/// Opens the state, lets `change` decide on what is recorded, and commits that. Nothing is written where it fails.
pub(crate) fn edit<T>(
    settings: &Settings,
    matches: &ArgMatches,
    operation: &str,
    change: impl FnOnce(&State) -> Edited<T>,
) -> Result<T, Diagnostic> {
    let mut store = open(settings, matches, operation)?;
    let done = commit(&mut *store, change);
    let closed = store.close().map_err(|e| state_problem(&e));
    let said = done?;
    closed?;
    Ok(said)
}

/// The same in a store that is open already.
pub(crate) fn commit<T>(
    store: &mut dyn StateStore,
    change: impl FnOnce(&State) -> Edited<T>,
) -> Result<T, Diagnostic> {
    let open = store.open_intents().map_err(|e| state_problem(&e))?;
    let state = store.load().map_err(|e| state_problem(&e))?;
    let (mutations, said) = change(&state)?;
    let waits = |addr: &AbsResourceInstance| {
        let mut requests = open.iter().flat_map(|i| &i.call.requests);
        requests.any(|r| r.addr == *addr)
    };
    if !open.is_empty()
        && let Some(addr) = mutations.iter().flat_map(touched).find(|a| waits(a))
    {
        return Err(Diagnostic::error("interrupted-apply-pending", "Calls of an apply are open")
            .detail(format!(
                "An apply was interrupted during a call for {addr}, and it is not recorded what became of it. What is recorded there is not changed by hand before that is known."
            ))
            .hint("Run `cairn apply`, which finds out first; answer no to its plan if nothing else is to change. `cairn state intents` says what else can be done."));
    }
    store
        .write(state.serial, &mutations)
        .map_err(|e| state_problem(&e))?;
    Ok(said)
}

/// The addresses whose record a mutation changes.
fn touched(mutation: &Mutation) -> Vec<&AbsResourceInstance> {
    match mutation {
        Mutation::Put { addr, .. }
        | Mutation::Remove { addr, .. }
        | Mutation::Depose { addr, .. } => vec![addr],
        Mutation::Move { from, to } => vec![from, to],
        Mutation::SetOutput { .. } | Mutation::RemoveOutput { .. } | Mutation::SetChecks(_) => {
            Vec::new()
        }
    }
}
