//! Decides `show -json` of a plan: Terraform's form, version 1.2, one line, with the groups of calls under `cairn`.

use std::collections::{BTreeMap, BTreeSet};

use cairn_lang::contributions;
use cairn_model::{
    AbsOutputValue, AbsResource, AbsResourceInstance, Action, Change, Deferred, DeposedKey,
    InstanceKey, Module, ModuleInstance, Mutation, OutputChange, OutputState, Plan, PlanMode,
    ResourceMode, State, StateObject,
};
use cairn_provider::Registry;
use cairn_value::json::{type_to_json, unknown_tree};
use cairn_value::{Known, Path, PathStep, Type, Value};
use serde_json::{Map, Value as Json, json};

use super::checks::checks;
use super::configuration::configuration;
use super::state::{module_tree, resource, sensitive_json, values};
use super::to_json;
use crate::project::Project;
use crate::run::block_schemas;
use crate::settings::Settings;

/// The whole document of a saved plan; `project` is the configuration that it was made from.
pub(crate) fn document(
    plan: &Plan,
    project: &Project,
    settings: &Settings,
    registry: &Registry,
) -> String {
    let mut out = json!({
        "format_version": "1.2",
        "terraform_version": super::FORMATS_OF,
        "cairn_version": env!("CARGO_PKG_VERSION"),
    });
    let variables = variables(plan);
    if !variables.is_empty() {
        out["variables"] = Json::Object(variables);
    }
    out["planned_values"] = planned_values(plan, registry);
    for (key, all) in changes(plan, registry) {
        out[key] = all;
    }
    if let Some(prior) = prior_state(plan, registry) {
        out["prior_state"] = prior;
    }
    out["configuration"] = configuration(project, settings, registry);
    let relevant = relevant_attributes(plan, project);
    if !relevant.is_empty() {
        out["relevant_attributes"] = json!(relevant);
    }
    if !plan.checks.is_empty() {
        out["checks"] = checks(&plan.checks);
    }
    let deferred: Vec<Json> = plan.deferred.iter().map(deferred).collect();
    if !deferred.is_empty() {
        out["deferred_changes"] = json!(deferred);
    }
    out["timestamp"] = json!(plan.timestamp);
    out["applyable"] = json!(plan.is_applyable());
    out["complete"] = json!(
        !plan.errored
            && plan.targets.is_empty()
            && plan.excludes.is_empty()
            && plan.deferred.is_empty()
    );
    out["errored"] = json!(plan.errored);
    out["cairn"] = json!({
        "calls": plan.calls.iter().map(|c| json!({ "operation": c.operation, "calls": c.calls, "objects": c.objects })).collect::<Vec<_>>(),
    });
    out.to_string()
}

/// What changed outside, what the plan changes, and which outputs, each where there is any.
pub(crate) fn changes(plan: &Plan, registry: &Registry) -> Vec<(&'static str, Json)> {
    let mut all = Vec::new();
    let drift: Vec<Json> = plan.drift.iter().map(|d| drifted(d, registry)).collect();
    if !drift.is_empty() {
        all.push(("resource_drift", json!(drift)));
    }
    let changes: Vec<Json> = plan
        .changes
        .iter()
        // A data source that was read is part of what is there, not of what changes.
        .filter(|c| c.mode() != ResourceMode::Data || c.action != Action::NoOp)
        .map(|c| resource_change(c, registry))
        .collect();
    if !changes.is_empty() {
        all.push(("resource_changes", json!(changes)));
    }
    let outputs: Map<String, Json> = plan
        .outputs
        .iter()
        .map(|o| (o.name.to_string(), output_change(o)))
        .collect();
    if !outputs.is_empty() {
        all.push(("output_changes", Json::Object(outputs)));
    }
    all
}

/// The values of the root variables as they were given, null included.
fn variables(plan: &Plan) -> Map<String, Json> {
    plan.variables
        .iter()
        .map(|(n, v)| (n, to_json(plan.given.get(n).unwrap_or(v))))
        .map(|(n, value)| (n.to_string(), json!({ "value": value })))
        .collect()
}

