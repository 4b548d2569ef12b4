//! Decides how results of conditions are written: everywhere as in Terraform's state (version 4), and how they are read.

use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use cairn_model::{
    AbsResource, AbsResourceInstance, CheckInstance, CheckResult, CheckStatus, Checked,
    InstanceKey, ModuleInstance, Target,
};
use cairn_value::name;

use super::v1::{Wire, from_json, json};

/// What became of the conditions on one thing.
#[derive(Serialize, Deserialize)]
pub(crate) struct CheckV1 {
    object_kind: String,
    config_addr: String,
    status: String,
    /// Null for none.
    #[serde(default)]
    objects: Option<Vec<ObjectV1>>,
}

#[derive(Serialize, Deserialize)]
struct ObjectV1 {
    object_addr: String,
    status: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failure_messages: Vec<String>,
}

fn kind(on: &Checked) -> &'static str {
    match on {
        Checked::Resource(_) => "resource",
        Checked::Output(_) => "output",
        Checked::Check(_) => "check",
        Checked::Variable(_) => "var",
    }
}

fn one(check: &CheckResult) -> CheckV1 {
    let object = |i: &CheckInstance| ObjectV1 {
        object_addr: check.instance_addr(i),
        status: i.status.json().to_owned(),
        failure_messages: i.problems.clone(),
    };
    CheckV1 {
        object_kind: kind(&check.on).to_owned(),
        config_addr: check.addr(),
        status: check.status.json().to_owned(),
        objects: (!check.instances.is_empty())
            .then(|| check.instances.iter().map(object).collect()),
    }
}

/// Results on their way out.
pub(crate) fn out(checks: &[CheckResult]) -> Vec<CheckV1> {
    checks.iter().map(one).collect()
}

/// The payload of their record.
pub(crate) fn payload(checks: &[CheckResult]) -> Wire<Vec<u8>> {
    json(&out(checks))
}

/// Results from their record's payload.
pub(crate) fn read(payload: &[u8]) -> Wire<Vec<CheckResult>> {
    all(from_json(payload)?)
}

/// Results that were read; those of kinds that only later versions know are left out.
pub(crate) fn all(wire: Vec<CheckV1>) -> Wire<Vec<CheckResult>> {
    let known = |c: &CheckV1| ["resource", "output", "check", "var"].contains(&&*c.object_kind);
    wire.into_iter().filter(known).map(CheckV1::read).collect()
}

fn parsed<T: FromStr<Err: Display>>(text: &str) -> Wire<T> {
    text.parse().map_err(|e| format!("{text:?}: {e}"))
}

/// The module and the name of `module.m["a"].check.health`.
fn named<'t>(kind: &str, addr: &'t str) -> Wire<(ModuleInstance, &'t str)> {
    let mut parts = addr.rsplitn(3, '.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(name), Some(k), module) if k == kind && !name.is_empty() => {
            let module = module.map_or(Ok(ModuleInstance::root()), parsed)?;
            Ok((module, name))
        }
        _ => Err(format!("{addr:?} is no address of a {kind}")),
    }
}

fn status(text: &str) -> Wire<CheckStatus> {
    [
        CheckStatus::Pass,
        CheckStatus::Fail,
        CheckStatus::Error,
        CheckStatus::Unknown,
    ]
    .into_iter()
    .find(|s| s.json() == text)
    .ok_or_else(|| format!("a check cannot have the status {text:?}"))
}

impl CheckV1 {
    fn read(self) -> Wire<CheckResult> {
        let kind = &*self.object_kind;
        let (module, on) = if kind == "resource" {
            let resource: AbsResource = match parsed::<Target>(&self.config_addr)? {
                Target::Resource(r) => r,
                Target::Instance(i) => i.resource,
                Target::Module(_) => {
                    return Err(format!("{:?} is no resource", self.config_addr));
                }
            };
            (resource.module, Checked::Resource(resource.resource))
        } else {
            let (module, n) = named(kind, &self.config_addr)?;
            let on = match kind {
                "output" => Checked::Output(name(n)),
                "check" => Checked::Check(name(n)),
                _ => Checked::Variable(name(n)),
            };
            (module, on)
        };
        let mut instances = Vec::new();
        for object in self.objects.unwrap_or_default() {
            let (module, key) = if kind == "resource" {
                let addr: AbsResourceInstance = parsed(&object.object_addr)?;
                (addr.resource.module, addr.key)
            } else {
                (named(kind, &object.object_addr)?.0, InstanceKey::None)
            };
            instances.push(CheckInstance {
                module,
                key,
                status: status(&object.status)?,
                problems: object.failure_messages,
            });
        }
        instances.sort_by(|a, b| (&a.module, &a.key).cmp(&(&b.module, &b.key)));
        Ok(CheckResult {
            module: module.module(),
            on,
            status: status(&self.status)?,
            instances,
        })
    }
}
