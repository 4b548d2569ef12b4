//! Decides whether a data source is read now or during the apply: now, if its arguments and its provider are known and
//! nothing that it explicitly depends on changes. When an ephemeral resource is opened is decided alike.

use std::sync::Arc;

use cairn_diag::{Diagnostic, Severity};
use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, Action, ActionReason, Change, Dependency, Module,
    Mutation, ObjectStatus, PlanMode, RemoteObject, Resource, ResourceMode, StateObject,
};
use cairn_provider::{Problem, ReadRequest, ReadResponse};
use cairn_value::{Marks, Name, Path, Type, Value};
use petgraph::graph::NodeIndex;

use super::{Subject, ephemeral_misplaced, has_sensitive, lasting, marked};
use crate::checks::check_around;
use crate::compare::same;
use crate::messages::placed;
use crate::planner::{Planner, Visit};
use crate::proposed::proposed;
use crate::reads::Purpose;

/// An instance of a data source or ephemeral resource on its way to a value.
pub(crate) struct DataDraft {
    pub(super) addr: AbsResourceInstance,
    pub(super) provider: AbsProviderConfig,
    /// The configuration without marks.
    pub(super) config: Value,
    pub(super) marks: Vec<(Path, Marks)>,
    pub(super) dependencies: Arc<[Dependency]>,
    /// Why it is read or opened during the apply; nothing where that is done now.
    pub(super) deferred: Option<ActionReason>,
    /// What was read.
    answer: Option<RemoteObject>,
}

