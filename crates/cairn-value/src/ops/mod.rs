//! Decides what the operators give: for known values their result, for unknown ones what is certain of it, and always
//! with the marks of the operands. Conversion of operands is part of it (`"1" + 2` is 3). Not where in a source text an
//! operand stands; errors say which operand it was.
//!
//! Equality is in `equal`, what is inside collections in `access`, text in `template`, one of two values in `either`.

mod access;
mod either;
mod equal;
mod template;

#[cfg(test)]
mod tests;

use crate::convert::convert;
use crate::{Marks, Number, Type, Value};

pub use access::{get_attr, index, length};
pub use either::either;
pub use equal::{equal, not_equal};
pub use template::Template;

/// Why an operation has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct OpError {
    /// What kind of reason.
    pub kind: OpErrorKind,
    /// The reason in full sentences, without the operands' values.
    pub message: String,
}

/// The kinds of reasons why an operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpErrorKind {
    /// An operand is of a type that the operation does not take, or a string that is no such value.
    Unsuitable(Operand),
    /// An operand is null.
    NullOperand(Operand),
    /// The operands are of the right type but have no result: zero by zero.
    NoResult,
    /// The value to look into is null.
    NullCollection,
    /// The index is no index of this value.
    InvalidIndex,
    /// The value has no attribute of that name, or no attributes at all.
    UnsupportedAttribute,
    /// The map has no element of that key.
    MissingElement,
}

/// Which operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The left one of two.
    Left,
    /// The right one of two.
    Right,
    /// The only one.
    Only,
}

