//! Decides the words about arguments and blocks.

use cairn_diag::{Diagnostic, Span};

use super::{at, shown};

pub(in crate::syntax) fn quoted_argument_name(place: Span) -> Diagnostic {
    at(
        "quoted-argument-name",
        "Invalid argument name",
        "The name of an argument is written without quotes.",
        place,
    )
}

pub(in crate::syntax) fn dotted_argument_name(place: Span) -> Diagnostic {
    at(
        "invalid-argument-name",
        "Argument or block definition required",
        "The name of an argument is one word. A part of an object or list is set inside of the whole: name = { part = value }.",
        place,
    )
}

pub(in crate::syntax) fn stray_brace(place: Span) -> Diagnostic {
    at(
        "stray-brace",
        "Argument or block definition required",
        "This closing brace closes nothing. Remove it, or look for an opening brace that is missing above.",
        place,
    )
}

pub(in crate::syntax) fn no_item(text: &str, place: Span) -> Diagnostic {
    let detail = if text == "{" {
        "A block begins with its type, but only its brace stands here. The brace belongs on the line of the block's type and labels. If the file is JSON, its name must end in .tf.json.".to_owned()
    } else {
        format!(
            "An argument (name = value) or a block is expected here, but {} stands there.",
            shown(text)
        )
    };
    at(
        "item-expected",
        "Argument or block definition required",
        detail,
        place,
    )
}

pub(in crate::syntax) fn lonely_name(name: &str, place: Span) -> Diagnostic {
    at(
        "item-expected",
        "Argument or block definition required",
        format!(
            "`{name}` alone says nothing. To set an argument write {name} = value, to begin a block {name} {{ on one line."
        ),
        place,
    )
}

pub(in crate::syntax) fn no_argument(name: &str, found: &str, place: Span) -> Diagnostic {
    at(
        "item-expected",
        "Argument or block definition required",
        if found == "==" {
            format!("An argument is set by one equals sign: {name} = value. Two of them compare.")
        } else {
            format!(
                "To set the argument `{name}`, write an equals sign behind its name; to begin a block, a brace."
            )
        },
        place,
    )
}

pub(in crate::syntax) fn colon_for_equal(name: &str, place: Span) -> Diagnostic {
    at(
        "colon-for-equal",
        "Argument or block definition required",
        format!("An argument is set by an equals sign, not by a colon: {name} = value."),
        place,
    )
}

pub(in crate::syntax) fn argument_without_value(name: &str, place: Span) -> Diagnostic {
    at(
        "invalid-expression",
        "Invalid expression",
        format!(
            "The argument `{name}` has no value. It must begin on the line of the equals sign; for no value at all, write null."
        ),
        place,
    )
}

pub(in crate::syntax) fn comma_after_argument(place: Span) -> Diagnostic {
    at(
        "comma-after-argument",
        "Unexpected comma after argument",
        "Arguments of a block are separated by line breaks, not by commas. (In an object, name = { ... }, both will do.)",
        place,
    )
}

/// `before` is the last word of the value, `text` what stands behind it.
pub(in crate::syntax) fn missing_newline_after_argument(
    before: &str,
    text: &str,
    place: Span,
    value: Span,
) -> Diagnostic {
    let detail = match (before, text) {
        (_, "and" | "AND") => "The logical AND is written `&&`.".to_owned(),
        (_, "or" | "OR") => "The logical OR is written `||`.".to_owned(),
        ("not" | "NOT", _) => "The logical NOT is written `!`, as in !var.enabled.".to_owned(),
        (_, "if") => "The value is complete in front of `if`. A choice is written condition ? one : other.".to_owned(),
        (_, "=") => "The value is complete in front of the second equals sign. Equality is tested by `==`; another argument goes on its own line.".to_owned(),
        _ => format!("The value is complete in front of {}. Each argument goes on its own line; if this belongs to the value, an operator or quotes are missing.", shown(text)),
    };
    at(
        "missing-newline-after-argument",
        "Missing newline after argument",
        detail,
        place,
    )
    .context(value.to(place))
}

pub(in crate::syntax) fn missing_newline_after_block(place: Span) -> Diagnostic {
    at(
        "missing-newline-after-block",
        "Missing newline after block definition",
        "Behind the closing brace of a block the line must end.",
        place,
    )
}

pub(in crate::syntax) fn attribute_redefined(name: &str, line: usize, place: Span) -> Diagnostic {
    at(
        "attribute-redefined",
        "Attribute redefined",
        format!(
            "The argument `{name}` is set on line {line} already. Each argument can be set once; remove one of the two."
        ),
        place,
    )
}

pub(in crate::syntax) fn equal_in_block_header(place: Span, header: Span) -> Diagnostic {
    at(
        "invalid-block-header",
        "Invalid block definition",
        "Two names in a row begin a block, and a block has no equals sign. To set an argument write one name; for a block remove the sign.",
        place,
    )
    .context(header.to(place))
}

pub(in crate::syntax) fn block_without_body(ty: &str, header: Span) -> Diagnostic {
    at(
        "block-without-body",
        "Invalid block definition",
        format!(
            "The opening brace of the `{ty}` block must stand on the same line as its type and labels."
        ),
        header,
    )
}

pub(in crate::syntax) fn invalid_block_header(place: Span, header: Span) -> Diagnostic {
    at(
        "invalid-block-header",
        "Invalid block definition",
        "A label in quotes or the block's opening brace is expected here.",
        place,
    )
    .context(header.to(place))
}

pub(in crate::syntax) fn statement(word: &str, place: Span) -> Diagnostic {
    at(
        "no-statements",
        "Invalid block definition",
        match word {
            "if" | "else" => format!(
                "There is no statement `{word}`. To have a block only on a condition, write count = condition ? 1 : 0 into it; to choose a value, condition ? one : other."
            ),
            _ => format!(
                "There is no statement `{word}`. To repeat a block, write count or for_each into it; to make a list or a map, [for element in list : value]."
            ),
        },
        place,
    )
}

pub(in crate::syntax) fn template_in_label(place: Span) -> Diagnostic {
    at(
        "template-in-label",
        "Invalid string literal",
        "A label is a fixed text: it cannot contain ${ } or %{ }.",
        place,
    )
}

pub(in crate::syntax) fn invalid_one_line_block(place: Span) -> Diagnostic {
    at(
        "invalid-one-line-block",
        "Invalid single-argument block definition",
        "A block on one line can hold one argument, and nothing else. Put each argument on a line of its own.",
        place,
    )
}
