//! Decides what the end of an apply records besides objects: root outputs, and what became of the conditions.

use std::collections::{BTreeMap, HashSet};

use cairn_diag::Diagnostics;
use cairn_lang::{Evaluator, InstanceValues};
use cairn_model::{
    AbsOutputValue, AbsResource, AbsResourceInstance, Action, Change, CheckResult, Checked,
    Dependency, InstanceKey, Module, ModuleInstance, Mutation, OutputState, Plan, PlanMode,
    Resource, ResourceMode,
};
use cairn_value::Known;

use crate::checks::{Checks, check_around};
use crate::compare::same;
use crate::conditions::{outside_resources, rules, violated};
use crate::messages::block_name;
use crate::values::FinalValues;

/// How far a change got that was not made as planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It was not begun, since something before it failed or the apply was interrupted.
    Never,
    /// It failed.
    Failed,
    /// It was made, but a condition does not hold, so that nothing follows from it.
    Violated,
    /// It is the data source of a check and could not be read, for these reasons: the check fails.
    Unread(Vec<String>),
}

/// The changes that were not made as planned, by their place in the plan.
pub type Stopped = BTreeMap<u32, Stop>;

/// What is recorded at the end.
#[derive(Debug, Default)]
pub struct Finale {
    /// What to write: outputs and results of conditions that are not recorded as they are.
    pub mutations: Vec<Mutation>,
    /// What became of the conditions.
    pub checks: Vec<CheckResult>,
    /// What does not hold. Errors only where everything was made as planned: otherwise they follow from what was not.
    pub diagnostics: Diagnostics,
}

/// Evaluates outputs and conditions once more at the end of an apply. What depends on a change that was not made as planned is
/// not known: its output stays as recorded.
pub fn finale(
    plan: &Plan,
    evaluator: &mut Evaluator<'_>,
    values: &mut FinalValues,
    stopped: &Stopped,
) -> Finale {
    let tree = evaluator.tree();
    let mut checks = match plan.mode {
        PlanMode::Normal => Checks::again(tree, &plan.checks),
        // Refreshing changes nothing that was not seen while planning.
        PlanMode::RefreshOnly => Checks::default(),
        PlanMode::Destroy => {
            let mut checks = Checks::of(tree);
            let root = ModuleInstance::root();
            let all = plan.targets.is_empty() && plan.excludes.is_empty();
            for name in tree.root.config.outputs.keys().filter(|_| all) {
                checks.add(&Checked::Output(name.clone()), &root, &InstanceKey::None);
            }
            checks
        }
    };
    if plan.mode == PlanMode::Normal {
        resources(plan, evaluator, values, stopped, &mut checks);
    }
    for (at, stop) in stopped {
        let change = &plan.changes[*at as usize];
        let is_data = change.mode() == ResourceMode::Data;
        if let Some(check) = is_data
            .then(|| check_around(tree, &change.addr.resource))
            .flatten()
        {
            let problems = match stop {
                Stop::Unread(problems) => problems.clone(),
                Stop::Never | Stop::Failed | Stop::Violated => Vec::new(),
            };
            checks.unread(&check, &change.addr.resource.module, problems);
        }
        if !change.after.is_null() && change.deposed.is_none() {
            values.lose(&change.addr);
        }
    }
    let (mut mutations, mut diagnostics) = outputs(plan, evaluator, values);
    if plan.mode == PlanMode::Normal {
        for node in tree.walk() {
            let mut variables = node.config.variables.values();
            if variables.all(|v| v.validations.is_empty()) {
                continue;
            }
            for m in evaluator.module_instances(&node.path, values).value {
                rules(tree, &m, evaluator, values, &mut checks);
            }
        }
        let found = outside_resources(tree, evaluator, values, &mut checks, false);
        diagnostics.extend(found);
    }
    let checks = if plan.mode == PlanMode::RefreshOnly {
        plan.checks.clone()
    } else {
        checks.results()
    };
    if checks != plan.recorded_checks {
        mutations.push(Mutation::SetChecks(checks.clone()));
    }
    Finale {
        mutations,
        checks,
        diagnostics,
    }
}

