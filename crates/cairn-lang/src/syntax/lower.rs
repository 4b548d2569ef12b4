//! Decides how what the parser crate read becomes the language's own expressions. Literals, numbers and templates are read here
//! from the original text by their places; places of composed expressions follow from their parts.
//!
//! Does not decide what is an expression ([`super::mask`]) nor what a template consists of ([`super::template`]).

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{self as hcl, Expression, TraversalOperator};

use cairn_diag::Span;
use cairn_value::{Name, Number, Value};

use super::ast::{
    Access, BinaryOp, Call, Expr, ExprKind, ForExpr, ObjectItem, Splat, SplatIn, Step, UnaryOp,
};
use super::error;
use super::mask::{Hidden, Masked, Stop};
use super::parser::{Parser, Reported};
use super::token::Kind;

impl Parser<'_> {
    /// The expression that begins at a token, and the first token behind it.
    pub(super) fn expression(
        &mut self,
        from: usize,
        stop: Stop,
    ) -> Result<(Expr, usize), Reported> {
        if let Some(operand) = self.operand(from, stop)? {
            return Ok(operand);
        }
        let masked = self.mask(from, stop)?;
        let parsed = match hcl_edit::parser::parse_expr(&masked.text) {
            Ok(parsed) => parsed,
            Err(e) => {
                let at = masked.base + e.location().offset();
                let mut at = at.min(self.text.len());
                while !self.text.is_char_boundary(at) {
                    at -= 1;
                }
                let place = self.span(at, at);
                return Err(self.report(if e.message().contains("at most") {
                    error::too_deep(place)
                } else {
                    error::unreadable(place)
                }));
            }
        };
        let expr = self.lower(&parsed, &masked)?;
        Ok((expr, masked.end))
    }

    /// The number literal at an offset.
    pub(super) fn number(&mut self, start: usize, span: Span) -> Result<Expr, Reported> {
        let rest = &self.text.as_bytes()[start..];
        let len = super::token::number_len(rest);
        let text = &self.text[start..start + len];
        match Number::parse(text) {
            Some(number) => Ok(Expr::new(
                ExprKind::Literal(Value::Number(number)),
                Span::new(self.file, start, start + len),
            )),
            None => Err(self.report(error::invalid_number(text, span))),
        }
    }

    fn lower(&mut self, e: &Expression, m: &Masked) -> Result<Expr, Reported> {
        let range = e.span().unwrap_or(0..0);
        let whole = self.range(&range, m);
        let kind = match e {
            Expression::Null(_) => ExprKind::Literal(Value::null()),
            Expression::Bool(b) => ExprKind::Literal(Value::Bool(*b.value())),
            Expression::Number(_) => return self.lower_number(whole),
            Expression::Variable(name) => {
                if let Some(hidden) = m.find(whole.start) {
                    return self.hidden(hidden);
                }
                ExprKind::Ref(Access {
                    source: self.name(name.as_str()),
                    source_span: whole,
                    steps: Vec::new(),
                })
            }
            Expression::Array(array) => {
                if self.text.as_bytes()[whole.start as usize] == b'{' {
                    ExprKind::Object(self.lower_object(array, m)?)
                } else {
                    let items: Result<_, _> = array.iter().map(|i| self.lower(i, m)).collect();
                    ExprKind::Tuple(items?)
                }
            }
            Expression::Parenthesis(inner) => {
                ExprKind::Paren(Box::new(self.lower(inner.inner(), m)?))
            }
            Expression::Conditional(c) => {
                let condition = self.lower(&c.cond_expr, m)?;
                let yes = self.lower(&c.true_expr, m)?;
                let no = self.lower(&c.false_expr, m)?;
                let span = condition.span.to(no.span);
                let kind = ExprKind::Conditional(Box::new([condition, yes, no]));
                return Ok(Expr::new(kind, span));
            }
            Expression::FuncCall(call) => return self.lower_call(call, whole, m),
            Expression::Traversal(t) => return self.lower_traversal(t, m),
            Expression::UnaryOp(u) => {
                let operand = self.lower(&u.expr, m)?;
                let op = match u.operator.value() {
                    hcl::UnaryOperator::Neg => UnaryOp::Negate,
                    hcl::UnaryOperator::Not => UnaryOp::Not,
                };
                let span = whole.to(operand.span);
                return Ok(Expr::new(ExprKind::Unary(op, Box::new(operand)), span));
            }
            Expression::BinaryOp(b) => {
                let left = self.lower(&b.lhs_expr, m)?;
                let right = self.lower(&b.rhs_expr, m)?;
                let span = left.span.to(right.span);
                let op = binary_op(*b.operator.value());
                return Ok(Expr::new(
                    ExprKind::Binary(op, Box::new([left, right])),
                    span,
                ));
            }
            Expression::ForExpr(f) => {
                let name = |p: &mut Self, n: &str| p.name(n);
                let key_var = f.intro.key_var.as_ref().map(|n| name(self, n.as_str()));
                let value_var = name(self, f.intro.value_var.as_str());
                let collection = self.lower(&f.intro.collection_expr, m)?;
                let key = match &f.key_expr {
                    Some(key) => Some(self.lower(key, m)?),
                    None => None,
                };
                let value = self.lower(&f.value_expr, m)?;
                let condition = match &f.cond {
                    Some(cond) => Some(self.lower(&cond.expr, m)?),
                    None => None,
                };
                ExprKind::For(Box::new(ForExpr {
                    key_var,
                    value_var,
                    collection,
                    key,
                    value,
                    condition,
                    group: f.grouping,
                }))
            }
            // Templates and object constructors are not in the copy.
            Expression::String(_)
            | Expression::StringTemplate(_)
            | Expression::HeredocTemplate(_)
            | Expression::Object(_) => return Err(self.report(error::unreadable(whole))),
        };
        Ok(Expr::new(kind, whole))
    }

    fn range(&self, range: &Range<usize>, m: &Masked) -> Span {
        self.span(m.base + range.start, m.base + range.end)
    }

    /// Reads what the copy left out.
    fn hidden(&mut self, hidden: Hidden) -> Result<Expr, Reported> {
        let Hidden {
            from, to, depth, ..
        } = hidden;
        if matches!(self.kind(from), Kind::OpenQuote | Kind::OpenHeredoc)
            && self.token(from).pair() == Some(to - 1)
        {
            return self.deeper(depth, from, |p| p.template(from, to - 1));
        }
        self.deeper(depth, from, |p| {
            let (expr, end) = p.expression(from, Stop::Before(to))?;
            p.expect_end(end, to)?;
            Ok(expr)
        })
    }

    /// What must be the end of an expression is, or an error says what is too much.
    pub(super) fn expect_end(&mut self, end: usize, wanted: usize) -> Result<(), Reported> {
        let end = self.skip_newlines(end);
        if end >= wanted {
            return Ok(());
        }
        let place = self.place(end);
        let text = self.text_of(self.token(end));
        Err(self.report_at(end, error::unexpected(text, place)))
    }

    fn lower_number(&mut self, place: Span) -> Result<Expr, Reported> {
        let start = place.start as usize;
        if self.text.as_bytes()[start] != b'-' {
            return self.number(start, place);
        }
        // The crate reads the minus as part of the number.
        let after = self.text[start + 1..]
            .find(|c: char| c.is_ascii_digit())
            .map_or(start, |n| start + 1 + n);
        let digits = self.number(after, place)?;
        let span = place.to(digits.span);
        let kind = match digits.kind {
            ExprKind::Literal(Value::Number(n)) => ExprKind::Literal(Value::Number(n.neg())),
            other => other,
        };
        Ok(Expr::new(kind, span))
    }

    fn lower_object(
        &mut self,
        array: &hcl::Array,
        m: &Masked,
    ) -> Result<Vec<ObjectItem>, Reported> {
        let mut items = Vec::with_capacity(array.len() / 2);
        let mut parts = array.iter();
        while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
            let written = matches!(
                key,
                Expression::Variable(_) | Expression::Null(_) | Expression::Bool(_)
            );
            let mut key = self.lower(key, m)?;
            if written
                && matches!(key.kind, ExprKind::Ref(_) | ExprKind::Literal(_))
                && is_word(self.text, key.span)
            {
                let text = &self.text[key.span.start as usize..key.span.end as usize];
                key.kind = ExprKind::Literal(Value::String(self.name(text)));
            }
            let value = self.lower(value, m)?;
            items.push(ObjectItem { key, value });
        }
        Ok(items)
    }

    fn lower_call(
        &mut self,
        call: &hcl::FuncCall,
        whole: Span,
        m: &Masked,
    ) -> Result<Expr, Reported> {
        let mut text = String::new();
        for part in &call.name.namespace {
            text.push_str(part.as_str());
            text.push_str("::");
        }
        text.push_str(call.name.name.as_str());
        let end = call.name.name.span().unwrap_or(0..0).end;
        let name_span = self.span(whole.start as usize, m.base + end);
        let args: Result<_, _> = call.args.iter().map(|a| self.lower(a, m)).collect();
        let kind = ExprKind::Call(Box::new(Call {
            name: self.name(&text),
            name_span,
            args: args?,
            expand_final: call.args.expand_final(),
        }));
        Ok(Expr::new(kind, whole))
    }

    fn lower_traversal(&mut self, t: &hcl::Traversal, m: &Masked) -> Result<Expr, Reported> {
        let source = self.lower(&t.expr, m)?;
        let mut chain = Chain::new(source);
        for operator in &t.operators {
            let range = operator.span().unwrap_or(0..0);
            let place = self.range(&range, m);
            match operator.value() {
                TraversalOperator::GetAttr(name) => {
                    let name: Name = self.name(name.as_str());
                    chain.step(Step::Attr(name, place));
                }
                TraversalOperator::LegacyIndex(_) => {
                    let bytes = self.text.as_bytes();
                    let mut start = place.start as usize;
                    while start < bytes.len() && !bytes[start].is_ascii_digit() {
                        start += 1;
                    }
                    let key = self.number(start, place)?;
                    let place = place.to(key.span);
                    chain.step(Step::Index(Box::new(key), place));
                }
                TraversalOperator::Index(key) => {
                    let key = self.lower(key, m)?;
                    chain.index(Step::Index(Box::new(key), place));
                }
                TraversalOperator::FullSplat(_) => chain.splat(place, true),
                TraversalOperator::AttrSplat(_) => chain.splat(place, false),
            }
        }
        Ok(chain.finish())
    }
}

