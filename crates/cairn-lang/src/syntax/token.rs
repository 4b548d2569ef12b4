//! Decides where the tokens of native syntax begin and end: one top-level item of a file at a time.
//!
//! Templates are tokens too: their literal parts, and the expressions in them, down to any depth. Each opening token knows its
//! closing one. Errors of this level (a character that is none, an unclosed quote) are noted beside the tokens. Does not
//! decide which order of tokens is an expression or a block.

use cairn_diag::{Diagnostic, FileId, Span};

use super::error;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One or more line breaks.
    Newline,
    /// A name or keyword.
    Ident,
    /// A number literal.
    Number,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `.`
    Dot,
    /// `...`
    Ellipsis,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `::`
    DoubleColon,
    /// `=`
    Equal,
    /// `=>`
    FatArrow,
    /// `?`
    Question,
    /// `!`
    Bang,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// Any other binary operator.
    Operator,
    /// `"` that opens a quoted template.
    OpenQuote,
    /// `"` that closes it.
    CloseQuote,
    /// `<<EOT` or `<<-EOT` with its line break.
    OpenHeredoc,
    /// The line with the closing marker, without its line break.
    CloseHeredoc,
    /// Text of a template; in a heredoc at most one line, with its line break.
    Text,
    /// `${` or `${~`
    Interpolation,
    /// `%{` or `%{~`
    Directive,
    /// `}` or `~}` that closes one of those.
    SequenceEnd,
    /// Something that is no token; an error was noted.
    Invalid,
    /// The end of the item or file.
    End,
}

/// A token's pair where it has none.
pub(super) const UNPAIRED: u32 = u32::MAX;

/// One token of a [`Chunk`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// First byte.
    pub(super) start: u32,
    /// One past the last byte.
    pub(super) end: u32,
    /// For what opens: the index of what closes it. Otherwise, or if nothing does, [`UNPAIRED`].
    pub(super) pair: u32,
}

impl Token {
    /// The index of the closing token, if there is one.
    pub(super) fn pair(self) -> Option<usize> {
        (self.pair != UNPAIRED).then_some(self.pair as usize)
    }
}

/// The tokens of one top-level item.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// The tokens; the last one is [`Kind::End`].
    pub(super) tokens: Vec<Token>,
    /// What is wrong on this level.
    pub(super) errors: Vec<Diagnostic>,
    /// Something that was opened is not closed, or the other way round.
    pub(super) unbalanced: bool,
    /// The first template that is not closed, if there is one: what follows may be read wrongly.
    pub(super) astray: Option<u32>,
}

impl Chunk {
    /// A template that begins here is not closed.
    fn stray(&mut self, from: u32) {
        self.astray = Some(self.astray.map_or(from, |a| a.min(from)));
    }
}

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
pub(super) enum Text {
    /// A file of attributes and blocks, item by item.
    Items,
    /// One expression: everything at once.
    Expression,
    /// One bare template: everything at once.
    Template,
}

