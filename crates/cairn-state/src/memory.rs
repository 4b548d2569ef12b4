//! Decides what the store means, without a disk: the yardstick for the others, and the store of tests.

use cairn_model::{ApplyCall, Lineage, Mutation, Serial, State};

use crate::error::{Result, StateError};
use crate::journal::Journal;
use crate::{Intent, IntentId, IntentStatus, StateStore};

/// A state that is gone with the process.
#[derive(Debug)]
pub struct MemoryStore {
    state: State,
    journal: Journal<ApplyCall>,
}

impl MemoryStore {
    /// A store that begins with this state.
    pub fn new(state: State) -> Self {
        Self {
            state,
            journal: Journal::new(1),
        }
    }

    /// An empty one of this name.
    pub fn empty(lineage: Lineage) -> Self {
        Self::new(State {
            lineage,
            ..State::default()
        })
    }
}

fn apply(state: &mut State, mutations: &[Mutation]) -> Result<()> {
    for mutation in mutations {
        state
            .apply(mutation)
            .map_err(|what| StateError::Refused { what })?;
    }
    state.serial.0 += 1;
    Ok(())
}

impl StateStore for MemoryStore {
    fn load(&self) -> Result<State> {
        Ok(self.state.clone())
    }

    fn serial(&self) -> Serial {
        self.state.serial
    }

    fn lineage(&self) -> Lineage {
        self.state.lineage.clone()
    }

    fn open_intents(&self) -> Result<Vec<Intent>> {
        let intent = |(id, call): (&IntentId, &ApplyCall)| Intent {
            id: *id,
            call: call.clone(),
            opened_at: String::new(),
            status: IntentStatus::Open,
        };
        Ok(self.journal.open().iter().map(intent).collect())
    }

    fn begin_all(&mut self, calls: &[ApplyCall]) -> Result<Vec<IntentId>> {
        let mut ids = Vec::with_capacity(calls.len());
        for call in calls {
            let id = self.journal.next_id();
            self.journal
                .begin(id, call.clone())
                .expect("the next id was not given out before");
            ids.push(id);
        }
        Ok(ids)
    }

    fn commit_all(&mut self, outcomes: &[(IntentId, &[Mutation])]) -> Result<Serial> {
        let mut state = self.state.clone();
        let mut journal = self.journal.clone();
        for (intent, mutations) in outcomes {
            journal
                .close(*intent, IntentStatus::Committed)
                .map_err(|_| StateError::NotOpen { intent: *intent })?;
            apply(&mut state, mutations)?;
        }
        self.state = state;
        self.journal = journal;
        Ok(self.state.serial)
    }

    fn abandon(&mut self, intent: IntentId) -> Result<()> {
        self.journal
            .close(intent, IntentStatus::Abandoned)
            .map_err(|_| StateError::NotOpen { intent })
    }

    fn write(&mut self, expected: Serial, mutations: &[Mutation]) -> Result<Serial> {
        if expected != self.state.serial {
            return Err(StateError::Moved {
                expected,
                actual: self.state.serial,
            });
        }
        if !mutations.is_empty() {
            let mut state = self.state.clone();
            apply(&mut state, mutations)?;
            self.state = state;
        }
        Ok(self.state.serial)
    }

    fn summarise(&mut self, _: &str) {}

    fn close(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}