/// An operand with the steps behind it, while they are being gathered.
struct Chain {
    base: Expr,
    steps: Vec<Step>,
    end: Span,
    /// The splats that are open, outermost first. All but the last hold what comes before the next one.
    splats: Vec<(Span, Vec<Step>)>,
    /// The open splat takes attributes only.
    attributes_only: bool,
}

impl Chain {
    fn new(base: Expr) -> Self {
        Self {
            end: base.span,
            base,
            steps: Vec::new(),
            splats: Vec::new(),
            attributes_only: false,
        }
    }

    fn step(&mut self, step: Step) {
        self.end = step.span();
        match self.splats.last_mut() {
            Some((_, each)) => each.push(step),
            None => self.steps.push(step),
        }
    }

    fn index(&mut self, step: Step) {
        if self.attributes_only {
            self.close_splats();
        }
        self.step(step);
    }

    fn splat(&mut self, marker: Span, full: bool) {
        // `.*` inside `[*]` and `[*]` inside `[*]` go into each element; behind `.*` a `[*]` takes the whole result.
        if self.attributes_only {
            self.close_splats();
        }
        self.end = marker;
        self.splats.push((marker, Vec::new()));
        self.attributes_only = !full;
    }

    fn close_splats(&mut self) {
        self.attributes_only = false;
        let Some((marker, each)) = self.splats.first_mut() else {
            return;
        };
        let (marker, each) = (*marker, std::mem::take(each));
        let nested = self
            .splats
            .drain(..)
            .skip(1)
            .rev()
            .fold(None, |inner, (marker, each)| {
                Some(Box::new(SplatIn {
                    each,
                    nested: inner,
                    marker,
                }))
            });
        let source = self.close_steps();
        let span = source.span.to(self.end);
        let splat = Splat {
            source,
            each,
            nested,
            marker,
        };
        self.base = Expr::new(ExprKind::Splat(Box::new(splat)), span);
    }

