//! Decides which attributes of resources contribute to something: those that its expressions name, and on through variables, local
//! values, outputs and the expressions that set those attributes. Nothing is evaluated.

use std::collections::{BTreeSet, HashSet};

use cairn_model::{
    AbsOutputValue, AbsResource, AbsResourceInstance, BlockSchema, InstanceKey, ModuleInstance,
    ResourceMode,
};
use cairn_value::{Name, Path, PathStep, Value};

use crate::config::{Repetition, ResourceConfig};
use crate::refs::{accesses, accesses_in_block, resource};
use crate::secrets::BlockSchemas;
use crate::syntax::{Access, Block, Body, Expr, ExprKind, Step};
use crate::tree::{ModuleNode, ModuleTree};

/// A resource instance and the place in it that is read; the resource without a key, and an empty path, where the expression that
/// reads it does not fix more.
pub type Contribution = (AbsResourceInstance, Path);

/// What contributes to resources and outputs, as Terraform's plans list it: as far as keys and attributes are fixed in the text.
/// Conditions, triggers, provisioners and `depends_on` contribute nothing; what a resource is repeated over contributes where
/// `each` or `count` is used.
pub fn contributions(
    tree: &ModuleTree,
    schemas: &BlockSchemas<'_>,
    resources: impl IntoIterator<Item = AbsResource>,
    outputs: impl IntoIterator<Item = AbsOutputValue>,
) -> BTreeSet<Contribution> {
    let mut walk = Walk {
        tree,
        schemas,
        seen: HashSet::new(),
        open: Vec::new(),
        found: BTreeSet::new(),
    };
    for addr in resources {
        walk.inside(&addr, &[]);
    }
    for output in outputs {
        walk.open(Thing::Output(output.module, output.name));
    }
    while let Some(thing) = walk.open.pop() {
        walk.follow(thing);
    }
    walk.found
}

/// Something that an expression can read.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Thing {
    Variable(ModuleInstance, Name),
    Local(ModuleInstance, Name),
    Output(ModuleInstance, Name),
    Resource(AbsResourceInstance, Path),
}

struct Walk<'t> {
    tree: &'t ModuleTree,
    schemas: &'t BlockSchemas<'t>,
    seen: HashSet<Thing>,
    open: Vec<Thing>,
    found: BTreeSet<Contribution>,
}

impl<'t> Walk<'t> {
    fn open(&mut self, thing: Thing) {
        if self.seen.insert(thing.clone()) {
            self.open.push(thing);
        }
    }

