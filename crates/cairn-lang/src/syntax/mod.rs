//! Decides how source text becomes the language's own tree. The only place that names the parser crate.
//!
//! ```text
//! text ──token──► one top-level item ──body──► attributes, blocks
//!                                                 │ of each value
//!                  without operators ──operand───┤
//!                                     with them   └──mask──► copy ──parser crate──► its tree ──lower──► Expr
//! ```
//! The parser crate reads operators, conditionals, `for` expressions and splats. Blocks, templates, literals, and brackets with
//! plain contents are read here, and all messages are made here: exact places and values, several errors per file and the speed
//! want it so.

mod ast;
mod body;
mod error;
mod heredoc;
mod json;
mod literal;
mod lower;
mod mask;
mod operand;
mod parser;
#[cfg(test)]
mod robust;
mod template;
#[cfg(test)]
mod tests;
mod token;

use cairn_diag::{Diagnostics, FileId};

pub use ast::{
    Access, Attribute, BinaryOp, Block, Body, Call, Expr, ExprKind, ForExpr, Label, ObjectItem,
    Splat, SplatIn, Step, TemplatePart, UnaryOp,
};
pub(crate) use json::{Json, JsonKind, parse_json};
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
