//! Decides what an expression comes to that must stand for itself: defaults of variables, flags, texts. Nothing can be referred
//! to and no function called, so there is nothing to look up. Does not evaluate what refers to anything (`eval` does).

use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, Span};
use cairn_value::ops::{self, OpError};
use cairn_value::{Name, Type, Value, convert, unify};

use crate::deep::deep;
use crate::syntax::{BinaryOp, Expr, ExprKind, Step, TemplatePart, UnaryOp};

/// The value of a constant expression; nothing after an error.
pub(crate) fn constant(expr: &Expr, said: &mut Diagnostics) -> Option<Value> {
    deep(|| constant_of_parts(expr, said))
}

fn constant_of_parts(expr: &Expr, said: &mut Diagnostics) -> Option<Value> {
    match &expr.kind {
        ExprKind::Literal(value) => Some(value.clone()),
        ExprKind::Paren(inner) | ExprKind::TemplateWrap(inner) => constant(inner, said),
        ExprKind::Tuple(items) => {
            let items: Vec<_> = items.iter().map(|i| constant(i, said)).collect();
            Some(Value::tuple(items.into_iter().collect::<Option<_>>()?))
        }
        ExprKind::Object(items) => {
            let mut attributes: Vec<(Name, Value)> = Vec::with_capacity(items.len());
            let mut complete = true;
            for item in items {
                let key = constant(&item.key, said);
                let value = constant(&item.value, said);
                let (Some(key), Some(value)) = (key, value) else {
                    complete = false;
                    continue;
                };
                if let Ok(Value::String(key)) = convert(&key, &Type::String) {
                    attributes.push((key, value));
                } else {
                    said.push(
                        Diagnostic::error("invalid-object-key", "Incorrect key type")
                            .detail("The key of an object's attribute must be a text.")
                            .at(item.key.span),
                    );
                    complete = false;
                }
            }
            complete.then(|| Value::object(attributes))
        }
        ExprKind::Template(parts) => {
            let mut text = ops::Template::default();
            template(parts, &mut text, said)?;
            Some(text.finish())
        }
        ExprKind::Unary(op, operand) => {
            let operand = constant(operand, said)?;
            done(
                match op {
                    UnaryOp::Not => ops::not(&operand),
                    UnaryOp::Negate => ops::negate(&operand),
                },
                expr.span,
                said,
            )
        }
        ExprKind::Binary(operation) => {
            let mut left = constant(&operation.first, said);
            for (op, operand) in &operation.rest {
                let right = constant(operand, said);
                let place = operation.first.span.to(operand.span);
                left = match (left, right) {
                    (Some(left), Some(right)) => done(binary(*op, &left, &right), place, said),
                    _ => None,
                };
            }
            left
        }
        ExprKind::Conditional(parts) => {
            let condition = constant(&parts[0], said);
            let yes = constant(&parts[1], said);
            let no = constant(&parts[2], said);
            let (condition, yes, no) = (condition?, yes?, no?);
            let Ok(Value::Bool(holds)) = convert(&condition, &Type::Bool) else {
                said.push(
                    Diagnostic::error("incorrect-condition-type", "Incorrect condition type")
                        .detail("The condition must be true or false.")
                        .at(parts[0].span),
                );
                return None;
            };
            let chosen = if holds { &yes } else { &no };
            let ty = unify(&[yes.ty(), no.ty()]).unwrap_or(Type::Dynamic);
            Some(convert(chosen, &ty).unwrap_or_else(|_| chosen.clone()))
        }
        ExprKind::Access(access) => {
            let mut value = constant(&access.source, said)?;
            for step in &access.steps {
                let next = match step {
                    Step::Attr(name, _) => ops::get_attr(&value, name),
                    Step::Index(key, _) => ops::index(&value, &constant(key, said)?),
                };
                value = done(next, step.span(), said)?;
            }
            Some(value)
        }
        ExprKind::Ref(access) => {
            let mut d = Diagnostic::error("variables-not-allowed", "Variables not allowed")
                .detail("Nothing can be referred to here: the value must stand for itself.")
                .at(expr.span);
            if access.steps.is_empty() {
                d = d.hint(format!(
                    "If the text {0:?} is meant, put it in double quotes.",
                    &*access.source
                ));
            }
            said.push(d);
            None
        }
        ExprKind::Call(call) => {
            said.push(
                Diagnostic::error("functions-not-allowed", "Function calls not allowed")
                    .detail(format!(
                        "Functions cannot be called here: the value must stand for itself. Compute it in a local value, where `{}` can be called.",
                        call.name
                    ))
                    .at(expr.span),
            );
            None
        }
        ExprKind::For(_) | ExprKind::Splat(_) => {
            said.push(
                Diagnostic::error("not-constant", "Constant value required")
                    .detail("A value is expected here that stands for itself. Write it out, or compute it in a local value.")
                    .at(expr.span),
            );
            None
        }
    }
}

