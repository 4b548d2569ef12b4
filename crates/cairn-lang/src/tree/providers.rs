//! Decides which provider configuration a name in a module means: declared there, handed over by the call, or inherited.

use std::fmt::Write as _;

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, nearest};
use cairn_model::{AbsProviderConfig, InstanceKey, Module, ProviderAddr};
use cairn_value::Name;

use super::{ModuleNode, ModuleTree};
use crate::config::{ModuleConfig, ProviderRef, Repetition};
use crate::syntax::{Expr, ExprKind, Step};

impl ModuleConfig {
    /// Which provider a local name means: what `required_providers` says, else the official one of that name.
    pub fn provider_addr(&self, local: &str) -> ProviderAddr {
        self.required_providers
            .get(local)
            .map_or_else(|| ProviderAddr::implied(local), |r| r.source.clone())
    }

    /// The local name of a provider, or of the one that it is elsewhere.
    fn local_name(&self, provider: &ProviderAddr) -> Option<Name> {
        let named = |same: &dyn Fn(&ProviderAddr) -> bool| {
            let required = self.required_providers.iter();
            let mut found = required.filter(|(_, r)| same(&r.source));
            found.next().map(|(name, _)| name.clone())
        };
        named(&|source| source == provider)
            .or_else(|| named(&|source| one_under_two_names(source, provider)))
    }
}

/// Whether two addresses mean one provider: a module without `required_providers` asks for `hashicorp/alicloud`, where others say
/// `aliyun/alicloud`. (There, Terraform runs two providers, and the one of the module is not configured by anything.)
fn one_under_two_names(a: &ProviderAddr, b: &ProviderAddr) -> bool {
    let implied = ProviderAddr::implied(&a.ty);
    a.ty == b.ty && a.hostname == b.hostname && (*a == implied || *b == implied)
}

/// What a reference to a provider configuration means.
#[derive(Clone, Debug)]
pub struct ProviderSelection<'t> {
    /// The configuration; where it is repeated, all of its instances together.
    pub config: AbsProviderConfig,
    /// What selects one of the instances, and the module in which that is written: where the reference is, or where a `module`
    /// block on the way hands the configuration over.
    pub key: Option<(Module, &'t Expr)>,
}

impl ModuleTree {
    /// Which provider configuration a reference in a module means, whatever key selects one of its instances.
    pub fn provider_config(&self, module: &Module, reference: &ProviderRef) -> AbsProviderConfig {
        self.provider_selection(module, reference).config
    }

    /// Which provider configuration a reference in a module means, after `providers` of the calls and inheritance: the
    /// configuration of the nearest module, going up, that declares it; an empty one of the root where none does.
    pub fn provider_selection<'t>(
        &'t self,
        module: &Module,
        reference: &'t ProviderRef,
    ) -> ProviderSelection<'t> {
        let mut nodes = vec![&self.root];
        for call in module.names() {
            match nodes.last().and_then(|n| n.children.get(call)) {
                Some(child) => nodes.push(child),
                None => break,
            }
        }
        let here = nodes[nodes.len() - 1];
        let mut provider = here.config.provider_addr(&reference.name);
        let mut name = reference.name.clone();
        let mut alias = reference.alias.clone();
        let mut depth = nodes.len() - 1;
        let mut key = reference.key.as_ref();
        loop {
            let node: &ModuleNode = nodes[depth];
            let declared = node
                .config
                .providers
                .contains_key(&(name.clone(), alias.clone()));
            if declared {
                let there = node.config.provider_addr(&name);
                if one_under_two_names(&there, &provider) {
                    provider = there;
                }
            }
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
                    key = from.key.as_ref();
                }
                // Only configurations without an alias are inherited, by what they are, not by their local name.
                None if alias.is_none() => {
                    name = parent.config.local_name(&provider).unwrap_or(name);
                }
                None => break,
            }
            depth -= 1;
        }
        let module = nodes[depth].path.clone();
        ProviderSelection {
            key: key.map(|key| (module.clone(), key)),
            config: AbsProviderConfig {
                module,
                provider,
                alias,
                key: InstanceKey::None,
            },
        }
    }
}

