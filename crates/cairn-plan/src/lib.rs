//! The pure planner: configuration and recorded state to a plan; a plan and final values to requests.
//!
//! ```text
//! PlanInput ─► Planner ── advance ──► NeedsReads / NeedsImports / NeedsOpens / NeedsChecks ─ (engine) ─► supply… ──► Done(Plan)
//! Plan ─► StepQueue (what may start) ─► finalize (config with final values, planned again) ─► ApplyRequest, ReadRequest, Mutation
//!         FinalValues (what expressions see while applying) ◄── mutations as they are committed
//! ```
//! Decides what has to change, in which order, and what travels together. It waits for nothing: what the outside knows
//! comes in rounds. It neither reads nor applies nor records.

mod ambiguous;
mod check;
mod checks;
mod coalesce;
mod compare;
mod conditions;
mod decide;
mod deferral;
mod dependencies;
mod drift;
mod ephemerals;
mod finale;
mod finalize;
mod finish;
mod forgotten;
mod generate;
mod graph;
mod ignore;
mod imports;
mod input;
mod integrity;
mod messages;
mod moves;
mod opens;
mod operation;
mod outputs;
mod planner;
mod preview;
mod prior;
mod proposed;
mod providers;
mod provisioners;
mod queue;
mod reads;
mod replace;
mod steps;
mod still_declared;
mod undecided;
mod validate;
mod values;
mod write_only;

pub use checks::check_around;
pub use decide::data::verifying;
pub use decide::lasting;
pub use dependencies::{ResourceDependencies, resource_dependencies};
pub use ephemerals::{Ephemerals, provider_dependencies};
pub use finale::{Finale, Stop, Stopped, after_conditions, finale};
pub use finalize::{Finalized, deposed_key, final_provider_config, finalize, record};
pub use generate::{blocks_to_generate, value_to_generate};
pub use imports::static_target;
pub use input::{PlanInput, PlanOptions, Programs};
pub use integrity::integrity;
pub use opens::OpenBatch;
pub use operation::{
    OperationGraph, OperationNode, Shape, configuration_graph, destroy_graph, plan_graph,
};
pub use planner::{CheckBatch, ImportBatch, ImportRequest, Planner, Progress, ReadBatch};
pub use provisioners::{
    FileSource, LocalExec, Provision, Provisioners, RemoteScripts, SshConnection, SshHost, Work,
};
pub use queue::StepQueue;
pub use undecided::{Undecided, blocked};
pub use validate::{required_providers, validate};
pub use values::FinalValues;
pub use write_only::recordable;
