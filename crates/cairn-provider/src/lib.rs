//! The provider contract: traits, requests and answers, the registry.
//!
//! ```text
//! Provider (pure: schema, validate, plan, calls) ── all the planner can reach
//! Connect ── configure ──► Session (read, apply, recover, import, open) ── only the engine holds one
//! ```
//! Decides what a provider must be able to do and what it is told. The providers are the crates above.

mod ephemeral;
mod provider;
mod registry;
mod request;
mod session;

pub use ephemeral::{Handle, OpenRequest, Opened, Renewed};
pub use provider::Provider;
pub use registry::{Registered, Registry};
pub use request::{
    ApplyResponse, CheckRequest, PlanRequest, PlanResponse, Problem, ReadRequest, ReadResponse,
    UnmanagedObject,
};
pub use session::{Connect, Session};
