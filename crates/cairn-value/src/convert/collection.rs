//! Decides how lists, sets, maps, tuples and objects become each other. Not whether their types ever can: `unify` does.

use std::sync::Arc;

use super::unify::{convertible, resolve, unify};
use super::{ConvertError, conforms, convert as convert_value, mismatch};
use crate::{
    ListValue, MapValue, Name, Number, Object, ObjectType, PathStep, Refinement, Shape, Str, Type,
    Value,
};

/// A known list, set, map, tuple or object that is not of the wanted type yet.
pub(super) fn convert(value: &Value, to: &Type) -> Result<Value, ConvertError> {
    match (value, to) {
        (Value::List(l), Type::List(t)) => list(&l.items, Some(&l.element), t, PathStep::Index),
        (Value::Set(s), Type::List(t)) => {
            let list = list(s.items(), Some(&s.element), t, PathStep::Element)?;
            // What is unknown may be equal to something else in the set, or stand elsewhere in its order.
            let (least, most) = s.sizes();
            if least == most {
                return Ok(list);
            }
            let length = |n: usize| Some((Number::from(n), true));
            Ok(Value::refined(
                list.ty(),
                Refinement {
                    not_null: true,
                    prefix: None,
                    at_least: length(least),
                    at_most: length(most),
                },
            ))
        }
        (Value::Tuple(items), Type::List(t)) => list(items, None, t, PathStep::Index),
        (Value::List(l), Type::Set(t)) => set(&l.items, Some(&l.element), t, PathStep::Index),
        (Value::Set(s), Type::Set(t)) => set(s.items(), Some(&s.element), t, PathStep::Element),
        (Value::Tuple(items), Type::Set(t)) => set(items, None, t, PathStep::Index),
        (Value::Tuple(items), Type::Tuple(types)) if items.len() == types.len() => {
            let items = items.iter().zip(&**types).enumerate();
            let items = items
                .map(|(i, (v, t))| convert_value(v, t).map_err(|e| e.within(PathStep::Index(i))))
                .collect::<Result<Arc<[Value]>, _>>()?;
            Ok(Value::Tuple(items))
        }
        (Value::Map(m), Type::Map(t)) => {
            let keys = m.entries.keys().cloned().collect();
            let step = |k: &Str| PathStep::Key(k.clone());
            map(keys, m.entries.values(), Some(&m.element), t, step)
        }
        (Value::Object(o), Type::Map(t)) => {
            let keys = o.shape().names().to_vec();
            let step = |k: &Name| PathStep::Attr(k.clone());
            map(keys, o.values().iter(), None, t, step)
        }
        (Value::Object(o), Type::Object(t)) => object_of_object(o, t),
        (Value::Map(m), Type::Object(t)) => object_of_map(m, t),
        _ => Err(mismatch::explain(&value.ty(), to)),
    }
}

/// Elements of one type, or a reason why the whole is not known yet.
enum Elements {
    Of(Type, Vec<Value>),
    Undecided,
}

/// The type that all elements can become.
fn common_type<'v>(mut items: impl Iterator<Item = &'v Value> + Clone) -> Option<Type> {
    let all = items.clone();
    // Nearly always they are alike, and then only one type has to be made.
    let first = items.next()?.ty();
    if !first.has_dynamic() && items.all(|v| conforms(v, &first)) {
        return Some(first);
    }
    let types: Vec<Type> = all.map(Value::ty).collect();
    unify(&types)
}

