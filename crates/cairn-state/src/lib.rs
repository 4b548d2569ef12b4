//! State store, intent journal, export, lock, plan files.
//!
//! ```text
//! StateStore ── MemoryStore
//!            └─ SledStore:  lock ── log (durable truth, intents) ── sled (indexed) ── export (whole, at each end)
//! read_snapshot: export + log, without lock and database           PlanFile: a saved plan
//! ```
//! Decides how what is recorded gets to the disk and back, so that nothing acknowledged is ever lost. Knows no providers
//! and no configuration; what is recorded is decided in the engine. The files are described in `state/README.md`.

mod codec;
mod compare;
mod disk;
pub mod edit;
mod error;
mod export;
mod history;
mod image;
mod integrity;
mod journal;
mod lock;
mod log;
mod memory;
mod options;
mod planfile;
mod repair;
mod retention;
mod sled;
mod snapshot;
mod store;
mod timeline;

pub use self::sled::{Opening, SledStore};
pub use codec::tfstate::{TypeOf, from_tfstate, to_tfstate};
pub use compare::{Changed, Differences, Place, compare};
pub use error::{Result, StateError};
pub use integrity::{Finding, Report, verify};
pub use journal::{Intent, IntentId, IntentStatus};
pub use lock::{LockInfo, holder};
pub use memory::MemoryStore;
pub use options::OpenOptions;
pub use planfile::{PlanFile, digest_sources};
pub use repair::{Repaired, repair};
pub use retention::Retention;
pub use snapshot::{Snapshot, read_snapshot};
pub use store::StateStore;
pub use timeline::{Commit, Session, serial_at, sessions, state_at};

#[cfg(test)]
mod tests;
