//! Decides whether two values are equal as `==` means it: of the same type, down to nulls inside; unknown where what is
//! unknown decides. No operand is converted, so `"1" == 1` is false.

use super::OpError;
use crate::{Refinement, Type, Unknown, Value};

/// `left == right`. Nulls are equal whatever their type; inside other values their types count.
///
/// # Errors
/// None; the type is that of the other operators.
pub fn equal(left: &Value, right: &Value) -> Result<Value, OpError> {
    Ok(with(left, right, |answer| answer))
}

/// `left != right`
///
/// # Errors
/// None; the type is that of the other operators.
pub fn not_equal(left: &Value, right: &Value) -> Result<Value, OpError> {
    Ok(with(left, right, |answer| !answer))
}

fn with(left: &Value, right: &Value, answer: fn(bool) -> bool) -> Value {
    let result = match (left.peel(), right.peel()) {
        (Value::Null(_), Value::Null(_)) => Some(true),
        (a, b) => compare(a, b),
    };
    let value = result.map_or_else(
        || Value::unknown_not_null(Type::Bool),
        |equal| Value::Bool(answer(equal)),
    );
    match (left, right) {
        // The usual operands have no room for marks.
        (Value::Bool(_) | Value::Number(_) | Value::String(_), b) => value.mark(b.marks_deep()),
        (a, b) => value.mark(a.marks_deep().union(b.marks_deep())),
    }
}

/// Nothing where it is not certain.
fn compare(a: &Value, b: &Value) -> Option<bool> {
    match (a.peel(), b.peel()) {
        (Value::Unknown(u), Value::Unknown(v)) => {
            // Both might turn out null, and then be equal, unless one of them cannot.
            let not_both_null = u.refinement.not_null || v.refinement.not_null;
            (not_both_null && excluded(u, v)).then_some(false)
        }
        (Value::Unknown(u), known) | (known, Value::Unknown(u)) => {
            excludes(u, known).then_some(false)
        }
        (Value::Null(t), Value::Null(u)) => Some(t == u),
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::Number(a), Value::Number(b)) => Some(a == b),
        (Value::String(a), Value::String(b)) => Some(a == b),
        (Value::List(a), Value::List(b)) => {
            if a.items.len() != b.items.len() || element_types_differ(&a.element, &b.element) {
                return Some(false);
            }
            all(a.items.iter().zip(&b.items))
        }
        (Value::Set(a), Value::Set(b)) => {
            if element_types_differ(&a.element, &b.element) {
                return Some(false);
            }
            let known = |items: &[Value]| items.iter().all(Value::is_wholly_known);
            if known(a.items()) && known(b.items()) {
                return if a.items().len() == b.items().len() {
                    all(a.items().iter().zip(b.items()))
                } else {
                    Some(false)
                };
            }
            // Elements that are not known may become equal to others, but never more or fewer than so many.
            let ((low_a, high_a), (low_b, high_b)) = (a.sizes(), b.sizes());
            (high_a < low_b || high_b < low_a).then_some(false)
        }
        (Value::Map(a), Value::Map(b)) => {
            if element_types_differ(&a.element, &b.element)
                || !a.entries.keys().eq(b.entries.keys())
            {
                return Some(false);
            }
            all(a.entries.values().zip(b.entries.values()))
        }
        (Value::Tuple(a), Value::Tuple(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            all(a.iter().zip(&**b))
        }
        (Value::Object(a), Value::Object(b)) => {
            if a.shape() != b.shape() {
                return Some(false);
            }
            all(a.values().iter().zip(b.values()))
        }
        _ => Some(false),
    }
}

/// One certain difference decides; without one, a single doubt leaves the answer open.
fn all<'v>(pairs: impl Iterator<Item = (&'v Value, &'v Value)>) -> Option<bool> {
    let mut answer = Some(true);
    for (a, b) in pairs {
        match compare(a, b) {
            Some(false) => return Some(false),
            Some(true) => {}
            None => answer = None,
        }
    }
    answer
}

