//! Decides what named values (locals, variables of modules, outputs of modules, keys of module calls) come to, each once
//! per module instance, and in which order: what a value names is evaluated before it, so that a long chain needs no deep
//! stack and a cycle is found and named.

use std::sync::Arc;

use cairn_diag::{Diagnostic, Span, nearest};
use cairn_model::{InstanceKey, ModuleInstance, Resource};
use cairn_value::{Marks, Name, Str, Type, Value};

use super::hash::QuickMap;
use super::run::{DEPTH_LIMIT, Memo, Run};
use super::scope::{Repeat, Scope};
use super::{Evaluator, InstanceKeys};
use crate::config::{ModuleCall, Repetition};
use crate::refs::{RefTarget, references};
use crate::syntax::Expr;
use crate::tree::ModuleNode;

/// A module instance and what has been found out in it.
pub(crate) struct Frame<'a> {
    pub(crate) instance: ModuleInstance,
    pub(crate) node: &'a ModuleNode,
    pub(crate) parent: Option<Parent<'a>>,
    pub(crate) folder: Str,
    locals: QuickMap<Name, Memo<Value>>,
    variables: QuickMap<Name, Memo<Value>>,
    outputs: QuickMap<Name, Memo<Value>>,
    call_keys: QuickMap<Name, Memo<InstanceKeys>>,
    resource_keys: QuickMap<Resource, Memo<InstanceKeys>>,
    children: QuickMap<(Name, InstanceKey), usize>,
}

/// Who calls a module.
pub(crate) struct Parent<'a> {
    pub(crate) frame: usize,
    pub(crate) call: &'a ModuleCall,
    pub(crate) repeat: Repeat,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(
        instance: ModuleInstance,
        node: &'a ModuleNode,
        parent: Option<Parent<'a>>,
    ) -> Self {
        Self {
            instance,
            node,
            parent,
            folder: Arc::from(node.folder.as_str()),
            locals: QuickMap::default(),
            variables: QuickMap::default(),
            outputs: QuickMap::default(),
            call_keys: QuickMap::default(),
            resource_keys: QuickMap::default(),
            children: QuickMap::default(),
        }
    }
}

/// A named value, in a module instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    Local(usize, Name),
    Variable(usize, Name),
    Output(usize, Name),
    CallKeys(usize, Name),
    /// One or all outputs of all instances of a call; has no value of its own.
    Outputs(usize, Name, Option<Name>),
}

/// A node on the way, and what it still waits for.
struct Visit {
    node: Node,
    phase: u8,
    waiting: Vec<Node>,
}

