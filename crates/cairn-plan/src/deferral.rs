//! Decides what is left out of a plan because something before it failed or cannot be planned yet: all that depends on it,
//! and nothing else. What is recorded of it stays as it is, and expressions see it as unknown.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::{InstanceKeys, Repetition, UNKNOWN_INSTANCES};
use cairn_model::{
    AbsProviderConfig, Deferred, DeferredReason, Dependency, Module, Resource, ResourceMode,
};
use petgraph::graph::NodeIndex;

use crate::graph::Node;
use crate::planner::Planner;

/// Why a node of the graph is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeftOut {
    /// Something about it or before it is wrong; a message says what.
    Failed,
    /// How many instances this node has is not known before an apply.
    Deferred(NodeIndex),
}

/// Whether messages hold an error other than that a repetition is not known yet.
pub(crate) fn has_other_errors(diagnostics: &Diagnostics) -> bool {
    diagnostics
        .iter()
        .any(|d| d.is_error() && d.code != UNKNOWN_INSTANCES)
}

fn unknown_instances(diagnostics: &Diagnostics) -> Option<&Diagnostic> {
    diagnostics.iter().find(|d| d.code == UNKNOWN_INSTANCES)
}

impl Planner<'_> {
    /// Why a node cannot be planned because of what it depends on.
    pub(crate) fn left_out_before(&self, index: NodeIndex) -> Option<LeftOut> {
        let mut found = None;
        for d in self.graph.dependencies(index) {
            match self.left_out[d.index()] {
                Some(LeftOut::Failed) => return Some(LeftOut::Failed),
                Some(why) if found.is_none() => found = Some(why),
                _ => {}
            }
        }
        found
    }

    /// Notes that something about a node went wrong, so that nothing is said of what depends on it.
    pub(crate) fn fail(&mut self, index: NodeIndex) {
        self.left_out[index.index()] = Some(LeftOut::Failed);
    }

    /// The same of a provider configuration.
    pub(crate) fn fail_provider(&mut self, addr: &AbsProviderConfig) {
        if let Some(index) = self.graph.find(&Node::Provider(addr.clone())) {
            self.fail(index);
        }
    }

    /// What the recorded objects of deferred blocks depend on: it must outlive them.
    pub(crate) fn needed_by_deferred(&self) -> HashSet<Dependency> {
        self.deferred
            .iter()
            .filter_map(|d| {
                self.prior
                    .by_block
                    .get(&(d.module.clone(), d.resource.clone()))
            })
            .flatten()
            .filter_map(|r| self.prior.resources.get(r))
            .flat_map(BTreeMap::values)
            .flat_map(|r| r.current.iter().chain(r.deposed.values()))
            .flat_map(|held| held.recorded.dependencies.iter().cloned())
            .collect()
    }

    /// Finds out which instances a module has, before anything in it is planned.
    pub(crate) fn visit_call(&mut self, index: NodeIndex, module: &Module) {
        let instances = self.evaluator.module_instances(module, &self.values);
        if instances.diagnostics.has_errors() {
            self.repetition_failed(index, &instances.diagnostics);
        }
        self.messages.extend(instances.diagnostics);
    }

    /// Notes that the instances of a resource or call cannot be found out: for now, or for a mistake.
    pub(crate) fn repetition_failed(&mut self, index: NodeIndex, said: &Diagnostics) {
        let unknown = unknown_instances(said).map(|d| d.detail.clone());
        match unknown {
            Some(why) if self.options.defer && !has_other_errors(said) => {
                self.left_out[index.index()] = Some(LeftOut::Deferred(index));
                if let Node::Resource(module, resource) = self.graph.node(index).clone() {
                    self.defer(
                        &module,
                        &resource,
                        DeferredReason::InstanceCountUnknown,
                        why,
                    );
                } else {
                    self.unknown_calls.insert(index, why);
                }
            }
            _ => self.fail(index),
        }
    }

    /// Leaves a node out. A resource keeps what is recorded of it; where it is only deferred, the plan says so.
    pub(crate) fn leave_out(&mut self, index: NodeIndex, why: LeftOut) {
        self.left_out[index.index()] = Some(why);
        let Node::Resource(module, resource) = self.graph.node(index).clone() else {
            return;
        };
        self.keep_recorded(&module, &resource);
        let instances = self.evaluator.module_instances(&module, &self.values);
        for m in instances.value {
            self.module_instances.insert(m.clone());
            let addr = resource.clone().in_module(m);
            self.values.expand(&addr, &InstanceKeys::Unknown);
        }
        if let LeftOut::Deferred(root) = why {
            let (reason, why) = match self.unknown_calls.get(&root) {
                Some(why) => (DeferredReason::InstanceCountUnknown, why.clone()),
                None => (
                    DeferredReason::Prerequisite,
                    format!(
                        "It depends on {}, which cannot be planned yet.",
                        self.graph.node(root).label()
                    ),
                ),
            };
            self.defer(&module, &resource, reason, why);
        }
    }

    /// What is recorded of a block stays: the plan has no say about it.
    pub(crate) fn keep_recorded(&mut self, module: &Module, resource: &Resource) {
        let key = (module.clone(), resource.clone());
        for addr in self.prior.by_block.get(&key).into_iter().flatten() {
            for recorded in self
                .prior
                .resources
                .get_mut(addr)
                .into_iter()
                .flat_map(BTreeMap::values_mut)
            {
                recorded.seen = true;
            }
        }
    }

    fn defer(&mut self, module: &Module, resource: &Resource, reason: DeferredReason, why: String) {
        let Some(config) = self
            .tree
            .get(module)
            .and_then(|n| n.config.resources.get(resource))
        else {
            return;
        };
        if resource.mode == ResourceMode::Ephemeral {
            return;
        }
        let mark = |r: &Repetition| {
            if matches!(r, Repetition::Count(_) | Repetition::ForEach(_)) {
                "[*]"
            } else {
                ""
            }
        };
        let mut address = String::new();
        let mut at = Module::root();
        for name in module.names() {
            let repeated = self
                .tree
                .get(&at)
                .and_then(|n| n.config.calls.get(name))
                .map_or("", |c| mark(&c.repetition));
            let _ = write!(address, "module.{name}{repeated}.");
            at = at.child(name.clone());
        }
        let _ = write!(address, "{resource}{}", mark(&config.repetition));
        self.deferred.push(Deferred {
            module: module.clone(),
            resource: resource.clone(),
            address,
            provider: self.tree.provider_config(module, &config.provider),
            reason,
            why,
        });
    }
}
