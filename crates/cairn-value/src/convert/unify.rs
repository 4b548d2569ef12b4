//! Decides which types have a conversion between them, and which one type several can all become. Not how single values
//! are converted.

use std::collections::HashSet;

use crate::Type;

/// Whether some value of type `from` has an equal of type `to`. A string may be a number, so these two types are
/// convertible, though not every string is.
pub fn convertible(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (_, Type::Dynamic)
        | (Type::Dynamic, _)
        | (Type::Bool, Type::Bool | Type::String)
        | (Type::Number, Type::Number | Type::String)
        | (Type::String, Type::Bool | Type::Number | Type::String) => true,
        (Type::List(a) | Type::Set(a), Type::List(b) | Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => convertible(a, b),
        (Type::Tuple(ts), Type::List(t) | Type::Set(t)) if **t == Type::Dynamic => {
            ts.is_empty() || in_common(ts, false)
        }
        (Type::Tuple(ts), Type::List(t) | Type::Set(t)) => {
            ts.iter().all(|from| convertible(from, t))
        }
        (Type::Tuple(a), Type::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| convertible(a, b))
        }
        (Type::Object(o), Type::Map(t)) if **t == Type::Dynamic => {
            let types: Vec<Type> = o.attributes.values().cloned().collect();
            types.is_empty() || in_common(&types, true)
        }
        (Type::Object(o), Type::Map(t)) => o.attributes.values().all(|from| convertible(from, t)),
        (Type::Map(t), Type::Object(o)) => o.attributes.values().all(|to| convertible(t, to)),
        (Type::Object(a), Type::Object(b)) => {
            b.attributes
                .iter()
                .all(|(n, to)| match a.attributes.get(n) {
                    Some(from) => convertible(from, to),
                    None => b.optional.contains(n),
                })
        }
        _ => false,
    }
}

/// Whether elements of these types can be brought to one that is left open. What has no type, such as null, takes a
/// primitive one beside it, and in maps also that of anything beside it if there is just one.
fn in_common(types: &[Type], in_map: bool) -> bool {
    match unify(types) {
        None => false,
        Some(Type::Dynamic) => {
            let typed: Vec<&Type> = types.iter().filter(|t| **t != Type::Dynamic).collect();
            typed.is_empty() || in_map && typed.iter().all(|t| *t == typed[0])
        }
        Some(_) => true,
    }
}

/// Whether a value of type `from` satisfies the constraint as it is, with nothing to convert.
pub(super) fn fits(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (_, Type::Dynamic)
        | (Type::Bool, Type::Bool)
        | (Type::Number, Type::Number)
        | (Type::String, Type::String) => true,
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => std::sync::Arc::ptr_eq(a, b) || fits(a, b),
        (Type::Tuple(a), Type::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| fits(a, b))
        }
        (Type::Object(a), Type::Object(b)) => {
            a.attributes.len() == b.attributes.len()
                && a.attributes
                    .iter()
                    .zip(&b.attributes)
                    .all(|((n, a), (m, b))| n == m && fits(a, b))
        }
        _ => false,
    }
}

/// The one type that values of all these types can become, as for the two arms of a conditional or the elements of a
/// list; nothing where there is none, or no type at all is given.
///
/// Where it is a type that only some values of the others can become (a set of strings beside a list of numbers), the
/// conversion of others fails. A literal `null` has the type `Dynamic`, which gives way to a primitive type beside it,
/// but beside any other type makes the result `Dynamic`; callers for whom a null fits anywhere leave it out.
pub fn unify(types: &[Type]) -> Option<Type> {
    let distinct = distinct(types);
    match distinct.as_slice() {
        [] => None,
        [one] => Some((*one).clone()),
        several => unify_distinct(several),
    }
}

fn distinct(types: &[Type]) -> Vec<&Type> {
    let Some(first) = types.first() else {
        return Vec::new();
    };
    if types.iter().all(|t| t == first) {
        return vec![first];
    }
    let mut seen = HashSet::with_capacity(types.len());
    types.iter().filter(|t| seen.insert(*t)).collect()
}

