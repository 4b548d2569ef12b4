//! Decides what a reference stands for, and whether what it names has been declared.

use cairn_diag::{Diagnostic, Span, nearest};
use cairn_model::{
    AbsResource, AbsResourceInstance, Dependency, InstanceKey, Resource, ResourceMode,
};
use cairn_value::{Marks, Name, Number, Type, Value, name};

use super::InstanceKeys;
use super::named::suggestion;
use super::run::Run;
use super::scope::{Repeat, Scope};
use crate::config::Repetition;
use crate::refs::{self, RefTarget};
use crate::syntax::{Access, Expr, ExprKind, Step};

fn unknown() -> Value {
    Value::unknown(Type::Dynamic)
}

impl Run<'_, '_> {
    /// Evaluates an expression after a look at what it names: an undeclared name is an error even where its value would
    /// not be needed.
    pub(crate) fn checked(&mut self, expr: &Expr, scope: &Scope<'_>) -> Value {
        self.check(expr, scope);
        self.eval(expr, scope)
    }

    /// Says which references in an expression name nothing.
    pub(crate) fn check(&mut self, expr: &Expr, scope: &Scope<'_>) {
        match &expr.kind {
            ExprKind::Literal(_) => return,
            // The commonest reference is looked at without collecting anything.
            ExprKind::Ref(access) => {
                let bound = scope.bound(&access.source).is_some();
                if !bound {
                    self.check_access(access, &[], scope);
                }
                if access.steps.iter().all(|s| matches!(s, Step::Attr(..))) {
                    return;
                }
                for step in &access.steps {
                    if let Step::Index(key, _) = step {
                        self.check(key, scope);
                    }
                }
                return;
            }
            _ => {}
        }
        let mut collected: Vec<(Access<Name>, Vec<Step>)> = Vec::new();
        refs::accesses(expr, &mut |access, each| {
            if scope.bound(&access.source).is_none() {
                collected.push((access.clone(), each.to_vec()));
            }
        });
        for (access, each) in &collected {
            self.check_access(access, each, scope);
        }
    }

