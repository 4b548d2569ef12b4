//! Decides what becomes of objects that an earlier apply set aside and could not delete: they are deleted now, or
//! forgotten where they are to stay.

use std::sync::Arc;

use cairn_model::{Action, Change, PlanMode, ResourceMode};
use cairn_value::{Type, Value};
use petgraph::graph::NodeIndex;

use super::schema_of;
use crate::graph::Node;
use crate::planner::Planner;

impl Planner<'_> {
    pub(crate) fn decide_deposed(&mut self) {
        if self.is_refresh_only() || self.options.validate_only {
            return;
        }
        let destroy = self.options.mode == PlanMode::Destroy;
        let mut found = Vec::new();
        let kept = self.kept_by_excludes();
        for (resource, all) in &self.prior.resources {
            if resource.resource.mode != ResourceMode::Managed {
                continue;
            }
            let node = self
                .graph
                .find(&Node::Resource(
                    resource.module.module(),
                    resource.resource.clone(),
                ))
                .map(NodeIndex::index);
            for (key, recorded) in all {
                for (deposed, held) in &recorded.deposed {
                    let addr = resource.instance(key.clone());
                    let in_scope = if destroy {
                        self.options.targets.is_empty()
                            || self.options.targets.iter().any(|t| t.covers(&addr))
                    } else {
                        self.scope.covers(node, &addr)
                    };
                    if let Some(object) = held.object()
                        && in_scope
                        && !kept.contains(&addr)
                    {
                        found.push((
                            addr,
                            deposed.clone(),
                            recorded.provider.clone(),
                            object.clone(),
                        ));
                    }
                }
            }
        }
        for (addr, deposed, recorded_provider, object) in found {
            let provider = self.provider_of(&addr, &recorded_provider);
            let keeps_object = self.keeps_object(&addr, &object);
            if !keeps_object && let Some(d) = self.provider_gone(&addr, &provider) {
                self.messages.push(d);
                continue;
            }
            let ty = self
                .providers
                .get(&provider)
                .and_then(|p| p.provider.as_ref())
                .and_then(|p| schema_of(&**p, &addr.resource.resource))
                .map_or(Type::Dynamic, |s| s.block.implied_type().clone());
            self.decided(
                None,
                Change {
                    addr,
                    previous_addr: None,
                    deposed: Some(deposed),
                    provider,
                    action: if keeps_object {
                        Action::Forget
                    } else {
                        Action::Delete
                    },
                    reason: None,
                    dependencies: object.dependencies.clone(),
                    create_before_destroy: object.create_before_destroy,
                    keeps_object,
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
    }
}
