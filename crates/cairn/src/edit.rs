//! Decides how a command changes the record by hand: under the lock, in one commit, and not while calls of an interrupted
//! apply are open.

use cairn_diag::Diagnostic;
use cairn_engine::state_problem;
use cairn_model::{Mutation, State};
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
    let open = store.open_intents().map_err(|e| state_problem(&e))?.len();
    if open > 0 {
        return Err(Diagnostic::error("interrupted-apply-pending", "Calls of an apply are open")
            .detail(format!(
                "An apply was interrupted while {open} of its calls ran, and it is not recorded what became of them. The state is not changed by hand before that is known."
            ))
            .hint("Run `cairn apply`, which finds out first; answer no to its plan if nothing else is to change."));
    }
    let state = store.load().map_err(|e| state_problem(&e))?;
    let (mutations, said) = change(&state)?;
    store
        .write(state.serial, &mutations)
        .map_err(|e| state_problem(&e))?;
    Ok(said)
}
