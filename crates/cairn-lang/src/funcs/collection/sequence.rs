//! Decides which elements a list made of other lists has, and in which order.

use std::collections::HashSet;

use cairn_value::{Marks, Number, Str, Type, Value, convert, ops, unify};

use super::{ANY, is_sequence};
use crate::eval::EvalContext;
use crate::funcs::{Fault, Function, Kind, Returns, any, items, list_of, number, whole};

pub(in crate::funcs) const FUNCTIONS: &[Function] = &[
    Function::new(
        "chunklist",
        &[list_of("list", ANY).marked(), number("size").marked()],
        Returns::By(|a| Ok(Type::list(a[0].ty()))),
        chunklist,
    ),
    Function::new(
        "compact",
        &[list_of("list", &Kind::String)],
        Returns::StringList,
        |_, a| Ok(compact(a)),
    ),
    Function::new("concat", &[], Returns::By(concat_type), concat).rest(any("seqs").marked()),
    Function::new(
        "distinct",
        &[list_of("list", ANY)],
        Returns::By(|a| Ok(a[0].ty())),
        |_, a| Ok(distinct(a)),
    ),
    Function::new(
        "flatten",
        &[any("list").marked()],
        Returns::By(|_| Ok(Type::Dynamic)),
        flatten,
    ),
    Function::new(
        "length",
        &[any("value").unknown().any_type().marked()],
        Returns::Number,
        |_, a| ops::length(&a[0]).map_err(|e| Fault::arg(0, lower_first(&e.message))),
    ),
    Function::new("range", &[], Returns::NumberList, range).rest(number("params")),
    Function::new(
        "reverse",
        &[any("list").marked()],
        Returns::By(reverse_type),
        reverse,
    ),
    Function::new(
        "sort",
        &[list_of("list", &Kind::String)],
        Returns::StringList,
        sort,
    ),
];

/// No range may have more elements than this, as in Terraform.
const RANGE_LIMIT: usize = 1024;

