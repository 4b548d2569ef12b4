//! Decides which provider configurations a configuration has, by the keys of Terraform's JSON, and which of them a resource's
//! provider comes down to: one that is handed over or inherited is that of the module it comes from. A module inherits only what
//! the module above mentions itself.

use std::collections::BTreeMap;

use cairn_lang::{Body, ModuleNode, ModuleTree, ProviderRef};
use cairn_model::{Module, ProviderAddr};
use cairn_provider::Registry;
use cairn_value::Name;
use serde_json::{Map, Value as Json, json};

use super::expression::{Expressions, put};

/// The provider configurations of all modules.
pub(super) struct ProviderConfigs {
    by_key: BTreeMap<String, ProviderConfig>,
}

struct ProviderConfig {
    name: String,
    addr: ProviderAddr,
    versions: Option<String>,
    module: Module,
    /// The declared block.
    block: Option<(Name, Option<Name>)>,
    alias: Option<Name>,
    /// The key of the configuration that it stands for, in a module above.
    of: Option<String>,
}

impl ProviderConfigs {
    /// Those of a tree, each module after the one that calls it.
    pub(super) fn of(tree: &ModuleTree) -> Self {
        let mut found = Self {
            by_key: BTreeMap::new(),
        };
        found.module(&tree.root);
        found
    }

    fn module(&mut self, node: &ModuleNode) {
        let config = &node.config;
        let path = &node.path;
        let above = path.parent().map(|(parent, _)| parent);
        for block in config.providers.keys() {
            let (name, alias) = block;
            self.by_key.insert(
                key_of(path, &local_name(name, alias.as_ref())),
                ProviderConfig {
                    name: name.to_string(),
                    addr: config.provider_addr(name),
                    versions: versions(node, name),
                    module: path.clone(),
                    block: Some(block.clone()),
                    alias: alias.clone(),
                    of: None,
                },
            );
        }
        for (name, required) in &config.required_providers {
            let aliased = required.configuration_aliases.iter().map(Some);
            for alias in aliased.chain([None]) {
                let local = local_name(name, alias);
                let key = key_of(path, &local);
                if self.by_key.contains_key(&key) {
                    continue;
                }
                let of = above
                    .as_ref()
                    .and_then(|m| self.source(&key_of(m, &local), &required.source));
                self.by_key.insert(
                    key,
                    ProviderConfig {
                        name: local,
                        addr: required.source.clone(),
                        versions: versions(node, name),
                        module: path.clone(),
                        block: None,
                        alias: None,
                        of,
                    },
                );
            }
        }
        // What is neither declared nor required is known by its type.
        for resource in config.resources.values() {
            let addr = config.provider_addr(&resource.provider.name);
            let key = key_of(path, &addr.ty);
            if self.by_key.contains_key(&key) {
                continue;
            }
            let of = above
                .as_ref()
                .and_then(|m| self.source(&key_of(m, &addr.ty), &addr));
            self.by_key.insert(
                key,
                ProviderConfig {
                    name: addr.ty.to_string(),
                    addr,
                    versions: None,
                    module: path.clone(),
                    block: None,
                    alias: None,
                    of,
                },
            );
        }
        for (call, child) in &node.children {
            let passed = config.calls.get(call).map(|c| &*c.providers);
            for (there, here) in passed.unwrap_or_default() {
                let addr = child.config.provider_addr(&there.name);
                let name = local_name(&there.name, there.alias.as_ref());
                let from = key_of(path, &local_name(&here.name, here.alias.as_ref()));
                let of = self.source(&from, &addr);
                self.by_key.insert(
                    key_of(&child.path, &name),
                    ProviderConfig {
                        name,
                        addr,
                        versions: None,
                        module: child.path.clone(),
                        block: None,
                        alias: None,
                        of,
                    },
                );
            }
            self.module(child);
        }
    }

    /// The configuration that a key of the module above comes down to, if it is one of the same provider.
    fn source(&self, key: &str, addr: &ProviderAddr) -> Option<String> {
        let mut found = None;
        let mut next = Some(key);
        while let Some((key, config)) = next.and_then(|k| self.by_key.get_key_value(k)) {
            if config.addr != *addr {
                break;
            }
            found = Some(key.clone());
            next = config.of.as_deref();
        }
        found
    }

    /// The key of the configuration that a resource of a module uses.
    pub(super) fn key(&self, module: &Module, provider: &ProviderRef) -> String {
        let key = key_of(module, &local_name(&provider.name, provider.alias.as_ref()));
        let of = self.by_key.get(&key).and_then(|c| c.of.clone());
        of.unwrap_or(key)
    }

    /// The configurations that do not stand for another.
    pub(super) fn json(
        &self,
        tree: &ModuleTree,
        registry: &Registry,
        expressions: &mut Expressions<'_>,
    ) -> Json {
        let own = self.by_key.iter().filter(|(_, c)| c.of.is_none());
        let all: Map<String, Json> = own
            .map(|(key, c)| {
                let mut j = json!({ "name": c.name, "full_name": c.addr.to_string() });
                if let Some(alias) = &c.alias {
                    j["alias"] = json!(&**alias);
                }
                if let Some(versions) = &c.versions {
                    j["version_constraint"] = json!(versions);
                }
                if !c.module.is_root() {
                    j["module_address"] = json!(c.module.to_string());
                }
                let body: Option<&Body> = c.block.as_ref().and_then(|block| {
                    let node = tree.get(&c.module)?;
                    Some(&*node.config.providers.get(block)?.body)
                });
                if let (Some(body), Some(known)) = (body, registry.get(&c.addr)) {
                    let schema = &known.provider.schema().provider;
                    put(&mut j, "expressions", expressions.body(body, schema));
                }
                (key.clone(), j)
            })
            .collect();
        Json::Object(all)
    }
}

/// The version constraints of a provider as they are written.
fn versions(node: &ModuleNode, name: &Name) -> Option<String> {
    let required = node.config.required_providers.get(name)?;
    let texts: Vec<&str> = required.versions.iter().map(|v| &*v.value).collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

fn local_name(name: &Name, alias: Option<&Name>) -> String {
    alias.map_or_else(|| name.to_string(), |alias| format!("{name}.{alias}"))
}

fn key_of(module: &Module, local: &str) -> String {
    if module.is_root() {
        local.to_owned()
    } else {
        format!("{module}:{local}")
    }
}
