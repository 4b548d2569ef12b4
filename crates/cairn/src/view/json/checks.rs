//! Decides how results of conditions stand in the JSON of plans and states: as in Terraform's, in the order of addresses.

use cairn_model::{CheckInstance, CheckResult, Checked, InstanceKey, ModuleInstance, ResourceMode};
use serde_json::{Value as Json, json};

/// The list of all of them.
pub(super) fn checks(checks: &[CheckResult]) -> Json {
    let mut found: Vec<(String, Json)> = checks.iter().map(|c| (c.addr(), check(c))).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.into_iter().map(|(_, c)| c).collect()
}

fn check(check: &CheckResult) -> Json {
    let mut address = match &check.on {
        Checked::Resource(r) => json!({
            "kind": "resource",
            "mode": if r.mode == ResourceMode::Data { "data" } else { "managed" },
            "type": &*r.ty,
            "name": &*r.name,
        }),
        Checked::Output(n) => json!({ "kind": "output_value", "name": &**n }),
        Checked::Check(n) => json!({ "kind": "check", "name": &**n }),
        Checked::Variable(n) => json!({ "kind": "var", "name": &**n }),
    };
    address["to_display"] = json!(check.addr());
    if !check.module.is_root() {
        address["module"] = json!(check.module.to_string());
    }
    let mut out = json!({ "address": address, "status": check.status.json() });
    if !check.instances.is_empty() {
        let mut found: Vec<(String, Json)> = check
            .instances
            .iter()
            .map(|i| (check.instance_addr(i), i))
            .map(|(addr, i)| (addr.clone(), instance(&addr, i)))
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        out["instances"] = found.into_iter().map(|(_, i)| i).collect();
    }
    out
}

fn instance(addr: &str, instance: &CheckInstance) -> Json {
    let mut address = json!({ "to_display": addr });
    if instance.module != ModuleInstance::root() {
        address["module"] = json!(instance.module.to_string());
    }
    match &instance.key {
        InstanceKey::None => {}
        InstanceKey::Index(i) => address["instance_key"] = json!(i),
        InstanceKey::Key(k) => address["instance_key"] = json!(&**k),
    }
    let mut out = json!({ "address": address, "status": instance.status.json() });
    if !instance.problems.is_empty() {
        let problems = instance.problems.iter();
        out["problems"] = problems.map(|p| json!({ "message": p })).collect();
    }
    out
}
