//! Decides what an expression names, without evaluating it. Not whether there is such a thing.

use std::fmt::Write as _;

use cairn_diag::Span;
use cairn_model::{Resource, ResourceMode};
use cairn_value::{Name, Value};

use crate::deep::deep;
use crate::syntax::{Access, Block, Body, Expr, ExprKind, Step, TemplatePart};

/// What a reference names, within its module.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefTarget {
    /// `var.x`
    Variable(Name),
    /// `local.x`
    Local(Name),
    /// `a.b`, `data.a.b`
    Resource(Resource),
    /// `module.m` or `module.m.output`
    Module(Name, Option<Name>),
    /// `each.key`, `each.value`
    Each,
    /// `count.index`
    Count,
    /// `path.module` and its like
    Path,
    /// `terraform.workspace`
    Terraform,
    /// `self`
    SelfObject,
    /// A name bound by an enclosing `for`, or one that means nothing.
    Other(Name),
}

/// A reference and its place.
#[derive(Clone, Debug)]
pub struct Reference {
    /// What it names.
    pub target: RefTarget,
    /// Where.
    pub span: Span,
}

/// What an expression names, in order; names bound by enclosing `for`s are left out.
pub fn references(expr: &Expr) -> Vec<Reference> {
    let mut found = Vec::new();
    accesses(expr, &mut |access, each| {
        found.push(reference_then(access, each));
    });
    found
}

/// What all expressions of a body name, nested blocks included. The iterators of `dynamic` blocks are left out.
pub fn references_in_body(body: &Body) -> Vec<Reference> {
    let mut found = Vec::new();
    accesses_in_body(body, &mut Vec::new(), &mut |access, each| {
        found.push(reference_then(access, each));
    });
    found
}

/// What a reference that stands alone names (`depends_on`, `replace_triggered_by`).
pub fn reference(access: &Access<Name>) -> Reference {
    reference_then(access, &[])
}

fn reference_then(access: &Access<Name>, each: &[Step]) -> Reference {
    Reference {
        target: target(access, each),
        span: access_span(access),
    }
}

/// The place of a reference from its root to its last step.
pub(crate) fn access_span(access: &Access<Name>) -> Span {
    access
        .steps
        .iter()
        .fold(access.source_span, |span, step| span.to(step.span()))
}

/// A reference as it is written, with indexes that are no constants as `…`.
pub(crate) fn written(access: &Access<Name>) -> String {
    let mut text = access.source.to_string();
    write_steps(&mut text, &access.steps);
    text
}

pub(crate) fn write_steps(text: &mut String, steps: &[Step]) {
    for step in steps {
        match step {
            Step::Attr(name, _) => {
                text.push('.');
                text.push_str(name);
            }
            Step::Index(key, _) => {
                text.push('[');
                match &key.kind {
                    ExprKind::Literal(Value::String(s)) => {
                        write!(text, "{s:?}").expect("a string takes any text");
                    }
                    ExprKind::Literal(Value::Number(n)) => text.push_str(&n.to_string()),
                    ExprKind::Ref(inner) => text.push_str(&written(inner)),
                    _ => text.push('…'),
                }
                text.push(']');
            }
        }
    }
}

/// The name that a step gives, if it is one: `.name` (and `["name"]` for outputs of a module is none).
fn attr(step: Option<&Step>) -> Option<&Name> {
    match step {
        Some(Step::Attr(n, _)) => Some(n),
        _ => None,
    }
}

fn target(access: &Access<Name>, each: &[Step]) -> RefTarget {
    let steps = &access.steps;
    let other = || RefTarget::Other(access.source.clone());
    match &*access.source {
        "var" => attr(steps.first()).map_or_else(other, |n| RefTarget::Variable(n.clone())),
        "local" => attr(steps.first()).map_or_else(other, |n| RefTarget::Local(n.clone())),
        "module" => {
            let Some(call) = attr(steps.first()) else {
                return other();
            };
            let output = match steps.get(1) {
                Some(Step::Attr(n, _)) => Some(n),
                Some(Step::Index(..)) => attr(steps.get(2).or_else(|| each.first())),
                None => attr(each.first()),
            };
            RefTarget::Module(call.clone(), output.cloned())
        }
        "each" => RefTarget::Each,
        "count" => RefTarget::Count,
        "path" => RefTarget::Path,
        "terraform" => RefTarget::Terraform,
        "self" => RefTarget::SelfObject,
        _ => match resource(access) {
            Some((resource, _)) => RefTarget::Resource(resource),
            None => other(),
        },
    }
}

