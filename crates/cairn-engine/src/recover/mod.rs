//! Decides how an interrupted apply is healed: before anything else that writes, every open intent is looked up in the world.
//!
//! Recovery only looks; it never makes anything. What certainly happened is recorded, what certainly did not is abandoned
//! (the next plan makes it, as a new call), what cannot be decided stays open and is said.

mod decide;

use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::Evaluator;
use cairn_model::{Mutation, State};
use cairn_plan::{FinalValues, Undecided, final_provider_config};
use cairn_provider::Registry;
use cairn_state::{Intent, StateStore};

use crate::event::{Event, Events};
use crate::sessions::Sessions;
use crate::store::state_problem;

use decide::{Decision, decide, fitted, left_open, undecided};

/// What healing came to.
#[derive(Debug, Default)]
pub struct Recovered {
    /// The state could not be read or written: nothing can be done now.
    pub failed: Diagnostics,
    /// The objects of calls that stay open. They, and what depends on them, must be left alone.
    pub undecided: Vec<Undecided>,
    /// Why these stay open, and what to do: to be told when everything else is done.
    pub open: Diagnostics,
}

/// Heals what an interrupted apply left. What cannot be decided stays open.
pub async fn recover(
    store: &mut dyn StateStore,
    evaluator: &mut Evaluator<'_>,
    registry: &Registry,
    sessions: &mut Sessions<'_>,
    events: Events<'_>,
) -> Recovered {
    let mut done = Recovered::default();
    let intents = match store.open_intents() {
        Ok(intents) => intents,
        Err(error) => {
            done.failed.push(state_problem(&error));
            return done;
        }
    };
    if intents.is_empty() {
        return done;
    }
    let state = match store.load() {
        Ok(state) => state,
        Err(error) => {
            done.failed.push(state_problem(&error));
            return done;
        }
    };
    let recorded = (&state, &values_of(&state));
    for intent in intents {
        let decision = look(&intent, recorded.1, evaluator, registry, sessions).await;
        settle(store, &intent, decision, recorded.0, events, &mut done);
    }
    done
}

/// What expressions in provider blocks see: what is recorded.
pub(crate) fn recorded_values(store: &dyn StateStore) -> Result<FinalValues, Diagnostic> {
    let state = store.load().map_err(|e| state_problem(&e))?;
    Ok(values_of(&state))
}

fn values_of(state: &State) -> FinalValues {
    let mut values = FinalValues::default();
    for (addr, instance) in &state.instances {
        if let Some(object) = &instance.current {
            values.commit(&Mutation::Put {
                addr: addr.clone(),
                deposed: None,
                provider: instance.provider.clone(),
                object: Arc::clone(object),
            });
        }
    }
    values
}

/// Finds out what became of a call.
async fn look(
    intent: &Intent,
    values: &FinalValues,
    evaluator: &mut Evaluator<'_>,
    registry: &Registry,
    sessions: &mut Sessions<'_>,
) -> Decision {
    let call = &intent.call;
    // Where nobody can be asked, nothing is known.
    let unasked = |mut diagnostics: Diagnostics| {
        diagnostics.push(undecided(call));
        Decision::LeaveOpen {
            diagnostics,
            text: left_open(call),
        }
    };
    let config = match final_provider_config(&call.provider, evaluator, values, registry) {
        Ok(config) => config,
        Err(diagnostics) => return unasked(diagnostics),
    };
    match sessions.get(&call.provider, &config).await {
        Ok(session) => decide(call, session.recover(call).await, registry),
        Err(diagnostics) => unasked(diagnostics),
    }
}

/// Records what was found out.
fn settle(
    store: &mut dyn StateStore,
    intent: &Intent,
    decision: Decision,
    state: &State,
    events: Events<'_>,
    done: &mut Recovered,
) {
    let kept = match decision {
        Decision::Commit { mutations, text } => {
            let kept = store.commit(intent.id, &fitted(mutations, state)).map(drop);
            events(Event::Recovered { text });
            kept
        }
        Decision::Abandon { text } => {
            let kept = store.abandon(intent.id);
            events(Event::Recovered { text });
            kept
        }
        Decision::LeaveOpen { diagnostics, text } => {
            done.undecided.extend(Undecided::of(&intent.call));
            done.open.extend(diagnostics);
            events(Event::Recovered { text });
            Ok(())
        }
    };
    done.failed
        .extend(kept.err().map(|error| state_problem(&error)));
}