fn unify_distinct(types: &[&Type]) -> Option<Type> {
    let count = |test: fn(&Type) -> bool| types.iter().filter(|t| test(t)).count();
    let dynamics = count(|t| matches!(t, Type::Dynamic));
    let lists = count(|t| matches!(t, Type::List(_)));
    let sets = count(|t| matches!(t, Type::Set(_)));
    let maps = count(|t| matches!(t, Type::Map(_)));
    let tuples = count(|t| matches!(t, Type::Tuple(_)));
    let objects = count(|t| matches!(t, Type::Object(_)));
    let all = types.len();

    // What stands for something unknown or null beside these may turn out to be of any of several types.
    let one_kind = [lists, sets, maps, tuples, objects]
        .into_iter()
        .any(|n| n > 0 && n + dynamics == all);
    if one_kind && dynamics > 0 {
        return Some(Type::Dynamic);
    }
    if lists == all {
        return unify_elements(types).map(Type::list);
    }
    if sets == all {
        return unify_elements(types).map(Type::set);
    }
    if maps == all {
        return unify_elements(types).map(Type::map);
    }
    if tuples == all {
        return unify_tuples(types);
    }
    if objects == all {
        return unify_objects(types);
    }
    if objects > 0 && tuples > 0 {
        return None;
    }
    // Literals beside a list or map: what they have in common as such is tried first.
    if lists > 0
        && tuples > 0
        && lists + tuples + dynamics == all
        && let Some(found) = unify_as(types, |t| matches!(t, Type::Tuple(_)), tuples_as_list)
        && matches!(found, Type::List(_))
    {
        return Some(found);
    }
    if maps > 0
        && objects > 0
        && maps + objects + dynamics == all
        && let Some(found) = unify_as(types, |t| matches!(t, Type::Object(_)), objects_as_map)
        && matches!(found, Type::Map(_))
    {
        return Some(found);
    }
    by_preference(types)
        .into_iter()
        .find(|want| types.iter().all(|t| convertible(t, want)))
        .cloned()
}

/// Unifies after the types of one kind have been replaced by the one collection that they make together.
fn unify_as(
    types: &[&Type],
    of_kind: fn(&Type) -> bool,
    merge: fn(&[&Type]) -> Option<Type>,
) -> Option<Type> {
    let (kind, others): (Vec<&Type>, Vec<&Type>) = types.iter().partition(|t| of_kind(t));
    let merged = merge(&kind)?;
    let mut types: Vec<Type> = others.into_iter().cloned().collect();
    types.push(merged);
    unify(&types)
}

fn unify_elements(types: &[&Type]) -> Option<Type> {
    let elements: Vec<Type> = types.iter().filter_map(|t| t.element().cloned()).collect();
    unify(&elements)
}

fn unify_tuples(types: &[&Type]) -> Option<Type> {
    let tuples: Vec<&[Type]> = types
        .iter()
        .filter_map(|t| match t {
            Type::Tuple(ts) => Some(&**ts),
            _ => None,
        })
        .collect();
    let length = tuples.first()?.len();
    if tuples.iter().any(|ts| ts.len() != length) {
        return tuples_as_list(types);
    }
    let items = (0..length).map(|i| {
        let column: Vec<Type> = tuples.iter().map(|ts| ts[i].clone()).collect();
        unify(&column)
    });
    Some(Type::tuple(items.collect::<Option<Vec<_>>>()?))
}

fn tuples_as_list(types: &[&Type]) -> Option<Type> {
    let elements: Vec<Type> = types
        .iter()
        .filter_map(|t| match t {
            Type::Tuple(ts) => Some(ts.iter().cloned()),
            _ => None,
        })
        .flatten()
        .collect();
    // What the elements have in common may still be open, and then out of reach for a tuple.
    let list = Type::list(unify(&elements)?);
    let reached = types
        .iter()
        .filter(|t| matches!(t, Type::Tuple(_)))
        .all(|t| convertible(t, &list));
    reached.then_some(list)
}