impl Planner<'_> {
    /// Plans the instances of a data source or ephemeral resource.
    pub(crate) fn visit_data(
        &mut self,
        node: NodeIndex,
        module: &Module,
        resource: &Resource,
    ) -> Visit {
        let Some(subject) = self.subject(module, resource) else {
            return Visit::Done;
        };
        let passes = resource.mode == ResourceMode::Ephemeral;
        if let Some(drafts) = self.data_drafts.remove(&node) {
            if passes {
                self.settle_ephemeral(node, &subject, drafts);
            } else {
                self.settle_data(node, &subject, drafts);
            }
            return Visit::Done;
        }
        let mut addrs = Vec::new();
        for (addr, keys) in self.expand(node, module, resource) {
            addrs.extend(keys.iter().map(|k| addr.instance(k)));
        }
        if subject.provider.is_none() {
            self.fail(node);
            for addr in addrs {
                self.no_value(&addr);
            }
            return Visit::Done;
        }
        let drafts = self.draft_data(node, &subject, addrs);
        let now = drafts.iter().any(|d| d.deferred.is_none());
        if passes {
            if !now {
                self.settle_ephemeral(node, &subject, drafts);
                return Visit::Done;
            }
            self.ask_to_open(node, &drafts);
            self.data_drafts.insert(node, drafts);
            return Visit::Blocked;
        }
        if !now {
            self.settle_data(node, &subject, drafts);
            return Visit::Done;
        }
        for (i, d) in drafts.iter().enumerate() {
            if d.deferred.is_none() {
                self.reads.ask(
                    &d.provider,
                    Purpose::Data(node, i),
                    ReadRequest {
                        addr: d.addr.clone(),
                        mode: ResourceMode::Data,
                        ty: resource.ty.clone(),
                        prior: None,
                        config: d.config.clone(),
                    },
                );
            }
        }
        self.data_drafts.insert(node, drafts);
        Visit::Blocked
    }

    fn draft_data(
        &mut self,
        node: NodeIndex,
        subject: &Subject,
        addrs: Vec<AbsResourceInstance>,
    ) -> Vec<DataDraft> {
        let provider = subject.provider.clone().expect("checked by the caller");
        let schema = subject.schema().block.clone();
        let (module, resource) = match addrs.first() {
            Some(a) => a.resource.config(),
            None => return Vec::new(),
        };
        let pending = self
            .graph
            .explicit_dependencies(self.tree, &module, &resource)
            .iter()
            .any(|n| self.changing[n.index()]);
        let mut last: Arc<[Dependency]> = Arc::from([]);
        let mut drafts = Vec::new();
        for addr in addrs {
            if !self.takes_part(node.index(), &addr) {
                continue;
            }
            if let Some(r) = self.prior.get_mut(&addr) {
                r.seen = true;
            }
            let mut failed = !subject.block().lifecycle.preconditions.is_empty()
                && !self.check_preconditions(&addr);
            let desired = self.evaluator.desired(&addr, &schema, &self.values);
            failed |= desired.diagnostics.has_errors();
            self.messages.extend(desired.diagnostics);
            let (config, marks) = desired.value.config.unmark_deep();
            if resource.mode == ResourceMode::Data {
                for d in ephemeral_misplaced(&schema, &marks, &addr, &self.evaluator) {
                    failed = true;
                    self.messages.push(d);
                }
            }
            if !failed {
                for problem in provider.validate(resource.mode, &resource.ty, &config) {
                    failed |= problem.severity == Severity::Error;
                    let d = placed(problem, &addr, &self.evaluator);
                    self.messages.push(d);
                }
            }
            let selected = self.select_provider(subject, &addr).filter(|_| !failed);
            let Some((provider_addr, of_key)) = selected else {
                self.fail(node);
                self.no_value(&addr);
                continue;
            };
            let mut found = desired.dependencies;
            if !of_key.is_empty() {
                found.extend(of_key);
                found.sort();
                found.dedup();
            }
            let dependencies = self.close_dependencies(found, &provider_addr, &addr, &mut last);
            let readable = !self.options.validate_only && self.is_readable(&provider_addr);
            let deferred = if !readable || !config.is_wholly_known() {
                Some(ActionReason::ReadBecauseConfigUnknown)
            } else if pending {
                Some(ActionReason::ReadBecauseDependencyPending)
            } else {
                None
            };
            drafts.push(DataDraft {
                addr,
                provider: provider_addr,
                config,
                marks,
                dependencies,
                deferred,
                answer: None,
            });
        }
        drafts
    }

    pub(crate) fn take_data(&mut self, node: NodeIndex, draft: usize, answer: ReadResponse) {
        let Some(draft) = self
            .data_drafts
            .get_mut(&node)
            .and_then(|all| all.get_mut(draft))
        else {
            return;
        };
        match answer {
            ReadResponse::Present(object) => draft.answer = Some(*object),
            ReadResponse::Absent => {
                let addr = draft.addr.clone();
                let problem = Problem::error(
                    "data-source-not-found",
                    "Data source found nothing",
                    "The provider found nothing that matches the arguments of this data source. Change the arguments, or make what it looks for first.",
                );
                self.not_read(&addr, vec![problem]);
            }
            ReadResponse::Failed(problems) => {
                let addr = draft.addr.clone();
                self.not_read(&addr, problems);
            }
        }
    }

    /// Says why a data source was not read. That of a check makes the check fail, and nothing else.
    fn not_read(&mut self, addr: &AbsResourceInstance, problems: Vec<Problem>) {
        let check = check_around(self.tree, &addr.resource);
        let mut failures = Vec::new();
        for problem in problems {
            let d = placed(problem, addr, &self.evaluator);
            let d = match &check {
                Some(check) => verifying(d, check, &mut failures),
                None => d,
            };
            self.messages.push(d);
        }
        if let Some(check) = check.filter(|_| !self.scope.is_limited()) {
            self.checks.unread(&check, &addr.resource.module, failures);
        }
    }

    fn settle_data(&mut self, node: NodeIndex, subject: &Subject, drafts: Vec<DataDraft>) {
        let schema = subject.schema().block.clone();
        let sensitive = has_sensitive(&schema);
        let postconditions = !subject.block().lifecycle.postconditions.is_empty();
        let nested = subject.block().check.is_some();
        let verifies = nested && self.options.mode == PlanMode::Normal;
        for draft in drafts {
            let recorded = self
                .prior
                .get(&draft.addr)
                .and_then(|r| r.current.as_ref())
                .map(|h| h.recorded.clone());
            self.note_data_dependencies(&draft);
            let (action, reason, before, after) = match (draft.deferred, draft.answer) {
                (Some(reason), _) => {
                    let after = proposed(&schema, None, &draft.config);
                    let after = marked(&schema, sensitive, after, &draft.marks);
                    (Action::Read, Some(reason), recorded, after)
                }
                (None, Some(remote)) => {
                    let value = remote.value.value().clone();
                    let after = marked(&schema, sensitive, value, &draft.marks);
                    let object = Arc::new(StateObject {
                        sensitive: sensitive_paths(&after),
                        status: ObjectStatus::Ready,
                        dependencies: lasting(&draft.dependencies),
                        create_before_destroy: false,
                        keeps_object: false,
                        remote,
                    });
                    let unchanged = recorded.as_ref().is_some_and(|r| {
                        same(r.remote.value.value(), object.remote.value.value())
                            && r.sensitive == object.sensitive
                            && r.dependencies == object.dependencies
                    });
                    if !unchanged {
                        self.prelude.push(Mutation::Put {
                            addr: draft.addr.clone(),
                            deposed: None,
                            provider: draft.provider.clone(),
                            object: object.clone(),
                        });
                    }
                    if verifies {
                        let reason = ActionReason::ReadBecauseCheckNested;
                        (Action::Read, Some(reason), recorded, after)
                    } else {
                        (Action::NoOp, None, Some(object), after)
                    }
                }
                (None, None) if verifies => {
                    let after = proposed(&schema, None, &draft.config);
                    let after = marked(&schema, sensitive, after, &draft.marks);
                    let reason = ActionReason::ReadBecauseCheckNested;
                    (Action::Read, Some(reason), recorded, after)
                }
                (None, None) => {
                    if !nested {
                        self.fail(node);
                    }
                    self.values.set(&draft.addr, Value::unknown(Type::Dynamic));
                    continue;
                }
            };
            self.values.set(&draft.addr, after.clone());
            if postconditions && !self.check_postconditions(&draft.addr, &after) {
                self.fail(node);
            }
            let config = if draft.marks.is_empty() {
                draft.config
            } else {
                draft.config.mark_paths(&draft.marks)
            };
            self.decided(
                Some(node.index()),
                Change {
                    addr: draft.addr,
                    previous_addr: None,
                    deposed: None,
                    provider: draft.provider.clone(),
                    action,
                    reason,
                    before,
                    after,
                    config,
                    planned_private: Arc::from([]),
                    replace_paths: Vec::new(),
                    notes: Vec::new(),
                    importing: None,
                    generated_config: None,
                    dependencies: draft.dependencies,
                    create_before_destroy: false,
                    keeps_object: false,
                },
            );
        }
    }

    /// What depends on a data source or ephemeral resource depends on what that depends on.
    pub(super) fn note_data_dependencies(&mut self, draft: &DataDraft) {
        let known = self
            .data_dependencies
            .entry(draft.addr.resource.clone())
            .or_insert_with(|| draft.dependencies.clone());
        if **known != *draft.dependencies {
            let mut all: Vec<Dependency> = known
                .iter()
                .chain(draft.dependencies.iter())
                .cloned()
                .collect();
            all.sort();
            all.dedup();
            *known = all.into();
        }
    }
}

/// What is wrong with reading the data source of a check is a warning, and one of the reasons for which the check fails.
pub fn verifying(mut said: Diagnostic, check: &Name, failures: &mut Vec<String>) -> Diagnostic {
    if said.is_error() {
        failures.push(format!("{}: {}", said.summary, said.detail));
        said.severity = Severity::Warning;
        said.code = "check-failed";
    }
    said.within(format!("check {:?}", &**check))
}

/// The places of a value with the sensitive mark.
pub(crate) fn sensitive_paths(value: &Value) -> Vec<Path> {
    if !value.has_marks() {
        return Vec::new();
    }
    let mut paths: Vec<Path> = value
        .clone()
        .unmark_deep()
        .1
        .into_iter()
        .filter(|(_, m)| m.is_sensitive())
        .map(|(p, _)| p)
        .collect();
    paths.sort();
    paths
}