/// A block that the plan leaves for a later one; neither its instances nor their values are known.
fn deferred(d: &Deferred) -> Json {
    let r = &d.resource;
    let mut change = json!({
        "address": d.address,
        "mode": if r.mode == ResourceMode::Data { "data" } else { "managed" },
        "type": &*r.ty,
        "name": &*r.name,
        "provider_name": d.provider.provider.to_string(),
        "change": {
            "actions": [if r.mode == ResourceMode::Data { "read" } else { "create" }],
            "before": null,
            "after": null,
            "after_unknown": true,
            "before_sensitive": false,
            "after_sensitive": false,
        },
    });
    if !d.module.is_root() {
        let end = format!(".{r}");
        let module = d.address.strip_suffix("[*]").unwrap_or(&d.address);
        change["module_address"] = json!(module.strip_suffix(&end).unwrap_or(module));
    }
    if d.address.ends_with("[*]") {
        change["index_unknown"] = json!(true);
    }
    json!({ "reason": d.reason.json(), "resource_change": change, "cairn_why": d.why })
}

fn planned_values(plan: &Plan, registry: &Registry) -> Json {
    let mut out = json!({});
    let outputs: Map<String, Json> = plan
        .outputs
        .iter()
        .filter_map(|o| {
            let after = o.after.as_ref()?;
            let mut j = json!({ "sensitive": o.before_sensitive || o.after_sensitive() });
            if after.is_wholly_known() {
                // A null says nothing of its type: planned outputs have the types of their values.
                let ty = if after.is_null() {
                    Type::Dynamic
                } else {
                    after.ty()
                };
                j["type"] = type_to_json(&ty);
                j["value"] = to_json(after);
            }
            Some((o.name.to_string(), j))
        })
        .collect();
    if !outputs.is_empty() {
        out["outputs"] = Json::Object(outputs);
    }
    let mut planned: Vec<_> = plan
        .changes
        .iter()
        .filter(|c| {
            !c.after.is_null() && c.deposed.is_none() && c.mode() == ResourceMode::Managed
                || c.action == Action::Read
                || c.action == Action::Forget && c.deposed.is_none()
        })
        .map(|c| {
            let version = c.before.as_ref().map_or(0, |o| o.remote.schema_version);
            let provider = &c.provider.provider;
            let mut j = resource(&c.addr, provider, version, &c.after, registry, &[]);
            // What is forgotten stays, but nothing is planned for it.
            if c.action == Action::Forget
                && let Some(fields) = j.as_object_mut()
            {
                fields.remove("values");
                fields.insert("sensitive_values".to_owned(), json!(false));
            }
            (c.addr.to_string(), c.addr.resource.module.clone(), j)
        })
        .collect();
    // What is planned is listed by addresses as text, `a.b[10]` before `a.b[2]`; what is recorded is not.
    planned.sort_by(|a, b| a.0.cmp(&b.0));
    out["root_module"] = module_tree(planned.into_iter().map(|(_, m, j)| (m, j)).collect());
    out
}

/// What is recorded after the refresh, and the outputs that are known already.
fn prior_state(plan: &Plan, registry: &Registry) -> Option<Json> {
    // What is to be read again is not there until then.
    let there = plan.changes.iter().filter(|c| c.action != Action::Read);
    let objects = there.filter_map(|c| {
        Some(Mutation::Put {
            addr: c.addr.clone(),
            deposed: c.deposed.clone(),
            provider: c.provider.clone(),
            object: c.before.clone()?,
        })
    });
    let outputs = plan.outputs.iter().filter_map(|o| {
        // What is known already counts as there; null is not recorded.
        let (value, sensitive) = match &o.after {
            Some(after) if after.is_wholly_known() => {
                let known = Known::try_from(after.clone().unmark_deep().0).ok();
                (known.filter(|v| !v.value().is_null()), o.after_sensitive())
            }
            _ => (o.before.clone(), o.before_sensitive),
        };
        let value = value?;
        let ty = value.value().ty();
        let name = o.name.clone();
        let output = OutputState {
            value,
            ty,
            sensitive,
        };
        Some(Mutation::SetOutput { name, output })
    });
    let mut prior = State::default();
    let mut all = objects.chain(outputs).chain(plan.beside.iter().cloned());
    all.try_for_each(|m| prior.apply(&m)).ok()?;
    (!prior.instances.is_empty() || !prior.outputs.is_empty()).then(|| {
        let values = values(&prior, registry);
        json!({ "format_version": "1.0", "terraform_version": super::FORMATS_OF, "values": values })
    })
}

