//! Decides how a configuration looks as JSON: the member `configuration` of a plan, in Terraform's form. It holds what the
//! sources say and nothing that a run was given.

mod expression;
mod providers;

use cairn_lang::{ModuleCall, ModuleNode, ModuleTree, Provisioner, Repetition, ResourceConfig};
use cairn_model::ResourceMode;
use cairn_provider::Registry;
use serde_json::{Map, Value as Json, json};

use self::expression::{Expressions, put};
use self::providers::ProviderConfigs;
use super::to_json;
use crate::project::Project;
use crate::settings::Settings;

/// The configuration of a project.
pub(crate) fn configuration(project: &Project, settings: &Settings, registry: &Registry) -> Json {
    let mut writer = Writer {
        providers: ProviderConfigs::of(&project.tree),
        expressions: Expressions::of(project, settings),
        registry,
    };
    let mut out = json!({});
    let providers = writer
        .providers
        .json(&project.tree, registry, &mut writer.expressions);
    put(&mut out, "provider_config", providers);
    out["root_module"] = writer.module(&project.tree, &project.tree.root);
    out
}

struct Writer<'p> {
    providers: ProviderConfigs,
    expressions: Expressions<'p>,
    registry: &'p Registry,
}

impl Writer<'_> {
    fn module(&mut self, tree: &ModuleTree, node: &ModuleNode) -> Json {
        let config = &node.config;
        let mut out = json!({});
        let outputs: Map<String, Json> = config
            .outputs
            .iter()
            .map(|(name, o)| {
                let mut j = json!({ "expression": self.expressions.one(&o.value) });
                if o.sensitive {
                    j["sensitive"] = json!(true);
                }
                if o.ephemeral {
                    j["ephemeral"] = json!(true);
                }
                put(&mut j, "depends_on", depends_on(&o.depends_on));
                if let Some(text) = o.description.as_deref().filter(|d| !d.is_empty()) {
                    j["description"] = json!(text);
                }
                (name.to_string(), j)
            })
            .collect();
        put(&mut out, "outputs", Json::Object(outputs));
        let mut resources: Vec<(bool, String, &ResourceConfig)> = config
            .resources
            .values()
            .filter(|r| r.addr.mode != ResourceMode::Ephemeral)
            .map(|r| (r.addr.mode == ResourceMode::Data, r.addr.to_string(), r))
            .collect();
        resources.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let resources: Vec<Json> = resources
            .into_iter()
            .map(|(_, address, r)| self.resource(node, &address, r))
            .collect();
        put(&mut out, "resources", Json::Array(resources));
        let calls: Map<String, Json> = config
            .calls
            .iter()
            .filter_map(|(name, call)| {
                let child = node.children.get(name)?;
                Some((name.to_string(), self.call(tree, call, child)))
            })
            .collect();
        put(&mut out, "module_calls", Json::Object(calls));
        let variables: Map<String, Json> = config
            .variables
            .iter()
            .map(|(name, v)| {
                let mut j = json!({});
                if let Some(default) = &v.default {
                    let value = v.constraint.apply(&default.value);
                    j["default"] = to_json(value.as_ref().unwrap_or(&default.value));
                }
                if let Some(text) = v.description.as_deref().filter(|d| !d.is_empty()) {
                    j["description"] = json!(text);
                }
                if v.sensitive {
                    j["sensitive"] = json!(true);
                }
                (name.to_string(), j)
            })
            .collect();
        put(&mut out, "variables", Json::Object(variables));
        out
    }

    fn resource(&mut self, node: &ModuleNode, address: &str, r: &ResourceConfig) -> Json {
        let is_data = r.addr.mode == ResourceMode::Data;
        let mut out = json!({
            "address": address,
            "mode": if is_data { "data" } else { "managed" },
            "type": &*r.addr.ty,
            "name": &*r.addr.name,
            "provider_config_key": self.providers.key(&node.path, &r.provider),
        });
        let provisioners: Vec<Json> = r.provisioners.iter().map(|p| self.provisioner(p)).collect();
        put(&mut out, "provisioners", Json::Array(provisioners));
        let provider = node.config.provider_addr(&r.provider.name);
        let schema = self.registry.get(&provider).and_then(|p| {
            let schema = p.provider.schema();
            let types = if is_data {
                &schema.data_sources
            } else {
                &schema.resources
            };
            types.get(&r.addr.ty)
        });
        if let Some(schema) = schema {
            let expressions = self.expressions.body(&r.body, &schema.block);
            put(&mut out, "expressions", expressions);
        }
        out["schema_version"] = json!(schema.map_or(0, |s| s.version));
        self.repetition(&mut out, &r.repetition);
        put(&mut out, "depends_on", depends_on(&r.depends_on));
        out
    }

    fn provisioner(&mut self, p: &Provisioner) -> Json {
        let mut out = json!({ "type": &*p.ty.value });
        let expressions = self.expressions.attributes(&p.body, |_| true);
        put(&mut out, "expressions", expressions);
        out
    }

    fn repetition(&mut self, out: &mut Json, repetition: &Repetition) {
        match repetition {
            Repetition::Once | Repetition::Enabled(_) => {}
            Repetition::Count(expr) => {
                put(out, "count_expression", self.expressions.one(expr));
            }
            Repetition::ForEach(expr) => {
                put(out, "for_each_expression", self.expressions.one(expr));
            }
        }
    }

    fn call(&mut self, tree: &ModuleTree, call: &ModuleCall, child: &ModuleNode) -> Json {
        let source = self.expressions.text(&call.source);
        let mut out = json!({ "source": source.unwrap_or_else(|| child.source.clone()) });
        let variables = &child.config.variables;
        let arguments = self
            .expressions
            .attributes(&call.body, |name| variables.contains_key(name));
        put(&mut out, "expressions", arguments);
        self.repetition(&mut out, &call.repetition);
        out["module"] = self.module(tree, child);
        let version = call.version.as_ref().and_then(|v| {
            let written = self.expressions.text(v);
            written.or_else(|| child.version.clone())
        });
        if let Some(version) = version {
            out["version_constraint"] = json!(version);
        }
        put(&mut out, "depends_on", depends_on(&call.depends_on));
        out
    }
}

fn depends_on(entries: &[cairn_lang::Access<cairn_value::Name>]) -> Json {
    entries.iter().filter_map(cairn_lang::subject).collect()
}
