//! Decides what a data source has to say for itself, which ones there are, and how their results become an object.

mod account;
mod images;
mod instance_types;
mod listing;
mod network;
mod regions;
mod resource_groups;
mod routes;
mod zones;

use std::path::Path as FilePath;
use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::RemoteObject;
use cairn_provider::Problem;
use cairn_value::{Object, Shape, Type, Value, name};

use crate::client::Client;
use crate::describe::{Attr, Draft, Fields, Table, Ty, attr_path, object_type};

/// One data source: its table, and what it asks of the API.
#[async_trait]
pub(crate) trait DataSource: Send + Sync {
    /// Its name.
    fn ty(&self) -> &'static str;

    /// Its attributes.
    fn table(&self) -> &Table;

    /// Finds what the configuration asks for.
    async fn find(&self, client: &Client, config: Fields<'_>) -> Result<Results, Vec<Problem>>;
}

/// What a data source found.
pub(crate) struct Results {
    /// The ids of the things found, of which the object's own id is made.
    pub(crate) ids: Vec<String>,
    /// Attributes by name.
    pub(crate) attributes: Vec<(&'static str, Value)>,
}

/// All data sources.
pub(crate) fn all() -> Vec<Arc<dyn DataSource>> {
    vec![
        Arc::new(images::Images::new()),
        Arc::new(instance_types::InstanceTypes::new()),
        Arc::new(regions::Regions::new()),
        Arc::new(zones::Zones::new()),
        Arc::new(network::vpcs()),
        Arc::new(network::vswitches()),
        Arc::new(network::security_groups()),
        Arc::new(account::account()),
        Arc::new(account::caller_identity()),
        Arc::new(resource_groups::ResourceGroups::new()),
        Arc::new(routes::route_tables()),
        Arc::new(routes::route_entries()),
    ]
}

/// Reads a data source into an object.
pub(crate) async fn read(
    data: &dyn DataSource,
    client: &Client,
    config: &Value,
    empty: &Value,
) -> Result<RemoteObject, Vec<Problem>> {
    let base = config
        .as_object()
        .or_else(|| empty.as_object())
        .expect("the empty value of a block is an object");
    let mut draft = Draft::over(base);
    for attr in &data.table().attrs {
        if let Some(fallback) = attr.fallback
            && base.get(attr.name).is_none_or(Value::is_null)
        {
            draft.put(attr.name, fallback.value());
        }
    }
    let wanted = draft.clone().into_object();
    let found = data.find(client, Fields::of(&wanted)).await?;
    draft.put("id", Value::string(id_of(&found.ids)));
    if data.table().attr("ids").is_some() {
        draft.put("ids", strings(&found.ids));
    }
    for (name, value) in found.attributes {
        draft.put(name, value);
    }
    let object = draft.finish();
    if let Some(path) = Fields::of(&wanted).str("output_file") {
        write_file(path, data.table(), object.value.value())?;
    }
    Ok(object)
}

/// The id of a result, as the real provider makes it: a checksum of what was found.
fn id_of(ids: &[String]) -> String {
    let mut hasher = crc32fast::Hasher::new();
    for id in ids {
        hasher.update(id.as_bytes());
        hasher.update(b"-");
    }
    hasher.finalize().to_string()
}

/// Writes what was found as JSON, for those who ask for a file.
fn write_file(path: &str, table: &Table, value: &Value) -> Result<(), Vec<Problem>> {
    let list = table
        .attrs
        .iter()
        .find(|a| matches!(a.ty, Ty::Objects(_)))
        .and_then(|a| value.get_attr(a.name));
    let json = list.and_then(|l| cairn_value::json::to_json(l).ok());
    let text = json
        .and_then(|j| serde_json::to_string_pretty(&j).ok())
        .unwrap_or_default();
    std::fs::write(FilePath::new(path), text).map_err(|e| {
        vec![
            Problem::error(
                "output-file-not-written",
                "Output file cannot be written",
                format!("{path} cannot be written: {e}."),
            )
            .at(attr_path("output_file")),
        ]
    })
}

/// A list of strings.
pub(super) fn strings<S: AsRef<str>>(items: impl IntoIterator<Item = S>) -> Value {
    Value::list(Type::String, items.into_iter().map(Value::string).collect())
}

/// A map of strings.
pub(super) fn string_map<K: AsRef<str>, V: AsRef<str>>(
    entries: impl IntoIterator<Item = (K, V)>,
) -> Value {
    Value::map(
        Type::String,
        entries
            .into_iter()
            .map(|(k, v)| (Arc::from(k.as_ref()), Value::string(v))),
    )
}

/// A list of objects that have these attributes; what a row leaves out is null.
pub(super) fn rows(attrs: &[Attr], items: Vec<Vec<(&'static str, Value)>>) -> Value {
    let shape = Shape::new(attrs.iter().map(|a| name(a.name)));
    let items = items
        .into_iter()
        .map(|mut row| {
            let values = shape
                .names()
                .iter()
                .map(|n| {
                    if let Some(at) = row.iter().position(|(r, _)| *r == &**n) {
                        return row.swap_remove(at).1;
                    }
                    let attr = attrs.iter().find(|a| a.name == &**n);
                    Value::Null(attr.map_or(Type::Dynamic, |a| a.ty.value_type()))
                })
                .collect();
            Value::Object(Arc::new(Object::with_shape(shape.clone(), values)))
        })
        .collect();
    Value::list(object_type(attrs), items)
}
