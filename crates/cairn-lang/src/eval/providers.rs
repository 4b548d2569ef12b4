//! Decides what provider configurations come to: their instances where `for_each` repeats them, which of those an instance of a
//! resource uses, and the arguments of each.

use cairn_diag::{Diagnostic, nearest};
use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, BlockSchema, InstanceKey, ModuleInstance,
};
use cairn_value::{Type, Value, convert};

use super::InstanceKeys;
use super::named::{fresh, repeat};
use super::run::Run;
use super::scope::{Repeat, Scope};
use crate::config::{ProviderBlock, ProviderRef, Repetition};
use crate::syntax::Expr;

impl<'a> Run<'_, 'a> {
    /// The block of a provider configuration and the frame of its module; nothing where nothing declares it.
    fn provider_block(&mut self, addr: &AbsProviderConfig) -> Option<(usize, &'a ProviderBlock)> {
        let instance = addr
            .module
            .names()
            .iter()
            .fold(ModuleInstance::root(), |m, n| {
                m.child(n.clone(), InstanceKey::None)
            });
        let frame = self.frame(&instance)?;
        let config = &self.ev.frames[frame].node.config;
        let local = config
            .required_providers
            .iter()
            .find(|(_, r)| r.source == addr.provider)
            .map_or(&addr.provider.ty, |(n, _)| n);
        let block = config.providers.get(&(local.clone(), addr.alias.clone()))?;
        Some((frame, block))
    }

    /// The keys of a provider configuration: [`InstanceKeys::Once`] where it is not repeated.
    pub(crate) fn provider_keys(&mut self, addr: &AbsProviderConfig) -> InstanceKeys {
        match self.provider_block(addr) {
            Some((frame, block)) => self.keys_of_provider(frame, block),
            None => InstanceKeys::Once,
        }
    }

    fn keys_of_provider(&mut self, frame: usize, block: &'a ProviderBlock) -> InstanceKeys {
        let Some(expr) = &block.for_each else {
            return InstanceKeys::Once;
        };
        let id = (frame, std::ptr::from_ref(block) as usize);
        let generation = self.ev.generation;
        let known = self.ev.provider_keys.get(&id);
        let known = known.filter(|m| fresh(m, generation)).cloned();
        let memo = known.unwrap_or_else(|| {
            let memo = self.apart(|run| {
                let scope = Scope::of(frame, &Repeat::Once);
                let keys = run.for_each(expr, &scope, "provider configuration");
                run.within(0, || block_header(block));
                keys
            });
            self.ev.provider_keys.insert(id, memo.clone());
            memo
        });
        self.absorb(&memo);
        memo.value
    }

    /// The arguments of a provider configuration, of one instance where it is repeated.
    pub(crate) fn provider_config(
        &mut self,
        addr: &AbsProviderConfig,
        schema: &BlockSchema,
    ) -> Value {
        let Some((frame, block)) = self.provider_block(addr) else {
            if addr.key != InstanceKey::None {
                self.no_such_provider(addr, &InstanceKeys::Once, None);
            }
            return schema.empty_value();
        };
        let n = self.diags.len();
        let keys = self.keys_of_provider(frame, block);
        let Some(repeat) = repeat(&addr.key, &keys) else {
            if !matches!(keys, InstanceKeys::Unknown) {
                self.no_such_provider(addr, &keys, Some(block));
            }
            return Value::unknown(schema.implied_type().clone());
        };
        let scope = Scope::of(frame, &repeat);
        let value = self.decode(&block.body, schema, block.header, &scope);
        self.within(n, || block_header(block));
        self.about(n, addr);
        value
    }

    /// What is asked for by a plan or a record is none of the instances that the configuration has.
    fn no_such_provider(
        &mut self,
        addr: &AbsProviderConfig,
        keys: &InstanceKeys,
        block: Option<&ProviderBlock>,
    ) {
        let detail = match keys {
            InstanceKeys::ForEach(all) => format!(
                "The configuration has no instance {addr}. {}",
                instances(all)
            ),
            _ => format!("The configuration has no {addr}: it is not repeated by for_each."),
        };
        self.error(
            Diagnostic::error("no-such-provider-instance", "Provider instance not present")
                .detail(detail)
                .at_opt(block.map(|b| b.for_each.as_ref().map_or(b.header, |e| e.span)))
                .hint("Bring the key back for as long as objects are recorded that were made with it."),
        );
    }

    /// The provider configuration of an instance that the configuration has; nothing where it cannot be said, with messages.
    pub(crate) fn resource_provider(
        &mut self,
        addr: &AbsResourceInstance,
    ) -> Option<AbsProviderConfig> {
        let (mut frame, config, mut repeat) = self.instance(addr)?;
        let module = addr.resource.module.module();
        let selection = self.ev.tree.provider_selection(&module, &config.provider);
        let Some((place, key)) = selection.key else {
            return Some(selection.config);
        };
        // A key in a `module` block counts in the module that calls.
        for _ in place.names().len()..module.names().len() {
            let parent = self.ev.frames[frame].parent.as_ref()?;
            repeat = parent.repeat.clone();
            frame = parent.frame;
        }
        let n = self.diags.len();
        let scope = Scope::of(frame, &repeat);
        let found = self.provider_key(key, &scope, &selection.config);
        self.about(n, addr);
        Some(selection.config.instance(found?))
    }

    /// The key that an expression selects an instance of a provider configuration by, one that there is. Nothing where it is
    /// not known; except where values do not matter, a message says so.
    fn provider_key(
        &mut self,
        expr: &Expr,
        scope: &Scope<'_>,
        config: &AbsProviderConfig,
    ) -> Option<InstanceKey> {
        let n = self.diags.len();
        let value = self.checked(expr, scope);
        if self.failed_since(n) {
            return None;
        }
        let invalid = |detail: String| {
            Diagnostic::error("provider-instance-key", "Invalid provider instance key")
                .detail(detail)
                .at(expr.span)
        };
        let marks = value.marks();
        let refused = if marks.is_sensitive() || marks.is_ephemeral() {
            Some("The key of a provider configuration is recorded and shown, so it must be neither sensitive nor ephemeral, nor made from a value that is.".to_owned())
        } else if value.is_null() {
            Some("The key that selects a provider configuration is null. It must be one of the keys of its for_each.".to_owned())
        } else {
            None
        };
        let key = match (refused, convert(value.peel(), &Type::String)) {
            (None, Ok(key)) => key,
            (refused, _) => {
                let detail = refused.unwrap_or_else(|| {
                    format!(
                        "The key that selects a provider configuration must be a string, but this is {}.",
                        value.ty().friendly()
                    )
                });
                self.fail(invalid(detail), expr, scope);
                return None;
            }
        };
        let Some(key) = key.as_str() else {
            if !self.ev.whatever {
                let d = invalid("The key depends on something that is known only after apply, so it cannot be said which provider configuration is used.".to_owned())
                    .hint("Select by keys that the configuration says: each.key, variables, local values and constants.");
                self.fail(d, expr, scope);
            }
            return None;
        };
        let InstanceKeys::ForEach(all) = self.provider_keys(config) else {
            return None;
        };
        if all.binary_search_by(|(k, _)| (**k).cmp(key)).is_err() {
            let near = nearest(key, all.iter().map(|(k, _)| &**k))
                .map_or_else(String::new, |near| format!(" Did you mean {near:?}?"));
            let d = invalid(format!(
                "There is no instance {key:?} of the provider configuration {}. {}{near}",
                name(config),
                instances(&all)
            ))
            .hint("Add the key to for_each of the `provider` block, or select one of those that there are.");
            self.fail(d, expr, scope);
            return None;
        }
        Some(InstanceKey::Key(key.into()))
    }

    /// What is wrong with the key in a reference, whatever instances there are of the block that has it.
    pub(crate) fn check_provider_key(
        &mut self,
        frame: usize,
        reference: &'a ProviderRef,
        repeat: &Repeat,
    ) {
        if let Some(key) = &reference.key {
            let module = self.ev.frames[frame].instance.module();
            let config = self.ev.tree.provider_config(&module, reference);
            self.provider_key(key, &Scope::of(frame, repeat), &config);
        }
    }

    /// What is wrong with the keys of a module's provider configurations, and of those that it hands over, whatever values there are.
    pub(crate) fn validate_providers(&mut self, frame: usize) {
        let config = &self.ev.frames[frame].node.config;
        for block in config.providers.values() {
            self.keys_of_provider(frame, block);
        }
        for call in config.calls.values() {
            let repeat = match &call.repetition {
                Repetition::Once | Repetition::Enabled(_) => Repeat::Once,
                Repetition::Count(_) => Repeat::SomeCount,
                Repetition::ForEach(_) => Repeat::SomeEach,
            };
            let n = self.diags.len();
            for (_, here) in &call.providers {
                self.check_provider_key(frame, here, &repeat);
            }
            self.within(n, || format!("module {:?}", &*call.name.value));
        }
    }
}

fn block_header(block: &ProviderBlock) -> String {
    format!("provider {:?}", &*block.name.value)
}

/// A configuration as references write it, with the type for the local name: `alicloud.by_region`.
fn name(config: &AbsProviderConfig) -> String {
    match &config.alias {
        Some(alias) => format!("{}.{alias}", config.provider.ty),
        None => config.provider.ty.to_string(),
    }
}

/// A sentence that names the keys, the first of very many.
fn instances(keys: &[(std::sync::Arc<str>, Value)]) -> String {
    const SHOWN: usize = 10;
    let mut shown: Vec<String> = keys
        .iter()
        .take(SHOWN)
        .map(|(k, _)| format!("{k:?}"))
        .collect();
    if keys.is_empty() {
        return "It has no instances.".to_owned();
    }
    if keys.len() > SHOWN {
        shown.push(format!("and {} more", keys.len() - SHOWN));
    }
    format!("There are: {}.", shown.join(", "))
}
