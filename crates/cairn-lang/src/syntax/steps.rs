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
