//! Decides which ephemeral resources an apply opens, and when: as soon as their arguments are known. What they gave while planning
//! is in no plan, so each is opened anew.

use std::collections::BTreeMap;

use cairn_diag::{Diagnostic, Diagnostics, Severity};
use cairn_lang::Evaluator;
use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, Dependency, Plan, PlanMode, ResourceMode,
};
use cairn_provider::{OpenRequest, Opened, Problem, Registry};
use cairn_value::{Marks, Path};

use crate::conditions::violated;
use crate::decide::{has_sensitive, marked, schema_of};
use crate::finalize::final_provider_config;
use crate::messages::{block_name, placed};
use crate::opens::OpenBatch;
use crate::values::FinalValues;

/// How far an instance got.
enum Status {
    /// Not opened: nobody needed it, or its arguments are not known.
    Closed,
    /// Asked for, with the marks of its arguments.
    Asked(Vec<(Path, Marks)>),
    Open,
    /// It could not be opened, or a condition does not hold; messages say so.
    Failed,
}

/// The ephemeral resources of an apply.
pub struct Ephemerals {
    all: BTreeMap<AbsResourceInstance, Status>,
    /// All of them are opened, not only what something needs that is done: the plan is limited to nothing.
    is_whole: bool,
}

impl Ephemerals {
    /// Those that the configuration has. Expressions see them as not known yet.
    pub fn new(plan: &Plan, evaluator: &mut Evaluator<'_>, values: &mut FinalValues) -> Self {
        let mut all = BTreeMap::new();
        for node in evaluator.tree().walk() {
            let resources = node.config.resources.keys();
            let passing: Vec<_> = resources
                .filter(|r| r.mode == ResourceMode::Ephemeral)
                .collect();
            if passing.is_empty() {
                continue;
            }
            // What is wrong with a repetition was said while planning.
            for module in evaluator.module_instances(&node.path, values).value {
                for resource in &passing {
                    let addr = (*resource).clone().in_module(module.clone());
                    let keys = evaluator.keys(&addr, values).value;
                    values.expand(&addr, &keys);
                    all.extend(keys.iter().map(|k| (addr.instance(k), Status::Closed)));
                }
            }
        }
        Self {
            all,
            is_whole: plan.mode != PlanMode::Destroy
                && plan.targets.is_empty()
                && plan.excludes.is_empty(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Those that are not open yet and are opened whether or not a step needs them.
    pub fn wanted(&self) -> Vec<AbsResourceInstance> {
        let closed = |(addr, status): (&AbsResourceInstance, &Status)| {
            matches!(status, Status::Closed).then(|| addr.clone())
        };
        self.all
            .iter()
            .filter(|_| self.is_whole)
            .filter_map(closed)
            .collect()
    }

    /// Those among what something depends on that are not open yet.
    pub fn needed<'d>(
        &self,
        dependencies: impl IntoIterator<Item = &'d Dependency>,
    ) -> Vec<AbsResourceInstance> {
        let mut found = Vec::new();
        self.each(dependencies, &mut |addr, status| {
            if matches!(status, Status::Closed) {
                found.push(addr.clone());
            }
        });
        found.sort();
        found.dedup();
        found
    }

    /// Whether one could not be opened that something depends on.
    pub fn is_lost<'d>(&self, dependencies: impl IntoIterator<Item = &'d Dependency>) -> bool {
        let mut lost = false;
        self.each(dependencies, &mut |_, status| {
            lost |= matches!(status, Status::Failed);
        });
        lost
    }

    fn each<'d>(
        &self,
        dependencies: impl IntoIterator<Item = &'d Dependency>,
        with: &mut dyn FnMut(&AbsResourceInstance, &Status),
    ) {
        for d in dependencies {
            let whole = d.resource();
            if whole.resource.mode != ResourceMode::Ephemeral {
                continue;
            }
            match d {
                Dependency::Instance(addr) => {
                    if let Some(status) = self.all.get(addr) {
                        with(addr, status);
                    }
                }
                Dependency::Resource(_) => {
                    for (addr, status) in self.all.iter().filter(|(a, _)| a.resource == *whole) {
                        with(addr, status);
                    }
                }
            }
        }
    }

    /// What is to be opened of these now: those whose arguments and provider are known. The others wait.
    pub fn ask(
        &mut self,
        wanted: &[AbsResourceInstance],
        evaluator: &mut Evaluator<'_>,
        values: &FinalValues,
        registry: &Registry,
    ) -> (Vec<OpenBatch>, Diagnostics) {
        let mut batches: BTreeMap<AbsProviderConfig, OpenBatch> = BTreeMap::new();
        let mut messages = Diagnostics::new();
        for addr in wanted {
            let said = match self.ask_one(addr, evaluator, values, registry, &mut batches) {
                Ok(said) => said,
                Err(said) => {
                    self.all.insert(addr.clone(), Status::Failed);
                    said
                }
            };
            messages.extend(said);
        }
        (batches.into_values().collect(), messages)
    }

