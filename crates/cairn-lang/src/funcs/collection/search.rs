//! Decides what is found in a collection: whether all or any elements are true, whether and where a value is among them, which
//! elements have wanted keys.

use std::collections::HashSet;

use cairn_value::{Number, Type, Value, convert, ops, unify};

use super::{ANY, is_sequence};
use crate::eval::EvalContext;
use crate::funcs::{Fault, Function, Kind, Returns, any, items, list_of};

pub(in crate::funcs) const FUNCTIONS: &[Function] = &[
    Function::new(
        "alltrue",
        &[list_of("list", &Kind::Bool)],
        Returns::Bool,
        |_, a| Ok(alltrue(a)),
    ),
    Function::new(
        "anytrue",
        &[list_of("list", &Kind::Bool)],
        Returns::Bool,
        |_, a| Ok(anytrue(a)),
    ),
    Function::new(
        "contains",
        &[any("list"), any("value")],
        Returns::Bool,
        contains,
    ),
    Function::new(
        "index",
        &[any("list"), any("value")],
        Returns::Number,
        index,
    ),
    Function::new(
        "matchkeys",
        &[
            list_of("values", ANY),
            list_of("keys", ANY),
            list_of("searchset", ANY),
        ],
        Returns::By(|a| Ok(a[0].ty())),
        matchkeys,
    ),
];

fn alltrue(args: &[Value]) -> Value {
    let mut unknown = false;
    for item in items(&args[0]) {
        match item.as_bool() {
            Some(true) => {}
            None if item.is_unknown() => unknown = true,
            _ => return Value::Bool(false),
        }
    }
    if unknown {
        Value::unknown_not_null(Type::Bool)
    } else {
        Value::Bool(true)
    }
}

fn anytrue(args: &[Value]) -> Value {
    let mut unknown = false;
    for item in items(&args[0]) {
        match item.as_bool() {
            Some(true) => return Value::Bool(true),
            None if item.is_unknown() => unknown = true,
            _ => {}
        }
    }
    if unknown {
        Value::unknown_not_null(Type::Bool)
    } else {
        Value::Bool(false)
    }
}

fn contains(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if !is_sequence(&args[0].ty()) {
        return Err(Fault::arg(0, "argument must be list, tuple, or set"));
    }
    let mut unknown = false;
    for item in items(&args[0]) {
        let equal = ops::equal(item, &args[1]).map_err(|e| Fault::call(e.message))?;
        match equal.as_bool() {
            Some(true) => return Ok(Value::Bool(true)),
            Some(false) => {}
            None => unknown = true,
        }
    }
    Ok(if unknown {
        Value::unknown_not_null(Type::Bool)
    } else {
        Value::Bool(false)
    })
}

fn index(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if !matches!(args[0], Value::List(_) | Value::Tuple(_)) {
        return Err(Fault::arg(0, "argument must be a list or tuple"));
    }
    let all = items(&args[0]);
    if all.is_empty() {
        return Err(Fault::call("cannot search an empty list"));
    }
    for (i, item) in all.iter().enumerate() {
        let equal = ops::equal(item, &args[1]).map_err(|e| Fault::call(e.message))?;
        match equal.as_bool() {
            Some(true) => return Ok(Value::Number(Number::from(i))),
            Some(false) => {}
            None => return Ok(Value::unknown_not_null(Type::Number)),
        }
    }
    Err(Fault::call("item not found"))
}

fn matchkeys(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let Value::List(list) = &args[0] else {
        return Ok(args[0].clone());
    };
    let (all, keys) = (items(&args[0]), items(&args[1]));
    if all.len() != keys.len() {
        return Err(Fault::call("length of keys and values should be equal"));
    }
    if !args.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown_not_null(args[0].ty()));
    }
    let (key_ty, search_ty) = (args[1].ty(), args[2].ty());
    let Some(ty) = unify(&[key_ty, search_ty]) else {
        return Err(Fault::call("keys and searchset must be of the same type"));
    };
    let to = |v: &Value| convert(v, &ty).map_err(|e| Fault::call(e.to_string()));
    let (keys, search) = (to(&args[1])?, to(&args[2])?);
    let wanted: HashSet<&Value> = items(&search).iter().collect();
    let kept = items(&keys)
        .iter()
        .zip(all)
        .filter(|(k, _)| wanted.contains(k))
        .map(|(_, v)| v.clone())
        .collect();
    Ok(Value::list(list.element.clone(), kept))
}
