//! Decides what an expression comes to. An error in a part is a message and makes that part unknown, so that the rest is
//! still looked at and the error has no echoes.

use cairn_diag::{Diagnostic, Span};
use cairn_value::{
    Marks, Name, Type, Value, convert,
    ops::{self, OpError, OpErrorKind, Operand},
    unify,
};

use super::run::Run;
use super::scope::Scope;
use crate::deep::deep;
use crate::refs;
use crate::syntax::{Access, BinaryOp, Expr, ExprKind, ObjectItem, Operation, Step, UnaryOp};

impl Run<'_, '_> {
    /// The value of an expression.
    pub(crate) fn eval(&mut self, expr: &Expr, scope: &Scope<'_>) -> Value {
        match &expr.kind {
            ExprKind::Literal(value) => value.clone(),
            ExprKind::Ref(access) => self.eval_ref(access, expr.span, scope),
            _ => deep(|| self.eval_parts(expr, scope)),
        }
    }

    fn eval_parts(&mut self, expr: &Expr, scope: &Scope<'_>) -> Value {
        match &expr.kind {
            ExprKind::Literal(value) => value.clone(),
            ExprKind::Template(parts) => self.template(parts, expr, scope),
            ExprKind::TemplateWrap(inner) | ExprKind::Paren(inner) => self.eval(inner, scope),
            ExprKind::Ref(access) => self.eval_ref(access, expr.span, scope),
            ExprKind::Access(access) => self.access(access, scope),
            ExprKind::Splat(splat) => self.splat(splat, scope),
            ExprKind::Call(call) => self.call(call, expr, scope),
            ExprKind::Conditional(parts) => self.conditional(parts, expr, scope),
            ExprKind::Binary(operation) => self.binary(operation, scope),
            ExprKind::Unary(op, operand) => self.unary(*op, operand, expr, scope),
            ExprKind::Tuple(items) => {
                Value::tuple(items.iter().map(|item| self.eval(item, scope)).collect())
            }
            ExprKind::Object(items) => self.object(items, scope),
            ExprKind::For(f) => self.for_expr(f, scope),
        }
    }

    fn access(&mut self, access: &Access<Expr>, scope: &Scope<'_>) -> Value {
        let n = self.diags.len();
        let value = self.eval(&access.source, scope);
        if self.failed_since(n) {
            return Value::unknown(Type::Dynamic);
        }
        self.steps(value, &access.steps, &|| None, scope)
    }

    fn object(&mut self, items: &[ObjectItem], scope: &Scope<'_>) -> Value {
        let mut attributes: Vec<(Name, Value)> = Vec::with_capacity(items.len());
        let mut marks = Marks::NONE;
        let mut whole = true;
        for item in items {
            if let ExprKind::Literal(Value::String(key)) = &item.key.kind {
                let value = self.eval(&item.value, scope);
                attributes.push((key.clone(), value));
                continue;
            }
            let n = self.diags.len();
            if is_path(&item.key) {
                self.error(
                    Diagnostic::error("ambiguous-key", "Ambiguous attribute key")
                        .detail("This can be meant as a reference or as a text with periods. A reference stands in parentheses, as in (var.name) = 1; a text stands in quotes.")
                        .at(item.key.span),
                );
            }
            let (key, key_marks) = self.eval(&item.key, scope).unmark();
            let failed = self.failed_since(n);
            let value = self.eval(&item.value, scope);
            marks = marks.union(key_marks);
            if failed {
                whole = false;
                continue;
            }
            if key.is_null() {
                let d = Diagnostic::error("null-key", "Null value as key")
                    .detail("A null value cannot be the key of an object element.")
                    .at(item.key.span);
                self.fail(d, &item.key, scope);
                whole = false;
                continue;
            }
            match convert(&key, &Type::String) {
                Ok(Value::String(key)) => attributes.push((key, value)),
                Ok(_) => whole = false,
                Err(e) => {
                    let d = Diagnostic::error("incorrect-key-type", "Incorrect key type")
                        .detail(format!(
                            "This value cannot be the key of an object element: {e}."
                        ))
                        .at(item.key.span);
                    self.fail(d, &item.key, scope);
                    whole = false;
                }
            }
        }
        if whole {
            Value::object(attributes).mark(marks)
        } else {
            Value::unknown(Type::Dynamic).mark(marks)
        }
    }

    /// Operators of one precedence, from the left.
    fn binary(&mut self, operation: &Operation, scope: &Scope<'_>) -> Value {
        let n = self.diags.len();
        let mut left = self.eval(&operation.first, scope);
        let mut previous = &operation.first;
        for (op, right) in &operation.rest {
            let left_span = operation.first.span.to(previous.span);
            let failed = self.failed_since(n);
            left = self.operate(*op, &left, (previous, left_span, failed), right, scope);
            previous = right;
        }
        left
    }

