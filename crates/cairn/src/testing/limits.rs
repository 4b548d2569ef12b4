//! Decides what a run's plan is limited to, and which values there are after its apply.

use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, Spanned};
use cairn_lang::{InstanceValues, TestRun};
use cairn_model::{AbsResource, AbsResourceInstance, PlanMode};
use cairn_plan::{FinalValues, PlanOptions};
use cairn_value::Value;

/// What a run's plan is limited to.
pub(super) fn options(run: &TestRun) -> Result<PlanOptions, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let mut bad = |given: &Spanned<String>, error: &dyn std::fmt::Display| {
        wrong.push(
            Diagnostic::error("invalid-address", "Invalid address")
                .detail(format!("{}: {error}", given.value))
                .at(given.span),
        );
    };
    let mut options = PlanOptions {
        refresh: run.refresh,
        mode: if run.refresh_only {
            PlanMode::RefreshOnly
        } else {
            PlanMode::Normal
        },
        ..PlanOptions::default()
    };
    for given in &run.target {
        match given.value.parse() {
            Ok(target) => options.targets.push(target),
            Err(error) => bad(given, &error),
        }
    }
    for given in &run.replace {
        match given.value.parse() {
            Ok(addr) => options.replace.push(addr),
            Err(error) => bad(given, &error),
        }
    }
    wrong.result(options)
}

/// The values after an apply: recorded ones, and those of what is not recorded as the plan has them.
pub(super) struct Made {
    pub(super) recorded: FinalValues,
    pub(super) planned: FinalValues,
}

impl InstanceValues for Made {
    fn instance(&self, addr: &AbsResourceInstance) -> Option<Value> {
        self.recorded
            .instance(addr)
            .or_else(|| self.planned.instance(addr))
    }

    fn instances(&self, addr: &AbsResource) -> Option<Arc<Value>> {
        self.recorded
            .instances(addr)
            .or_else(|| self.planned.instances(addr))
    }
}
