//! Decides what the resource graph is: configuration objects, and which name which. Static: no values, no instances, so its
//! size is that of the configuration. Node indexes never leave this crate.

mod build;
mod cycle;
mod target;

use std::collections::HashMap;

use cairn_diag::Span;
use cairn_lang::ModuleTree;
use cairn_model::{AbsProviderConfig, Module, Resource, ResourceMode};
use cairn_value::Name;
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

pub(crate) use cycle::cycles;
pub(crate) use target::{Scope, scope};

/// A thing of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// An input variable of a module.
    Variable(Module, Name),
    /// The arguments of a module call.
    Arguments(Module),
    /// The validation rules of a variable: what needs the variable waits for them.
    Rules(Module, Name),
    /// A local value.
    Local(Module, Name),
    /// An output value.
    Output(Module, Name),
    /// The call that leads to this module: its repetition and what it must wait for.
    Call(Module),
    /// Everything in this module and below.
    Everything(Module),
    /// A provider configuration.
    Provider(AbsProviderConfig),
    /// A managed resource or data source.
    Resource(Module, Resource),
}

impl Node {
    /// As a person would write it.
    pub(crate) fn label(&self) -> String {
        let within = |module: &Module, text: String| {
            if module.is_root() {
                text
            } else {
                format!("{module}.{text}")
            }
        };
        match self {
            Self::Variable(m, n) => within(m, format!("var.{n}")),
            Self::Arguments(m) => within(m, "the arguments".to_owned()),
            Self::Rules(m, n) => within(m, format!("the validation of var.{n}")),
            Self::Local(m, n) => within(m, format!("local.{n}")),
            Self::Output(m, n) => within(m, format!("output.{n}")),
            Self::Call(m) | Self::Everything(m) => m.to_string(),
            Self::Provider(p) => p.to_string(),
            Self::Resource(m, r) => within(m, r.to_string()),
        }
    }
}

/// All of them. An edge goes from what depends to what it depends on, with the place that says so.
#[derive(Debug)]
pub(crate) struct ResourceGraph {
    graph: DiGraph<Node, Option<Span>>,
    index: HashMap<Node, NodeIndex>,
}

impl ResourceGraph {
    /// Of a module tree, and of provider configurations that only the state names.
    pub(crate) fn build(
        tree: &ModuleTree,
        state_providers: impl IntoIterator<Item = AbsProviderConfig>,
    ) -> Self {
        build::build(tree, state_providers)
    }

    /// The graph itself, for what is found out of its form alone.
    pub(crate) fn inner(&self) -> &DiGraph<Node, Option<Span>> {
        &self.graph
    }

    pub(crate) fn len(&self) -> usize {
        self.graph.node_count()
    }

    pub(crate) fn indices(&self) -> impl Iterator<Item = NodeIndex> + use<> {
        self.graph.node_indices()
    }

    pub(crate) fn node(&self, index: NodeIndex) -> &Node {
        &self.graph[index]
    }

    pub(crate) fn find(&self, node: &Node) -> Option<NodeIndex> {
        self.index.get(node).copied()
    }

    /// What a node depends on directly; a node may come twice.
    pub(crate) fn dependencies(&self, index: NodeIndex) -> impl Iterator<Item = NodeIndex> + '_ {
        self.graph.neighbors_directed(index, Direction::Outgoing)
    }

    /// What depends directly on a node; a node may come twice.
    pub(crate) fn dependents(&self, index: NodeIndex) -> impl Iterator<Item = NodeIndex> + '_ {
        self.graph.neighbors_directed(index, Direction::Incoming)
    }

    /// The place that makes `from` depend on `to`.
    fn reason(&self, from: NodeIndex, to: NodeIndex) -> Option<Span> {
        self.graph
            .edges_connecting(from, to)
            .find_map(|e| *e.weight())
    }

    /// Every node that these lead to, themselves included, as flags by index.
    pub(crate) fn reach(
        &self,
        from: impl IntoIterator<Item = NodeIndex>,
        direction: Direction,
    ) -> Vec<bool> {
        let mut seen = vec![false; self.len()];
        let mut stack: Vec<NodeIndex> = from.into_iter().collect();
        while let Some(n) = stack.pop() {
            if std::mem::replace(&mut seen[n.index()], true) {
                continue;
            }
            stack.extend(self.graph.edges_directed(n, direction).map(|e| {
                if direction == Direction::Outgoing {
                    e.target()
                } else {
                    e.source()
                }
            }));
        }
        seen
    }

    /// The managed resources that these nodes lead to, themselves included.
    pub(crate) fn managed_below(
        &self,
        from: impl IntoIterator<Item = NodeIndex>,
    ) -> Vec<NodeIndex> {
        let seen = self.reach(from, Direction::Outgoing);
        self.indices()
            .filter(|n| {
                seen[n.index()]
                    && matches!(&self.graph[*n], Node::Resource(_, r) if r.mode == ResourceMode::Managed)
            })
            .collect()
    }
}
