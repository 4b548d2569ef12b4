//! Decides what the expressions of test files come to: those of variables, and assertions about the root module.

use cairn_diag::Diagnostic;
use cairn_value::Value;

use super::run::Run;
use super::scope::{Binding, Repeat, Scope};
use super::{Evaluated, Evaluator, InstanceValues};
use crate::config::Condition;
use crate::syntax::Expr;

impl Evaluator<'_> {
    /// Whether an assertion of a run holds; what is wrong with it, and that it does not hold, are diagnostics (of the code
    /// `test-assertion-failed` where it does not hold). `runs` and `outputs` are what `run` and `output` stand for in it.
    pub fn assertion(
        &mut self,
        assertion: &Condition,
        runs: &Value,
        outputs: &Value,
        values: &dyn InstanceValues,
    ) -> Evaluated<()> {
        let mut run = Run::new(self, values);
        let outer = binding("run", runs, None);
        let inner = binding("output", outputs, Some(&outer));
        let scope = Scope {
            bindings: Some(&inner),
            ..Scope::of(0, &Repeat::Once)
        };
        let n = run.diags.len();
        let result = run.condition(assertion, &scope);
        let failed = match result.holds {
            Some(true) => None,
            Some(false) => Some(
                Diagnostic::error("test-assertion-failed", "Test assertion failed")
                    .detail(result.message.unwrap_or_default()),
            ),
            None if run.failed_since(n) => None,
            None => Some(
                Diagnostic::error("test-assertion-unknown", "Unknown condition value").detail(
                    "The condition depends on a value that is known only after an apply. Use command = apply in this run, or assert something that a plan knows.",
                ),
            ),
        };
        if let Some(failed) = failed {
            run.fail(
                failed.at(assertion.condition.span),
                &assertion.condition,
                &scope,
            );
        }
        run.finish(())
    }

    /// The value of a variable in a test file. `runs` and `variables` are what `run` and `var` stand for in it.
    pub fn test_variable(
        &mut self,
        expr: &Expr,
        runs: &Value,
        variables: &Value,
        values: &dyn InstanceValues,
    ) -> Evaluated<Value> {
        let mut run = Run::new(self, values);
        let outer = binding("run", runs, None);
        let inner = binding("var", variables, Some(&outer));
        let scope = Scope {
            bindings: Some(&inner),
            ..Scope::of(0, &Repeat::Once)
        };
        let value = run.checked(expr, &scope);
        run.finish(value)
    }
}

fn binding<'s>(name: &'s str, value: &'s Value, outer: Option<&'s Binding<'s>>) -> Binding<'s> {
    Binding { name, value, outer }
}
