//! The use cases' machinery: running a planner, applying a plan, healing after a crash, comparing with the cloud.
//!
//! ```text
//! disk ─► configuration      sessions ─► providers' other half
//! reads: Planner ⇄ sessions ─► Plan      apply: Plan ─► calls ─► store      recover: open intents ─► store
//! ```
//! Decides in which order the outside is touched. What to do is decided in `cairn-plan`, how it is printed in `cairn`.

mod apply;
mod cancel;
mod disk;
mod drift;
mod ephemeral;
mod event;
mod import;
pub mod probe;
mod provision;
mod reads;
mod recover;
mod sessions;
mod store;

pub use apply::{Applied, Apply, apply};
pub use cancel::Cancel;
pub use disk::{Archive, Disk};
pub use drift::{ChangedAttribute, ChangedObject, DriftReport, DriftedObject, drift};
pub use event::{EphemeralWork, Event, Events, Working};
pub use import::import;
pub use provision::programs;
pub use reads::plan;
pub use recover::{Recovered, recover};
pub use sessions::{Sessions, unknown_provider};
pub use store::state_problem;
