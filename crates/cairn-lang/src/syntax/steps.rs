//! Decides what the steps behind an operand lead to: attributes, indexes, and the two kinds of splat, of which `[*]` takes all
//! that follows into each element and the legacy `.*` attributes and numbers only.

use cairn_diag::Span;

use super::ast::{Access, Expr, ExprKind, Splat, SplatIn, Step};
use super::error;
use super::expr::{Part, Within};
use super::parser::{Parser, Reported};
use super::token::Kind;

impl Parser<'_> {
    /// An operand with the steps behind it.
    pub(super) fn steps(
        &mut self,
        operand: Expr,
        from: usize,
        within: Within,
    ) -> Result<(Expr, usize), Reported> {
        if !matches!(
            self.kind(self.next(from, within)),
            Kind::Dot | Kind::OpenBracket
        ) {
            return Ok((operand, from));
        }
        let mut chain = Chain::new(operand);
        let mut end = from;
        loop {
            let at = self.next(end, within);
            end = match self.kind(at) {
                Kind::Dot => self.dotted(&mut chain, at, within)?,
                Kind::OpenBracket => self.indexed(&mut chain, at, within)?,
                _ => return Ok((chain.finish(), end)),
            };
        }
    }

    fn dotted(&mut self, chain: &mut Chain, dot: usize, within: Within) -> Result<usize, Reported> {
        let at = self.next(dot + 1, within);
        let token = self.token(at);
        let place = self.place(dot).to(self.span_of(token));
        match token.kind {
            Kind::Ident => chain.step(Step::Attr(self.name(self.text_of(token)), place)),
            Kind::Number => {
                let text = self.text_of(token);
                if text.contains('.') {
                    let place = self.span_of(token);
                    return Err(self.report(error::legacy_indices(text, place)));
                }
                let key = self.number(token)?;
                chain.step(Step::Index(Box::new(key), place));
            }
            Kind::Star if chain.attributes_only => {
                let place = self.span_of(token);
                return Err(self.report(error::nested_splat(place)));
            }
            Kind::Star => chain.splat(place, false),
            _ => {
                let place = self.place(dot);
                return Err(self.report_at(at, error::missing_attribute_name(place)));
            }
        }
        Ok(at + 1)
    }

    fn indexed(
        &mut self,
        chain: &mut Chain,
        open: usize,
        within: Within,
    ) -> Result<usize, Reported> {
        let star = self.next(open + 1, within);
        if self.kind(star) == Kind::Star {
            let close = self.next(star + 1, within);
            if Some(close) == self.token(open).pair() {
                chain.splat(self.place(open).to(self.place(close)), true);
                return Ok(close + 1);
            }
        }
        let (key, end) = self.only(open, Part::Index)?;
        let place = self.place(open).to(self.place(end - 1));
        chain.index(Step::Index(Box::new(key), place));
        Ok(end)
    }
}

/// A splat while its steps are being gathered.
struct Gathered {
    marker: Span,
    /// It is `[*]`, and everything that follows belongs to it.
    full: bool,
    each: Vec<Step>,
    then: Vec<Step>,
}

/// An operand with the steps behind it, while they are being gathered.
struct Chain {
    base: Expr,
    steps: Vec<Step>,
    end: Span,
    /// The splats so far, outermost first. Behind a full one the next is taken into each element; behind a legacy one, which
    /// then lies within a full one, the next is over its result.
    splats: Vec<Gathered>,
    /// The last splat is a legacy one, and no index has ended it.
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
            Some(splat) if splat.full || self.attributes_only => splat.each.push(step),
            Some(splat) => splat.then.push(step),
            None => self.steps.push(step),
        }
    }

    fn index(&mut self, step: Step) {
        self.end_attributes();
        self.step(step);
    }

    fn splat(&mut self, marker: Span, full: bool) {
        self.end_attributes();
        self.end = marker;
        self.splats.push(Gathered {
            marker,
            full,
            each: Vec::new(),
            then: Vec::new(),
        });
        self.attributes_only = !full;
    }

    /// A legacy splat ends; what follows is over its result. Within a full splat that is so in each element.
    fn end_attributes(&mut self) {
        if std::mem::take(&mut self.attributes_only) && self.splats.len() == 1 {
            self.close_splats();
        }
    }

    fn close_splats(&mut self) {
        let mut splats = self.splats.drain(..);
        let Some(outermost) = splats.next() else {
            return;
        };
        let nested = splats.rev().fold(None, |inner, splat| {
            let (nested, next) = if splat.full {
                (inner, None)
            } else {
                (None, inner)
            };
            Some(Box::new(SplatIn {
                each: splat.each,
                nested,
                then: splat.then,
                next,
                marker: splat.marker,
            }))
        });
        let source = self.close_steps();
        let span = source.span.to(self.end);
        let splat = Splat {
            source,
            each: outermost.each,
            nested,
            marker: outermost.marker,
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
