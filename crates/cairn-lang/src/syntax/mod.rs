//! Decides how source text becomes the language's own tree. The only place that names the parser crate.

mod ast;

use cairn_diag::{Diagnostics, FileId};

pub use ast::{
    Access, Attribute, BinaryOp, Block, Body, Call, Expr, ExprKind, ForExpr, Label, ObjectItem,
    Splat, Step, TemplatePart, UnaryOp,
};

/// Parses a file of native syntax. With errors the body holds what could be read.
pub fn parse_file(file: FileId, text: &str) -> (Body, Diagnostics) {
    let _ = (file, text);
    unimplemented!("being written")
}

/// Parses a single expression (console, `-var`).
pub fn parse_expression(file: FileId, text: &str) -> Result<Expr, Diagnostics> {
    let _ = (file, text);
    unimplemented!("being written")
}