    /// Says whether one reference names nothing.
    pub(crate) fn check_access(&mut self, access: &Access<Name>, each: &[Step], scope: &Scope<'_>) {
        if scope.template.is_some() {
            return;
        }
        let span = refs::access_span(access);
        let node = self.ev.frames[scope.frame].node;
        let config = &node.config;
        let place = if node.path.is_root() {
            "the root module".to_owned()
        } else {
            format!("{}", node.path)
        };
        let invalid = |detail: &str| {
            Diagnostic::error("invalid-reference", "Invalid reference")
                .detail(detail.to_owned())
                .at(span)
        };
        let target = if each.is_empty() {
            refs::reference(access).target
        } else {
            refs::reference(&Access {
                steps: access.steps.iter().chain(each).cloned().collect(),
                ..access.clone()
            })
            .target
        };
        match target {
            RefTarget::Variable(n) if !config.variables.contains_key(&n) => {
                let near = suggestion(&n, config.variables.keys().map(|k| &**k));
                let way_out = if near.is_empty() {
                    format!(" It can be declared with a block: variable {:?} {{}}.", &*n)
                } else {
                    near
                };
                self.error(
                    Diagnostic::error(
                        "undeclared-variable",
                        "Reference to undeclared input variable",
                    )
                    .detail(format!(
                        "An input variable named {:?} has not been declared in {place}.{way_out}",
                        &*n
                    ))
                    .at(span),
                );
            }
            RefTarget::Local(n) if !config.locals.contains_key(&n) => {
                let near = suggestion(&n, config.locals.keys().map(|k| &**k));
                self.error(
                    Diagnostic::error("undeclared-local", "Reference to undeclared local value")
                        .detail(format!(
                            "A local value named {:?} has not been declared in {place}.{near}",
                            &*n
                        ))
                        .at(span),
                );
            }
            RefTarget::Module(n, output) => match config.calls.get(&n) {
                None => {
                    let near = suggestion(&n, config.calls.keys().map(|k| &**k));
                    self.error(
                        Diagnostic::error("undeclared-module", "Reference to undeclared module")
                            .detail(format!(
                                "No module call named {:?} is declared in {place}.{near}",
                                &*n
                            ))
                            .at(span),
                    );
                }
                Some(call) => {
                    let indexed = matches!(access.steps.get(1), Some(Step::Index(..)));
                    let repeated = !call.repetition.is_single();
                    if indexed && !repeated {
                        self.error(invalid(&format!(
                            "module.{n} has neither \"count\" nor \"for_each\", so there is one instance of it and references to it take no index. Remove the index."
                        )));
                        return;
                    }
                    if repeated
                        && each.is_empty()
                        && matches!(access.steps.get(1), Some(Step::Attr(..)))
                    {
                        self.error(invalid(&missing_key(&format!("module.{n}"), &call.repetition)));
                        return;
                    }
                    if let Some(o) = output
                        && let Some(child) = node.children.get(&n)
                        && !child.config.outputs.contains_key(&o)
                    {
                        let near = suggestion(&o, child.config.outputs.keys().map(|k| &**k));
                        self.error(
                            Diagnostic::error("undeclared-output", "Unsupported attribute")
                                .detail(format!(
                                    "The module {:?} has no output named {:?}.{near}",
                                    &*n, &*o
                                ))
                                .at(span),
                        );
                    }
                }
            },
            RefTarget::Resource(r) => self.check_resource(access, &r, each, scope, span, &place),
            RefTarget::Each => match scope.repeat {
                Repeat::Each(..) | Repeat::SomeEach => match access.steps.first() {
                    Some(Step::Attr(n, _)) if matches!(&**n, "key" | "value") => {}
                    _ => self.error(
                        Diagnostic::error("invalid-each", "Invalid \"each\" attribute")
                            .detail("The \"each\" object has the attributes \"key\" and \"value\" only.")
                            .at(span),
                    ),
                },
                _ => self.error(
                    Diagnostic::error(
                        "each-without-for-each",
                        "Reference to \"each\" in context without for_each",
                    )
                    .detail("The \"each\" object can be used only in \"module\", \"resource\" and \"data\" blocks, and only where the \"for_each\" argument is set.")
                    .at(span),
                ),
            },
            RefTarget::Count => match scope.repeat {
                Repeat::Count(_) | Repeat::SomeCount => match access.steps.first() {
                    Some(Step::Attr(n, _)) if &**n == "index" => {}
                    _ => self.error(
                        Diagnostic::error("invalid-count-attribute", "Invalid \"count\" attribute")
                            .detail("The \"count\" object has the attribute \"index\" only.")
                            .at(span),
                    ),
                },
                _ => self.error(
                    Diagnostic::error(
                        "count-without-count",
                        "Reference to \"count\" in non-counted context",
                    )
                    .detail("The \"count\" object can be used only in \"module\", \"resource\" and \"data\" blocks, and only where the \"count\" argument is set.")
                    .at(span),
                ),
            },
            RefTarget::Path => match access.steps.first() {
                Some(Step::Attr(n, _)) if matches!(&**n, "module" | "root" | "cwd") => {}
                step => {
                    let near = match step {
                        Some(Step::Attr(n, _)) => suggestion(n, ["module", "root", "cwd"]),
                        _ => String::new(),
                    };
                    self.error(
                        Diagnostic::error("invalid-path", "Invalid \"path\" attribute")
                            .detail(format!("The \"path\" object has the attributes \"module\", \"root\" and \"cwd\" only.{near}"))
                            .at(span),
                    );
                }
            },
            RefTarget::Terraform => match access.steps.first() {
                Some(Step::Attr(n, _)) if &**n == "workspace" => {}
                _ => self.error(
                    Diagnostic::error("invalid-terraform", "Invalid \"terraform\" attribute")
                        .detail("The \"terraform\" object has the attribute \"workspace\" only.")
                        .at(span),
                ),
            },
            RefTarget::SelfObject if scope.self_object.is_none() => self.error(
                Diagnostic::error("invalid-self", "Invalid \"self\" reference")
                    .detail("The \"self\" object can be used only in postconditions, provisioners and connections, where it is the instance they belong to.")
                    .at(span),
            ),
            RefTarget::Other(root) => {
                let detail = match &*root {
                    "var" | "local" | "module" => format!(
                        "The {root:?} object cannot be used as a whole or with an index. Name one of its members, as in {root}.name.",
                    ),
                    "data" | "ephemeral" | "resource" => format!(
                        "The {root:?} object needs two names behind it: the type and the name, as in {root}.type.name.",
                    ),
                    name if config.variables.contains_key(name) => {
                        format!("{name:?} names nothing here. Did you mean the variable var.{name}?")
                    }
                    name if config.locals.contains_key(name) => {
                        format!("{name:?} names nothing here. Did you mean the local value local.{name}?")
                    }
                    _ => {
                        let near = suggestion(
                            &root,
                            scope
                                .bound_names()
                                .chain(["var", "local", "module", "data", "each", "count", "path", "self", "terraform"]),
                        );
                        if near.is_empty() {
                            format!(
                                "{:?} names nothing here. A reference to a resource needs its type and name, as in type.name; text is written in quotes.",
                                &*root
                            )
                        } else {
                            format!("{:?} names nothing here.{near}", &*root)
                        }
                    }
                };
                self.error(invalid(&detail));
            }
            _ => {}
        }
    }

