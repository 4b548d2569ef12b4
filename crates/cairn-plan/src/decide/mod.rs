//! Decides what becomes of one object: prior and desired to a change. What all kinds of objects share is here.

pub(crate) mod data;
mod deposed;
pub(crate) mod ephemeral;
mod kept;
mod managed;
mod orphan;

use std::collections::BTreeSet;
use std::sync::Arc;

use cairn_diag::{Diagnostic, nearest};
use cairn_lang::{Evaluator, InstanceKeys, ResourceConfig};
use cairn_model::{
    AbsProviderConfig, AbsResource, AbsResourceInstance, BlockSchema, Change, Checked, Dependency,
    Module, PlanMode, Resource, ResourceMode, ResourceSchema,
};
use cairn_provider::Provider;
use cairn_value::{Marks, Path, Value};
use petgraph::graph::NodeIndex;

use crate::messages::block_name;
use crate::planner::Planner;

/// What planning a resource block needs at hand.
pub(crate) struct Subject {
    pub(crate) config: Arc<cairn_lang::ModuleConfig>,
    pub(crate) resource: Resource,
    /// The provider configuration; all instances together where it is repeated.
    pub(crate) provider_addr: AbsProviderConfig,
    /// Whether an instance of it is selected by key for each instance.
    keyed: bool,
    /// Nothing where the provider or the type is missing; a message says so.
    pub(crate) provider: Option<Arc<dyn Provider>>,
}

impl Subject {
    pub(crate) fn block(&self) -> &ResourceConfig {
        &self.config.resources[&self.resource]
    }

    /// The schema; only where there is a provider.
    pub(crate) fn schema(&self) -> &ResourceSchema {
        let provider = self.provider.as_ref().expect("asked where there is one");
        schema_of(&**provider, &self.resource).expect("checked when the subject was made")
    }
}

/// A provider's schema of a resource block.
pub(crate) fn schema_of<'p>(
    provider: &'p dyn Provider,
    resource: &Resource,
) -> Option<&'p ResourceSchema> {
    let schema = provider.schema();
    match resource.mode {
        ResourceMode::Managed => schema.resources.get(&resource.ty),
        ResourceMode::Data => schema.data_sources.get(&resource.ty),
        ResourceMode::Ephemeral => schema.ephemerals.get(&resource.ty),
    }
}

/// Whether anything in a block is sensitive by schema.
pub(crate) fn has_sensitive(schema: &BlockSchema) -> bool {
    schema.attributes.values().any(|a| a.sensitive)
        || schema.blocks.values().any(|b| has_sensitive(&b.block))
}

/// A value with the marks of the configuration and those of the schema.
pub(crate) fn marked(
    schema: &BlockSchema,
    sensitive: bool,
    value: Value,
    marks: &[(Path, Marks)],
) -> Value {
    let value = if marks.is_empty() {
        value
    } else {
        value.mark_paths(marks)
    };
    if !sensitive {
        return value;
    }
    let by_schema = Evaluator::schema_marks(schema, &value);
    if by_schema.is_empty() {
        value
    } else {
        value.mark_paths(&by_schema)
    }
}

/// What is recorded of what an object depends on: all but ephemeral resources, which are in no record.
pub fn lasting(dependencies: &Arc<[Dependency]>) -> Arc<[Dependency]> {
    let passes = |d: &Dependency| d.resource().resource.mode == ResourceMode::Ephemeral;
    if !dependencies.iter().any(passes) {
        return dependencies.clone();
    }
    dependencies
        .iter()
        .filter(|d| !passes(d))
        .cloned()
        .collect()
}

