//! Decides what most of the types plan alike: defaults where nothing is set, unknowns where the apply chooses, a new object
//! where an argument changes that was used to make the old one.

use std::sync::Arc;

use cairn_model::{Batching, BlockSchema, NestedBlock, RemoteObject, ResourceSchema};
use cairn_provider::{PlanRequest, PlanResponse};
use cairn_value::{Name, Object, Path, Type, Value, convert};

use super::fields::Field;

/// How a type plans.
#[derive(Default)]
pub(crate) struct Rules {
    /// What stands in a computed attribute that the configuration does not set.
    pub(crate) defaults: Vec<(&'static str, Value)>,
    /// The attributes whose change makes a new object.
    pub(crate) replace: &'static [&'static str],
    /// The map whose change makes a new object, where nulls in it do not count: [`replace_if_keepers_changed`].
    pub(crate) keepers: Option<&'static str>,
}

/// A schema of attributes only, whose objects share calls.
pub(crate) fn plain_schema(
    version: u64,
    attributes: impl IntoIterator<Item = Field>,
) -> ResourceSchema {
    schema_with_blocks(version, attributes, [])
}

/// The same with nested blocks.
pub(crate) fn schema_with_blocks(
    version: u64,
    attributes: impl IntoIterator<Item = Field>,
    blocks: impl IntoIterator<Item = (Name, NestedBlock)>,
) -> ResourceSchema {
    ResourceSchema {
        version,
        block: Arc::new(BlockSchema::new(attributes, blocks)),
        batching: Batching {
            create: true,
            update: true,
            delete: true,
        },
    }
}

/// Plans by the rules.
pub(crate) fn planned(request: &PlanRequest<'_>, rules: &Rules) -> PlanResponse {
    let (Some(proposed), Some(config)) = (request.proposed.as_object(), request.config.as_object())
    else {
        return PlanResponse {
            planned: Some(request.proposed.clone()),
            ..PlanResponse::default()
        };
    };
    let mut planned = proposed.clone();
    for (n, default) in &rules.defaults {
        if config.get(n).is_none_or(Value::is_null) {
            planned.set(n, default.clone());
        }
    }
    let prior = request.prior.and_then(|p| p.value.value().as_object());
    let mut requires_replace: Vec<Path> = rules.replace.iter().map(|n| Path::attr(*n)).collect();
    if prior.is_none() {
        settle_unknowns(&mut planned, config);
    }
    if let (Some(keepers), Some(prior)) = (rules.keepers, prior)
        && replace_if_keepers_changed(prior.get(keepers), planned.get(keepers))
    {
        requires_replace.push(Path::attr(keepers));
    }
    PlanResponse {
        planned: Some(Value::Object(Arc::new(planned))),
        requires_replace,
        ..PlanResponse::default()
    }
}

/// What the apply chooses is never null.
fn settle_unknowns(planned: &mut Object, config: &Object) {
    let open: Vec<(Name, Type)> = planned
        .iter()
        .filter(|(n, v)| v.is_unknown() && config.get(n).is_none_or(Value::is_null))
        .map(|(n, v)| (n.clone(), v.ty()))
        .collect();
    for (n, ty) in open {
        planned.set(&n, Value::unknown_not_null(ty));
    }
}

/// Whether a change of `keepers` makes a new object. Entries that are null are not kept by older versions of the random
/// provider, so that such an entry that comes or goes with the same meaning changes nothing.
pub(crate) fn replace_if_keepers_changed(old: Option<&Value>, new: Option<&Value>) -> bool {
    let entries = |v: Option<&Value>| match v {
        None | Some(Value::Null(_)) => Some(Vec::new()),
        Some(Value::Map(m)) => Some(
            m.entries
                .iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect::<Vec<_>>(),
        ),
        Some(_) => None,
    };
    match (entries(old), entries(new)) {
        (Some(old), Some(new)) => old != new,
        _ => true,
    }
}

/// An object of the schema's shape with the attributes of a recorded one, which may be of an older version of the schema:
/// what it lacks, or holds in a form that does not fit, is null.
pub(crate) fn conform(schema: &ResourceSchema, value: &Value) -> Object {
    let empty = schema.block.empty_value();
    let mut object = empty
        .as_object()
        .cloned()
        .unwrap_or_else(|| Object::new([]));
    if let Some(old) = value.as_object() {
        for (n, a) in &schema.block.attributes {
            if let Some(v) = old.get(n)
                && let Ok(v) = convert(v, &a.ty)
            {
                object.set(n, v);
            }
        }
    }
    object
}

/// A new object with these attributes, the others null.
pub(crate) fn imported<'v>(
    schema: &ResourceSchema,
    values: impl IntoIterator<Item = (&'v str, Value)>,
) -> Object {
    let mut object = conform(schema, &Value::null());
    for (n, v) in values {
        object.set(n, v);
    }
    object
}

/// The object to record; nothing where something in it is still unknown.
pub(crate) fn remote(schema: &ResourceSchema, object: Object) -> Option<RemoteObject> {
    Some(RemoteObject {
        value: Value::Object(Arc::new(object)).try_into().ok()?,
        private: Arc::from([]),
        schema_version: schema.version,
    })
}
