//! Decides what an expression comes to that loading itself must know: the source and version of a module call, the arguments
//! of a backend. Variables, locals, functions and paths are known by then; what is made or read is not, and is refused.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, Span};
use cairn_model::{AbsResource, AbsResourceInstance, Module};
use cairn_value::{Name, Type, Value, convert};

use super::loader::Link;
use super::{ModuleNode, ModuleTree};
use crate::config::{ModuleConfig, text};
use crate::eval::{EvalContext, Evaluator, FileReader, InstanceValues};
use crate::inputs::{Inputs, RawInput};
use crate::refs::{RefTarget, Reference, references};
use crate::syntax::{Expr, ExprKind};

/// Evaluates while the tree is still being made.
pub(super) struct Early<'r> {
    given: &'r BTreeMap<Name, RawInput>,
    context: EvalContext<'r>,
    /// The root variables, once anything asks for them.
    inputs: Option<Inputs>,
}

/// Nothing stands for resources yet.
struct NoValues;

impl InstanceValues for NoValues {
    fn instance(&self, _: &AbsResourceInstance) -> Option<Value> {
        None
    }

    fn instances(&self, _: &AbsResource) -> Option<Arc<Value>> {
        None
    }
}

/// No file can be read.
struct NoFiles;

impl FileReader for NoFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        Err(format!(
            "{path} cannot be read while the configuration is loaded."
        ))
    }

    fn exists(&self, _: &str) -> bool {
        false
    }

    fn walk(&self, folder: &str) -> Result<Vec<String>, String> {
        Err(format!(
            "{folder} cannot be read while the configuration is loaded."
        ))
    }
}

impl<'r> Early<'r> {
    pub(super) fn new(
        given: &'r BTreeMap<Name, RawInput>,
        context: Option<EvalContext<'r>>,
    ) -> Self {
        let context = context.unwrap_or_else(|| EvalContext {
            workspace: "default".to_owned(),
            cwd: ".".to_owned(),
            root: ".".to_owned(),
            timestamp: String::new(),
            files: &NoFiles,
            home: None,
        });
        Self {
            given,
            context,
            inputs: None,
        }
    }

    /// Whether values of root variables were asked for.
    pub(super) fn used(&self) -> bool {
        self.inputs.is_some()
    }

    /// A text in the last module of the way.
    pub(super) fn text(
        &mut self,
        expr: &Expr,
        what: &str,
        way: &[Link],
        sources: &mut SourceMap,
    ) -> Result<String, Diagnostics> {
        if let ExprKind::Literal(Value::String(text)) = &expr.kind {
            return Ok(text.to_string());
        }
        let value = if stands_alone(expr) {
            let mut said = Diagnostics::new();
            match text(expr, &mut said) {
                Some(text) => return Ok(text.to_string()),
                None if said.has_errors() => return Err(said),
                None => Value::null(),
            }
        } else {
            self.value(expr, what, way, sources)?
        };
        match convert(&value, &Type::String) {
            Ok(Value::String(text)) => Ok(text.to_string()),
            _ => Err(Diagnostic::error("early-value", "Unsuitable value")
                .detail(format!(
                    "For {what} a text is needed, and this is {}.",
                    described(&value)
                ))
                .at(expr.span)
                .into()),
        }
    }

    /// A value in the last module of the way; known, and not sensitive.
    pub(super) fn value(
        &mut self,
        expr: &Expr,
        what: &str,
        way: &[Link],
        sources: &mut SourceMap,
    ) -> Result<Value, Diagnostics> {
        if let Some(refused) = self.refused(expr, what, way, sources) {
            return Err(refused.into());
        }
        let Some(here) = way.last() else {
            return Ok(Value::null());
        };
        let tree = partial_tree(way);
        let inputs = self.inputs(way, sources);
        let mut evaluator = Evaluator::new(&tree, &inputs, self.context.clone()).whatever();
        let instances = evaluator.module_instances(&here.path, &NoValues);
        let Some(instance) = instances.value.first() else {
            return Err(not_known(expr, what));
        };
        let evaluated = evaluator.expression(instance, expr, &NoValues);
        if evaluated.diagnostics.has_errors() {
            return Err(evaluated.diagnostics);
        }
        let marks = evaluated.value.marks();
        if marks.is_sensitive() || marks.is_ephemeral() {
            let kind = if marks.is_sensitive() {
                "sensitive"
            } else {
                "ephemeral"
            };
            return Err(Diagnostic::error("early-value", "Sensitive value not allowed")
                .detail(format!(
                    "The value is {kind}, so {what} cannot be made from it: it is shown in messages and written down. Use a value that is not {kind}."
                ))
                .at(expr.span)
                .into());
        }
        if !evaluated.value.is_wholly_known() {
            return Err(not_known(expr, what));
        }
        Ok(evaluated.value)
    }

    /// The root variables.
    fn inputs(&mut self, way: &[Link], sources: &mut SourceMap) -> Inputs {
        if let Some(inputs) = &self.inputs {
            return inputs.clone();
        }
        // What is wrong with the values is said when they are taken for good.
        let tree = partial_tree(&way[..1]);
        let (inputs, _) = Inputs::resolve(&tree, sources, self.given);
        self.inputs = Some(inputs.clone());
        inputs
    }

