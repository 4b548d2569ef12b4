//! Decides what depends on what, from what expressions name and from what blocks imply.

use std::collections::{HashMap, HashSet};

use cairn_diag::Span;
use cairn_lang::{
    Access, Condition, Expr, ExprKind, ModuleNode, ModuleTree, RefTarget, Reference, Repetition,
    ResourceConfig, references, references_in_body,
};
use cairn_model::{AbsProviderConfig, Module, Resource};
use cairn_value::Name;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Node, ResourceGraph};

pub(super) fn build(
    tree: &ModuleTree,
    state_providers: impl IntoIterator<Item = AbsProviderConfig>,
) -> ResourceGraph {
    let mut b = Builder {
        tree,
        wired: HashSet::new(),
        graph: ResourceGraph {
            graph: DiGraph::new(),
            index: HashMap::new(),
        },
    };
    let modules = tree.walk();
    for module in &modules {
        b.nodes(module);
    }
    for module in &modules {
        b.edges(module);
    }
    for provider in state_providers {
        b.provider(&provider);
    }
    b.imports();
    b.graph
}

struct Builder<'t> {
    tree: &'t ModuleTree,
    /// Provider configurations whose block has been looked through.
    wired: HashSet<NodeIndex>,
    graph: ResourceGraph,
}

