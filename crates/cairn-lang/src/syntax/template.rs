//! Decides what a template consists of: its texts with strip markers and indentation applied, its interpolations, and its
//! directives with what belongs to each.

use std::borrow::Cow;
use std::sync::Arc;

use cairn_diag::Span;
use cairn_value::{Name, Value};

use super::ast::{Expr, ExprKind, TemplatePart};
use super::expr::Breaks;
use super::literal::normalized;
use super::parser::{Parser, Reported};
use super::token::Kind;
use super::{error, heredoc};

/// A part of a template before directives have been put together.
pub(super) enum Part<'s> {
    /// Decoded text.
    Text(Cow<'s, str>),
    Interpolation(Expr),
    If(Expr, Span),
    Else(Span),
    EndIf(Span),
    For(ForIntro, Span),
    EndFor(Span),
}

/// What a `for` directive says.
pub(super) struct ForIntro {
    key_var: Option<Name>,
    value_var: Name,
    collection: Expr,
}

/// What ended a run of parts.
enum Ended {
    /// All parts are used up.
    End,
    Else(Span),
    EndIf(Span),
    EndFor(Span),
}

impl<'s> Parser<'s> {
    /// The quoted template or heredoc between two tokens.
    pub(super) fn template(&mut self, open: usize, close: usize) -> Result<Expr, Reported> {
        let opener = self.token(open);
        let whole = self.place(open).to(self.place(close));
        let quoted = opener.kind == Kind::OpenQuote;
        // Most strings are one literal.
        if quoted && close == open + 2 && self.kind(open + 1) == Kind::Text {
            let text = self.literal(self.token(open + 1), true)?;
            let value = Value::String(normalized(&text));
            return Ok(Expr::new(ExprKind::Literal(value), whole));
        }
        let flush = !quoted && self.text_of(opener).starts_with("<<-");
        self.template_between(open + 1, close, quoted, flush, whole)
    }

    /// The template of the tokens `from..to`.
    pub(super) fn template_between(
        &mut self,
        from: usize,
        to: usize,
        quoted: bool,
        flush: bool,
        whole: Span,
    ) -> Result<Expr, Reported> {
        let mut parts = self.parts(from, to, quoted)?;
        if flush {
            heredoc::dedent(&mut parts);
        }
        if parts.len() == 1
            && matches!(parts[0], Part::Interpolation(_))
            && let Some(Part::Interpolation(expr)) = parts.pop()
        {
            return Ok(Expr::new(ExprKind::TemplateWrap(Box::new(expr)), whole));
        }
        let mut parts = parts.into_iter();
        let (mut nested, ended) = self.nest(&mut parts)?;
        let stray = match ended {
            Ended::End => None,
            Ended::Else(place) => Some(("else", place)),
            Ended::EndIf(place) => Some(("endif", place)),
            Ended::EndFor(place) => Some(("endfor", place)),
        };
        if let Some((word, place)) = stray {
            return Err(self.report(error::unexpected_directive(word, None, place)));
        }
        let kind = match nested.as_slice() {
            [] => ExprKind::Literal(Value::String(Arc::from(""))),
            [TemplatePart::Text(_)] => match nested.pop() {
                Some(TemplatePart::Text(text)) => ExprKind::Literal(Value::String(text)),
                _ => unreachable!("matched above"),
            },
            _ => ExprKind::Template(Arc::from(nested)),
        };
        Ok(Expr::new(kind, whole))
    }