    /// One operator, whose left side has been evaluated: with its last operand, its place, and whether that failed.
    fn operate(
        &mut self,
        op: BinaryOp,
        left: &Value,
        (left_expr, left_span, left_failed): (&Expr, Span, bool),
        right_expr: &Expr,
        scope: &Scope<'_>,
    ) -> Value {
        let decisive = match op {
            BinaryOp::And => Some(false),
            BinaryOp::Or => Some(true),
            _ => None,
        };
        // Where the left side decides, what is wrong with the right one does not count, unless it is a constant of the wrong
        // kind. Its marks do, and whether it is known: as in Terraform 1.11.4, what is not known yet leaves the result open.
        if let Some(decisive) = decisive
            && !left_failed
            && let Ok(Value::Bool(b)) = convert(left.peel(), &Type::Bool)
            && b == decisive
            && !constant(right_expr)
        {
            let (right, failed) = self.unheard(|run| {
                let n = run.diags.len();
                let right = run.eval(right_expr, scope);
                (right, run.failed_since(n))
            });
            let result = if !failed && right.peel().is_unknown() {
                Value::unknown_not_null(Type::Bool)
            } else {
                Value::Bool(b)
            };
            return result.mark(left.marks().union(right.marks()));
        }
        let n = self.diags.len();
        let right = self.eval(right_expr, scope);
        if left_failed || self.failed_since(n) {
            // A result of the right type still finds errors around it.
            return Value::unknown_not_null(result_type(op));
        }
        let result = match op {
            BinaryOp::Or => ops::or(left, &right),
            BinaryOp::And => ops::and(left, &right),
            BinaryOp::Equal => ops::equal(left, &right),
            BinaryOp::NotEqual => ops::not_equal(left, &right),
            BinaryOp::Less => ops::less(left, &right),
            BinaryOp::LessEqual => ops::less_equal(left, &right),
            BinaryOp::Greater => ops::greater(left, &right),
            BinaryOp::GreaterEqual => ops::greater_equal(left, &right),
            BinaryOp::Add => ops::add(left, &right),
            BinaryOp::Subtract => ops::subtract(left, &right),
            BinaryOp::Multiply => ops::multiply(left, &right),
            BinaryOp::Divide => ops::divide(left, &right),
            BinaryOp::Modulo => ops::modulo(left, &right),
        };
        match result {
            Ok(value) => value,
            Err(error) => {
                let whole = left_span.to(right_expr.span);
                let place = |which: Operand| match which {
                    Operand::Left => (left_span, "left "),
                    Operand::Right => (right_expr.span, "right "),
                    Operand::Only => (whole, ""),
                };
                let mut d = operation_error(error, whole, place);
                let texts = [left, &right].map(|v| matches!(v.peel(), Value::String(_)));
                if op == BinaryOp::Add && texts.contains(&true) {
                    d = d.hint("`+` adds numbers. Texts are joined inside of quotes, as in \"${var.name}-1\".");
                }
                let d = self.noted(d, left_expr, scope);
                self.fail(d, right_expr, scope);
                Value::unknown_not_null(result_type(op))
            }
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr, expr: &Expr, scope: &Scope<'_>) -> Value {
        let n = self.diags.len();
        let value = self.eval(operand, scope);
        let ty = match op {
            UnaryOp::Not => Type::Bool,
            UnaryOp::Negate => Type::Number,
        };
        if self.failed_since(n) {
            return Value::unknown_not_null(ty);
        }
        let result = match op {
            UnaryOp::Not => ops::not(&value),
            UnaryOp::Negate => ops::negate(&value),
        };
        match result {
            Ok(value) => value,
            Err(error) => {
                let d = operation_error(error, expr.span, |_| (operand.span, ""));
                self.fail(d, expr, scope);
                Value::unknown_not_null(ty)
            }
        }
    }

    /// Evaluates for the result alone: messages and reads do not count.
    pub(crate) fn unheard<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let n = self.diags.len();
        let reads = self.reads.mark();
        self.quiet += 1;
        let result = f(self);
        self.quiet -= 1;
        self.diags.truncate(n);
        self.reads.rollback(reads);
        result
    }

