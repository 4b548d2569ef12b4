//! Decides how providers' schemas are written as JSON: `providers schema -json`, format 1.0.

use cairn_model::{AttributeSchema, BlockSchema, Nesting, ProviderSchema, ResourceSchema};
use cairn_value::json::type_to_json;
use serde_json::{Map, Value as Json, json};

/// Everything that a provider offers.
pub(crate) fn provider(schema: &ProviderSchema) -> Json {
    let mut out = Map::new();
    out.insert("provider".to_owned(), versioned(0, &schema.provider));
    let resources = [
        ("resource_schemas", &schema.resources),
        ("data_source_schemas", &schema.data_sources),
        ("ephemeral_resource_schemas", &schema.ephemerals),
    ];
    for (key, all) in resources {
        if !all.is_empty() {
            let all = all.iter().map(|(n, r)| (n.to_string(), resource(r)));
            out.insert(key.to_owned(), Json::Object(all.collect()));
        }
    }
    Json::Object(out)
}

fn resource(schema: &ResourceSchema) -> Json {
    versioned(schema.version, &schema.block)
}

fn versioned(version: u64, schema: &BlockSchema) -> Json {
    json!({ "version": version, "block": block(schema) })
}

fn block(schema: &BlockSchema) -> Json {
    let mut out = json!({ "description_kind": "plain" });
    if !schema.attributes.is_empty() {
        let all = schema.attributes.iter();
        out["attributes"] = all.map(|(n, a)| (n.to_string(), attribute(a))).collect();
    }
    if !schema.blocks.is_empty() {
        let all = schema.blocks.iter().map(|(name, nested)| {
            let mut out = json!({
                "nesting_mode": nesting(nested.nesting),
                "block": block(&nested.block),
            });
            for (key, n) in [
                ("min_items", nested.min_items),
                ("max_items", nested.max_items),
            ] {
                if n > 0 {
                    out[key] = n.into();
                }
            }
            (name.to_string(), out)
        });
        out["block_types"] = all.collect();
    }
    out
}

fn attribute(schema: &AttributeSchema) -> Json {
    let mut out = json!({ "type": type_to_json(&schema.ty), "description_kind": "plain" });
    if !schema.description.is_empty() {
        out["description"] = schema.description.clone().into();
    }
    let flags = [
        ("required", schema.required),
        ("optional", schema.optional),
        ("computed", schema.computed),
        ("sensitive", schema.sensitive),
        ("write_only", schema.write_only),
        ("deprecated", schema.deprecated.is_some()),
    ];
    for (key, is_on) in flags {
        if is_on {
            out[key] = true.into();
        }
    }
    out
}

fn nesting(nesting: Nesting) -> &'static str {
    match nesting {
        Nesting::Single => "single",
        Nesting::Group => "group",
        Nesting::List => "list",
        Nesting::Set => "set",
        Nesting::Map => "map",
    }
}
