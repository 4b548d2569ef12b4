//! Decides where replacements are made before the old object is deleted: where `create_before_destroy` says so, and in all
//! that such a resource depends on, because the old object of a dependency must outlive the old object of its dependent.

use cairn_lang::ModuleTree;
use cairn_model::ResourceMode;
use petgraph::Direction;

use crate::graph::{Node, ResourceGraph, Scope};

/// By node index: whether it is so for this resource.
pub(crate) fn create_before_destroy(
    graph: &ResourceGraph,
    tree: &ModuleTree,
    scope: &Scope,
) -> Vec<bool> {
    let said = graph.indices().filter(|n| match graph.node(*n) {
        Node::Resource(m, r) if scope.nodes[n.index()] => tree
            .get(m)
            .and_then(|node| node.config.resources.get(r))
            .is_some_and(|c| c.lifecycle.create_before_destroy == Some(true)),
        _ => false,
    });
    let mut flags = graph.reach(said, Direction::Outgoing);
    for n in graph.indices() {
        flags[n.index()] &= matches!(
            graph.node(n),
            Node::Resource(_, r) if r.mode == ResourceMode::Managed
        );
    }
    flags
}