    fn check_resource(
        &mut self,
        access: &Access<Name>,
        resource: &Resource,
        each: &[Step],
        scope: &Scope<'_>,
        span: Span,
        place: &str,
    ) {
        let config = &self.ev.frames[scope.frame].node.config;
        let Some(declared) = config.resources.get(resource) else {
            // What is declared by `locals` and `variable` is referred to by shorter words.
            let short = match &*resource.ty {
                "locals" if config.locals.contains_key(&resource.name) => Some("local"),
                "variable" | "vars" | "variables"
                    if config.variables.contains_key(&resource.name) =>
                {
                    Some("var")
                }
                _ => None,
            };
            if let Some(short) = short {
                let (wrong, name) = (&*resource.ty, &*resource.name);
                self.error(
                    Diagnostic::error("invalid-reference", "Invalid reference")
                        .detail(format!(
                            "{wrong:?} names nothing here. Did you mean {short}.{name}?"
                        ))
                        .at(span),
                );
                return;
            }
            let kind = match resource.mode {
                ResourceMode::Managed => "A managed resource",
                ResourceMode::Data => "A data resource",
                ResourceMode::Ephemeral => "An ephemeral resource",
            };
            // A misspelled name of the language's own is likelier than a resource type of one word.
            let root = &*access.source;
            let own = ["var", "local", "module", "data", "each", "count", "path"];
            let near_root = if root.contains('_') {
                String::new()
            } else {
                suggestion(root, own.into_iter().chain(scope.bound_names()))
            };
            let known: Vec<String> = config
                .resources
                .keys()
                .filter(|r| r.mode == resource.mode)
                .map(ToString::to_string)
                .collect();
            let wanted = resource.to_string();
            let same_type: Vec<&str> = config
                .resources
                .keys()
                .filter(|r| r.mode == resource.mode && r.ty == resource.ty)
                .map(|r| &*r.name)
                .collect();
            let mut near = match nearest(&resource.name, same_type.iter().copied()) {
                Some(n) => {
                    let meant = Resource {
                        name: name(n),
                        ..resource.clone()
                    };
                    format!(" Did you mean {meant}?")
                }
                None => nearest(&wanted, known.iter().map(String::as_str))
                    .map_or_else(String::new, |n| format!(" Did you mean {n}?")),
            };
            if near.is_empty() && resource.mode == ResourceMode::Managed {
                let as_data = Resource {
                    mode: ResourceMode::Data,
                    ..resource.clone()
                };
                if config.resources.contains_key(&as_data) {
                    near = format!(" Did you mean {as_data}?");
                }
            }
            if near.is_empty() {
                near = near_root;
            }
            self.error(
                Diagnostic::error("undeclared-resource", "Reference to undeclared resource")
                    .detail(format!(
                        "{kind} {:?} {:?} has not been declared in {place}.{near}",
                        &*resource.ty, &*resource.name
                    ))
                    .at(span),
            );
            return;
        };
        let used = refs::resource(access).map_or(0, |(_, n)| n);
        let repeated = !declared.repetition.is_single();
        match access.steps.get(used) {
            Some(Step::Index(_, at)) if !repeated => self.error(
                Diagnostic::error("unexpected-instance-key", "Unexpected resource instance key")
                    .detail(format!(
                        "{resource} has neither \"count\" nor \"for_each\", so there is one instance of it and references to it take no index. Remove the index."
                    ))
                    .at(*at),
            ),
            Some(Step::Attr(..)) if repeated && each.is_empty() => self.error(
                Diagnostic::error("missing-instance-key", "Missing resource instance key")
                    .detail(missing_key(&resource.to_string(), &declared.repetition))
                    .at(span),
            ),
            _ => {}
        }
    }

