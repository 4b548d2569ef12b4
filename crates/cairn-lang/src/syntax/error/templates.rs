//! Decides the words about interpolations and directives.

use std::fmt::Write as _;

use cairn_diag::{Diagnostic, Span, nearest};

use super::at;

pub(in crate::syntax) fn empty_sequence(place: Span) -> Diagnostic {
    at(
        "invalid-expression",
        "Invalid expression",
        "An expression is expected between these braces.",
        place,
    )
}

pub(in crate::syntax) fn extra_in_interpolation(
    colon: bool,
    place: Span,
    open: Span,
) -> Diagnostic {
    at(
        "extra-in-interpolation",
        "Extra characters after interpolation expression",
        if colon {
            "A colon does not belong into an interpolation. If this is meant for a shell or another language, write $${ instead of ${ so that it stays as it is."
        } else {
            "The closing brace of the interpolation is expected here. If this is meant for a shell or another language, write $${ instead of ${ so that it stays as it is."
        },
        place,
    )
    .context(open.to(place))
}

pub(in crate::syntax) fn directive_without_keyword(place: Span) -> Diagnostic {
    at(
        "invalid-directive",
        "Invalid template directive",
        "A directive begins with `if`, `else`, `endif`, `for` or `endfor`. If %{ is meant as plain text, write %%{.",
        place,
    )
}

pub(in crate::syntax) fn unknown_directive(word: &str, place: Span) -> Diagnostic {
    let known = ["if", "else", "endif", "for", "endfor"];
    let mut detail = format!("There is no directive `{word}`.");
    if let Some(near) = nearest(word, known) {
        let _ = write!(detail, " Did you mean `{near}`?");
    }
    at(
        "invalid-directive",
        "Invalid template control keyword",
        detail,
        place,
    )
    .hint("If %{ is meant as plain text, write %%{.")
}

pub(in crate::syntax) fn extra_in_directive(word: &str, place: Span) -> Diagnostic {
    at(
        "extra-in-directive",
        format_marker(word),
        "The closing brace of the directive is expected here.",
        place,
    )
}

fn format_marker(word: &str) -> &'static str {
    match word {
        "if" => "Extra characters in if marker",
        "else" => "Extra characters in else marker",
        "endif" => "Extra characters in endif marker",
        "for" => "Extra characters in for marker",
        _ => "Extra characters in endfor marker",
    }
}

pub(in crate::syntax) fn for_directive(place: Span) -> Diagnostic {
    at(
        "invalid-directive",
        "Invalid 'for' directive",
        "It is written %{ for element in list } or %{ for key, element in map }.",
        place,
    )
}

pub(in crate::syntax) fn unclosed_directive(word: &str, place: Span) -> Diagnostic {
    at(
        "unclosed-directive",
        "Unexpected end of template",
        format!("The template ends, but this `{word}` has no %{{ end{word} }}."),
        place,
    )
}

pub(in crate::syntax) fn unexpected_directive(
    word: &str,
    inside: Option<&str>,
    place: Span,
) -> Diagnostic {
    let summary = match word {
        "else" => "Unexpected else directive",
        "endif" => "Unexpected endif directive",
        _ => "Unexpected endfor directive",
    };
    let detail = match (word, inside) {
        ("else", Some("if")) => "The `if` has its `else` already.".to_owned(),
        ("else", Some(_)) => "A `for` has no `else`.".to_owned(),
        (_, Some(open)) => format!("The innermost open directive is `{open}`; close that first."),
        (_, None) => "No directive is open here that this could belong to.".to_owned(),
    };
    at("unexpected-directive", summary, detail, place)
}
