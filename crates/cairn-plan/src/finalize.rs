//! Decides what a step does once all it waits for is final: configuration evaluated again, planned again, held against what
//! was promised.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, Severity};
use cairn_lang::{Evaluator, ModuleTree};
use cairn_model::{
    AbsProviderConfig, Action, ApplyKind, ApplyRequest, Change, DeposedKey, Mutation, ObjectStatus,
    Plan, RecordInfo, RemoteObject, ResourceMode, StateObject, Step, StepId, StepKind,
};
use cairn_provider::{PlanRequest, Provider, ReadRequest, Registry};
use cairn_value::{Known, Value};

use crate::compare::{broken_promises, same};
use crate::conditions::violated;
use crate::decide::data::sensitive_paths;
use crate::decide::{has_sensitive, lasting, marked, schema_of};
use crate::messages::{block_name, placed};
use crate::proposed::proposed;
use crate::provisioners::provisions;
use crate::values::FinalValues;

/// What a step comes to.
#[derive(Clone, Debug)]
pub enum Finalized {
    /// A part of a remote call that changes something. Its `record` makes the object to record of what the provider gives.
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
    let tree = evaluator.tree();
    let mut provider_configs: BTreeMap<AbsProviderConfig, Value> = BTreeMap::new();
    steps
        .iter()
        .map(|id| {
            let step = plan.steps.step(*id);
            let change = &plan.changes[step.change as usize];
            match step.kind {
                StepKind::Forget => {
                    let mutation = Mutation::Remove {
                        addr: change.addr.clone(),
                        deposed: change.deposed.clone(),
                    };
                    (Some(Finalized::Record(vec![mutation])), Diagnostics::new())
                }
                StepKind::Delete => {
                    let deposed = if change.action == Action::CreateThenDelete {
                        Some(deposed_key(plan, step.change))
                    } else {
                        change.deposed.clone()
                    };
                    let request = planned_request(change, StepKind::Delete, deposed);
                    (
                        Some(Finalized::Apply(Box::new(request))),
                        Diagnostics::new(),
                    )
                }
                StepKind::Create | StepKind::Update | StepKind::Read => {
                    let mut one = One {
                        plan,
                        change,
                        step,
                        tree,
                        values,
                        registry,
                        messages: Diagnostics::new(),
                    };
                    let done = one.run(evaluator, &mut provider_configs);
                    let done = done.filter(|_| !one.messages.has_errors());
                    (done, one.messages)
                }
            }
        })
        .collect()
}

/// The request as planned; final where nothing in the configuration was unknown.
pub(crate) fn planned_request(
    change: &Change,
    kind: StepKind,
    deposed: Option<DeposedKey>,
) -> ApplyRequest {
    let delete = kind == StepKind::Delete;
    let plain = |v: &Value| {
        if v.has_marks() {
            v.clone().unmark_deep().0
        } else {
            v.clone()
        }
    };
    ApplyRequest {
        addr: change.addr.clone(),
        deposed: deposed.or_else(|| change.deposed.clone()),
        kind: match kind {
            StepKind::Delete => ApplyKind::Delete,
            StepKind::Update => ApplyKind::Update,
            _ => ApplyKind::Create,
        },
        ty: change.addr.resource.resource.ty.clone(),
        prior: change
            .before
            .as_ref()
            .filter(|_| kind != StepKind::Create)
            .map(|o| o.remote.clone()),
        planned: if delete {
            Value::Null(change.after.ty())
        } else {
            plain(&change.after)
        },
        config: if delete {
            Value::Null(change.after.ty())
        } else {
            plain(&change.config)
        },
        given: None,
        planned_private: change.planned_private.clone(),
        record: if delete {
            RecordInfo::default()
        } else {
            record_info(change, &change.after)
        },
    }
}

/// Whether an update changes only what is said about values (that they are sensitive), so that the record alone follows.
pub(crate) fn is_record_only(kind: StepKind, change: &Change) -> bool {
    kind == StepKind::Update
        && change
            .before
            .as_ref()
            .is_some_and(|b| same(b.remote.value.value(), &change.after))
}

