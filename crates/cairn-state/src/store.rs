//! Decides what a state store must do. Which one there is, and where, is decided by the caller.

use cairn_model::{ApplyCall, Lineage, Mutation, Serial, State};

use crate::error::Result;
use crate::{Intent, IntentId};

/// A state open for writing. One owner; dropping it without [`StateStore::close`] is what a crash is, and loses nothing.
pub trait StateStore: Send {
    /// Everything recorded, as of the last commit.
    fn load(&self) -> Result<State>;

    /// The last commit.
    fn serial(&self) -> Serial;

    /// The state's name for ever.
    fn lineage(&self) -> Lineage;

    /// Calls whose outcome is not recorded, in the order of their beginning.
    fn open_intents(&self) -> Result<Vec<Intent>>;

    /// Records that a call is about to be made. Durable on return.
    fn begin(&mut self, call: &ApplyCall) -> Result<IntentId> {
        let ids = self.begin_all(std::slice::from_ref(call))?;
        Ok(ids[0])
    }

    /// The same for several calls, which cost one synchronisation together. All or none.
    fn begin_all(&mut self, calls: &[ApplyCall]) -> Result<Vec<IntentId>>;

    /// Records a call's outcome and closes its intent. Atomic, durable on return, one serial.
    fn commit(&mut self, intent: IntentId, mutations: &[Mutation]) -> Result<Serial> {
        self.commit_all(&[(intent, mutations)])
    }

    /// The same for several calls, which cost one synchronisation together; each gets its own serial, the last is
    /// returned. All or none: where one is refused, nothing is recorded of the others either.
    fn commit_all(&mut self, outcomes: &[(IntentId, &[Mutation])]) -> Result<Serial>;

    /// Closes the intent of a call that was not made or changed nothing. Durable on return.
    fn abandon(&mut self, intent: IntentId) -> Result<()>;

    /// Changes with no remote call: moves, depose, forget, refreshed values, outputs. Refused if the serial is not
    /// `expected`. Atomic, durable on return. No mutations: no commit, the same serial.
    fn write(&mut self, expected: Serial, mutations: &[Mutation]) -> Result<Serial>;

    /// Says what the command came to, in a sentence for people; kept with its commits where the store keeps a history. Said
    /// several times, all of it is kept.
    fn summarise(&mut self, summary: &str);

    /// Ends orderly: export, new log, mark of a clean end.
    fn close(self: Box<Self>) -> Result<()>;
}
