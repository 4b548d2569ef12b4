//! Decides how what was decided piece by piece becomes a plan: in address order, with its steps and the calls they will make.

use std::cmp::Ordering;
use std::collections::HashSet;

use cairn_diag::Diagnostic;
use cairn_model::{
    AbsOutputValue, Action, Change, Mutation, OutputChange, Plan, PlanMode, StepGraph,
};
use cairn_value::Name;

use crate::checks::check_around;
use crate::graph::Node;
use crate::planner::Planner;

impl Planner<'_> {
    pub(crate) fn finish(&mut self) -> Plan {
        self.decide_orphans();
        self.decide_deposed();
        let drift = self.drift();
        let outputs = self.plan_outputs();
        if self.options.mode != PlanMode::Destroy {
            self.unused_imports();
            self.evaluate_unused();
            self.expand_named();
            let found = crate::conditions::outside_resources(
                self.tree,
                &mut self.evaluator,
                &self.values,
                &mut self.checks,
                true,
            );
            self.messages.extend(found);
        }
        let mut changes = std::mem::take(&mut self.changes);
        self.changes_of.clear();
        changes.sort_by(in_order);
        let beside = self.beside(&changes, &outputs);
        if let Some(warning) = forgotten(&changes) {
            self.messages.push(warning);
        }
        let mut deferred = std::mem::take(&mut self.deferred);
        deferred.sort_by(|a, b| (&a.module, &a.resource).cmp(&(&b.module, &b.resource)));
        let (steps, calls) = if self.messages.has_errors() || self.options.validate_only {
            (StepGraph::default(), Vec::new())
        } else {
            let steps = {
                let tree = self.tree;
                let verifies = |c: &Change| {
                    c.action == Action::Read && check_around(tree, &c.addr.resource).is_some()
                };
                crate::steps::build(&changes, self.registry, verifies)
            };
            let calls = crate::preview::calls(&changes, &steps, self.registry);
            (steps, calls)
        };
        Plan {
            changes,
            drift,
            prelude: std::mem::take(&mut self.prelude),
            outputs,
            beside,
            steps,
            calls,
            checks: std::mem::take(&mut self.checks).results(),
            deferred,
            ..self.nothing()
        }
    }

    /// What is recorded besides what was decided about; `changes` are in order.
    fn beside(&self, changes: &[Change], outputs: &[OutputChange]) -> Vec<Mutation> {
        if self.options.validate_only {
            return Vec::new();
        }
        // What a plan to destroy drops at once was there before it.
        let destroys = self.options.mode == PlanMode::Destroy;
        let dropped: HashSet<_> = self
            .prelude
            .iter()
            .filter(|_| !destroys)
            .filter_map(|m| match m {
                Mutation::Remove { addr, deposed } => Some((addr, deposed)),
                _ => None,
            })
            .collect();
        let mut beside = Vec::new();
        for (resource, all) in &self.prior.resources {
            for (key, recorded) in all {
                let addr = resource.instance(key.clone());
                let current = recorded.current.iter().map(|h| (None, h));
                let deposed = recorded.deposed.iter().map(|(k, h)| (Some(k.clone()), h));
                for (deposed, held) in current.chain(deposed) {
                    let decided = changes
                        .binary_search_by(|c| (&c.addr, &c.deposed).cmp(&(&addr, &deposed)))
                        .is_ok();
                    let Some(object) = held.object().filter(|_| !decided) else {
                        continue;
                    };
                    if !dropped.contains(&(&addr, &deposed)) {
                        beside.push(Mutation::Put {
                            addr: addr.clone(),
                            deposed,
                            provider: recorded.provider.clone(),
                            object: object.clone(),
                        });
                    }
                }
            }
        }
        let told: HashSet<&Name> = outputs.iter().map(|o| &o.name).collect();
        let others = self.outputs.iter().filter(|(n, _)| !told.contains(n));
        beside.extend(others.map(|(name, output)| Mutation::SetOutput {
            name: name.clone(),
            output: output.clone(),
        }));
        beside
    }

    /// The plan where there can be none.
    pub(crate) fn nothing(&mut self) -> Plan {
        Plan {
            mode: self.options.mode,
            lineage: self.lineage.clone(),
            serial: self.serial,
            variables: self.inputs.variables.clone(),
            given: self.inputs.given.clone(),
            targets: self.options.targets.clone(),
            excludes: self.options.excludes.clone(),
            changes: Vec::new(),
            drift: Vec::new(),
            prelude: Vec::new(),
            outputs: Vec::new(),
            beside: Vec::new(),
            steps: StepGraph::default(),
            calls: Vec::new(),
            checks: Vec::new(),
            recorded_checks: self.recorded_checks.clone(),
            errored: false,
            deferred: Vec::new(),
            timestamp: self.timestamp.clone(),
        }
    }

    /// Locals and outputs that nothing names are evaluated too, so that what is wrong in them is said.
    fn evaluate_unused(&mut self) {
        if self.messages.has_errors() || self.scope.is_limited() {
            return;
        }
        for n in self.graph.indices() {
            if self.left_out[n.index()].is_some() {
                continue;
            }
            let used = self
                .graph
                .dependents(n)
                .any(|d| !matches!(self.graph.node(d), Node::Everything(_)));
            if used {
                continue;
            }
            match self.graph.node(n).clone() {
                Node::Local(module, name) => {
                    let Some(config) = self.tree.get(&module).map(|t| t.config.clone()) else {
                        continue;
                    };
                    let instances = self.evaluator.module_instances(&module, &self.values);
                    for m in instances.value {
                        let e =
                            self.evaluator
                                .expression(&m, &config.locals[&name].expr, &self.values);
                        self.messages.extend(e.diagnostics);
                    }
                }
                Node::Output(module, name) if !module.is_root() => {
                    let instances = self.evaluator.module_instances(&module, &self.values);
                    for m in instances.value {
                        let addr = AbsOutputValue {
                            module: m,
                            name: name.clone(),
                        };
                        let e = self.evaluator.output(&addr, &self.values);
                        self.messages.extend(e.diagnostics);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The warning that objects will be left to themselves.
fn forgotten(changes: &[Change]) -> Option<Diagnostic> {
    let mut listed = String::new();
    for c in changes.iter().filter(|c| c.action == Action::Forget) {
        listed.push_str(&format!("\n - {}", c.addr));
    }
    (!listed.is_empty()).then(|| {
        Diagnostic::warning("objects-forgotten", "Some objects will no longer be managed by cairn").detail(format!(
            "If this plan is applied, these objects are dropped from the state, but they are not deleted:{listed}\n\nAfter that, cairn no longer manages them. To manage them again, they have to be imported."
        ))
    })
}

/// Address order; a current object before the deposed ones of its address.
fn in_order(a: &Change, b: &Change) -> Ordering {
    a.addr.cmp(&b.addr).then_with(|| a.deposed.cmp(&b.deposed))
}
