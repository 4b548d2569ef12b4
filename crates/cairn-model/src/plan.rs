//! Decides what a finished plan holds. It is so specific that the apply makes no choices.

use std::collections::BTreeMap;

use cairn_value::{Name, Value};

use crate::{
    AbsProviderConfig, Change, CheckResult, Drift, Lineage, Module, Mutation, OutputChange,
    Resource, Serial, StepGraph, Target,
};

/// What the plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PlanMode {
    /// Make the world as configured.
    #[default]
    Normal,
    /// Only record what changed outside.
    RefreshOnly,
    /// Delete everything.
    Destroy,
}

/// A finished plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it is for.
    pub mode: PlanMode,
    /// The state it starts from.
    pub lineage: Lineage,
    /// The serial of that state.
    pub serial: Serial,
    /// The root variables it was made with, marks included (the saved file masks nothing: it is for the apply).
    pub variables: BTreeMap<Name, Value>,
    /// Those of them that were given, as they were given: before conversion to their types and without what defaults add.
    pub given: BTreeMap<Name, Value>,
    /// What it was limited to; empty for everything.
    pub targets: Vec<Target>,
    /// What was left out of it, with what depends on that.
    pub excludes: Vec<Target>,
    /// The changes in address order, no-ops included.
    pub changes: Vec<Change>,
    /// What the refresh found changed.
    pub drift: Vec<Drift>,
    /// State changes that need no remote call (moves, refreshed values), written before the first step.
    pub prelude: Vec<Mutation>,
    /// Root outputs.
    pub outputs: Vec<OutputChange>,
    /// What is recorded, after the refresh, that neither the changes nor the outputs speak of, each as the mutation that would
    /// record it: what a limited or refresh-only plan leaves alone.
    pub beside: Vec<Mutation>,
    /// What to do, in which order.
    pub steps: StepGraph,
    /// How many remote calls that change something the apply will make, by operation.
    pub calls: Vec<CallPreview>,
    /// What became of the conditions, in the order of modules and kinds.
    pub checks: Vec<CheckResult>,
    /// What is recorded of that.
    pub recorded_checks: Vec<CheckResult>,
    /// Errors were found while it was made, so that it is not whole and must not be applied.
    pub errored: bool,
    /// Blocks that cannot be planned before this plan is applied. What is recorded of them stays as it is.
    pub deferred: Vec<Deferred>,
    /// When it was made, RFC 3339 in UTC.
    pub timestamp: String,
}

impl Plan {
    /// Whether applying it would change anything: an object, an output, or (refresh-only) the record.
    pub fn is_applyable(&self) -> bool {
        !self.errored && self.changes_anything()
    }

    /// Whether anything would change if all errors were mended.
    pub fn changes_anything(&self) -> bool {
        self.changes.iter().any(|c| {
            c.action != crate::Action::NoOp || c.previous_addr.is_some() || c.importing.is_some()
        }) || self.outputs.iter().any(|o| o.action != crate::Action::NoOp)
            || (self.mode == PlanMode::RefreshOnly && !self.drift.is_empty())
    }
}

/// A resource block that cannot be planned yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deferred {
    /// Its module in the configuration.
    pub module: Module,
    /// The resource.
    pub resource: Resource,
    /// Its address with `[*]` where keys are not known: `module.m[*].a.b`.
    pub address: String,
    /// The provider configuration that would own it.
    pub provider: AbsProviderConfig,
    /// Why, in a word.
    pub reason: DeferredReason,
    /// Why, in a sentence.
    pub why: String,
}

/// Why a block cannot be planned yet. The names are those of Terraform's plan JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeferredReason {
    /// How many instances there are is known only after an apply.
    InstanceCountUnknown,
    /// Something that it depends on cannot be planned yet.
    Prerequisite,
}

impl DeferredReason {
    /// As Terraform's plan JSON names it.
    pub fn json(self) -> &'static str {
        match self {
            Self::InstanceCountUnknown => "instance_count_unknown",
            Self::Prerequisite => "deferred_prereq",
        }
    }
}

/// How many calls of one operation the apply will make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallPreview {
    /// The operation as the provider names it: `RunInstances`.
    pub operation: String,
    /// How many calls.
    pub calls: u32,
    /// For how many objects.
    pub objects: u32,
}
