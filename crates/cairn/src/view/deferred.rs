//! Decides how a printed plan says what it leaves for a later one.

use std::fmt::Write as _;

use cairn_model::{DeferredReason, Plan};

use super::style::Style;

/// The blocks that are deferred, with the reasons; empty where there are none.
pub(crate) fn render(plan: &Plan, style: Style) -> String {
    let mut out = String::new();
    if plan.deferred.is_empty() {
        return out;
    }
    let _ = writeln!(out, "\n{}\n", style.bold("Deferred to a later plan:"));
    for d in &plan.deferred {
        let _ = writeln!(out, "  # {}", style.bold(&d.address));
        let why = match d.reason {
            DeferredReason::InstanceCountUnknown => style.yellow(&d.why),
            DeferredReason::Prerequisite => d.why.clone(),
        };
        let _ = writeln!(out, "  # ({why})");
    }
    let _ = writeln!(
        out,
        "\nThese can be planned once the changes of this plan are applied."
    );
    out
}
