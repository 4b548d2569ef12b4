//! Decides what attributes and blocks a text consists of. After a mistake it goes on with the next argument where everything
//! that was opened is closed, else with the next top-level block.

use std::collections::HashMap;
use std::sync::Arc;

use cairn_diag::Span;
use cairn_value::Name;

use super::ast::{Attribute, Block, Body, Label};
use super::error;
use super::expr::Breaks;
use super::lexer::{Lexer, Text};
use super::parser::{Parser, Reported};
use super::token::Kind;

/// Bodies of more attributes than this look names up in a table.
const FEW: usize = 16;

/// The attributes met so far in one body.
#[derive(Default)]
pub(super) struct Seen(HashMap<Name, Span>);

impl Parser<'_> {
    /// The whole file.
    pub(super) fn file(&mut self) -> Body {
        let mut body = Body {
            attributes: Vec::new(),
            blocks: Vec::new(),
            span: self.span(0, self.text.len()),
            json: false,
            partial: false,
        };
        let mut seen = Seen::default();
        let mut lexer = Lexer::new(self.file, self.text, Text::Items);
        let mut chunk = std::mem::take(&mut self.chunk);
        while lexer.next_chunk(&mut chunk) {
            self.diagnostics.extend(chunk.errors.drain(..));
            self.chunk = chunk;
            self.within = None;
            if std::mem::take(&mut self.headless) && self.kind(0) == Kind::OpenBrace {
                chunk = std::mem::take(&mut self.chunk);
                continue;
            }
            let before = std::mem::take(&mut self.diagnostics);
            // What went wrong has been said.
            let _: Result<usize, Reported> = self.items(0, None, &mut body, &mut seen);
            let found = std::mem::replace(&mut self.diagnostics, before);
            // Behind a template that is not closed, brackets are missed or met that are none.
            let astray = self.chunk.astray.filter(|_| self.chunk.unbalanced);
            self.diagnostics.extend(found.into_iter().filter(|d| {
                astray.is_none_or(|from| {
                    d.code != "unclosed-block" && d.subject.is_none_or(|s| s.start < from)
                })
            }));
            chunk = std::mem::take(&mut self.chunk);
        }
        body
    }

    /// Attributes and blocks up to the closing brace.
    fn items(
        &mut self,
        mut i: usize,
        close: Option<usize>,
        body: &mut Body,
        seen: &mut Seen,
    ) -> Result<usize, Reported> {
        loop {
            if Some(i) == close {
                return Ok(i + 1);
            }
            match self.kind(i) {
                Kind::Newline => i += 1,
                Kind::End => return Ok(i),
                _ => match self.item(i, body, seen) {
                    Ok(next) => i = next,
                    Err(reported) if self.chunk.unbalanced => return Err(reported),
                    Err(_) => {
                        body.partial = true;
                        i = self
                            .resume
                            .take()
                            .unwrap_or_else(|| self.skip_line(i, close));
                    }
                },
            }
        }
    }

    /// The next line break on this level, or the closing brace.
    fn skip_line(&self, mut i: usize, close: Option<usize>) -> usize {
        while !matches!(self.kind(i), Kind::Newline | Kind::End) && Some(i) != close {
            i = self.token(i).pair().unwrap_or(i) + 1;
        }
        i
    }

    fn item(&mut self, i: usize, body: &mut Body, seen: &mut Seen) -> Result<usize, Reported> {
        let token = self.token(i);
        let place = self.span_of(token);
        match token.kind {
            Kind::Ident => {}
            Kind::OpenQuote => {
                return Err(self.report(error::quoted_argument_name(place)));
            }
            Kind::CloseBrace => return Err(self.report(error::stray_brace(place))),
            _ => {
                let text = self.text_of(token);
                return Err(self.report_at(i, error::no_item(text, place)));
            }
        }
        match self.kind(i + 1) {
            Kind::Equal => {
                let end = self.attribute(i, body, seen)?;
                self.line_end(i, end)
            }
            Kind::OpenQuote | Kind::OpenBrace | Kind::Ident => {
                let (block, end) = self.block(i)?;
                body.blocks.push(block);
                match self.kind(end) {
                    Kind::Newline => Ok(end + 1),
                    Kind::End => Ok(end),
                    _ => {
                        let place = self.place(end);
                        Err(self.report_at(end, error::missing_newline_after_block(place)))
                    }
                }
            }
            Kind::Colon => {
                let place = self.place(i + 1);
                let name = self.text_of(token);
                Err(self.report(error::colon_for_equal(name, place)))
            }
            Kind::Newline | Kind::End => {
                let name = self.text_of(token);
                Err(self.report(error::lonely_name(name, place)))
            }
            Kind::Dot | Kind::OpenBracket => {
                let place = place.to(self.place(i + 1));
                Err(self.report(error::dotted_argument_name(place)))
            }
            _ => {
                let name = self.text_of(token);
                let at = self.place(i + 1);
                let found = self.text_of(self.token(i + 1));
                Err(self.report_at(i + 1, error::no_argument(name, found, at)))
            }
        }
    }

    /// `name = expression`, of which the name is at `i`.
    fn attribute(&mut self, i: usize, body: &mut Body, seen: &mut Seen) -> Result<usize, Reported> {
        let token = self.token(i);
        let name_span = self.span_of(token);
        let text = self.text_of(token);
        if matches!(
            self.kind(i + 2),
            Kind::Newline | Kind::End | Kind::CloseBrace
        ) {
            let place = name_span.to(self.place(i + 1));
            return Err(self.report(error::argument_without_value(text, place)));
        }
        let (expr, end) = self
            .expression(i + 2, Breaks::End)
            .inspect_err(|_| body.partial = true)?;
        let name = self.name(text);
        if let Some(first) = seen.before(body, &name, name_span) {
            let line = self.line_of(first);
            self.report(error::attribute_redefined(text, line, name_span));
            return Ok(end);
        }
        body.attributes.push(Attribute {
            name,
            name_span,
            expr,
        });
        Ok(end)
    }

    /// The line ends behind an attribute.
    fn line_end(&mut self, name: usize, end: usize) -> Result<usize, Reported> {
        let place = self.place(end);
        let diagnostic = match self.kind(end) {
            Kind::Newline => return Ok(end + 1),
            Kind::End => return Ok(end),
            Kind::Comma => error::comma_after_argument(place),
            _ => {
                let text = self.text_of(self.token(end));
                let before = self.text_of(self.token(end - 1));
                let value = self.place(name + 2).to(self.place(end - 1));
                error::missing_newline_after_argument(before, text, place, value)
            }
        };
        Err(self.report_at(end, diagnostic))
    }

    /// `type "label" { … }`, of which the type is at `i`.
    fn block(&mut self, i: usize) -> Result<(Block, usize), Reported> {
        let ty_token = self.token(i);
        let ty_span = self.span_of(ty_token);
        let ty_text = self.text_of(ty_token);
        let ty = self.name(ty_text);
        let mut labels = Vec::new();
        let mut header = ty_span;
        let mut at = i + 1;
        loop {
            let token = self.token(at);
            match token.kind {
                Kind::OpenBrace => break,
                Kind::Ident => {
                    let span = self.span_of(token);
                    let text = self.text_of(token);
                    labels.push(Label {
                        text: self.name(text),
                        span,
                    });
                    header = header.to(span);
                    at += 1;
                }
                Kind::OpenQuote => {
                    let Some(close) = token.pair() else {
                        return Err(Reported);
                    };
                    let span = self.span_of(token).to(self.place(close));
                    let text = match (close - at, self.kind(at + 1)) {
                        (1, _) => self.name(""),
                        (2, Kind::Text) => {
                            let text = self.literal(self.token(at + 1), true)?;
                            self.name(&text)
                        }
                        _ => {
                            let place = self.place(at + 1).to(self.place(close));
                            return Err(self.report(error::template_in_label(place)));
                        }
                    };
                    labels.push(Label { text, span });
                    header = header.to(span);
                    at = close + 1;
                }
                Kind::Equal => {
                    let place = self.span_of(token);
                    return Err(self.report(error::equal_in_block_header(place, header)));
                }
                Kind::Newline | Kind::End => {
                    let brace = self.token(self.skip_newlines(at));
                    if brace.kind == Kind::OpenBrace {
                        self.resume = brace.pair().map(|close| close + 1);
                    }
                    self.headless = true;
                    return Err(self.report(error::block_without_body(ty_text, header)));
                }
                _ => {
                    let place = self.span_of(token);
                    let error = match ty_text {
                        word @ ("if" | "for" | "foreach" | "while" | "else") => {
                            error::statement(word, ty_span)
                        }
                        _ => error::invalid_block_header(place, header),
                    };
                    return Err(self.report_at(at, error));
                }
            }
        }
        let open = self.token(at);
        let outer = self.within.clone();
        if outer.is_none() {
            self.within = Some(Arc::from(
                &self.text[header.start as usize..header.end as usize],
            ));
        }
        let close = open.pair();
        let end = close.map_or_else(|| self.chunk.tokens.len() - 1, |close| close + 1);
        let mut body = Body {
            attributes: Vec::new(),
            blocks: Vec::new(),
            span: self.span_of(open).to(self.place(end - 1)),
            json: false,
            partial: false,
        };
        let read = self.deeper(1, at, |p| p.block_body(at, close, &mut body));
        self.within = outer;
        read?;
        if close.is_none() {
            let place = self.suspect(at).unwrap_or(header);
            return Err(self.report(error::unclosed_block(place, header)));
        }
        let block = Block {
            ty,
            labels,
            body,
            header,
            ty_span,
        };
        Ok((block, end))
    }

    fn block_body(
        &mut self,
        open: usize,
        close: Option<usize>,
        body: &mut Body,
    ) -> Result<(), Reported> {
        let first = open + 1;
        let mut seen = Seen::default();
        if Some(first) == close || self.kind(first) == Kind::End {
            return Ok(());
        }
        if self.kind(first) == Kind::Newline {
            self.items(first, close, body, &mut seen)?;
            return Ok(());
        }
        // All on one line: at most one argument.
        if self.kind(first) != Kind::Ident || self.kind(first + 1) != Kind::Equal {
            let place = self.place(first);
            return Err(self.report_at(first, error::invalid_one_line_block(place)));
        }
        let end = self.attribute(first, body, &mut seen)?;
        if Some(end) != close && self.kind(end) != Kind::End {
            let place = self.place(end);
            return Err(self.report_at(end, error::invalid_one_line_block(place)));
        }
        Ok(())
    }

    /// Where a brace is most likely missing if the block of an opening brace is never closed: at the first opener inside whose
    /// closing brace stands further to the left than the line of the opener begins.
    fn suspect(&self, open: usize) -> Option<Span> {
        let indent = |at: u32| {
            let before = &self.text[..at as usize];
            let line = &self.text[before.rfind('\n').map_or(0, |n| n + 1)..];
            line.len() - line.trim_start_matches([' ', '\t']).len()
        };
        let tokens = &self.chunk.tokens;
        tokens[open + 1..].iter().find_map(|token| {
            if token.kind != Kind::OpenBrace {
                return None;
            }
            let close = tokens[token.pair()?];
            let begins = &self.text[..close.start as usize];
            let alone = begins.trim_end_matches([' ', '\t']).ends_with('\n');
            (alone && indent(close.start) < indent(token.start)).then(|| self.span_of(*token))
        })
    }
}

impl Seen {
    /// The place of an attribute of the same name that the body has already.
    fn before(&mut self, body: &Body, name: &Name, span: Span) -> Option<Span> {
        if body.attributes.len() < FEW {
            return body.attribute(name).map(|a| a.name_span);
        }
        if self.0.is_empty() {
            self.0 = body
                .attributes
                .iter()
                .map(|a| (a.name.clone(), a.name_span))
                .collect();
        }
        match self.0.entry(name.clone()) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(span);
                None
            }
        }
    }
}
