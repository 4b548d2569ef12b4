//! Decides what templates come to: text, interpolations and directives together.

use cairn_diag::Diagnostic;
use cairn_value::{
    Type, Value, convert,
    ops::{OpErrorKind, Template},
};

use super::for_expr::Elements;
use super::run::Run;
use super::scope::{Binding, Scope};
use crate::deep::deep;
use crate::syntax::{Expr, TemplatePart};

impl Run<'_, '_> {
    /// The text of a template; unknown where a part is.
    pub(crate) fn template(
        &mut self,
        parts: &[TemplatePart],
        whole: &Expr,
        scope: &Scope<'_>,
    ) -> Value {
        let mut text = Template::with_capacity(32);
        self.parts(parts, whole, scope, &mut text);
        text.finish()
    }

    fn parts(
        &mut self,
        parts: &[TemplatePart],
        whole: &Expr,
        scope: &Scope<'_>,
        text: &mut Template,
    ) {
        for part in parts {
            match part {
                TemplatePart::Text(t) => text.push_str(t),
                TemplatePart::Interpolation(expr) => {
                    let value = self.eval(expr, scope);
                    if let Err(error) = text.push(&value) {
                        let null = matches!(error.kind, OpErrorKind::NullOperand(_));
                        let d = Diagnostic::error(
                            "invalid-template-value",
                            "Invalid template interpolation value",
                        )
                        .detail(if null {
                            "The expression result is null. A null value cannot be part of a string template. Use coalesce() or a condition to say what stands in its place.".to_owned()
                        } else {
                            format!("The value cannot be part of a string template. {} Use jsonencode(), join() or a for directive to make text of it.", error.message)
                        })
                        .at(expr.span)
                        .context(whole.span);
                        self.fail(d, expr, scope);
                        unknown_part(text);
                    }
                }
                TemplatePart::If { .. } | TemplatePart::For { .. } => {
                    deep(|| self.directive(part, whole, scope, text));
                }
            }
        }
    }

    fn directive(
        &mut self,
        part: &TemplatePart,
        whole: &Expr,
        scope: &Scope<'_>,
        text: &mut Template,
    ) {
        match part {
            TemplatePart::Text(_) | TemplatePart::Interpolation(_) => {}
            TemplatePart::If { condition, yes, no } => {
                match self.template_condition(condition, scope) {
                    Ok((holds, marks)) => {
                        let (taken, other) = if holds { (yes, no) } else { (no, yes) };
                        let mut inner = Template::default();
                        self.parts(taken, whole, scope, &mut inner);
                        // As for a conditional, the marks of both count.
                        let mut unused = Template::default();
                        self.unheard(|run| run.parts(other, whole, scope, &mut unused));
                        let marks = marks.union(unused.finish().marks());
                        push_marked(text, &inner.finish().mark(marks));
                    }
                    Err(marks) => {
                        // What either reads counts; what is wrong in them may not matter.
                        let n = self.diags.len();
                        let mut unused = Template::default();
                        self.quiet += 1;
                        self.parts(yes, whole, scope, &mut unused);
                        self.parts(no, whole, scope, &mut unused);
                        self.quiet -= 1;
                        self.diags.truncate(n);
                        let marks = marks.union(unused.finish().marks());
                        push_marked(text, &Value::unknown_not_null(Type::String).mark(marks));
                    }
                }
            }
            TemplatePart::For {
                key_var,
                value_var,
                collection,
                body,
            } => {
                let Some((elements, marks)) = self.elements(collection, scope) else {
                    unknown_part(text);
                    return;
                };
                let Elements::Known(elements, settled) = elements else {
                    push_marked(text, &Value::unknown_not_null(Type::String).mark(marks));
                    return;
                };
                let mut inner = Template::default();
                for (key, value) in &elements {
                    let key_binding;
                    let mut bindings = scope.bindings;
                    if let Some(name) = key_var {
                        key_binding = Binding {
                            name,
                            value: key,
                            outer: bindings,
                        };
                        bindings = Some(&key_binding);
                    }
                    let value_binding = Binding {
                        name: value_var,
                        value,
                        outer: bindings,
                    };
                    let scope = Scope {
                        bindings: Some(&value_binding),
                        ..*scope
                    };
                    self.parts(body, whole, &scope, &mut inner);
                }
                // Elements that come in another order leave nothing certain of the text.
                let inner = match inner.finish().unmark() {
                    (Value::Unknown(_), more) if !settled => {
                        Value::unknown_not_null(Type::String).mark(more)
                    }
                    (value, more) => value.mark(more),
                };
                push_marked(text, &inner.mark(marks));
            }
        }
    }

    /// Whether a directive's condition holds; the marks only, where it is not known or wrong.
    fn template_condition(
        &mut self,
        expr: &Expr,
        scope: &Scope<'_>,
    ) -> Result<(bool, cairn_value::Marks), cairn_value::Marks> {
        let n = self.diags.len();
        let (value, marks) = self.eval(expr, scope).unmark();
        if self.failed_since(n) {
            return Err(marks);
        }
        let detail = if value.is_null() {
            "The condition is null. Conditions must be either true or false.".to_owned()
        } else {
            match convert(&value, &Type::Bool) {
                Ok(Value::Bool(b)) => return Ok((b, marks)),
                Ok(_) => return Err(marks),
                Err(e) => format!("The condition must be a bool: {e}."),
            }
        };
        let d = Diagnostic::error("incorrect-condition-type", "Incorrect condition type")
            .detail(detail)
            .at(expr.span);
        self.fail(d, expr, scope);
        Err(marks)
    }
}

fn unknown_part(text: &mut Template) {
    push_marked(text, &Value::unknown(Type::String));
}

fn push_marked(text: &mut Template, value: &Value) {
    text.push(value)
        .expect("a string, known or not, can be part of a text");
}