    /// What a reference stands for, all its steps gone.
    pub(crate) fn eval_ref(
        &mut self,
        access: &Access<Name>,
        span: Span,
        scope: &Scope<'_>,
    ) -> Value {
        let root = &*access.source;
        if let Some(value) = scope.bound(root) {
            return self.rest(value.clone(), access, 0, scope);
        }
        if let Some(names) = scope.template {
            return if let Some(value) = names.get(root) {
                self.rest(value.clone(), access, 0, scope)
            } else {
                let near = suggestion(
                    root,
                    scope
                        .bound_names()
                        .chain(names.shape().names().iter().map(|n| &**n)),
                );
                self.error(
                    Diagnostic::error("unknown-template-name", "Invalid reference")
                        .detail(format!(
                            "The template refers to {root:?}, which is not among the names given to it.{near}"
                        ))
                        .at(span),
                );
                unknown()
            };
        }
        let first = match access.steps.first() {
            Some(Step::Attr(n, _)) => Some(n),
            _ => None,
        };
        match (root, first) {
            ("var", Some(n)) => match self.variable(scope.frame, n) {
                Some(value) => self.rest(value, access, 1, scope),
                None => unknown(),
            },
            ("local", Some(n)) => match self.local(scope.frame, n) {
                Some(value) => self.rest(value, access, 1, scope),
                None => unknown(),
            },
            ("count", Some(_)) => match scope.repeat {
                Repeat::Count(i) => self.rest(Value::Number(Number::from(*i)), access, 1, scope),
                _ => Value::unknown_not_null(Type::Number),
            },
            ("each", Some(n)) => match (scope.repeat, &**n) {
                (Repeat::Each(key, _), "key") => {
                    self.rest(Value::String(key.clone()), access, 1, scope)
                }
                (Repeat::Each(_, value), "value") => self.rest(value.clone(), access, 1, scope),
                (Repeat::SomeEach, "key") => Value::unknown_not_null(Type::String),
                _ => unknown(),
            },
            ("path", Some(n)) => {
                let text = match &**n {
                    "module" => self.ev.frames[scope.frame].folder.clone(),
                    "root" => self.ev.context.root.as_str().into(),
                    "cwd" => self.ev.context.cwd.as_str().into(),
                    _ => return unknown(),
                };
                self.rest(Value::String(text), access, 1, scope)
            }
            ("terraform", Some(n)) if &**n == "workspace" => {
                let value = Value::string_nfc(&self.ev.context.workspace);
                self.rest(value, access, 1, scope)
            }
            ("self", _) => match scope.self_object {
                Some(object) => self.rest(object.clone(), access, 0, scope),
                None => unknown(),
            },
            ("module", Some(call)) => self.module(call, access, scope),
            ("var" | "local" | "count" | "each" | "path" | "terraform" | "module", _) => unknown(),
            _ => match refs::resource(access) {
                Some((resource, used)) => self.resource(resource, used, access, scope),
                None => unknown(),
            },
        }
    }