impl Builder<'_> {
    fn add(&mut self, node: Node) -> NodeIndex {
        if let Some(i) = self.graph.index.get(&node) {
            return *i;
        }
        let i = self.graph.graph.add_node(node.clone());
        self.graph.index.insert(node, i);
        i
    }

    fn nodes(&mut self, module: &ModuleNode) {
        let m = &module.path;
        let c = &module.config;
        if !m.is_root() {
            self.add(Node::Call(m.clone()));
        }
        self.add(Node::Everything(m.clone()));
        for (n, v) in &c.variables {
            self.add(Node::Variable(m.clone(), n.clone()));
            if !v.validations.is_empty() {
                self.add(Node::Rules(m.clone(), n.clone()));
            }
        }
        if !m.is_root() {
            self.add(Node::Arguments(m.clone()));
        }
        for n in c.locals.keys() {
            self.add(Node::Local(m.clone(), n.clone()));
        }
        for n in c.outputs.keys() {
            self.add(Node::Output(m.clone(), n.clone()));
        }
        for r in c.resources.keys() {
            self.add(Node::Resource(m.clone(), r.clone()));
        }
    }

    fn edge(&mut self, from: NodeIndex, to: &Node, span: Option<Span>) {
        if let Some(to) = self.graph.index.get(to) {
            self.graph.graph.add_edge(from, *to, span);
        }
    }

    /// Edges for what was named in a module; `own` is passed over (conditions may name their own resource).
    fn refs(
        &mut self,
        from: NodeIndex,
        module: &Module,
        refs: Vec<Reference>,
        own: Option<&Resource>,
    ) {
        for r in refs {
            let span = Some(r.span);
            match r.target {
                RefTarget::Variable(n) => {
                    let rules = Node::Rules(module.clone(), n.clone());
                    if *self.graph.node(from) != rules {
                        self.edge(from, &rules, span);
                    }
                    self.edge(from, &Node::Variable(module.clone(), n), span);
                }
                RefTarget::Local(n) => self.edge(from, &Node::Local(module.clone(), n), span),
                RefTarget::Resource(r) if Some(&r) == own => {}
                RefTarget::Resource(r) => {
                    self.edge(from, &Node::Resource(module.clone(), r), span);
                }
                RefTarget::Module(call, output) => {
                    self.module_ref(from, module, call, output, span);
                }
                _ => {}
            }
        }
    }

    fn module_ref(
        &mut self,
        from: NodeIndex,
        module: &Module,
        call: Name,
        output: Option<Name>,
        span: Option<Span>,
    ) {
        let child = module.child(call);
        let Some(node) = self.tree.get(&child) else {
            return;
        };
        self.edge(from, &Node::Call(child.clone()), span);
        match output {
            Some(o) => self.edge(from, &Node::Output(child, o), span),
            None => {
                for o in node.config.outputs.keys() {
                    self.edge(from, &Node::Output(child.clone(), o.clone()), span);
                }
            }
        }
    }

    fn expr(&mut self, from: NodeIndex, module: &Module, expr: &Expr, own: Option<&Resource>) {
        self.refs(from, module, references(expr), own);
    }

    fn repetition(&mut self, from: NodeIndex, module: &Module, repetition: &Repetition) {
        match repetition {
            Repetition::Once => {}
            Repetition::Count(e) | Repetition::ForEach(e) | Repetition::Enabled(e) => {
                self.expr(from, module, e, None);
            }
        }
    }

    fn conditions(
        &mut self,
        from: NodeIndex,
        module: &Module,
        conditions: &[Condition],
        own: Option<&Resource>,
    ) {
        for c in conditions {
            self.expr(from, module, &c.condition, own);
            self.expr(from, module, &c.error_message, own);
        }
    }

    fn depends_on(&mut self, from: NodeIndex, module: &Module, depends_on: &[Access<Name>]) {
        for access in depends_on {
            for node in depends_on_nodes(module, access) {
                self.edge(from, &node, Some(access.source_span));
            }
        }
    }

    fn edges(&mut self, module: &ModuleNode) {
        let m = &module.path;
        let c = module.config.clone();
        let everything = self.add(Node::Everything(m.clone()));
        if let Some((parent, _)) = m.parent() {
            self.call(m, &parent);
            let arguments = self.add(Node::Arguments(m.clone()));
            self.edge(arguments, &Node::Call(m.clone()), None);
            for n in c.variables.keys() {
                self.edge(arguments, &Node::Variable(m.clone(), n.clone()), None);
            }
            self.edge(everything, &Node::Call(m.clone()), None);
        }
        for (n, v) in &c.variables {
            if let Some(rules) = self.graph.find(&Node::Rules(m.clone(), n.clone())) {
                self.edge(rules, &Node::Variable(m.clone(), n.clone()), None);
                self.conditions(rules, m, &v.validations, None);
            }
        }
        for (n, l) in &c.locals {
            let i = self.add(Node::Local(m.clone(), n.clone()));
            self.expr(i, m, &l.expr, None);
        }
        for (n, o) in &c.outputs {
            let i = self.add(Node::Output(m.clone(), n.clone()));
            self.expr(i, m, &o.value, None);
            self.depends_on(i, m, &o.depends_on);
            self.conditions(i, m, &o.preconditions, None);
            if !m.is_root() {
                self.edge(i, &Node::Call(m.clone()), None);
            }
            self.graph.graph.add_edge(everything, i, None);
        }
        for (r, config) in &c.resources {
            let i = self.add(Node::Resource(m.clone(), r.clone()));
            self.resource(i, m, r, config);
            self.graph.graph.add_edge(everything, i, None);
        }
        for call in module.children.keys() {
            self.edge(everything, &Node::Everything(m.child(call.clone())), None);
        }
    }

    fn call(&mut self, child: &Module, parent: &Module) {
        let i = self.add(Node::Call(child.clone()));
        if !parent.is_root() {
            self.edge(i, &Node::Call(parent.clone()), None);
        }
        let (Some(outer), Some(name)) = (self.tree.get(parent), child.names().last()) else {
            return;
        };
        let outer = outer.config.clone();
        let Some(call) = outer.calls.get(name) else {
            return;
        };
        self.repetition(i, parent, &call.repetition);
        self.depends_on(i, parent, &call.depends_on);
        let inner = self.tree.get(child).map(|n| n.config.clone());
        for n in inner.iter().flat_map(|c| c.variables.keys()) {
            let v = self.add(Node::Variable(child.clone(), n.clone()));
            self.graph.graph.add_edge(v, i, None);
            if let Some(argument) = call.body.attribute(n) {
                self.expr(v, parent, &argument.expr, None);
            }
        }
    }

    fn resource(&mut self, i: NodeIndex, m: &Module, r: &Resource, config: &ResourceConfig) {
        if !m.is_root() {
            self.edge(i, &Node::Call(m.clone()), None);
        }
        let tree = self.tree;
        let selection = tree.provider_selection(m, &config.provider);
        let p = self.provider(&selection.config);
        if let Some((place, key)) = &selection.key {
            self.expr(i, place, key, None);
        }
        self.graph.graph.add_edge(i, p, config.provider.span);
        self.refs(i, m, references_in_body(&config.body), None);
        self.repetition(i, m, &config.repetition);
        self.depends_on(i, m, &config.depends_on);
        if let Some(e) = &config.lifecycle.prevent_destroy {
            self.expr(i, m, e, None);
        }
        for e in &config.lifecycle.replace_triggered_by {
            self.expr(i, m, e, Some(r));
        }
        self.conditions(i, m, &config.lifecycle.preconditions, Some(r));
        self.conditions(i, m, &config.lifecycle.postconditions, Some(r));
        for p in &config.provisioners {
            self.refs(i, m, references_in_body(&p.body), Some(r));
            if let Some(c) = &p.connection {
                self.refs(i, m, references_in_body(&c.body), Some(r));
            }
        }
    }

    /// One node for all instances of a configuration.
    fn provider(&mut self, addr: &AbsProviderConfig) -> NodeIndex {
        let addr = &addr.keyless();
        let i = self.add(Node::Provider(addr.clone()));
        if !self.wired.insert(i) {
            return i;
        }
        let Some(module) = self.tree.get(&addr.module) else {
            return i;
        };
        if !addr.module.is_root() {
            self.edge(i, &Node::Call(addr.module.clone()), None);
        }
        // The local name of a provider is free; the block is found by what its name means.
        let config = module.config.clone();
        for ((local, alias), block) in &config.providers {
            let meant = self.tree.provider_config(
                &addr.module,
                &cairn_lang::ProviderRef {
                    name: local.clone(),
                    alias: alias.clone(),
                    key: None,
                    span: None,
                },
            );
            if meant == *addr {
                self.refs(i, &addr.module, references_in_body(&block.body), None);
                if let Some(e) = &block.for_each {
                    self.expr(i, &addr.module, e, None);
                }
            }
        }
        i
    }

    /// What an import block needs to know is known before its target is decided.
    fn imports(&mut self) {
        let root = Module::root();
        let config = self.tree.root.config.clone();
        for import in &config.imports {
            let Some((module, resource)) = crate::imports::static_target(&import.to) else {
                continue;
            };
            let Some(i) = self.graph.find(&Node::Resource(module, resource)) else {
                continue;
            };
            self.expr(i, &root, &import.id, None);
            if let Some(e) = &import.for_each {
                self.expr(i, &root, e, None);
            }
        }
    }
}