/// Cuts a text into tokens.
pub(super) struct Lexer<'s> {
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
    pub(super) fn new(file: FileId, text: &'s str, what: Text) -> Self {
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
    pub(super) fn next_chunk(&mut self, chunk: &mut Chunk) -> bool {
        let start = self.at;
        self.limit = self.text.len();
        let mut found = self.read_chunk(chunk);
        if chunk.unbalanced && self.what == Text::Items && self.headers.is_none() {
            let headers = headers(self.text);
            let from = chunk.tokens.first().map_or(start, |t| t.start as usize);
            let again = next(&headers, from).is_some_and(|limit| limit < self.at);
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
            && let Some(limit) = self.headers.as_deref().and_then(|h| next(h, self.at))
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
        if c == '\'' {
            // The whole quoted text is one mistake.
            let line = self.text[self.at + 1..self.limit]
                .split('\n')
                .next()
                .unwrap_or("");
            if let Some(close) = line.find('\'') {
                len = close + 2;
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

    fn open_heredoc(&mut self, chunk: &mut Chunk) {
        let start = self.at;
        let flush = usize::from(self.byte(2) == b'-');
        let name = start + 2 + flush;
        self.at = name;
        let len = match self.text[name..self.limit].chars().next() {
            Some(c) if is_ident_start(c) => self.ident_len(),
            _ => 0,
        };
        self.at = start;
        let rest = &self.bytes[name + len..self.limit];
        let line_break = match rest {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => 0,
        };
        if len == 0 || line_break == 0 {
            let end = name + len;
            let error = error::invalid_heredoc_marker(self.span(start, end), len > 0);
            self.invalid(chunk, end - start, error);
            return;
        }
        let total = name + len + line_break - start;
        let index = self.push(chunk, Kind::OpenHeredoc, total);
        self.open.push(Open::Heredoc {
            index,
            marker: (name as u32, (name + len) as u32),
            line_begins: true,
        });
    }

    fn heredoc(
        &mut self,
        chunk: &mut Chunk,
        index: u32,
        marker: (u32, u32),
        line_begins: bool,
    ) -> bool {
        let rest = &self.bytes[self.at..self.limit];
        let newline = rest.iter().position(|&b| b == b'\n');
        if line_begins {
            let line = &self.text[self.at..self.at + newline.unwrap_or(rest.len())];
            let marker = &self.text[marker.0 as usize..marker.1 as usize];
            if newline.is_some() && line.trim() == marker {
                let len = line.strip_suffix('\r').unwrap_or(line).len();
                let closer = self.push(chunk, Kind::CloseHeredoc, len);
                Self::close(chunk, index, closer);
                self.open.pop();
                return true;
            }
        }
        if self.at >= self.limit {
            let opener = chunk.tokens[index as usize];
            let last = self.text[..self.limit].lines().next_back().unwrap_or("");
            chunk.stray(opener.start);
            let name = &self.text[marker.0 as usize..marker.1 as usize];
            let at_end = last.trim() == name;
            chunk.errors.push(error::unclosed_heredoc(
                name,
                at_end,
                self.span(opener.start as usize, marker.1 as usize),
            ));
            let closer = self.push(chunk, Kind::CloseHeredoc, 0);
            Self::close(chunk, index, closer);
            self.open.pop();
            chunk.unbalanced = true;
            return true;
        }
        let ended = self.template_line(chunk, newline.map_or(rest.len(), |n| n + 1));
        // What was just opened lies above the heredoc.
        for open in self.open.iter_mut().rev() {
            if let Open::Heredoc { line_begins, .. } = open {
                *line_begins = ended;
                break;
            }
        }
        true
    }

    fn bare_template(&mut self, chunk: &mut Chunk) -> bool {
        let rest = &self.bytes[self.at..self.limit];
        if rest.is_empty() {
            return false;
        }
        let newline = rest.iter().position(|&b| b == b'\n');
        self.template_line(chunk, newline.map_or(rest.len(), |n| n + 1));
        true
    }

    /// Text of at most `len` bytes up to a sequence, or the sequence's opener. Whether the whole line was text.
    fn template_line(&mut self, chunk: &mut Chunk, len: usize) -> bool {
        let line = &self.bytes[self.at..self.at + len];
        let mut i = 0;
        while i < len {
            match line[i] {
                c @ (b'$' | b'%') => {
                    let run = line[i..].iter().take_while(|&&b| b == c).count();
                    if line.get(i + run) == Some(&b'{') {
                        if run == 1 {
                            if i > 0 {
                                self.push(chunk, Kind::Text, i);
                            }
                            self.open_sequence(chunk, c);
                            return false;
                        }
                        i += run + 1;
                    } else {
                        i += run;
                    }
                }
                _ => i += 1,
            }
        }
        self.push(chunk, Kind::Text, len);
        true
    }

    fn open_sequence(&mut self, chunk: &mut Chunk, sigil: u8) {
        let kind = if sigil == b'$' {
            Kind::Interpolation
        } else {
            Kind::Directive
        };
        let len = if self.byte(2) == b'~' { 3 } else { 2 };
        let index = self.push(chunk, kind, len);
        self.open.push(Open::Sequence(index));
    }

    fn quoted(&mut self, chunk: &mut Chunk, index: u32) -> bool {
        let rest = &self.bytes[self.at..self.limit];
        let mut i = 0;
        loop {
            match rest.get(i) {
                Some(b'"') => {
                    if i > 0 {
                        self.push(chunk, Kind::Text, i);
                    }
                    let closer = self.push(chunk, Kind::CloseQuote, 1);
                    Self::close(chunk, index, closer);
                    self.open.pop();
                    return true;
                }
                Some(b'\\') => {
                    i += 1;
                    if rest.get(i).is_some_and(|b| !matches!(b, b'\n' | b'\r')) {
                        i += 1;
                    }
                }
                Some(&c @ (b'$' | b'%')) => {
                    let run = rest[i..].iter().take_while(|&&b| b == c).count();
                    if rest.get(i + run) == Some(&b'{') {
                        if run == 1 {
                            if i > 0 {
                                self.push(chunk, Kind::Text, i);
                            }
                            self.open_sequence(chunk, c);
                            return true;
                        }
                        i += run + 1;
                    } else {
                        i += run;
                    }
                }
                None | Some(b'\n') => {
                    if i > 0 && rest[i - 1] == b'\r' && rest.get(i).is_some() {
                        i -= 1;
                    }
                    if i > 0 {
                        self.push(chunk, Kind::Text, i);
                    }
                    self.unclosed_quote(chunk, index);
                    return true;
                }
                Some(_) => i += 1,
            }
        }
    }

    /// A quoted template meets the end of its line. Blames the outermost sequence or quote that was opened on this line and
    /// closes everything from there on.
    fn unclosed_quote(&mut self, chunk: &mut Chunk, index: u32) {
        let line = self.text[..self.at].rfind('\n').map_or(0, |n| n + 1) as u32;
        let mut culprit = self.open.len() - 1;
        while culprit > 0 {
            let below = match self.open[culprit - 1] {
                Open::Brace(_) | Open::Bracket(_) | Open::Paren(_) => {
                    // Only as far as they lie inside a sequence of a quoted template of this line.
                    let owner = self.open[..culprit].iter().rposition(|o| {
                        !matches!(o, Open::Brace(_) | Open::Bracket(_) | Open::Paren(_))
                    });
                    match owner {
                        Some(o) if self.opened_at(chunk, o) >= Some(line) => o,
                        _ => break,
                    }
                }
                Open::Sequence(_) | Open::Quote(_) => culprit - 1,
                Open::Heredoc { .. } | Open::Template => break,
            };
            if self.opened_at(chunk, below) < Some(line) {
                break;
            }
            culprit = below;
        }
        let sequence = self.open[culprit..].iter().find_map(|o| match o {
            Open::Sequence(s) => Some(*s),
            _ => None,
        });
        // A quote of an earlier line came this far inside of a sequence, which was closed by some later brace.
        let sequence = sequence.or_else(|| Self::sequence_over_lines(chunk, index, line));
        let token = |i: u32| chunk.tokens[i as usize];
        let diagnostic = if let Some(s) = sequence {
            error::unclosed_sequence(
                token(s).kind,
                self.span(token(s).start as usize, token(s).end as usize),
            )
        } else {
            let more = self.text[self.at..].contains('"') && self.at < self.text.len();
            error::unclosed_quote(
                more,
                self.span(
                    token(index).start as usize,
                    self.at.max(token(index).end as usize),
                ),
            )
        };
        let from = diagnostic.subject.map_or(self.at as u32, |s| s.start);
        chunk.stray(from);
        chunk.errors.push(diagnostic);
        while self.open.len() > culprit {
            let (kind, opener) = match self.open.pop() {
                Some(Open::Quote(i)) => (Kind::CloseQuote, i),
                Some(Open::Sequence(i)) => (Kind::SequenceEnd, i),
                Some(Open::Brace(i)) => (Kind::CloseBrace, i),
                Some(Open::Bracket(i)) => (Kind::CloseBracket, i),
                Some(Open::Paren(i)) => (Kind::CloseParen, i),
                _ => break,
            };
            let closer = self.push(chunk, kind, 0);
            Self::close(chunk, opener, closer);
        }
    }

    /// The last sequence of a quoted template that is closed on a later line than the template begins.
    fn sequence_over_lines(chunk: &Chunk, quote: u32, line: u32) -> Option<u32> {
        if chunk.tokens[quote as usize].start >= line {
            return None;
        }
        (quote..chunk.tokens.len() as u32).rev().find(|&i| {
            let token = chunk.tokens[i as usize];
            matches!(token.kind, Kind::Interpolation | Kind::Directive)
                && token
                    .pair()
                    .is_some_and(|p| token.start < line && chunk.tokens[p].start >= line)
        })
    }

    fn opened_at(&self, chunk: &Chunk, open: usize) -> Option<u32> {
        match self.open[open] {
            Open::Brace(i)
            | Open::Bracket(i)
            | Open::Paren(i)
            | Open::Sequence(i)
            | Open::Quote(i)
            | Open::Heredoc { index: i, .. } => Some(chunk.tokens[i as usize].start),
            Open::Template => None,
        }
    }
}

/// The length of the number at the beginning.
pub(super) fn number_len(bytes: &[u8]) -> usize {
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let exponent = |from: usize| -> usize {
        if !matches!(bytes.get(from), Some(b'e' | b'E')) {
            return 0;
        }
        let sign = usize::from(matches!(bytes.get(from + 1), Some(b'+' | b'-')));
        match digits((from + 1 + sign).min(bytes.len())) {
            0 => 0,
            n => 1 + sign + n,
        }
    };
    let mut len = digits(0);
    if bytes.get(len) == Some(&b'.') {
        let fraction = digits(len + 1);
        // `1.e5` is a number, `1.` and `1.a` are not.
        if fraction > 0 || exponent(len + 1) > 0 {
            len += 1 + fraction;
        }
    }
    len + exponent(len)
}

/// Whether a name can begin with it.
pub(super) fn is_ident_start(c: char) -> bool {
    c.is_ascii_alphabetic()
        || c == '_'
        || !c.is_ascii() && hcl_edit::Ident::try_new(c.to_string()).is_ok()
}

fn is_ident_continue(c: char) -> bool {
    hcl_edit::Ident::try_new(format!("a{c}")).is_ok()
}

/// Whether the text is a name of the language.
pub(crate) fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.starts_with(is_ident_start) && hcl_edit::Ident::try_new(text).is_ok()
}

/// The first header behind a place.
fn next(headers: &[usize], from: usize) -> Option<usize> {
    headers
        .get(headers.partition_point(|&h| h <= from))
        .copied()
}

/// Where lines begin that look like the header of a top-level block: a block type that only occurs there, at the very beginning
/// of the line, with an opening brace on it.
fn headers(text: &str) -> Vec<usize> {
    const TYPES: [&str; 13] = [
        "resource",
        "data",
        "module",
        "variable",
        "output",
        "locals",
        "provider",
        "terraform",
        "moved",
        "removed",
        "import",
        "check",
        "ephemeral",
    ];
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let word = line
            .find(|c: char| !c.is_ascii_lowercase())
            .map_or("", |end| &line[..end]);
        if TYPES.contains(&word) {
            let rest = line[word.len()..].trim_start();
            if rest.contains('{') && !rest.starts_with(['=', '.']) {
                found.push(at);
            }
        }
        at += line.len();
    }
    found
}