/// Brings elements to one type. `from` is their common type where they come from a collection.
fn elements<'v>(
    items: impl ExactSizeIterator<Item = &'v Value> + Clone,
    from: Option<&Type>,
    to: &Type,
    step: impl Fn(usize) -> PathStep,
    whole: &dyn Fn(Type) -> Type,
) -> Result<Elements, ConvertError> {
    if let Some(from) = from {
        if *to == Type::Dynamic || from == to {
            return Ok(Elements::Of(from.clone(), items.cloned().collect()));
        }
        // Checked for the type and not only for the elements: an empty list of bools is no list of numbers.
        if !convertible(from, to) {
            return Err(mismatch::explain(&whole(from.clone()), &whole(to.clone())));
        }
    }
    if items.len() == 0 {
        let element = to.without_optional();
        let element = from.map_or(element.clone(), |from| resolve(from, &element));
        return Ok(Elements::Of(element, Vec::new()));
    }
    let nothing_common = || {
        ConvertError::new(match whole(Type::Dynamic) {
            Type::Map(_) => "all map elements must have the same type",
            Type::Set(_) => "all set elements must have the same type",
            _ => "all list elements must have the same type",
        })
    };
    let common;
    let to = if *to == Type::Dynamic {
        common = common_type(items.clone()).ok_or_else(nothing_common)?;
        &common
    } else {
        to
    };
    let converted = items
        .enumerate()
        .map(|(i, v)| convert_value(v, to).map_err(|e| e.within(step(i))))
        .collect::<Result<Vec<_>, _>>()?;
    if !to.has_dynamic() {
        return Ok(Elements::Of(to.without_optional(), converted));
    }
    // What stood in the place of `any` may still differ from element to element.
    let types: Vec<Type> = converted.iter().map(Value::ty).collect();
    // A set's elements must come out alike by themselves; those of lists and maps are brought to one type once more.
    let is_set = matches!(whole(Type::Dynamic), Type::Set(_));
    if is_set
        && types.iter().any(|t| *t != types[0])
        && converted.iter().all(Value::is_wholly_known)
    {
        return Err(nothing_common());
    }
    let mut element = unify(&types).ok_or_else(nothing_common)?;
    let undecided = || {
        // Null of no type beside a list has no type in common; something unknown beside it may turn out to have.
        if types.contains(&Type::Dynamic) && converted.iter().any(Value::is_unknown) {
            Ok(Elements::Undecided)
        } else {
            Err(nothing_common())
        }
    };
    if element == Type::Dynamic && types.iter().any(|t| *t != Type::Dynamic) {
        // Only in maps a null takes the type of what is beside it, if all of that is of one type.
        let mut typed = types.iter().filter(|t| **t != Type::Dynamic);
        let first = typed.next().cloned().unwrap_or(Type::Dynamic);
        if !matches!(whole(Type::Dynamic), Type::Map(_)) || typed.any(|t| *t != first) {
            return undecided();
        }
        element = first;
    }
    let converted: Vec<Value> = converted
        .iter()
        .enumerate()
        .map(|(i, v)| convert_value(v, &element).map_err(|e| e.within(step(i))))
        .collect::<Result<_, _>>()?;
    // Where the type in common has something open in it, the elements may have filled that differently.
    if element.has_dynamic() && converted.iter().any(|v| v.ty() != element) {
        return if converted.iter().all(Value::is_wholly_known) {
            Err(nothing_common())
        } else {
            Ok(Elements::Undecided)
        };
    }
    Ok(Elements::Of(element, converted))
}

fn list(
    items: &[Value],
    from: Option<&Type>,
    to: &Type,
    step: fn(usize) -> PathStep,
) -> Result<Value, ConvertError> {
    Ok(match elements(items.iter(), from, to, step, &Type::list)? {
        Elements::Of(element, items) => Value::List(Arc::new(ListValue { element, items })),
        Elements::Undecided => Value::unknown_not_null(Type::list(Type::Dynamic)),
    })
}

fn set(
    items: &[Value],
    from: Option<&Type>,
    to: &Type,
    step: fn(usize) -> PathStep,
) -> Result<Value, ConvertError> {
    Ok(match elements(items.iter(), from, to, step, &Type::set)? {
        Elements::Of(element, items) => Value::set(element, items),
        Elements::Undecided => Value::unknown_not_null(Type::set(Type::Dynamic)),
    })
}

fn map<'v>(
    keys: Vec<Str>,
    values: impl ExactSizeIterator<Item = &'v Value> + Clone,
    from: Option<&Type>,
    to: &Type,
    step: impl Fn(&Str) -> PathStep,
) -> Result<Value, ConvertError> {
    Ok(
        match elements(values, from, to, |i| step(&keys[i]), &Type::map)? {
            Elements::Of(element, values) => Value::Map(Arc::new(MapValue {
                element,
                entries: keys.into_iter().zip(values).collect(),
            })),
            Elements::Undecided => Value::unknown_not_null(Type::map(Type::Dynamic)),
        },
    )
}

fn object_of_object(from: &Object, to: &ObjectType) -> Result<Value, ConvertError> {
    let missing = to
        .attributes
        .keys()
        .filter(|n| from.shape().position(n).is_none() && !to.optional.contains(*n));
    mismatch::refuse_missing(missing)?;
    build(from.shape(), to, |n| from.get(n), PathStep::Attr)
}

fn object_of_map(from: &MapValue, to: &ObjectType) -> Result<Value, ConvertError> {
    if let Some(ty) = to
        .attributes
        .values()
        .find(|t| !convertible(&from.element, t))
    {
        return Err(mismatch::explain(&from.element, ty));
    }
    let missing = to
        .attributes
        .keys()
        .filter(|n| !from.entries.contains_key(*n) && !to.optional.contains(*n));
    mismatch::refuse_missing(missing)?;
    build(&Shape::new([]), to, |n| from.entries.get(n), PathStep::Key)
}

/// An object of the wanted attributes; `shape` is used where it is the right one.
fn build<'v>(
    shape: &Arc<Shape>,
    to: &ObjectType,
    get: impl Fn(&str) -> Option<&'v Value>,
    step: impl Fn(Name) -> PathStep,
) -> Result<Value, ConvertError> {
    let values = to
        .attributes
        .iter()
        .map(|(n, t)| match get(n) {
            Some(v) => convert_value(v, t).map_err(|e| e.within(step(n.clone()))),
            None => Ok(Value::Null(t.without_optional())),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let shape = if shape.names().iter().eq(to.attributes.keys()) {
        shape.clone()
    } else {
        Shape::new(to.attributes.keys().cloned())
    };
    Ok(Value::Object(Arc::new(Object::with_shape(shape, values))))
}
