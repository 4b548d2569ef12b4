//! Decides how source text becomes the language's own tree.
//!
//! ```text
//! text ──lexer──► tokens of one top-level item ──body──► attributes, blocks
//!                                                           │ of each value
//!                                        ┌──────expr────────┘
//!                              operators │ operands ─┬─ steps: `.a`, `[0]`, splats
//!                                                    ├─ group: lists, objects, calls, `for`
//!                                                    └─ template: texts, `${ }`, `%{ }`; heredoc, literal
//! ```
//! Each item of a file is read by itself, so that one mistake does not hide the next one.

mod ast;
mod body;
mod error;
mod expr;
#[cfg(test)]
mod gaps;
mod group;
mod heredoc;
mod json;
mod lexer;
mod literal;
#[cfg(test)]
mod mistakes;
mod name;
#[cfg(test)]
mod nesting;
mod parser;
#[cfg(test)]
mod robust;
mod steps;
mod template;
#[cfg(test)]
mod tests;
mod token;

use cairn_diag::{Diagnostics, FileId};

pub use ast::{
    Access, Attribute, BinaryOp, Block, Body, Call, Expr, ExprKind, ForExpr, Label, ObjectItem,
    Operation, Splat, SplatIn, Step, TemplatePart, UnaryOp,
};
pub(crate) use json::{Json, JsonKind, parse_json};
pub(crate) use name::is_identifier;

pub(crate) use lexer::{Lexer, Text};
pub(crate) use literal::{escape, normalized};
pub(crate) use token::{Chunk, Kind};

use expr::Breaks;
use parser::{Parser, Reported};

/// Parses a file of native syntax. With errors the body holds what could be read.
pub fn parse_file(file: FileId, text: &str) -> (Body, Diagnostics) {
    let mut parser = Parser::new(file, text);
    let body = parser.file();
    (body, parser.diagnostics)
}

/// Parses a single expression (console, `-var`). Line breaks in it do not count.
pub fn parse_expression(file: FileId, text: &str) -> Result<Expr, Diagnostics> {
    let mut parser = Parser::new(file, text);
    Lexer::new(file, text, Text::Expression).next_chunk(&mut parser.chunk);
    let end = parser.chunk.tokens.len() - 1;
    let first = parser.skip_newlines(0);
    let expr = if first >= end {
        Err(parser.report(error::missing_expression(parser.place(end))))
    } else {
        parser
            .expression(first, Breaks::Skip)
            .and_then(|(expr, at)| parser.expect_end(at, end).map(|()| expr))
    };
    finish(parser, expr)
}

/// Whether an expression typed line by line goes on behind this text: a bracket, a `${` or a heredoc is still open. A quoted
/// template ends with its line, so an open quote is none of these.
pub fn is_open(text: &str) -> bool {
    let mut chunk = Chunk::default();
    Lexer::new(FileId(u32::MAX), text, Text::Expression).next_chunk(&mut chunk);
    let depth = chunk.tokens.iter().fold(0_i64, |depth, t| match t.kind {
        Kind::OpenBrace
        | Kind::OpenBracket
        | Kind::OpenParen
        | Kind::OpenHeredoc
        | Kind::Interpolation
        | Kind::Directive => depth + 1,
        Kind::CloseBrace
        | Kind::CloseBracket
        | Kind::CloseParen
        | Kind::CloseHeredoc
        | Kind::SequenceEnd => depth - 1,
        _ => depth,
    });
    depth > 0
        || chunk.errors.iter().any(|e| {
            // Where the text ended inside of these, the closing token was put in.
            matches!(e.code, "unclosed-heredoc" | "unclosed-sequence")
        })
}

/// Parses a bare template, as `templatefile` reads one.
pub fn parse_template(file: FileId, text: &str) -> Result<Expr, Diagnostics> {
    let mut parser = Parser::new(file, text);
    Lexer::new(file, text, Text::Template).next_chunk(&mut parser.chunk);
    let end = parser.chunk.tokens.len() - 1;
    let whole = parser.span(0, text.len());
    let expr = parser.template_between(0, end, false, false, whole);
    finish(parser, expr)
}

fn finish(mut parser: Parser<'_>, expr: Result<Expr, Reported>) -> Result<Expr, Diagnostics> {
    let mut diagnostics: Diagnostics = parser.chunk.errors.drain(..).collect();
    diagnostics.extend(parser.diagnostics);
    match expr {
        Ok(expr) if !diagnostics.has_errors() => Ok(expr),
        _ => Err(diagnostics),
    }
}
