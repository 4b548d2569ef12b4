//! The builtin provider: `terraform_data`.
//!
//! ```text
//! BuiltinProvider (schema, plan, calls) ── BuiltinConnect ──► a session that needs no network
//! ```
//! Decides how the resource types behave that exist in the state only. Ids come from a source that the caller gives, so
//! that tests are repeatable.

mod provider;
mod session;
mod terraform_data;

pub use provider::BuiltinProvider;
pub use session::{BuiltinConnect, IdSource};
