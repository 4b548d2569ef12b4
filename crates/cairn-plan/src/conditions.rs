//! Decides what conditions do to a plan: preconditions, postconditions and outputs' preconditions that do not hold are
//! errors, checks that do not hold are warnings, and what is not known yet is asked again during the apply.

use std::collections::BTreeMap;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::{ConditionResult, Evaluator, InstanceValues, ModuleTree};
use cairn_model::{
    AbsOutputValue, AbsResourceInstance, CheckResult, CheckStatus, Module, ModuleInstance,
};
use cairn_value::Value;

use crate::deferral::has_other_errors;
use crate::messages::block_name;
use crate::planner::Planner;

/// The results of conditions so far, by what they are on.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    results: BTreeMap<String, (CheckStatus, Vec<String>)>,
}

impl Checks {
    pub(crate) fn note(&mut self, addr: &str, status: CheckStatus, problem: Option<String>) {
        let rank = |s: CheckStatus| match s {
            CheckStatus::Pass => 0,
            CheckStatus::Unknown => 1,
            CheckStatus::Fail => 2,
            CheckStatus::Error => 3,
        };
        let entry = self
            .results
            .entry(addr.to_owned())
            .or_insert((CheckStatus::Pass, Vec::new()));
        if rank(status) > rank(entry.0) {
            entry.0 = status;
        }
        entry.1.extend(problem);
    }

    pub(crate) fn results(&mut self) -> Vec<CheckResult> {
        std::mem::take(&mut self.results)
            .into_iter()
            .map(|(addr, (status, problems))| CheckResult {
                addr,
                status,
                problems,
            })
            .collect()
    }
}

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

pub(crate) fn status(result: &ConditionResult) -> CheckStatus {
    match result.holds {
        Some(true) => CheckStatus::Pass,
        Some(false) => CheckStatus::Fail,
        None => CheckStatus::Unknown,
    }
}

/// Evaluates all check blocks and the preconditions of outputs. Failed checks are warnings, failed preconditions errors;
/// while planning, checks that are not known yet are warnings too.
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
        let guarded = c.outputs.values().any(|o| !o.preconditions.is_empty());
        if c.checks.is_empty() && !guarded {
            continue;
        }
        let instances = evaluator.module_instances(&node.path, values);
        diagnostics.extend(instances.diagnostics);
        for m in instances.value {
            for (name, output) in &c.outputs {
                let addr = within(&node.path, &format!("output.{name}"));
                for condition in &output.preconditions {
                    // What does not hold is said where the output itself is evaluated.
                    let found = evaluator.condition(&m, condition, values);
                    let errors = has_other_errors(&found.diagnostics);
                    note(checks, &addr, &found.value, errors);
                }
                if !node.path.is_root() && !output.preconditions.is_empty() {
                    let addr = AbsOutputValue {
                        module: m.clone(),
                        name: name.clone(),
                    };
                    diagnostics.extend(evaluator.output(&addr, values).diagnostics);
                }
            }
            for (name, check) in &c.checks {
                let addr = within(&node.path, &format!("check.{name}"));
                for condition in &check.asserts {
                    let found = evaluator.condition(&m, condition, values);
                    let errors = has_other_errors(&found.diagnostics);
                    diagnostics.extend(found.diagnostics);
                    let result = found.value;
                    note(checks, &addr, &result, errors);
                    if planning && result.holds.is_none() && !errors {
                        diagnostics.push(
                            Diagnostic::warning(
                                "check-known-after-apply",
                                "Check block assertion known after apply",
                            )
                            .detail("The condition depends on values that are known only after apply, so it is checked then.")
                            .at(result.span)
                            .within(format!("check \"{name}\"")),
                        );
                    }
                    if result.holds == Some(false) {
                        diagnostics.push(
                            Diagnostic::warning("check-failed", "Check block assertion failed")
                                .detail(result.message.clone().unwrap_or_default())
                                .at(result.span)
                                .within(format!("check \"{name}\"")),
                        );
                    }
                }
            }
        }
    }
    diagnostics
}

fn note(checks: &mut Checks, addr: &str, result: &ConditionResult, errors: bool) {
    let status = if errors {
        CheckStatus::Error
    } else {
        status(result)
    };
    let problem = result
        .message
        .clone()
        .filter(|_| status == CheckStatus::Fail);
    checks.note(addr, status, problem);
}

pub(crate) fn within(module: &Module, text: &str) -> String {
    if module.is_root() {
        text.to_owned()
    } else {
        format!("{module}.{text}")
    }
}

impl Planner<'_> {
    /// Notes what the validation rules of a module instance's variables came to.
    pub(crate) fn note_variables(&mut self, module: &ModuleInstance) {
        let Some(node) = self.tree.get(&module.module()) else {
            return;
        };
        for (name, variable) in &node.config.variables {
            let addr = within(&node.path, &format!("var.{name}"));
            for rule in &variable.validations {
                let found = self.evaluator.condition(module, rule, &self.values);
                let errors = found.diagnostics.has_errors();
                note(&mut self.checks, &addr, &found.value, errors);
            }
        }
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
        let mut fine = !diagnostics.has_errors();
        self.messages.extend(diagnostics);
        let (module, resource) = addr.resource.config();
        let on = within(&module, &resource.to_string());
        for result in results {
            note(&mut self.checks, &on, &result, false);
            if let Some(d) = violated(what, code, &result) {
                fine = false;
                self.messages
                    .push(d.within(block_name(&resource)).address(addr.to_string()));
            }
        }
        fine
    }
}