fn unify_objects(types: &[&Type]) -> Option<Type> {
    let objects: Vec<_> = types
        .iter()
        .filter_map(|t| match t {
            Type::Object(o) => Some(&o.attributes),
            _ => None,
        })
        .collect();
    let first = *objects.first()?;
    if objects.iter().any(|o| !o.keys().eq(first.keys())) {
        return objects_as_map(types);
    }
    let attributes = first.keys().map(|n| {
        let column: Vec<Type> = objects.iter().map(|o| o[n].clone()).collect();
        Some((n.clone(), unify(&column)?))
    });
    Some(Type::object(attributes.collect::<Option<Vec<_>>>()?))
}

fn objects_as_map(types: &[&Type]) -> Option<Type> {
    let elements: Vec<Type> = types
        .iter()
        .filter_map(|t| match t {
            Type::Object(o) => Some(o.attributes.values().cloned()),
            _ => None,
        })
        .flatten()
        .collect();
    unify(&elements).map(Type::map)
}

/// The types so that those come first which more of the others can become; otherwise in the order given.
fn by_preference<'t>(types: &[&'t Type]) -> Vec<&'t Type> {
    let mut left: Vec<&Type> = types.to_vec();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        // A type that nothing else is preferred to; the preference has no cycles, so there is one.
        let (free, rest): (Vec<&Type>, Vec<&Type>) = left
            .iter()
            .partition(|t| !left.iter().any(|other| preferred(other, t)));
        if free.is_empty() {
            order.extend(rest);
            break;
        }
        order.extend(free);
        left = rest;
    }
    order
}

/// Whether `a` is preferred to `b` as the type of both.
fn preferred(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Dynamic, _) => false,
        (_, Type::Dynamic)
        | (Type::String, Type::Bool | Type::Number)
        | (Type::List(_), Type::Tuple(_) | Type::Set(_))
        | (Type::Tuple(_), Type::Set(_))
        | (Type::Map(_), Type::Object(_)) => true,
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => preferred(a, b),
        _ => false,
    }
}

/// `out` with each `Dynamic` in it replaced by what a value of type `from` has there.
pub(super) fn resolve(from: &Type, out: &Type) -> Type {
    if *from == Type::Dynamic || !out.has_dynamic() {
        return out.clone();
    }
    let of_all = |types: Vec<Type>| unify(&types).unwrap_or(Type::Dynamic);
    match (out, from) {
        (Type::Dynamic, _) => from.clone(),
        (Type::List(t), Type::List(f) | Type::Set(f)) => Type::list(resolve(f, t)),
        (Type::Set(t), Type::List(f) | Type::Set(f)) => Type::set(resolve(f, t)),
        (Type::List(t), Type::Tuple(fs)) => Type::list(resolve(&of_all(fs.to_vec()), t)),
        (Type::Set(t), Type::Tuple(fs)) => Type::set(resolve(&of_all(fs.to_vec()), t)),
        (Type::Map(t), Type::Map(f)) => Type::map(resolve(f, t)),
        (Type::Map(t), Type::Object(o)) => {
            let types = o.attributes.values().cloned().collect();
            Type::map(resolve(&of_all(types), t))
        }
        (Type::Tuple(ts), Type::Tuple(fs)) if ts.len() == fs.len() => {
            Type::tuple(ts.iter().zip(&**fs).map(|(t, f)| resolve(f, t)))
        }
        (Type::Object(to), Type::Object(from)) => {
            Type::object(to.attributes.iter().map(|(n, t)| {
                let have = from.attributes.get(n);
                (n.clone(), have.map_or_else(|| t.clone(), |f| resolve(f, t)))
            }))
        }
        (Type::Object(to), Type::Map(f)) => Type::object(
            to.attributes
                .iter()
                .map(|(n, t)| (n.clone(), resolve(f, t))),
        ),
        _ => out.clone(),
    }
}
