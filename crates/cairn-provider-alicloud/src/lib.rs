//! The provider for Alibaba Cloud: the real provider's schemas and semantics, over batched and recoverable calls.
//!
//! ```text
//! describe ── how types are written down ──► AlicloudProvider (pure: schema, validate, plan, calls)
//! resource, data ── what each type is ──┤
//! client ── sign, pace, send, retry ────┴─► AlicloudConnect ──► session (read, check, apply, recover, import)
//! ```
//! Decides what resource types and data sources there are and how they meet the API. It does not know what the API's
//! parameters may be (that is `ecs-api`), and reads neither environment nor clock while planning.

mod client;
mod config;
mod data;
mod describe;
#[cfg(test)]
mod fidelity;
mod grouping;
mod listed;
#[cfg(test)]
mod pages;
mod provider;
mod resource;
mod session;
#[cfg(test)]
mod testing;
mod wait;

pub use client::RandomSource;
pub use config::{EmulatorAccess, Environment};
pub use ecs_api::rules::Profile as Rules;
pub use provider::AlicloudProvider;
pub use session::AlicloudConnect;
