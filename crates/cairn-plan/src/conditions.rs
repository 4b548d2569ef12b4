//! Decides what conditions do to a plan: preconditions, postconditions and outputs' preconditions that do not hold are
//! errors, checks that do not hold are warnings, and what is not known yet is asked again during the apply.

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::{
    Check, ConditionResult, Evaluator, InstanceValues, ModuleConfig, ModuleTree, RefTarget,
    Variable, references,
};
use cairn_model::{
    AbsOutputValue, AbsResourceInstance, Checked, InstanceKey, Module, ModuleInstance,
};
use cairn_value::{Name, Value};
use petgraph::graph::NodeIndex;

use crate::checks::Checks;
use crate::deferral::{LeftOut, has_other_errors};
use crate::graph::Node;
use crate::messages::block_name;
use crate::planner::Planner;

/// The message for a condition of an object that does not hold.
pub(crate) fn violated(
    what: &'static str,
    code: &'static str,
    result: &ConditionResult,
) -> Option<Diagnostic> {
    (result.holds == Some(false)).then(|| {
        let mut d = Diagnostic::error(code, format!("{what} failed"))
            .detail(result.message.clone().unwrap_or_else(|| {
                "The condition does not hold, and its message could not be evaluated.".to_owned()
            }))
            .at(result.span);
        d.values.clone_from(&result.values);
        d
    })
}

/// Evaluates the check blocks and the preconditions of outputs whose instances were added to `checks`. Failed checks are
/// warnings, failed preconditions errors; while planning, checks that are not known yet are warnings too.
pub(crate) fn outside_resources(
    tree: &ModuleTree,
    evaluator: &mut Evaluator<'_>,
    values: &dyn InstanceValues,
    checks: &mut Checks,
    planning: bool,
) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for node in tree.walk() {
        let c = &node.config;
        if !has_conditions(c) {
            continue;
        }
        let instances = evaluator.module_instances(&node.path, values);
        diagnostics.extend(instances.diagnostics);
        for m in instances.value {
            for (name, output) in &c.outputs {
                let on = Checked::Output(name.clone());
                if !checks.has(&on, &m) {
                    continue;
                }
                for condition in &output.preconditions {
                    // What does not hold is said where the output itself is evaluated.
                    let found = evaluator.condition(&m, condition, values);
                    let errors = has_other_errors(&found.diagnostics);
                    checks.note(&on, &m, &InstanceKey::None, &found.value, errors);
                }
                if !node.path.is_root() {
                    let addr = AbsOutputValue {
                        module: m.clone(),
                        name: name.clone(),
                    };
                    diagnostics.extend(evaluator.output(&addr, values).diagnostics);
                }
            }
            for check in c.checks.values() {
                let name = &check.name.value;
                if checks.has(&Checked::Check(name.clone()), &m) && !checks.is_unread(name, &m) {
                    let found = assert(check, &m, evaluator, values, checks, planning);
                    diagnostics.extend(found);
                }
            }
        }
    }
    diagnostics
}

fn has_conditions(config: &ModuleConfig) -> bool {
    !config.checks.is_empty() || config.outputs.values().any(|o| !o.preconditions.is_empty())
}

/// Evaluates the assertions of a check in a module instance.
fn assert(
    check: &Check,
    module: &ModuleInstance,
    evaluator: &mut Evaluator<'_>,
    values: &dyn InstanceValues,
    checks: &mut Checks,
    planning: bool,
) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let on = Checked::Check(check.name.value.clone());
    let block = format!("check {:?}", &*check.name.value);
    for condition in &check.asserts {
        let mut found = evaluator.condition(module, condition, values);
        let errors = has_other_errors(&found.diagnostics);
        for d in &mut found.diagnostics {
            d.within.get_or_insert_with(|| block.clone());
        }
        diagnostics.extend(found.diagnostics);
        let result = found.value;
        checks.note(&on, module, &InstanceKey::None, &result, errors);
        let warning = match result.holds {
            None if planning && !errors => Diagnostic::warning(
                "check-known-after-apply",
                "Check block assertion known after apply",
            )
            .detail("The condition depends on values that are known only after apply, so it is checked then."),
            // Without a message that can be shown an error says so instead.
            Some(false) if !errors => Diagnostic::warning("check-failed", "Check block assertion failed")
                .detail(result.message.clone().unwrap_or_default()),
            _ => continue,
        };
        diagnostics.push(warning.at(result.span).within(block.clone()));
    }
    diagnostics
}

/// Evaluates the validation rules of a variable of a module instance again.
fn rules_of(
    name: &Name,
    variable: &Variable,
    module: &ModuleInstance,
    evaluator: &mut Evaluator<'_>,
    values: &dyn InstanceValues,
    checks: &mut Checks,
) {
    let on = Checked::Variable(name.clone());
    if !checks.has(&on, module) {
        return;
    }
    for rule in &variable.validations {
        let found = evaluator.condition(module, rule, values);
        let errors = found.diagnostics.has_errors();
        checks.note(&on, module, &InstanceKey::None, &found.value, errors);
    }
}

/// Evaluates the validation rules of a module instance's variables again.
pub(crate) fn rules(
    tree: &ModuleTree,
    module: &ModuleInstance,
    evaluator: &mut Evaluator<'_>,
    values: &dyn InstanceValues,
    checks: &mut Checks,
) {
    let Some(node) = tree.get(&module.module()) else {
        return;
    };
    for (name, variable) in &node.config.variables {
        rules_of(name, variable, module, evaluator, values, checks);
    }
}

