//! Decides which tokens are written otherwise than they were: labels of blocks are quoted, `"${x}"` as the whole value of an argument
//! becomes `x`, and the types of variables lose the forms of Terraform 0.11.

use std::borrow::Cow;

use super::token::{Sort, Token};
use crate::syntax::{Kind, escape, normalized};

/// The tokens of a file in their newer forms.
pub(super) fn rewrite<'s>(tokens: &[Token<'s>]) -> Vec<Token<'s>> {
    let mut out = Vec::with_capacity(tokens.len());
    // For each open block, whether it declares a variable.
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        if !token.is(Kind::Ident) {
            if token.is(Kind::CloseBrace) {
                blocks.pop();
            }
            out.push(token.clone());
            at += 1;
            continue;
        }
        let behind = skip_comments(tokens, at + 1);
        if tokens.get(behind).is_some_and(|t| t.is(Kind::Equal)) {
            let declares = blocks == [true] && token.text == "type";
            out.extend_from_slice(&tokens[at..=behind]);
            at = value(tokens, behind + 1, declares, &mut out);
        } else {
            blocks.push(blocks.is_empty() && token.text == "variable");
            at = header(tokens, at, &mut out);
        }
    }
    out
}

fn skip_comments(tokens: &[Token<'_>], mut at: usize) -> usize {
    while tokens.get(at).is_some_and(Token::is_comment) {
        at += 1;
    }
    at
}

/// Copies a block's header with its brace, the labels quoted. Returns where its body begins.
fn header<'s>(tokens: &[Token<'s>], at: usize, out: &mut Vec<Token<'s>>) -> usize {
    out.push(tokens[at].clone());
    let brace = tokens[at..]
        .iter()
        .position(|t| t.is(Kind::OpenBrace))
        .map_or(tokens.len(), |n| at + n);
    let last = tokens[at + 1..brace]
        .iter()
        .rposition(|t| matches!(t.sort, Sort::Token(Kind::Ident | Kind::CloseQuote)))
        .map_or(at, |n| at + 1 + n);
    // As in Terraform, a comment between labels is not kept.
    for token in &tokens[at + 1..=last] {
        match token.sort {
            Sort::Token(Kind::Ident) => {
                out.push(Token::new(Sort::Token(Kind::OpenQuote), "\""));
                out.push(Token::new(Sort::Token(Kind::Text), token.text.clone()));
                out.push(Token::new(Sort::Token(Kind::CloseQuote), "\""));
            }
            Sort::Token(Kind::Text) => {
                let text = Cow::Owned(label(&token.text));
                out.push(Token::new(Sort::Token(Kind::Text), text));
            }
            Sort::Token(_) => out.push(token.clone()),
            Sort::LineComment | Sort::BlockComment => {}
        }
    }
    let end = tokens.len().min(brace + 1);
    out.extend_from_slice(&tokens[last + 1..end]);
    end
}

/// The text of a label as it is written: the escapes that are needed and no others.
fn label(raw: &str) -> String {
    if raw.contains(['$', '%']) {
        return raw.to_owned();
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let Ok((c, len)) = escape(&rest[at + 1..]) else {
            return raw.to_owned();
        };
        text.push(c);
        rest = &rest[at + 1 + len..];
    }
    text.push_str(rest);
    let mut out = String::with_capacity(text.len());
    for c in normalized(&text).chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' | '\\' => out.extend(['\\', c]),
            _ if printable(c) => out.push(c),
            _ if u32::from(c) > 0xffff => out.push_str(&format!("\\U{:08x}", u32::from(c))),
            _ => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        }
    }
    out
}

fn printable(c: char) -> bool {
    // Behind a letter, so that marks which combine with it count as what they are.
    c == '\'' || format!("a{c}").escape_debug().count() == 2
}

/// Copies an argument's value. Returns where its line ends, or the brace of its block.
fn value<'s>(tokens: &[Token<'s>], at: usize, declares: bool, out: &mut Vec<Token<'s>>) -> usize {
    let end = value_end(tokens, at);
    let first = skip_comments(tokens, at).min(end);
    let last = tokens[first..end]
        .iter()
        .rposition(|t| !t.is_comment())
        .map_or(first, |n| first + n + 1);
    out.extend_from_slice(&tokens[at..first]);
    let expression = &tokens[first..last];
    if declares {
        match legacy_type(expression) {
            Some(form) => out.push(Token::new(Sort::Token(Kind::Ident), form)),
            None => out.extend_from_slice(expression),
        }
    } else if let Some(inner) = wrapped(expression) {
        let parens = needs_parens(inner);
        if parens {
            out.push(Token::new(Sort::Token(Kind::OpenParen), "("));
        }
        out.extend_from_slice(inner);
        if parens {
            out.push(Token::new(Sort::Token(Kind::CloseParen), ")"));
        }
    } else {
        out.extend_from_slice(expression);
    }
    out.extend_from_slice(&tokens[last..end]);
    end
}

fn value_end(tokens: &[Token<'_>], at: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(at) {
        if depth == 0 && (token.is(Kind::Newline) || token.is(Kind::CloseBrace)) {
            return i;
        }
        depth += token.depth();
    }
    tokens.len()
}

/// The newer form of a type that Terraform 0.11 wrote otherwise.
fn legacy_type(expression: &[Token<'_>]) -> Option<&'static str> {
    match expression {
        [open, text, close] if open.is(Kind::OpenQuote) && close.is(Kind::CloseQuote) => {
            match text.text.as_ref() {
                "string" => Some("string"),
                "list" => Some("list(string)"),
                "map" => Some("map(string)"),
                _ => None,
            }
        }
        [name] if name.is(Kind::Ident) => match name.text.as_ref() {
            "list" => Some("list(any)"),
            "map" => Some("map(any)"),
            "set" => Some("set(any)"),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an expression taken out of its template must be put in parentheses because it goes on over several lines. The line break
/// of a comment behind all the rest does not count.
fn needs_parens(inner: &[Token<'_>]) -> bool {
    let rest = match inner {
        [rest @ .., comment, _] if !rest.is_empty() && comment.sort == Sort::LineComment => rest,
        _ => inner,
    };
    rest.iter().any(|t| t.is(Kind::Newline))
}

/// What stands in a quoted template that is one interpolation and nothing else, without the line breaks around it, but for that of
/// a comment at its end.
fn wrapped<'t, 's>(expression: &'t [Token<'s>]) -> Option<&'t [Token<'s>]> {
    let [open, interpolation, inner @ .., end, close] = expression else {
        return None;
    };
    let one = open.is(Kind::OpenQuote)
        && interpolation.is(Kind::Interpolation)
        && end.is(Kind::SequenceEnd)
        && close.is(Kind::CloseQuote);
    if !one {
        return None;
    }
    let mut depth = 0;
    for token in inner {
        depth += token.depth();
        if depth < 0 {
            return None;
        }
    }
    let breaks = |t: &Token<'_>| t.is(Kind::Newline);
    let start = inner.iter().position(|t| !breaks(t))?;
    let mut end = inner.iter().rposition(|t| !breaks(t))? + 1;
    if inner[end - 1].sort == Sort::LineComment {
        end += 1;
    }
    inner.get(start..end)
}
