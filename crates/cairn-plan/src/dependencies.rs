//! Decides how the dependencies of a configuration are drawn: resources only, what lies between them left out, and no line that
//! others already say.

use std::collections::BTreeMap;

use cairn_diag::Diagnostics;
use cairn_lang::ModuleTree;
use cairn_model::{Module, Resource};
use petgraph::adj::List;
use petgraph::algo::toposort;
use petgraph::algo::tred::{dag_to_toposorted_adjacency_list, dag_transitive_reduction_closure};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::graph::{Node, ResourceGraph, cycles};

/// A resource block or data source, with those that it directly depends on, all in the order of their addresses.
pub type ResourceDependencies = BTreeMap<(Module, Resource), Vec<(Module, Resource)>>;

/// What each resource of a configuration depends on. Variables, local values, outputs and providers between two resources are
/// passed through; what follows from other dependencies is left out (a transitive reduction).
///
/// # Errors
/// The configuration has a cycle.
pub fn resource_dependencies(tree: &ModuleTree) -> Result<ResourceDependencies, Diagnostics> {
    let all = ResourceGraph::build(tree, []);
    let found = cycles(&all);
    if found.has_errors() {
        return Err(found);
    }
    let mut resources: DiGraph<(Module, Resource), ()> = DiGraph::new();
    let mut drawn: BTreeMap<usize, NodeIndex> = BTreeMap::new();
    for index in all.indices() {
        if let Node::Resource(module, resource) = all.node(index) {
            let node = resources.add_node((module.clone(), resource.clone()));
            drawn.insert(index.index(), node);
        }
    }
    for index in all.indices() {
        let Some(from) = drawn.get(&index.index()) else {
            continue;
        };
        for to in nearest_resources(&all, index) {
            resources.update_edge(*from, drawn[&to.index()], ());
        }
    }
    let order = toposort(&resources, None).unwrap_or_default();
    let (sorted, place): (List<(), u32>, Vec<u32>) =
        dag_to_toposorted_adjacency_list(&resources, &order);
    let (reduced, _) = dag_transitive_reduction_closure(&sorted);
    let mut out: ResourceDependencies = resources
        .node_weights()
        .map(|name| (name.clone(), Vec::new()))
        .collect();
    for edge in resources.edge_references() {
        let (from, to) = (edge.source(), edge.target());
        if reduced.contains_edge(place[from.index()], place[to.index()])
            && let Some(list) = out.get_mut(&resources[from])
        {
            list.push(resources[to].clone());
        }
    }
    out.values_mut().for_each(|list| list.sort());
    Ok(out)
}

/// The resources that a node leads to without another resource between.
fn nearest_resources(graph: &ResourceGraph, from: petgraph::graph::NodeIndex) -> Vec<NodeIndex> {
    let mut seen = std::collections::HashSet::from([from]);
    let mut stack = vec![from];
    let mut found = Vec::new();
    while let Some(node) = stack.pop() {
        for next in graph.dependencies(node) {
            if !seen.insert(next) {
                continue;
            }
            if matches!(graph.node(next), Node::Resource(..)) {
                found.push(next);
            } else {
                stack.push(next);
            }
        }
    }
    found
}
