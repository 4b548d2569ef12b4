//! Decides what `-exclude` keeps of the recorded objects: the excluded ones and everything that they depend on. Destroying what
//! an object stands on would break it.

use std::collections::{BTreeSet, HashSet};

use cairn_model::{AbsResource, AbsResourceInstance, Dependency};

use crate::planner::Planner;
use crate::prior::Recorded;

impl Planner<'_> {
    /// The recorded instances that must not be destroyed because of an exclude.
    pub(crate) fn kept_by_excludes(&self) -> BTreeSet<AbsResourceInstance> {
        let mut kept = BTreeSet::new();
        if self.options.excludes.is_empty() {
            return kept;
        }
        let mut whole: HashSet<&AbsResource> = HashSet::new();
        let mut stack: Vec<(AbsResourceInstance, &Recorded)> = Vec::new();
        for (resource, all) in &self.prior.resources {
            for (key, recorded) in all {
                let addr = resource.instance(key.clone());
                if self.options.excludes.iter().any(|t| t.covers(&addr)) {
                    stack.push((addr, recorded));
                }
            }
        }
        let mut needed: Vec<&Dependency> = self.needed_by_undecided().collect();
        loop {
            for dependency in needed.drain(..) {
                match dependency {
                    Dependency::Resource(r) => {
                        if whole.insert(r)
                            && let Some(all) = self.prior.resources.get(r)
                        {
                            stack.extend(all.iter().map(|(k, v)| (r.instance(k.clone()), v)));
                        }
                    }
                    Dependency::Instance(i) => {
                        let all = self.prior.resources.get(&i.resource);
                        stack.extend(all.and_then(|a| a.get(&i.key)).map(|v| (i.clone(), v)));
                    }
                }
            }
            let Some((addr, recorded)) = stack.pop() else {
                break;
            };
            if kept.insert(addr) {
                let held = recorded.current.iter().chain(recorded.deposed.values());
                needed.extend(held.flat_map(|h| h.recorded.dependencies.iter()));
            }
        }
        kept
    }
}