/// What an entry of a `depends_on` waits for.
pub(super) fn depends_on_nodes(module: &Module, access: &Access<Name>) -> Vec<Node> {
    let expr = Expr {
        kind: ExprKind::Ref(access.clone()),
        span: access.source_span,
    };
    references(&expr)
        .into_iter()
        .filter_map(|r| match r.target {
            RefTarget::Variable(n) => Some(Node::Variable(module.clone(), n)),
            RefTarget::Local(n) => Some(Node::Local(module.clone(), n)),
            RefTarget::Resource(r) => Some(Node::Resource(module.clone(), r)),
            RefTarget::Module(call, None) => Some(Node::Everything(module.child(call))),
            RefTarget::Module(call, Some(o)) => Some(Node::Output(module.child(call), o)),
            _ => None,
        })
        .collect()
}

impl ResourceGraph {
    /// The managed resources that must be settled before the data sources of this resource block are read: what its own
    /// `depends_on` and that of the module calls around it lead to.
    pub(crate) fn explicit_dependencies(
        &self,
        tree: &ModuleTree,
        module: &Module,
        resource: &Resource,
    ) -> Vec<NodeIndex> {
        let mut nodes = Vec::new();
        if let Some(config) = tree
            .get(module)
            .and_then(|n| n.config.resources.get(resource))
        {
            for a in &config.depends_on {
                nodes.extend(depends_on_nodes(module, a));
            }
        }
        let mut inner = module.clone();
        while let Some((parent, name)) = inner.parent() {
            if let Some(call) = tree.get(&parent).and_then(|n| n.config.calls.get(name)) {
                for a in &call.depends_on {
                    nodes.extend(depends_on_nodes(&parent, a));
                }
            }
            inner = parent;
        }
        if nodes.is_empty() {
            return Vec::new();
        }
        self.managed_below(nodes.iter().filter_map(|n| self.find(n)))
    }
}
