//! Decides whether the configuration still has what a `moved` block moves, which is an error: before anything is evaluated where
//! that is certain, otherwise once all instances are known.

use cairn_diag::{Diagnostic, Span};
use cairn_lang::{ModuleTree, Repetition};
use cairn_model::Module;

use crate::moves::Endpoint;
use crate::planner::Planner;

/// Whether the configuration still has what moved, as far as that can be said without values: all of a resource or module, or
/// the one instance of a resource that is not repeated. The rest is for [`Planner::moved_still_there`].
pub(crate) fn is_still_there(
    tree: &ModuleTree,
    base: &Module,
    from: &Endpoint,
    to: &Endpoint,
    exact: bool,
) -> bool {
    let (old, new) = (from.module(base), to.module(base));
    let Some((resource, key)) = &from.resource else {
        return !exact && old != new && tree.get(&old).is_some();
    };
    let Some(block) = tree
        .get(&old)
        .and_then(|n| n.config.resources.get(resource))
    else {
        return false;
    };
    let is_same = old == new && to.resource.as_ref().is_some_and(|(r, _)| r == resource);
    if from.modules.iter().any(|(_, k)| k.is_some()) {
        return false;
    }
    if exact {
        return key.is_none() && matches!(block.repetition, Repetition::Once);
    }
    !is_same
}

/// What is said of a block whose `from` is still there.
pub(crate) fn still_there(place: Span) -> Diagnostic {
    Diagnostic::error("moved-still-there", "Moved object still exists")
        .detail("This block says that `from` is now `to`, but the configuration still has `from`. Remove its block, since what it was is at the new address now; or remove this one, if nothing has moved.")
        .at(place)
}

impl Planner<'_> {
    /// Says which `moved` blocks move an instance that the configuration still has, now that all instances are known.
    pub(crate) fn moved_still_there(&mut self) {
        for (base, from, place) in std::mem::take(&mut self.moved_instances) {
            let module = from.module(&base);
            if self.tree.get(&module).is_none() {
                continue;
            }
            let instances = self.evaluator.module_instances(&module, &self.values);
            let still = instances.value.into_iter().any(|m| match &from.resource {
                None => from.names(&base, &m),
                Some((resource, _)) => {
                    let declared = self
                        .tree
                        .get(&module)
                        .is_some_and(|n| n.config.resources.contains_key(resource));
                    let addr = resource.clone().in_module(m);
                    declared
                        && self
                            .evaluator
                            .keys(&addr, &self.values)
                            .value
                            .iter()
                            .any(|k| from.matches(&base, &addr.instance(k), from.has_key()))
                }
            });
            if still {
                self.messages.push(still_there(place));
            }
        }
    }
}
