//! The engine's nouns: addresses, schemas, changes, plans, steps, calls and state objects.
//!
//! ```text
//! addr ── what a thing is called      schema ── what its attributes are
//! state ── what is recorded ── change ── what differs ── steps ── what to do, in which order ── call ── one remote request
//! ```
//! Decides what these things consist of. Plain data; how they come about is decided in the crates above, how they are
//! written to disk in `cairn-state`.

mod action;
mod addr;
mod call;
mod change;
mod check;
mod closure;
mod plan;
mod schema;
mod state;
mod steps;

pub use action::{Action, ActionReason};
pub use addr::{
    AbsOutputValue, AbsProviderConfig, AbsResource, AbsResourceInstance, AddrParseError,
    InstanceKey, Module, ModuleInstance, ModuleStep, ProviderAddr, Resource, ResourceMode, Target,
};
pub use call::{ApplyCall, ApplyKind, ApplyRequest, CallToken, RecordInfo, RemoteObject};
pub use change::{Change, Drift, Impact, Note, OutputChange};
pub use check::{CheckInstance, CheckResult, CheckStatus, Checked};
pub use closure::DependencyClosure;
pub use plan::{CallPreview, Deferred, DeferredReason, Plan, PlanMode};
pub use schema::{
    AttributeSchema, Batching, BlockSchema, Deprecation, NestedBlock, Nesting, ProviderSchema,
    ResourceSchema,
};
pub use state::{
    Dependency, DeposedKey, InstanceState, Lineage, Mutation, ObjectStatus, OutputState, Serial,
    State, StateObject,
};
pub use steps::{Group, GroupId, Join, JoinId, Step, StepGraph, StepId, StepKind};
