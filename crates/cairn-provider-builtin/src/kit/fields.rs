//! Decides how attributes are described, read and complained about in few words.

use cairn_model::AttributeSchema;
use cairn_provider::Problem;
use cairn_value::{Name, Object, Path, Type, Value, name};

/// A named attribute of a schema.
pub(crate) type Field = (Name, AttributeSchema);

/// Must be set.
pub(crate) fn required(n: &str, ty: Type, about: &str) -> Field {
    (name(n), AttributeSchema::required(ty).describe(about))
}

/// May be set.
pub(crate) fn optional(n: &str, ty: Type, about: &str) -> Field {
    (name(n), AttributeSchema::optional(ty).describe(about))
}

/// May be set; the provider chooses otherwise.
pub(crate) fn optional_computed(n: &str, ty: Type, about: &str) -> Field {
    (
        name(n),
        AttributeSchema::optional_computed(ty).describe(about),
    )
}

/// The provider chooses.
pub(crate) fn computed(n: &str, ty: Type, about: &str) -> Field {
    (name(n), AttributeSchema::computed(ty).describe(about))
}

/// A map of values whose change makes a new object: `keepers`, `triggers`.
pub(crate) fn keepers(n: &str) -> Field {
    optional(
        n,
        Type::map(Type::String),
        "Values whose change makes a new object.",
    )
}

/// A known string.
pub(crate) fn text<'o>(object: &'o Object, n: &str) -> Option<&'o str> {
    object.get(n)?.as_str()
}

/// A known whole number.
pub(crate) fn whole(object: &Object, n: &str) -> Option<i64> {
    object.get(n)?.as_i64()
}

/// A known bool.
pub(crate) fn flag(object: &Object, n: &str) -> Option<bool> {
    object.get(n)?.as_bool()
}

/// Whether an attribute is set, be it to something unknown.
pub(crate) fn is_set(object: &Object, n: &str) -> bool {
    object.get(n).is_some_and(|v| !v.is_null())
}

/// The elements of a list; none where it is not known.
pub(crate) fn list_of<'o>(object: &'o Object, n: &str) -> &'o [Value] {
    match object.get(n) {
        Some(Value::List(l)) => &l.items,
        _ => &[],
    }
}

/// An error about an attribute's value.
pub(crate) fn wrong(n: &str, detail: impl Into<String>) -> Problem {
    Problem::error("invalid-attribute-value", "Invalid attribute value", detail).at(Path::attr(n))
}
