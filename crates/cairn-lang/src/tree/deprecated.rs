//! Decides where a module refers to outputs of the modules it calls that their authors would not have used any more. Said at
//! the reference itself, once; what is made from the value says nothing.

use cairn_diag::{Diagnostic, Diagnostics, Span};
use cairn_value::Name;

use super::references::each_reference;
use crate::config::ModuleConfig;
use crate::refs::RefTarget;

/// Looks for references in `caller` to deprecated outputs of the module that it calls by this name.
pub(super) fn check(
    caller: &ModuleConfig,
    call: &Name,
    called: &ModuleConfig,
    said: &mut Diagnostics,
) {
    if called.outputs.values().all(|o| o.deprecated.is_none()) {
        return;
    }
    let mut places: Vec<Span> = Vec::new();
    each_reference(caller, &mut |r, within| {
        let RefTarget::Module(module, Some(output)) = &r.target else {
            return;
        };
        let Some(message) = called
            .outputs
            .get(output)
            .filter(|_| module == call)
            .and_then(|o| o.deprecated.as_ref())
        else {
            return;
        };
        // Provisioners share the connection of their resource.
        if places.contains(&r.span) {
            return;
        }
        places.push(r.span);
        said.push(
            Diagnostic::warning("deprecated-output", "Deprecated output is used")
                .detail(format!(
                    "The output `{output}` of module.{module} is deprecated: {message}"
                ))
                .at(r.span)
                .within(within),
        );
    });
}