/// Finds references to configurations with an alias that nothing declares, and those that lack the key of an instance or have
/// one where there are no instances.
pub(super) fn check(tree: &ModuleTree, sources: &SourceMap, said: &mut Diagnostics) {
    let mut seen: Vec<*const ModuleConfig> = Vec::new();
    for node in tree.walk() {
        let config = &*node.config;
        let this: *const ModuleConfig = config;
        if seen.contains(&this) {
            continue;
        }
        seen.push(this);
        check_same_keys(config, said);
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
                if let Some(mut d) = wrong_key(config, reference) {
                    if let Some(within) = sources.text(header) {
                        d = d.within(within);
                    }
                    said.push(d.at_opt(reference.span.or(Some(header))));
                }
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

/// What is wrong with the key of a reference to a provider configuration of its own module.
fn wrong_key(config: &ModuleConfig, reference: &ProviderRef) -> Option<Diagnostic> {
    let alias = reference.alias.as_ref()?;
    let written = format!("{}.{alias}", reference.name);
    let block = config
        .providers
        .get(&(reference.name.clone(), Some(alias.clone())));
    let (detail, hint) = match (block.is_some_and(|b| b.for_each.is_some()), &reference.key) {
        (true, Some(_)) | (false, None) => return None,
        (true, None) => (
            format!(
                "The configuration {written} is repeated by for_each, so it has an instance for each key, and one of them must be selected."
            ),
            format!(
                "Write {written}[each.key] in a block that is repeated by keys of the same kind, or a fixed key: {written}[\"...\"]."
            ),
        ),
        (false, Some(_)) if block.is_some() => (
            format!("The configuration {written} is not repeated by for_each, so it has no keys."),
            format!("Write {written} alone, or add for_each to its `provider` block."),
        ),
        (false, Some(_)) => (
            format!(
                "What a module is handed over as {written} is one configuration, or one instance of a repeated one, so it has no keys here."
            ),
            "Select the instance in the `module` block that hands it over.".to_owned(),
        ),
    };
    let d = Diagnostic::error(
        "provider-instance-key",
        "Invalid provider configuration reference",
    );
    Some(d.detail(detail).hint(hint))
}

/// Warns where what is repeated and the provider configuration that it selects from go through the same keys: an instance and
/// its provider would go at the same time, and nothing could delete the instance then.
fn check_same_keys(config: &ModuleConfig, said: &mut Diagnostics) {
    let resources = config
        .resources
        .values()
        .map(|r| (&r.provider, &r.repetition));
    let calls = config
        .calls
        .values()
        .flat_map(|c| c.providers.iter().map(|(_, here)| (here, &c.repetition)));
    for (reference, repetition) in resources.chain(calls) {
        let block = config
            .providers
            .get(&(reference.name.clone(), reference.alias.clone()));
        if reference.key.is_some()
            && let Repetition::ForEach(own) = repetition
            && let Some(of_provider) = block.and_then(|b| b.for_each.as_ref())
            && let (Some(a), Some(b)) = (whole_name(own), whole_name(of_provider))
            && a == b
        {
            said.push(
                Diagnostic::warning(
                    "provider-same-for-each",
                    "Provider configuration for_each matches that of its user",
                )
                .detail(format!(
                    "Both go through {a}. When a key is taken out of that, its objects remain without the provider configuration that could delete them, and the plan fails."
                ))
                .at(own.span)
                .hint("Go through fewer keys here than in the `provider` block: { for k, v in ... : k => v if !v.disabled }, so that the objects of a key can be taken away before the key."),
            );
        }
    }
}

/// The text of an expression that is nothing but a name: `var.regions`.
fn whole_name(expr: &Expr) -> Option<String> {
    let ExprKind::Ref(access) = &expr.kind else {
        return None;
    };
    let mut text = access.source.to_string();
    for step in &access.steps {
        let Step::Attr(name, _) = step else {
            return None;
        };
        let _ = write!(text, ".{name}");
    }
    Some(text)
}
