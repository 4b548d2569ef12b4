//! Decides where a module refers to outputs of the modules it calls that their authors would not have used any more. Said at
//! the reference itself, once; what is made from the value says nothing.

use cairn_diag::{Diagnostic, Diagnostics, Span};
use cairn_value::Name;

use crate::config::{Condition, ModuleConfig, Repetition};
use crate::refs::{RefTarget, Reference, references, references_in_body};
use crate::syntax::Expr;

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

/// Calls with every reference of a module, and the block it is in.
fn each_reference(module: &ModuleConfig, found: &mut dyn FnMut(&Reference, String)) {
    let mut all = |refs: Vec<Reference>, within: &dyn Fn() -> String| {
        for r in &refs {
            found(r, within());
        }
    };
    for local in module.locals.values() {
        all(references(&local.expr), &|| "locals".to_owned());
    }
    for (name, variable) in &module.variables {
        let within = || format!("variable {:?}", &**name);
        all(of_conditions(&variable.validations), &within);
    }
    for (name, output) in &module.outputs {
        let within = || format!("output {:?}", &**name);
        all(references(&output.value), &within);
        all(of_conditions(&output.preconditions), &within);
    }
    for (name, call) in &module.calls {
        let within = || format!("module {:?}", &**name);
        all(of_repetition(&call.repetition), &within);
        all(references_in_body(&call.body), &within);
    }
    for (resource, config) in &module.resources {
        let within = || crate::eval::block_name(resource);
        let lifecycle = &config.lifecycle;
        all(of_repetition(&config.repetition), &within);
        all(references_in_body(&config.body), &within);
        all(of_exprs(lifecycle.prevent_destroy.as_ref()), &within);
        all(of_conditions(&lifecycle.preconditions), &within);
        all(of_conditions(&lifecycle.postconditions), &within);
        for provisioner in &config.provisioners {
            all(references_in_body(&provisioner.body), &within);
            if let Some(connection) = &provisioner.connection {
                all(references_in_body(&connection.body), &within);
            }
        }
    }
    for ((name, _), provider) in &module.providers {
        let within = || format!("provider {:?}", &**name);
        all(references_in_body(&provider.body), &within);
    }
    for (name, check) in &module.checks {
        let within = || format!("check {:?}", &**name);
        all(of_conditions(&check.asserts), &within);
    }
    for import in &module.imports {
        let within = || "import".to_owned();
        all(references(&import.id), &within);
        all(of_exprs(import.for_each.as_ref()), &within);
    }
}

fn of_exprs<'e>(exprs: impl IntoIterator<Item = &'e Expr>) -> Vec<Reference> {
    exprs.into_iter().flat_map(references).collect()
}

fn of_repetition(repetition: &Repetition) -> Vec<Reference> {
    match repetition {
        Repetition::Once => Vec::new(),
        Repetition::Count(e) | Repetition::ForEach(e) | Repetition::Enabled(e) => references(e),
    }
}

fn of_conditions(conditions: &[Condition]) -> Vec<Reference> {
    of_exprs(
        conditions
            .iter()
            .flat_map(|c| [&c.condition, &c.error_message]),
    )
}