fn record_info(change: &Change, after: &Value) -> RecordInfo {
    RecordInfo {
        sensitive: sensitive_paths(after),
        dependencies: lasting(&change.dependencies),
        create_before_destroy: change.create_before_destroy,
        keeps_object: change.keeps_object,
        provisions: false,
        sets_aside: None,
    }
}

struct One<'p> {
    plan: &'p Plan,
    change: &'p Change,
    step: &'p Step,
    tree: &'p ModuleTree,
    values: &'p FinalValues,
    registry: &'p Registry,
    messages: Diagnostics,
}

impl One<'_> {
    fn error(&self, code: &'static str, summary: &'static str, detail: String) -> Diagnostic {
        Diagnostic::error(code, summary)
            .detail(detail)
            .within(block_name(&self.change.addr.resource.resource))
            .address(self.change.addr.to_string())
    }

    fn run(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        provider_configs: &mut BTreeMap<AbsProviderConfig, Value>,
    ) -> Option<Finalized> {
        let change = self.change;
        let (module, resource) = change.addr.resource.config();
        let block = self
            .tree
            .get(&module)
            .and_then(|n| n.config.resources.get(&resource));
        if let Some(block) = block
            && !block.lifecycle.preconditions.is_empty()
        {
            let results = evaluator.preconditions(&change.addr, self.values);
            self.messages.extend(results.diagnostics);
            for r in &results.value {
                if let Some(d) = violated("Resource precondition", "precondition-failed", r) {
                    self.messages.push(
                        d.within(block_name(&resource))
                            .address(change.addr.to_string()),
                    );
                }
            }
            if self.messages.has_errors() {
                return None;
            }
        }
        if is_record_only(self.step.kind, change) {
            // Only what is said about the values changes, not the values.
            return Some(self.unchanged());
        }
        let provisions = self.step.kind == StepKind::Create && provisions(block);
        let known = change.config.is_wholly_known() && !self.has_write_only();
        if known && self.step.kind != StepKind::Read {
            // Nothing that the plan was made from can have become other.
            let mut request = planned_request(change, self.step.kind, None);
            request.record.provisions = provisions;
            request.record.sets_aside = self.sets_aside();
            return Some(Finalized::Apply(Box::new(request)));
        }
        let provider = self
            .registry
            .get(&change.provider.provider)
            .map(|r| r.provider.clone());
        let Some(provider) = provider else {
            self.messages.push(self.error(
                "provider-not-available",
                "Provider not available",
                format!(
                    "The provider {} is not built into cairn.",
                    change.provider.provider
                ),
            ));
            return None;
        };
        let schema = schema_of(&*provider, &resource)?.block.clone();
        let desired = evaluator.desired(&change.addr, &schema, self.values);
        let failed = desired.diagnostics.has_errors();
        self.messages.extend(desired.diagnostics);
        if failed {
            return None;
        }
        let (config, marks) = desired.value.config.unmark_deep();
        for problem in provider.validate(resource.mode, &resource.ty, &config) {
            self.messages.push(placed(problem, &change.addr, evaluator));
        }
        if self.messages.has_errors() {
            return None;
        }
        let given = config.clone();
        let (mut config, marks) = if self.has_write_only() {
            crate::write_only::stripped(&schema, &config, marks)
        } else {
            (config, marks)
        };
        if self.step.kind == StepKind::Update
            && let Some(before) = &change.before
            && let Some(block) = block
        {
            config = crate::ignore::apply(
                &block.lifecycle.ignore_changes,
                &schema,
                &config,
                before.remote.value.value(),
            );
        }
        if !config.is_wholly_known() || !given.is_wholly_known() {
            self.messages.push(self.error(
                "config-not-known",
                "Configuration still unknown",
                format!(
                    "An argument of {} is still not known although everything it depends on is done. This is an error in cairn: please report it.",
                    change.addr
                ),
            ));
            return None;
        }
        if self.step.kind == StepKind::Read {
            return Some(Finalized::Read(Box::new(ReadRequest {
                addr: change.addr.clone(),
                mode: ResourceMode::Data,
                ty: resource.ty.clone(),
                prior: None,
                config,
            })));
        }
        if !provider_configs.contains_key(&change.provider) {
            let of_provider = evaluator.provider_config(
                &change.provider,
                &provider.schema().provider,
                self.values,
            );
            self.messages.extend(of_provider.diagnostics);
            let value = of_provider.value.unmark_deep().0;
            provider_configs.insert(change.provider.clone(), value);
        }
        let provider_config = &provider_configs[&change.provider];
        let planned = self.plan_again(evaluator, &*provider, &schema, &config, provider_config)?;
        let after = marked(&schema, has_sensitive(&schema), planned.0.clone(), &marks);
        if self.step.kind == StepKind::Update
            && let Some(before) = &change.before
            && same(before.remote.value.value(), &planned.0)
        {
            return Some(self.unchanged());
        }
        Some(Finalized::Apply(Box::new(ApplyRequest {
            planned: planned.0,
            config,
            given: self.has_write_only().then_some(given),
            planned_private: planned.1,
            record: RecordInfo {
                provisions,
                sets_aside: self.sets_aside(),
                ..record_info(change, &after)
            },
            ..planned_request(change, self.step.kind, None)
        })))
    }

    /// Whether the type has arguments whose values the plan does not hold, so that they are evaluated again.
    fn has_write_only(&self) -> bool {
        let registered = self.registry.get(&self.change.provider.provider);
        registered
            .and_then(|r| schema_of(&*r.provider, &self.change.addr.resource.resource))
            .is_some_and(|s| crate::write_only::has_any(&s.block))
    }

    /// The key for the object that a creation replaces and that is deleted after it.
    fn sets_aside(&self) -> Option<DeposedKey> {
        (self.step.kind == StepKind::Create && self.change.action == Action::CreateThenDelete)
            .then(|| deposed_key(self.plan, self.step.change))
    }

    /// The record follows what the configuration says about an object that stays as it is.
    fn unchanged(&self) -> Finalized {
        let change = self.change;
        let Some(before) = &change.before else {
            return Finalized::Record(Vec::new());
        };
        let info = record_info(change, &change.after);
        Finalized::Record(vec![Mutation::Put {
            addr: change.addr.clone(),
            deposed: None,
            provider: change.provider.clone(),
            object: Arc::new(info.object(before.remote.clone(), before.status)),
        }])
    }

    /// Asks the provider again with the final configuration, and holds the answer against the plan.
    fn plan_again(
        &mut self,
        evaluator: &Evaluator<'_>,
        provider: &dyn Provider,
        schema: &cairn_model::BlockSchema,
        config: &Value,
        provider_config: &Value,
    ) -> Option<(Value, Arc<[u8]>)> {
        let change = self.change;
        let prior = change
            .before
            .as_ref()
            .filter(|_| self.step.kind == StepKind::Update);
        let merged = proposed(schema, prior.map(|p| p.remote.value.value()), config);
        let mut answers = provider.plan(&[PlanRequest {
            addr: &change.addr,
            ty: &change.addr.resource.resource.ty,
            prior: prior.map(|p| &p.remote),
            config,
            proposed: &merged,
            provider_config,
        }]);
        let answer = answers.pop()?;
        for problem in answer.problems {
            let failed = problem.severity == Severity::Error;
            self.messages.push(placed(problem, &change.addr, evaluator));
            if failed {
                return None;
            }
        }
        let planned = answer.planned?;
        if let Some(prior) = prior {
            let old = prior.remote.value.value();
            let replace =
                answer
                    .requires_replace
                    .iter()
                    .find(|p| match (p.get(old), p.get(&planned)) {
                        (Some(a), Some(b)) => !same(a, b),
                        (None, None) => false,
                        _ => true,
                    });
            if let Some(path) = replace {
                self.messages.push(
                    self.error(
                        "inconsistent-final-plan",
                        "Provider produced inconsistent final plan",
                        format!(
                            "The plan was to update {} in place, but with what became known meanwhile the change of {path} needs a replacement. Plan and apply once more.",
                            change.addr
                        ),
                    )
                    .at_opt(evaluator.locate(&change.addr, path)),
                );
                return None;
            }
        }
        let broken = broken_promises(&change.after, &planned);
        if let Some(path) = broken.first() {
            self.messages.push(
                self.error(
                    "inconsistent-final-plan",
                    "Provider produced inconsistent final plan",
                    format!(
                        "The final value of {path} of {} differs from the planned one. Plan and apply once more; if it comes again, this is an error in the provider {}: please report it.",
                        change.addr,
                        provider.addr()
                    ),
                )
                .at_opt(evaluator.locate(&change.addr, path)),
            );
            return None;
        }
        Some((planned, answer.private))
    }
}

