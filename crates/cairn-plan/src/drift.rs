//! Decides what the refresh found changed outside, and how the record follows it.

use std::sync::Arc;

use cairn_model::{AbsProviderConfig, Drift, Mutation, ResourceMode};

use crate::planner::Planner;
use crate::prior::{Held, Now};

impl Planner<'_> {
    /// What changed outside. The record follows in the prelude.
    pub(crate) fn drift(&mut self) -> Vec<Drift> {
        let mut drift = Vec::new();
        let mut mutations = Vec::new();
        for (resource, all) in &self.prior.resources {
            if resource.resource.mode != ResourceMode::Managed {
                continue;
            }
            let schema = |provider: &AbsProviderConfig| {
                let registered = self.registry.get(&provider.provider)?;
                let schema = registered
                    .provider
                    .schema()
                    .resources
                    .get(&resource.resource.ty)?;
                Some(&schema.block)
            };
            for (key, recorded) in all {
                let current = recorded.current.iter().map(|h| (None, h));
                let deposed = recorded.deposed.iter().map(|(k, h)| (Some(k.clone()), h));
                for (deposed, held) in current.chain(deposed) {
                    if matches!(held.now, Now::AsRecorded) {
                        continue;
                    }
                    let addr = resource.instance(key.clone());
                    let found: Option<Arc<_>> = Held::object(held).cloned();
                    mutations.push(match &found {
                        Some(object) => Mutation::Put {
                            addr: addr.clone(),
                            deposed: deposed.clone(),
                            provider: recorded.provider.clone(),
                            object: object.clone(),
                        },
                        None => Mutation::Remove {
                            addr: addr.clone(),
                            deposed: deposed.clone(),
                        },
                    });
                    if held.drifted(schema(&recorded.provider).map(|b| &**b)) {
                        drift.push(Drift {
                            addr,
                            deposed,
                            provider: recorded.provider.clone(),
                            before: held.recorded.clone(),
                            after: found,
                        });
                    }
                }
            }
        }
        // The record follows the world before anything that was decided from it.
        let moves = self.moves;
        self.prelude.splice(moves..moves, mutations);
        drift
    }
}