/// The attributes that what changes is made from, in the order of their addresses. Outputs of modules always count as changing,
/// as long as the plan looks at everything and does not take them away.
fn relevant_attributes(plan: &Plan, project: &Project) -> Vec<Json> {
    let changing: BTreeSet<AbsResource> = plan
        .changes
        .iter()
        .filter(|c| c.action != Action::NoOp)
        .map(|c| c.addr.resource.clone())
        .collect();
    let root = plan.outputs.iter().filter(|o| o.action != Action::NoOp);
    let mut outputs: Vec<AbsOutputValue> = root
        .map(|o| AbsOutputValue {
            module: ModuleInstance::root(),
            name: o.name.clone(),
        })
        .collect();
    let is_whole = plan.targets.is_empty() && plan.excludes.is_empty();
    if is_whole && plan.mode != PlanMode::Destroy {
        outputs.extend(outputs_of_modules(plan, project));
    }
    contributions(&project.tree, &block_schemas(), changing, outputs)
        .into_iter()
        .map(|(addr, at)| json!({ "resource": addr.to_string(), "attribute": path(&at) }))
        .collect()
}

/// The outputs of all module instances that the plan knows of. A module without resources has one instance here: it has nothing
/// that a key could tell apart.
fn outputs_of_modules(plan: &Plan, project: &Project) -> Vec<AbsOutputValue> {
    let mut instances: BTreeMap<Module, BTreeSet<ModuleInstance>> = BTreeMap::new();
    let mut note = |addr: &AbsResourceInstance| {
        let mut next = Some(addr.resource.module.clone());
        while let Some(module) = next.filter(|m| !m.is_root()) {
            next = module.parent().map(|(parent, _)| parent);
            let known = instances.entry(module.module()).or_default();
            if !known.insert(module) {
                break;
            }
        }
    };
    let there = plan.changes.iter().filter(|c| !c.after.is_null());
    there.for_each(|c| note(&c.addr));
    for m in &plan.beside {
        if let Mutation::Put { addr, .. } = m {
            note(addr);
        }
    }
    let mut found = Vec::new();
    let mut open = vec![(&project.tree.root, vec![ModuleInstance::root()])];
    while let Some((node, at)) = open.pop() {
        for module in at.iter().filter(|m| !m.is_root()) {
            let names = node.config.outputs.keys();
            found.extend(names.map(|name| AbsOutputValue {
                module: module.clone(),
                name: name.clone(),
            }));
        }
        for (name, child) in &node.children {
            let known = instances
                .get(&child.path)
                .map(|all| all.iter().cloned().collect());
            let unkeyed = || {
                at.iter()
                    .map(|m| m.child(name.clone(), InstanceKey::None))
                    .collect()
            };
            open.push((child, known.unwrap_or_else(unkeyed)));
        }
    }
    found
}

fn head(c: &Change) -> Json {
    let r = &c.addr.resource.resource;
    let mut j = json!({
        "address": c.addr.to_string(),
        "mode": if r.mode == ResourceMode::Data { "data" } else { "managed" },
        "type": &*r.ty,
        "name": &*r.name,
        "provider_name": c.provider.provider.to_string(),
    });
    if !c.addr.resource.module.is_root() {
        j["module_address"] = json!(c.addr.resource.module.to_string());
    }
    match &c.addr.key {
        InstanceKey::None => {}
        InstanceKey::Index(i) => j["index"] = json!(i),
        InstanceKey::Key(k) => j["index"] = json!(&**k),
    }
    j
}

fn side(object: Option<&StateObject>) -> Json {
    object.map_or(Json::Null, |o| to_json(o.remote.value.value()))
}

