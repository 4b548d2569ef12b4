//! Decides what becomes of the instances of a managed resource: nothing, creation, update, or replacement. The provider is
//! asked once for all of them, and once more for those that must be made anew.

use std::sync::Arc;

use cairn_diag::{Diagnostic, Severity};
use cairn_lang::ExprKind;
use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, Action, ActionReason, Change, Dependency, Module,
    Mutation, Resource, StateObject,
};
use cairn_provider::{PlanRequest, PlanResponse};
use cairn_value::{Marks, Path, Type, Value};
use petgraph::graph::NodeIndex;

use super::{Subject, ephemeral_misplaced, has_sensitive, lasting, marked};
use crate::compare::same;
use crate::messages::{block_name, placed};
use crate::planner::{Planner, Visit};
use crate::proposed::proposed;

/// An instance on its way to a change.
struct Draft {
    addr: AbsResourceInstance,
    provider: AbsProviderConfig,
    /// The configuration without marks, ignored changes applied.
    config: Value,
    /// The same as it is written: what is made anew ignores nothing.
    written: Value,
    marks: Vec<(Path, Marks)>,
    dependencies: Arc<[Dependency]>,
    /// The recorded object as it is now.
    prior: Option<Arc<StateObject>>,
    tainted: bool,
    /// Why it is replaced whatever the provider says.
    forced: Option<ActionReason>,
    previous: Option<AbsResourceInstance>,
    importing: Option<String>,
    proposed: Value,
}

impl Draft {
    /// The recorded value that the provider plans from; a tainted object is planned as if there were none.
    fn base(&self) -> Option<&StateObject> {
        self.prior.as_deref().filter(|_| !self.tainted)
    }
}

/// What was decided of a draft.
struct Decision {
    action: Action,
    reason: Option<ActionReason>,
    after: Value,
    replace_paths: Vec<Path>,
    answer: PlanResponse,
}

