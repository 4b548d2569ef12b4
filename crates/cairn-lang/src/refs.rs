//! Decides what an expression names, without evaluating it.

use cairn_diag::Span;
use cairn_model::Resource;
use cairn_value::Name;

use crate::syntax::{Body, Expr};

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
    let _ = expr;
    unimplemented!("being written")
}

/// What all expressions of a body name, nested blocks included.
pub fn references_in_body(body: &Body) -> Vec<Reference> {
    let _ = body;
    unimplemented!("being written")
}
