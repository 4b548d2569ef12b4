//! Decides what is wrong with provisioners whatever their objects, and what those of a creation read, so that it is there by
//! then.

use cairn_diag::{Diagnostic, Diagnostics, nearest};
use cairn_lang::{
    Evaluator, InstanceValues, Provisioner, ProvisionerConfig, ProvisionerWhen, ResourceConfig,
};
use cairn_model::{AbsResource, AbsResourceInstance, BlockSchema, Dependency, Module};
use cairn_value::Value;

use super::connection::refused;
use super::schema::{TYPES, schema_of_type};
use super::work::{misfit, no_connection};
use crate::Programs;
use crate::messages::block_name;

/// What is wrong with the provisioners of a resource's block.
pub(crate) fn validate<'t>(
    config: &'t ResourceConfig,
    addr: &AbsResource,
    object: &BlockSchema,
    programs: Programs,
    evaluator: &mut Evaluator<'t>,
    nothing: &dyn InstanceValues,
) -> Diagnostics {
    let mut said = Diagnostics::new();
    for provisioner in &config.provisioners {
        let within = || block_name(&config.addr);
        let Some(schema) = schema_of_type(&provisioner.ty.value) else {
            said.push(unknown_type(provisioner).within(within()));
            continue;
        };
        let found = evaluator.validate_provisioner(addr, provisioner, schema, object, nothing);
        let failed = found.diagnostics.has_errors();
        said.extend(found.diagnostics);
        if let (Some(told), false) = (found.value, failed) {
            let wrong = check(provisioner, told, programs);
            said.extend(wrong.into_iter().map(|d| d.within(within())));
        }
    }
    said
}

/// What is wrong with the provisioners of the `removed` blocks of a module.
pub(crate) fn validate_removed<'t>(
    module: &Module,
    provisioners: impl Iterator<Item = &'t Provisioner>,
    programs: Programs,
    evaluator: &mut Evaluator<'t>,
    nothing: &dyn InstanceValues,
) -> Diagnostics {
    let mut said = Diagnostics::new();
    for provisioner in provisioners {
        let Some(schema) = schema_of_type(&provisioner.ty.value) else {
            said.push(unknown_type(provisioner).within("removed"));
            continue;
        };
        let found = evaluator.validate_removed_provisioner(module, provisioner, schema, nothing);
        let failed = found.diagnostics.has_errors();
        said.extend(found.diagnostics);
        if let (Some(told), false) = (found.value, failed) {
            let wrong = check(provisioner, told, programs);
            said.extend(wrong.into_iter().map(|d| d.within("removed")));
        }
    }
    said
}

fn check(
    provisioner: &Provisioner,
    told: ProvisionerConfig,
    programs: Programs,
) -> Vec<Diagnostic> {
    let mut said = Vec::new();
    let ty = &*provisioner.ty.value;
    let block = told.block.unmark_deep().0;
    // An empty command can be meant never to run; Terraform says so when it would.
    if ty != "local-exec"
        && let Some((summary, detail)) = misfit(ty, &block)
    {
        said.push(
            Diagnostic::error("invalid-provisioner", summary)
                .detail(detail)
                .at(provisioner.header),
        );
    }
    if ty == "local-exec" {
        return said;
    }
    let (Some(connection), Some(written)) = (told.connection, &provisioner.connection) else {
        said.push(no_connection(provisioner));
        return said;
    };
    for (argument, detail) in refused(&connection.unmark_deep().0, programs) {
        let place = written
            .body
            .attribute(argument)
            .map_or(written.header, |a| a.expr.span);
        said.push(
            Diagnostic::error("connection-not-supported", "Connection not supported")
                .detail(detail)
                .at(place),
        );
    }
    said
}

/// The message for a type of provisioner that there is not.
pub(super) fn unknown_type(provisioner: &Provisioner) -> Diagnostic {
    let given = &*provisioner.ty.value;
    let d = Diagnostic::error("unknown-provisioner", "Unknown provisioner type")
        .detail(format!(
            "There is no provisioner of the type {given:?}. There are \"local-exec\", \"remote-exec\" and \"file\"."
        ))
        .at(provisioner.ty.span);
    match nearest(given, TYPES) {
        Some(near) => d.hint(format!("Did you mean {near:?}?")),
        None => d.hint("What a configuration management tool did can be run by \"local-exec\"."),
    }
}

/// What the provisioners of an instance's creation read besides the instance itself.
pub(crate) fn reads<'t>(
    config: &'t ResourceConfig,
    module: &Module,
    addr: &AbsResourceInstance,
    object: &BlockSchema,
    evaluator: &mut Evaluator<'t>,
    values: &dyn InstanceValues,
) -> Vec<Dependency> {
    let mut found = Vec::new();
    let creates = config
        .provisioners
        .iter()
        .filter(|p| p.when == ProvisionerWhen::Create);
    for provisioner in creates {
        let Some(schema) = schema_of_type(&provisioner.ty.value) else {
            continue;
        };
        let object = Value::unknown_not_null(object.implied_type().clone());
        // What is wrong is said when the provisioner runs: only then is all of it known.
        let told = evaluator.provisioner(module, addr, provisioner, schema, &object, values);
        found.extend(told.dependencies);
    }
    found
}
