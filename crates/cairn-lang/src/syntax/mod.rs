//! Decides how source text becomes the language's own tree. The only place that names the parser crate.
//!
//! ```text
//! text ──token──► one top-level item ──body──► attributes, blocks
//!                                                 │ of each value
//!                          simple ones, templates ┤
//!                                                 └──mask──► copy ──parser crate──► its tree ──lower──► Expr
//! ```
//! The parser crate reads expressions; blocks, templates, literals and every message are read and written here, because places,
//! several errors per file and exact values are wanted (`docs/adr` says which of its limits that closes).

mod ast;
mod body;
mod error;
mod heredoc;
mod literal;
mod lower;
mod mask;
mod parser;
mod template;
#[cfg(test)]
mod tests;
mod token;

use cairn_diag::{Diagnostics, FileId};

pub use ast::{
    Access, Attribute, BinaryOp, Block, Body, Call, Expr, ExprKind, ForExpr, Label, ObjectItem,
    Splat, SplatIn, Step, TemplatePart, UnaryOp,
};
pub(crate) use token::is_identifier;

use mask::Stop;
use parser::{Parser, Reported};
use token::{Lexer, Text};

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
            .expression(first, Stop::Before(end))
            .and_then(|(expr, at)| parser.expect_end(at, end).map(|()| expr))
    };
    finish(parser, expr)
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