fn resource_change(c: &Change, registry: &Registry) -> Json {
    let mut j = head(c);
    if let Some(from) = &c.previous_addr {
        j["previous_address"] = json!(from.to_string());
    }
    if let Some(DeposedKey(key)) = &c.deposed {
        j["deposed"] = json!(&**key);
    }
    if let Some(reason) = c.reason {
        j["action_reason"] = json!(reason.json());
    }
    let provider = &c.provider.provider;
    let before_sensitive = c.before.as_ref().map_or(json!(false), |o| {
        sensitive_json(
            &c.addr,
            provider,
            o.remote.value.value(),
            registry,
            &o.sensitive,
        )
    });
    let gone = c.after.is_null();
    let mut change = json!({
        "actions": c.action.json(),
        "before": side(c.before.as_deref()),
        "after": if gone { Json::Null } else { to_json(&c.after) },
        "after_unknown": if c.after.is_wholly_known() { json!({}) } else { unknown_tree(&c.after) },
        "before_sensitive": before_sensitive,
        "after_sensitive": if gone { json!(false) } else { sensitive_json(&c.addr, provider, &c.after, registry, &[]) },
    });
    if !c.replace_paths.is_empty() {
        change["replace_paths"] = json!(c.replace_paths.iter().map(path).collect::<Vec<_>>());
    }
    if let Some(id) = &c.importing {
        change["importing"] = json!({ "id": id });
    }
    if let Some(text) = &c.generated_config {
        change["generated_config"] = json!(text);
    }
    j["change"] = change;
    if !c.notes.is_empty() {
        j["cairn_notes"] = json!(
            c.notes
                .iter()
                .map(|n| json!({ "path": n.path.to_string(), "text": n.text }))
                .collect::<Vec<_>>()
        );
    }
    j
}

fn drifted(d: &cairn_model::Drift, registry: &Registry) -> Json {
    let change = Change {
        addr: d.addr.clone(),
        previous_addr: None,
        deposed: d.deposed.clone(),
        provider: d.provider.clone(),
        action: if d.after.is_some() {
            Action::Update
        } else {
            Action::Delete
        },
        reason: None,
        before: Some(d.before.clone()),
        after: d
            .after
            .as_ref()
            .map_or_else(Value::null, |o| o.remote.value.value().clone()),
        config: Value::null(),
        planned_private: [].into(),
        replace_paths: Vec::new(),
        notes: Vec::new(),
        importing: None,
        generated_config: None,
        dependencies: [].into(),
        create_before_destroy: false,
        keeps_object: false,
    };
    let mut j = resource_change(&change, registry);
    let after = d.after.as_deref();
    if let Some(o) = after {
        j["change"]["after_sensitive"] = sensitive_json(
            &d.addr,
            &d.provider.provider,
            o.remote.value.value(),
            registry,
            &o.sensitive,
        );
    }
    j
}

fn path(path: &Path) -> Json {
    path.0
        .iter()
        .map(|step| match step {
            PathStep::Attr(n) | PathStep::Key(n) => json!(&**n),
            PathStep::Index(i) | PathStep::Element(i) => json!(i),
        })
        .collect()
}

fn output_change(o: &OutputChange) -> Json {
    let before = o.before.as_ref().map_or(Json::Null, |b| to_json(b.value()));
    let after = o.after.as_ref();
    let unknown = after.map_or(json!(false), |v| {
        if v.is_wholly_known() {
            json!(false)
        } else {
            unknown_tree(v)
        }
    });
    let sensitive = |s: bool| json!(s);
    let mut change = json!({
        "actions": o.action.json(),
        "before": before,
        "after_unknown": unknown,
        "before_sensitive": sensitive(o.before_sensitive || o.after_sensitive()),
        "after_sensitive": sensitive(o.after.is_some() && o.before_sensitive || o.after_sensitive()),
    });
    if after.is_none_or(Value::is_wholly_known) {
        change["after"] = after.map_or(Json::Null, to_json);
    } else if let Some(v) = after.filter(|v| !v.is_unknown()) {
        change["after"] = to_json(v);
    }
    change
}