impl Planner<'_> {
    /// Says what is wrong with the arguments of a module's calls.
    pub(crate) fn validate_arguments(&mut self, module: &Module) {
        let instances = self.evaluator.module_instances(module, &self.values);
        self.messages.extend(instances.diagnostics);
        for m in &instances.value {
            let found = self.evaluator.validate_arguments(m, &self.values);
            self.messages.extend(found);
        }
    }

    /// Says which validation rules of a variable do not hold, and notes what they came to. What depends on a variable that is
    /// not valid is left out.
    pub(crate) fn validate_variable(&mut self, index: NodeIndex, module: &Module, name: &Name) {
        let Some(node) = self.tree.get(module) else {
            return;
        };
        let Some(variable) = node.config.variables.get(name) else {
            return;
        };
        // What is wrong with the instances is said with the call.
        let instances = self.evaluator.module_instances(module, &self.values).value;
        self.add_named(&Checked::Variable(name.clone()), module, &instances);
        for m in &instances {
            let said = self.evaluator.validate_variable(m, name, &self.values);
            if said.has_errors() {
                self.fail(index);
            }
            self.messages.extend(said);
            let (evaluator, checks) = (&mut self.evaluator, &mut self.checks);
            rules_of(name, variable, m, evaluator, &self.values, checks);
        }
    }

    /// Whether a check looks at something that is left out.
    fn looks_at_left_out(&self, module: &Module, check: &Check) -> bool {
        let conditions = check.asserts.iter();
        let exprs = conditions.flat_map(|c| [&c.condition, &c.error_message]);
        let named = exprs.flat_map(references).flat_map(|r| match r.target {
            RefTarget::Variable(n) => vec![
                Node::Rules(module.clone(), n.clone()),
                Node::Variable(module.clone(), n),
            ],
            RefTarget::Local(n) => vec![Node::Local(module.clone(), n)],
            RefTarget::Resource(r) => vec![Node::Resource(module.clone(), r)],
            RefTarget::Module(call, Some(o)) => vec![Node::Output(module.child(call), o)],
            RefTarget::Module(call, None) => vec![Node::Everything(module.child(call))],
            _ => Vec::new(),
        });
        let mut found = named.filter_map(|n| self.graph.find(&n));
        found.any(|n| self.left_out[n.index()] == Some(LeftOut::Failed))
    }

    /// Notes which instances the checks and outputs with conditions have. A limited plan has no checks.
    pub(crate) fn expand_named(&mut self) {
        let limited = self.scope.is_limited();
        for node in self.tree.walk() {
            if !has_conditions(&node.config) {
                continue;
            }
            let instances = self.evaluator.module_instances(&node.path, &self.values);
            if has_other_errors(&instances.diagnostics) {
                continue;
            }
            for name in node.config.outputs.keys() {
                let output = Node::Output(node.path.clone(), name.clone());
                if self.in_scope(&output) && (!limited || node.path.is_root()) {
                    self.add_named(&Checked::Output(name.clone()), &node.path, &instances.value);
                }
            }
            for (name, check) in node.config.checks.iter().filter(|_| !limited) {
                if self.looks_at_left_out(&node.path, check) {
                    continue;
                }
                self.add_named(&Checked::Check(name.clone()), &node.path, &instances.value);
            }
        }
    }

    fn add_named(&mut self, on: &Checked, module: &Module, instances: &[ModuleInstance]) {
        if !self.checks.is_on(module, on) {
            return;
        }
        self.checks.expanded(module, on);
        for m in instances {
            self.checks.add(on, m, &InstanceKey::None);
        }
    }

    fn in_scope(&self, node: &Node) -> bool {
        let index = self.graph.find(node);
        index.is_none_or(|n| self.scope.nodes[n.index()] && self.left_out[n.index()].is_none())
    }

    /// Says which preconditions do not hold; whether none is wrong.
    pub(crate) fn check_preconditions(&mut self, addr: &AbsResourceInstance) -> bool {
        let results = self.evaluator.preconditions(addr, &self.values);
        self.conditions(
            addr,
            results.value,
            results.diagnostics,
            "Resource precondition",
            "precondition-failed",
        )
    }

    /// Says which postconditions do not hold; whether none is wrong.
    pub(crate) fn check_postconditions(
        &mut self,
        addr: &AbsResourceInstance,
        object: &Value,
    ) -> bool {
        let results = self.evaluator.postconditions(addr, object, &self.values);
        self.conditions(
            addr,
            results.value,
            results.diagnostics,
            "Resource postcondition",
            "postcondition-failed",
        )
    }

    fn conditions(
        &mut self,
        addr: &AbsResourceInstance,
        results: Vec<ConditionResult>,
        diagnostics: Diagnostics,
        what: &'static str,
        code: &'static str,
    ) -> bool {
        let errors = diagnostics.has_errors();
        let mut fine = !errors;
        self.messages.extend(diagnostics);
        let resource = &addr.resource.resource;
        for result in results {
            self.checks
                .note_on(addr, &result, errors && result.holds.is_none());
            if let Some(d) = violated(what, code, &result) {
                fine = false;
                self.messages
                    .push(d.within(block_name(resource)).address(addr.to_string()));
            }
        }
        fine
    }
}
