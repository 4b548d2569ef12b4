//! Decides what an expression and a body consist of after parsing: the language's own tree, made for evaluation.
//!
//! Literals are values already (numbers exact, strings decoded and normalised), templates are lists of parts with their
//! strip markers and heredoc indentation applied, a traversal is kept whole so that `a.b[count.index].id` can ask for one
//! instance. No comment, blank or quote style survives.

use std::sync::{Arc, OnceLock};

use cairn_diag::Span;
use cairn_value::{Name, Value};

/// An expression and its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

impl Expr {
    /// An expression of a kind at a place.
    pub fn new(kind: ExprKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// The same where only names have a meaning: there `null`, `true` and `false` are names as well (a provider is called null).
    pub(crate) fn names(mut self) -> Self {
        let (source, source_span, steps) = match &mut self.kind {
            ExprKind::Literal(word) => (keyword(word), self.span, Vec::new()),
            ExprKind::Access(access) => match &access.source.kind {
                ExprKind::Literal(word) if keyword(word).is_some() => (
                    keyword(word),
                    access.source_span,
                    std::mem::take(&mut access.steps),
                ),
                _ => return self,
            },
            _ => return self,
        };
        if let Some(word) = source {
            self.kind = ExprKind::Ref(Access {
                source: Name::from(word),
                source_span,
                steps,
            });
        }
        self
    }
}

/// The keyword that a value is written as.
fn keyword(value: &Value) -> Option<&'static str> {
    match value {
        Value::Null(_) => Some("null"),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        _ => None,
    }
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A constant.
    Literal(Value),
    /// A quoted template or heredoc of several parts; its value is a string.
    Template(Arc<[TemplatePart]>),
    /// A template of exactly one interpolation: its value is that of the expression, whatever type.
    TemplateWrap(Box<Expr>),
    /// A reference: a root name and the steps behind it, as a whole.
    Ref(Access<Name>),
    /// Steps behind any other expression: `f(x).a[0]`.
    Access(Box<Access<Expr>>),
    /// `source[*].a.b` or the legacy `source.*.a.b`.
    Splat(Box<Splat>),
    /// A function call.
    Call(Box<Call>),
    /// `condition ? yes : no`
    Conditional(Box<[Expr; 3]>),
    /// `first op operand op operand …`, all operators of one precedence.
    Binary(Box<Operation>),
    /// `op operand`
    Unary(UnaryOp, Box<Expr>),
    /// `[a, b]`
    Tuple(Vec<Expr>),
    /// `{ a = 1 }`
    Object(Vec<ObjectItem>),
    /// `[for …]` or `{for …}`
    For(Box<ForExpr>),
    /// `(inner)`
    Paren(Box<Expr>),
}

/// A source and the steps behind it.
#[derive(Clone, Debug)]
pub struct Access<S> {
    /// What is stepped into.
    pub source: S,
    /// The place of the source.
    pub source_span: Span,
    /// The steps in order.
    pub steps: Vec<Step>,
}

/// One step of an access.
#[derive(Clone, Debug)]
pub enum Step {
    /// `.name`
    Attr(Name, Span),
    /// `[key]`, or the legacy `.0` (then the key is a literal number).
    Index(Box<Expr>, Span),
}

impl Step {
    /// Its place, with the dot or the brackets.
    pub fn span(&self) -> Span {
        match self {
            Self::Attr(_, span) | Self::Index(_, span) => *span,
        }
    }
}

/// A splat.
#[derive(Clone, Debug)]
pub struct Splat {
    /// What is splatted.
    pub source: Expr,
    /// The steps taken into each element.
    pub each: Vec<Step>,
    /// A further splat over what those steps lead to, in each element: `a[*].b[*].c`.
    pub nested: Option<Box<SplatIn>>,
    /// The place of the `[*]` or `.*`.
    pub marker: Span,
}

/// A splat within each element of another.
#[derive(Clone, Debug)]
pub struct SplatIn {
    /// The steps taken into each element.
    pub each: Vec<Step>,
    /// A further splat in each element.
    pub nested: Option<Box<Self>>,
    /// The steps taken into the result: behind a legacy splat, which ends before the first `[`.
    pub then: Vec<Step>,
    /// A further splat over what those lead to.
    pub next: Option<Box<Self>>,
    /// The place of the `[*]` or `.*`.
    pub marker: Span,
}