/// The resource that a reference names, and how many steps of it the name takes. Nothing where it names none; the root
/// may not be one of the reserved ones (`var`, `local`, …).
pub(crate) fn resource(access: &Access<Name>) -> Option<(Resource, usize)> {
    let (mode, at) = match &*access.source {
        "data" => (ResourceMode::Data, 0),
        "ephemeral" => (ResourceMode::Ephemeral, 0),
        "resource" => (ResourceMode::Managed, 0),
        _ => {
            let name = attr(access.steps.first())?;
            let resource = Resource {
                mode: ResourceMode::Managed,
                ty: access.source.clone(),
                name: name.clone(),
            };
            return Some((resource, 1));
        }
    };
    let ty = attr(access.steps.get(at))?;
    let name = attr(access.steps.get(at + 1))?;
    let resource = Resource {
        mode,
        ty: ty.clone(),
        name: name.clone(),
    };
    Some((resource, at + 2))
}

/// Calls `found` for each reference in an expression whose root is not bound by an enclosing `for`, with the steps of the
/// splat that it is the source of.
pub(crate) fn accesses(expr: &Expr, found: &mut dyn FnMut(&Access<Name>, &[Step])) {
    walk(expr, &mut Vec::new(), &mut references_only(found));
}

/// Whether an expression stands for itself: it neither refers to anything nor calls a function.
pub fn stands_alone(expr: &Expr) -> bool {
    let mut alone = true;
    walk(expr, &mut Vec::new(), &mut |_| alone = false);
    alone
}

/// What a walk through an expression comes across.
enum Met<'e> {
    /// A reference, with the steps of the splat that it is the source of.
    Reference(&'e Access<Name>, &'e [Step]),
    /// A call, before its arguments.
    Call,
}

fn references_only(found: &mut dyn FnMut(&Access<Name>, &[Step])) -> impl FnMut(Met<'_>) {
    |met| {
        if let Met::Reference(access, each) = met {
            found(access, each);
        }
    }
}

/// The same for all expressions of a body, nested blocks included.
pub(crate) fn accesses_in_body(
    body: &Body,
    bound: &mut Vec<Name>,
    found: &mut dyn FnMut(&Access<Name>, &[Step]),
) {
    walk_body(body, bound, &mut references_only(found));
}

/// The same for the expressions of one block.
pub(crate) fn accesses_in_block(
    block: &Block,
    bound: &mut Vec<Name>,
    found: &mut dyn FnMut(&Access<Name>, &[Step]),
) {
    walk_block(block, bound, &mut references_only(found));
}