/// Lists of different element types differ even where they are empty; but where a type is open, because an element is
/// unknown, it may still become the other one.
fn element_types_differ(a: &Type, b: &Type) -> bool {
    a != b && (never_equal(a, b) || !a.has_dynamic() && !b.has_dynamic())
}

/// Whether no value of the one type can be of the other.
fn never_equal(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Dynamic, _) | (_, Type::Dynamic) => false,
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => never_equal(a, b),
        (Type::Tuple(a), Type::Tuple(b)) => {
            a.len() != b.len() || a.iter().zip(&**b).any(|(a, b)| never_equal(a, b))
        }
        (Type::Object(a), Type::Object(b)) => {
            !a.attributes.keys().eq(b.attributes.keys())
                || a.attributes
                    .values()
                    .zip(b.attributes.values())
                    .any(|(a, b)| never_equal(a, b))
        }
        (a, b) => a != b,
    }
}

/// Whether the unknown value cannot turn out to be this one.
fn excludes(unknown: &Unknown, known: &Value) -> bool {
    let r = &unknown.refinement;
    if let Value::Null(_) = known {
        return r.not_null;
    }
    // A known value that is not null differs from null too, so the type decides whether or not this may be null.
    if !may_be_of(known, &unknown.ty) {
        return true;
    }
    let outside = |n: &crate::Number| {
        let below = r
            .at_least
            .as_ref()
            .is_some_and(|(low, inclusive)| n < low || n == low && !inclusive);
        let above = r
            .at_most
            .as_ref()
            .is_some_and(|(high, inclusive)| n > high || n == high && !inclusive);
        below || above
    };
    match known {
        Value::String(s) => r.prefix.as_ref().is_some_and(|p| !s.starts_with(&**p)),
        Value::Number(n) => outside(n),
        Value::List(l) => outside(&l.items.len().into()),
        Value::Map(m) => outside(&m.entries.len().into()),
        Value::Set(s) if s.items().iter().all(Value::is_wholly_known) => {
            outside(&s.items().len().into())
        }
        _ => false,
    }
}

/// Whether a value of this type may be equal to the known one.
fn may_be_of(value: &Value, ty: &Type) -> bool {
    match (value.peel(), ty) {
        (_, Type::Dynamic)
        | (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::String(_), Type::String) => true,
        (Value::Unknown(u), ty) => !never_equal(&u.ty, ty),
        (Value::Null(of), ty) => !never_equal(of, ty),
        (Value::List(l), Type::List(t)) => !never_equal(&l.element, t),
        (Value::Set(s), Type::Set(t)) => !never_equal(&s.element, t),
        (Value::Map(m), Type::Map(t)) => !never_equal(&m.element, t),
        (Value::Tuple(items), Type::Tuple(types)) => {
            items.len() == types.len() && items.iter().zip(&**types).all(|(v, t)| may_be_of(v, t))
        }
        (Value::Object(o), Type::Object(t)) => {
            o.len() == t.attributes.len()
                && o.iter()
                    .zip(&t.attributes)
                    .all(|((n, v), (m, t))| n == m && may_be_of(v, t))
        }
        _ => false,
    }
}

/// Whether no value but null fits both.
fn excluded(one: &Unknown, other: &Unknown) -> bool {
    if one.ty != other.ty {
        return never_equal(&one.ty, &other.ty);
    }
    let (r, s) = (&one.refinement, &other.refinement);
    apart(r, s) || apart(s, r) || prefixes_differ(r, s)
}

/// Whether all that the first may be lies below all that the second may be.
fn apart(low: &Refinement, high: &Refinement) -> bool {
    match (&low.at_most, &high.at_least) {
        (Some((most, at)), Some((least, from))) => most < least || most == least && !(*at && *from),
        _ => false,
    }
}

fn prefixes_differ(a: &Refinement, b: &Refinement) -> bool {
    match (&a.prefix, &b.prefix) {
        (Some(a), Some(b)) => !a.starts_with(&**b) && !b.starts_with(&**a),
        _ => false,
    }
}
