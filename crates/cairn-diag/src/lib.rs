//! Spans, source files, diagnostics, and their text rendering.
//!
//! ```text
//! SourceMap (files) ── Span ──► Diagnostic ──► Diagnostics ──render──► text
//! ```
//! Decides what a message to the user is made of. It does not print, and knows no configuration language.

mod diagnostic;
mod diagnostics;
mod render;
mod source;
mod span;
mod suggest;

pub use diagnostic::{Diagnostic, Severity, ValueNote};
pub use diagnostics::Diagnostics;
pub use render::{Plain, Style, render, render_all};
pub use source::{Position, ShownLine, SourceFile, SourceMap};
pub use span::{FileId, Span, Spanned};
pub use suggest::nearest;
