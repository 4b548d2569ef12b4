//! Decides how templates are cut into texts and sequences: between quotes, in heredocs and as whole files; and, where a closing
//! quote or brace is missing, which opening one is to blame.

use super::super::error;
use super::super::name::is_ident_start;
use super::super::token::{Chunk, Kind};
use super::{Lexer, Open};

impl Lexer<'_> {
    pub(super) fn open_heredoc(&mut self, chunk: &mut Chunk) {
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

    pub(super) fn heredoc(
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

    pub(super) fn bare_template(&mut self, chunk: &mut Chunk) -> bool {
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

    pub(super) fn quoted(&mut self, chunk: &mut Chunk, index: u32) -> bool {
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
                None | Some(b'\n' | b'\r') => {
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
