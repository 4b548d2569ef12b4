//! Decides what an expression is that has no operator: a literal, a template, a list, an object, a call, a reference with its
//! steps. These make up nearly all of a configuration and are read from the tokens at once; their items may be anything.
//!
//! Not operators, conditionals, `for` and splats ([`super::lower`]), and no messages: what does not fit is read again as a whole
//! by [`super::mask`], which knows what to say.

use std::ops::Range;

use cairn_value::Value;

use super::ast::{Access, Call, Expr, ExprKind, ObjectItem, Step};
use super::mask::Stop;
use super::parser::{Parser, Reported};
use super::token::{Kind, Token};

/// There is no result.
enum Failed {
    /// What was wrong has been said.
    Reported,
    /// Something does not fit here.
    Irregular,
}

impl From<Reported> for Failed {
    fn from(_: Reported) -> Self {
        Self::Reported
    }
}

impl Parser<'_> {
    /// The expression from a token on, if it has no operator; with the first token behind it.
    pub(super) fn operand(
        &mut self,
        from: usize,
        stop: Stop,
    ) -> Result<Option<(Expr, usize)>, Reported> {
        #[cfg(test)]
        if self.by_crate {
            return Ok(None);
        }
        // Line breaks do not count before this token.
        let lines = match stop {
            Stop::Line => from,
            Stop::Before(wanted) => wanted,
        };
        let Some(end) = self.operand_end(from, lines) else {
            return Ok(None);
        };
        let ends = match stop {
            Stop::Line => ends_line(self.token(end)),
            Stop::Before(wanted) => self.skip_lines(end, wanted) == wanted,
        };
        if !ends {
            return Ok(None);
        }
        match self.read_operand(from, end, lines) {
            Ok(expr) => Ok(Some((expr, end))),
            Err(Failed::Irregular) => Ok(None),
            Err(Failed::Reported) => Err(Reported),
        }
    }

    /// One past an operand and the steps behind it, what is in its brackets unseen.
    fn operand_end(&self, from: usize, lines: usize) -> Option<usize> {
        let mut i = self.first_end(from)?;
        loop {
            let step = self.skip_lines(i, lines);
            if step == lines {
                return Some(i);
            }
            let token = self.token(step);
            match token.kind {
                Kind::Dot if self.kind(step + 1) == Kind::Ident => i = step + 2,
                Kind::OpenBracket => {
                    if self.kind(self.skip_newlines(step + 1)) == Kind::Star {
                        return None;
                    }
                    i = token.pair()? + 1;
                }
                _ => return Some(i),
            }
        }
    }

    /// The first token from an index on that is no line break; line breaks count from `until` on.
    fn skip_lines(&self, index: usize, until: usize) -> usize {
        if index < until {
            self.skip_newlines(index).min(until)
        } else {
            index
        }
    }

    /// One past an operand without steps.
    fn first_end(&self, from: usize) -> Option<usize> {
        let token = self.token(from);
        match token.kind {
            Kind::Number => Some(from + 1),
            Kind::OpenQuote | Kind::OpenHeredoc | Kind::OpenParen => Some(token.pair()? + 1),
            Kind::OpenBracket | Kind::OpenBrace => {
                let inner = self.token(self.skip_newlines(from + 1));
                if inner.kind == Kind::Ident && self.text_of(inner) == "for" {
                    return None;
                }
                Some(token.pair()? + 1)
            }
            Kind::Ident => match self.token(from + 1) {
                Token {
                    kind: Kind::DoubleColon,
                    ..
                } => None,
                paren if paren.kind == Kind::OpenParen => Some(paren.pair()? + 1),
                _ => Some(from + 1),
            },
            _ => None,
        }
    }

    fn read_operand(&mut self, from: usize, end: usize, lines: usize) -> Result<Expr, Failed> {
        let first_end = self.first_end(from).ok_or(Failed::Irregular)?;
        let token = self.token(from);
        let place = self.span_of(token);
        let whole = place.to(self.place(first_end - 1));
        let first = match token.kind {
            Kind::Number => self.number(token.start as usize, place)?,
            Kind::OpenQuote | Kind::OpenHeredoc => self.template(from, first_end - 1)?,
            Kind::OpenParen => {
                let inner = self.inner(from + 1..first_end - 1)?;
                Expr::new(ExprKind::Paren(Box::new(inner)), whole)
            }
            Kind::OpenBracket => {
                let items = self.list(from + 1..first_end - 1)?;
                Expr::new(ExprKind::Tuple(items), whole)
            }
            Kind::OpenBrace => {
                let items = self.object(from + 1..first_end - 1)?;
                Expr::new(ExprKind::Object(items), whole)
            }
            Kind::Ident if first_end > from + 1 => self.call(from, first_end)?,
            _ => {
                let text = self.text_of(token);
                match keyword(text) {
                    Some(value) => Expr::new(ExprKind::Literal(value), place),
                    None => Expr::new(
                        ExprKind::Ref(Access {
                            source: self.name(text),
                            source_span: place,
                            steps: Vec::new(),
                        }),
                        place,
                    ),
                }
            }
        };
        if first_end == end {
            return Ok(first);
        }
        let steps = self.steps(first_end, end, lines)?;
        let span = first.span.to(steps.last().map_or(first.span, Step::span));
        let kind = match first.kind {
            ExprKind::Ref(mut access) => {
                access.steps = steps;
                ExprKind::Ref(access)
            }
            _ => ExprKind::Access(Box::new(Access {
                source_span: first.span,
                source: first,
                steps,
            })),
        };
        Ok(Expr::new(kind, span))
    }

    fn steps(&mut self, from: usize, end: usize, lines: usize) -> Result<Vec<Step>, Failed> {
        let mut steps = Vec::with_capacity((end - from) / 2);
        let mut i = from;
        while i < end {
            i = self.skip_lines(i, lines);
            let token = self.token(i);
            if token.kind == Kind::Dot {
                let name = self.token(i + 1);
                let place = self.span_of(token).to(self.span_of(name));
                steps.push(Step::Attr(self.name(self.text_of(name)), place));
                i += 2;
            } else {
                let close = token.pair().ok_or(Failed::Irregular)?;
                let key = self.inner(i + 1..close)?;
                let place = self.span_of(token).to(self.place(close));
                steps.push(Step::Index(Box::new(key), place));
                i = close + 1;
            }
        }
        Ok(steps)
    }

    /// The one expression of these tokens.
    fn inner(&mut self, range: Range<usize>) -> Result<Expr, Failed> {
        let first = self.skip_newlines(range.start);
        if first >= range.end {
            return Err(Failed::Irregular);
        }
        let (expr, end) =
            self.deeper(1, first, |p| p.expression(first, Stop::Before(range.end)))?;
        if self.skip_newlines(end) < range.end {
            return Err(Failed::Irregular);
        }
        Ok(expr)
    }

    /// Expressions with commas between them, and maybe one behind the last.
    fn list(&mut self, range: Range<usize>) -> Result<Vec<Expr>, Failed> {
        let mut items = Vec::new();
        let mut i = self.skip_newlines(range.start);
        while i < range.end {
            let comma = self.find(i..range.end, |k| k == Kind::Comma)?;
            items.push(self.inner(i..comma)?);
            i = self.skip_newlines(comma + 1);
        }
        Ok(items)
    }

    /// The first token of a kind that is in no bracket, or the end.
    fn find(&self, range: Range<usize>, wanted: impl Fn(Kind) -> bool) -> Result<usize, Failed> {
        let mut i = range.start;
        while i < range.end {
            let token = self.token(i);
            if wanted(token.kind) {
                return Ok(i);
            }
            i = match token.kind {
                Kind::OpenBrace
                | Kind::OpenBracket
                | Kind::OpenParen
                | Kind::OpenQuote
                | Kind::OpenHeredoc => token.pair().ok_or(Failed::Irregular)? + 1,
                _ => i + 1,
            };
        }
        Ok(range.end)
    }

    fn object(&mut self, range: Range<usize>) -> Result<Vec<ObjectItem>, Failed> {
        let mut items = Vec::new();
        let mut i = self.skip_newlines(range.start);
        while i < range.end {
            let sign = self.first_end(i).ok_or(Failed::Irregular)?;
            if !matches!(self.kind(sign), Kind::Equal | Kind::Colon) {
                return Err(Failed::Irregular);
            }
            let token = self.token(i);
            let key = if token.kind == Kind::Ident && sign == i + 1 {
                let text = Value::String(self.name(self.text_of(token)));
                Expr::new(ExprKind::Literal(text), self.span_of(token))
            } else {
                self.read_operand(i, sign, i)?
            };
            if self.kind(sign + 1) == Kind::Newline {
                return Err(Failed::Irregular);
            }
            let end = self.find(sign + 1..range.end, |k| {
                matches!(k, Kind::Comma | Kind::Newline)
            })?;
            let value = self.inner(sign + 1..end)?;
            items.push(ObjectItem { key, value });
            i = self.skip_newlines(end + 1);
        }
        Ok(items)
    }

    fn call(&mut self, from: usize, end: usize) -> Result<Expr, Failed> {
        let token = self.token(from);
        let name_span = self.span_of(token);
        let close = end - 1;
        let mut last = close;
        while self.kind(last - 1) == Kind::Newline {
            last -= 1;
        }
        let expand_final = self.kind(last - 1) == Kind::Ellipsis;
        let until = if expand_final { last - 1 } else { close };
        let args = self.list(from + 2..until)?;
        if expand_final {
            // Behind a comma there is nothing to expand.
            let mut before = until;
            while self.kind(before - 1) == Kind::Newline {
                before -= 1;
            }
            if args.is_empty() || self.kind(before - 1) == Kind::Comma {
                return Err(Failed::Irregular);
            }
        }
        let call = Call {
            name: self.name(self.text_of(token)),
            name_span,
            args,
            expand_final,
        };
        Ok(Expr::new(
            ExprKind::Call(Box::new(call)),
            name_span.to(self.place(close)),
        ))
    }
}

/// The value of a keyword.
fn keyword(text: &str) -> Option<Value> {
    match text {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "null" => Some(Value::null()),
        _ => None,
    }
}

/// Whether nothing can follow on the line that would belong to an expression.
fn ends_line(token: Token) -> bool {
    matches!(token.kind, Kind::Newline | Kind::End | Kind::CloseBrace)
}
