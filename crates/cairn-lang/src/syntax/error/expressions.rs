//! Decides the words about expressions: what is missing in them or too much, and `for`.

use cairn_diag::{Diagnostic, Span};

use super::{at, shown};

pub(in crate::syntax) fn missing_expression(place: Span) -> Diagnostic {
    at(
        "missing-expression",
        "Missing expression",
        "An expression is expected behind this, but nothing follows.",
        place,
    )
}

pub(in crate::syntax) fn invalid_expression(text: &str, place: Span) -> Diagnostic {
    let detail = match text {
        "=" => "An expression is expected here, not an equals sign. Equality is tested by `==`."
            .to_owned(),
        _ => format!(
            "An expression is expected here, but {} stands there.",
            shown(text)
        ),
    };
    at("invalid-expression", "Invalid expression", detail, place)
}

pub(in crate::syntax) fn misplaced_operator(text: &str, place: Span) -> Diagnostic {
    at(
        "invalid-expression",
        "Invalid expression",
        format!("The operator `{text}` needs an expression on its left."),
        place,
    )
}

pub(in crate::syntax) fn unexpected(text: &str, place: Span) -> Diagnostic {
    let detail = match text {
        "=" => {
            "The expression is complete in front of the equals sign. Equality is tested by `==`."
                .to_owned()
        }
        ":" => {
            "The expression is complete in front of this colon, and no `?` waits for it.".to_owned()
        }
        _ => format!(
            "The expression is complete in front of {}; an operator or separator is missing, or this is too much.",
            shown(text)
        ),
    };
    at(
        "extra-characters",
        "Extra characters after expression",
        detail,
        place,
    )
}

pub(in crate::syntax) fn missing_false(place: Span) -> Diagnostic {
    at(
        "missing-false-expression",
        "Missing false expression in conditional",
        "A conditional is written `condition ? if_true : if_false`; the colon and what follows it are missing here.",
        place,
    )
}

pub(in crate::syntax) fn missing_attribute_name(place: Span) -> Diagnostic {
    at(
        "missing-attribute-name",
        "Invalid attribute name",
        "An attribute's name is expected behind the dot. If the name is not a plain word, write [\"name\"] instead.",
        place,
    )
}

pub(in crate::syntax) fn legacy_indices(text: &str, place: Span) -> Diagnostic {
    let indices = format!("[{}]", text.replace('.', "]["));
    at(
        "legacy-index",
        "Invalid legacy index syntax",
        format!("Two indexes cannot follow each other with dots. Write {indices}."),
        place,
    )
}

pub(in crate::syntax) fn nested_splat(place: Span) -> Diagnostic {
    at(
        "nested-splat",
        "Nested splat expression not allowed",
        "`.*` cannot be used within another `.*`. Write [*] for both.",
        place,
    )
}

pub(in crate::syntax) fn call_of_no_function(place: Span) -> Diagnostic {
    at(
        "extra-characters",
        "Extra characters after expression",
        "Only a function can be called, by its plain name: name(arguments).",
        place,
    )
}

pub(in crate::syntax) fn missing_function_name(place: Span) -> Diagnostic {
    at(
        "missing-function-name",
        "Missing function name",
        "A name is expected behind `::`, as in provider::name::function(arguments).",
        place,
    )
}

pub(in crate::syntax) fn missing_open_parenthesis(place: Span) -> Diagnostic {
    at(
        "missing-open-parenthesis",
        "Missing open parenthesis",
        "The name of a function with `::` in it must be followed by its arguments in parentheses.",
        place,
    )
}

pub(in crate::syntax) fn missing_item_separator(place: Span, open: Span) -> Diagnostic {
    at(
        "missing-item-separator",
        "Missing item separator",
        "Items of a list are separated by commas; a comma is missing in front of this one.",
        place,
    )
    .context(open.to(place))
}

pub(in crate::syntax) fn missing_argument_separator(place: Span, open: Span) -> Diagnostic {
    at(
        "missing-argument-separator",
        "Missing argument separator",
        "Arguments of a function are separated by commas; a comma is missing in front of this one.",
        place,
    )
    .context(open.to(place))
}

pub(in crate::syntax) fn named_argument(place: Span, open: Span) -> Diagnostic {
    at(
        "named-argument",
        "Missing argument separator",
        "Arguments of a function have no names; give the values alone, in their order.",
        place,
    )
    .context(open.to(place))
}

pub(in crate::syntax) fn ellipsis_not_last(place: Span) -> Diagnostic {
    at(
        "ellipsis-not-last",
        "Missing closing parenthesis",
        "Behind an argument that is expanded by ... only the closing parenthesis can follow.",
        place,
    )
}

pub(in crate::syntax) fn missing_attribute_separator(place: Span, open: Span) -> Diagnostic {
    at(
        "missing-attribute-separator",
        "Missing attribute separator",
        "Attributes of an object are separated by commas or line breaks; one is missing in front of this.",
        place,
    )
    .context(open.to(place))
}

pub(in crate::syntax) fn missing_key_value_separator(place: Span) -> Diagnostic {
    at(
        "missing-key-value-separator",
        "Missing key/value separator",
        "An object's attribute is written `name = value`; the equals sign is expected here, on the line of the name.",
        place,
    )
}

pub(in crate::syntax) fn missing_value(place: Span) -> Diagnostic {
    at(
        "missing-attribute-value",
        "Missing attribute value",
        "The value of an object's attribute must begin on the same line as its name.",
        place,
    )
}

pub(in crate::syntax) fn invalid_number(text: &str, place: Span) -> Diagnostic {
    at(
        "invalid-number",
        "Invalid number literal",
        if text.bytes().filter(|b| *b == b'.').count() > 1 || text.contains("e.") {
            format!(
                "`{text}` is no number. For a text, such as a version or an address, write it in double quotes."
            )
        } else {
            format!("`{text}` is too large or too small a number.")
        },
        place,
    )
}

fn for_expr(detail: &str, place: Span) -> Diagnostic {
    at("invalid-for", "Invalid 'for' expression", detail, place)
}

pub(in crate::syntax) fn for_needs_name(place: Span) -> Diagnostic {
    for_expr(
        "A name for the element is expected behind this: [for element in list : result].",
        place,
    )
}

pub(in crate::syntax) fn for_needs_in(place: Span) -> Diagnostic {
    for_expr(
        "The word `in` is expected here, behind the names: [for element in list : result].",
        place,
    )
}

pub(in crate::syntax) fn for_needs_colon(place: Span) -> Diagnostic {
    for_expr(
        "A colon is expected here, behind the collection: [for element in list : result].",
        place,
    )
}

pub(in crate::syntax) fn for_needs_key(place: Span) -> Diagnostic {
    for_expr(
        "In braces a `for` makes an object and needs a key for each element: {for element in list : key => value}. For a list, write brackets.",
        place,
    )
}

pub(in crate::syntax) fn for_key_in_tuple(place: Span) -> Diagnostic {
    for_expr(
        "In brackets a `for` makes a list, which has no keys. For an object, write braces.",
        place,
    )
}

pub(in crate::syntax) fn for_group_in_tuple(place: Span) -> Diagnostic {
    for_expr(
        "Results can be grouped by ... only when an object is made, in braces.",
        place,
    )
}

pub(in crate::syntax) fn for_extra(place: Span) -> Diagnostic {
    for_expr(
        "The `for` expression is complete in front of this; only `if` and a condition could follow.",
        place,
    )
}