    fn parts(&mut self, from: usize, to: usize, quoted: bool) -> Result<Vec<Part<'s>>, Reported> {
        let mut parts: Vec<Part<'s>> = Vec::new();
        let mut failed = None;
        let mut strip_next = false;
        let mut i = from;
        while i < to {
            let token = self.token(i);
            match token.kind {
                Kind::Text => {
                    match self.literal(token, quoted) {
                        Ok(mut text) => {
                            if strip_next {
                                text = match text {
                                    Cow::Borrowed(t) => Cow::Borrowed(t.trim_start()),
                                    Cow::Owned(t) => Cow::Owned(t.trim_start().to_owned()),
                                };
                            }
                            parts.push(Part::Text(text));
                        }
                        Err(reported) => failed = Some(reported),
                    }
                    strip_next = false;
                    i += 1;
                }
                Kind::Interpolation | Kind::Directive => {
                    let Some(close) = token.pair() else {
                        return Err(
                            self.report(error::unclosed_sequence(token.kind, self.span_of(token)))
                        );
                    };
                    if token.end - token.start == 3
                        && i > from
                        && self.kind(i - 1) == Kind::Text
                        && let Some(Part::Text(text)) = parts.last_mut()
                    {
                        let len = text.trim_end().len();
                        match text {
                            Cow::Borrowed(t) => *t = &t[..len],
                            Cow::Owned(t) => t.truncate(len),
                        }
                    }
                    if self.place(close).start == self.place(close).end {
                        // It was never closed, and that has been said.
                        return Err(Reported);
                    }
                    let part = if token.kind == Kind::Interpolation {
                        self.interpolation(i, close).map(Part::Interpolation)
                    } else {
                        self.directive(i, close)
                    };
                    match part {
                        Ok(part) => parts.push(part),
                        Err(reported) => failed = Some(reported),
                    }
                    let closer = self.token(close);
                    strip_next = closer.end - closer.start == 2;
                    i = close + 1;
                }
                _ => i += 1,
            }
        }
        match failed {
            Some(reported) => Err(reported),
            None => Ok(parts),
        }
    }

    fn interpolation(&mut self, open: usize, close: usize) -> Result<Expr, Reported> {
        let first = self.skip_newlines(open + 1);
        if first >= close {
            let place = self.place(open).to(self.place(close));
            return Err(self.report(error::empty_sequence(place)));
        }
        self.deeper(2, open, |p| {
            let (expr, end) = p.expression(first, Breaks::Skip)?;
            let end = p.skip_newlines(end);
            if end < close {
                let place = p.place(end);
                let open = p.place(open);
                let colon = p.kind(end) == Kind::Colon;
                return Err(p.report_at(end, error::extra_in_interpolation(colon, place, open)));
            }
            Ok(expr)
        })
    }

    fn directive(&mut self, open: usize, close: usize) -> Result<Part<'s>, Reported> {
        let place = self.place(open).to(self.place(close));
        let word = self.skip_newlines(open + 1);
        if word >= close || self.kind(word) != Kind::Ident {
            return Err(self.report_at(word, error::directive_without_keyword(place)));
        }
        let keyword = self.text_of(self.token(word));
        let first = self.skip_newlines(word + 1);
        let simple = |p: &mut Self, part: Part<'s>| {
            if first < close {
                let extra = p.place(first);
                return Err(p.report_at(first, error::extra_in_directive(keyword, extra)));
            }
            Ok(part)
        };
        match keyword {
            "if" => {
                let condition = self.directive_expression(keyword, first, close, place)?;
                Ok(Part::If(condition, place))
            }
            "else" => simple(self, Part::Else(place)),
            "endif" => simple(self, Part::EndIf(place)),
            "endfor" => simple(self, Part::EndFor(place)),
            "for" => {
                let mut names = Vec::new();
                let mut i = first;
                loop {
                    if i >= close || self.kind(i) != Kind::Ident {
                        let at = self.place(i.min(close));
                        return Err(self.report_at(i, error::for_directive(at)));
                    }
                    let text = self.text_of(self.token(i));
                    names.push(self.name(text));
                    i = self.skip_newlines(i + 1);
                    if names.len() == 2 || self.kind(i) != Kind::Comma {
                        break;
                    }
                    i = self.skip_newlines(i + 1);
                }
                let is_in = self.kind(i) == Kind::Ident && self.text_of(self.token(i)) == "in";
                if i >= close || !is_in {
                    let at = self.place(i.min(close));
                    return Err(self.report_at(i, error::for_directive(at)));
                }
                let first = self.skip_newlines(i + 1);
                let collection = self.directive_expression(keyword, first, close, place)?;
                let value_var = names.pop().unwrap_or_else(|| Arc::from(""));
                let intro = ForIntro {
                    key_var: names.pop(),
                    value_var,
                    collection,
                };
                Ok(Part::For(intro, place))
            }
            _ => {
                let at = self.place(word);
                Err(self.report(error::unknown_directive(keyword, at)))
            }
        }
    }

    fn directive_expression(
        &mut self,
        keyword: &str,
        first: usize,
        close: usize,
        place: Span,
    ) -> Result<Expr, Reported> {
        if first >= close {
            return Err(self.report(error::empty_sequence(place)));
        }
        self.deeper(2, first, |p| {
            let (expr, end) = p.expression(first, Breaks::Skip)?;
            let end = p.skip_newlines(end);
            if end < close {
                let extra = p.place(end);
                return Err(p.report_at(end, error::extra_in_directive(keyword, extra)));
            }
            Ok(expr)
        })
    }

    /// Puts directives together with what belongs to them, up to what ends the surrounding one.
    fn nest(
        &mut self,
        parts: &mut std::vec::IntoIter<Part<'s>>,
    ) -> Result<(Vec<TemplatePart>, Ended), Reported> {
        let mut out = Vec::with_capacity(parts.len());
        let mut text = String::new();
        let flush = |text: &mut String, out: &mut Vec<TemplatePart>| {
            if !text.is_empty() {
                out.push(TemplatePart::Text(normalized(text)));
                text.clear();
            }
        };
        while let Some(part) = parts.next() {
            if let Part::Text(t) = part {
                text.push_str(&t);
                continue;
            }
            flush(&mut text, &mut out);
            match part {
                Part::Text(_) => {}
                Part::Interpolation(expr) => out.push(TemplatePart::Interpolation(expr)),
                Part::Else(place) => return Ok((out, Ended::Else(place))),
                Part::EndIf(place) => return Ok((out, Ended::EndIf(place))),
                Part::EndFor(place) => return Ok((out, Ended::EndFor(place))),
                Part::If(condition, place) => {
                    let (yes, mut ended) = self.deeper_at(1, place, |p| p.nest(parts))?;
                    let mut no = Vec::new();
                    if matches!(ended, Ended::Else(_)) {
                        (no, ended) = self.deeper_at(1, place, |p| p.nest(parts))?;
                    }
                    match ended {
                        Ended::EndIf(_) => {}
                        Ended::End => {
                            return Err(self.report(error::unclosed_directive("if", place)));
                        }
                        Ended::Else(at) => {
                            return Err(self.report(error::unexpected_directive(
                                "else",
                                Some("if"),
                                at,
                            )));
                        }
                        Ended::EndFor(at) => {
                            return Err(self.report(error::unexpected_directive(
                                "endfor",
                                Some("if"),
                                at,
                            )));
                        }
                    }
                    out.push(TemplatePart::If { condition, yes, no });
                }
                Part::For(intro, place) => {
                    let (body, ended) = self.deeper_at(1, place, |p| p.nest(parts))?;
                    let wrong = match ended {
                        Ended::EndFor(_) => None,
                        Ended::End => {
                            return Err(self.report(error::unclosed_directive("for", place)));
                        }
                        Ended::Else(at) => Some(("else", at)),
                        Ended::EndIf(at) => Some(("endif", at)),
                    };
                    if let Some((word, at)) = wrong {
                        return Err(self.report(error::unexpected_directive(
                            word,
                            Some("for"),
                            at,
                        )));
                    }
                    out.push(TemplatePart::For {
                        key_var: intro.key_var,
                        value_var: intro.value_var,
                        collection: intro.collection,
                        body,
                    });
                }
            }
        }
        flush(&mut text, &mut out);
        Ok((out, Ended::End))
    }
}
