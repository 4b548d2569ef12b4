//! Decides what the canonical form of a file of native syntax is: that which `terraform fmt` writes, byte for byte.
//!
//! ```text
//! text ──token──► tokens with comments and line breaks ──rewrite──► tokens ──spacing──► gaps ──layout──► indents, columns ──► text
//! ```
//! The rules were found by asking `terraform fmt` of Terraform 1.11; `tests/fmt` has the answers.

mod layout;
mod rewrite;
mod spacing;
mod token;

use cairn_diag::{Diagnostics, FileId};

use crate::syntax::parse_file;

/// The text in canonical form.
///
/// # Errors
/// What is wrong with the syntax. Then there is no canonical form.
pub fn format(file: FileId, text: &str) -> Result<String, Diagnostics> {
    let (_, diagnostics) = parse_file(file, text);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let mut tokens = rewrite::rewrite(&token::tokens(file, text));
    spacing::space(&mut tokens);
    layout::lay_out(&mut tokens);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for token in &tokens {
        out.extend(std::iter::repeat_n(' ', token.blanks));
        out.push_str(&token.text);
    }
    // Blanks behind the last line break or token stay, each as a space: so does Terraform.
    if !tokens
        .last()
        .is_some_and(|t| t.sort == token::Sort::LineComment)
    {
        let kept = text.trim_end_matches([' ', '\t']);
        out.extend(std::iter::repeat_n(' ', text.len() - kept.len()));
    }
    Ok(out)
}
