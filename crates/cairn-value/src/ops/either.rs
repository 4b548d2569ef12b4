//! Decides what is certain of a value that will be one of two, while it is not known which: its type is given, and it lies
//! where both do.

use crate::{Number, Refinement, Type, Value};

/// What will be the one or the other, both of which are (or will be converted to be) of type `ty`. Marks of either are the
/// result's.
pub fn either(one: &Value, other: &Value, ty: Type) -> Value {
    let marks = one.marks().union(other.marks());
    let (one, other) = (one.peel(), other.peel());
    if let (Value::Null(_), Value::Null(_)) = (one, other) {
        return Value::Null(ty).mark(marks);
    }
    let mut refinement = Refinement {
        not_null: certainly_not_null(one) && certainly_not_null(other),
        ..Refinement::default()
    };
    // A bound of one says something only of its own type: a conversion may move it.
    if refinement.not_null && one.ty() == ty && other.ty() == ty {
        let (a, b) = (bounds(one), bounds(other));
        let looser = |a: Option<End>, b: Option<End>, first: fn(&Number, &Number) -> bool| {
            let ((a, a_in), (b, b_in)) = (a?, b?);
            Some(if a == b {
                (a, a_in || b_in)
            } else if first(&a, &b) {
                (a, a_in)
            } else {
                (b, b_in)
            })
        };
        refinement.at_least = looser(a.0, b.0, |a, b| a < b);
        refinement.at_most = looser(a.1, b.1, |a, b| a > b);
    }
    Value::refined(ty, refinement).mark(marks)
}

type End = (Number, bool);

/// The least and the greatest that a number may be, or a collection's length.
fn bounds(value: &Value) -> (Option<End>, Option<End>) {
    match value {
        Value::Number(n) => (Some((n.clone(), true)), Some((n.clone(), true))),
        Value::List(_) | Value::Set(_) | Value::Map(_) => {
            match super::length(value).as_ref().map(Value::peel) {
                Ok(Value::Unknown(u)) => {
                    (u.refinement.at_least.clone(), u.refinement.at_most.clone())
                }
                Ok(Value::Number(n)) => (Some((n.clone(), true)), Some((n.clone(), true))),
                _ => (None, None),
            }
        }
        Value::Unknown(u) => (u.refinement.at_least.clone(), u.refinement.at_most.clone()),
        _ => (None, None),
    }
}

fn certainly_not_null(value: &Value) -> bool {
    match value {
        Value::Null(_) => false,
        Value::Unknown(u) => u.refinement.not_null,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Marks, ops};

    fn list(n: i64) -> Value {
        Value::list(Type::Number, (0..n).map(Value::int).collect())
    }

    #[test]
    fn numbers_lie_between_both() {
        let v = either(&Value::int(1), &Value::int(3), Type::Number);
        assert!(v.is_unknown());
        assert_eq!(ops::greater(&v, &Value::int(0)), Ok(Value::Bool(true)));
        assert_eq!(ops::less_equal(&v, &Value::int(3)), Ok(Value::Bool(true)));
        assert_eq!(ops::equal(&v, &Value::int(4)), Ok(Value::Bool(false)));
        assert!(ops::less(&v, &Value::int(3)).is_ok_and(|v| v.is_unknown()));
        let same = either(&Value::int(2), &Value::int(2), Type::Number);
        assert_eq!(same, Value::int(2));
    }

    #[test]
    fn a_null_or_something_open_takes_the_bounds_away() {
        let null = Value::Null(Type::Number);
        let v = either(&Value::int(1), &null, Type::Number);
        assert!(ops::equal(&v, &null).is_ok_and(|v| v.is_unknown()));
        assert_eq!(either(&null, &null, Type::Number), null);
        let open = Value::unknown_not_null(Type::Number);
        let v = either(&Value::int(1), &open, Type::Number);
        assert_eq!(ops::equal(&v, &null), Ok(Value::Bool(false)));
        assert!(ops::greater(&v, &Value::int(0)).is_ok_and(|v| v.is_unknown()));
    }

    #[test]
    fn lengths_lie_between_both_and_one_length_gives_the_elements() {
        let of = Type::list(Type::Number);
        let v = either(&list(1), &list(3), of.clone());
        assert!(v.is_unknown());
        let length = ops::length(&v).expect("lists have a length");
        assert_eq!(ops::greater(&length, &Value::int(0)), Ok(Value::Bool(true)));
        let v = either(&list(2), &list(2), of.clone());
        assert_eq!(
            v,
            Value::list(Type::Number, vec![Value::unknown(Type::Number); 2])
        );
        assert_eq!(either(&list(0), &list(0), of), list(0));
        let map = |n| {
            Value::map(
                Type::Number,
                (0..n).map(|i| (i.to_string().into(), Value::int(i))),
            )
        };
        let of = Type::map(Type::Number);
        assert_eq!(either(&map(0), &map(0), of.clone()), map(0));
        assert_eq!(
            ops::length(&either(&map(2), &map(2), of)),
            Ok(Value::int(2))
        );
    }

    #[test]
    fn marks_of_both_are_kept() {
        let v = either(
            &Value::int(1).mark(Marks::SENSITIVE),
            &Value::int(2).mark(Marks::EPHEMERAL),
            Type::Number,
        );
        assert_eq!(v.marks(), Marks::SENSITIVE.union(Marks::EPHEMERAL));
    }
}
