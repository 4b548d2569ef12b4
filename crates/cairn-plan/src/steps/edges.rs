//! Decides what each step waits for.
//!
//! - A thing is made after what it depends on is made.
//! - An old object is deleted after the old objects that depend on it.
//! - An old object whose replacement was made first is deleted after all that depends on it has turned to the new one.
//! - An object that the configuration dropped is deleted after those that referred to it have let go of it.
//! - The data source of a check is read after all that is not one.
//!
//! What waits for, or is waited for by, all instances of a resource goes through a join, so the edges stay linear in number.
//! The first rule always holds. Where the others, which come partly from what was recorded in earlier times, would close a
//! circle, they give way in the reverse order.

use std::collections::BTreeMap;

use cairn_model::{Action, Change, Dependency, Join, JoinId, StepGraph, StepId};
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Index, StepsOf};

/// The rules, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    Made,
    DeletedAfterDependents,
    DeletedAfterTurn,
    DeletedAfterLetGo,
}

const RULES: [Rule; 4] = [
    Rule::Made,
    Rule::DeletedAfterDependents,
    Rule::DeletedAfterTurn,
    Rule::DeletedAfterLetGo,
];

/// A step or, beyond the steps, a join.
type Node = u32;

struct Edge {
    /// What waits.
    node: Node,
    after: Node,
    rule: Rule,
}

struct Wiring<'i, 'c> {
    index: &'i Index<'c>,
    of: &'i [StepsOf],
    steps: u32,
    joins: Vec<Vec<u32>>,
    edges: Vec<Edge>,
    /// By resource (the start of its range) and rule: what all deletions of the resource wait for.
    gates: BTreeMap<(usize, Rule), Vec<u32>>,
    /// By resource (the start of its range): what stands for all that is made of it.
    made: BTreeMap<usize, Vec<Node>>,
}

/// `last` are the steps that come after all others.
pub(super) fn connect(graph: &mut StepGraph, index: &Index<'_>, of: &[StepsOf], last: &[u32]) {
    let mut w = Wiring {
        index,
        of,
        steps: graph.steps.len() as u32,
        joins: Vec::new(),
        edges: Vec::new(),
        gates: BTreeMap::new(),
        made: BTreeMap::new(),
    };
    for (i, change) in index.changes.iter().enumerate() {
        w.replacement(i, change);
        w.makes(i, change);
        w.deletes(i, change);
    }
    w.close_gates();
    w.last(last);
    let Wiring {
        steps,
        joins,
        mut edges,
        ..
    } = w;
    break_circles(steps, joins.len() as u32, &joins, &mut edges);
    graph.joins = joins
        .into_iter()
        .map(|after| Join {
            after: after.into_iter().map(StepId).collect(),
        })
        .collect();
    for e in edges {
        let step = &mut graph.steps[e.node as usize];
        if e.after < steps {
            step.after.push(StepId(e.after));
        } else {
            step.after_joins.push(JoinId(e.after - steps));
        }
    }
    for step in &mut graph.steps {
        step.after.sort_unstable();
        step.after.dedup();
        step.after_joins.sort_unstable();
        step.after_joins.dedup();
    }
}

impl Wiring<'_, '_> {
    fn edge(&mut self, node: u32, after: Node, rule: Rule) {
        if node != after {
            self.edges.push(Edge { node, after, rule });
        }
    }

    /// The order within one change.
    fn replacement(&mut self, i: usize, change: &Change) {
        let s = self.of[i];
        match (change.action, s.forward, s.delete) {
            (Action::DeleteThenCreate, Some(create), Some(delete)) => {
                self.edge(create, delete, Rule::Made);
            }
            (Action::CreateThenDelete, Some(create), Some(delete)) => {
                self.edge(delete, create, Rule::Made);
            }
            _ => {}
        }
    }

    /// What is made waits for what it depends on, and lets old objects go that it depended on.
    fn makes(&mut self, i: usize, change: &Change) {
        let Some(forward) = self.of[i].forward else {
            return;
        };
        for d in change.dependencies.iter() {
            match d {
                Dependency::Instance(a) => {
                    let Some(y) = self.index.current(&a.resource, &a.key).filter(|y| *y != i)
                    else {
                        continue;
                    };
                    if let Some(made) = self.of[y].forward {
                        self.edge(forward, made, Rule::Made);
                    }
                    self.turns(forward, y);
                }
                Dependency::Resource(r) => {
                    let range = self.index.of(r);
                    if range.contains(&i) {
                        continue;
                    }
                    for after in self.all_made(range.start, range.end) {
                        self.edge(forward, after, Rule::Made);
                    }
                    self.gate(range, forward, Rule::DeletedAfterTurn, |c| {
                        c.action == Action::CreateThenDelete
                    });
                }
            }
        }
        if change.action != Action::Update {
            return;
        }
        let Some(before) = &change.before else { return };
        for d in before.dependencies.iter() {
            match d {
                Dependency::Instance(a) => {
                    if let Some(y) = self.index.current(&a.resource, &a.key).filter(|y| *y != i)
                        && self.index.changes[y].action == Action::Delete
                        && let Some(delete) = self.of[y].delete
                    {
                        self.edge(delete, forward, Rule::DeletedAfterLetGo);
                    }
                }
                Dependency::Resource(r) => {
                    let range = self.index.of(r);
                    if !range.contains(&i) {
                        self.gate(range, forward, Rule::DeletedAfterLetGo, |c| {
                            c.action == Action::Delete && c.deposed.is_none()
                        });
                    }
                }
            }
        }
    }

