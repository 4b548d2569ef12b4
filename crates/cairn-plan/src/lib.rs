//! The pure planner: configuration and recorded state to a plan; a plan and final values to requests.
//!
//! ```text
//! PlanInput ─► Planner ── advance ──► NeedsReads / NeedsImports / NeedsChecks ─ (engine) ─► supply… ──► Done(Plan)
//! Plan ─► StepQueue (what may start) ─► finalize (config with final values, planned again) ─► ApplyRequest, ReadRequest, Mutation
//!         FinalValues (what expressions see while applying) ◄── mutations as they are committed
//! ```
//! Decides what has to change, in which order, and what travels together. It waits for nothing: what the outside knows
//! comes in rounds. It neither reads nor applies nor records.

mod finalize;
mod input;
mod planner;
mod queue;
mod values;

pub use finalize::{
    Finalized, after_conditions, deposed_key, final_checks, final_outputs, final_provider_config,
    finalize, record,
};
pub use input::{PlanInput, PlanOptions};
pub use planner::{CheckBatch, ImportBatch, ImportRequest, Planner, Progress, ReadBatch};
pub use queue::StepQueue;
pub use values::FinalValues;