impl<'a> Run<'_, 'a> {
    /// The value of a local.
    pub(crate) fn local(&mut self, frame: usize, name: &Name) -> Option<Value> {
        if let Some(value) = self.pull_local(frame, name) {
            return Some(value);
        }
        self.ev.frames[frame].node.config.locals.get(name)?;
        self.ensure(Node::Local(frame, name.clone()));
        self.pull_local(frame, name)
    }

    fn pull_local(&mut self, frame: usize, name: &Name) -> Option<Value> {
        let memo = self.ev.frames[frame].locals.get(name)?;
        fresh(memo, self.ev.generation).then(|| {
            self.reads.include(&memo.reads);
            self.diags.extend(memo.diags.iter().cloned());
            self.undecided |= memo.only_in.is_some();
            memo.value.clone()
        })
    }

    /// The value of a declared variable.
    pub(crate) fn variable(&mut self, frame: usize, name: &Name) -> Option<Value> {
        if self.ev.frames[frame].parent.is_none() {
            if let Some(value) = self.ev.inputs.variables.get(name) {
                return Some(value.clone());
            }
            let declared = self.ev.frames[frame].node.config.variables.get(name)?;
            return Some(Value::unknown(declared.constraint.ty.without_optional()));
        }
        if let Some(value) = self.pull_variable(frame, name) {
            return Some(value);
        }
        self.ev.frames[frame].node.config.variables.get(name)?;
        self.ensure(Node::Variable(frame, name.clone()));
        self.pull_variable(frame, name)
    }

    fn pull_variable(&mut self, frame: usize, name: &Name) -> Option<Value> {
        let memo = self.ev.frames[frame].variables.get(name)?;
        fresh(memo, self.ev.generation).then(|| {
            self.reads.include(&memo.reads);
            self.diags.extend(memo.diags.iter().cloned());
            self.undecided |= memo.only_in.is_some();
            memo.value.clone()
        })
    }

    /// The value of a declared output.
    pub(crate) fn output(&mut self, frame: usize, name: &Name) -> Option<Value> {
        if let Some(value) = self.pull_output(frame, name) {
            return Some(value);
        }
        self.ev.frames[frame].node.config.outputs.get(name)?;
        self.ensure(Node::Output(frame, name.clone()));
        self.pull_output(frame, name)
    }

    fn pull_output(&mut self, frame: usize, name: &Name) -> Option<Value> {
        let memo = self.ev.frames[frame].outputs.get(name)?;
        fresh(memo, self.ev.generation).then(|| {
            self.reads.include(&memo.reads);
            self.diags.extend(memo.diags.iter().cloned());
            self.undecided |= memo.only_in.is_some();
            memo.value.clone()
        })
    }

    /// The keys of a declared module call.
    pub(crate) fn call_keys(&mut self, frame: usize, call: &Name) -> Option<InstanceKeys> {
        let known = self.ev.frames[frame].call_keys.get(call);
        if !known.is_some_and(|m| fresh(m, self.ev.generation)) {
            self.ev.frames[frame].node.config.calls.get(call)?;
            self.ensure(Node::CallKeys(frame, call.clone()));
        }
        let memo = self.ev.frames[frame].call_keys.get(call)?.clone();
        self.absorb(&memo);
        Some(memo.value)
    }

    /// The keys of a declared resource.
    pub(crate) fn resource_keys(
        &mut self,
        frame: usize,
        resource: &Resource,
    ) -> Option<InstanceKeys> {
        if let Some(keys) = self.pull_resource_keys(frame, resource) {
            return Some(keys);
        }
        {
            let config = self.ev.frames[frame].node.config.as_ref();
            let declared = config.resources.get(resource)?;
            if self.depth > DEPTH_LIMIT {
                let span = declared.header;
                self.too_deep(span);
                return Some(InstanceKeys::Unknown);
            }
            let node: &'a ModuleNode = self.ev.frames[frame].node;
            let declared = &node.config.resources[resource];
            let memo = self.apart(|run| {
                let keys = run.repetition(frame, &declared.repetition, "resource");
                run.within(0, || block_name(resource));
                keys
            });
            self.ev.frames[frame]
                .resource_keys
                .insert(resource.clone(), memo);
        }
        self.pull_resource_keys(frame, resource)
    }

    fn pull_resource_keys(&mut self, frame: usize, resource: &Resource) -> Option<InstanceKeys> {
        let memo = self.ev.frames[frame].resource_keys.get(resource)?;
        fresh(memo, self.ev.generation).then(|| {
            self.reads.include(&memo.reads);
            self.diags.extend(memo.diags.iter().cloned());
            self.undecided |= memo.only_in.is_some();
            memo.value.clone()
        })
    }

    /// The instance of a call with one of its keys, as the evaluator counts them.
    pub(crate) fn child_frame(
        &mut self,
        frame: usize,
        call: &Name,
        key: &InstanceKey,
        keys: &InstanceKeys,
    ) -> Option<usize> {
        let id = (call.clone(), key.clone());
        if let Some(&child) = self.ev.frames[frame].children.get(&id) {
            return Some(child);
        }
        let repeat = repeat(key, keys)?;
        let node = self.ev.frames[frame].node;
        let child = self.ev.add_frame(Frame::new(
            self.ev.frames[frame]
                .instance
                .child(call.clone(), key.clone()),
            node.children.get(call)?,
            Some(Parent {
                frame,
                call: node.config.calls.get(call)?,
                repeat,
            }),
        ));
        self.ev.frames[frame].children.insert(id, child);
        Some(child)
    }

    /// An instance that stands for all instances of a call, whatever there are.
    pub(crate) fn sample_frame(&mut self, frame: usize, call: &Name) -> Option<usize> {
        let id = (call.clone(), InstanceKey::None);
        if let Some(&child) = self.ev.frames[frame].children.get(&id) {
            return Some(child);
        }
        let node = self.ev.frames[frame].node;
        let declared = node.config.calls.get(call)?;
        let repeat = match &declared.repetition {
            Repetition::Once | Repetition::Enabled(_) => Repeat::Once,
            Repetition::Count(_) => Repeat::SomeCount,
            Repetition::ForEach(_) => Repeat::SomeEach,
        };
        let child = self.ev.add_frame(Frame::new(
            self.ev.frames[frame]
                .instance
                .child(call.clone(), InstanceKey::None),
            node.children.get(call)?,
            Some(Parent {
                frame,
                call: declared,
                repeat,
            }),
        ));
        self.ev.frames[frame].children.insert(id, child);
        Some(child)
    }

    /// The evaluator's count of a module instance; nothing where the configuration has none of that address.
    pub(crate) fn frame(&mut self, instance: &ModuleInstance) -> Option<usize> {
        if instance.is_root() {
            return Some(0);
        }
        if let Some(&id) = self.ev.frame_ids.get(instance) {
            return Some(id);
        }
        let mut frame = 0;
        for step in instance.steps() {
            let keys = self.call_keys(frame, &step.name)?;
            frame = self.child_frame(frame, &step.name, &step.key, &keys)?;
        }
        Some(frame)
    }

    fn done(&self, node: &Node) -> bool {
        let now = self.ev.generation;
        let frame = |f: &usize| &self.ev.frames[*f];
        match node {
            Node::Local(f, n) => frame(f).locals.get(n).is_some_and(|m| fresh(m, now)),
            Node::Variable(f, n) => frame(f).variables.get(n).is_some_and(|m| fresh(m, now)),
            Node::Output(f, n) => frame(f).outputs.get(n).is_some_and(|m| fresh(m, now)),
            Node::CallKeys(f, n) => frame(f).call_keys.get(n).is_some_and(|m| fresh(m, now)),
            Node::Outputs(..) => false,
        }
    }

    /// Evaluates a named value and all that it names before it.
    fn ensure(&mut self, goal: Node) {
        if self.depth > DEPTH_LIMIT {
            let span = self.place(&goal);
            self.too_deep(span);
            self.store_failed(&goal, &[]);
            return;
        }
        let mut on_path: QuickMap<Node, usize> = QuickMap::default();
        let mut path: Vec<Visit> = Vec::new();
        let mut next = Some(goal);
        loop {
            if let Some(node) = next.take() {
                let waiting = self.needs(&node, 0).unwrap_or_default();
                on_path.insert(node.clone(), path.len());
                path.push(Visit {
                    node,
                    phase: 0,
                    waiting,
                });
            }
            let Some(visit) = path.last_mut() else {
                return;
            };
            if let Some(wanted) = visit.waiting.pop() {
                if let Some(&start) = on_path.get(&wanted) {
                    let cycle: Vec<Node> = path[start..].iter().map(|v| v.node.clone()).collect();
                    self.report_cycle(&cycle);
                } else if !self.done(&wanted) {
                    next = Some(wanted);
                }
                continue;
            }
            visit.phase += 1;
            let (node, phase) = (visit.node.clone(), visit.phase);
            if let Some(more) = self.needs(&node, phase) {
                path.last_mut().expect("it is still there").waiting = more;
                continue;
            }
            on_path.remove(&node);
            path.pop();
            if !self.done(&node) {
                self.evaluate(&node);
            }
        }
    }

    /// What must be there before a node can be evaluated, step by step; nothing after the last step.
    fn needs(&mut self, node: &Node, phase: u8) -> Option<Vec<Node>> {
        match (node, phase) {
            (Node::Local(f, n), 0) => {
                let node = self.ev.frames[*f].node;
                Some(self.named_in(*f, &node.config.locals.get(n)?.expr))
            }
            (Node::Variable(f, n), 0) => {
                let parent = self.ev.frames[*f].parent.as_ref()?;
                let (above, call) = (parent.frame, parent.call);
                Some(self.named_in(above, &call.body.attribute(n)?.expr))
            }
            (Node::Output(f, n), 0) => {
                if self.stand_in(*f).is_some() {
                    return None;
                }
                let node = self.ev.frames[*f].node;
                Some(self.named_in(*f, &node.config.outputs.get(n)?.value))
            }
            (Node::CallKeys(f, n), 0) => {
                let node = self.ev.frames[*f].node;
                match &node.config.calls.get(n)?.repetition {
                    Repetition::Once => None,
                    Repetition::Count(e) | Repetition::ForEach(e) | Repetition::Enabled(e) => {
                        Some(self.named_in(*f, e))
                    }
                }
            }
            (Node::Outputs(f, call, _), 0) => Some(vec![Node::CallKeys(*f, call.clone())]),
            (Node::Outputs(f, call, output), 1) => {
                let keys = self.ev.frames[*f].call_keys.get(call)?.value.clone();
                let mut nodes = Vec::new();
                for key in &keys {
                    let Some(child) = self.child_frame(*f, call, &key, &keys) else {
                        continue;
                    };
                    let outputs = &self.ev.frames[child].node.config.outputs;
                    match output {
                        Some(o) if outputs.contains_key(o) => {
                            nodes.push(Node::Output(child, o.clone()));
                        }
                        Some(_) => {}
                        None => {
                            nodes.extend(outputs.keys().map(|o| Node::Output(child, o.clone())));
                        }
                    }
                }
                Some(nodes)
            }
            _ => None,
        }
    }

    /// The outputs that stand for a module instance in a test.
    pub(crate) fn stand_in(&self, frame: usize) -> Option<&'a Value> {
        let tree = self.ev.tree;
        tree.stand_ins.outputs(&self.ev.frames[frame].instance)
    }

    /// The declared named values that an expression names.
    fn named_in(&self, frame: usize, expr: &Expr) -> Vec<Node> {
        let f = &self.ev.frames[frame];
        let config = &f.node.config;
        references(expr)
            .into_iter()
            .rev()
            .filter_map(|r| match r.target {
                RefTarget::Local(n) if config.locals.contains_key(&n) => {
                    Some(Node::Local(frame, n))
                }
                RefTarget::Variable(n)
                    if f.parent.is_some() && config.variables.contains_key(&n) =>
                {
                    Some(Node::Variable(frame, n))
                }
                RefTarget::Module(n, o) if config.calls.contains_key(&n) => {
                    Some(Node::Outputs(frame, n, o))
                }
                _ => None,
            })
            .collect()
    }

    fn evaluate(&mut self, node: &Node) {
        match node {
            Node::Local(f, name) => {
                let module = self.ev.frames[*f].node;
                let Some(local) = module.config.locals.get(name) else {
                    return;
                };
                let memo = self.apart(|run| {
                    let scope = Scope::of(*f, &Repeat::Once);
                    let value = run.checked(&local.expr, &scope);
                    run.within(0, || "locals".to_owned());
                    value
                });
                self.ev.frames[*f].locals.insert(name.clone(), memo);
            }
            Node::Variable(f, name) => {
                let memo = self.apart(|run| run.module_variable(*f, name));
                self.ev.frames[*f].variables.insert(name.clone(), memo);
            }
            Node::Output(f, name) => {
                let module = self.ev.frames[*f].node;
                let Some(output) = module.config.outputs.get(name) else {
                    return;
                };
                let stand_in = self.stand_in(*f);
                let memo = self.apart(|run| {
                    let scope = Scope::of(*f, &Repeat::Once);
                    let value = match stand_in {
                        Some(outputs) => outputs.get_attr(name).cloned().unwrap_or_else(Value::null),
                        None => run.checked(&output.value, &scope),
                    };
                    if !output.ephemeral && value.marks_deep().is_ephemeral() {
                        run.error(
                            Diagnostic::error(
                                "output-of-ephemeral-value",
                                "Ephemeral value not allowed",
                            )
                            .detail("The value is ephemeral or was made from one that is, but the output does not say so. Write ephemeral = true into the block of a module's output; outputs of the root module are stored, which ephemeral values never are.")
                            .at(output.value.span),
                        );
                    }
                    run.within(0, || format!("output {name:?}"));
                    let mut marks = Marks::NONE;
                    if output.sensitive {
                        marks = marks.union(Marks::SENSITIVE);
                    }
                    if output.ephemeral {
                        marks = marks.union(Marks::EPHEMERAL);
                    }
                    value.mark(marks)
                });
                self.ev.frames[*f].outputs.insert(name.clone(), memo);
            }
            Node::CallKeys(f, name) => {
                let module = self.ev.frames[*f].node;
                let Some(call) = module.config.calls.get(name) else {
                    return;
                };
                let memo = self.apart(|run| {
                    let keys = run.repetition(*f, &call.repetition, "module");
                    run.within(0, || format!("module {name:?}"));
                    keys
                });
                self.ev.frames[*f].call_keys.insert(name.clone(), memo);
            }
            Node::Outputs(..) => {}
        }
    }

    /// A variable of a called module: the argument, or the default, as one of the declared type.
    fn module_variable(&mut self, frame: usize, name: &Name) -> Value {
        let module = self.ev.frames[frame].node;
        let parent = self.ev.frames[frame]
            .parent
            .as_ref()
            .expect("a called module has a caller");
        let (above, call, repeat) = (parent.frame, parent.call, parent.repeat.clone());
        let Some(variable) = module.config.variables.get(name) else {
            return Value::unknown(Type::Dynamic);
        };
        let mut marks = Marks::NONE;
        if variable.sensitive {
            marks = marks.union(Marks::SENSITIVE);
        }
        if variable.ephemeral {
            marks = marks.union(Marks::EPHEMERAL);
        }
        let within = || format!("module {:?}", &*call.name.value);
        let unknown = || Value::unknown(variable.constraint.ty.without_optional());
        let argument = call.body.attribute(name);
        let given = argument.map(|a| {
            let value = self.checked(&a.expr, &Scope::of(above, &repeat));
            (value, a.expr.span)
        });
        if let Some((value, span)) = &given
            && !variable.ephemeral
            && value.marks_deep().is_ephemeral()
        {
            self.error(
                Diagnostic::error("ephemeral-argument", "Ephemeral value not allowed")
                    .detail(format!(
                        "The value is ephemeral or was made from one that is, but the variable {name:?} of the module does not accept such values. Write ephemeral = true into its block."
                    ))
                    .at(*span),
            );
            self.within(0, within);
            return unknown().mark(marks);
        }
        let (value, span) = match given {
            Some((value, span)) if !value.is_null() || variable.nullable => (value, Some(span)),
            other => match (&variable.default, other) {
                (Some(default), _) => (default.value.clone(), Some(default.span)),
                (None, Some((_, span))) => {
                    self.error(
                        Diagnostic::error("null-argument", "Required variable not set")
                            .detail(format!(
                                "The variable {name:?} of the module accepts no null value (nullable = false) and has no default. Give it a value."
                            ))
                            .at(span),
                    );
                    self.within(0, within);
                    return unknown().mark(marks);
                }
                (None, None) => {
                    self.error(
                        Diagnostic::error("missing-argument", "Missing required argument")
                            .detail(format!(
                                "The module needs the argument {name:?}, but no definition was found. Add it to the block."
                            ))
                            .at(call.header),
                    );
                    self.within(0, within);
                    return unknown().mark(marks);
                }
            },
        };
        let converted = match variable.constraint.apply(&value) {
            Ok(value) => value,
            Err(error) => {
                let diagnostic = Diagnostic::error(
                    "invalid-variable-value",
                    "Invalid value for input variable",
                )
                .detail(format!(
                    "The given value is not suitable for the module's variable {name:?}, which is declared as {}: {error}.",
                    variable.constraint.ty
                ))
                .at_opt(span);
                match argument {
                    Some(a) => self.fail(diagnostic, &a.expr, &Scope::of(above, &repeat)),
                    None => self.error(diagnostic),
                }
                unknown()
            }
        };
        self.within(0, within);
        converted.mark(marks)
    }

    fn place(&self, node: &Node) -> Option<Span> {
        let config = |f: &usize| &self.ev.frames[*f].node.config;
        match node {
            Node::Local(f, n) => config(f).locals.get(n).map(|l| l.name.span),
            Node::Variable(f, n) => {
                let argument = self.ev.frames[*f].parent.as_ref()?.call.body.attribute(n);
                argument.map(|a| a.name_span)
            }
            Node::Output(f, n) => config(f).outputs.get(n).map(|o| o.name.span),
            Node::CallKeys(f, n) | Node::Outputs(f, n, _) => {
                config(f).calls.get(n).map(|c| c.name.span)
            }
        }
    }

    fn describe(&self, node: &Node) -> String {
        let within = |f: &usize| {
            let instance = &self.ev.frames[*f].instance;
            if instance.is_root() {
                String::new()
            } else {
                format!("{instance}.")
            }
        };
        match node {
            Node::Local(f, n) => format!("{}local.{n}", within(f)),
            Node::Variable(f, n) => format!("{}var.{n}", within(f)),
            Node::Output(f, n) => format!("{}output.{n}", within(f)),
            Node::CallKeys(f, n) | Node::Outputs(f, n, _) => format!("{}module.{n}", within(f)),
        }
    }

    fn report_cycle(&mut self, cycle: &[Node]) {
        // Nodes without a value of their own say nothing to the user.
        let members: Vec<&Node> = cycle
            .iter()
            .filter(|n| !matches!(n, Node::Outputs(..)))
            .collect();
        let names: Vec<String> = members.iter().map(|n| self.describe(n)).collect();
        let detail = match names.as_slice() {
            [] => return,
            [one] => {
                format!("{one} refers to itself, so it can have no value. Remove the reference.")
            }
            [first, rest @ ..] => format!(
                "{first} refers to {}, which refers to {first} again, so none of them can have a value. Remove one of these references.",
                rest.join(", which refers to ")
            ),
        };
        let diagnostic = Diagnostic::error("reference-cycle", "Cycle of references")
            .detail(detail)
            .at_opt(members.first().and_then(|n| self.place(n)));
        for node in members {
            self.store_failed(node, std::slice::from_ref(&diagnostic));
        }
    }

    /// Notes an unknown value for a node that cannot be evaluated.
    fn store_failed(&mut self, node: &Node, diags: &[Diagnostic]) {
        let memo = Memo {
            value: Value::unknown(Type::Dynamic),
            reads: Arc::default(),
            diags: diags.into(),
            only_in: None,
        };
        match node {
            Node::Local(f, n) => {
                self.ev.frames[*f].locals.insert(n.clone(), memo);
            }
            Node::Variable(f, n) => {
                self.ev.frames[*f].variables.insert(n.clone(), memo);
            }
            Node::Output(f, n) => {
                self.ev.frames[*f].outputs.insert(n.clone(), memo);
            }
            Node::CallKeys(f, n) => {
                self.ev.frames[*f].call_keys.insert(
                    n.clone(),
                    Memo {
                        value: InstanceKeys::Unknown,
                        reads: memo.reads,
                        diags: memo.diags,
                        only_in: None,
                    },
                );
            }
            Node::Outputs(..) => {}
        }
    }

    fn too_deep(&mut self, span: impl Into<Option<Span>>) {
        self.error(
            Diagnostic::error("references-too-deep", "References nested too deeply")
                .detail(
                    "The value depends on others over too many levels of resources' counts. Break the chain with a variable or a constant.",
                )
                .at_opt(span.into()),
        );
    }
}