/// The conditions of resource instances. Those of a data source that was read while planning wait for the next plan, as
/// Terraform has it.
fn resources(
    plan: &Plan,
    evaluator: &mut Evaluator<'_>,
    values: &FinalValues,
    stopped: &Stopped,
    checks: &mut Checks,
) {
    let lost = stopped.keys().map(|at| &plan.changes[*at as usize].addr);
    let lost: HashSet<&AbsResourceInstance> = lost.collect();
    let lost_of: HashSet<&AbsResource> = lost.iter().map(|l| &l.resource).collect();
    let waits = |change: &Change| {
        change.dependencies.iter().any(|d| match d {
            Dependency::Instance(i) => lost.contains(i),
            Dependency::Resource(r) => lost_of.contains(r),
        })
    };
    let mut last: Option<((Module, Resource), bool)> = None;
    for (at, change) in plan.changes.iter().enumerate() {
        if change.after.is_null() || change.deposed.is_some() {
            continue;
        }
        let block = change.addr.resource.config();
        if last.as_ref().is_none_or(|(b, _)| *b != block) {
            let is_on = checks.is_on(&block.0, &Checked::Resource(block.1.clone()));
            last = Some((block, is_on));
        }
        if last.as_ref().is_none_or(|(_, is_on)| !is_on) {
            continue;
        }
        let stop = stopped.get(&(at as u32));
        let nothing_done = change.action == Action::NoOp;
        let was_read =
            nothing_done && change.mode() == ResourceMode::Data && plan.mode == PlanMode::Normal;
        if stop == Some(&Stop::Never) || was_read || nothing_done && waits(change) {
            continue;
        }
        let found = evaluator.preconditions(&change.addr, values);
        let errors = found.diagnostics.has_errors();
        for r in &found.value {
            checks.note_on(&change.addr, r, errors && r.holds.is_none());
        }
        if matches!(stop, Some(Stop::Failed | Stop::Unread(_))) {
            continue;
        }
        if let Some(object) = values.instance(&change.addr) {
            let found = evaluator.postconditions(&change.addr, &object, values);
            let errors = found.diagnostics.has_errors();
            for r in &found.value {
                checks.note_on(&change.addr, r, errors && r.holds.is_none());
            }
        }
    }
}

/// The postconditions of an instance that was just created, updated, or read (its final value is in `values`), those that
/// do not hold as errors.
pub fn after_conditions(
    change: &Change,
    evaluator: &mut Evaluator<'_>,
    values: &FinalValues,
) -> Diagnostics {
    let tree = evaluator.tree();
    let (module, resource) = change.addr.resource.config();
    let has_any = tree
        .get(&module)
        .and_then(|n| n.config.resources.get(&resource))
        .is_some_and(|c| !c.lifecycle.postconditions.is_empty());
    let mut out = Diagnostics::new();
    if !has_any {
        return out;
    }
    let Some(object) = cairn_lang::InstanceValues::instance(values, &change.addr) else {
        return out;
    };
    let results = evaluator.postconditions(&change.addr, &object, values);
    out.extend(results.diagnostics);
    for r in &results.value {
        if let Some(d) = violated("Resource postcondition", "postcondition-failed", r) {
            out.push(
                d.within(block_name(&resource))
                    .address(change.addr.to_string()),
            );
        }
    }
    out
}

/// The root outputs at the end of an apply, as mutations (none for those that are recorded as they are). An output that is
/// still not known, because something failed, keeps its recorded value.
fn outputs(
    plan: &Plan,
    evaluator: &mut Evaluator<'_>,
    values: &FinalValues,
) -> (Vec<Mutation>, Diagnostics) {
    let mut mutations = Vec::new();
    let mut messages = Diagnostics::new();
    for output in &plan.outputs {
        let remove = Mutation::RemoveOutput {
            name: output.name.clone(),
        };
        match output.action {
            Action::NoOp => continue,
            Action::Delete => {
                mutations.push(remove);
                continue;
            }
            _ => {}
        }
        let final_value = match &output.after {
            Some(v) if v.is_wholly_known() => v.clone(),
            _ => {
                let addr = AbsOutputValue {
                    module: ModuleInstance::root(),
                    name: output.name.clone(),
                };
                let evaluated = evaluator.output(&addr, values);
                let failed = evaluated.diagnostics.has_errors();
                messages.extend(evaluated.diagnostics);
                if failed {
                    continue;
                }
                evaluated.value
            }
        };
        let change =
            crate::outputs::change(&output.name, None, final_value.clone(), output.sensitive);
        let Ok(value) = Known::try_from(final_value) else {
            continue;
        };
        if value.value().is_null() {
            if output.before.is_some() {
                mutations.push(remove);
            }
            continue;
        }
        let sensitive = change.after_sensitive();
        let unchanged = output.before_sensitive == sensitive
            && output
                .before
                .as_ref()
                .is_some_and(|b| same(b.value(), value.value()));
        if !unchanged {
            mutations.push(Mutation::SetOutput {
                name: output.name.clone(),
                output: OutputState {
                    ty: value.value().ty(),
                    value,
                    sensitive,
                },
            });
        }
    }
    (mutations, messages)
}
