//! Scenarios: a configuration and a state, what the plan says, what an apply of it does, and that nothing is left to do.
#![expect(
    clippy::unwrap_used,
    reason = "a scenario ends where something is missing"
)]

mod bench;
mod cloud;
mod conditions;
mod deferral;
mod ephemeral;
mod lifecycle;
mod order;
mod outside;
mod refactor;
mod repetition;
mod size;
mod values;
