//! Decides how a cycle in the configuration is reported: one message for each, naming every place on it.

use std::collections::{HashMap, VecDeque};

use cairn_diag::{Diagnostic, Diagnostics};
use petgraph::algo::tarjan_scc;
use petgraph::graph::NodeIndex;

use super::ResourceGraph;

/// One message for each knot of things that depend on each other.
pub(crate) fn cycles(graph: &ResourceGraph) -> Diagnostics {
    let mut found: Vec<Vec<NodeIndex>> = tarjan_scc(&graph.graph)
        .into_iter()
        .filter(|scc| scc.len() > 1 || graph.graph.contains_edge(scc[0], scc[0]))
        .map(|scc| shortest(graph, &scc))
        .collect();
    found.sort();
    found.iter().map(|cycle| report(graph, cycle)).collect()
}

/// A shortest cycle within a knot, starting at its first node.
fn shortest(graph: &ResourceGraph, scc: &[NodeIndex]) -> Vec<NodeIndex> {
    let start = *scc.iter().min().expect("a component has a node");
    let mut came_from: HashMap<NodeIndex, NodeIndex> = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(n) = queue.pop_front() {
        for next in graph.dependencies(n) {
            if next == start {
                let mut path = vec![n];
                while let Some(p) = path.last().filter(|p| **p != start).map(|p| came_from[p]) {
                    path.push(p);
                }
                path.reverse();
                return path;
            }
            if scc.contains(&next) && !came_from.contains_key(&next) {
                came_from.insert(next, n);
                queue.push_back(next);
            }
        }
    }
    vec![start]
}

fn report(graph: &ResourceGraph, cycle: &[NodeIndex]) -> Diagnostic {
    let next = |i: usize| cycle[(i + 1) % cycle.len()];
    let place = cycle
        .iter()
        .enumerate()
        .find_map(|(i, n)| graph.reason(*n, next(i)));
    if let [one] = cycle {
        let label = graph.node(*one).label();
        return Diagnostic::error("self-reference", "Self-referential block")
            .detail(format!(
                "The configuration of {label} refers to {label} itself, which cannot be known before it is evaluated. Name the value from which it is made, or use `self` where the block allows it."
            ))
            .at_opt(place);
    }
    let labels: Vec<String> = cycle.iter().map(|n| graph.node(*n).label()).collect();
    let mut chain = labels.join(" → ");
    chain.push_str(" → ");
    chain.push_str(&labels[0]);
    let mut d = Diagnostic::error("dependency-cycle", "Cycle")
        .detail(format!(
            "These depend on each other in a circle, so none of them can be made first: {chain}. Remove one of the references (or one `depends_on`) on the circle."
        ))
        .at_opt(place);
    for (i, n) in cycle.iter().enumerate() {
        if graph.reason(*n, next(i)).is_some() {
            d = d.hint(format!(
                "{} refers to {}.",
                labels[i],
                graph.node(next(i)).label()
            ));
        }
    }
    d
}
