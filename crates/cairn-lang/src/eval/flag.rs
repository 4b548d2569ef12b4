//! Decides what a switch says that may be an expression: `enabled`, `prevent_destroy`.

use cairn_diag::Diagnostic;
use cairn_value::{Type, Value, convert};

use super::run::Run;
use super::scope::Scope;
use crate::syntax::Expr;

impl Run<'_, '_> {
    /// True or false; nothing where it is not known, or (with a message) is neither.
    pub(crate) fn flag(&mut self, expr: &Expr, scope: &Scope<'_>, name: &str) -> Option<bool> {
        let n = self.diags.len();
        let value = self.checked(expr, scope);
        if self.failed_since(n) {
            return None;
        }
        let (value, marks) = value.unmark();
        let problem = if marks.is_sensitive() || marks.is_ephemeral() {
            let what = if marks.is_sensitive() {
                "sensitive"
            } else {
                "ephemeral"
            };
            format!("is {what} or was made from a value that is, but the plan would show it")
        } else {
            match convert(&value, &Type::Bool) {
                Ok(Value::Bool(b)) => return Some(b),
                Ok(Value::Unknown(_)) => return None,
                Ok(_) => "is null".to_owned(),
                Err(e) => format!("is neither: {e}"),
            }
        };
        let d = Diagnostic::error("invalid-switch", format!("Invalid {name} argument"))
            .detail(format!(
                "`{name}` must be true or false, but this {problem}."
            ))
            .at(expr.span);
        self.fail(d, expr, scope);
        None
    }
}
