//! Decides where the tokens of native syntax begin and end: one top-level item of a file at a time. What stands within quotes and
//! heredocs is cut up by [`quoted`].

mod headers;
mod quoted;

use cairn_diag::{Diagnostic, FileId, Span};

use super::error;
use super::name::{is_ident_continue, is_ident_start};
use super::token::{Chunk, Kind, Token, UNPAIRED};

/// What is open at some point.
#[derive(Clone, Copy)]
enum Open {
    Brace(u32),
    Bracket(u32),
    Paren(u32),
    /// An interpolation or directive.
    Sequence(u32),
    Quote(u32),
    /// With the range of the marker, and whether a line begins.
    Heredoc {
        index: u32,
        marker: (u32, u32),
        line_begins: bool,
    },
    /// A whole file as a template.
    Template,
}

/// What is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// A file of attributes and blocks, item by item.
    Items,
    /// One expression: everything at once.
    Expression,
    /// One bare template: everything at once.
    Template,
}

/// Cuts a text into tokens.
pub(crate) struct Lexer<'s> {
    file: FileId,
    text: &'s str,
    bytes: &'s [u8],
    what: Text,
    at: usize,
    limit: usize,
    open: Vec<Open>,
    /// Once something was found that never closes: where lines begin that look like top-level headers.
    headers: Option<Vec<usize>>,
}

impl<'s> Lexer<'s> {
    /// A lexer at the beginning of a text. A byte order mark is passed over.
    pub(crate) fn new(file: FileId, text: &'s str, what: Text) -> Self {
        Self {
            file,
            text,
            bytes: text.as_bytes(),
            what,
            at: if text.starts_with('\u{feff}') && what != Text::Template {
                3
            } else {
                0
            },
            limit: text.len(),
            open: Vec::new(),
            headers: None,
        }
    }

    /// Reads the next item into the chunk (whose contents are dropped); false at the end of the text.
    ///
    /// An item that never closes is cut off in front of the next line that looks like the header of a top-level block, so
    /// that one mistake does not swallow the rest of the file.
    pub(crate) fn next_chunk(&mut self, chunk: &mut Chunk) -> bool {
        let start = self.at;
        self.limit = self.text.len();
        let mut found = self.read_chunk(chunk);
        if chunk.unbalanced && self.what == Text::Items && self.headers.is_none() {
            let headers = headers::headers(self.text);
            let from = chunk.tokens.first().map_or(start, |t| t.start as usize);
            let again = headers::next(&headers, from).is_some_and(|limit| limit < self.at);
            // From here on no item reaches past a header, so that many mistakes do not mean to read the file many times.
            self.headers = Some(headers);
            if again {
                self.at = start;
                found = self.read_chunk(chunk);
            }
        }
        found
    }

    fn read_chunk(&mut self, chunk: &mut Chunk) -> bool {
        chunk.tokens.clear();
        chunk.errors.clear();
        chunk.unbalanced = false;
        chunk.astray = None;
        self.open.clear();
        if self.what == Text::Template {
            self.open.push(Open::Template);
        }
        loop {
            let more = match self.open.last().copied() {
                Some(Open::Quote(index)) => self.quoted(chunk, index),
                Some(Open::Heredoc {
                    index,
                    marker,
                    line_begins,
                }) => self.heredoc(chunk, index, marker, line_begins),
                Some(Open::Template) => self.bare_template(chunk),
                _ => self.normal(chunk),
            };
            if !more {
                break;
            }
        }
        self.left_open(chunk);
        let found = !chunk.tokens.is_empty();
        let at = self.at as u32;
        chunk.tokens.push(Token {
            kind: Kind::End,
            start: at,
            end: at,
            pair: UNPAIRED,
        });
        found
    }

