//! Decides the words about characters, quotes, heredocs and escapes.

use cairn_diag::{Diagnostic, Span};

use super::at;
use crate::syntax::token::Kind;

pub(in crate::syntax) fn unclosed_comment(place: Span) -> Diagnostic {
    at(
        "unclosed-comment",
        "Unterminated comment",
        "This comment is never closed. Write `*/` where it ends.",
        place,
    )
}

pub(in crate::syntax) fn invalid_character(c: char, text: &str, place: Span) -> Diagnostic {
    let character = |detail: String| at("invalid-character", "Invalid character", detail, place);
    let operator = |detail: &str| {
        at(
            "unsupported-operator",
            "Unsupported operator",
            detail,
            place,
        )
    };
    match c {
        '\'' => character("Single quotes do not enclose strings. Write double quotes (\").".to_owned()),
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2018}' | '\u{2019}' => character(format!(
            "The typographic quote {c} has no meaning here; a word processor may have put it in. Write double quotes (\")."
        )),
        '`' => character(
            "Backticks do not enclose strings. Write double quotes (\"), or a heredoc (<<EOT) for several lines."
                .to_owned(),
        ),
        ';' => character(
            "A semicolon separates nothing. Arguments and blocks go on lines of their own; items of a collection are separated by commas."
                .to_owned(),
        ),
        '&' => operator("There are no operators on bits. The logical AND is written `&&`."),
        '|' => operator("There are no operators on bits. The logical OR is written `||`."),
        '^' | '~' => operator("There are no operators on bits."),
        '@' | '$' => character(format!(
            "`{text}` has no meaning here. A reference is written by its name alone, and only inside of quotes as ${{name}}."
        )),
        '\u{a0}' | '\u{200b}' | '\u{feff}' | '\u{2003}' | '\u{2009}' | '\u{3000}' => character(
            "There is an invisible character here, most likely copied along with the text. Replace it by an ordinary blank."
                .to_owned(),
        ),
        c if c.is_control() => {
            character("There is a control character here that the language does not use.".to_owned())
        }
        _ => character(format!("The language does not use the character `{c}` outside of strings and comments.")),
    }
}

pub(in crate::syntax) fn unclosed_quote(more: bool, place: Span) -> Diagnostic {
    if more {
        at(
            "unclosed-quote",
            "Invalid multi-line string",
            "This string is still open at the end of its line. If the closing quote is missing, add it; for a line break in the string write \\n, for a text of several lines a heredoc (<<EOT).",
            place,
        )
    } else {
        at(
            "unclosed-quote",
            "Unterminated template string",
            "This string has no closing quote. Add a \" where it ends.",
            place,
        )
    }
}

pub(in crate::syntax) fn unclosed_sequence(kind: Kind, place: Span) -> Diagnostic {
    if kind == Kind::Directive {
        at(
            "unclosed-sequence",
            "Unclosed template control sequence",
            "The %{ that begins here has no closing brace. If it is meant as plain text, write %%{.",
            place,
        )
    } else {
        at(
            "unclosed-sequence",
            "Unclosed template interpolation sequence",
            "The ${ that begins here has no closing brace. Add the missing }; if it is meant as plain text (a shell variable, say), write $${.",
            place,
        )
    }
}

pub(in crate::syntax) fn invalid_heredoc_marker(place: Span, named: bool) -> Diagnostic {
    at(
        "invalid-heredoc-marker",
        "Invalid heredoc marker",
        if named {
            "The marker of a heredoc must be the last thing on its line, without blanks or a comment behind it; the text begins on the next one."
        } else {
            "`<<` begins a heredoc and is followed by a marker that is a plain name, such as <<EOT or <<-EOT, without quotes."
        },
        place,
    )
}

pub(in crate::syntax) fn unclosed_heredoc(marker: &str, at_end: bool, place: Span) -> Diagnostic {
    at(
        "unclosed-heredoc",
        "Unterminated template string",
        if at_end {
            format!(
                "The file ends right behind the closing marker {marker}. The marker must be followed by a line break."
            )
        } else {
            format!(
                "This heredoc is never closed. Write {marker} alone on a line where its text ends."
            )
        },
        place,
    )
}

pub(in crate::syntax) fn invalid_escape(text: &str, place: Span) -> Diagnostic {
    let detail = if text.starts_with("\\u") || text.starts_with("\\U") {
        format!(
            "`{text}` names no character. Write \\u and four hexadecimal digits, or \\U and eight, of a Unicode character; for a backslash itself write \\\\."
        )
    } else {
        format!(
            "There is no escape sequence `{text}`. There are \\n, \\r, \\t, \\\", \\\\, \\uNNNN and \\UNNNNNNNN; for a backslash itself write \\\\."
        )
    };
    at("invalid-escape", "Invalid escape sequence", detail, place)
}