fn lower_first(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    match chars.next() {
        Some(c) => c.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

fn chunklist(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let marks = args[0].marks().union(args[1].marks());
    let size = usize::try_from(whole(args, 1)?)
        .map_err(|_| Fault::arg(1, "the size argument must be positive"))?;
    let Value::List(list) = args[0].peel() else {
        return Ok(Value::unknown_not_null(Type::list(args[0].ty())).mark(marks));
    };
    let chunk_ty = Type::list(list.element.clone());
    let size = if size == 0 {
        list.items.len().max(1)
    } else {
        size
    };
    let chunks = list
        .items
        .chunks(size)
        .map(|c| Value::list(list.element.clone(), c.to_vec()))
        .collect();
    Ok(Value::list(chunk_ty, chunks).mark(marks))
}

fn compact(args: &[Value]) -> Value {
    let all = items(&args[0]);
    if all.iter().any(Value::is_unknown) {
        return Value::unknown_not_null(Type::list(Type::String));
    }
    Value::list(
        Type::String,
        all.iter()
            .filter(|v| v.as_str().is_some_and(|s| !s.is_empty()))
            .cloned()
            .collect(),
    )
}

fn concat_type(args: &[Value]) -> Result<Type, Fault> {
    let types: Vec<Type> = args.iter().map(Value::ty).collect();
    let mut elements = Vec::new();
    for (i, ty) in types.iter().enumerate() {
        match ty {
            Type::List(t) => elements.push((**t).clone()),
            Type::Tuple(_) => {}
            other => {
                return Err(Fault::arg(
                    i,
                    format!(
                        "all arguments must be lists or tuples; got {}",
                        other.friendly()
                    ),
                ));
            }
        }
    }
    if elements.len() == args.len()
        && let Some(ty) = unify(&elements)
    {
        return Ok(Type::list(ty));
    }
    let mut all = Vec::new();
    for (arg, ty) in args.iter().zip(&types) {
        match (arg.peel(), ty) {
            (_, Type::Tuple(ts)) => all.extend(ts.iter().cloned()),
            (Value::List(l), _) => all.extend(l.items.iter().map(Value::ty)),
            // A list that is not known has not told how many it holds.
            _ => return Ok(Type::Dynamic),
        }
    }
    Ok(Type::tuple(all))
}

fn concat(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if args.is_empty() {
        return Err(Fault::call("at least one argument is required"));
    }
    let ty = concat_type(args)?;
    let marks = args.iter().fold(Marks::NONE, |m, a| m.union(a.marks()));
    let all: Vec<Value> = args.iter().flat_map(|a| items(a).iter().cloned()).collect();
    let value = match ty {
        Type::List(element) => {
            let all = all
                .iter()
                .map(|v| convert(v, &element).map_err(|e| Fault::call(e.to_string())))
                .collect::<Result<Vec<_>, _>>()?;
            Value::list((*element).clone(), all)
        }
        _ => Value::tuple(all),
    };
    Ok(value.mark(marks))
}

fn distinct(args: &[Value]) -> Value {
    let Value::List(list) = &args[0] else {
        return args[0].clone();
    };
    if !args[0].is_wholly_known() {
        return Value::unknown_not_null(args[0].ty());
    }
    let mut seen = HashSet::with_capacity(list.items.len());
    let kept = list
        .items
        .iter()
        .filter(|v| seen.insert(*v))
        .cloned()
        .collect();
    Value::list(list.element.clone(), kept)
}

fn flatten(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if !is_sequence(&args[0].ty()) {
        return Err(Fault::arg(0, "can only flatten lists, sets and tuples"));
    }
    let mut out = Vec::new();
    let mut marks = Marks::NONE;
    if flatten_into(&args[0], &mut out, &mut marks) {
        Ok(Value::tuple(out).mark(marks))
    } else {
        Ok(Value::unknown(Type::Dynamic).mark(marks))
    }
}

/// Whether all of it was known well enough.
fn flatten_into(value: &Value, out: &mut Vec<Value>, marks: &mut Marks) -> bool {
    *marks = marks.union(value.marks());
    let mut whole = true;
    for item in items(value) {
        match item.peel() {
            Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
                whole &= flatten_into(item, out, marks);
            }
            Value::Unknown(u) if u.ty == Type::Dynamic || is_sequence(&u.ty) => {
                *marks = marks.union(item.marks());
                whole = false;
            }
            _ => out.push(item.clone()),
        }
    }
    whole
}

fn range(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let n = |i: usize| match args[i].peel() {
        Value::Number(n) => n.clone(),
        _ => Number::ZERO,
    };
    let (start, limit, step) = match args.len() {
        1 => (Number::ZERO, n(0), None),
        2 => (n(0), n(1), None),
        3 => (n(0), n(1), Some(n(2))),
        _ => {
            return Err(Fault::call("must have one, two, or three arguments"));
        }
    };
    let down = limit < start;
    let step = step.unwrap_or(if down { Number::ONE.neg() } else { Number::ONE });
    if step.is_zero() {
        return Err(Fault::arg(2, "step must not be zero"));
    }
    if down != step.is_negative() && limit != start {
        return Err(Fault::call(if down {
            "when start is greater than end, step must be negative"
        } else {
            "when start is less than end, step must be positive"
        }));
    }
    let mut out = Vec::new();
    let mut at = start;
    while (down && at > limit) || (!down && at < limit) {
        if out.len() >= RANGE_LIMIT {
            return Err(Fault::call(format!(
                "more than {RANGE_LIMIT} values were generated; either decrease the difference between start and end or use a smaller step"
            )));
        }
        let next = at.add(&step);
        out.push(Value::Number(at));
        at = next.ok_or_else(|| Fault::call("the values must be finite"))?;
    }
    Ok(Value::list(Type::Number, out))
}

fn reverse_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].ty() {
        Type::Tuple(types) => Ok(Type::tuple(types.iter().rev().cloned())),
        Type::List(t) | Type::Set(t) => Ok(Type::List(t)),
        other => Err(Fault::arg(
            0,
            format!(
                "can only reverse list or tuple values, not {}",
                other.friendly()
            ),
        )),
    }
}

fn reverse(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let ty = reverse_type(args)?;
    let reversed: Vec<Value> = items(&args[0]).iter().rev().cloned().collect();
    let value = match ty {
        Type::List(t) => Value::list((*t).clone(), reversed),
        _ => Value::tuple(reversed),
    };
    Ok(value.mark(args[0].marks()))
}

fn sort(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if !args[0].is_wholly_known() {
        // Where each comes to stand is not known, but how many there are.
        let open = |_: &Value| Value::unknown(Type::String);
        let all = items(&args[0]).iter().map(open).collect();
        return Ok(Value::list(Type::String, all));
    }
    let mut all: Vec<Str> = Vec::with_capacity(items(&args[0]).len());
    for (i, item) in items(&args[0]).iter().enumerate() {
        match item {
            Value::String(s) => all.push(s.clone()),
            _ => {
                return Err(Fault::arg(
                    0,
                    format!("given list element {i} is null; a null string cannot be sorted"),
                ));
            }
        }
    }
    all.sort();
    Ok(Value::list(
        Type::String,
        all.into_iter().map(Value::String).collect(),
    ))
}
