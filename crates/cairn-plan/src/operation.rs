//! Decides what the graph of an operation shows: every thing of the configuration and what it waits for, the steps of a plan, or
//! what a destroy would delete. Linear in the size of what is drawn.

use std::collections::{BTreeMap, BTreeSet};

use cairn_diag::Diagnostics;
use cairn_lang::ModuleTree;
use cairn_model::{JoinId, Plan, State, StepId, StepKind};
use petgraph::algo::tarjan_scc;

use crate::graph::{Node, ResourceGraph, cycles};

/// How a node is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A resource.
    Box,
    /// A provider configuration.
    Diamond,
    /// A root variable.
    Note,
    /// Anything else.
    Plain,
}

/// One thing of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationNode {
    /// Its name, each once in a graph: `terraform_data.a (expand)`.
    pub name: String,
    /// What it is about: `terraform_data.a`.
    pub label: String,
    /// How it is drawn.
    pub shape: Shape,
}

/// What an operation does, and what waits for what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationGraph {
    /// The things, in the order of their names.
    pub nodes: Vec<OperationNode>,
    /// From what waits to what it waits for, as indexes of `nodes`; whether both lie on a cycle.
    pub edges: BTreeMap<(usize, usize), bool>,
}

impl OperationGraph {
    fn of(
        named: Vec<OperationNode>,
        edges: impl IntoIterator<Item = (usize, usize, bool)>,
    ) -> Self {
        let mut order: Vec<usize> = (0..named.len()).collect();
        order.sort_by(|a, b| named[*a].name.cmp(&named[*b].name));
        let mut place = vec![0; named.len()];
        for (now, before) in order.iter().enumerate() {
            place[*before] = now;
        }
        let edges = edges
            .into_iter()
            .map(|(from, to, cyclic)| ((place[from], place[to]), cyclic))
            .collect();
        let mut nodes: Vec<(usize, OperationNode)> = place.into_iter().zip(named).collect();
        nodes.sort_by_key(|(at, _)| *at);
        Self {
            nodes: nodes.into_iter().map(|(_, node)| node).collect(),
            edges,
        }
    }
}

/// The graph by which a configuration is evaluated. With `with_cycles`, cycles are drawn instead of refused.
///
/// # Errors
/// The configuration has a cycle, and cycles are not to be drawn.
pub fn configuration_graph(
    tree: &ModuleTree,
    with_cycles: bool,
) -> Result<OperationGraph, Diagnostics> {
    let all = ResourceGraph::build(tree, []);
    if !with_cycles {
        let found = cycles(&all);
        if found.has_errors() {
            return Err(found);
        }
    }
    let mut knot = vec![usize::MAX; all.len()];
    for (number, scc) in tarjan_scc(all.inner()).into_iter().enumerate() {
        for node in scc {
            knot[node.index()] = number;
        }
    }
    let nodes = all.indices().map(|i| drawn(all.node(i))).collect();
    let edges = all.indices().flat_map(|from| {
        let (all, knot) = (&all, &knot);
        all.dependencies(from).map(move |to| {
            let (from, to) = (from.index(), to.index());
            (from, to, knot[from] == knot[to])
        })
    });
    Ok(OperationGraph::of(nodes, edges.collect::<Vec<_>>()))
}

fn drawn(node: &Node) -> OperationNode {
    let label = node.label();
    let (name, shape) = match node {
        Node::Variable(module, _) if module.is_root() => (label.clone(), Shape::Note),
        Node::Variable(..) | Node::Local(..) | Node::Output(..) | Node::Call(_) => {
            (format!("{label} (expand)"), Shape::Plain)
        }
        Node::Arguments(_) | Node::Rules(..) => (label.clone(), Shape::Plain),
        Node::Everything(module) if module.is_root() => ("root".to_owned(), Shape::Plain),
        Node::Everything(_) => (format!("{label} (close)"), Shape::Plain),
        Node::Provider(_) => (label.clone(), Shape::Diamond),
        Node::Resource(..) => (format!("{label} (expand)"), Shape::Box),
    };
    OperationNode { name, label, shape }
}

/// The steps of a plan. Steps that many others wait for together are drawn once, as the plan has them.
pub fn plan_graph(plan: &Plan) -> OperationGraph {
    let steps = &plan.steps;
    let count = steps.steps.len();
    let mut nodes: Vec<OperationNode> = steps
        .steps
        .iter()
        .map(|step| {
            let label = plan.changes[step.change as usize].addr.to_string();
            let what = match step.kind {
                StepKind::Read => "read",
                StepKind::Create => "create",
                StepKind::Update => "update",
                StepKind::Delete => "destroy",
                StepKind::Forget => "forget",
            };
            OperationNode {
                name: format!("{label} ({what})"),
                label,
                shape: Shape::Box,
            }
        })
        .collect();
    // A deposed object beside the current one has the same name but for this.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for node in &mut nodes {
        let times = seen.entry(node.name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            node.name = format!("{} #{times}", node.name);
        }
    }
    nodes.extend((0..steps.joins.len()).map(|n| OperationNode {
        name: format!("all of {}", n + 1),
        label: String::new(),
        shape: Shape::Plain,
    }));
    let step = |id: &StepId| id.0 as usize;
    let join = |id: &JoinId| count + id.0 as usize;
    let mut edges = Vec::new();
    for (from, one) in steps.steps.iter().enumerate() {
        edges.extend(one.after.iter().map(|to| (from, step(to), false)));
        edges.extend(one.after_joins.iter().map(|to| (from, join(to), false)));
    }
    for (from, one) in steps.joins.iter().enumerate() {
        edges.extend(one.after.iter().map(|to| (count + from, step(to), false)));
    }
    OperationGraph::of(nodes, edges)
}

/// What a destroy would delete: each recorded resource, which waits for those that depend on it.
pub fn destroy_graph(state: &State) -> OperationGraph {
    let mut place = BTreeMap::new();
    let mut nodes = Vec::new();
    for addr in state.instances.keys() {
        place.entry(addr.resource.clone()).or_insert_with(|| {
            let label = addr.resource.to_string();
            nodes.push(OperationNode {
                name: format!("{label} (destroy)"),
                label,
                shape: Shape::Box,
            });
            nodes.len() - 1
        });
    }
    let mut edges = BTreeSet::new();
    for (addr, instance) in &state.instances {
        let from = place[&addr.resource];
        for object in instance.current.iter().chain(instance.deposed.values()) {
            let on = object.dependencies.iter();
            let on = on.filter_map(|d| place.get(d.resource()));
            edges.extend(on.filter(|to| **to != from).map(|to| (*to, from, false)));
        }
    }
    OperationGraph::of(nodes, edges)
}