/// A function call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function's name, with its namespace as written: `provider::x::f`.
    pub name: Name,
    /// The place of the name.
    pub name_span: Span,
    /// The arguments.
    pub args: Vec<Expr>,
    /// The last argument is followed by `...`.
    pub expand_final: bool,
    /// Its value, once found, where that is the same whatever surrounds the call.
    pub(crate) folded: Folded,
}

/// A place for the value of a constant call: empty until the first evaluation has looked at it, then the value, or that
/// there is none for all time.
pub(crate) type Folded = OnceLock<Option<Value>>;

/// Operands with operators between them that bind equally, applied from the left. However many there are, they are one level of
/// the tree: conditions of thousands of `||` occur where configurations are generated.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The leftmost operand.
    pub first: Expr,
    /// The operators with the operand to the right of each; at least one.
    pub rest: Vec<(BinaryOp, Expr)>,
}

/// One item of an object constructor.
#[derive(Clone, Debug)]
pub struct ObjectItem {
    /// The key; a bare name is a literal string already.
    pub key: Expr,
    /// The value.
    pub value: Expr,
}

/// A `for` expression.
#[derive(Clone, Debug)]
pub struct ForExpr {
    /// The name for the key or index, if one is given.
    pub key_var: Option<Name>,
    /// The name for the element.
    pub value_var: Name,
    /// What is gone through.
    pub collection: Expr,
    /// The key of each result; nothing for a tuple.
    pub key: Option<Expr>,
    /// The value of each result.
    pub value: Expr,
    /// Which elements take part.
    pub condition: Option<Expr>,
    /// Results of equal keys are grouped (`...`).
    pub group: bool,
}

/// One part of a template.
#[derive(Clone, Debug)]
pub enum TemplatePart {
    /// Text, strip markers and indentation already applied.
    Text(Arc<str>),
    /// `${ … }`
    Interpolation(Expr),
    /// `%{ if }`
    If {
        /// The condition.
        condition: Expr,
        /// The parts if it holds.
        yes: Vec<Self>,
        /// The parts if not.
        no: Vec<Self>,
    },
    /// `%{ for }`
    For {
        /// The name for the key or index, if one is given.
        key_var: Option<Name>,
        /// The name for the element.
        value_var: Name,
        /// What is gone through.
        collection: Expr,
        /// The parts for each element.
        body: Vec<Self>,
    },
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

/// A unary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// The inside of a file or block: attributes and blocks in the order of writing.
#[derive(Clone, Debug)]
pub struct Body {
    /// Attributes; names are unique (a repeat is a diagnostic of the parser).
    pub attributes: Vec<Attribute>,
    /// Blocks.
    pub blocks: Vec<Block>,
    /// The whole of it.
    pub span: Span,
    /// It is from a JSON file, where only a schema tells blocks from arguments: what may be either is in both lists.
    pub json: bool,
    /// Something of it could not be read, so what seems to be missing may be there.
    pub partial: bool,
}

/// `name = expr`
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The name.
    pub name: Name,
    /// The place of the name.
    pub name_span: Span,
    /// The expression.
    pub expr: Expr,
}

impl Attribute {
    /// The whole attribute.
    pub fn span(&self) -> Span {
        self.name_span.to(self.expr.span)
    }
}

/// `type "label" { … }`
#[derive(Clone, Debug)]
pub struct Block {
    /// The type.
    pub ty: Name,
    /// The labels.
    pub labels: Vec<Label>,
    /// The inside.
    pub body: Body,
    /// From the type to the last label.
    pub header: Span,
    /// The place of the type alone.
    pub ty_span: Span,
}

/// A label of a block.
#[derive(Clone, Debug)]
pub struct Label {
    /// Its text.
    pub text: Name,
    /// Its place, quotes included.
    pub span: Span,
}

impl Body {
    /// An attribute by name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| &*a.name == name)
    }

    /// The blocks of a type, in order.
    pub fn blocks_of<'b>(&'b self, ty: &'b str) -> impl Iterator<Item = &'b Block> {
        self.blocks.iter().filter(move |b| &*b.ty == ty)
    }
}
