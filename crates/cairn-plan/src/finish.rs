//! Decides how what was decided piece by piece becomes a plan: in address order, with its steps and the calls they will make.

use std::cmp::Ordering;

use cairn_model::{AbsOutputValue, Action, Change, Plan, PlanMode, StepGraph};

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
            steps,
            calls,
            checks: std::mem::take(&mut self.checks).results(),
            deferred,
            ..self.nothing()
        }
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

/// Address order; a current object before the deposed ones of its address.
fn in_order(a: &Change, b: &Change) -> Ordering {
    a.addr.cmp(&b.addr).then_with(|| a.deposed.cmp(&b.deposed))
}
