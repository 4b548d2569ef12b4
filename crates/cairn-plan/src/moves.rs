//! Decides which recorded objects have new addresses: `moved` blocks in order of dependence, and the implied moves between
//! no key and `[0]` where `count` came or went. Works on the record only; nothing remote is touched.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, Span};
use cairn_lang::{Access, ExprKind, ModuleTree, Repetition, Step};
use cairn_model::{
    AbsResource, AbsResourceInstance, Dependency, InstanceKey, Module, ModuleInstance, ModuleStep,
    Mutation, Resource, ResourceMode, State, StateObject,
};
use cairn_value::{Name, Value};

use crate::ambiguous::Ends;
use crate::still_declared::{is_still_there, still_there};

/// What came of the moves.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    /// The old address of everything that moved, by its new one.
    pub(crate) previous: BTreeMap<AbsResourceInstance, AbsResourceInstance>,
    /// The same as changes to the record.
    pub(crate) mutations: Vec<Mutation>,
    /// What is wrong or worth saying.
    pub(crate) diagnostics: Diagnostics,
    /// Blocks that move single instances: whether the configuration still has those can be said once all are known.
    pub(crate) single: Vec<(Module, Endpoint, Span)>,
}

/// One end of a `moved` block, or the target of a `removed` or `import` block: steps into modules, then perhaps a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Endpoint {
    pub(crate) modules: Vec<(Name, Option<InstanceKey>)>,
    pub(crate) resource: Option<(Resource, Option<InstanceKey>)>,
}

impl Endpoint {
    /// From a written address; nothing where it is none, or has keys that are not constant.
    pub(crate) fn parse(access: &Access<Name>) -> Option<Self> {
        let mut parts = Parts {
            head: Some(access.source.clone()),
            steps: access.steps.iter().peekable(),
        };
        let mut modules = Vec::new();
        while let Some(word) = parts.attr() {
            if &*word == "module" {
                modules.push((parts.attr()?, parts.key().ok()?));
                continue;
            }
            let (mode, ty) = match &*word {
                "data" => (ResourceMode::Data, parts.attr()?),
                _ => (ResourceMode::Managed, word),
            };
            let name = parts.attr()?;
            let key = parts.key().ok()?;
            if parts.steps.peek().is_some() {
                return None;
            }
            return Some(Self {
                modules,
                resource: Some((Resource { mode, ty, name }, key)),
            });
        }
        (!modules.is_empty()).then_some(Self {
            modules,
            resource: None,
        })
    }

    /// The same end as the root module would write it.
    pub(crate) fn seen_from_root(&self, base: &Module) -> Self {
        let above = base.names().iter().map(|n| (n.clone(), None));
        Self {
            modules: above.chain(self.modules.iter().cloned()).collect(),
            resource: self.resource.clone(),
        }
    }

    /// The module in the configuration, seen from `base`.
    pub(crate) fn module(&self, base: &Module) -> Module {
        self.modules
            .iter()
            .fold(base.clone(), |m, (n, _)| m.child(n.clone()))
    }

    /// Whether any step of it has a key.
    fn names_instances(&self) -> bool {
        self.has_key() || self.modules.iter().any(|(_, k)| k.is_some())
    }

    /// Whether a module instance is the one that this end, an end without a resource, names.
    pub(crate) fn names(&self, base: &Module, module: &ModuleInstance) -> bool {
        let steps = module.steps();
        let skip = base.names().len();
        steps.len() == skip + self.modules.len()
            && self
                .modules
                .iter()
                .zip(&steps[skip..])
                .all(|((n, k), s)| *n == s.name && k.as_ref().is_none_or(|k| *k == s.key))
    }

    pub(crate) fn has_key(&self) -> bool {
        match &self.resource {
            Some((_, key)) => key.is_some(),
            None => self.modules.last().is_some_and(|(_, k)| k.is_some()),
        }
    }