/// The evaluated block of a provider configuration, to open a session with.
pub fn final_provider_config(
    provider: &AbsProviderConfig,
    evaluator: &mut Evaluator<'_>,
    values: &FinalValues,
    registry: &Registry,
) -> Result<Known, Diagnostics> {
    let Some(registered) = registry.get(&provider.provider) else {
        return Err(
            Diagnostic::error("provider-not-available", "Provider not available")
                .detail(format!(
                    "The provider {} is not built into cairn.",
                    provider.provider
                ))
                .into(),
        );
    };
    let schema = registered.provider.schema().provider.clone();
    let evaluated = evaluator.provider_config(provider, &schema, values);
    if evaluated.diagnostics.has_errors() {
        return Err(evaluated.diagnostics);
    }
    Known::try_from(evaluated.value).map_err(|_| {
        Diagnostic::error("provider-config-unknown", "Provider configuration still unknown")
            .detail(format!(
                "The configuration of {provider} depends on something that has not been made. Make that first, with -target."
            ))
            .into()
    })
}

/// The object to record for a change from what the provider gave: sensitive paths, dependencies and the rest from the plan.
/// Needed for what was read; requests of calls carry the same in their `record`.
pub fn record(
    change: &Change,
    remote: RemoteObject,
    status: ObjectStatus,
    registry: &Registry,
) -> StateObject {
    let mut info = record_info(change, &change.after);
    let schema = registry
        .get(&change.provider.provider)
        .and_then(|r| schema_of(&*r.provider, &change.addr.resource.resource));
    if let Some(schema) = schema
        && has_sensitive(&schema.block)
    {
        let value = remote.value.value();
        info.sensitive.extend(
            Evaluator::schema_marks(&schema.block, value)
                .into_iter()
                .map(|(p, _)| p),
        );
        info.sensitive.retain(|p| p.get(value).is_some());
        info.sensitive.sort();
        info.sensitive.dedup();
    }
    info.object(remote, status)
}

