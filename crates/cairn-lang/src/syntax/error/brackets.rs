//! Decides the words about brackets and blocks that are not closed, closed wrongly, or too many within each other.

use cairn_diag::{Diagnostic, Span};

use super::at;

/// What a bracket opens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Group {
    Paren,
    Call,
    Tuple,
    Index,
    Object,
    For,
}

pub(in crate::syntax) fn unclosed_group(group: Group, place: Span) -> Diagnostic {
    let (summary, what, bracket) = match group {
        Group::Paren => ("Unbalanced parentheses", "parenthesis", ")"),
        Group::Call => ("Unterminated function call", "function call", ")"),
        Group::Tuple => ("Unterminated tuple constructor expression", "list", "]"),
        Group::Index => ("Missing close bracket on index", "index", "]"),
        Group::Object => ("Unterminated object constructor expression", "object", "}"),
        Group::For => (
            "Unterminated 'for' expression",
            "`for` expression",
            "its closing bracket",
        ),
    };
    at(
        "unclosed-bracket",
        summary,
        format!(
            "The {what} that begins here is not closed: {bracket} is missing, or something inside is closed wrongly."
        ),
        place,
    )
}

/// A closing bracket of another kind stands where that of `group` should.
pub(in crate::syntax) fn wrong_closer(
    group: Group,
    line: usize,
    place: Span,
    open: Span,
) -> Diagnostic {
    let (summary, what, bracket) = match group {
        Group::Paren => (
            "Unbalanced parentheses",
            "parenthesis",
            "a closing parenthesis",
        ),
        Group::Call => (
            "Missing argument separator",
            "function call",
            "a comma or a closing parenthesis",
        ),
        Group::Tuple => ("Missing item separator", "list", "a comma or ]"),
        Group::Index => ("Missing close bracket on index", "index", "]"),
        Group::Object => (
            "Missing attribute separator",
            "object",
            "a comma, a line break or }",
        ),
        Group::For => (
            "Invalid 'for' expression",
            "`for` expression",
            "its closing bracket",
        ),
    };
    at(
        "unclosed-bracket",
        summary,
        format!("The {what} that begins on line {line} is still open here: {bracket} is expected."),
        place,
    )
    .context(open.to(place))
}

/// The other explanation where a separator is missing.
pub(in crate::syntax) fn or_unclosed(group: Group, line: usize) -> String {
    let (what, bracket) = match group {
        Group::Paren => ("parenthesis", ")"),
        Group::Call => ("function call", ")"),
        Group::Tuple => ("list", "]"),
        Group::Index => ("index", "]"),
        Group::Object => ("object", "}"),
        Group::For => ("`for` expression", "closing bracket"),
    };
    format!(
        "Or else the {what} that begins on line {line} should end before this: its {bracket} is missing."
    )
}

pub(in crate::syntax) fn unclosed_block(place: Span, header: Span) -> Diagnostic {
    at(
        "unclosed-block",
        "Unclosed configuration block",
        if place == header {
            "This block has no closing brace. Add the missing }, or look for a brace too many or too few inside."
        } else {
            "A closing brace is missing. By the indentation of the lines, it is the brace opened here that is not closed where it should be."
        },
        place,
    )
    .context(header)
}

pub(in crate::syntax) fn unbalanced_parentheses(place: Span, open: Span) -> Diagnostic {
    at(
        "missing-parenthesis",
        "Unbalanced parentheses",
        "A closing parenthesis is expected here.",
        place,
    )
    .context(open.to(place))
}

pub(in crate::syntax) fn missing_index_close(place: Span, open: Span) -> Diagnostic {
    at(
        "missing-index-bracket",
        "Missing close bracket on index",
        "An index is one key between brackets; ] is expected here. For a part of a list use the function slice.",
        place,
    )
    .context(open.to(place))
}

pub(in crate::syntax) fn too_deep(place: Span) -> Diagnostic {
    at(
        "nested-too-deep",
        "Expression nested too deeply",
        "Brackets, templates, conditionals and blocks can nest about a thousand levels deep, and this goes deeper. Put parts of it into local values.",
        place,
    )
}
