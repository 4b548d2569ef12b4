//! Decides which of several values is chosen: the first that is there, one by its place or key, a part of a list.

use cairn_value::{Marks, Type, Value, convert, unify};

use crate::eval::EvalContext;
use crate::funcs::{Fault, Function, Returns, any, items, number, string, whole};

pub(in crate::funcs) const FUNCTIONS: &[Function] = &[
    Function::new("coalesce", &[], Returns::By(coalesce_type), coalesce)
        .rest(any("vals").null().unknown().any_type().marked()),
    Function::new(
        "coalescelist",
        &[],
        Returns::By(|_| Ok(Type::Dynamic)),
        coalescelist,
    )
    .rest(any("vals").null().unknown().any_type().marked()),
    Function::new(
        "element",
        &[any("list").marked(), number("index")],
        Returns::Part(element_type),
        element,
    ),
    Function::new(
        "lookup",
        &[any("inputMap").marked(), string("key").marked()],
        Returns::Part(lookup_type),
        lookup,
    )
    .rest(any("default").null().unknown().any_type().marked()),
    Function::new("one", &[any("list")], Returns::Part(one_type), one),
    Function::new(
        "slice",
        &[
            any("list").marked(),
            number("start_index"),
            number("end_index"),
        ],
        Returns::By(slice_type),
        slice,
    ),
];

fn coalesce_type(args: &[Value]) -> Result<Type, Fault> {
    let types: Vec<Type> = args.iter().map(Value::ty).collect();
    unify(&types).ok_or_else(|| Fault::call("all arguments must have the same type"))
}

fn coalesce(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if args.is_empty() {
        return Err(Fault::call("at least one argument is required"));
    }
    let ty = coalesce_type(args)?;
    let mut marks = Marks::NONE;
    for (i, arg) in args.iter().enumerate() {
        marks = marks.union(arg.marks());
        let value = convert(arg.peel(), &ty).map_err(|e| Fault::arg(i, e.to_string()))?;
        match &value {
            Value::Unknown(_) => return Ok(Value::unknown(ty).mark(marks)),
            Value::Null(_) => {}
            Value::String(s) if s.is_empty() => {}
            _ => return Ok(value.mark(marks)),
        }
    }
    Err(Fault::call("no non-null, non-empty-string arguments"))
}

fn coalescelist(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if args.is_empty() {
        return Err(Fault::call("at least one argument is required"));
    }
    let refused = |i: usize| Fault::arg(i, "coalescelist arguments must be lists or tuples");
    if let Some(i) = args
        .iter()
        .position(|arg| !arg.is_unknown() && !matches!(arg.ty(), Type::List(_) | Type::Tuple(_)))
    {
        return Err(refused(i));
    }
    for (i, arg) in args.iter().enumerate() {
        match arg.peel() {
            Value::Unknown(u) => {
                return match u.ty {
                    Type::Dynamic | Type::List(_) | Type::Tuple(_) => {
                        Ok(Value::unknown(Type::Dynamic).mark(arg.marks()))
                    }
                    _ => Err(refused(i)),
                };
            }
            known if !items(known).is_empty() => return Ok(arg.clone()),
            _ => {}
        }
    }
    Err(Fault::call("no non-null arguments"))
}

fn element_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].ty() {
        Type::List(t) => Ok((*t).clone()),
        Type::Tuple(types) => match (args[1].as_i64(), types.len()) {
            (_, 0) => Err(Fault::arg(
                0,
                "cannot use element function with an empty list",
            )),
            (Some(i), n) => Ok(types[i.rem_euclid(n as i64) as usize].clone()),
            (None, _) => Ok(Type::Dynamic),
        },
        other => Err(Fault::arg(
            0,
            format!("cannot read elements from {}", other.friendly()),
        )),
    }
}

fn element(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let marks = args[0].marks();
    let list = match args[0].peel() {
        Value::List(l) => &l.items[..],
        Value::Tuple(t) => t,
        other => {
            return Err(Fault::arg(
                0,
                format!("cannot read elements from {}", other.ty().friendly()),
            ));
        }
    };
    let i = whole(args, 1)?;
    if list.is_empty() {
        return Err(Fault::arg(
            0,
            "cannot use element function with an empty list",
        ));
    }
    // Beyond the end it begins anew. Negative indexes count from the end of a list; for tuples Terraform refuses them.
    let n = list.len() as i64;
    if i % n < 0 && matches!(args[0].peel(), Value::Tuple(_)) {
        return Err(Fault::arg(
            1,
            "cannot use element function with a negative index, unless tolist() makes a list of the elements",
        ));
    }
    let i = i.rem_euclid(n) as usize;
    Ok(list[i].clone().mark(marks))
}