/// The key under which a change with `create_before_destroy` sets its object aside: the same whenever asked for the same
/// plan, free at that address.
pub fn deposed_key(plan: &Plan, change: u32) -> DeposedKey {
    let at = change as usize;
    let addr = &plan.changes[at].addr;
    // Deposed objects of the address follow its current one.
    let taken = |key: &str| {
        plan.changes[at + 1..]
            .iter()
            .take_while(|c| c.addr == *addr)
            .any(|c| c.deposed.as_ref().is_some_and(|d| &*d.0 == key))
    };
    let text = format!("{}/{}/{}/{addr}", plan.lineage, plan.serial, plan.timestamp);
    for salt in 0u32.. {
        let mut hash = fnv1a(text.as_bytes(), 0xcbf2_9ce4_8422_2325);
        hash = fnv1a(&salt.to_le_bytes(), hash);
        let key = format!("{:08x}", (hash >> 32) as u32 ^ hash as u32);
        if !taken(&key) {
            return DeposedKey(Arc::from(key));
        }
    }
    unreachable!("an address has fewer than four thousand million deposed objects")
}

/// FNV-1a, 64 bits: spreads well enough for keys that only have to differ within one address.
fn fnv1a(bytes: &[u8], start: u64) -> u64 {
    bytes.iter().fold(start, |h, b| {
        (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3)
    })
}