    fn node(&self, module: &ModuleInstance) -> Option<&'t ModuleNode> {
        self.tree.get(&module.module())
    }

    fn follow(&mut self, thing: Thing) {
        match thing {
            Thing::Variable(module, name) => {
                let Some((caller, step)) = module.parent() else {
                    return;
                };
                let call = self
                    .node(&caller)
                    .and_then(|n| n.config.calls.get(&step.name));
                if let Some(argument) = call.and_then(|c| c.body.attribute(&name)) {
                    self.expression(&caller, &argument.expr, None);
                }
            }
            Thing::Local(module, name) => {
                let local = self.node(&module).and_then(|n| n.config.locals.get(&name));
                if let Some(local) = local {
                    self.expression(&module, &local.expr, None);
                }
            }
            Thing::Output(module, name) => {
                let output = self.node(&module).and_then(|n| n.config.outputs.get(&name));
                if let Some(output) = output {
                    self.expression(&module, &output.value, None);
                }
            }
            Thing::Resource(addr, path) => {
                self.inside(&addr.resource, &path.0);
                self.found.insert((addr, path));
            }
        }
    }

    /// What the expressions read that set a place inside a resource; one that nothing sets is the provider's.
    fn inside(&mut self, addr: &AbsResource, path: &[PathStep]) {
        let config = self
            .node(&addr.module)
            .and_then(|n| n.config.resources.get(&addr.resource));
        let kind = match addr.resource.mode {
            ResourceMode::Managed => "resource",
            ResourceMode::Data => "data",
            ResourceMode::Ephemeral => return,
        };
        if let Some(config) = config
            && let Some(schema) = (self.schemas)(kind, &addr.resource.ty)
        {
            let names: Vec<&Name> = path.iter().filter_map(named).collect();
            self.body(&addr.module, config, &config.body, &schema, &names);
        }
    }

    fn body(
        &mut self,
        module: &ModuleInstance,
        of: &'t ResourceConfig,
        body: &'t Body,
        schema: &BlockSchema,
        path: &[&Name],
    ) {
        let (first, rest) = match path.split_first() {
            Some((first, rest)) => (Some(*first), rest),
            None => (None, path),
        };
        let is_meant = |name: &Name| first.is_none_or(|first| first == name);
        for attribute in &body.attributes {
            if is_meant(&attribute.name) && schema.attributes.contains_key(&attribute.name) {
                self.expression(module, &attribute.expr, Some(of));
            }
        }
        for block in &body.blocks {
            let ty = match block.labels.first() {
                Some(label) if &*block.ty == "dynamic" => &label.text,
                _ => &block.ty,
            };
            if let Some(nested) = schema.blocks.get(ty).filter(|_| is_meant(ty)) {
                if rest.is_empty() || &*block.ty == "dynamic" {
                    self.block(module, of, block);
                } else {
                    self.body(module, of, &block.body, &nested.block, rest);
                }
            }
        }
    }

    fn block(&mut self, module: &ModuleInstance, of: &'t ResourceConfig, block: &'t Block) {
        let mut met = Vec::new();
        accesses_in_block(block, &mut Vec::new(), &mut |access, _| {
            met.push(access.clone());
        });
        for access in &met {
            self.access(module, access, Some(of));
        }
    }

    fn expression(&mut self, module: &ModuleInstance, expr: &Expr, of: Option<&'t ResourceConfig>) {
        let mut met = Vec::new();
        accesses(expr, &mut |access, _| met.push(access.clone()));
        for access in &met {
            self.access(module, access, of);
        }
    }

    fn access(
        &mut self,
        module: &ModuleInstance,
        access: &Access<Name>,
        of: Option<&'t ResourceConfig>,
    ) {
        let steps: Vec<PathStep> = access.steps.iter().map_while(fixed).collect();
        let first = steps.first().and_then(named).cloned();
        match (&*access.source, first) {
            ("var", Some(name)) => self.open(Thing::Variable(module.clone(), name)),
            ("local", Some(name)) => self.open(Thing::Local(module.clone(), name)),
            ("module", Some(call)) => self.module(module, call, &steps[1..]),
            ("each" | "count", _) => {
                if let Some(Repetition::Count(expr) | Repetition::ForEach(expr)) =
                    of.map(|of| &of.repetition)
                {
                    self.expression(module, expr, None);
                }
            }
            ("self" | "path" | "terraform" | "var" | "local" | "module", _) => {}
            _ => {
                let Some((resource, taken)) = resource(access) else {
                    return;
                };
                let rest = &steps[taken.min(steps.len())..];
                let (key, rest) = instance_key(rest);
                let addr = resource.in_module(module.clone()).instance(key);
                if addr.resource.resource.mode != ResourceMode::Ephemeral {
                    let path = rest.iter().map(|step| match step {
                        PathStep::Key(key) => PathStep::Attr(key.clone()),
                        other => other.clone(),
                    });
                    self.open(Thing::Resource(addr, Path(path.collect())));
                }
            }
        }
    }

    /// An output of a module that is called, or all of them.
    fn module(&mut self, module: &ModuleInstance, call: Name, steps: &[PathStep]) {
        let (key, rest) = instance_key(steps);
        let called = module.child(call, key);
        let Some(node) = self.node(&called) else {
            return;
        };
        let named = rest.first().and_then(named);
        for name in node.config.outputs.keys() {
            if named.is_none_or(|n| n == name) {
                self.open(Thing::Output(called.clone(), name.clone()));
            }
        }
    }
}

/// A step that is the same whatever values there are.
fn fixed(step: &Step) -> Option<PathStep> {
    match step {
        Step::Attr(name, _) => Some(PathStep::Attr(name.clone())),
        Step::Index(key, _) => match &key.kind {
            ExprKind::Literal(Value::String(key)) => Some(PathStep::Key(key.clone())),
            ExprKind::Literal(Value::Number(n)) => n.to_string().parse().ok().map(PathStep::Index),
            _ => None,
        },
    }
}

fn named(step: &PathStep) -> Option<&Name> {
    match step {
        PathStep::Attr(name) => Some(name),
        _ => None,
    }
}

/// The instance key that steps begin with, and the steps behind it.
fn instance_key(steps: &[PathStep]) -> (InstanceKey, &[PathStep]) {
    match steps.split_first() {
        Some((PathStep::Index(i), rest)) => match u64::try_from(*i) {
            Ok(i) => (InstanceKey::Index(i), rest),
            Err(_) => (InstanceKey::None, steps),
        },
        Some((PathStep::Key(k), rest)) => (InstanceKey::Key(k.clone()), rest),
        _ => (InstanceKey::None, steps),
    }
}
