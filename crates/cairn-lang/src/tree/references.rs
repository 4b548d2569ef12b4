//! Decides what all the references of a module are, each with the words for the block it is in.

use cairn_value::Name;

use crate::config::{Condition, ModuleConfig, Repetition};
use crate::refs::{Reference, reference, references, references_in_body};
use crate::syntax::{Access, Expr};

/// Calls with every reference of a module, and the block it is in.
pub(super) fn each_reference(module: &ModuleConfig, found: &mut dyn FnMut(&Reference, String)) {
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
        all(of_accesses(&output.depends_on), &within);
    }
    for (name, call) in &module.calls {
        let within = || format!("module {:?}", &**name);
        all(of_repetition(&call.repetition), &within);
        all(references_in_body(&call.body), &within);
        all(of_accesses(&call.depends_on), &within);
    }
    for (resource, config) in &module.resources {
        let within = || crate::eval::block_name(resource);
        let lifecycle = &config.lifecycle;
        all(of_repetition(&config.repetition), &within);
        all(references_in_body(&config.body), &within);
        all(of_accesses(&config.depends_on), &within);
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

fn of_accesses(accesses: &[Access<Name>]) -> Vec<Reference> {
    accesses.iter().map(reference).collect()
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
