//! Decides how an interrupted apply is healed: before anything else that writes, every open intent is looked up in the world.
//!
//! Recovery only looks; it never makes anything. What certainly happened is recorded, what certainly did not is abandoned
//! (the next plan makes it, as a new call), what cannot be decided stays open and is said.

mod decide;

use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::Evaluator;
use cairn_model::{Mutation, State};
use cairn_plan::{FinalValues, final_provider_config};
use cairn_provider::Registry;
use cairn_state::{Intent, StateStore};

use crate::event::{Event, Events};
use crate::sessions::Sessions;
use crate::store::state_problem;

use decide::{Decision, decide, fitted};

/// Heals what an interrupted apply left. With errors in the answer an intent is still open, and nothing should be applied
/// that could collide with it.
pub async fn recover(
    store: &mut dyn StateStore,
    evaluator: &mut Evaluator<'_>,
    registry: &Registry,
    sessions: &mut Sessions<'_>,
    events: Events<'_>,
) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let intents = match store.open_intents() {
        Ok(intents) => intents,
        Err(error) => return state_problem(&error).into(),
    };
    if intents.is_empty() {
        return diagnostics;
    }
    let state = match store.load() {
        Ok(state) => state,
        Err(error) => return state_problem(&error).into(),
    };
    let recorded = (&state, &values_of(&state));
    for intent in intents {
        diagnostics.extend(
            heal(
                store, &intent, recorded, evaluator, registry, sessions, events,
            )
            .await,
        );
    }
    diagnostics
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

async fn heal(
    store: &mut dyn StateStore,
    intent: &Intent,
    (state, values): (&State, &FinalValues),
    evaluator: &mut Evaluator<'_>,
    registry: &Registry,
    sessions: &mut Sessions<'_>,
    events: Events<'_>,
) -> Diagnostics {
    let call = &intent.call;
    let config = match final_provider_config(&call.provider, evaluator, values, registry) {
        Ok(config) => config,
        Err(diagnostics) => return diagnostics,
    };
    let session = match sessions.get(&call.provider, &config).await {
        Ok(session) => session,
        Err(diagnostics) => return diagnostics,
    };
    let answers = session.recover(call).await;
    let kept = match decide(call, answers, registry) {
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
        Decision::LeaveOpen { diagnostics } => return diagnostics,
    };
    kept.err()
        .map(|error| state_problem(&error))
        .into_iter()
        .collect()
}