    /// Whether an instance lies at or below this end, seen from a module; `exact`: an end without a key means the instance
    /// without a key.
    pub(crate) fn matches(&self, base: &Module, addr: &AbsResourceInstance, exact: bool) -> bool {
        let steps = addr.resource.module.steps();
        let skip = base.names().len();
        if steps.len() < skip + self.modules.len()
            || !steps[..skip].iter().map(|s| &s.name).eq(base.names())
        {
            return false;
        }
        let last = self.modules.len();
        let fits = |i: usize, key: &Option<InstanceKey>, have: &InstanceKey| match key {
            Some(k) => k == have,
            None => {
                !(exact && self.resource.is_none() && i + 1 == last) || *have == InstanceKey::None
            }
        };
        if !self
            .modules
            .iter()
            .zip(&steps[skip..])
            .enumerate()
            .all(|(i, ((n, k), s))| *n == s.name && fits(i, k, &s.key))
        {
            return false;
        }
        match &self.resource {
            None => true,
            Some((r, key)) => {
                steps.len() == skip + self.modules.len()
                    && *r == addr.resource.resource
                    && match key {
                        Some(k) => *k == addr.key,
                        None => !exact || addr.key == InstanceKey::None,
                    }
            }
        }
    }
}

struct NotConstant;

struct Parts<'a> {
    head: Option<Name>,
    steps: std::iter::Peekable<std::slice::Iter<'a, Step>>,
}

impl Parts<'_> {
    fn attr(&mut self) -> Option<Name> {
        if let Some(n) = self.head.take() {
            return Some(n);
        }
        match self.steps.peek() {
            Some(Step::Attr(n, _)) => {
                self.steps.next();
                Some(n.clone())
            }
            _ => None,
        }
    }

    /// A constant key, if there is one; an error where it is not constant.
    fn key(&mut self) -> Result<Option<InstanceKey>, NotConstant> {
        let Some(Step::Index(e, _)) = self.steps.peek() else {
            return Ok(None);
        };
        let key = match &e.kind {
            ExprKind::Literal(Value::String(s)) => InstanceKey::Key(s.clone()),
            ExprKind::Literal(v) => InstanceKey::Index(
                v.as_i64()
                    .and_then(|i| u64::try_from(i).ok())
                    .ok_or(NotConstant)?,
            ),
            _ => return Err(NotConstant),
        };
        self.steps.next();
        Ok(Some(key))
    }
}

struct Statement {
    base: Module,
    from: Endpoint,
    to: Endpoint,
    exact: bool,
    span: Option<Span>,
}

impl Statement {
    /// The new address of an instance, if the statement moves it.
    fn apply(&self, addr: &AbsResourceInstance) -> Option<AbsResourceInstance> {
        if !self.from.matches(&self.base, addr, self.exact) {
            return None;
        }
        let steps = addr.resource.module.steps();
        let skip = self.base.names().len();
        let mut out: Vec<ModuleStep> = steps[..skip].to_vec();
        for (i, (n, k)) in self.to.modules.iter().enumerate() {
            let same = self.from.modules.get(i).filter(|_| {
                !self.exact || self.to.resource.is_some() || i + 1 < self.to.modules.len()
            });
            let key = k.clone().unwrap_or_else(|| match same {
                Some(_) => steps[skip + i].key.clone(),
                None => InstanceKey::None,
            });
            out.push(ModuleStep {
                name: n.clone(),
                key,
            });
        }
        out.extend(steps[skip + self.from.modules.len()..].iter().cloned());
        let module = ModuleInstance::new(out);
        Some(match &self.to.resource {
            None => addr
                .resource
                .resource
                .clone()
                .in_module(module)
                .instance(addr.key.clone()),
            Some((r, k)) => r.clone().in_module(module).instance(match k {
                Some(k) => k.clone(),
                None if self.exact => InstanceKey::None,
                None => addr.key.clone(),
            }),
        })
    }
}