fn walk_body(body: &Body, bound: &mut Vec<Name>, found: &mut dyn FnMut(Met<'_>)) {
    for attribute in &body.attributes {
        walk(&attribute.expr, bound, found);
    }
    for block in &body.blocks {
        walk_block(block, bound, found);
    }
}

fn walk_block(block: &Block, bound: &mut Vec<Name>, found: &mut dyn FnMut(Met<'_>)) {
    if &*block.ty != "dynamic" {
        walk_body(&block.body, bound, found);
        return;
    }
    // The `for_each` is outside of the iterator, `iterator` is a name and no reference.
    let iterator = block.body.attribute("iterator").map_or_else(
        || block.labels.first().map(|l| l.text.clone()),
        |a| match &a.expr.kind {
            ExprKind::Ref(access) => Some(access.source.clone()),
            _ => None,
        },
    );
    for attribute in &block.body.attributes {
        if &*attribute.name == "for_each" {
            walk(&attribute.expr, bound, found);
        }
    }
    let n_bound = bound.len();
    bound.extend(iterator);
    for attribute in &block.body.attributes {
        if !matches!(&*attribute.name, "for_each" | "iterator") {
            walk(&attribute.expr, bound, found);
        }
    }
    for content in &block.body.blocks {
        walk_body(&content.body, bound, found);
    }
    bound.truncate(n_bound);
}

fn walk_steps(steps: &[Step], bound: &mut Vec<Name>, found: &mut dyn FnMut(Met<'_>)) {
    for step in steps {
        if let Step::Index(key, _) = step {
            walk(key, bound, found);
        }
    }
}

fn walk(expr: &Expr, bound: &mut Vec<Name>, found: &mut dyn FnMut(Met<'_>)) {
    match &expr.kind {
        ExprKind::Literal(_) => {}
        _ => deep(|| walk_parts_of(expr, bound, found)),
    }
}

fn walk_parts_of(expr: &Expr, bound: &mut Vec<Name>, found: &mut dyn FnMut(Met<'_>)) {
    match &expr.kind {
        ExprKind::Literal(_) => {}
        ExprKind::Template(parts) => walk_parts(parts, bound, found),
        ExprKind::TemplateWrap(inner) | ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => {
            walk(inner, bound, found);
        }
        ExprKind::Ref(access) => {
            if !bound.contains(&access.source) {
                found(Met::Reference(access, &[]));
            }
            walk_steps(&access.steps, bound, found);
        }
        ExprKind::Access(access) => {
            walk(&access.source, bound, found);
            walk_steps(&access.steps, bound, found);
        }
        ExprKind::Splat(splat) => {
            if let ExprKind::Ref(access) = &splat.source.kind {
                if !bound.contains(&access.source) {
                    found(Met::Reference(access, &splat.each));
                }
                walk_steps(&access.steps, bound, found);
            } else {
                walk(&splat.source, bound, found);
            }
            walk_steps(&splat.each, bound, found);
            let mut nested = splat.nested.as_deref();
            while let Some(inner) = nested {
                walk_steps(&inner.each, bound, found);
                walk_steps(&inner.then, bound, found);
                nested = inner.nested.as_deref().or(inner.next.as_deref());
            }
        }
        ExprKind::Call(call) => {
            found(Met::Call);
            // The second argument of `convert` is a type.
            let convert = call.name.strip_prefix("core::").unwrap_or(&call.name) == "convert";
            for arg in call.args.iter().take(if convert { 1 } else { usize::MAX }) {
                walk(arg, bound, found);
            }
        }
        ExprKind::Conditional(three) => {
            for part in three.iter() {
                walk(part, bound, found);
            }
        }
        ExprKind::Binary(operation) => {
            walk(&operation.first, bound, found);
            for (_, operand) in &operation.rest {
                walk(operand, bound, found);
            }
        }
        ExprKind::Tuple(items) => {
            for item in items {
                walk(item, bound, found);
            }
        }
        ExprKind::Object(items) => {
            for item in items {
                walk(&item.key, bound, found);
                walk(&item.value, bound, found);
            }
        }
        ExprKind::For(f) => {
            walk(&f.collection, bound, found);
            let n_bound = bound.len();
            bound.extend(f.key_var.iter().cloned());
            bound.push(f.value_var.clone());
            for part in [f.key.as_ref(), Some(&f.value), f.condition.as_ref()]
                .into_iter()
                .flatten()
            {
                walk(part, bound, found);
            }
            bound.truncate(n_bound);
        }
    }
}

fn walk_parts(parts: &[TemplatePart], bound: &mut Vec<Name>, found: &mut dyn FnMut(Met<'_>)) {
    for part in parts {
        match part {
            TemplatePart::Text(_) => {}
            TemplatePart::Interpolation(expr) => walk(expr, bound, found),
            TemplatePart::If { condition, yes, no } => {
                walk(condition, bound, found);
                walk_parts(yes, bound, found);
                walk_parts(no, bound, found);
            }
            TemplatePart::For {
                key_var,
                value_var,
                collection,
                body,
            } => {
                walk(collection, bound, found);
                let n_bound = bound.len();
                bound.extend(key_var.iter().cloned());
                bound.push(value_var.clone());
                walk_parts(body, bound, found);
                bound.truncate(n_bound);
            }
        }
    }
}
