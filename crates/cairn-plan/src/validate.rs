//! Decides what is wrong with a configuration whatever its values: every block checked once, with everything unknown that is
//! not written. Neither state nor cloud is looked at.

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::{EvalContext, Evaluator, Inputs, ModuleTree};
use cairn_model::{InstanceKey, ResourceMode};
use cairn_provider::Registry;

use crate::messages::{Messages, block_name, placed};
use crate::values::FinalValues;

/// Everything that can be said of a configuration without values. `inputs` hold an unknown value for each root variable.
pub fn validate(
    tree: &ModuleTree,
    inputs: &Inputs,
    context: EvalContext<'_>,
    registry: &Registry,
) -> Diagnostics {
    let mut evaluator = Evaluator::new(tree, inputs, context);
    let nothing = FinalValues::default();
    let mut messages = Messages::default();
    for node in tree.walk() {
        let instances = evaluator.module_instances(&node.path, &nothing);
        // The instances of a call whose repetition is not known cannot be looked into; what is wrong with the repetition
        // itself is said when it is.
        let Some(module) = instances.value.into_iter().next() else {
            continue;
        };
        messages.extend(evaluator.validate_variables(&module, &nothing));
        messages.extend(evaluator.validate_named(&module, &nothing));
        for (resource, config) in &node.config.resources {
            let provider = tree.provider_config(&node.path, &config.provider).provider;
            let Some(registered) = registry.get(&provider) else {
                continue;
            };
            let schema = registered.provider.schema();
            let types = match resource.mode {
                ResourceMode::Managed => &schema.resources,
                ResourceMode::Data => &schema.data_sources,
                ResourceMode::Ephemeral => continue,
            };
            let Some(found) = types.get(&resource.ty) else {
                let near = cairn_diag::nearest(&resource.ty, types.keys().map(|n| &**n));
                let mut d = Diagnostic::error("unknown-resource-type", "Invalid resource type")
                    .detail(format!(
                        "The provider {provider} does not support the resource type {:?}.",
                        resource.ty
                    ))
                    .at(config.header)
                    .within(block_name(resource));
                if let Some(near) = near {
                    d = d.hint(format!("Did you mean {near:?}?"));
                }
                messages.push(d);
                continue;
            };
            let addr = resource.clone().in_module(module.clone());
            let value = evaluator.validate_resource(&addr, &found.block, &nothing);
            let failed = value.diagnostics.has_errors();
            messages.extend(value.diagnostics);
            if !failed {
                let (config, _) = value.value.unmark_deep();
                let instance = addr.instance(InstanceKey::None);
                for problem in registered
                    .provider
                    .validate(resource.mode, &resource.ty, &config)
                {
                    messages.push(placed(problem, &instance, &evaluator));
                }
            }
        }
    }
    messages.finish()
}
