//! Decides what a step does once all it waits for is final: configuration evaluated again, planned again, held against what
//! was promised.

use cairn_diag::Diagnostics;
use cairn_lang::Evaluator;
use cairn_model::{
    AbsProviderConfig, ApplyRequest, Change, CheckResult, DeposedKey, Mutation, ObjectStatus, Plan,
    RemoteObject, StateObject, StepId,
};
use cairn_provider::{ReadRequest, Registry};
use cairn_value::Known;

use crate::values::FinalValues;

/// What a step comes to.
#[derive(Clone, Debug)]
pub enum Finalized {
    /// A part of a remote call that changes something. What it makes is recorded with [`record`].
    Apply(Box<ApplyRequest>),
    /// A data source to read. What it finds is recorded with [`record`].
    Read(Box<ReadRequest>),
    /// Nothing remote: these mutations are all there is to do (perhaps none).
    Record(Vec<Mutation>),
}

/// Makes the requests of steps that start together (one group, or some of one), in their order. Warnings come with the
/// requests; a step with errors has no request, must not be applied and counts as failed.
pub fn finalize(
    plan: &Plan,
    steps: &[StepId],
    evaluator: &mut Evaluator<'_>,
    values: &FinalValues,
    registry: &Registry,
) -> Vec<(Option<Finalized>, Diagnostics)> {
    let _ = (plan, steps, evaluator, values, registry);
    unimplemented!("being written")
}

/// The evaluated block of a provider configuration, to open a session with.
pub fn final_provider_config(
    provider: &AbsProviderConfig,
    evaluator: &mut Evaluator<'_>,
    values: &FinalValues,
    registry: &Registry,
) -> Result<Known, Diagnostics> {
    let _ = (provider, evaluator, values, registry);
    unimplemented!("being written")
}

/// The object to record for a change from what the provider gave: sensitive paths, dependencies and the rest from the plan.
pub fn record(
    change: &Change,
    remote: RemoteObject,
    status: ObjectStatus,
    registry: &Registry,
) -> StateObject {
    let _ = (change, remote, status, registry);
    unimplemented!("being written")
}

/// The key under which a change with `create_before_destroy` sets its object aside: the same whenever asked for the same
/// plan, free at that address.
pub fn deposed_key(plan: &Plan, change: u32) -> DeposedKey {
    let _ = (plan, change);
    unimplemented!("being written")
}

/// The postconditions of an instance that was just created, updated, or read (its final value is in `values`), those that
/// do not hold as errors.
pub fn after_conditions(
    change: &Change,
    evaluator: &mut Evaluator<'_>,
    values: &FinalValues,
) -> Diagnostics {
    let _ = (change, evaluator, values);
    unimplemented!("being written")
}

/// The root outputs at the end of an apply, as mutations (none for those that are recorded as they are).
pub fn final_outputs(
    plan: &Plan,
    evaluator: &mut Evaluator<'_>,
    values: &FinalValues,
) -> (Vec<Mutation>, Diagnostics) {
    let _ = (plan, evaluator, values);
    unimplemented!("being written")
}

/// The checks of the plan, those evaluated again that were not known when it was made.
pub fn final_checks(
    plan: &Plan,
    evaluator: &mut Evaluator<'_>,
    values: &FinalValues,
) -> (Vec<CheckResult>, Diagnostics) {
    let _ = (plan, evaluator, values);
    unimplemented!("being written")
}
