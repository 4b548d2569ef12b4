//! Decides what tokens there are.
//!
//! Templates are tokens too: their literal parts, and the expressions in them, down to any depth. Each opening token knows its
//! closing one. Errors of this level (a character that is none, an unclosed quote) are noted beside the tokens. Does not
//! decide which order of tokens is an expression or a block.

use cairn_diag::Diagnostic;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
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
pub(crate) const UNPAIRED: u32 = u32::MAX;

/// One token of a [`Chunk`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// First byte.
    pub(crate) start: u32,
    /// One past the last byte.
    pub(crate) end: u32,
    /// For what opens: the index of what closes it. Otherwise, or if nothing does, [`UNPAIRED`].
    pub(crate) pair: u32,
}

impl Token {
    /// The index of the closing token, if there is one.
    pub(crate) fn pair(self) -> Option<usize> {
        (self.pair != UNPAIRED).then_some(self.pair as usize)
    }
}

/// The tokens of one top-level item.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// The tokens; the last one is [`Kind::End`].
    pub(crate) tokens: Vec<Token>,
    /// What is wrong on this level.
    pub(crate) errors: Vec<Diagnostic>,
    /// Something that was opened is not closed, or the other way round.
    pub(crate) unbalanced: bool,
    /// The first template that is not closed, if there is one: what follows may be read wrongly.
    pub(crate) astray: Option<u32>,
}

impl Chunk {
    /// A template that begins here is not closed.
    pub(crate) fn stray(&mut self, from: u32) {
        self.astray = Some(self.astray.map_or(from, |a| a.min(from)));
    }
}