    fn close_steps(&mut self) -> Expr {
        let steps = std::mem::take(&mut self.steps);
        let base = std::mem::replace(
            &mut self.base,
            Expr::new(ExprKind::Tuple(Vec::new()), self.end),
        );
        let Some(last) = steps.last() else {
            return base;
        };
        let span = base.span.to(last.span());
        match base.kind {
            ExprKind::Ref(mut access) if access.steps.is_empty() => {
                access.steps = steps;
                Expr::new(ExprKind::Ref(access), span)
            }
            _ => {
                let source_span = base.span;
                let access = Access {
                    source: base,
                    source_span,
                    steps,
                };
                Expr::new(ExprKind::Access(Box::new(access)), span)
            }
        }
    }

    fn finish(mut self) -> Expr {
        self.close_splats();
        self.close_steps()
    }
}

impl Masked {
    fn find(&self, at: u32) -> Option<Hidden> {
        self.hidden
            .binary_search_by_key(&at, |h| h.at)
            .ok()
            .map(|i| self.hidden[i])
    }
}

fn is_word(text: &str, span: Span) -> bool {
    text[span.start as usize..span.end as usize]
        .chars()
        .next()
        .is_some_and(super::token::is_ident_start)
}

fn binary_op(op: hcl::BinaryOperator) -> BinaryOp {
    match op {
        hcl::BinaryOperator::Or => BinaryOp::Or,
        hcl::BinaryOperator::And => BinaryOp::And,
        hcl::BinaryOperator::Eq => BinaryOp::Equal,
        hcl::BinaryOperator::NotEq => BinaryOp::NotEqual,
        hcl::BinaryOperator::Less => BinaryOp::Less,
        hcl::BinaryOperator::LessEq => BinaryOp::LessEqual,
        hcl::BinaryOperator::Greater => BinaryOp::Greater,
        hcl::BinaryOperator::GreaterEq => BinaryOp::GreaterEqual,
        hcl::BinaryOperator::Plus => BinaryOp::Add,
        hcl::BinaryOperator::Minus => BinaryOp::Subtract,
        hcl::BinaryOperator::Mul => BinaryOp::Multiply,
        hcl::BinaryOperator::Div => BinaryOp::Divide,
        hcl::BinaryOperator::Mod => BinaryOp::Modulo,
    }
}
