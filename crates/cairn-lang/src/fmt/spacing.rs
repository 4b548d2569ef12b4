//! Decides whether a blank stands between two tokens of one line.

use super::token::{Sort, Token};
use crate::syntax::Kind;

/// Sets the blanks in front of every token; lines begin without any.
pub(super) fn space(tokens: &mut [Token<'_>]) {
    let mut unary = false;
    for i in 0..tokens.len() {
        let (before, rest) = tokens.split_at_mut(i);
        let token = &mut rest[0];
        let Some(last) = before.last() else {
            token.blanks = 0;
            continue;
        };
        let second = before.len().checked_sub(2).map(|n| &before[n]);
        token.blanks = usize::from(!unary && apart(second, last, token));
        unary = token.is(Kind::Minus) && takes_sign(last);
    }
}

/// Whether a minus behind this is a sign of what follows.
fn takes_sign(last: &Token<'_>) -> bool {
    match last.sort {
        Sort::Token(kind) => matches!(
            kind,
            Kind::Newline
                | Kind::OpenParen
                | Kind::OpenBracket
                | Kind::OpenBrace
                | Kind::Comma
                | Kind::Colon
                | Kind::Equal
                | Kind::Question
                | Kind::Bang
                | Kind::Minus
                | Kind::Star
                | Kind::Operator
        ),
        _ => false,
    }
}

/// Whether a blank stands between `last` and `next`; `second` stands in front of `last`.
fn apart(second: Option<&Token<'_>>, last: &Token<'_>, next: &Token<'_>) -> bool {
    use Kind::{
        Bang, CloseBrace, CloseBracket, CloseHeredoc, CloseParen, CloseQuote, Comma, Directive,
        Dot, DoubleColon, Ellipsis, Ident, Interpolation, Newline, Number, OpenBrace, OpenBracket,
        OpenHeredoc, OpenParen, OpenQuote, SequenceEnd, Text,
    };
    let last_kind = match last.sort {
        Sort::Token(kind) => Some(kind),
        _ => None,
    };
    let next_kind = match next.sort {
        Sort::Token(kind) => Some(kind),
        _ => None,
    };
    match (last_kind, next_kind) {
        (Some(Interpolation), Some(OpenBrace))
        | (Some(CloseBrace), Some(SequenceEnd))
        | (Some(Comma), Some(CloseParen | CloseBracket)) => true,
        // Lines begin and end without blanks, a template's text is what it is, and an index belongs to what it is taken of.
        (
            Some(
                Newline | OpenQuote | OpenHeredoc | Text | Interpolation | Directive | SequenceEnd
                | Dot | DoubleColon | Bang,
            ),
            _,
        )
        | (
            _,
            Some(
                Newline | CloseQuote | CloseHeredoc | Text | Interpolation | Directive
                | SequenceEnd | Dot | DoubleColon | Comma | Ellipsis,
            ),
        )
        | (Some(OpenBrace), Some(CloseBrace))
        | (Some(Ident), Some(OpenParen))
        | (Some(Number | CloseParen | CloseBracket | CloseBrace), Some(OpenBracket)) => false,
        // A bracket that opens in front of a comment up to the line's end keeps away from it.
        (Some(OpenParen | OpenBracket), _) => next.sort == Sort::LineComment,
        (_, Some(CloseParen | CloseBracket)) => false,
        // What `for … in` goes through is no index.
        (Some(Ident), Some(OpenBracket)) => {
            last.text == "in" && second.is_some_and(|t| t.is(Ident))
        }
        _ => true,
    }
}