    /// The text has ended. What a template left open is an error of this level; brackets are the parser's.
    fn left_open(&self, chunk: &mut Chunk) {
        for open in &self.open {
            match open {
                Open::Template => {}
                Open::Sequence(index) => {
                    let token = chunk.tokens[*index as usize];
                    let place = self.span(token.start as usize, token.end as usize);
                    chunk.stray(token.start);
                    chunk
                        .errors
                        .push(error::unclosed_sequence(token.kind, place));
                    chunk.unbalanced = true;
                    return;
                }
                _ => chunk.unbalanced = true,
            }
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn push(&mut self, chunk: &mut Chunk, kind: Kind, len: usize) -> u32 {
        let index = chunk.tokens.len() as u32;
        if index == 0
            && let Some(limit) = self
                .headers
                .as_deref()
                .and_then(|h| headers::next(h, self.at))
        {
            self.limit = limit;
        }
        chunk.tokens.push(Token {
            kind,
            start: self.at as u32,
            end: (self.at + len) as u32,
            pair: UNPAIRED,
        });
        self.at += len;
        index
    }

    fn invalid(&mut self, chunk: &mut Chunk, len: usize, diagnostic: Diagnostic) {
        chunk.errors.push(diagnostic);
        self.push(chunk, Kind::Invalid, len);
    }

    fn byte(&self, ahead: usize) -> u8 {
        let at = self.at + ahead;
        if at < self.limit { self.bytes[at] } else { 0 }
    }

    fn close(chunk: &mut Chunk, opener: u32, closer: u32) {
        chunk.tokens[opener as usize].pair = closer;
    }

    /// One token outside of template text. False at the end of the item.
    fn normal(&mut self, chunk: &mut Chunk) -> bool {
        if self.at >= self.limit {
            return false;
        }
        let b = self.bytes[self.at];
        match b {
            b' ' | b'\t' => {
                self.at += 1;
                while self.at < self.limit && matches!(self.bytes[self.at], b' ' | b'\t') {
                    self.at += 1;
                }
            }
            b'\n' => return self.newline(chunk, 1),
            b'\r' if self.byte(1) == b'\n' => return self.newline(chunk, 2),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let len = self.ident_len();
                self.push(chunk, Kind::Ident, len);
            }
            b'0'..=b'9' => {
                let len = number_len(&self.bytes[self.at..self.limit]);
                self.push(chunk, Kind::Number, len);
            }
            b'#' => self.line_comment(),
            b'/' if self.byte(1) == b'/' => self.line_comment(),
            b'/' if self.byte(1) == b'*' => {
                let rest = &self.text[self.at + 2..self.limit];
                if let Some(len) = rest.find("*/") {
                    self.at += len + 4;
                } else {
                    let error = error::unclosed_comment(self.span(self.at, self.at + 2));
                    let len = self.limit - self.at;
                    self.invalid(chunk, len, error);
                }
            }
            b'"' => {
                let index = self.push(chunk, Kind::OpenQuote, 1);
                self.open.push(Open::Quote(index));
            }
            b'{' => {
                let index = self.push(chunk, Kind::OpenBrace, 1);
                self.open.push(Open::Brace(index));
            }
            b'[' => {
                let index = self.push(chunk, Kind::OpenBracket, 1);
                self.open.push(Open::Bracket(index));
            }
            b'(' => {
                let index = self.push(chunk, Kind::OpenParen, 1);
                self.open.push(Open::Paren(index));
            }
            b'}' => self.close_brace(chunk, 1),
            b'~' if self.byte(1) == b'}' && self.in_sequence() => self.close_brace(chunk, 2),
            b']' => {
                let index = self.push(chunk, Kind::CloseBracket, 1);
                self.close_inner(chunk, index, |o| matches!(o, Open::Bracket(_)));
            }
            b')' => {
                let index = self.push(chunk, Kind::CloseParen, 1);
                self.close_inner(chunk, index, |o| matches!(o, Open::Paren(_)));
            }
            b'.' if self.byte(1) == b'.' && self.byte(2) == b'.' => {
                self.push(chunk, Kind::Ellipsis, 3);
            }
            b'.' => {
                self.push(chunk, Kind::Dot, 1);
            }
            b',' => {
                self.push(chunk, Kind::Comma, 1);
            }
            b':' if self.byte(1) == b':' => {
                self.push(chunk, Kind::DoubleColon, 2);
            }
            b':' => {
                self.push(chunk, Kind::Colon, 1);
            }
            b'?' => {
                self.push(chunk, Kind::Question, 1);
            }
            b'=' => {
                match self.byte(1) {
                    b'=' => self.push(chunk, Kind::Operator, 2),
                    b'>' => self.push(chunk, Kind::FatArrow, 2),
                    _ => self.push(chunk, Kind::Equal, 1),
                };
            }
            b'!' => {
                if self.byte(1) == b'=' {
                    self.push(chunk, Kind::Operator, 2);
                } else {
                    self.push(chunk, Kind::Bang, 1);
                }
            }
            b'-' => {
                self.push(chunk, Kind::Minus, 1);
            }
            b'*' => {
                self.push(chunk, Kind::Star, 1);
            }
            b'+' | b'/' | b'%' => {
                self.push(chunk, Kind::Operator, 1);
            }
            b'<' if self.byte(1) == b'<' => self.open_heredoc(chunk),
            b'<' | b'>' => {
                let len = if self.byte(1) == b'=' { 2 } else { 1 };
                self.push(chunk, Kind::Operator, len);
            }
            b'&' | b'|' if self.byte(1) == b => {
                self.push(chunk, Kind::Operator, 2);
            }
            _ => self.other(chunk),
        }
        true
    }

    fn other(&mut self, chunk: &mut Chunk) {
        let c = self.text[self.at..]
            .chars()
            .next()
            .expect("the place is before the end");
        if !c.is_ascii() && is_ident_start(c) {
            let len = self.ident_len();
            self.push(chunk, Kind::Ident, len);
            return;
        }
        let mut len = c.len_utf8();
        // The whole quoted text is one mistake.
        if matches!(c, '\'' | '\u{201c}' | '\u{201e}' | '\u{2018}') {
            let line = self.text[self.at + len..self.limit]
                .split('\n')
                .next()
                .unwrap_or("");
            let closes = |end: char| match c {
                '\'' => end == '\'',
                _ => matches!(end, '\u{201c}' | '\u{201d}' | '\u{2019}'),
            };
            if let Some((close, end)) = line.char_indices().find(|(_, end)| closes(*end)) {
                len += close + end.len_utf8();
            }
        }
        let text = &self.text[self.at..self.at + len];
        let error = error::invalid_character(c, text, self.span(self.at, self.at + len));
        self.invalid(chunk, len, error);
    }

    fn newline(&mut self, chunk: &mut Chunk, len: usize) -> bool {
        if self.open.is_empty() && self.what == Text::Items {
            if chunk.tokens.is_empty() {
                self.at += len;
                return true;
            }
            self.push(chunk, Kind::Newline, len);
            return false;
        }
        match chunk.tokens.last() {
            Some(last) if last.kind == Kind::Newline => self.at += len,
            _ => {
                self.push(chunk, Kind::Newline, len);
            }
        }
        true
    }

    fn line_comment(&mut self) {
        self.at = self.bytes[self.at..self.limit]
            .iter()
            .position(|&b| b == b'\n')
            .map_or(self.limit, |len| {
                let end = self.at + len;
                if self.bytes[end - 1] == b'\r' {
                    end - 1
                } else {
                    end
                }
            });
    }

    fn ident_len(&self) -> usize {
        let rest = &self.bytes[self.at..self.limit];
        let mut len = 0;
        while len < rest.len() {
            let b = rest[len];
            if b.is_ascii_alphanumeric() || b == b'_' || b == b'-' {
                len += 1;
            } else if b.is_ascii() {
                break;
            } else {
                let c = self.text[self.at + len..].chars().next();
                match c {
                    Some(c) if is_ident_continue(c) => len += c.len_utf8(),
                    _ => break,
                }
            }
        }
        len
    }

    /// Whether the innermost template sequence is open here, brackets in it left aside.
    fn in_sequence(&self) -> bool {
        self.open
            .iter()
            .rev()
            .find(|o| !matches!(o, Open::Bracket(_) | Open::Paren(_)))
            .is_some_and(|o| matches!(o, Open::Sequence(_)))
    }

    fn close_brace(&mut self, chunk: &mut Chunk, len: usize) {
        while let Some(Open::Bracket(_) | Open::Paren(_)) = self.open.last() {
            let inner = self
                .open
                .iter()
                .any(|o| matches!(o, Open::Brace(_) | Open::Sequence(_)));
            if !inner {
                break;
            }
            chunk.unbalanced = true;
            self.open.pop();
        }
        match self.open.last() {
            Some(Open::Brace(opener)) => {
                let opener = *opener;
                let index = self.push(chunk, Kind::CloseBrace, len);
                Self::close(chunk, opener, index);
                self.open.pop();
            }
            Some(Open::Sequence(opener)) => {
                let opener = *opener;
                let index = self.push(chunk, Kind::SequenceEnd, len);
                Self::close(chunk, opener, index);
                self.open.pop();
            }
            _ => {
                chunk.unbalanced = true;
                self.push(chunk, Kind::CloseBrace, len);
            }
        }
    }

    /// Closes the nearest bracket of a kind, as long as no brace or template lies between.
    fn close_inner(&mut self, chunk: &mut Chunk, closer: u32, kind: impl Fn(&Open) -> bool) {
        let found = self
            .open
            .iter()
            .rposition(|o| !matches!(o, Open::Bracket(_) | Open::Paren(_)) || kind(o))
            .filter(|&i| kind(&self.open[i]));
        let Some(i) = found else {
            chunk.unbalanced = true;
            return;
        };
        if i + 1 < self.open.len() {
            chunk.unbalanced = true;
        }
        if let Open::Bracket(opener) | Open::Paren(opener) = self.open[i] {
            Self::close(chunk, opener, closer);
        }
        self.open.truncate(i);
    }
}

/// The length of what is meant as a number at the beginning: digits, dots and exponents in any order, but no dots at its end.
fn number_len(bytes: &[u8]) -> usize {
    let mut len = 0;
    let mut end = 0;
    loop {
        len += match &bytes[len..] {
            [b'0'..=b'9', ..] => 1,
            [b'e' | b'E', b'0'..=b'9', ..] => 2,
            [b'e' | b'E', b'+' | b'-', b'0'..=b'9', ..] => 3,
            [b'.', ..] => {
                len += 1;
                continue;
            }
            _ => return end,
        };
        end = len;
    }
}
