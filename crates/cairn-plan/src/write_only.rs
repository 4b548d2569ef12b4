//! Decides what of an object is never kept: the values of write-only arguments, which only the call that sets them has.

use cairn_model::{AbsProviderConfig, BlockSchema, RemoteObject};
use cairn_provider::Registry;
use cairn_value::{Known, Marks, Name, Path, Value};

/// Whether a block, or one inside of it, has write-only arguments.
pub(crate) fn has_any(schema: &BlockSchema) -> bool {
    schema.attributes.values().any(|a| a.write_only)
        || schema.blocks.values().any(|b| has_any(&b.block))
}

fn is_at(schema: &BlockSchema, path: &Path) -> bool {
    schema.attribute_at(path).is_some_and(|a| a.write_only)
}

/// An object without the values of its write-only arguments: they are null.
pub(crate) fn without(schema: &BlockSchema, value: &Value) -> Value {
    value.transform(&Path::root(), &mut |path, v| {
        if is_at(schema, path) {
            Value::Null(v.ty())
        } else {
            v
        }
    })
}

/// The same with the marks of what is left.
pub(crate) fn stripped(
    schema: &BlockSchema,
    value: &Value,
    marks: Vec<(Path, Marks)>,
) -> (Value, Vec<(Path, Marks)>) {
    let kept = marks.into_iter().filter(|(p, _)| !is_at(schema, p));
    (without(schema, value), kept.collect())
}

/// What is recorded of an object that a provider gave: everything but the values of write-only arguments.
pub fn recordable(
    provider: &AbsProviderConfig,
    ty: &Name,
    remote: RemoteObject,
    registry: &Registry,
) -> RemoteObject {
    let schema = registry
        .get(&provider.provider)
        .and_then(|r| r.provider.schema().resources.get(ty))
        .filter(|s| has_any(&s.block));
    let Some(schema) = schema else {
        return remote;
    };
    // Nulls in the place of known values leave it known.
    match Known::try_from(without(&schema.block, remote.value.value())) {
        Ok(value) => RemoteObject { value, ..remote },
        Err(_) => remote,
    }
}