    /// The remaining steps of a reference.
    fn rest(
        &mut self,
        value: Value,
        access: &Access<Name>,
        used: usize,
        scope: &Scope<'_>,
    ) -> Value {
        if access.steps.len() == used {
            return value;
        }
        let so_far = || {
            let mut text = access.source.to_string();
            refs::write_steps(&mut text, &access.steps[..used]);
            Some(text)
        };
        self.steps(value, &access.steps[used..], &so_far, scope)
    }

    fn resource(
        &mut self,
        resource: Resource,
        used: usize,
        access: &Access<Name>,
        scope: &Scope<'_>,
    ) -> Value {
        let frame = &self.ev.frames[scope.frame];
        let (node, module) = (frame.node, frame.instance.clone());
        let Some(config) = node.config.resources.get(&resource) else {
            return unknown();
        };
        // What is not known yet of an ephemeral resource is as little to be stored as what is.
        let marks = match resource.mode {
            ResourceMode::Ephemeral => Marks::EPHEMERAL,
            _ => Marks::NONE,
        };
        let open = || unknown().mark(marks);
        let whole = AbsResource { module, resource };
        let mut key_marks = Marks::NONE;
        let key = match (&config.repetition, access.steps.get(used)) {
            // Said by the check.
            (Repetition::Once | Repetition::Enabled(_), Some(Step::Index(..)))
            | (Repetition::Count(_) | Repetition::ForEach(_), Some(Step::Attr(..))) => {
                return open();
            }
            (Repetition::Once | Repetition::Enabled(_), _) => Some((InstanceKey::None, used)),
            (repetition, Some(Step::Index(key, span))) => {
                let n = self.diags.len();
                let (value, marks) = self.eval(key, scope).unmark();
                key_marks = marks;
                if self.failed_since(n) {
                    return open();
                }
                match instance_key(&value, matches!(repetition, Repetition::Count(_))) {
                    Ok(Some(key)) => Some((key, used + 1)),
                    Ok(None) => None,
                    Err(detail) => {
                        let d = Diagnostic::error("invalid-index", "Invalid index")
                            .detail(detail)
                            .at(*span);
                        self.fail(d, key, scope);
                        return open();
                    }
                }
            }
            _ => None,
        };
        let Some((key, used)) = key else {
            let value = self.values.instances(&whole);
            self.reads.add(Dependency::Resource(whole));
            return if let Some(value) = value {
                self.rest((*value).clone(), access, used, scope)
            } else {
                self.undecided = true;
                open()
            };
        };
        let addr = AbsResourceInstance {
            resource: whole,
            key,
        };
        if let Some(value) = self.values.instance(&addr) {
            self.reads.add(Dependency::Instance(addr));
            let value = self.rest(value, access, used, scope);
            return value.mark(key_marks);
        }
        // No value: either it has not been decided, or there is no such instance.
        let keys = self.resource_keys(scope.frame, &addr.resource.resource);
        match keys {
            Some(InstanceKeys::Unknown) | None => {
                self.undecided = true;
                self.reads.add(Dependency::Resource(addr.resource));
            }
            Some(InstanceKeys::Disabled) => {
                return self.rest(Value::Null(Type::Dynamic), access, used, scope);
            }
            Some(keys) if super::named::repeat(&addr.key, &keys).is_some() => {
                self.undecided = true;
                self.reads.add(Dependency::Instance(addr));
            }
            // Which instances there are can be other than it seems where values are not known.
            Some(_) if self.ev.whatever => {}
            Some(keys) => {
                let span = match access.steps.get(used - 1) {
                    Some(step) => step.span(),
                    None => access.source_span,
                };
                let detail = no_instance(&addr.resource.resource.to_string(), &addr.key, &keys);
                let mut d = Diagnostic::error("invalid-index", "Invalid index")
                    .detail(detail)
                    .at(span);
                if let Some(Step::Index(key, _)) = access.steps.get(used - 1) {
                    d = self.noted(d, key, scope);
                }
                self.error(d);
            }
        }
        open()
    }