/// Gives recorded objects the addresses that the configuration has for them now.
pub(crate) fn apply(tree: &ModuleTree, state: &mut State) -> Moved {
    let mut moved = Moved::default();
    let statements = statements(tree, &mut moved.diagnostics);
    moved.single = statements
        .iter()
        .filter(|s| s.from.names_instances())
        .filter_map(|s| Some((s.base.clone(), s.from.clone(), s.span?)))
        .collect();
    let mut blocked = BTreeSet::new();
    // Chains of moves follow each other; each statement can only lead on, so as many rounds as statements are enough.
    for _ in 0..=statements.len() {
        let mut any = false;
        for s in &statements {
            let hits: Vec<(AbsResourceInstance, AbsResourceInstance)> = state
                .instances
                .keys()
                .filter_map(|a| s.apply(a).filter(|to| to != a).map(|to| (a.clone(), to)))
                .collect();
            for (from, to) in hits {
                if state.instances.contains_key(&to) {
                    if blocked.insert((from.clone(), to.clone())) {
                        moved.diagnostics.push(occupied(&from, &to, s.span));
                    }
                } else {
                    relocate(state, &mut moved, &from, &to);
                    any = true;
                }
            }
        }
        if !any {
            break;
        }
    }
    implied(tree, state, &mut moved);
    finish(state, &mut moved);
    moved
}

fn statements(tree: &ModuleTree, diagnostics: &mut Diagnostics) -> Vec<Statement> {
    let mut out = Vec::new();
    let mut ends = Ends::default();
    for node in tree.walk() {
        for block in &node.config.moved {
            let (Some(from), Some(to)) = (Endpoint::parse(&block.from), Endpoint::parse(&block.to))
            else {
                diagnostics.push(
                    Diagnostic::error("invalid-moved-address", "Invalid address in moved block")
                        .detail("Both `from` and `to` must be addresses of resources or modules, with constant keys.")
                        .at(block.span),
                );
                continue;
            };
            if from.resource.is_some() != to.resource.is_some() {
                diagnostics.push(
                    Diagnostic::error("invalid-moved-address", "Invalid address in moved block")
                        .detail("A resource can only be moved to a resource address, a module only to a module address.")
                        .at(block.span),
                );
                continue;
            }
            if from == to {
                diagnostics.push(
                    Diagnostic::error("redundant-move", "Redundant move statement")
                        .detail("`from` and `to` are the same address, so there is nothing to move. Remove the block.")
                        .at(block.span),
                );
                continue;
            }
            let exact = from.has_key() || to.has_key();
            if is_still_there(tree, &node.path, &from, &to, exact) {
                diagnostics.push(still_there(block.span));
                continue;
            }
            if let Some(d) = ends.take(&node.path, &from, &to, block) {
                diagnostics.push(d);
                continue;
            }
            out.push(Statement {
                base: node.path.clone(),
                from,
                to,
                exact,
                span: Some(block.span),
            });
        }
    }
    out
}

fn occupied(
    from: &AbsResourceInstance,
    to: &AbsResourceInstance,
    span: Option<Span>,
) -> Diagnostic {
    Diagnostic::warning("move-target-occupied", "Unresolved resource instance address changes")
        .detail(format!(
            "{from} was to become {to}, but there is already an object at that address. The object at {from} stays where it is, and is deleted if the configuration no longer has it."
        ))
        .at_opt(span)
        .address(from.to_string())
}

fn relocate(
    state: &mut State,
    moved: &mut Moved,
    from: &AbsResourceInstance,
    to: &AbsResourceInstance,
) {
    if let Some(entry) = state.instances.remove(from) {
        state.instances.insert(to.clone(), entry);
        let first = moved.previous.remove(from).unwrap_or_else(|| from.clone());
        moved.previous.insert(to.clone(), first);
    }
}