/// What is wrong with ephemeral values in a configuration: they may stand only where nothing is stored.
pub(crate) fn ephemeral_misplaced(
    schema: &BlockSchema,
    marks: &[(Path, Marks)],
    addr: &AbsResourceInstance,
    evaluator: &Evaluator<'_>,
) -> Vec<Diagnostic> {
    marks
        .iter()
        .filter(|(_, m)| m.is_ephemeral())
        .filter(|(p, _)| !schema.attribute_at(p).is_some_and(|a| a.write_only))
        .map(|(path, _)| {
            Diagnostic::error("ephemeral-not-allowed", "Invalid use of ephemeral value")
                .detail(format!(
                    "The value of {path} is ephemeral or was made from one that is, but this argument is stored in plan and state. Ephemeral values may only be given to write-only arguments, providers and provisioners."
                ))
                .at_opt(evaluator.locate(addr, path))
                .within(block_name(&addr.resource.resource))
                .address(addr.to_string())
        })
        .collect()
}

impl Planner<'_> {
    /// What planning a resource block needs; nothing where the block is gone, which cannot be.
    pub(crate) fn subject(&mut self, module: &Module, resource: &Resource) -> Option<Subject> {
        let node = self.tree.get(module)?;
        let config = node.config.clone();
        let block = config.resources.get(resource)?;
        let selection = self.tree.provider_selection(module, &block.provider);
        let keyed = selection.key.is_some();
        let provider_addr = selection.config;
        let mut provider = self
            .providers
            .get(&provider_addr)
            .and_then(|p| p.provider.clone());
        if let Some(p) = &provider
            && resource.mode == ResourceMode::Ephemeral
            && schema_of(&**p, resource).is_none()
        {
            let said = ephemeral::unknown_type(block, p.addr(), p.schema());
            self.messages.push(said);
            provider = None;
        } else if let Some(p) = &provider
            && schema_of(&**p, resource).is_none()
        {
            let schema = p.schema();
            let (what, names) = match resource.mode {
                ResourceMode::Data => ("data source", &schema.data_sources),
                _ => ("resource type", &schema.resources),
            };
            let mut d = Diagnostic::error("unknown-resource-type", format!("Invalid {what}"))
                .detail(format!(
                    "The provider {} has no {what} named \"{}\".",
                    p.addr(),
                    resource.ty
                ))
                .at(block.header)
                .within(block_name(resource));
            if let Some(near) = nearest(&resource.ty, names.keys().map(|n| &**n)) {
                d = d.hint(format!("Did you mean \"{near}\"?"));
            }
            self.messages.push(d);
            provider = None;
        }
        Some(Subject {
            config: config.clone(),
            resource: resource.clone(),
            provider_addr,
            keyed,
            provider,
        })
    }

    /// The provider configuration that an instance of the configuration uses. Nothing where that cannot be said, with messages.
    pub(crate) fn select_provider(
        &mut self,
        subject: &Subject,
        addr: &AbsResourceInstance,
    ) -> Option<(AbsProviderConfig, Vec<Dependency>)> {
        if !subject.keyed {
            return Some((subject.provider_addr.clone(), Vec::new()));
        }
        let found = self.evaluator.resource_provider(addr, &self.values);
        self.messages.extend(found.diagnostics);
        let provider = found.value.filter(|p| self.providers.contains_key(p))?;
        Some((provider, found.dependencies))
    }

    /// The instances of a resource block, for each instance of its module. Tells the values overlay about them.
    pub(crate) fn expand(
        &mut self,
        node: NodeIndex,
        module: &Module,
        resource: &Resource,
    ) -> Vec<(AbsResource, InstanceKeys)> {
        let instances = self.evaluator.module_instances(module, &self.values);
        let mut out = Vec::new();
        for m in instances.value {
            self.module_instances.insert(m.clone());
            let addr = resource.clone().in_module(m);
            let keys = self.evaluator.keys(&addr, &self.values);
            let failed = keys.diagnostics.has_errors();
            if failed {
                self.repetition_failed(node, &keys.diagnostics);
            }
            self.messages.extend(keys.diagnostics);
            let keys = if failed {
                InstanceKeys::Unknown
            } else {
                keys.value
            };
            self.values.expand(&addr, &keys);
            out.push((addr, keys));
        }
        self.add_checked(node, module, resource, &out);
        out
    }

    /// Notes which instances a resource with conditions has.
    fn add_checked(
        &mut self,
        node: NodeIndex,
        module: &Module,
        resource: &Resource,
        instances: &[(AbsResource, InstanceKeys)],
    ) {
        let on = Checked::Resource(resource.clone());
        let known = |(_, keys): &(_, InstanceKeys)| !matches!(keys, InstanceKeys::Unknown);
        if !self.checks.is_on(module, &on) || !instances.iter().all(known) {
            return;
        }
        self.checks.expanded(module, &on);
        for (addr, keys) in instances {
            for key in keys {
                if self
                    .scope
                    .covers(Some(node.index()), &addr.instance(key.clone()))
                {
                    self.checks.add(&on, &addr.module, &key);
                }
            }
        }
    }

    /// Whether an instance is planned at all. One that is not is seen as recorded.
    pub(crate) fn takes_part(&mut self, node: usize, addr: &AbsResourceInstance) -> bool {
        if self.scope.covers(Some(node), addr) {
            return true;
        }
        let recorded = self.prior.get_mut(addr).and_then(|r| {
            r.seen = true;
            r.current.as_ref().map(|h| h.recorded.clone())
        });
        self.values.set(
            addr,
            recorded.map_or_else(
                || Value::unknown(cairn_value::Type::Dynamic),
                |o| crate::values::object_value(&o),
            ),
        );
        false
    }

    /// What an object depends on, for ordering and for the record: what was read, what data sources and ephemeral resources
    /// among it depend on, and what its provider's configuration depends on.
    pub(crate) fn close_dependencies(
        &self,
        found: Vec<Dependency>,
        provider: &AbsProviderConfig,
        own: &AbsResourceInstance,
        last: &mut Arc<[Dependency]>,
    ) -> Arc<[Dependency]> {
        let of_provider = self
            .providers
            .get(provider)
            .map_or(&[][..], |p| &p.dependencies);
        let has_data = found
            .iter()
            .chain(of_provider)
            .any(|d| d.resource().resource.mode != ResourceMode::Managed);
        let own_among = found
            .iter()
            .any(|d| matches!(d, Dependency::Instance(i) if i == own));
        let in_order = found.is_sorted_by(|a, b| a < b);
        let all = if !has_data && of_provider.is_empty() && !own_among && in_order {
            found
        } else {
            let mut all: BTreeSet<Dependency> = BTreeSet::new();
            for d in found.into_iter().chain(of_provider.iter().cloned()) {
                if d.resource().resource.mode != ResourceMode::Managed
                    && let Some(below) = self.data_dependencies.get(d.resource())
                {
                    all.extend(below.iter().cloned());
                }
                all.insert(d);
            }
            all.remove(&Dependency::Instance(own.clone()));
            all.into_iter().collect()
        };
        if **last != *all {
            *last = all.into();
        }
        last.clone()
    }

    /// Records a change, and what expressions see of its object.
    pub(crate) fn decided(&mut self, node: Option<usize>, change: Change) {
        if let Some(n) = node
            && change.action != cairn_model::Action::NoOp
        {
            self.changing[n] = true;
        }
        let index = self.changes.len() as u32;
        if let Some(all) = self.changes_of.get_mut(&change.addr.resource) {
            all.push(index);
        } else {
            self.changes_of
                .insert(change.addr.resource.clone(), vec![index]);
        }
        self.changes.push(change);
    }

    /// The change of a current object.
    pub(crate) fn change_at(&self, addr: &AbsResourceInstance) -> Option<&Change> {
        let all = self.changes_of.get(&addr.resource)?;
        let get = |i: &u32| &self.changes[*i as usize];
        // Most resources were decided in the order of their keys.
        if let Ok(i) = all.binary_search_by(|i| get(i).addr.key.cmp(&addr.key)) {
            let c = get(&all[i]);
            if c.deposed.is_none() {
                return Some(c);
            }
        }
        all.iter()
            .map(get)
            .find(|c| c.deposed.is_none() && c.addr.key == addr.key)
    }

    pub(crate) fn is_refresh_only(&self) -> bool {
        self.options.mode == PlanMode::RefreshOnly
    }
}