    /// Says what an expression is made from, directly or through others, that is not known while loading.
    fn refused(
        &mut self,
        expr: &Expr,
        what: &str,
        way: &[Link],
        sources: &mut SourceMap,
    ) -> Option<Diagnostic> {
        let depth = way.len() - 1;
        let mut seen: HashSet<(usize, RefTarget)> = HashSet::new();
        let mut open: Vec<(usize, Reference, Span)> = Vec::new();
        open.extend(references(expr).into_iter().map(|r| {
            let first = r.span;
            (depth, r, first)
        }));
        while let Some((depth, reference, first)) = open.pop() {
            if !seen.insert((depth, reference.target.clone())) {
                continue;
            }
            let config: &ModuleConfig = &way[depth].config;
            let mut into = |depth: usize, expr: &Expr| {
                open.extend(references(expr).into_iter().map(|r| (depth, r, first)));
            };
            let offender = match &reference.target {
                RefTarget::Local(name) => {
                    if let Some(local) = config.locals.get(name) {
                        into(depth, &local.expr);
                    }
                    continue;
                }
                RefTarget::Variable(name) if depth == 0 => {
                    let unknown = config.variables.contains_key(name)
                        && self
                            .inputs(way, sources)
                            .variables
                            .get(name)
                            .is_some_and(|v| !v.is_wholly_known());
                    if !unknown {
                        continue;
                    }
                    return Some(without_value(name, what, reference.span, first, sources));
                }
                RefTarget::Variable(name) => {
                    let call = way[depth]
                        .path
                        .names()
                        .last()
                        .and_then(|call| way[depth - 1].config.calls.get(call));
                    if let Some(argument) = call.and_then(|c| c.body.attribute(name)) {
                        into(depth - 1, &argument.expr);
                    }
                    continue;
                }
                RefTarget::Path | RefTarget::Terraform | RefTarget::Other(_) => continue,
                RefTarget::Resource(resource) if !config.resources.contains_key(resource) => {
                    // The evaluator knows how to say that there is none.
                    continue;
                }
                RefTarget::Resource(_) | RefTarget::SelfObject => "an attribute of a resource",
                RefTarget::Module(..) => "the output of a module",
                RefTarget::Each | RefTarget::Count => "the key of an instance",
            };
            let written = sources.text(reference.span).unwrap_or_default().to_owned();
            let through = through(reference.span, first, sources);
            return Some(
                Diagnostic::error("early-value", "Value not known while loading")
                    .detail(format!(
                        "To load the configuration, {what} must be known, and {written}{through} is {offender}, which is known only later."
                    ))
                    .at(first)
                    .hint("Use variables, locals made from them, and functions."),
            );
        }
        None
    }
}

/// `, which stands behind it in main.tf line 3`, where a reference is not in the expression itself.
fn through(span: Span, first: Span, sources: &SourceMap) -> String {
    if span == first {
        return String::new();
    }
    let place = sources.locate(span);
    place.map_or_else(String::new, |(file, start, _)| {
        format!(" (in {file} line {}, which this is made from)", start.line)
    })
}

fn without_value(
    name: &str,
    what: &str,
    span: Span,
    first: Span,
    sources: &SourceMap,
) -> Diagnostic {
    Diagnostic::error("early-value", "No value for variable needed while loading")
        .detail(format!(
            "To load the configuration, {what} must be known, and the variable `{name}`{} has neither a default nor a value.",
            through(span, first, sources)
        ))
        .at(first)
        .hint(format!(
            "Give it one by -var {name}=VALUE, by {name} = VALUE in terraform.tfvars or a file named by -var-file, or by the environment variable TF_VAR_{name}, to every command that reads the configuration."
        ))
}

fn not_known(expr: &Expr, what: &str) -> Diagnostics {
    Diagnostic::error("early-value", "Value not known while loading")
        .detail(format!(
            "To load the configuration, {what} must be known, and this depends on something that is known only later."
        ))
        .at(expr.span)
        .hint("Use variables, locals made from them, and functions.")
        .into()
}

fn described(value: &Value) -> String {
    if value.is_null() {
        "null".to_owned()
    } else {
        format!("a value of the type {}", value.ty().friendly())
    }
}

/// Whether an expression refers to nothing and calls nothing.
fn stands_alone(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) => true,
        ExprKind::Paren(inner) | ExprKind::TemplateWrap(inner) => stands_alone(inner),
        _ => false,
    }
}

/// The modules of a way, each with the next as its only child.
fn partial_tree(way: &[Link]) -> ModuleTree {
    let mut below: Option<ModuleNode> = None;
    for link in way.iter().rev() {
        let mut node = ModuleNode {
            path: link.path.clone(),
            folder: link.folder.clone(),
            source: String::new(),
            version: None,
            config: link.config.clone(),
            children: BTreeMap::new(),
        };
        if let Some(child) = below.take()
            && let Some(name) = child.path.names().last().cloned()
        {
            node.children.insert(name, child);
        }
        below = Some(node);
    }
    let root = below.unwrap_or_else(|| ModuleNode {
        path: Module::root(),
        folder: ".".to_owned(),
        source: String::new(),
        version: None,
        config: Arc::default(),
        children: BTreeMap::new(),
    });
    ModuleTree {
        root,
        stand_ins: super::StandIns::default(),
    }
}
