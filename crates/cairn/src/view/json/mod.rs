//! Decides the JSON forms: Terraform's, so that the tools around it read ours. One file per form.

mod checks;
pub(crate) mod configuration;
pub(crate) mod diagnostic;
pub(crate) mod hooks;
pub(crate) mod plan;
pub(crate) mod schema;
pub(crate) mod state;
pub(crate) mod stream;
pub(crate) mod test_stream;

/// What `terraform_version` says: tools refuse documents of versions they do not know, so it names the version whose formats
/// these are; cairn's own version stands beside it as `cairn_version`.
pub(crate) const FORMATS_OF: &str = "1.11.4";

/// The plain JSON of a value, what is unknown left out; null where nothing is left (or for an infinite number, which no state
/// holds).
pub(crate) fn to_json(value: &cairn_value::Value) -> serde_json::Value {
    cairn_value::json::to_json_known_part(value)
        .ok()
        .flatten()
        .unwrap_or(serde_json::Value::Null)
}
