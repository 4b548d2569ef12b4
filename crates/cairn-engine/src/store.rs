//! Decides how a problem with the state is told.

use cairn_diag::Diagnostic;
use cairn_state::StateError;

/// The message for a state that could not be read or written. The error's own text says the way out.
pub fn state_problem(error: &StateError) -> Diagnostic {
    let mut detail = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(e) = source {
        detail = format!("{detail}: {e}");
        source = e.source();
    }
    Diagnostic::error("state", "State problem").detail(detail)
}
