//! Decides which keys and elements maps and objects have that are taken apart, put together or turned round.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_value::{Marks, Name, Str, Type, Value};

use crate::eval::EvalContext;
use crate::funcs::{Fault, Function, Kind, Returns, any, entries, items, list_of, map_of, strings};

pub(in crate::funcs) const FUNCTIONS: &[Function] = &[
    Function::new(
        "keys",
        &[any("inputMap").unknown().marked()],
        Returns::By(keys_type),
        keys,
    ),
    Function::new("merge", &[], Returns::By(merge_type), merge)
        .rest(any("maps").null().unknown().any_type().marked()),
    Function::new(
        "transpose",
        &[map_of("values", STRINGS)],
        Returns::By(|_| Ok(Type::map(Type::list(Type::String)))),
        transpose,
    ),
    Function::new(
        "values",
        &[any("values").marked()],
        Returns::By(values_type),
        values,
    ),
    Function::new(
        "zipmap",
        &[list_of("keys", &Kind::String), any("values").marked()],
        Returns::By(zipmap_type),
        zipmap,
    ),
];

const STRINGS: &Kind = &Kind::List(&Kind::String);

fn keys_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].ty() {
        Type::Map(_) => Ok(Type::list(Type::String)),
        Type::Object(o) => Ok(Type::tuple(o.attributes.keys().map(|_| Type::String))),
        _ => Err(Fault::arg(0, "must have map or object type")),
    }
}

fn keys(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let ty = keys_type(args)?;
    let marks = args[0].marks();
    let value = match (args[0].peel(), ty) {
        (Value::Map(m), _) => Value::list(
            Type::String,
            m.entries.keys().map(|k| Value::String(k.clone())).collect(),
        ),
        (Value::Object(o), _) => Value::tuple(
            o.shape()
                .names()
                .iter()
                .map(|k| Value::String(k.clone()))
                .collect(),
        ),
        (Value::Unknown(u), ty) => match &u.ty {
            Type::Object(o) => Value::tuple(
                o.attributes
                    .keys()
                    .map(|k| Value::String(k.clone()))
                    .collect(),
            ),
            _ => Value::unknown_not_null(ty),
        },
        (_, ty) => Value::unknown_not_null(ty),
    };
    Ok(value.mark(marks))
}

fn merge_type(args: &[Value]) -> Result<Type, Fault> {
    let mut attributes: BTreeMap<Name, Type> = BTreeMap::new();
    let mut first: Option<Type> = None;
    let mut matching = true;
    let mut all_known = true;
    for (i, arg) in args.iter().enumerate() {
        let ty = arg.ty();
        let bare = arg.peel();
        match &ty {
            Type::Dynamic => return Ok(Type::Dynamic),
            Type::Object(o) => {
                if !bare.is_null() {
                    attributes.extend(o.attributes.iter().map(|(n, t)| (n.clone(), t.clone())));
                }
            }
            Type::Map(t) => match bare {
                Value::Map(m) => {
                    attributes.extend(m.entries.keys().map(|k| (k.clone(), (**t).clone())));
                }
                Value::Unknown(_) => all_known = false,
                _ => {}
            },
            other => {
                return Err(Fault::arg(
                    i,
                    format!(
                        "arguments must be maps or objects, got {}",
                        other.friendly()
                    ),
                ));
            }
        }
        match &first {
            None => first = Some(ty),
            Some(f) => matching &= *f == ty,
        }
    }
    Ok(match first {
        None => Type::object([]),
        Some(f) if matching => f,
        _ if !all_known => Type::Dynamic,
        _ => Type::object(attributes),
    })
}

fn merge(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let ty = merge_type(args)?;
    let mut marks = Marks::NONE;
    let mut merged: BTreeMap<Name, Value> = BTreeMap::new();
    for arg in args {
        marks = marks.union(arg.marks());
        match arg.peel() {
            Value::Unknown(_) => {
                return Ok(match ty {
                    Type::Dynamic => Value::unknown(Type::Dynamic),
                    ty => Value::unknown_not_null(ty),
                }
                .mark(marks));
            }
            Value::Null(_) => {}
            _ => merged.extend(entries(arg)),
        }
    }
    let value = match ty {
        Type::Map(t) => Value::map((*t).clone(), merged),
        _ => Value::object(merged),
    };
    Ok(value.mark(marks))
}

fn transpose(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let ty = Type::map(Type::list(Type::String));
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown_not_null(ty));
    }
    let mut out: BTreeMap<Str, Vec<Str>> = BTreeMap::new();
    for (key, list) in entries(&args[0]) {
        if list.is_null() {
            return Err(Fault::arg(0, "input lists must not be null"));
        }
        for item in items(&list) {
            match item {
                Value::String(s) => out.entry(s.clone()).or_default().push(key.clone()),
                _ => return Err(Fault::arg(0, "input list elements must not be null")),
            }
        }
    }
    Ok(Value::map(
        Type::list(Type::String),
        out.into_iter().map(|(k, mut v)| {
            v.sort();
            (k, strings(v))
        }),
    ))
}

fn values_type(args: &[Value]) -> Result<Type, Fault> {
    match args[0].ty() {
        Type::Map(t) => Ok(Type::List(t)),
        Type::Object(o) => Ok(Type::tuple(o.attributes.values().cloned())),
        _ => Err(Fault::arg(
            0,
            "values() requires a map as the first argument",
        )),
    }
}

fn values(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let ty = values_type(args)?;
    let all: Vec<Value> = entries(&args[0]).into_iter().map(|(_, v)| v).collect();
    let value = match ty {
        Type::List(t) => Value::list((*t).clone(), all),
        _ => Value::tuple(all),
    };
    Ok(value.mark(args[0].marks()))
}

fn zipmap_type(args: &[Value]) -> Result<Type, Fault> {
    match args[1].ty() {
        Type::List(t) => Ok(Type::Map(t)),
        Type::Tuple(types) => {
            let keys = items(&args[0]);
            if args[0].is_unknown() || keys.iter().any(Value::is_unknown) {
                return Ok(Type::Dynamic);
            }
            if keys.len() != types.len() {
                return Err(unequal(keys.len(), types.len()));
            }
            Ok(Type::object(keys.iter().zip(&*types).map(|(k, t)| {
                let key: Name = Arc::from(k.as_str().unwrap_or_default());
                (key, t.clone())
            })))
        }
        _ => Err(Fault::arg(
            1,
            "values argument must be a list or tuple value",
        )),
    }
}

fn unequal(keys: usize, values: usize) -> Fault {
    Fault::call(format!(
        "number of keys ({keys}) does not match number of values ({values})"
    ))
}

fn zipmap(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let ty = zipmap_type(args)?;
    let keys = items(&args[0]);
    let all = items(&args[1]);
    if keys.iter().any(Value::is_unknown) {
        return Ok(match ty {
            Type::Dynamic => Value::unknown(Type::Dynamic),
            ty => Value::unknown_not_null(ty),
        });
    }
    if keys.len() != all.len() {
        return Err(unequal(keys.len(), all.len()));
    }
    let mut out: BTreeMap<Name, Value> = BTreeMap::new();
    for (i, (key, value)) in keys.iter().zip(all).enumerate() {
        let Value::String(key) = key else {
            return Err(Fault::arg(0, format!("key {i} is null")));
        };
        out.insert(key.clone(), value.clone());
    }
    let value = match ty {
        Type::Map(t) => Value::map((*t).clone(), out),
        _ => Value::object(out),
    };
    Ok(value.mark(args[1].marks()))
}
