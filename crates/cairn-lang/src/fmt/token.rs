//! Decides what the formatter sees of a text: the tokens of the syntax and, between them, every comment and every line break.

use std::borrow::Cow;

use cairn_diag::FileId;

use crate::syntax::{Chunk, Kind, Lexer, Text};

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// A token of the syntax.
    Token(Kind),
    /// `# …` or `// …`, without its line break.
    LineComment,
    /// `/* … */`
    BlockComment,
}

/// A piece of text and the blanks in front of it.
#[derive(Clone, Debug)]
pub(super) struct Token<'s> {
    /// What it is.
    pub(super) sort: Sort,
    /// What is written.
    pub(super) text: Cow<'s, str>,
    /// How many blanks stand in front of it.
    pub(super) blanks: usize,
}

impl<'s> Token<'s> {
    /// A piece with no blanks in front of it.
    pub(super) fn new(sort: Sort, text: impl Into<Cow<'s, str>>) -> Self {
        Self {
            sort,
            text: text.into(),
            blanks: 0,
        }
    }

    /// Whether it is this token of the syntax.
    pub(super) fn is(&self, kind: Kind) -> bool {
        self.sort == Sort::Token(kind)
    }

    /// Whether it is a comment.
    pub(super) fn is_comment(&self) -> bool {
        matches!(self.sort, Sort::LineComment | Sort::BlockComment)
    }

    /// How many more (or fewer) brackets are open behind it.
    pub(super) fn depth(&self) -> isize {
        match self.sort {
            Sort::Token(
                Kind::OpenBrace
                | Kind::OpenBracket
                | Kind::OpenParen
                | Kind::Interpolation
                | Kind::Directive,
            ) => 1,
            Sort::Token(
                Kind::CloseBrace | Kind::CloseBracket | Kind::CloseParen | Kind::SequenceEnd,
            ) => -1,
            _ => 0,
        }
    }
}

/// Everything in a text that is free of errors but blanks and a byte order mark.
pub(super) fn tokens(file: FileId, text: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer::new(file, text, Text::Items);
    let mut chunk = Chunk::default();
    let mut found = Vec::with_capacity(text.len() / 3);
    let mut at = 0;
    while lexer.next_chunk(&mut chunk) {
        for token in &chunk.tokens {
            let (start, end) = (token.start as usize, token.end as usize);
            between(&text[at..start], &mut found);
            if token.kind != Kind::End {
                found.push(Token::new(Sort::Token(token.kind), &text[start..end]));
            }
            at = end;
        }
    }
    between(&text[at..], &mut found);
    found
}

/// The comments and line breaks of a text that holds nothing else.
fn between<'s>(mut rest: &'s str, found: &mut Vec<Token<'s>>) {
    while !rest.is_empty() {
        let (sort, len) = if rest.starts_with('\n') {
            (Some(Sort::Token(Kind::Newline)), 1)
        } else if rest.starts_with("\r\n") {
            (Some(Sort::Token(Kind::Newline)), 2)
        } else if rest.starts_with('#') || rest.starts_with("//") {
            let line = rest.find('\n').map_or(rest, |end| &rest[..end]);
            let line = line.strip_suffix('\r').unwrap_or(line);
            (Some(Sort::LineComment), line.len())
        } else if let Some(inner) = rest.strip_prefix("/*") {
            let end = inner.find("*/").map_or(rest.len(), |end| end + 4);
            (Some(Sort::BlockComment), end)
        } else {
            (None, rest.chars().next().map_or(1, char::len_utf8))
        };
        if let Some(sort) = sort {
            found.push(Token::new(sort, &rest[..len]));
        }
        rest = &rest[len..];
    }
}
