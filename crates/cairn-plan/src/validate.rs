//! Decides what is wrong with a configuration whatever its values: every block checked once, with everything unknown that is
//! not written. Neither state nor cloud is looked at.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use cairn_diag::{Diagnostic, Diagnostics, Spanned, nearest};
use cairn_lang::{EvalContext, Evaluator, IgnoreChanges, Inputs, ModuleTree};
use cairn_model::{
    AbsProviderConfig, BlockSchema, InstanceKey, ProviderAddr, Resource, ResourceMode,
};
use cairn_provider::Registry;
use cairn_value::Path;

use crate::Programs;
use crate::decide::ephemeral::unknown_type;
use crate::decide::ephemeral_misplaced;
use crate::graph::{ResourceGraph, cycles};
use crate::messages::{Messages, block_name, placed};
use crate::providers::missing_provider;
use crate::values::FinalValues;

/// Which providers a configuration uses, of those that are built in, and what is to be said of the others: an error where a
/// resource needs one, a warning where one is only named.
pub fn required_providers(
    tree: &ModuleTree,
    registry: &Registry,
) -> (BTreeSet<ProviderAddr>, Diagnostics) {
    let mut found: BTreeSet<ProviderAddr> = BTreeSet::new();
    let mut missing: BTreeMap<ProviderAddr, Diagnostic> = BTreeMap::new();
    let mut note = |addr: ProviderAddr, problem: &dyn Fn(&ProviderAddr) -> Diagnostic| {
        if registry.get(&addr).is_some() {
            found.insert(addr);
        } else {
            missing
                .entry(addr.clone())
                .or_insert_with(|| problem(&addr));
        }
    };
    let nodes = tree.walk();
    for node in &nodes {
        for config in node.config.resources.values() {
            let used = tree.provider_config(&node.path, &config.provider);
            let provider = used.provider.clone();
            note(provider, &|_| missing_provider(tree, &used, registry));
        }
    }
    for node in &nodes {
        for required in node.config.required_providers.values() {
            note(required.source.clone(), &|addr| {
                Diagnostic::warning("provider-not-available", "Provider not available")
                    .detail(format!(
                        "The provider {addr} is required, which is not built into cairn. Nothing uses it, so everything works without it. There are: {}.",
                        registry.iter().map(|r| r.provider.addr().to_string()).collect::<Vec<_>>().join(", ")
                    ))
                    .at(required.span)
                    .within("terraform")
            });
        }
    }
    (found, missing.into_values().collect())
}

/// Everything that can be said of a configuration without values. `inputs` hold an unknown value for each root variable.
pub fn validate(
    tree: &ModuleTree,
    inputs: &Inputs,
    context: EvalContext<'_>,
    registry: &Registry,
    programs: Programs,
) -> Diagnostics {
    let mut evaluator = Evaluator::new(tree, inputs, context).whatever();
    let nothing = FinalValues::default();
    let mut messages = Messages::default();
    let cycles = cycles(&ResourceGraph::build(tree, []));
    if cycles.has_errors() {
        return cycles;
    }
    messages.extend(crate::imports::without_target(tree));
    messages.extend(crate::ignore::redundant(tree, registry));
    for (name, output) in &tree.root.config.outputs {
        if output.ephemeral {
            messages.push(
                Diagnostic::error("ephemeral-root-output", "Ephemeral output not allowed")
                    .detail("The outputs of the root module are stored, which ephemeral values never are. Only outputs of other modules can be ephemeral; ephemeralasnull() stores a null in the value's place.")
                    .at(output.header)
                    .within(format!("output {:?}", &**name)),
            );
        }
    }
    let mut missing: HashSet<AbsProviderConfig> = HashSet::new();
    for node in tree.walk() {
        let instances = evaluator.module_instances(&node.path, &nothing);
        messages.extend(instances.diagnostics);
        let Some(module) = instances.value.into_iter().next() else {
            continue;
        };
        messages.extend(evaluator.validate_variables(&module, &nothing));
        messages.extend(evaluator.validate_named(&module, &nothing));
        messages.extend(evaluator.validate_providers(&module, &nothing));
        let removed = node.config.removed.iter().flat_map(|r| &r.provisioners);
        messages.extend(crate::provisioners::validate_removed(
            &node.path,
            removed,
            programs,
            &mut evaluator,
            &nothing,
        ));
        for (resource, config) in &node.config.resources {
            let provider_config = tree.provider_config(&node.path, &config.provider);
            let provider = &provider_config.provider;
            let Some(registered) = registry.get(provider) else {
                if missing.insert(provider_config.clone()) {
                    messages.push(missing_provider(tree, &provider_config, registry));
                }
                continue;
            };
            let schema = registered.provider.schema();
            let types = match resource.mode {
                ResourceMode::Managed => &schema.resources,
                ResourceMode::Data => &schema.data_sources,
                ResourceMode::Ephemeral => &schema.ephemerals,
            };
            let Some(found) = types.get(&resource.ty) else {
                if resource.mode == ResourceMode::Ephemeral {
                    messages.push(unknown_type(config, provider, schema));
                    continue;
                }
                let near = cairn_diag::nearest(&resource.ty, types.keys().map(|n| &**n));
                let mut d = Diagnostic::error("unknown-resource-type", "Invalid resource type")
                    .detail(format!(
                        "The provider {provider} has no {} {:?}.",
                        match resource.mode {
                            ResourceMode::Data => "data source",
                            _ => "resource type",
                        },
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
            if config.stands_in {
                continue;
            }
            if let IgnoreChanges::Paths(paths) = &config.lifecycle.ignore_changes {
                for path in paths {
                    messages.extend(ignored(path, &found.block, resource));
                }
            }
            let addr = resource.clone().in_module(module.clone());
            let value = evaluator.validate_resource(&addr, &found.block, &nothing);
            let failed = value.diagnostics.has_errors();
            messages.extend(value.diagnostics);
            messages.extend(crate::provisioners::validate(
                config,
                &addr,
                &found.block,
                programs,
                &mut evaluator,
                &nothing,
            ));
            if !failed {
                let (config, marks) = value.value.unmark_deep();
                let instance = addr.instance(InstanceKey::None);
                if resource.mode != ResourceMode::Ephemeral {
                    for d in ephemeral_misplaced(&found.block, &marks, &instance, &evaluator) {
                        messages.push(d);
                    }
                }
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

/// What is wrong with an entry of `ignore_changes`.
fn ignored(path: &Spanned<Path>, schema: &BlockSchema, resource: &Resource) -> Diagnostics {
    let Some(first) = path.value.first_attr() else {
        return Diagnostics::new();
    };
    if schema.attributes.contains_key(first) || schema.blocks.contains_key(first) {
        return Diagnostics::new();
    }
    let names = schema.attributes.keys().chain(schema.blocks.keys());
    let mut d = Diagnostic::error("unsupported-attribute", "Unsupported attribute")
        .detail(format!(
            "{} has no argument or block named {first:?} whose changes could be ignored.",
            resource.ty
        ))
        .at(path.span)
        .within(block_name(resource));
    if let Some(near) = nearest(first, names.map(|n| &**n)) {
        d = d.hint(format!("Did you mean {near:?}?"));
    }
    d.into()
}
