//! Decides what an intent is and which life it may have: `Open → Committed | Abandoned`, nothing else.
//!
//! An intent is recorded before a remote call is made; the call's outcome closes it in the same commit that records the
//! objects. What becomes of one that is found open after a crash is decided in the engine's recovery.

use std::collections::BTreeMap;
use std::fmt;

use cairn_model::ApplyCall;

/// Names an intent within its state; ascending, never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IntentId(pub u64);

impl fmt::Display for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "intent {}", self.0)
    }
}

/// A remote call that was about to be made.
#[derive(Clone, Debug)]
pub struct Intent {
    /// Its name.
    pub id: IntentId,
    /// The call, whole, so that it can be looked for and made again.
    pub call: ApplyCall,
    /// When the command that recorded it began, RFC 3339 in UTC.
    pub opened_at: String,
    /// What became of it.
    pub status: IntentStatus,
}

/// What became of an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntentStatus {
    /// Not known: the call may have been made or not.
    Open,
    /// The call was made and its outcome is recorded.
    Committed,
    /// The call was not made, or changed nothing.
    Abandoned,
}

impl fmt::Display for IntentStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Committed => "committed",
            Self::Abandoned => "abandoned",
        })
    }
}

/// The fold over begin, commit and abandon: which intents are open, with what was recorded of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Journal<T> {
    /// The id that the next intent gets.
    next: u64,
    open: BTreeMap<IntentId, T>,
}

impl<T> Journal<T> {
    /// A journal that has given out all ids below `next`.
    pub(crate) fn new(next: u64) -> Self {
        Self {
            next,
            open: BTreeMap::new(),
        }
    }

    /// The id for the next intent.
    pub(crate) fn next_id(&self) -> IntentId {
        IntentId(self.next)
    }

    /// Opens an intent. Fails with a sentence where its id was given out before.
    pub(crate) fn begin(&mut self, id: IntentId, record: T) -> Result<(), String> {
        if id.0 < self.next {
            return Err(format!("{id} is begun twice"));
        }
        self.next = id.0 + 1;
        self.open.insert(id, record);
        Ok(())
    }

    /// Puts back an intent that was left open (from the export).
    pub(crate) fn reopen(&mut self, id: IntentId, record: T) {
        self.next = self.next.max(id.0 + 1);
        self.open.insert(id, record);
    }

    /// Whether the intent may be closed.
    pub(crate) fn is_open(&self, id: IntentId) -> bool {
        self.open.contains_key(&id)
    }

    /// Closes an intent. Fails with a sentence where it is not open.
    pub(crate) fn close(&mut self, id: IntentId, status: IntentStatus) -> Result<(), String> {
        match self.open.remove(&id) {
            Some(_) => Ok(()),
            None if id.0 < self.next => Err(format!("{id} is {status} after it was closed")),
            None => Err(format!("{id} is {status} but was never begun")),
        }
    }

    /// The open ones in the order of their beginning.
    pub(crate) fn open(&self) -> &BTreeMap<IntentId, T> {
        &self.open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intent_is_closed_once() {
        let mut journal = Journal::new(3);
        assert!(journal.begin(IntentId(2), ()).is_err());
        journal.begin(IntentId(3), ()).unwrap();
        journal.begin(IntentId(4), ()).unwrap();
        assert_eq!(journal.open().len(), 2);
        journal.close(IntentId(3), IntentStatus::Committed).unwrap();
        for (id, status) in [
            (3, IntentStatus::Committed),
            (3, IntentStatus::Abandoned),
            (9, IntentStatus::Committed),
        ] {
            assert!(journal.close(IntentId(id), status).is_err());
        }
        assert_eq!(journal.next_id(), IntentId(5));
    }
}