impl OpError {
    pub(crate) fn new(kind: OpErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}

/// An operand after its conversion: known or not, never null.
enum Ready<T> {
    Known(T),
    Unknown,
}

fn ready(value: &Value, ty: &Type, which: Operand) -> Result<(Value, Marks), OpError> {
    let marks = value.marks();
    let inner = value.peel();
    // Checked first: null of any type is refused as null, as its type says nothing to the user.
    if matches!(inner, Value::Null(_)) {
        return Err(OpError::new(
            OpErrorKind::NullOperand(which),
            format!("The value is null, but this operation needs a {ty}."),
        ));
    }
    match convert(inner, ty) {
        Ok(converted) => Ok((converted, marks)),
        Err(e) => Err(OpError::new(
            OpErrorKind::Unsuitable(which),
            format!("The value does not fit this operation: {e}."),
        )),
    }
}

fn number(value: &Value, which: Operand) -> Result<(Ready<Number>, Marks), OpError> {
    if let Value::Number(n) = value {
        return Ok((Ready::Known(n.clone()), Marks::NONE));
    }
    let (converted, marks) = ready(value, &Type::Number, which)?;
    Ok(match converted {
        Value::Number(n) => (Ready::Known(n), marks),
        _ => (Ready::Unknown, marks),
    })
}

fn boolean(value: &Value, which: Operand) -> Result<(Ready<bool>, Marks), OpError> {
    if let Value::Bool(b) = value {
        return Ok((Ready::Known(*b), Marks::NONE));
    }
    let (converted, marks) = ready(value, &Type::Bool, which)?;
    Ok(match converted {
        Value::Bool(b) => (Ready::Known(b), marks),
        _ => (Ready::Unknown, marks),
    })
}

fn arithmetic(
    left: &Value,
    right: &Value,
    compute: impl FnOnce(&Number, &Number) -> Option<Number>,
    no_result: &str,
) -> Result<Value, OpError> {
    let (a, x) = number(left, Operand::Left)?;
    let (b, y) = number(right, Operand::Right)?;
    let result = match (a, b) {
        (Ready::Known(a), Ready::Known(b)) => compute(&a, &b)
            .map(Value::Number)
            .ok_or_else(|| OpError::new(OpErrorKind::NoResult, no_result))?,
        _ => Value::unknown_not_null(Type::Number),
    };
    Ok(result.mark(x.union(y)))
}

/// `left + right`
///
/// # Errors
/// An operand is null or no number; opposite infinities have no sum.
pub fn add(left: &Value, right: &Value) -> Result<Value, OpError> {
    arithmetic(
        left,
        right,
        Number::add,
        "Infinities of opposite sign have no sum.",
    )
}

/// `left - right`
///
/// # Errors
/// An operand is null or no number; equal infinities have no difference.
pub fn subtract(left: &Value, right: &Value) -> Result<Value, OpError> {
    arithmetic(
        left,
        right,
        Number::sub,
        "Infinities of the same sign have no difference.",
    )
}

/// `left * right`
///
/// # Errors
/// An operand is null or no number; zero times infinity has no product.
pub fn multiply(left: &Value, right: &Value) -> Result<Value, OpError> {
    arithmetic(
        left,
        right,
        Number::mul,
        "Zero times infinity has no product.",
    )
}

/// `left / right`; a non-zero number divided by zero is infinite, as in Terraform.
///
/// # Errors
/// An operand is null or no number; zero divided by zero, or infinity by infinity.
pub fn divide(left: &Value, right: &Value) -> Result<Value, OpError> {
    arithmetic(
        left,
        right,
        Number::div,
        "Zero divided by zero, and infinity divided by infinity, have no quotient.",
    )
}

/// `left % right`, with the sign of `left`; modulo zero it is `left`, as in Terraform.
///
/// # Errors
/// An operand is null, no number, or infinite.
pub fn modulo(left: &Value, right: &Value) -> Result<Value, OpError> {
    arithmetic(
        left,
        right,
        Number::rem,
        "There is no remainder where an operand is infinite.",
    )
}

/// `-value`
///
/// # Errors
/// The operand is null or no number.
pub fn negate(value: &Value) -> Result<Value, OpError> {
    let (n, marks) = number(value, Operand::Only)?;
    Ok(match n {
        Ready::Known(n) => Value::Number(n.neg()),
        Ready::Unknown => Value::unknown_not_null(Type::Number),
    }
    .mark(marks))
}

/// `!value`
///
/// # Errors
/// The operand is null or no bool.
pub fn not(value: &Value) -> Result<Value, OpError> {
    let (b, marks) = boolean(value, Operand::Only)?;
    Ok(match b {
        Ready::Known(b) => Value::Bool(!b),
        Ready::Unknown => Value::unknown_not_null(Type::Bool),
    }
    .mark(marks))
}

/// Both operands must be bools. Beside one that is not known the result is not known, even if the other is `decisive`: as in
/// Terraform 1.11.4.
fn logic(left: &Value, right: &Value, decisive: bool) -> Result<Value, OpError> {
    let (a, x) = boolean(left, Operand::Left)?;
    let (b, y) = boolean(right, Operand::Right)?;
    Ok(match (a, b) {
        (Ready::Known(a), Ready::Known(b)) if a == decisive || b == decisive => {
            Value::Bool(decisive)
        }
        (Ready::Known(_), Ready::Known(_)) => Value::Bool(!decisive),
        _ => Value::unknown_not_null(Type::Bool),
    }
    .mark(x.union(y)))
}

/// `left && right`; not known beside an unknown.
///
/// # Errors
/// An operand is null or no bool.
pub fn and(left: &Value, right: &Value) -> Result<Value, OpError> {
    logic(left, right, false)
}

/// `left || right`; not known beside an unknown.
///
/// # Errors
/// An operand is null or no bool.
pub fn or(left: &Value, right: &Value) -> Result<Value, OpError> {
    logic(left, right, true)
}

/// The least and greatest that a number operand may be, each with whether it may be that itself.
type Range = (Option<(Number, bool)>, Option<(Number, bool)>);

fn range(value: &Value, which: Operand) -> Result<(Range, Marks), OpError> {
    if let Value::Number(n) = value {
        let end = Some((n.clone(), true));
        return Ok(((end.clone(), end), Marks::NONE));
    }
    let (converted, marks) = ready(value, &Type::Number, which)?;
    let range = match converted {
        Value::Number(n) => (Some((n.clone(), true)), Some((n, true))),
        Value::Unknown(u) => (u.refinement.at_least.clone(), u.refinement.at_most.clone()),
        _ => (None, None),
    };
    Ok((range, marks))
}

/// Compares two numbers: `less` of `left` and `right`, or of the two turned round, and the same for equal ones.
fn compare(left: &Value, right: &Value, turned: bool, or_equal: bool) -> Result<Value, OpError> {
    if let (Value::Number(a), Value::Number(b)) = (left, right) {
        let (a, b) = if turned { (b, a) } else { (a, b) };
        return Ok(Value::Bool(if or_equal { a <= b } else { a < b }));
    }
    let (a, x) = range(left, Operand::Left)?;
    let (b, y) = range(right, Operand::Right)?;
    let (a, b) = if turned { (b, a) } else { (a, b) };
    // Every value of the first lies below every one of the second, or none does.
    let below = |high: &(Number, bool), low: &(Number, bool), touch: bool| {
        high.0 < low.0 || high.0 == low.0 && (touch || !high.1 || !low.1)
    };
    let certain = match (&a, &b) {
        ((_, Some(high)), (Some(low), _)) if below(high, low, or_equal) => Some(true),
        ((Some(low), _), (_, Some(high))) if below(high, low, !or_equal) => Some(false),
        _ => None,
    };
    Ok(certain
        .map_or_else(|| Value::unknown_not_null(Type::Bool), Value::Bool)
        .mark(x.union(y)))
}

/// `left < right`
///
/// # Errors
/// An operand is null or no number.
pub fn less(left: &Value, right: &Value) -> Result<Value, OpError> {
    compare(left, right, false, false)
}

/// `left <= right`
///
/// # Errors
/// An operand is null or no number.
pub fn less_equal(left: &Value, right: &Value) -> Result<Value, OpError> {
    compare(left, right, false, true)
}

/// `left > right`
///
/// # Errors
/// An operand is null or no number.
pub fn greater(left: &Value, right: &Value) -> Result<Value, OpError> {
    compare(left, right, true, false)
}

/// `left >= right`
///
/// # Errors
/// An operand is null or no number.
pub fn greater_equal(left: &Value, right: &Value) -> Result<Value, OpError> {
    compare(left, right, true, true)
}
