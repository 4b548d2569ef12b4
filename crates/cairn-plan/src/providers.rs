//! Decides what the provider configurations of a plan are, one state for each instance of a repeated one, and which of them
//! manages an object.

use cairn_diag::Diagnostic;
use cairn_lang::{InstanceKeys, ModuleTree};
use cairn_model::{AbsProviderConfig, AbsResource, AbsResourceInstance, InstanceKey, PlanMode};
use cairn_provider::{Problem, Provider, Registry};
use cairn_value::{Known, Path, Type, Value};

use crate::messages::block_name;
use crate::planner::{Planner, ProviderState};

impl Planner<'_> {
    /// The provider configuration that manages a recorded resource now, whatever instance of it: the configuration's where it
    /// has the block, else the recorded one.
    pub(crate) fn owner_of(
        &self,
        addr: &AbsResource,
        recorded: &AbsProviderConfig,
    ) -> AbsProviderConfig {
        let (module, resource) = addr.config();
        self.tree
            .get(&module)
            .and_then(|n| n.config.resources.get(&resource))
            .map_or_else(
                || recorded.keyless(),
                |c| self.tree.provider_config(&module, &c.provider),
            )
    }

    /// The provider configuration that manages a recorded object now, the instance of it where it is repeated: the one that the
    /// configuration selects where it has that instance of the resource, else the recorded one.
    pub(crate) fn provider_of(
        &mut self,
        addr: &AbsResourceInstance,
        recorded: &AbsProviderConfig,
    ) -> AbsProviderConfig {
        let (module, resource) = addr.resource.config();
        let block = self
            .tree
            .get(&module)
            .and_then(|n| n.config.resources.get(&resource));
        let Some(block) = block else {
            return recorded.clone();
        };
        let selection = self.tree.provider_selection(&module, &block.provider);
        if selection.key.is_none() {
            return selection.config;
        }
        if self.options.mode == PlanMode::Destroy && self.has_provider(recorded) {
            return recorded.clone();
        }
        // What is wrong with the selection is said where the block is planned.
        let found = self.evaluator.resource_provider(addr, &self.values);
        found.value.unwrap_or_else(|| recorded.clone())
    }

    /// Whether there is such a configuration: the key one that there is, and none only where there are no keys.
    fn has_provider(&self, addr: &AbsProviderConfig) -> bool {
        self.providers
            .get(addr)
            .is_some_and(|p| !p.repeated && !p.gone)
    }

    /// Whether a provider configuration is known, so that it can be asked.
    pub(crate) fn is_readable(&self, addr: &AbsProviderConfig) -> bool {
        self.providers.get(addr).is_some_and(|p| p.known.is_some())
    }

    /// An error where the provider configuration that an object was made by, or that instance of it, is gone, so that the
    /// object can be neither read nor destroyed.
    pub(crate) fn provider_gone(
        &self,
        addr: &AbsResourceInstance,
        provider: &AbsProviderConfig,
    ) -> Option<Diagnostic> {
        let whole = self.providers.get(&provider.keyless())?;
        // Where the keys are not known, that has been said.
        if self.has_provider(provider) || whole.failed {
            return None;
        }
        let place = self
            .block_of(provider)
            .map(|b| b.for_each.as_ref().map_or(b.header, |expr| expr.span));
        let way_out = match &provider.key {
            InstanceKey::None if whole.repeated => "It is repeated by for_each now: bring the one without keys back under this alias until an apply has destroyed the object, and repeat it then.".to_owned(),
            InstanceKey::Key(key) if whole.repeated => format!(
                "Keep the key {key:?} of the provider configuration until an apply has destroyed everything that was made with it."
            ),
            _ => "Bring its `provider` block back until an apply has destroyed everything that was made with it.".to_owned(),
        };
        Some(
            Diagnostic::error("provider-gone", "Provider configuration not present")
                .detail(format!(
                    "{addr} was made by {provider}, which the configuration does not have any more, so it can be neither read nor destroyed. {way_out}"
                ))
                .at_opt(place)
                .within(block_name(&addr.resource.resource))
                .address(addr.to_string())
                .hint(format!(
                    "To forget the object and leave it in the cloud: cairn state rm '{addr}'."
                )),
        )
    }

    /// An error where an object is not found by the provider instance that the configuration selects now, while the one that
    /// made it is there still: it would be taken for gone, and be left behind.
    pub(crate) fn left_behind(&mut self, addr: &AbsResourceInstance) -> Option<Diagnostic> {
        let recorded = self.prior.get(addr)?.provider.clone();
        if recorded.key == InstanceKey::None || !self.has_provider(&recorded) {
            return None;
        }
        let selected = self.provider_of(addr, &recorded);
        if selected == recorded {
            return None;
        }
        let (module, resource) = addr.resource.config();
        let block = self.tree.get(&module)?.config.resources.get(&resource)?;
        Some(
            Diagnostic::error("provider-instance-changed", "Object made by another provider instance")
                .detail(format!(
                    "The configuration selects {selected} for {addr}, which does not find the object; it was made by {recorded}. An object does not move from one provider instance to another, and going on would leave it behind."
                ))
                .at(block.provider.span.unwrap_or(block.header))
                .within(block_name(&resource))
                .address(addr.to_string())
                .hint("Give what is to be made there another key, so that the old object is destroyed and a new one made.")
                .hint(format!("To forget the old object and leave it in the cloud: cairn state rm '{addr}'.")),
        )
    }

    /// Evaluates a provider configuration, all instances of a repeated one, and asks for the refresh of what it owns.
    pub(crate) fn visit_provider(&mut self, addr: &AbsProviderConfig, in_scope: bool) {
        let Some(registered) = self.registry.get(&addr.provider) else {
            if in_scope {
                self.messages
                    .push(missing_provider(self.tree, addr, self.registry));
            }
            self.providers.insert(
                addr.clone(),
                ProviderState {
                    failed: true,
                    ..ProviderState::unknown(None)
                },
            );
            self.refresh_owned(addr);
            return;
        };
        let provider = registered.provider.clone();
        let keys = self.evaluator.provider_keys(addr, &self.values);
        if addr.alias.is_some() && self.block_of(addr).is_none() {
            self.providers.insert(
                addr.clone(),
                ProviderState {
                    gone: true,
                    ..ProviderState::unknown(Some(provider))
                },
            );
        } else if matches!(keys.value, InstanceKeys::Once) {
            let failed = self.evaluate_provider(addr, &*provider);
            if failed && in_scope {
                self.fail_provider(addr);
            }
        } else {
            let mut failed = keys.diagnostics.has_errors();
            if failed
                && in_scope
                && let Some(index) = self.graph.find(&crate::graph::Node::Provider(addr.clone()))
            {
                self.repetition_failed(index, &keys.diagnostics);
            }
            self.messages.extend(keys.diagnostics);
            let unknown = failed;
            for key in &keys.value {
                failed |= self.evaluate_provider(&addr.instance(key), &*provider);
            }
            if failed && !unknown && in_scope {
                self.fail_provider(addr);
            }
            self.providers.insert(
                addr.clone(),
                ProviderState {
                    repeated: true,
                    failed: unknown,
                    dependencies: keys.dependencies,
                    ..ProviderState::unknown(Some(provider))
                },
            );
        }
        self.refresh_owned(addr);
    }

    /// Evaluates one instance of a provider configuration; whether anything is wrong with it.
    fn evaluate_provider(&mut self, addr: &AbsProviderConfig, provider: &dyn Provider) -> bool {
        let Some(registered) = self.registry.get(&addr.provider) else {
            return true;
        };
        let schema = &provider.schema().provider;
        let evaluated = self.evaluator.provider_config(addr, schema, &self.values);
        let mut failed = evaluated.diagnostics.has_errors();
        self.messages.extend(evaluated.diagnostics);
        let config = evaluated.value.unmark_deep().0;
        for problem in provider.validate_provider(&config) {
            failed |= problem.severity == cairn_diag::Severity::Error;
            let d = self.placed_at_provider(problem, addr);
            self.messages.push(d);
        }
        let known = if failed {
            None
        } else {
            Known::try_from(config.clone()).ok()
        };
        self.providers.insert(
            addr.clone(),
            ProviderState {
                provider: Some(registered.provider.clone()),
                config,
                known,
                dependencies: evaluated.dependencies,
                repeated: false,
                gone: false,
                failed,
            },
        );
        failed
    }

    /// The block that declares a provider configuration.
    fn block_of(&self, addr: &AbsProviderConfig) -> Option<&cairn_lang::ProviderBlock> {
        let node = self.tree.get(&addr.module)?;
        let whole = addr.keyless();
        node.config.providers.values().find(|b| {
            let meant = cairn_lang::ProviderRef {
                name: b.name.value.clone(),
                alias: b.alias.as_ref().map(|a| a.value.clone()),
                key: None,
                span: None,
            };
            self.tree.provider_config(&node.path, &meant) == whole
        })
    }

    fn placed_at_provider(&self, problem: Problem, addr: &AbsProviderConfig) -> Diagnostic {
        let place = self.block_of(addr).map(|b| {
            problem
                .path
                .as_ref()
                .and_then(Path::first_attr)
                .and_then(|a| {
                    b.body
                        .attribute(a)
                        .map(cairn_lang::Attribute::span)
                        .or_else(|| b.body.blocks_of(a).next().map(|b| b.header))
                })
                .unwrap_or(b.header)
        });
        let d = match problem.severity {
            cairn_diag::Severity::Error => Diagnostic::error(problem.code, problem.summary),
            cairn_diag::Severity::Warning => Diagnostic::warning(problem.code, problem.summary),
        };
        let d = d
            .detail(problem.detail)
            .at_opt(place)
            .within(format!("provider \"{}\"", addr.provider.ty));
        match addr.key {
            InstanceKey::None => d,
            _ => d.address(addr.to_string()),
        }
    }
}

impl ProviderState {
    fn unknown(provider: Option<std::sync::Arc<dyn Provider>>) -> Self {
        Self {
            provider,
            config: Value::unknown(Type::Dynamic),
            known: None,
            dependencies: Vec::new(),
            repeated: false,
            gone: false,
            failed: false,
        }
    }
}

/// The message for a provider that is not built in, at a block that needs it.
pub(crate) fn missing_provider(
    tree: &ModuleTree,
    addr: &AbsProviderConfig,
    registry: &Registry,
) -> Diagnostic {
    let place = tree.walk().iter().find_map(|n| {
        n.config
            .resources
            .values()
            .find(|r| tree.provider_config(&n.path, &r.provider) == *addr)
            .map(|r| r.provider.span.unwrap_or(r.header))
    });
    let known: Vec<String> = registry
        .iter()
        .map(|r| r.provider.addr().to_string())
        .collect();
    Diagnostic::error("provider-not-available", "Provider not available")
        .detail(format!(
            "The configuration or the state needs the provider {}, which is not built into cairn. There are: {}.",
            addr.provider,
            known.join(", ")
        ))
        .at_opt(place)
}
