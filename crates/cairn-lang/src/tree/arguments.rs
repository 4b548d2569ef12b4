//! Decides whether a module call gives the arguments that the module's variables take, and none that its author would not have
//! used any more. Not whether their values fit.

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, nearest};

use crate::config::{ModuleCall, ModuleConfig, Repetition};

/// Checks one call.
pub(super) fn check(
    call: &ModuleCall,
    called: &ModuleConfig,
    sources: &SourceMap,
    said: &mut Diagnostics,
) {
    let within = sources.text(call.header);
    let mut push = |d: Diagnostic| {
        said.push(match within {
            Some(within) => d.within(within),
            None => d,
        });
    };
    for argument in &call.body.attributes {
        if let Some(variable) = called.variables.get(&argument.name) {
            if let Some(message) = &variable.deprecated {
                push(
                    Diagnostic::warning("deprecated-variable", "Deprecated variable got a value")
                        .detail(format!(
                            "The module's variable `{}` is deprecated: {message}",
                            argument.name
                        ))
                        .at(argument.name_span)
                        .context(call.header),
                );
            }
            continue;
        }
        let name = &*argument.name;
        let known = called.variables.keys().map(|n| &**n);
        let detail = match nearest(name, known) {
            Some(near) => format!("The module has no variable `{name}`. Did you mean `{near}`?"),
            None => format!("The module has no variable `{name}`."),
        };
        push(
            Diagnostic::error("unsupported-argument", "Unsupported argument")
                .detail(detail)
                .at(argument.name_span)
                .context(call.header)
                .hint(format!(
                    "To add it, declare variable \"{name}\" {{}} in the module's folder."
                )),
        );
    }
    for (name, variable) in &called.variables {
        if variable.default.is_some() || call.body.attribute(name).is_some() {
            continue;
        }
        // A misspelled one has been said, and one that could not be read too.
        let misspelled = call.body.attributes.iter().any(|a| {
            !called.variables.contains_key(&a.name) && nearest(&a.name, [&**name]).is_some()
        });
        if misspelled || call.body.partial {
            continue;
        }
        let declared = sources
            .locate(variable.header)
            .map(|(file, start, _)| format!(" ({file} line {})", start.line))
            .unwrap_or_default();
        push(
            Diagnostic::error("missing-required-argument", "Missing required argument")
                .detail(format!(
                    "The module's variable `{name}`{declared} has no default, so the argument `{name}` must be set here."
                ))
                .at(call.header),
        );
    }
    for (name, required) in &called.required_providers {
        for alias in &required.configuration_aliases {
            let passed = call
                .providers
                .iter()
                .any(|(there, _)| there.name == *name && there.alias.as_ref() == Some(alias));
            if !passed {
                push(
                    Diagnostic::error(
                        "missing-passed-provider",
                        "Missing required provider configuration",
                    )
                    .detail(format!(
                        "The module wants the provider configuration {name}.{alias} to be handed over. Write providers = {{ {name}.{alias} = {name} }}, or another configuration of that provider on the right."
                    ))
                    .at(call.header),
                );
            }
        }
    }
    let repeated = !matches!(call.repetition, Repetition::Once) || !call.depends_on.is_empty();
    if repeated && let Some(block) = called.providers.values().next() {
        let place = sources
            .locate(block.header)
            .map_or(String::new(), |(file, start, _)| {
                format!(" ({file} line {})", start.line)
            });
        push(
            Diagnostic::error(
                "provider-in-repeated-module",
                "Module is incompatible with count, for_each, and depends_on",
            )
            .detail(format!(
                "The module has provider configurations of its own{place}, so it can neither be repeated nor wait for others. Move them to the root module and hand them over by `providers`."
            ))
            .at(call.header),
        );
    }
}
