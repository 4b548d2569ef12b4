//! Decides who may refer to the data source of a check: the assertions of that check, and nobody else. It is read after all else
//! is done.

use cairn_diag::{Diagnostic, Diagnostics};

use super::references::each_reference;
use crate::config::ModuleConfig;
use crate::refs::RefTarget;

/// Looks for references to data sources of checks from elsewhere.
pub(super) fn check(config: &ModuleConfig, said: &mut Diagnostics) {
    if config.checks.values().all(|c| c.data.is_none()) {
        return;
    }
    each_reference(config, &mut |r, within| {
        let RefTarget::Resource(resource) = &r.target else {
            return;
        };
        let check = config
            .resources
            .get(resource)
            .and_then(|c| c.check.as_ref());
        let Some(check) = check.filter(|c| within != format!("check {:?}", &***c)) else {
            return;
        };
        said.push(
            Diagnostic::error("scoped-reference", "Reference to scoped resource")
                .detail(format!(
                    "The data source {resource} belongs to check.{check}, and only the assertions of that check can refer to it."
                ))
                .at(r.span)
                .within(within)
                .hint("To use what it finds elsewhere too, declare the data source outside of the check."),
        );
    });
}
