//! Decides what the parts of the parser share: the tokens of the item at hand, the messages, the names. Does not decide any grammar.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, FileId, Span};
use cairn_value::Name;

use super::error;
use super::token::{Chunk, Kind, Token};
use crate::deep::deep;

/// An error was noted; there is no result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reported;

/// How deep brackets, templates (each counts twice), conditionals, operators that bind closer and blocks may nest, all together.
/// What recurses over expressions (evaluation, say) relies on it and takes its stack by [`deep`].
pub(super) const MAX_DEPTH: usize = 1000;

/// Reads one text.
pub(super) struct Parser<'s> {
    pub(super) file: FileId,
    pub(super) text: &'s str,
    pub(super) chunk: Chunk,
    pub(super) diagnostics: Diagnostics,
    /// How deep the expression being read lies inside others.
    pub(super) depth: usize,
    /// The nearest block header, for messages.
    pub(super) within: Option<Arc<str>>,
    /// Where to go on after an error, if not on the next line.
    pub(super) resume: Option<usize>,
    /// A block's header was read whose brace is not on its line.
    pub(super) headless: bool,
    names: Names,
    /// Where lines begin, once a message has asked.
    lines: Vec<usize>,
}

impl<'s> Parser<'s> {
    pub(super) fn new(file: FileId, text: &'s str) -> Self {
        Self {
            file,
            text,
            chunk: Chunk::default(),
            diagnostics: Diagnostics::new(),
            depth: 0,
            within: None,
            resume: None,
            headless: false,
            names: Names::default(),
            lines: Vec::new(),
        }
    }

    /// A token of the item; past the end, the end.
    pub(super) fn token(&self, index: usize) -> Token {
        let tokens = &self.chunk.tokens;
        tokens[index.min(tokens.len() - 1)]
    }

    pub(super) fn kind(&self, index: usize) -> Kind {
        self.token(index).kind
    }

    /// The text of a token.
    pub(super) fn text_of(&self, token: Token) -> &'s str {
        &self.text[token.start as usize..token.end as usize]
    }

    /// The place of a token.
    pub(super) fn span_of(&self, token: Token) -> Span {
        self.span(token.start as usize, token.end as usize)
    }

    /// The place of a token by index.
    pub(super) fn place(&self, index: usize) -> Span {
        self.span_of(self.token(index))
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// The first token from an index on that is no line break.
    pub(super) fn skip_newlines(&self, mut index: usize) -> usize {
        while self.kind(index) == Kind::Newline {
            index += 1;
        }
        index
    }

    /// Notes an error.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        self.diagnostics.push(match &self.within {
            Some(within) if diagnostic.within.is_none() => diagnostic.within(&**within),
            _ => diagnostic,
        });
        Reported
    }

    /// Notes an error about a token, unless the token is none and that has been said.
    pub(super) fn report_at(&mut self, index: usize, diagnostic: Diagnostic) -> Reported {
        if self.kind(index) == Kind::Invalid {
            return Reported;
        }
        self.report(diagnostic)
    }

    /// Counts `more` levels while `f` runs; too many are an error at the token.
    pub(super) fn deeper<T>(
        &mut self,
        more: usize,
        index: usize,
        f: impl FnOnce(&mut Self) -> Result<T, Reported>,
    ) -> Result<T, Reported> {
        self.deeper_at(more, self.place(index), f)
    }

    /// As [`Self::deeper`], with the place of the token.
    pub(super) fn deeper_at<T>(
        &mut self,
        more: usize,
        place: Span,
        f: impl FnOnce(&mut Self) -> Result<T, Reported>,
    ) -> Result<T, Reported> {
        if self.depth + more > MAX_DEPTH {
            return Err(self.report(error::too_deep(place)));
        }
        self.depth += more;
        let result = deep(|| f(self));
        self.depth -= more;
        result
    }

    /// The line of a place, from 1.
    pub(super) fn line_of(&mut self, place: Span) -> usize {
        if self.lines.is_empty() {
            let breaks = self.text.match_indices('\n').map(|(at, _)| at + 1);
            self.lines = std::iter::once(0).chain(breaks).collect();
        }
        self.lines
            .partition_point(|&begin| begin <= place.start as usize)
    }

    /// A shared name.
    pub(super) fn name(&mut self, text: &str) -> Name {
        self.names.get(text)
    }
}

/// The names met so far, each once.
#[derive(Default)]
struct Names(HashSet<Name, BuildHasherDefault<Fnv>>);

impl Names {
    fn get(&mut self, text: &str) -> Name {
        if let Some(name) = self.0.get(text) {
            return name.clone();
        }
        let name: Name = Arc::from(text);
        self.0.insert(name.clone());
        name
    }
}

/// Fowler-Noll-Vo 1a: short keys, and no attacker gains by slow lookups in his own configuration.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.0 = (self.0 ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
