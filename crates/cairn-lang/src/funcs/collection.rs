//! Decides what the functions of lists, sets, maps, tuples and objects give.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use cairn_value::{Marks, Name, Number, Str, Type, Value, convert, ops, unify};

use super::{
    Fault, Function, Kind, Returns, any, entries, items, list_of, map_of, number, set_of, string,
    strings, whole,
};
use crate::eval::EvalContext;

const ANY: &Kind = &Kind::Any;
const STRINGS: &Kind = &Kind::List(&Kind::String);

/// No range may have more elements than this, as in Terraform.
const RANGE_LIMIT: usize = 1024;

/// No product of sets may have more elements than this.
const PRODUCT_LIMIT: usize = 1_000_000;

pub(super) const FUNCTIONS: &[Function] = &[
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
        "chunklist",
        &[list_of("list", ANY).marked(), number("size").marked()],
        Returns::By(|a| Ok(Type::list(a[0].ty()))),
        chunklist,
    ),
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
        "compact",
        &[list_of("list", &Kind::String)],
        Returns::StringList,
        |_, a| Ok(compact(a)),
    ),
    Function::new("concat", &[], Returns::By(concat_type), concat).rest(any("seqs").marked()),
    Function::new(
        "contains",
        &[any("list"), any("value")],
        Returns::Bool,
        contains,
    ),
    Function::new(
        "distinct",
        &[list_of("list", ANY)],
        Returns::By(|a| Ok(a[0].ty())),
        |_, a| Ok(distinct(a)),
    ),
    Function::new(
        "element",
        &[any("list").marked(), number("index")],
        Returns::By(element_type),
        element,
    ),
    Function::new(
        "flatten",
        &[any("list").marked()],
        Returns::By(|_| Ok(Type::Dynamic)),
        flatten,
    ),
    Function::new(
        "index",
        &[any("list"), any("value")],
        Returns::Number,
        index,
    ),
    Function::new(
        "keys",
        &[any("inputMap").unknown().marked()],
        Returns::By(keys_type),
        keys,
    ),
    Function::new(
        "length",
        &[any("value").unknown().any_type().marked()],
        Returns::Number,
        |_, a| ops::length(&a[0]).map_err(|e| Fault::arg(0, lower_first(&e.message))),
    ),
    Function::new(
        "lookup",
        &[any("inputMap").marked(), string("key").marked()],
        Returns::By(lookup_type),
        lookup,
    )
    .rest(any("default").null().unknown().any_type().marked()),
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
    Function::new("merge", &[], Returns::By(merge_type), merge)
        .rest(any("maps").null().unknown().any_type().marked()),
    Function::new("one", &[any("list")], Returns::By(one_type), one),
    Function::new("range", &[], Returns::NumberList, range).rest(number("params")),
    Function::new(
        "reverse",
        &[any("list").marked()],
        Returns::By(reverse_type),
        reverse,
    ),
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
        |_, a| set_operation(a, <[std::vec::Vec<cairn_value::Value>]>::concat),
    )
    .rest(set_of("other_sets", ANY)),
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
    Function::new(
        "sort",
        &[list_of("list", &Kind::String)],
        Returns::StringList,
        sort,
    ),
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

fn lower_first(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    match chars.next() {
        Some(c) => c.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

fn is_sequence(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_))
}

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
    if i < 0 {
        return Err(Fault::arg(
            1,
            "cannot use element function with a negative index",
        ));
    }
    Ok(list[i as usize % list.len()].clone().mark(marks))
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
    let ty = set_type(args)?;
    if !args.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown_not_null(ty));
    }
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

/// The element type of each factor, and whether all are sets.
fn factors(args: &[Value]) -> Result<(Vec<Type>, bool), Fault> {
    if args.len() < 2 {
        return Err(Fault::call("at least two arguments are required"));
    }
    let mut types = Vec::with_capacity(args.len());
    let mut all_sets = true;
    for (i, arg) in args.iter().enumerate() {
        types.push(match arg.ty() {
            Type::Set(t) => (*t).clone(),
            Type::List(t) => {
                all_sets = false;
                (*t).clone()
            }
            Type::Tuple(ts) => {
                all_sets = false;
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
    Ok((types, all_sets))
}

fn setproduct_type(args: &[Value]) -> Result<Type, Fault> {
    let (types, all_sets) = factors(args)?;
    let tuple = Type::tuple(types);
    Ok(if all_sets {
        Type::set(tuple)
    } else {
        Type::list(tuple)
    })
}

fn setproduct(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (types, all_sets) = factors(args)?;
    let marks = args.iter().fold(Marks::NONE, |m, a| m.union(a.marks()));
    let tuple_ty = Type::tuple(types.iter().cloned());
    let wrap = |items: Vec<Value>| {
        if all_sets {
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

fn sort(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let mut all: Vec<Str> = Vec::with_capacity(items(&args[0]).len());
    for (i, item) in items(&args[0]).iter().enumerate() {
        match item {
            Value::String(s) => all.push(s.clone()),
            Value::Null(_) => {
                return Err(Fault::arg(
                    0,
                    format!("given list element {i} is null; a null string cannot be sorted"),
                ));
            }
            _ => return Ok(Value::unknown_not_null(Type::list(Type::String))),
        }
    }
    all.sort();
    Ok(Value::list(
        Type::String,
        all.into_iter().map(Value::String).collect(),
    ))
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