    fn module(&mut self, call: &Name, access: &Access<Name>, scope: &Scope<'_>) -> Value {
        let node = self.ev.frames[scope.frame].node;
        let Some(declared) = node.config.calls.get(call) else {
            return unknown();
        };
        let Some(keys) = self.call_keys(scope.frame, call) else {
            return unknown();
        };
        let once = declared.repetition.is_single();
        if matches!(keys, InstanceKeys::Unknown) {
            return unknown();
        }
        if matches!(keys, InstanceKeys::Disabled) {
            return self.rest(Value::Null(Type::Dynamic), access, 1, scope);
        }
        match access.steps.get(1) {
            Some(Step::Index(..)) if once => unknown(),
            Some(Step::Attr(..)) if !once => unknown(),
            Some(Step::Index(key, span)) => {
                let n = self.diags.len();
                let (value, marks) = self.eval(key, scope).unmark();
                if self.failed_since(n) {
                    return unknown();
                }
                let counted = matches!(declared.repetition, Repetition::Count(_));
                let key_value = match instance_key(&value, counted) {
                    Ok(Some(key)) => key,
                    Ok(None) => {
                        let whole = self.module_whole(call, &keys, scope);
                        return self.rest(whole, access, 1, scope).mark(marks);
                    }
                    Err(detail) => {
                        let d = Diagnostic::error("invalid-index", "Invalid index")
                            .detail(detail)
                            .at(*span);
                        self.fail(d, key, scope);
                        return unknown();
                    }
                };
                if let Some(child) = self.child_frame(scope.frame, call, &key_value, &keys) {
                    self.module_instance(child, access, 2, scope).mark(marks)
                } else {
                    if !self.ev.whatever {
                        let d = Diagnostic::error("invalid-index", "Invalid index")
                            .detail(no_instance(&format!("module.{call}"), &key_value, &keys))
                            .at(*span);
                        self.fail(d, key, scope);
                    }
                    unknown()
                }
            }
            _ if once => match self.child_frame(scope.frame, call, &InstanceKey::None, &keys) {
                Some(child) => self.module_instance(child, access, 1, scope),
                None => unknown(),
            },
            _ => self.module_whole(call, &keys, scope),
        }
    }

    /// One instance of a module: an output and the steps behind it, or all outputs.
    fn module_instance(
        &mut self,
        child: usize,
        access: &Access<Name>,
        used: usize,
        scope: &Scope<'_>,
    ) -> Value {
        if let Some(Step::Attr(output, _)) = access.steps.get(used) {
            match self.output(child, output) {
                Some(value) => self.rest(value, access, used + 1, scope),
                None => unknown(),
            }
        } else {
            let value = self.outputs(child);
            self.rest(value, access, used, scope)
        }
    }

    /// All outputs of a module instance.
    pub(crate) fn outputs(&mut self, child: usize) -> Value {
        let node = self.ev.frames[child].node;
        let outputs: Vec<(Name, Value)> = node
            .config
            .outputs
            .keys()
            .map(|n| (n.clone(), self.output(child, n).unwrap_or_else(unknown)))
            .collect();
        Value::object(outputs)
    }