impl Planner<'_> {
    pub(crate) fn visit_managed(
        &mut self,
        node: NodeIndex,
        module: &Module,
        resource: &Resource,
    ) -> Visit {
        if self.is_refreshing(module, resource) {
            return Visit::Blocked;
        }
        let Some(subject) = self.subject(module, resource) else {
            return Visit::Done;
        };
        if self.is_importing(module, resource) {
            return Visit::Blocked;
        }
        if subject.block().stands_in {
            self.take_for_stand_in(resource);
            return Visit::Done;
        }
        let mut addrs = Vec::new();
        for (addr, keys) in self.expand(node, module, resource) {
            addrs.extend(keys.iter().map(|k| addr.instance(k)));
        }
        if self.left_out[node.index()].is_some() {
            // Which of them stay is not known, so nothing is said of any.
            self.keep_recorded(module, resource);
        }
        if subject.provider.is_none() {
            self.fail(node);
        }
        if self.is_refresh_only() || subject.provider.is_none() {
            for addr in addrs {
                self.see_as_it_is(&addr);
            }
            return Visit::Done;
        }
        self.know_prevent_destroy(node, &subject, &addrs);
        let drafts = self.draft(node, &subject, addrs);
        let decisions = self.decide(&subject, &drafts);
        for (draft, decision) in drafts.into_iter().zip(decisions) {
            if let Some(d) = decision {
                self.settle(node, &subject, draft, d);
            } else {
                self.fail(node);
                self.values.set(&draft.addr, Value::unknown(Type::Dynamic));
            }
        }
        Visit::Done
    }

    /// Whether objects may be deleted must be known in every plan, not only when it comes to that.
    fn know_prevent_destroy(
        &mut self,
        node: NodeIndex,
        subject: &Subject,
        addrs: &[AbsResourceInstance],
    ) {
        let Some(said) = &subject.block().lifecycle.prevent_destroy else {
            return;
        };
        let mut last = None;
        for addr in addrs {
            let module = &addr.resource.module;
            if matches!(said.kind, ExprKind::Literal(_)) || last == Some(module) {
                continue;
            }
            last = Some(module);
            let found = self
                .evaluator
                .flag(module, said, "prevent_destroy", &self.values);
            if found.value.is_none() {
                if !found.diagnostics.has_errors() {
                    self.messages
                        .push(super::orphan::unknown_prevent_destroy(addr, said));
                }
                self.fail(node);
            }
            self.messages.extend(found.diagnostics);
        }
    }

    /// Nothing is planned; expressions see the object as the refresh found it.
    fn see_as_it_is(&mut self, addr: &AbsResourceInstance) {
        let object = self.prior.get_mut(addr).and_then(|r| {
            r.seen = true;
            r.current.as_ref().and_then(|h| h.object().cloned())
        });
        self.values.set(
            addr,
            object.map_or_else(
                || Value::unknown(Type::Dynamic),
                |o| crate::values::object_value(&o),
            ),
        );
    }

    /// What must be there for the provisioners of an instance's creation.
    fn provisioner_reads(
        &mut self,
        addr: &AbsResourceInstance,
        schema: &cairn_model::BlockSchema,
    ) -> Vec<Dependency> {
        let (module, resource) = addr.resource.config();
        let tree = self.tree;
        let block = tree
            .get(&module)
            .and_then(|n| n.config.resources.get(&resource));
        block.map_or_else(Vec::new, |block| {
            let evaluator = &mut self.evaluator;
            crate::provisioners::reads(block, &module, addr, schema, evaluator, &self.values)
        })
    }

    /// Evaluates what the configuration wants of each instance, and what is there.
    fn draft(
        &mut self,
        node: NodeIndex,
        subject: &Subject,
        addrs: Vec<AbsResourceInstance>,
    ) -> Vec<Draft> {
        let provider = subject.provider.clone().expect("checked by the caller");
        let schema = subject.schema().block.clone();
        let lifecycle = &subject.block().lifecycle;
        let write_only = crate::write_only::has_any(&schema);
        let mut last: Arc<[Dependency]> = Arc::from([]);
        let mut drafts = Vec::with_capacity(addrs.len());
        for addr in addrs {
            if !self.takes_part(node.index(), &addr) {
                continue;
            }
            let (prior, previous) = self.prior.get_mut(&addr).map_or((None, None), |r| {
                r.seen = true;
                let object = r.current.as_ref().and_then(|h| h.object().cloned());
                (object, r.previous.clone())
            });
            let imported = self.imports.done.get(&addr).cloned();
            let importing = imported.as_ref().map(|(_, id)| id.clone());
            let prior = prior.or(imported.map(|(o, _)| o));
            let mut failed =
                !lifecycle.preconditions.is_empty() && !self.check_preconditions(&addr);
            let desired = self.evaluator.desired(&addr, &schema, &self.values);
            failed |= desired.diagnostics.has_errors() || self.imports.failed.contains(&addr);
            self.messages.extend(desired.diagnostics);
            let (config, marks) = desired.value.config.unmark_deep();
            for d in ephemeral_misplaced(&schema, &marks, &addr, &self.evaluator) {
                failed = true;
                self.messages.push(d);
            }
            if !failed {
                for problem in
                    provider.validate(subject.resource.mode, &subject.resource.ty, &config)
                {
                    failed |= problem.severity == Severity::Error;
                    let d = placed(problem, &addr, &self.evaluator);
                    self.messages.push(d);
                }
            }
            let (config, marks) = if write_only {
                crate::write_only::stripped(&schema, &config, marks)
            } else {
                (config, marks)
            };
            let selected = self.select_provider(subject, &addr).filter(|_| !failed);
            let Some((provider_addr, of_key)) = selected else {
                self.fail(node);
                self.values.set(&addr, Value::unknown(Type::Dynamic));
                continue;
            };
            let (forced, triggers) = self.forced(&addr, subject, prior.is_some());
            let mut found = desired.dependencies;
            found.extend(triggers);
            if !of_key.is_empty() {
                found.extend(of_key);
                found.sort();
                found.dedup();
            }
            if crate::provisioners::provisions(Some(subject.block())) {
                found.extend(self.provisioner_reads(&addr, &schema));
                found.sort();
                found.dedup();
            }
            let dependencies = self.close_dependencies(found, &provider_addr, &addr, &mut last);
            let tainted = prior
                .as_ref()
                .is_some_and(|p| p.status == cairn_model::ObjectStatus::Tainted);
            let written = config;
            let config = match &prior {
                Some(p) if !tainted => crate::ignore::apply(
                    &lifecycle.ignore_changes,
                    &schema,
                    &written,
                    p.remote.value.value(),
                ),
                _ => written.clone(),
            };
            let proposed = proposed(
                &schema,
                prior
                    .as_ref()
                    .filter(|_| !tainted)
                    .map(|p| p.remote.value.value()),
                &config,
            );
            drafts.push(Draft {
                addr,
                provider: provider_addr,
                config,
                written,
                marks,
                dependencies,
                prior,
                tainted,
                forced,
                previous,
                importing,
                proposed,
            });
        }
        drafts
    }

    /// Why an instance is replaced whatever the provider says, and what `replace_triggered_by` makes it depend on.
    fn forced(
        &mut self,
        addr: &AbsResourceInstance,
        subject: &Subject,
        is_there: bool,
    ) -> (Option<ActionReason>, Vec<Dependency>) {
        let by_request = self.options.replace.contains(addr);
        let mut reason = by_request.then_some(ActionReason::ReplaceByRequest);
        if subject.block().lifecycle.replace_triggered_by.is_empty() {
            return (reason.filter(|_| is_there), Vec::new());
        }
        let triggers = self.evaluator.replace_triggers(addr, &self.values);
        self.messages.extend(triggers.diagnostics);
        let triggered = triggers.value.iter().any(|t| match &t.dependency {
            Dependency::Instance(i) => self
                .change_at(i)
                .is_some_and(|c| triggers_replacement(c, t.path.as_ref())),
            Dependency::Resource(r) => self.changes_of.get(r).is_some_and(|all| {
                all.iter()
                    .any(|i| triggers_replacement(&self.changes[*i as usize], t.path.as_ref()))
            }),
        });
        if triggered {
            reason = Some(ActionReason::ReplaceByTriggers);
        }
        let named = triggers.value.into_iter().map(|t| t.dependency);
        (reason.filter(|_| is_there), named.collect())
    }

    /// Asks the provider about all drafts, then about those that are made anew.
    fn decide(&mut self, subject: &Subject, drafts: &[Draft]) -> Vec<Option<Decision>> {
        let schema = &subject.schema().block;
        let first = self.ask(
            subject,
            drafts.iter().map(|d| (d, d.base(), &d.config, &d.proposed)),
        );
        let mut decisions: Vec<Option<Decision>> = Vec::with_capacity(drafts.len());
        let mut again: Vec<(usize, Value)> = Vec::new();
        for (i, (draft, answer)) in drafts.iter().zip(first).enumerate() {
            let Some(answer) = answer else {
                decisions.push(None);
                continue;
            };
            let decision = decide_one(draft, answer);
            if decision.action.is_replace() && !draft.tainted {
                again.push((i, proposed(schema, None, &draft.written)));
            }
            decisions.push(Some(decision));
        }
        if !again.is_empty() {
            let answers = self.ask(
                subject,
                again
                    .iter()
                    .map(|(i, p)| (&drafts[*i], None, &drafts[*i].written, p)),
            );
            for ((i, _), answer) in again.iter().zip(answers) {
                let slot = &mut decisions[*i];
                match (answer, slot.as_mut()) {
                    (Some(mut answer), Some(decision)) => {
                        decision.after = answer.planned.take().expect("kept where there is one");
                        decision.answer = answer;
                    }
                    _ => *slot = None,
                }
            }
        }
        decisions
    }

    /// Asks the provider once for all. Nothing where it found errors, or gave an answer that it may not give.
    fn ask<'d>(
        &mut self,
        subject: &Subject,
        drafts: impl Iterator<Item = (&'d Draft, Option<&'d StateObject>, &'d Value, &'d Value)>,
    ) -> Vec<Option<PlanResponse>> {
        let provider = subject.provider.clone().expect("checked by the caller");
        let schema = &subject.schema().block;
        let (asked, requests): (Vec<&Draft>, Vec<PlanRequest<'_>>) = drafts
            .map(|(d, prior, config, proposed)| {
                (
                    d,
                    PlanRequest {
                        addr: &d.addr,
                        ty: &subject.resource.ty,
                        prior: prior.map(|p| &p.remote),
                        config,
                        proposed,
                        provider_config: &self.providers[&d.provider].config,
                    },
                )
            })
            .unzip();
        if requests.is_empty() {
            return Vec::new();
        }
        let answers = provider.plan(&requests);
        let answered = answers.len();
        let mut out = Vec::with_capacity(asked.len());
        let mut messages = Vec::new();
        for ((draft, request), mut answer) in asked.iter().zip(&requests).zip(answers) {
            let mut failed = answer.planned.is_none();
            for problem in std::mem::take(&mut answer.problems) {
                failed |= problem.severity == Severity::Error;
                messages.push(placed(problem, &draft.addr, &self.evaluator));
            }
            if let Some(planned) = &answer.planned
                && !failed
                && !provider.is_lenient()
            {
                let prior = request.prior.map(|p| p.value.value());
                for (path, why) in crate::check::planned(schema, prior, request.config, planned) {
                    failed = true;
                    messages.push(
                        Diagnostic::error("provider-invalid-plan", "Provider produced invalid plan")
                            .detail(format!(
                                "The provider {} planned a value for {path} that it may not plan: {why}. This is an error in the provider: please report it.",
                                provider.addr()
                            ))
                            .at_opt(self.evaluator.locate(&draft.addr, &path))
                            .within(block_name(&draft.addr.resource.resource))
                            .address(draft.addr.to_string()),
                    );
                }
            }
            out.push((!failed).then_some(answer));
        }
        if answered != asked.len() {
            messages.push(
                Diagnostic::error("provider-invalid-plan", "Provider produced invalid plan")
                    .detail(format!(
                        "The provider {} was asked about {} objects and answered for {answered}. This is an error in the provider: please report it.",
                        provider.addr(),
                        asked.len()
                    ))
                    .within(block_name(&subject.resource)),
            );
            out.resize_with(asked.len(), || None);
        }
        for m in messages {
            self.messages.push(m);
        }
        out
    }

    /// Makes the change, and lets expressions see it.
    fn settle(&mut self, node: NodeIndex, subject: &Subject, draft: Draft, decision: Decision) {
        let schema = &subject.schema().block;
        let before_first = self.create_before_destroy[node.index()];
        let Decision {
            mut action,
            reason,
            after,
            replace_paths,
            answer,
        } = decision;
        let keeps_object = subject.block().lifecycle.destroy == Some(false);
        if action.is_replace() {
            action = match (keeps_object, before_first) {
                (true, _) => Action::CreateThenForget,
                (false, true) => Action::CreateThenDelete,
                (false, false) => action,
            };
        }
        let sensitive = has_sensitive(schema);
        let after = marked(schema, sensitive, after, &draft.marks);
        if action == Action::NoOp
            && let Some(prior) = &draft.prior
            && sensitivity_changed(schema, sensitive, prior, &draft.marks)
        {
            action = Action::Update;
        }
        if let Some(prior) = &draft.prior
            && action.is_replace()
            && !keeps_object
        {
            self.prevent_destroy(&draft.addr, subject.block(), prior, &replace_paths);
        }
        let config = if action.is_replace() {
            draft.written
        } else {
            draft.config
        };
        let config = if draft.marks.is_empty() {
            config
        } else {
            config.mark_paths(&draft.marks)
        };
        let recorded = lasting(&draft.dependencies);
        if action == Action::NoOp
            && let Some(prior) = &draft.prior
            && (prior.dependencies != recorded
                || prior.create_before_destroy != before_first
                || prior.keeps_object != keeps_object
                || self
                    .prior
                    .get(&draft.addr)
                    .is_some_and(|r| r.provider != draft.provider))
            && draft.importing.is_none()
        {
            // Only what is done in times to come changes, or who looks after the object: that is recorded, nothing more.
            self.prelude.push(Mutation::Put {
                addr: draft.addr.clone(),
                deposed: None,
                provider: draft.provider.clone(),
                object: Arc::new(StateObject {
                    dependencies: recorded,
                    create_before_destroy: before_first,
                    keeps_object,
                    ..(**prior).clone()
                }),
            });
        }
        self.values.set(&draft.addr, after.clone());
        let change = Change {
            addr: draft.addr,
            previous_addr: draft.previous,
            deposed: None,
            provider: draft.provider,
            action,
            reason,
            before: draft.prior,
            after,
            config,
            planned_private: answer.private,
            replace_paths,
            notes: if action == Action::NoOp {
                Vec::new()
            } else {
                answer.notes
            },
            importing: draft.importing,
            generated_config: None,
            dependencies: draft.dependencies,
            create_before_destroy: before_first,
            keeps_object,
        };
        if !subject.block().lifecycle.postconditions.is_empty() {
            let holds = self.check_postconditions(&change.addr, &change.after);
            if !holds {
                self.fail(node);
            }
        }
        self.decided(Some(node.index()), change);
    }
}