    /// The old object of a change that is replaced first waits for a dependent to turn to the new one.
    fn turns(&mut self, forward: u32, y: usize) {
        if self.index.changes[y].action == Action::CreateThenDelete
            && let Some(delete) = self.of[y].delete
        {
            self.edge(delete, forward, Rule::DeletedAfterTurn);
        }
    }

    /// What an old object depended on is deleted after it.
    fn deletes(&mut self, i: usize, change: &Change) {
        let (Some(delete), Some(before)) = (self.of[i].delete, &change.before) else {
            return;
        };
        for d in before.dependencies.iter() {
            match d {
                Dependency::Instance(a) => {
                    if let Some(y) = self.index.current(&a.resource, &a.key).filter(|y| *y != i)
                        && let Some(later) = self.of[y].delete
                    {
                        self.edge(later, delete, Rule::DeletedAfterDependents);
                    }
                }
                Dependency::Resource(r) => {
                    let range = self.index.of(r);
                    if !range.contains(&i) {
                        self.gate(range, delete, Rule::DeletedAfterDependents, |_| true);
                    }
                }
            }
        }
    }

    /// What stands for everything that is made of a resource.
    fn all_made(&mut self, start: usize, end: usize) -> Vec<Node> {
        if let Some(nodes) = self.made.get(&start) {
            return nodes.clone();
        }
        let made: Vec<u32> = (start..end).filter_map(|y| self.of[y].forward).collect();
        let nodes = self.joined(made);
        self.made.insert(start, nodes.clone());
        nodes
    }

    /// Few steps stand for themselves, many for a join.
    fn joined(&mut self, steps: Vec<u32>) -> Vec<Node> {
        if steps.len() <= 2 {
            return steps;
        }
        self.joins.push(steps);
        vec![self.steps + self.joins.len() as u32 - 1]
    }

    /// Notes that the deletions of a resource wait for a step, if any of them does.
    fn gate(
        &mut self,
        range: std::ops::Range<usize>,
        step: u32,
        rule: Rule,
        concerns: impl Fn(&Change) -> bool,
    ) {
        let key = (range.start, rule);
        if let Some(waited_for) = self.gates.get_mut(&key) {
            waited_for.push(step);
        } else if range
            .clone()
            .any(|y| self.of[y].delete.is_some() && concerns(&self.index.changes[y]))
        {
            self.gates.insert(key, vec![step]);
        } else if !range.is_empty() {
            // Remembered as concerning nobody, so that the question is asked once for each resource.
            self.gates.insert(key, Vec::new());
        }
    }

    /// What comes last (steps in order) waits for everything that does not.
    fn last(&mut self, last: &[u32]) {
        if last.is_empty() {
            return;
        }
        let others = (0..self.steps).filter(|s| last.binary_search(s).is_err());
        let nodes = self.joined(others.collect());
        for step in last {
            for after in &nodes {
                self.edge(*step, *after, Rule::Made);
            }
        }
    }

    fn close_gates(&mut self) {
        for ((start, rule), mut waited_for) in std::mem::take(&mut self.gates) {
            let resource = &self.index.changes[start].addr.resource;
            let concerned: Vec<u32> = self
                .index
                .of(resource)
                .filter(|y| {
                    let c = &self.index.changes[*y];
                    match rule {
                        Rule::DeletedAfterTurn => c.action == Action::CreateThenDelete,
                        Rule::DeletedAfterLetGo => {
                            c.action == Action::Delete && c.deposed.is_none()
                        }
                        _ => true,
                    }
                })
                .filter_map(|y| self.of[y].delete)
                .collect();
            if concerned.is_empty() {
                continue;
            }
            waited_for.sort_unstable();
            waited_for.dedup();
            let nodes = if concerned.len() == 1 {
                waited_for
            } else {
                self.joined(waited_for)
            };
            for delete in concerned {
                for after in &nodes {
                    self.edge(delete, *after, rule);
                }
            }
        }
    }
}

/// Takes out edges until nothing waits for itself. Nearly always there is nothing to do.
fn break_circles(steps: u32, joins: u32, members: &[Vec<u32>], edges: &mut Vec<Edge>) {
    let all = |edges: &[&Edge]| {
        let mut g: DiGraph<(), ()> = DiGraph::with_capacity((steps + joins) as usize, edges.len());
        for _ in 0..steps + joins {
            g.add_node(());
        }
        for (j, steps_of) in members.iter().enumerate() {
            for s in steps_of {
                g.add_edge(node(steps + j as u32), node(*s), ());
            }
        }
        for e in edges {
            g.add_edge(node(e.node), node(e.after), ());
        }
        g
    };
    let every: Vec<&Edge> = edges.iter().collect();
    if !petgraph::algo::is_cyclic_directed(&all(&every)) {
        return;
    }
    let mut dropped = vec![false; edges.len()];
    for rule in RULES {
        let taken: Vec<usize> = (0..edges.len())
            .filter(|i| edges[*i].rule <= rule && !dropped[*i])
            .collect();
        let g = all(&taken.iter().map(|i| &edges[*i]).collect::<Vec<_>>());
        let mut component = vec![0; g.node_count()];
        let mut knots = vec![false];
        for (n, scc) in tarjan_scc(&g).iter().enumerate() {
            knots.push(scc.len() > 1);
            for s in scc {
                component[s.index()] = n + 1;
            }
        }
        for i in taken {
            let e = &edges[i];
            let c = component[e.node as usize];
            if e.rule == rule && rule != Rule::Made && c == component[e.after as usize] && knots[c]
            {
                dropped[i] = true;
            }
        }
    }
    let mut i = 0;
    edges.retain(|_| {
        i += 1;
        !dropped[i - 1]
    });
}

fn node(i: u32) -> NodeIndex {
    NodeIndex::new(i as usize)
}
