//! Decides what becomes of recorded objects that the configuration does not have any more (or that are all to go): deleted
//! with a reason, or forgotten where a `removed` block or their `lifecycle` says so.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use cairn_diag::Diagnostic;
use cairn_lang::{Expr, Repetition, ResourceConfig};
use cairn_model::{
    AbsProviderConfig, AbsResource, AbsResourceInstance, Action, ActionReason, Change, Dependency,
    InstanceKey, Module, Mutation, PlanMode, ResourceMode, StateObject, Target,
};
use cairn_value::{Path, Type, Value};
use petgraph::graph::NodeIndex;

use super::schema_of;
use crate::graph::Node;
use crate::messages::block_name;
use crate::moves::Endpoint;
use crate::planner::Planner;

impl Planner<'_> {
    /// Decides all recorded current objects that no configuration has taken up.
    pub(crate) fn decide_orphans(&mut self) {
        if self.is_refresh_only() || self.options.validate_only {
            return;
        }
        let destroy = self.options.mode == PlanMode::Destroy;
        let removed = self.removed_blocks();
        let targeted = destroy.then(|| self.destroy_scope()).flatten();
        let kept = self.kept_by_excludes();
        let needed = self.needed_by_deferred();
        let mut orphans = Vec::new();
        for (resource, all) in &self.prior.resources {
            let node = self
                .graph
                .find(&Node::Resource(
                    resource.module.module(),
                    resource.resource.clone(),
                ))
                .map(NodeIndex::index);
            for (key, recorded) in all {
                let addr = resource.instance(key.clone());
                let in_scope = match &targeted {
                    Some(t) => t.contains(&addr),
                    None if destroy => true,
                    None => {
                        (!recorded.seen || resource.resource.mode == ResourceMode::Data)
                            && self.orphan_in_scope(node, &addr)
                    }
                };
                let needed = !needed.is_empty()
                    && (needed.contains(&Dependency::Resource(resource.clone()))
                        || needed.contains(&Dependency::Instance(addr.clone())));
                if !in_scope || kept.contains(&addr) || (recorded.seen && !destroy) || needed {
                    continue;
                }
                let Some(held) = &recorded.current else {
                    continue;
                };
                orphans.push((
                    addr,
                    recorded.provider.clone(),
                    recorded.previous.clone(),
                    held.object().cloned(),
                ));
            }
        }
        for (addr, provider, previous, object) in orphans {
            if addr.resource.resource.mode != ResourceMode::Managed {
                self.prelude.push(Mutation::Remove {
                    addr,
                    deposed: None,
                });
                continue;
            }
            // What is gone already needs no deletion; that it is gone is recorded with the refresh.
            let Some(object) = object else { continue };
            // A `removed` block stands for the block that is gone, so it counts more than what that one said.
            let said = removed
                .iter()
                .filter(|_| !destroy)
                .find(|(base, end, _)| end.matches(base, &addr, false))
                .map(|(_, _, destroy)| !destroy);
            let forget = said.unwrap_or_else(|| self.keeps_object(&addr, &object));
            self.delete(addr, &provider, previous, object, forget);
        }
    }

    /// Whether an object is forgotten where others are deleted (`destroy = false`): as its block says or, where that is gone,
    /// as it said when the object was recorded.
    pub(crate) fn keeps_object(&self, addr: &AbsResourceInstance, object: &StateObject) -> bool {
        let (module, resource) = addr.resource.config();
        self.tree
            .get(&module)
            .and_then(|n| n.config.resources.get(&resource))
            .map_or(object.keeps_object, |block| {
                block.lifecycle.destroy == Some(false)
            })
    }

    fn orphan_in_scope(&self, node: Option<usize>, addr: &AbsResourceInstance) -> bool {
        match node {
            // The block is there, so what it covers can be seen from the graph.
            Some(n) => self.scope.covers(Some(n), addr),
            None => self.scope.covers(None, addr),
        }
    }

    fn delete(
        &mut self,
        addr: AbsResourceInstance,
        recorded_provider: &AbsProviderConfig,
        previous: Option<AbsResourceInstance>,
        object: Arc<StateObject>,
        forget: bool,
    ) {
        let (module, resource) = addr.resource.config();
        let config = self.tree.get(&module).map(|n| n.config.clone());
        let block = config.as_ref().and_then(|c| c.resources.get(&resource));
        let destroy = self.options.mode == PlanMode::Destroy;
        let reason = if destroy {
            None
        } else {
            Some(self.why(&addr, block, previous.as_ref()))
        };
        if let Some(block) = block
            && !forget
        {
            self.prevent_destroy(&addr, block, &object, &[]);
        }
        let provider = self.provider_of(&addr, recorded_provider);
        if !forget && let Some(d) = self.provider_gone(&addr, &provider) {
            self.messages.push(d);
            return;
        }
        let ty = self
            .providers
            .get(&provider)
            .and_then(|p| p.provider.as_ref())
            .and_then(|p| schema_of(&**p, &resource))
            .map_or(Type::Dynamic, |s| s.block.implied_type().clone());
        self.decided(
            None,
            Change {
                addr,
                previous_addr: previous,
                deposed: None,
                provider,
                action: if forget {
                    Action::Forget
                } else {
                    Action::Delete
                },
                reason,
                dependencies: object.dependencies.clone(),
                create_before_destroy: object.create_before_destroy,
                keeps_object: object.keeps_object,
                before: Some(object),
                after: Value::Null(ty.clone()),
                config: Value::Null(ty),
                planned_private: Arc::from([]),
                replace_paths: Vec::new(),
                notes: Vec::new(),
                importing: None,
                generated_config: None,
            },
        );
    }

    fn why(
        &self,
        addr: &AbsResourceInstance,
        block: Option<&ResourceConfig>,
        previous: Option<&AbsResourceInstance>,
    ) -> ActionReason {
        let Some(block) = block else {
            return if previous.is_some() {
                ActionReason::DeleteBecauseNoMoveTarget
            } else {
                ActionReason::DeleteBecauseNoResourceConfig
            };
        };
        let module = &addr.resource.module;
        if !module.is_root() && !self.module_instances.contains(module) {
            return ActionReason::DeleteBecauseNoModule;
        }
        match (&addr.key, &block.repetition) {
            (InstanceKey::Index(_), Repetition::Count(_)) => ActionReason::DeleteBecauseCountIndex,
            (InstanceKey::Key(_), Repetition::ForEach(_)) => ActionReason::DeleteBecauseEachKey,
            (InstanceKey::None, Repetition::Enabled(_)) => ActionReason::DeleteBecauseEnabledFalse,
            _ => ActionReason::DeleteBecauseWrongRepetition,
        }
    }

    /// An error where an object must not be deleted.
    pub(crate) fn prevent_destroy(
        &mut self,
        addr: &AbsResourceInstance,
        block: &ResourceConfig,
        _object: &StateObject,
        because: &[Path],
    ) {
        let Some(said) = &block.lifecycle.prevent_destroy else {
            return;
        };
        let module = &addr.resource.module;
        let found = self
            .evaluator
            .flag(module, said, "prevent_destroy", &self.values);
        if found.diagnostics.has_errors() {
            self.messages.extend(found.diagnostics);
            return;
        }
        match found.value {
            Some(false) => return,
            Some(true) => {}
            None => {
                self.messages.push(unknown_prevent_destroy(addr, said));
                return;
            }
        }
        let mut d = Diagnostic::error("prevent-destroy", "Instance cannot be destroyed")
            .detail(format!(
                "The plan would destroy {addr}, but its lifecycle has prevent_destroy set. Set that to false if it may go, or limit the plan with -target or -exclude."
            ))
            .at(block.header)
            .context(said.span)
            .within(block_name(&addr.resource.resource))
            .address(addr.to_string());
        for path in because {
            d = d.hint(format!("A change of {path} cannot be made in place."));
        }
        self.messages.push(d);
    }

    /// The `removed` blocks, and an error for those whose address the configuration still has.
    fn removed_blocks(&mut self) -> Vec<(Module, Endpoint, bool)> {
        let mut out = Vec::new();
        for node in self.tree.walk() {
            for block in &node.config.removed {
                let Some(end) = Endpoint::parse(&block.from) else {
                    self.messages.push(
                        Diagnostic::error(
                            "invalid-removed-address",
                            "Invalid address in removed block",
                        )
                        .detail(
                            "`from` must be the address of a resource or a module, without keys.",
                        )
                        .at(block.span),
                    );
                    continue;
                };
                let module = end.module(&node.path);
                let still = match &end.resource {
                    Some((r, _)) => self
                        .tree
                        .get(&module)
                        .is_some_and(|n| n.config.resources.contains_key(r)),
                    None => self.tree.get(&module).is_some(),
                };
                if still {
                    self.messages.push(
                        Diagnostic::error("removed-still-there", "Removed resource still exists")
                            .detail("This block says that the address is removed, but the configuration still has it. Remove one of the two.")
                            .at(block.span),
                    );
                    continue;
                }
                out.push((node.path.clone(), end, block.destroy));
            }
        }
        out
    }

    /// With targets, what is destroyed: what they cover, and everything that depends on it. Nothing where all is destroyed.
    fn destroy_scope(&self) -> Option<BTreeSet<AbsResourceInstance>> {
        if self.options.targets.is_empty() {
            return None;
        }
        let covers =
            |a: &AbsResourceInstance, targets: &[Target]| targets.iter().any(|t| t.covers(a));
        let mut by_resource: HashMap<&AbsResource, Vec<AbsResourceInstance>> = HashMap::new();
        let mut by_instance: HashMap<&AbsResourceInstance, Vec<AbsResourceInstance>> =
            HashMap::new();
        let mut stack = Vec::new();
        for (resource, all) in &self.prior.resources {
            for (key, recorded) in all {
                let addr = resource.instance(key.clone());
                for held in recorded.current.iter().chain(recorded.deposed.values()) {
                    for d in held.recorded.dependencies.iter() {
                        match d {
                            Dependency::Resource(r) => {
                                by_resource.entry(r).or_default().push(addr.clone());
                            }
                            Dependency::Instance(i) => {
                                by_instance.entry(i).or_default().push(addr.clone());
                            }
                        }
                    }
                }
                if covers(&addr, &self.options.targets) {
                    stack.push(addr);
                }
            }
        }
        let mut out = BTreeSet::new();
        while let Some(a) = stack.pop() {
            if !out.insert(a.clone()) {
                continue;
            }
            // All that depends on the whole of a resource is added once, with its first instance.
            stack.extend(by_resource.remove(&a.resource).unwrap_or_default());
            stack.extend(by_instance.remove(&a).unwrap_or_default());
        }
        Some(out)
    }
}

/// It cannot be said whether an object may be deleted.
pub(crate) fn unknown_prevent_destroy(addr: &AbsResourceInstance, said: &Expr) -> Diagnostic {
    Diagnostic::error("prevent-destroy-unknown", "Invalid prevent_destroy argument")
        .detail("The value is not known while planning, so it cannot be said whether the object may be destroyed. Use variables, local values and constants.")
        .at(said.span)
        .within(block_name(&addr.resource.resource))
        .address(addr.to_string())
}
