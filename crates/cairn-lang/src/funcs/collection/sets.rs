//! Decides which elements sets have that are made of other sets: union, intersection, difference, product.

use std::collections::HashSet;

use cairn_value::{Marks, Type, Value, convert, unify};

use super::ANY;
use crate::eval::EvalContext;
use crate::funcs::{Fault, Function, Returns, any, items, set_of};

pub(in crate::funcs) const FUNCTIONS: &[Function] = &[
    Function::new(
        "setintersection",
        &[set_of("first_set", ANY)],
        Returns::By(set_type),
        |_, a| set_operation(a, intersect),
    )
    .rest(set_of("other_sets", ANY)),
    Function::new("setproduct", &[], Returns::By(setproduct_type), setproduct)
        .rest(any("sets").marked()),
    Function::new(
        "setsubtract",
        &[set_of("a", ANY), set_of("b", ANY)],
        Returns::By(set_type),
        |_, a| {
            set_operation(a, |sets| {
                let without: HashSet<&Value> = sets[1].iter().collect();
                sets[0]
                    .iter()
                    .filter(|v| !without.contains(v))
                    .cloned()
                    .collect()
            })
        },
    ),
    Function::new(
        "setunion",
        &[set_of("first_set", ANY)],
        Returns::By(set_type),
        |_, a| united(a, <[Vec<Value>]>::concat),
    )
    .rest(set_of("other_sets", ANY)),
];

/// No product of sets may have more elements than this.
const PRODUCT_LIMIT: usize = 1_000_000;

fn set_type(args: &[Value]) -> Result<Type, Fault> {
    let mut types: Vec<Type> = args
        .iter()
        .filter(|a| {
            !(matches!(a.peel(), Value::Set(s) if s.items().is_empty()) && a.ty().has_dynamic())
        })
        .map(Value::ty)
        .collect();
    if types.is_empty() {
        types.push(Type::set(Type::Dynamic));
    }
    unify(&types).ok_or_else(|| Fault::call("all of the given sets must have elements of one type"))
}

fn set_operation(
    args: &[Value],
    operation: fn(&[Vec<Value>]) -> Vec<Value>,
) -> Result<Value, Fault> {
    if !args.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown_not_null(set_type(args)?));
    }
    united(args, operation)
}

/// The same of sets that may have elements that are not known: a union takes them, whatever they turn out to be.
fn united(args: &[Value], operation: fn(&[Vec<Value>]) -> Vec<Value>) -> Result<Value, Fault> {
    let ty = set_type(args)?;
    let sets = args
        .iter()
        .enumerate()
        .map(|(i, a)| {
            convert(a, &ty)
                .map(|v| items(&v).to_vec())
                .map_err(|e| Fault::arg(i, e.to_string()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let element = ty.element().cloned().unwrap_or(Type::Dynamic);
    Ok(Value::set(element, operation(&sets)))
}

fn intersect(sets: &[Vec<Value>]) -> Vec<Value> {
    let others: Vec<HashSet<&Value>> = sets[1..].iter().map(|s| s.iter().collect()).collect();
    sets[0]
        .iter()
        .filter(|v| others.iter().all(|s| s.contains(v)))
        .cloned()
        .collect()
}

/// The element type of each factor, and whether one is a set: its order means nothing, so that of the product does not either.
fn factors(args: &[Value]) -> Result<(Vec<Type>, bool), Fault> {
    if args.len() < 2 {
        return Err(Fault::call("at least two arguments are required"));
    }
    let mut types = Vec::with_capacity(args.len());
    let mut any_set = false;
    for (i, arg) in args.iter().enumerate() {
        types.push(match arg.ty() {
            Type::Set(t) => {
                any_set = true;
                (*t).clone()
            }
            Type::List(t) => (*t).clone(),
            Type::Tuple(ts) => {
                if ts.is_empty() {
                    Type::Dynamic
                } else {
                    unify(&ts)
                        .ok_or_else(|| Fault::arg(i, "all elements must be of the same type"))?
                }
            }
            _ => return Err(Fault::arg(i, "a set or a list is required")),
        });
    }
    Ok((types, any_set))
}

fn setproduct_type(args: &[Value]) -> Result<Type, Fault> {
    let (types, any_set) = factors(args)?;
    let tuple = Type::tuple(types);
    Ok(if any_set {
        Type::set(tuple)
    } else {
        Type::list(tuple)
    })
}

fn setproduct(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (types, any_set) = factors(args)?;
    let marks = args.iter().fold(Marks::NONE, |m, a| m.union(a.marks()));
    let tuple_ty = Type::tuple(types.iter().cloned());
    let wrap = |items: Vec<Value>| {
        if any_set {
            Value::set(tuple_ty.clone(), items)
        } else {
            Value::list(tuple_ty.clone(), items)
        }
    };
    let mut total: usize = 1;
    for arg in args {
        total = total.saturating_mul(items(arg).len());
    }
    if total > PRODUCT_LIMIT {
        return Err(Fault::call(format!(
            "the product has more than {PRODUCT_LIMIT} elements"
        )));
    }
    if total == 0 {
        return Ok(wrap(Vec::new()).mark(marks));
    }
    let columns = args
        .iter()
        .zip(&types)
        .enumerate()
        .map(|(i, (arg, ty))| {
            items(arg)
                .iter()
                .map(|v| convert(v, ty).map_err(|e| Fault::arg(i, e.to_string())))
                .collect::<Result<Vec<_>, _>>()
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for column in &columns {
        let mut next = Vec::with_capacity(rows.len() * column.len());
        for row in &rows {
            for value in column {
                let mut longer = row.clone();
                longer.push(value.clone());
                next.push(longer);
            }
        }
        rows = next;
    }
    Ok(wrap(rows.into_iter().map(Value::tuple).collect()).mark(marks))
}