    fn ask_one(
        &mut self,
        addr: &AbsResourceInstance,
        evaluator: &mut Evaluator<'_>,
        values: &FinalValues,
        registry: &Registry,
        batches: &mut BTreeMap<AbsProviderConfig, OpenBatch>,
    ) -> Result<Diagnostics, Diagnostics> {
        let mut said = Diagnostics::new();
        let selected = evaluator.resource_provider(addr, values);
        let Some(provider) = selected.value else {
            return Err(selected.diagnostics);
        };
        let resource = &addr.resource.resource;
        let registered = registry.get(&provider.provider);
        let Some(schema) = registered.and_then(|r| schema_of(&*r.provider, resource)) else {
            // Planning said so, and there is nothing to apply then.
            return Ok(said);
        };
        let desired = evaluator.desired(addr, &schema.block, values);
        if desired.diagnostics.has_errors() {
            return Err(desired.diagnostics);
        }
        let (config, marks) = desired.value.config.unmark_deep();
        if !config.is_wholly_known() {
            return Ok(said);
        }
        let Ok(of_provider) = final_provider_config(&provider, evaluator, values, registry) else {
            return Ok(said);
        };
        said.extend(desired.diagnostics);
        let before = evaluator.preconditions(addr, values);
        said.extend(before.diagnostics);
        for r in &before.value {
            said.extend(condition(
                violated("Resource precondition", "precondition-failed", r),
                addr,
            ));
        }
        let problems = registered
            .map(|r| r.provider.validate(resource.mode, &resource.ty, &config))
            .unwrap_or_default();
        for p in problems {
            said.push(placed(p, addr, evaluator));
        }
        if said.has_errors() {
            return Err(said);
        }
        self.all.insert(addr.clone(), Status::Asked(marks));
        batches
            .entry(provider.clone())
            .or_insert_with(|| OpenBatch {
                provider,
                config: of_provider,
                requests: Vec::new(),
            })
            .requests
            .push(OpenRequest {
                addr: addr.clone(),
                ty: resource.ty.clone(),
                config,
            });
        Ok(said)
    }

    /// Takes what opening one gave: from now on expressions see it. Says what is wrong with it.
    pub fn take(
        &mut self,
        addr: &AbsResourceInstance,
        provider: &AbsProviderConfig,
        answer: Result<Opened, Vec<Problem>>,
        evaluator: &mut Evaluator<'_>,
        values: &mut FinalValues,
        registry: &Registry,
    ) -> Diagnostics {
        let marks = match self.all.insert(addr.clone(), Status::Failed) {
            Some(Status::Asked(marks)) => marks,
            _ => Vec::new(),
        };
        let (opened, problems) = match answer {
            Ok(opened) => (Some(opened.value), opened.problems),
            Err(problems) => (None, problems),
        };
        let mut said: Diagnostics = problems
            .into_iter()
            .map(|p| placed(p, addr, evaluator))
            .collect();
        let schema = registry
            .get(&provider.provider)
            .and_then(|r| schema_of(&*r.provider, &addr.resource.resource));
        let (Some(opened), Some(schema)) = (opened, schema) else {
            return said;
        };
        let sensitive = has_sensitive(&schema.block);
        let value =
            marked(&schema.block, sensitive, opened.value().clone(), &marks).mark(Marks::EPHEMERAL);
        values.opened(addr, value.clone());
        let after = evaluator.postconditions(addr, &value, values);
        said.extend(after.diagnostics);
        for r in &after.value {
            said.extend(condition(
                violated("Resource postcondition", "postcondition-failed", r),
                addr,
            ));
        }
        if !said.iter().any(|d| d.severity == Severity::Error) {
            self.all.insert(addr.clone(), Status::Open);
        }
        said
    }
}

/// A condition that does not hold, as a message about its instance.
fn condition(said: Option<Diagnostic>, addr: &AbsResourceInstance) -> Diagnostics {
    said.map(|d| {
        d.within(block_name(&addr.resource.resource))
            .address(addr.to_string())
    })
    .into_iter()
    .collect()
}

/// What a provider configuration depends on.
pub fn provider_dependencies(
    provider: &AbsProviderConfig,
    evaluator: &mut Evaluator<'_>,
    values: &FinalValues,
    registry: &Registry,
) -> Vec<Dependency> {
    let Some(registered) = registry.get(&provider.provider) else {
        return Vec::new();
    };
    let schema = registered.provider.schema().provider.clone();
    evaluator
        .provider_config(provider, &schema, values)
        .dependencies
}
