//! Decides which provider configuration a name in a module means: declared there, handed over by the call, or inherited.

use std::fmt::Write as _;

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, nearest};
use cairn_model::{AbsProviderConfig, Module, ProviderAddr};
use cairn_value::Name;

use super::{ModuleNode, ModuleTree};
use crate::config::{ModuleConfig, ProviderRef};

impl ModuleConfig {
    /// Which provider a local name means: what `required_providers` says, else the official one of that name.
    pub fn provider_addr(&self, local: &str) -> ProviderAddr {
        self.required_providers
            .get(local)
            .map_or_else(|| ProviderAddr::implied(local), |r| r.source.clone())
    }

    /// The local name of a provider.
    fn local_name(&self, provider: &ProviderAddr) -> Option<Name> {
        self.required_providers
            .iter()
            .find(|(_, r)| r.source == *provider)
            .map(|(name, _)| name.clone())
    }
}

impl ModuleTree {
    /// Which provider configuration a reference in a module means, after `providers` of the calls and inheritance: the
    /// configuration of the nearest module, going up, that declares it; an empty one of the root where none does.
    pub fn provider_config(&self, module: &Module, reference: &ProviderRef) -> AbsProviderConfig {
        let mut nodes = vec![&self.root];
        for call in module.names() {
            match nodes.last().and_then(|n| n.children.get(call)) {
                Some(child) => nodes.push(child),
                None => break,
            }
        }
        let here = nodes[nodes.len() - 1];
        let provider = here.config.provider_addr(&reference.name);
        let mut name = reference.name.clone();
        let mut alias = reference.alias.clone();
        let mut depth = nodes.len() - 1;
        loop {
            let node: &ModuleNode = nodes[depth];
            let declared = node
                .config
                .providers
                .contains_key(&(name.clone(), alias.clone()));
            if declared || depth == 0 {
                break;
            }
            let parent = nodes[depth - 1];
            let call = module.names().get(depth - 1);
            let passed = call.and_then(|c| parent.config.calls.get(c)).and_then(|c| {
                c.providers
                    .iter()
                    .find(|(there, _)| there.name == name && there.alias == alias)
            });
            match passed {
                Some((_, from)) => {
                    name = from.name.clone();
                    alias.clone_from(&from.alias);
                }
                // Only configurations without an alias are inherited, by what they are, not by their local name.
                None if alias.is_none() => {
                    name = parent.config.local_name(&provider).unwrap_or(name);
                }
                None => break,
            }
            depth -= 1;
        }
        AbsProviderConfig {
            module: nodes[depth].path.clone(),
            provider,
            alias,
        }
    }
}

/// Finds references to configurations with an alias that nothing declares.
pub(super) fn check(tree: &ModuleTree, sources: &SourceMap, said: &mut Diagnostics) {
    let mut seen: Vec<*const ModuleConfig> = Vec::new();
    for node in tree.walk() {
        let config = &*node.config;
        let this: *const ModuleConfig = config;
        if seen.contains(&this) {
            continue;
        }
        seen.push(this);
        let known = |r: &ProviderRef| match &r.alias {
            None => true,
            Some(alias) => {
                config
                    .providers
                    .contains_key(&(r.name.clone(), Some(alias.clone())))
                    || config
                        .required_providers
                        .get(&r.name)
                        .is_some_and(|p| p.configuration_aliases.contains(alias))
            }
        };
        let resources = config.resources.values().map(|r| (&r.provider, r.header));
        let passed = config
            .calls
            .values()
            .flat_map(|c| c.providers.iter().map(|(_, here)| (here, c.header)));
        for (reference, header) in resources.chain(passed) {
            if known(reference) {
                continue;
            }
            let alias = reference.alias.as_deref().unwrap_or_default();
            let name = &reference.name;
            let aliases = config
                .providers
                .keys()
                .filter(|(n, _)| n == name)
                .filter_map(|(_, a)| a.as_deref());
            let mut detail = format!(
                "There is no configuration of the provider `{name}` with the alias `{alias}` in this module."
            );
            if let Some(near) = nearest(alias, aliases) {
                let _ = write!(detail, " Did you mean {name}.{near}?");
            }
            let mut d = Diagnostic::error("undeclared-provider", "Provider configuration not present")
                .detail(detail)
                .at_opt(reference.span.or(Some(header)))
                .hint(if node.path.is_root() {
                    format!("Declare it: provider \"{name}\" {{ alias = \"{alias}\" ... }}.")
                } else {
                    "Name it in configuration_aliases of required_providers and hand it over in the `module` block.".to_owned()
                });
            if let Some(within) = sources.text(header) {
                d = d.within(within);
            }
            said.push(d);
        }
    }
}