/// A constant of a type, converted where it can be.
pub(super) fn constant_of(expr: &Expr, ty: &Type, said: &mut Diagnostics) -> Option<Value> {
    let value = constant(expr, said)?;
    let converted = convert(&value, ty).ok();
    if converted.is_none() {
        said.push(
            Diagnostic::error("unsuitable-value-type", "Unsuitable value type")
                .detail(format!("A {ty} is needed here."))
                .at(expr.span),
        );
    }
    converted
}

/// A text; null counts as none.
pub(crate) fn text(expr: &Expr, said: &mut Diagnostics) -> Option<Arc<str>> {
    match constant_of(expr, &Type::String, said)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// A flag; null counts as none.
pub(super) fn flag(expr: &Expr, said: &mut Diagnostics) -> Option<bool> {
    constant_of(expr, &Type::Bool, said)?.as_bool()
}

fn binary(op: BinaryOp, left: &Value, right: &Value) -> Result<Value, OpError> {
    match op {
        BinaryOp::Or => ops::or(left, right),
        BinaryOp::And => ops::and(left, right),
        BinaryOp::Equal => ops::equal(left, right),
        BinaryOp::NotEqual => ops::not_equal(left, right),
        BinaryOp::Less => ops::less(left, right),
        BinaryOp::LessEqual => ops::less_equal(left, right),
        BinaryOp::Greater => ops::greater(left, right),
        BinaryOp::GreaterEqual => ops::greater_equal(left, right),
        BinaryOp::Add => ops::add(left, right),
        BinaryOp::Subtract => ops::subtract(left, right),
        BinaryOp::Multiply => ops::multiply(left, right),
        BinaryOp::Divide => ops::divide(left, right),
        BinaryOp::Modulo => ops::modulo(left, right),
    }
}

fn done(result: Result<Value, OpError>, place: Span, said: &mut Diagnostics) -> Option<Value> {
    result
        .map_err(|e| {
            said.push(
                Diagnostic::error("invalid-operand", "Invalid operand")
                    .detail(e.message)
                    .at(place),
            );
        })
        .ok()
}

fn template(
    parts: &[TemplatePart],
    text: &mut ops::Template,
    said: &mut Diagnostics,
) -> Option<()> {
    for part in parts {
        match part {
            TemplatePart::Text(t) => text.push_str(t),
            TemplatePart::Interpolation(e) => {
                let value = constant(e, said)?;
                if let Err(error) = text.push(&value) {
                    done(Err(error), e.span, said)?;
                }
            }
            TemplatePart::If { condition, yes, no } => {
                let holds = flag(condition, said)?;
                template(if holds { yes } else { no }, text, said)?;
            }
            TemplatePart::For { collection, .. } => {
                said.push(
                    Diagnostic::error("not-constant", "Constant value required")
                        .detail("A text is expected here that stands for itself. Write it out.")
                        .at(collection.span),
                );
                return None;
            }
        }
    }
    Some(())
}