/// Whether a planned change sets off a `replace_triggered_by`.
fn triggers_replacement(change: &Change, path: Option<&Path>) -> bool {
    if change.deposed.is_some() || !(change.action == Action::Update || change.action.is_replace())
    {
        return false;
    }
    let Some(path) = path else { return true };
    let before = change
        .before
        .as_ref()
        .and_then(|b| path.get(b.remote.value.value()));
    match (before, path.get(&change.after)) {
        (Some(b), Some(a)) => !a.is_wholly_known() || !same(b, a),
        (None, None) => false,
        _ => true,
    }
}

fn decide_one(draft: &Draft, mut answer: PlanResponse) -> Decision {
    let planned = answer.planned.take().expect("kept where there is one");
    let Some(prior) = &draft.prior else {
        return Decision {
            action: Action::Create,
            reason: None,
            after: planned,
            replace_paths: Vec::new(),
            answer,
        };
    };
    let old = prior.remote.value.value();
    let replace = |reason, replace_paths, after, answer| Decision {
        action: Action::DeleteThenCreate,
        reason: Some(reason),
        after,
        replace_paths,
        answer,
    };
    if draft.tainted {
        return replace(
            ActionReason::ReplaceBecauseTainted,
            Vec::new(),
            planned,
            answer,
        );
    }
    let mut paths: Vec<Path> = std::mem::take(&mut answer.requires_replace)
        .into_iter()
        .filter(|p| match (p.get(old), p.get(&planned)) {
            (Some(a), Some(b)) => !same(a, b),
            (None, None) => false,
            _ => true,
        })
        .collect();
    paths.sort();
    paths.dedup();
    if let Some(reason) = draft.forced {
        return replace(reason, paths, planned, answer);
    }
    if !paths.is_empty() {
        return replace(
            ActionReason::ReplaceBecauseCannotUpdate,
            paths,
            planned,
            answer,
        );
    }
    let (action, after) = if same(old, &planned) {
        (Action::NoOp, old.clone())
    } else {
        (Action::Update, planned)
    };
    Decision {
        action,
        reason: None,
        after,
        replace_paths: Vec::new(),
        answer,
    }
}

/// Whether what the configuration says is sensitive differs from what is recorded, beyond what the schema says.
fn sensitivity_changed(
    schema: &cairn_model::BlockSchema,
    by_schema: bool,
    prior: &StateObject,
    marks: &[(Path, Marks)],
) -> bool {
    if prior.sensitive.is_empty() && marks.is_empty() {
        return false;
    }
    let value = prior.remote.value.value();
    let of_schema: Vec<Path> = if by_schema {
        cairn_lang::Evaluator::schema_marks(schema, value)
            .into_iter()
            .map(|(p, _)| p)
            .collect()
    } else {
        Vec::new()
    };
    let beyond = |paths: Vec<&Path>| {
        let mut paths: Vec<Path> = paths
            .into_iter()
            .filter(|p| !of_schema.iter().any(|s| p.is_within(s)) && p.get(value).is_some())
            .cloned()
            .collect();
        paths.sort();
        paths.dedup();
        paths
    };
    beyond(prior.sensitive.iter().collect())
        != beyond(
            marks
                .iter()
                .filter(|(_, m)| m.is_sensitive())
                .map(|(p, _)| p)
                .collect(),
        )
}