impl<'a> Evaluator<'a> {
    pub(crate) fn add_frame(&mut self, frame: Frame<'a>) -> usize {
        let id = self.frames.len();
        self.frame_ids.insert(frame.instance.clone(), id);
        self.frames.push(frame);
        id
    }
}

/// Whether a memo counts in this call.
pub(crate) fn fresh<T>(memo: &Memo<T>, generation: u64) -> bool {
    memo.only_in.is_none_or(|only| only == generation)
}

/// What `count` and `each` are for an instance; nothing where the key is none of the block's.
pub(crate) fn repeat(key: &InstanceKey, keys: &InstanceKeys) -> Option<Repeat> {
    match (key, keys) {
        (InstanceKey::None, InstanceKeys::Once) => Some(Repeat::Once),
        (InstanceKey::Index(i), InstanceKeys::Count(n)) if i < n => Some(Repeat::Count(*i)),
        (InstanceKey::Key(k), InstanceKeys::ForEach(all)) => {
            let at = all.binary_search_by(|(have, _)| have.cmp(k)).ok()?;
            Some(Repeat::Each(k.clone(), all[at].1.clone()))
        }
        _ => None,
    }
}

/// How the block that declares a resource is called: `resource "a" "b"`.
pub(crate) fn block_name(resource: &Resource) -> String {
    let keyword = match resource.mode {
        cairn_model::ResourceMode::Managed => "resource",
        cairn_model::ResourceMode::Data => "data",
        cairn_model::ResourceMode::Ephemeral => "ephemeral",
    };
    format!("{keyword} {:?} {:?}", &*resource.ty, &*resource.name)
}

/// A sentence that suggests a name near to a wrong one, with a blank in front; empty where none is near.
pub(crate) fn suggestion<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    nearest(wrong, known).map_or_else(String::new, |n| format!(" Did you mean {n:?}?"))
}
