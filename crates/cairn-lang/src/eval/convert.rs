//! Decides what `convert` gives: a value as one of a type, which is written as for a variable.

use cairn_diag::Diagnostic;
use cairn_value::{Type, Value};

use super::run::Run;
use super::scope::Scope;
use crate::config::type_constraint;
use crate::funcs::Fault;
use crate::syntax::{Call, Expr};

impl Run<'_, '_> {
    pub(super) fn convert(&mut self, call: &Call, expr: &Expr, scope: &Scope<'_>) -> Value {
        let unknown = Value::unknown(Type::Dynamic);
        let ([value, ty], false) = (call.args.as_slice(), call.expand_final) else {
            let d = Diagnostic::error(
                "function-argument-count",
                "Wrong number of function arguments",
            )
            .detail(format!(
                "The function convert takes 2 arguments (a value and a type), but there are {}.",
                call.args.len()
            ))
            .at(expr.span);
            self.fail(d, expr, scope);
            return unknown;
        };
        let n = self.diags.len();
        let value = self.eval(value, scope);
        let constraint = match type_constraint(ty) {
            Ok(constraint) => constraint,
            Err(said) => {
                for d in said {
                    self.fail(d, ty, scope);
                }
                return unknown;
            }
        };
        if self.failed_since(n) {
            return Value::unknown(constraint.ty);
        }
        match constraint.apply(&value) {
            Ok(converted) => converted,
            Err(e) => {
                let wanted = constraint.ty.friendly_constraint();
                let fault = Fault::arg(
                    0,
                    format!("cannot convert {} to {wanted}: {e}", value.ty().friendly()),
                );
                self.call_failed(&fault, Some("value"), call, expr, scope);
                Value::unknown(constraint.ty)
            }
        }
    }
}
