//! Decides `show -json` of the state: Terraform's form, version 1.0, one line.

use std::collections::BTreeMap;

use cairn_model::{
    AbsResourceInstance, DependencyClosure, InstanceKey, ModuleInstance, ObjectStatus, OutputState,
    ProviderAddr, ResourceMode, State, StateObject,
};
use cairn_provider::Registry;
use cairn_value::json::{sensitive_tree, type_to_json};
use cairn_value::{Marks, Value};
use serde_json::{Map, Value as Json, json};

use super::super::plan::schema;
use super::checks::checks;
use super::to_json;

/// The whole document.
pub(crate) fn document(state: &State, registry: &Registry) -> String {
    let mut out = json!({ "format_version": "1.0", "terraform_version": super::FORMATS_OF, "cairn_version": env!("CARGO_PKG_VERSION") });
    if !state.instances.is_empty() || !state.outputs.is_empty() {
        out["values"] = values(state, registry);
        if !state.checks.is_empty() {
            out["checks"] = checks(&state.checks);
        }
    }
    out.to_string()
}

/// The outputs and, module by module, the objects that are recorded.
pub(crate) fn values(state: &State, registry: &Registry) -> Json {
    let outputs: Map<String, Json> = state
        .outputs
        .iter()
        .map(|(name, o)| (name.to_string(), output(o)))
        .collect();
    let mut resources = Vec::new();
    let closure = DependencyClosure::of(state);
    for (addr, instance) in &state.instances {
        let provider = &instance.provider.provider;
        let mut one = |object: &StateObject, deposed: Option<String>| {
            let value = object.remote.value.value();
            let mut j = resource(
                addr,
                provider,
                object.remote.schema_version,
                value,
                registry,
                &object.sensitive,
            );
            if object.status == ObjectStatus::Tainted {
                j["tainted"] = json!(true);
            }
            if let Some(key) = deposed {
                j["deposed_key"] = json!(key);
            }
            let on = closure.addresses(&addr.resource.config(), object);
            let is_managed = addr.resource.resource.mode == ResourceMode::Managed;
            if is_managed && !on.is_empty() {
                j["depends_on"] = json!(on);
            }
            resources.push((addr.resource.module.clone(), j));
        };
        if let Some(current) = &instance.current {
            one(current, None);
        }
        for (key, deposed) in &instance.deposed {
            one(deposed, Some(key.to_string()));
        }
    }
    let mut out = json!({});
    if !outputs.is_empty() {
        out["outputs"] = Json::Object(outputs);
    }
    out["root_module"] = module_tree(resources);
    out
}

/// One recorded output.
pub(crate) fn output(output: &OutputState) -> Json {
    json!({ "sensitive": output.sensitive, "value": to_json(output.value.value()), "type": type_to_json(&output.ty) })
}

/// One resource instance with its values; unknown ones are left out.
pub(crate) fn resource(
    addr: &AbsResourceInstance,
    provider: &ProviderAddr,
    schema_version: u64,
    value: &Value,
    registry: &Registry,
    sensitive: &[cairn_value::Path],
) -> Json {
    let r = &addr.resource.resource;
    let mut j = json!({
        "address": addr.to_string(),
        "mode": if r.mode == ResourceMode::Data { "data" } else { "managed" },
        "type": &*r.ty,
        "name": &*r.name,
        "provider_name": provider.to_string(),
        "schema_version": schema_version,
        "values": to_json(value),
        "sensitive_values": sensitive_json(addr, provider, value, registry, sensitive),
    });
    match &addr.key {
        InstanceKey::None => {}
        InstanceKey::Index(i) => j["index"] = json!(i),
        InstanceKey::Key(k) => j["index"] = json!(&**k),
    }
    j
}

/// The tree of what is sensitive in a value: by its marks, by the recorded paths, by the schema.
pub(crate) fn sensitive_json(
    addr: &AbsResourceInstance,
    provider: &ProviderAddr,
    value: &Value,
    registry: &Registry,
    sensitive: &[cairn_value::Path],
) -> Json {
    let r = &addr.resource.resource;
    let mut marks: Vec<_> = sensitive
        .iter()
        .map(|p| (p.clone(), Marks::SENSITIVE))
        .collect();
    if let Some(schema) = schema(registry, provider, r.mode, &r.ty) {
        marks.extend(cairn_lang::Evaluator::schema_marks(schema, value));
    }
    sensitive_tree(&value.mark_paths(&marks))
}

/// Resources put into the tree of their modules, in the order in which they come; modules in the order of their addresses as text.
pub(crate) fn module_tree(resources: Vec<(ModuleInstance, Json)>) -> Json {
    let mut inside = Inside::default();
    for (module, resource) in resources {
        let mut next = module.clone();
        while let Some((parent, _)) = next.parent() {
            let known = inside.modules.entry(parent.clone()).or_default();
            if known.insert(next.to_string(), next).is_some() {
                break;
            }
            next = parent;
        }
        inside.resources.entry(module).or_default().push(resource);
    }
    inside.build(&ModuleInstance::root())
}

/// What is directly inside of each module instance.
#[derive(Default)]
struct Inside {
    resources: BTreeMap<ModuleInstance, Vec<Json>>,
    modules: BTreeMap<ModuleInstance, BTreeMap<String, ModuleInstance>>,
}

impl Inside {
    fn build(&mut self, module: &ModuleInstance) -> Json {
        let mut out = json!({});
        if !module.is_root() {
            out["address"] = json!(module.to_string());
        }
        if let Some(own) = self.resources.remove(module) {
            out["resources"] = Json::Array(own);
        }
        if let Some(modules) = self.modules.remove(module) {
            out["child_modules"] = modules.values().map(|m| self.build(m)).collect();
        }
        out
    }
}
