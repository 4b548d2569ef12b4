//! Decides in which words a mistake of syntax is told. Summaries are those that people know from Terraform and can look up;
//! the details say what stands there, what was expected, and what to write. Does not decide what is a mistake.

use std::fmt::Write as _;

use cairn_diag::{Diagnostic, Span, nearest};

use super::token::Kind;

/// What a bracket opens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Paren,
    Call,
    Tuple,
    Index,
    Object,
    For,
}

fn at(
    code: &'static str,
    summary: &'static str,
    detail: impl Into<String>,
    place: Span,
) -> Diagnostic {
    Diagnostic::error(code, summary).detail(detail).at(place)
}

fn shown(text: &str) -> String {
    match text {
        "" => "the end".to_owned(),
        text if text.starts_with('\n') || text.starts_with('\r') => {
            "the end of the line".to_owned()
        }
        text => format!("`{text}`"),
    }
}

// Characters, quotes, heredocs.

pub(super) fn unclosed_comment(place: Span) -> Diagnostic {
    at(
        "unclosed-comment",
        "Unterminated comment",
        "This comment is never closed. Write `*/` where it ends.",
        place,
    )
}

pub(super) fn invalid_character(c: char, text: &str, place: Span) -> Diagnostic {
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

pub(super) fn unclosed_quote(more: bool, place: Span) -> Diagnostic {
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

pub(super) fn unclosed_sequence(kind: Kind, place: Span) -> Diagnostic {
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

pub(super) fn invalid_heredoc_marker(place: Span, named: bool) -> Diagnostic {
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

pub(super) fn unclosed_heredoc(marker: &str, at_end: bool, place: Span) -> Diagnostic {
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

pub(super) fn invalid_escape(text: &str, place: Span) -> Diagnostic {
    let detail = if text.starts_with("\\u") || text.starts_with("\\U") {
        format!(
            "`{text}` names no character. Write \\u and four hexadecimal digits, or \\U and eight, of a Unicode character."
        )
    } else {
        format!(
            "There is no escape sequence `{text}`. There are \\n, \\r, \\t, \\\", \\\\, \\uNNNN and \\UNNNNNNNN; for a backslash itself write \\\\."
        )
    };
    at("invalid-escape", "Invalid escape sequence", detail, place)
}

// Brackets.

pub(super) fn unclosed_group(group: Group, place: Span) -> Diagnostic {
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
pub(super) fn wrong_closer(group: Group, line: usize, place: Span, open: Span) -> Diagnostic {
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
pub(super) fn or_unclosed(group: Group, line: usize) -> String {
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

pub(super) fn unclosed_block(place: Span, header: Span) -> Diagnostic {
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

pub(super) fn unbalanced_parentheses(place: Span, open: Span) -> Diagnostic {
    at(
        "missing-parenthesis",
        "Unbalanced parentheses",
        "A closing parenthesis is expected here.",
        place,
    )
    .context(open.to(place))
}

pub(super) fn missing_index_close(place: Span, open: Span) -> Diagnostic {
    at(
        "missing-index-bracket",
        "Missing close bracket on index",
        "An index is one key between brackets; ] is expected here. For a part of a list use the function slice.",
        place,
    )
    .context(open.to(place))
}

pub(super) fn too_deep(place: Span) -> Diagnostic {
    at(
        "nested-too-deep",
        "Expression nested too deeply",
        "Brackets, templates, conditionals and blocks can nest about a thousand levels deep, and this goes deeper. Put parts of it into local values.",
        place,
    )
}

// Expressions.

pub(super) fn missing_expression(place: Span) -> Diagnostic {
    at(
        "missing-expression",
        "Missing expression",
        "An expression is expected behind this, but nothing follows.",
        place,
    )
}

pub(super) fn invalid_expression(text: &str, place: Span) -> Diagnostic {
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

pub(super) fn misplaced_operator(text: &str, place: Span) -> Diagnostic {
    at(
        "invalid-expression",
        "Invalid expression",
        format!("The operator `{text}` needs an expression on its left."),
        place,
    )
}

pub(super) fn unexpected(text: &str, place: Span) -> Diagnostic {
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

pub(super) fn missing_false(place: Span) -> Diagnostic {
    at(
        "missing-false-expression",
        "Missing false expression in conditional",
        "A conditional is written `condition ? if_true : if_false`; the colon and what follows it are missing here.",
        place,
    )
}

pub(super) fn missing_attribute_name(place: Span) -> Diagnostic {
    at(
        "missing-attribute-name",
        "Invalid attribute name",
        "An attribute's name is expected behind the dot. If the name is not a plain word, write [\"name\"] instead.",
        place,
    )
}

pub(super) fn legacy_indices(text: &str, place: Span) -> Diagnostic {
    let indices = format!("[{}]", text.replace('.', "]["));
    at(
        "legacy-index",
        "Invalid legacy index syntax",
        format!("Two indexes cannot follow each other with dots. Write {indices}."),
        place,
    )
}

pub(super) fn nested_splat(place: Span) -> Diagnostic {
    at(
        "nested-splat",
        "Nested splat expression not allowed",
        "`.*` cannot be used within another `.*`. Write [*] for both.",
        place,
    )
}

pub(super) fn call_of_no_function(place: Span) -> Diagnostic {
    at(
        "extra-characters",
        "Extra characters after expression",
        "Only a function can be called, by its plain name: name(arguments).",
        place,
    )
}

pub(super) fn missing_function_name(place: Span) -> Diagnostic {
    at(
        "missing-function-name",
        "Missing function name",
        "A name is expected behind `::`, as in provider::name::function(arguments).",
        place,
    )
}

pub(super) fn missing_open_parenthesis(place: Span) -> Diagnostic {
    at(
        "missing-open-parenthesis",
        "Missing open parenthesis",
        "The name of a function with `::` in it must be followed by its arguments in parentheses.",
        place,
    )
}

pub(super) fn missing_item_separator(place: Span, open: Span) -> Diagnostic {
    at(
        "missing-item-separator",
        "Missing item separator",
        "Items of a list are separated by commas; a comma is missing in front of this one.",
        place,
    )
    .context(open.to(place))
}

pub(super) fn missing_argument_separator(place: Span, open: Span) -> Diagnostic {
    at(
        "missing-argument-separator",
        "Missing argument separator",
        "Arguments of a function are separated by commas; a comma is missing in front of this one.",
        place,
    )
    .context(open.to(place))
}

pub(super) fn named_argument(place: Span, open: Span) -> Diagnostic {
    at(
        "named-argument",
        "Missing argument separator",
        "Arguments of a function have no names; give the values alone, in their order.",
        place,
    )
    .context(open.to(place))
}

pub(super) fn ellipsis_not_last(place: Span) -> Diagnostic {
    at(
        "ellipsis-not-last",
        "Missing closing parenthesis",
        "Behind an argument that is expanded by ... only the closing parenthesis can follow.",
        place,
    )
}

pub(super) fn missing_attribute_separator(place: Span, open: Span) -> Diagnostic {
    at(
        "missing-attribute-separator",
        "Missing attribute separator",
        "Attributes of an object are separated by commas or line breaks; one is missing in front of this.",
        place,
    )
    .context(open.to(place))
}

pub(super) fn missing_key_value_separator(place: Span) -> Diagnostic {
    at(
        "missing-key-value-separator",
        "Missing key/value separator",
        "An object's attribute is written `name = value`; the equals sign is expected here, on the line of the name.",
        place,
    )
}

pub(super) fn missing_value(place: Span) -> Diagnostic {
    at(
        "missing-attribute-value",
        "Missing attribute value",
        "The value of an object's attribute must begin on the same line as its name.",
        place,
    )
}

pub(super) fn invalid_number(text: &str, place: Span) -> Diagnostic {
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

// `for` expressions.

fn for_expr(detail: &str, place: Span) -> Diagnostic {
    at("invalid-for", "Invalid 'for' expression", detail, place)
}

pub(super) fn for_needs_name(place: Span) -> Diagnostic {
    for_expr(
        "A name for the element is expected behind this: [for element in list : result].",
        place,
    )
}

pub(super) fn for_needs_in(place: Span) -> Diagnostic {
    for_expr(
        "The word `in` is expected here, behind the names: [for element in list : result].",
        place,
    )
}

pub(super) fn for_needs_colon(place: Span) -> Diagnostic {
    for_expr(
        "A colon is expected here, behind the collection: [for element in list : result].",
        place,
    )
}

pub(super) fn for_needs_key(place: Span) -> Diagnostic {
    for_expr(
        "In braces a `for` makes an object and needs a key for each element: {for element in list : key => value}. For a list, write brackets.",
        place,
    )
}

pub(super) fn for_key_in_tuple(place: Span) -> Diagnostic {
    for_expr(
        "In brackets a `for` makes a list, which has no keys. For an object, write braces.",
        place,
    )
}

pub(super) fn for_group_in_tuple(place: Span) -> Diagnostic {
    for_expr(
        "Results can be grouped by ... only when an object is made, in braces.",
        place,
    )
}

pub(super) fn for_extra(place: Span) -> Diagnostic {
    for_expr(
        "The `for` expression is complete in front of this; only `if` and a condition could follow.",
        place,
    )
}

// Templates.

pub(super) fn empty_sequence(place: Span) -> Diagnostic {
    at(
        "invalid-expression",
        "Invalid expression",
        "An expression is expected between these braces.",
        place,
    )
}

pub(super) fn extra_in_interpolation(colon: bool, place: Span, open: Span) -> Diagnostic {
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

pub(super) fn directive_without_keyword(place: Span) -> Diagnostic {
    at(
        "invalid-directive",
        "Invalid template directive",
        "A directive begins with `if`, `else`, `endif`, `for` or `endfor`. If %{ is meant as plain text, write %%{.",
        place,
    )
}

pub(super) fn unknown_directive(word: &str, place: Span) -> Diagnostic {
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

pub(super) fn extra_in_directive(word: &str, place: Span) -> Diagnostic {
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

pub(super) fn for_directive(place: Span) -> Diagnostic {
    at(
        "invalid-directive",
        "Invalid 'for' directive",
        "It is written %{ for element in list } or %{ for key, element in map }.",
        place,
    )
}

pub(super) fn unclosed_directive(word: &str, place: Span) -> Diagnostic {
    at(
        "unclosed-directive",
        "Unexpected end of template",
        format!("The template ends, but this `{word}` has no %{{ end{word} }}."),
        place,
    )
}

pub(super) fn unexpected_directive(word: &str, inside: Option<&str>, place: Span) -> Diagnostic {
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

// Arguments and blocks.

pub(super) fn quoted_argument_name(place: Span) -> Diagnostic {
    at(
        "quoted-argument-name",
        "Invalid argument name",
        "The name of an argument is written without quotes.",
        place,
    )
}

pub(super) fn dotted_argument_name(place: Span) -> Diagnostic {
    at(
        "invalid-argument-name",
        "Argument or block definition required",
        "The name of an argument is one word. A part of an object or list is set inside of the whole: name = { part = value }.",
        place,
    )
}

pub(super) fn stray_brace(place: Span) -> Diagnostic {
    at(
        "stray-brace",
        "Argument or block definition required",
        "This closing brace closes nothing. Remove it, or look for an opening brace that is missing above.",
        place,
    )
}

pub(super) fn no_item(text: &str, place: Span) -> Diagnostic {
    let detail = if text == "{" {
        "A block begins with its type, but only its brace stands here. The brace belongs on the line of the block's type and labels.".to_owned()
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

pub(super) fn lonely_name(name: &str, place: Span) -> Diagnostic {
    at(
        "item-expected",
        "Argument or block definition required",
        format!(
            "`{name}` alone says nothing. To set an argument write {name} = value, to begin a block {name} {{ on one line."
        ),
        place,
    )
}

pub(super) fn no_argument(name: &str, place: Span) -> Diagnostic {
    at(
        "item-expected",
        "Argument or block definition required",
        format!(
            "To set the argument `{name}`, write an equals sign behind its name; to begin a block, a brace."
        ),
        place,
    )
}

pub(super) fn colon_for_equal(name: &str, place: Span) -> Diagnostic {
    at(
        "colon-for-equal",
        "Argument or block definition required",
        format!("An argument is set by an equals sign, not by a colon: {name} = value."),
        place,
    )
}

pub(super) fn argument_without_value(name: &str, place: Span) -> Diagnostic {
    at(
        "invalid-expression",
        "Invalid expression",
        format!(
            "The argument `{name}` has no value. It must begin on the line of the equals sign; for no value at all, write null."
        ),
        place,
    )
}

pub(super) fn comma_after_argument(place: Span) -> Diagnostic {
    at(
        "comma-after-argument",
        "Unexpected comma after argument",
        "Arguments of a block are separated by line breaks, not by commas. (In an object, name = { ... }, both will do.)",
        place,
    )
}

pub(super) fn missing_newline_after_argument(text: &str, place: Span, value: Span) -> Diagnostic {
    let detail = match text {
        "=" => "The value is complete in front of the second equals sign. Equality is tested by `==`; another argument goes on its own line.".to_owned(),
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

pub(super) fn missing_newline_after_block(place: Span) -> Diagnostic {
    at(
        "missing-newline-after-block",
        "Missing newline after block definition",
        "Behind the closing brace of a block the line must end.",
        place,
    )
}

pub(super) fn attribute_redefined(name: &str, line: usize, place: Span) -> Diagnostic {
    at(
        "attribute-redefined",
        "Attribute redefined",
        format!(
            "The argument `{name}` is set on line {line} already. Each argument can be set once; remove one of the two."
        ),
        place,
    )
}

pub(super) fn equal_in_block_header(place: Span, header: Span) -> Diagnostic {
    at(
        "invalid-block-header",
        "Invalid block definition",
        "Two names in a row begin a block, and a block has no equals sign. To set an argument write one name; for a block remove the sign.",
        place,
    )
    .context(header.to(place))
}

pub(super) fn block_without_body(ty: &str, header: Span) -> Diagnostic {
    at(
        "block-without-body",
        "Invalid block definition",
        format!(
            "The opening brace of the `{ty}` block must stand on the same line as its type and labels."
        ),
        header,
    )
}

pub(super) fn invalid_block_header(place: Span, header: Span) -> Diagnostic {
    at(
        "invalid-block-header",
        "Invalid block definition",
        "A label in quotes or the block's opening brace is expected here.",
        place,
    )
    .context(header.to(place))
}

pub(super) fn template_in_label(place: Span) -> Diagnostic {
    at(
        "template-in-label",
        "Invalid string literal",
        "A label is a fixed text: it cannot contain ${ } or %{ }.",
        place,
    )
}

pub(super) fn invalid_one_line_block(place: Span) -> Diagnostic {
    at(
        "invalid-one-line-block",
        "Invalid single-argument block definition",
        "A block on one line can hold one argument, and nothing else. Put each argument on a line of its own.",
        place,
    )
}