fn lookup_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].ty() {
        Type::Map(t) => Ok((*t).clone()),
        Type::Object(o) => match args[1].as_str() {
            Some(key) => match (o.attributes.get(key), args.get(2)) {
                (Some(ty), _) => Ok(ty.clone()),
                (None, Some(default)) => Ok(default.ty()),
                (None, None) => Err(Fault::arg(
                    0,
                    format!("the given object has no attribute {key:?}"),
                )),
            },
            None => Ok(Type::Dynamic),
        },
        _ => Err(Fault::arg(
            0,
            "lookup() requires a map as the first argument",
        )),
    }
}

fn lookup(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if args.len() > 3 {
        return Err(Fault::call(format!(
            "lookup() takes two or three arguments, got {}",
            args.len()
        )));
    }
    let mut marks = args[0].marks().union(args[1].marks());
    let key = args[1].as_str().unwrap_or_default();
    let (found, element) = match args[0].peel() {
        Value::Map(m) => (m.entries.get(key), Some(&m.element)),
        Value::Object(o) => (o.get(key), None),
        _ => {
            return Err(Fault::arg(
                0,
                "lookup() requires a map as the first argument",
            ));
        }
    };
    if let Some(value) = found {
        return Ok(value.clone().mark(marks));
    }
    let Some(default) = args.get(2) else {
        return Err(if marks.is_sensitive() {
            Fault::call("lookup failed to find the key")
        } else {
            Fault::call(format!("lookup failed to find key {key:?}"))
        });
    };
    marks = marks.union(default.marks());
    let value = match element {
        Some(ty) => convert(default, ty).map_err(|e| {
            Fault::arg(
                2,
                format!("the default value must have the same type as the map elements: {e}"),
            )
        })?,
        None => default.clone(),
    };
    Ok(value.mark(marks))
}

fn one_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].ty() {
        Type::List(t) | Type::Set(t) => Ok((*t).clone()),
        Type::Tuple(types) => match types.len() {
            0 => Ok(Type::Dynamic),
            1 => Ok(types[0].clone()),
            _ => Err(not_one()),
        },
        _ => Err(not_one()),
    }
}

fn not_one() -> Fault {
    Fault::arg(
        0,
        "must be a list, set, or tuple value with either zero or one elements",
    )
}

fn one(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let ty = one_type(args)?;
    match items(&args[0]) {
        [] => Ok(Value::Null(ty)),
        [single] => Ok(single.clone()),
        // In a set two that are not known may turn out to be one.
        several
            if matches!(args[0], Value::Set(_)) && several.iter().any(|v| !v.is_wholly_known()) =>
        {
            Ok(Value::unknown(ty))
        }
        _ => Err(not_one()),
    }
}

fn bounds(args: &[Value], length: Option<usize>) -> Result<Option<(usize, usize)>, Fault> {
    let at = |i: usize, what: &str| -> Result<Option<usize>, Fault> {
        if args[i].is_unknown() {
            return Ok(None);
        }
        let n = whole(args, i)?;
        let n = usize::try_from(n)
            .map_err(|_| Fault::arg(i, format!("{what} index must not be a negative number")))?;
        match length {
            Some(len) if n > len => Err(Fault::arg(
                i,
                format!("{what} index must not be greater than the length of the list"),
            )),
            _ => Ok(Some(n)),
        }
    };
    let (start, end) = (at(1, "start")?, at(2, "end")?);
    match (start, end) {
        (Some(s), Some(e)) if s > e => Err(Fault::arg(
            1,
            "start index must not be greater than end index",
        )),
        (Some(s), Some(e)) => Ok(Some((s, e))),
        _ => Ok(None),
    }
}

fn slice_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].ty() {
        Type::List(t) => Ok(Type::List(t)),
        Type::Tuple(types) => Ok(match bounds(args, Some(types.len()))? {
            Some((start, end)) => Type::tuple(types[start..end].iter().cloned()),
            None => Type::Dynamic,
        }),
        Type::Set(_) => Err(Fault::arg(
            0,
            "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important",
        )),
        _ => Err(Fault::arg(0, "must be a list or tuple value")),
    }
}

fn slice(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let ty = slice_type(args)?;
    let all = items(&args[0]);
    let Some((start, end)) = bounds(args, Some(all.len()))? else {
        return Ok(Value::unknown_not_null(ty));
    };
    let kept = all[start..end].to_vec();
    let value = match ty {
        Type::List(t) => Value::list((*t).clone(), kept),
        _ => Value::tuple(kept),
    };
    Ok(value.mark(args[0].marks()))
}
