//! Decides in which words a mistake of syntax is told. Summaries are those that people know from Terraform and can look up;
//! the details say what stands there, what was expected, and what to write. Does not decide what is a mistake.

mod bodies;
mod brackets;
mod expressions;
mod templates;
mod texts;

use cairn_diag::{Diagnostic, Span};

pub(super) use bodies::*;
pub(super) use brackets::*;
pub(super) use expressions::*;
pub(super) use templates::*;
pub(super) use texts::*;

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