/// `a.b` becomes `a.b[0]` where `count` came, and back where it went. Not so for module calls: as in Terraform, their objects stay
/// only where a `moved` block says so.
fn implied(tree: &ModuleTree, state: &mut State, moved: &mut Moved) {
    let swap = |key: &InstanceKey, repetition: &Repetition| match (key, repetition) {
        (InstanceKey::None, Repetition::Count(_)) => Some(InstanceKey::Index(0)),
        (InstanceKey::Index(0), r) if r.is_single() => Some(InstanceKey::None),
        _ => None,
    };
    let mut moves = Vec::new();
    let mut last: Option<(AbsResource, Option<Repetition>)> = None;
    for addr in state.instances.keys() {
        if addr.resource.resource.mode != ResourceMode::Managed {
            continue;
        }
        if last.as_ref().is_none_or(|(r, _)| *r != addr.resource) {
            let repetition = tree
                .get(&addr.resource.module.module())
                .and_then(|n| n.config.resources.get(&addr.resource.resource))
                .map(|c| c.repetition.clone());
            last = Some((addr.resource.clone(), repetition));
        }
        if let Some((_, Some(repetition))) = &last
            && let Some(key) = swap(&addr.key, repetition)
        {
            moves.push((addr.clone(), addr.resource.instance(key)));
        }
    }
    for (from, to) in moves {
        if !state.instances.contains_key(&to) {
            relocate(state, moved, &from, &to);
        }
    }
}

/// Records the moves in an order in which each new address is free, and lets dependencies follow.
fn finish(state: &mut State, moved: &mut Moved) {
    moved.previous.retain(|to, from| to != from);
    if moved.previous.is_empty() {
        return;
    }
    let mut left: BTreeMap<AbsResourceInstance, AbsResourceInstance> = moved
        .previous
        .iter()
        .map(|(to, from)| (from.clone(), to.clone()))
        .collect();
    let new_of: HashMap<AbsResourceInstance, AbsResourceInstance> =
        left.iter().map(|(a, b)| (a.clone(), b.clone())).collect();
    while !left.is_empty() {
        let free: Vec<_> = left
            .iter()
            .filter(|(_, to)| !left.contains_key(*to))
            .map(|(from, to)| (from.clone(), to.clone()))
            .collect();
        if free.is_empty() {
            // A ring of exchanges: no order makes every address free in turn, so these stay as they were.
            for (from, to) in &left {
                moved.diagnostics.push(occupied(from, to, None));
            }
            break;
        }
        for (from, to) in free {
            left.remove(&from);
            moved.mutations.push(Mutation::Move { from, to });
        }
    }
    let new_resource: HashMap<&AbsResource, &AbsResource> = new_of
        .iter()
        .filter(|(a, b)| a.resource != b.resource)
        .map(|(a, b)| (&a.resource, &b.resource))
        .collect();
    for (addr, entry) in &mut state.instances {
        let current = entry.current.iter_mut().map(|o| (None, o));
        let deposed = entry.deposed.iter_mut().map(|(k, o)| (Some(k.clone()), o));
        for (key, object) in current.chain(deposed) {
            let renamed = |d: &Dependency| match d {
                Dependency::Instance(i) => new_of.get(i).map(|n| Dependency::Instance(n.clone())),
                Dependency::Resource(r) => new_resource
                    .get(r)
                    .map(|n| Dependency::Resource((*n).clone())),
            };
            if object.dependencies.iter().any(|d| renamed(d).is_some()) {
                let dependencies = object
                    .dependencies
                    .iter()
                    .map(|d| renamed(d).unwrap_or_else(|| d.clone()))
                    .collect();
                *object = Arc::new(StateObject {
                    dependencies,
                    ..(**object).clone()
                });
                moved.mutations.push(Mutation::Put {
                    addr: addr.clone(),
                    deposed: key,
                    provider: entry.provider.clone(),
                    object: object.clone(),
                });
            }
        }
    }
}