    fn module_whole(&mut self, call: &Name, keys: &InstanceKeys, scope: &Scope<'_>) -> Value {
        let mut instances: Vec<(InstanceKey, Value)> = Vec::new();
        for key in keys {
            let value = match self.child_frame(scope.frame, call, &key, keys) {
                Some(child) => self.outputs(child),
                None => unknown(),
            };
            instances.push((key, value));
        }
        match keys {
            InstanceKeys::ForEach(_) => Value::object(instances.into_iter().map(|(k, v)| {
                let key = match k {
                    InstanceKey::Key(k) => k,
                    other => name(&other.to_string()),
                };
                (key, v)
            })),
            _ => Value::tuple(instances.into_iter().map(|(_, v)| v).collect()),
        }
    }
}

/// The key of an instance that a value names; nothing where it is not known.
fn instance_key(value: &Value, counted: bool) -> Result<Option<InstanceKey>, String> {
    match (value, counted) {
        (Value::Unknown(_), _) => Ok(None),
        (Value::Null(_), _) => Err("A null value cannot be used as an indexing key.".to_owned()),
        (Value::String(s), false) => Ok(Some(InstanceKey::Key(s.clone()))),
        (Value::Number(n), true) => {
            n.to_u64()
                .map(|i| Some(InstanceKey::Index(i)))
                .ok_or_else(|| {
                    "The index of an instance must be a whole number that is not negative."
                        .to_owned()
                })
        }
        (Value::String(s), true) => s.parse().map(|i| Some(InstanceKey::Index(i))).map_err(|_| {
            "Instances made by \"count\" are indexed by numbers, not by keys.".to_owned()
        }),
        (Value::Number(n), false) => Ok(Some(InstanceKey::Key(n.to_string().into()))),
        (Value::Bool(b), false) => Ok(Some(InstanceKey::Key(b.to_string().into()))),
        (other, true) => Err(format!(
            "The index of an instance must be a number, not a {}.",
            other.ty().friendly()
        )),
        (other, false) => Err(format!(
            "The key of an instance must be a string, not a {}.",
            other.ty().friendly()
        )),
    }
}

fn no_instance(what: &str, key: &InstanceKey, keys: &InstanceKeys) -> String {
    match (keys, key) {
        (InstanceKeys::Count(0), _) => {
            format!("{what} has no instances: its \"count\" is 0.")
        }
        (InstanceKeys::Count(n), InstanceKey::Index(i)) => format!(
            "{what} has no instance with the index {i}: its \"count\" is {n}, so the indices go from 0 to {}.",
            n - 1
        ),
        (InstanceKeys::ForEach(all), InstanceKey::Key(k)) => {
            let near = suggestion(k, all.iter().map(|(k, _)| &**k));
            if near.is_empty() && all.len() <= 8 {
                let names: Vec<String> = all.iter().map(|(k, _)| format!("{:?}", &**k)).collect();
                let those = names.join(", ");
                format!(
                    "{what} has no instance with the key {:?}: its \"for_each\" has {}{those}.",
                    &**k,
                    match all.len() {
                        0 => "no keys".to_owned(),
                        1 => "one key: ".to_owned(),
                        n => format!("{n} keys: "),
                    }
                )
            } else {
                format!("{what} has no instance with the key {:?}.{near}", &**k)
            }
        }
        _ => format!("{what} has no such instance."),
    }
}

fn missing_key(what: &str, repetition: &Repetition) -> String {
    match repetition {
        Repetition::Count(_) => format!(
            "{what} has \"count\" set, so there may be several instances and a reference must say which: {what}[0] or {what}[count.index] for one, {what}[*] for all."
        ),
        _ => format!(
            "{what} has \"for_each\" set, so there may be several instances and a reference must say which: {what}[each.key] or {what}[\"key\"] for one, values({what})[*] for all."
        ),
    }
}
