//! Decides what is left out of a plan because it is not known what became of an earlier call: the objects of that call, and what
//! depends on them. What they depend on is kept.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cairn_diag::Diagnostic;
use cairn_model::{AbsResource, AbsResourceInstance, Action, ApplyCall, Dependency, Plan, Target};
use petgraph::Direction;

use crate::graph::{Node, ResourceGraph, Scope};
use crate::moves::Moved;
use crate::planner::Planner;

/// An object of a call whose outcome is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// Its address.
    pub addr: AbsResourceInstance,
    /// What it depends on.
    pub dependencies: Arc<[Dependency]>,
}

impl Undecided {
    /// The objects of a call.
    pub fn of(call: &ApplyCall) -> impl Iterator<Item = Self> + '_ {
        call.requests.iter().map(|r| Self {
            addr: r.addr.clone(),
            dependencies: r.record.dependencies.clone(),
        })
    }

    fn target(&self) -> Target {
        Target::Instance(self.addr.clone())
    }
}

/// The excludes of a plan, with those that undecided objects add.
pub(crate) fn excludes(own: Vec<Target>, undecided: &[Undecided]) -> Vec<Target> {
    own.into_iter()
        .chain(undecided.iter().map(Undecided::target))
        .collect()
}

/// Leaves out of the scope all blocks that depend on the block of an undecided object. Its other instances stay.
pub(crate) fn narrow(scope: &mut Scope, graph: &ResourceGraph, undecided: &[Undecided]) {
    let blocks = undecided.iter().filter_map(|u| {
        let resource = &u.addr.resource;
        graph.find(&Node::Resource(
            resource.module.module(),
            resource.resource.clone(),
        ))
    });
    let dependents: Vec<_> = blocks.flat_map(|n| graph.dependents(n)).collect();
    let gone = graph.reach(dependents, Direction::Incoming);
    let kept: Vec<bool> = gone.into_iter().map(|gone| !gone).collect();
    scope.keep(&kept);
}

/// The message for a `moved` block that would give an undecided object another address: what became of its call could not be
/// recorded then.
pub(crate) fn moved(moved: &Moved, undecided: &[Undecided]) -> Option<Diagnostic> {
    let all: HashSet<&AbsResourceInstance> = undecided.iter().map(|u| &u.addr).collect();
    let (to, from) = moved
        .previous
        .iter()
        .find(|(to, from)| all.contains(to) || all.contains(from))?;
    Some(
        Diagnostic::error("moved-undecided", "Object of an interrupted call cannot be moved")
            .detail(format!(
                "{from} would be moved to {to}, but it is not known what became of an earlier call for it, which could not be recorded any more."
            ))
            .hint("`cairn state intents` says what to do about the call."),
    )
}

/// What a saved plan would do to undecided objects and to what depends on them.
pub fn blocked(plan: &Plan, undecided: &[Undecided]) -> Vec<AbsResourceInstance> {
    let mut dependents: HashMap<&AbsResource, Vec<&AbsResource>> = HashMap::new();
    for change in &plan.changes {
        for dependency in change.dependencies.iter() {
            dependents
                .entry(dependency.resource())
                .or_default()
                .push(&change.addr.resource);
        }
    }
    let mut hit: HashSet<&AbsResource> = HashSet::new();
    let own = undecided.iter().map(|u| &u.addr.resource);
    let mut open: Vec<&AbsResource> = own
        .filter_map(|r| dependents.get(r))
        .flatten()
        .copied()
        .collect();
    while let Some(resource) = open.pop() {
        if hit.insert(resource) {
            open.extend(dependents.get(resource).into_iter().flatten());
        }
    }
    let own: HashSet<&AbsResourceInstance> = undecided.iter().map(|u| &u.addr).collect();
    let acts = plan.changes.iter().filter(|c| c.action != Action::NoOp);
    acts.map(|c| &c.addr)
        .filter(|a| own.contains(a) || hit.contains(&a.resource))
        .cloned()
        .collect()
}

impl Planner<'_> {
    /// What undecided objects depend on, recorded or not themselves.
    pub(crate) fn needed_by_undecided(&self) -> impl Iterator<Item = &Dependency> {
        self.options
            .undecided
            .iter()
            .flat_map(|u| u.dependencies.iter())
    }
}
