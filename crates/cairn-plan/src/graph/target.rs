//! Decides what `-target` and `-exclude` keep: targets and what they depend on; not the excluded nor what depends on them.

use cairn_model::{AbsResourceInstance, Module, Resource, Target};
use petgraph::Direction;

use super::{Node, ResourceGraph};

/// What takes part in a plan.
#[derive(Debug)]
pub(crate) struct Scope {
    /// By node index: whether it takes part.
    pub(crate) nodes: Vec<bool>,
    /// By node index: whether all its instances do (it is a dependency), not just those that targets cover.
    whole: Vec<bool>,
    targets: Vec<Target>,
    excludes: Vec<Target>,
}

impl Scope {
    /// Leaves out every node that is not among these, given as flags by index.
    pub(crate) fn keep(&mut self, nodes: &[bool]) {
        for (own, kept) in self.nodes.iter_mut().zip(nodes) {
            *own &= *kept;
        }
    }

    /// Whether it is limited at all.
    pub(crate) fn is_limited(&self) -> bool {
        !self.targets.is_empty() || !self.excludes.is_empty()
    }

    /// Whether an instance of the node takes part.
    pub(crate) fn covers(&self, node: Option<usize>, addr: &AbsResourceInstance) -> bool {
        if self.excludes.iter().any(|t| t.covers(addr)) {
            return false;
        }
        match node {
            Some(n) => {
                self.nodes[n] && (self.whole[n] || self.targets.iter().any(|t| t.covers(addr)))
            }
            None => self.targets.is_empty() || self.targets.iter().any(|t| t.covers(addr)),
        }
    }
}

/// The scope of these targets and excludes.
pub(crate) fn scope(graph: &ResourceGraph, targets: &[Target], excludes: &[Target]) -> Scope {
    let mut nodes = vec![true; graph.len()];
    let mut whole = vec![true; graph.len()];
    if !targets.is_empty() {
        let hit = |n: &petgraph::graph::NodeIndex| match graph.node(*n) {
            Node::Resource(m, r) => targets.iter().any(|t| touches(t, m, r)),
            _ => false,
        };
        let direct: Vec<_> = graph.indices().filter(hit).collect();
        nodes = graph.reach(direct.iter().copied(), Direction::Outgoing);
        // A target that names one instance limits its resource, unless something else needs all of it.
        let fully = |n: &&petgraph::graph::NodeIndex| match graph.node(**n) {
            Node::Resource(m, r) => targets.iter().any(|t| touches(t, m, r) && is_whole(t)),
            _ => true,
        };
        whole = graph.reach(
            direct
                .iter()
                .filter(fully)
                .copied()
                .chain(direct.iter().flat_map(|n| graph.dependencies(*n))),
            Direction::Outgoing,
        );
        // Outputs of the root take part where all that they need does.
        for n in graph.indices() {
            if let Node::Output(m, _) = graph.node(n)
                && m.is_root()
                && !nodes[n.index()]
            {
                let below = graph.reach([n], Direction::Outgoing);
                let complete = graph.indices().all(|i| {
                    !below[i.index()]
                        || nodes[i.index()]
                        || !matches!(graph.node(i), Node::Resource(..))
                });
                if complete {
                    for i in graph.indices() {
                        nodes[i.index()] |= below[i.index()];
                    }
                }
            }
        }
    }
    if !excludes.is_empty() {
        let out: Vec<_> = graph
            .indices()
            .filter(|n| match graph.node(*n) {
                Node::Resource(m, r) => excludes.iter().any(|t| touches(t, m, r) && is_whole(t)),
                _ => false,
            })
            .collect();
        let gone = graph.reach(out, Direction::Incoming);
        for n in graph.indices() {
            nodes[n.index()] &= !gone[n.index()];
        }
    }
    Scope {
        nodes,
        whole,
        targets: targets.to_vec(),
        excludes: excludes.to_vec(),
    }
}

/// Whether a target covers some instance of a resource block.
fn touches(target: &Target, module: &Module, resource: &Resource) -> bool {
    match target {
        Target::Module(t) => module.names().starts_with(t.module().names()),
        Target::Resource(r) => r.resource == *resource && r.module.module() == *module,
        Target::Instance(i) => {
            i.resource.resource == *resource && i.resource.module.module() == *module
        }
    }
}

/// Whether a target that touches a block covers all of its instances, as far as the configuration can say.
fn is_whole(target: &Target) -> bool {
    let keyless = |m: &cairn_model::ModuleInstance| {
        m.steps()
            .iter()
            .all(|s| s.key == cairn_model::InstanceKey::None)
    };
    match target {
        Target::Module(m) => keyless(m),
        Target::Resource(r) => keyless(&r.module),
        Target::Instance(_) => false,
    }
}