    /// Both arms are evaluated, as the result has the type that both can become and the marks of both, so that which one
    /// was taken is not given away; messages and reads of the arm that is not taken do not count.
    fn conditional(&mut self, parts: &[Expr; 3], expr: &Expr, scope: &Scope<'_>) -> Value {
        let [condition_expr, yes_expr, no_expr] = parts;
        let n = self.diags.len();
        let condition = self.eval(condition_expr, scope);
        let condition_failed = self.failed_since(n);
        let (condition, marks) = condition.unmark();
        let condition = if condition_failed {
            Value::unknown(Type::Bool)
        } else if condition.is_null() {
            let d = Diagnostic::error("null-condition", "Null condition")
                .detail("The condition is null. Conditions must be either true or false.")
                .at(condition_expr.span);
            self.fail(d, condition_expr, scope);
            Value::unknown(Type::Bool)
        } else {
            match convert(&condition, &Type::Bool) {
                Ok(value) => value,
                Err(e) => {
                    let d =
                        Diagnostic::error("incorrect-condition-type", "Incorrect condition type")
                            .detail(format!(
                                "The condition must be a bool: {e}{}.",
                                super::note::instead(&e.to_string(), &condition)
                            ))
                            .at(condition_expr.span);
                    self.fail(d, condition_expr, scope);
                    Value::unknown(Type::Bool)
                }
            }
        };
        let taken = condition.as_bool();

        // Only the arm that is taken may speak; where it is not known which, neither does. What either reads counts then.
        let arm = |run: &mut Self, expr: &Expr, this: bool| match taken {
            Some(taken) if taken == this => run.eval(expr, scope),
            Some(_) => run.unheard(|run| run.eval(expr, scope)),
            None => {
                let n = run.diags.len();
                run.quiet += 1;
                let value = run.eval(expr, scope);
                run.quiet -= 1;
                run.diags.truncate(n);
                value
            }
        };
        let yes = arm(self, yes_expr, true);
        let no = arm(self, no_expr, false);
        let marks = marks.union(yes.marks()).union(no.marks());

        let ty = match common_type(&yes, &no) {
            Common::Same => None,
            Common::One(ty) => Some(ty),
            Common::None => {
                let d = inconsistent(&yes, &no, expr.span);
                self.fail(d, expr, scope);
                return Value::unknown(Type::Dynamic).mark(marks);
            }
        };
        let Some(taken) = taken else {
            let ty = ty.unwrap_or_else(|| yes.ty());
            return ops::either(&yes, &no, ty).mark(marks);
        };
        let chosen = if taken { &yes } else { &no };
        let value = match &ty {
            None => chosen.clone(),
            Some(ty) => {
                if let Ok(value) = convert(chosen, ty) {
                    value
                } else {
                    let d = inconsistent(&yes, &no, expr.span);
                    self.fail(d, expr, scope);
                    Value::unknown(ty.clone())
                }
            }
        };
        value.mark(marks)
    }
}

/// Whether an expression is names and constant indexes alone.
fn is_path(expr: &Expr) -> bool {
    let constant = |step: &Step| match step {
        Step::Attr(..) => true,
        Step::Index(key, _) => matches!(key.kind, ExprKind::Literal(_)),
    };
    match &expr.kind {
        ExprKind::Ref(access) => !access.steps.is_empty() && access.steps.iter().all(constant),
        _ => false,
    }
}

/// Whether the expression is written as a constant.
fn constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) => true,
        ExprKind::Paren(inner) => constant(inner),
        _ => {
            let mut any = false;
            refs::accesses(expr, &mut |_, _| any = true);
            !any && !matches!(expr.kind, ExprKind::Call(_))
        }
    }
}

fn result_type(op: BinaryOp) -> Type {
    match op {
        BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide
        | BinaryOp::Modulo => Type::Number,
        _ => Type::Bool,
    }
}

fn operation_error(
    error: OpError,
    whole: Span,
    place: impl Fn(Operand) -> (Span, &'static str),
) -> Diagnostic {
    match error.kind {
        OpErrorKind::Unsuitable(which) | OpErrorKind::NullOperand(which) => {
            let (span, which) = place(which);
            Diagnostic::error("invalid-operand", "Invalid operand")
                .detail(format!(
                    "Unsuitable value for the {which}operand. {}",
                    error.message
                ))
                .at(span)
                .context(whole)
        }
        _ => Diagnostic::error("operation-failed", "Operation failed")
            .detail(error.message)
            .at(whole),
    }
}

enum Common {
    /// Both are of one type already.
    Same,
    One(Type),
    None,
}

fn common_type(yes: &Value, no: &Value) -> Common {
    match (yes.peel(), no.peel()) {
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Null(Type::Dynamic), Value::Null(Type::Dynamic)) => return Common::Same,
        (Value::Null(Type::Dynamic), other) | (other, Value::Null(Type::Dynamic)) => {
            return Common::One(other.ty());
        }
        _ => {}
    }
    let (a, b) = (yes.ty(), no.ty());
    if a == b {
        return Common::Same;
    }
    unify(&[a, b]).map_or(Common::None, Common::One)
}

fn inconsistent(yes: &Value, no: &Value, span: Span) -> Diagnostic {
    Diagnostic::error(
        "inconsistent-conditional",
        "Inconsistent conditional result types",
    )
    .detail(format!(
        "The results for true and false must be of types that both can become one, but the first is {} and the second is {}.",
        said(&yes.ty()),
        said(&no.ty())
    ))
    .at(span)
}

/// A type as it is said of a value, as exact as it is short.
pub(crate) fn said(ty: &Type) -> String {
    let exact = ty.to_string();
    if exact.chars().count() <= 80 {
        exact
    } else {
        ty.friendly()
    }
}
