//! The lines of `-json` while a command runs: which there are, with which keys and words, as Terraform 1.11.4 gives them.

use std::collections::BTreeMap;

use ecs_emulator::Kind;
use serde_json::{Value as Json, json};

use crate::support::TestContext;

const EVERYTHING: &str = r#"
variable "v" { default = "1" }
variable "r" { default = "1" }
variable "fail" { default = false }
resource "terraform_data" "a" {
  input            = var.v
  triggers_replace = var.r
  provisioner "local-exec" { command = var.fail ? "echo no; exit 3" : "echo hello" }
  provisioner "local-exec" {
    when    = destroy
    command = "echo bye"
  }
}
resource "terraform_data" "many" {
  for_each = toset(["x"])
  input    = terraform_data.a.output
}
output "o" { value = terraform_data.a.output }
output "s" {
  value     = "x"
  sensitive = true
}
check "one" {
  assert {
    condition     = terraform_data.a.output == "1"
    error_message = "Not one."
  }
}
"#;

const RESOURCE: &[&str] = &[
    "addr",
    "implied_provider",
    "module",
    "resource",
    "resource_key",
    "resource_name",
    "resource_type",
];

/// The lines of a command, each with all that every line has.
fn lines(context: &TestContext, args: &[&str], code: i32) -> Vec<Json> {
    let out = context.run(args).expect(code).stdout;
    let lines: Vec<Json> = out
        .lines()
        .map(|l| serde_json::from_str(l).expect("a line of JSON"))
        .collect();
    for line in &lines {
        assert_eq!(line["@module"], "terraform.ui", "{line}");
        assert_eq!(
            line["@timestamp"].as_str().map(str::len),
            Some(27),
            "{line}"
        );
    }
    assert_eq!(lines[0]["type"], "version");
    lines
}

fn keys(of: &Json) -> Vec<&str> {
    let mut keys: Vec<&str> = of
        .as_object()
        .unwrap_or_else(|| panic!("no object: {of}"))
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

/// What a line says of an object: type, action, keys of the hook or change, and the message with `ID` for its id.
fn told(line: &Json) -> Option<String> {
    let body = line.get("hook").or_else(|| line.get("change"))?;
    assert_eq!(line["@level"], "info", "{line}");
    assert_eq!(keys(&body["resource"]), RESOURCE);
    let mut message = line["@message"].as_str()?.to_owned();
    if let Some(id) = body["id_value"].as_str() {
        message = message.replace(id, "ID");
    }
    Some(format!(
        "{} {} | {message}",
        line["type"].as_str()?,
        keys(body).join(",")
    ))
}

/// The lines about one object, in order.
fn of(lines: &[Json], addr: &str) -> Vec<String> {
    let about = |line: &&Json| {
        let body = line.get("hook").or_else(|| line.get("change"));
        body.is_some_and(|b| b["resource"]["addr"] == addr)
    };
    lines.iter().filter(about).filter_map(told).collect()
}

/// The types and messages of the lines that are about no object.
fn others(lines: &[Json]) -> Vec<(String, String)> {
    let loose = lines
        .iter()
        .skip(1)
        .filter(|l| l.get("hook").or_else(|| l.get("change")).is_none());
    loose
        .map(|l| {
            (
                l["type"].as_str().unwrap_or_default().to_owned(),
                l["@message"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

#[test]
fn a_creation_is_told_with_its_provisioners() {
    let context = TestContext::new(EVERYTHING);
    let all = lines(&context, &["apply", "-json", "-auto-approve"], 0);
    assert_eq!(
        of(&all, "terraform_data.a"),
        [
            "planned_change action,resource | terraform_data.a: Plan to create",
            "apply_start action,resource | terraform_data.a: Creating...",
            "provision_start provisioner,resource | terraform_data.a: Provisioning with 'local-exec'...",
            "provision_progress output,provisioner,resource | terraform_data.a: (local-exec): Executing: [\"/bin/sh\" \"-c\" \"echo hello\"]",
            "provision_progress output,provisioner,resource | terraform_data.a: (local-exec): hello",
            "provision_complete provisioner,resource | terraform_data.a: (local-exec) Provisioning complete",
            "apply_complete action,elapsed_seconds,id_key,id_value,resource | terraform_data.a: Creation complete after 0s [id=ID]",
        ]
    );
    assert_eq!(
        others(&all),
        pairs(&[
            (
                "change_summary",
                "Plan: 2 to add, 0 to change, 0 to destroy."
            ),
            ("outputs", "Outputs: 2"),
            (
                "change_summary",
                "Apply complete! Resources: 2 added, 0 changed, 0 destroyed."
            ),
            ("outputs", "Outputs: 2"),
        ])
    );
    let summaries: Vec<&Json> = all
        .iter()
        .filter(|l| l["type"] == "change_summary")
        .map(|l| &l["changes"])
        .collect();
    assert_eq!(
        summaries,
        [
            &json!({ "add": 2, "change": 0, "import": 0, "remove": 0, "operation": "plan" }),
            &json!({ "add": 2, "change": 0, "import": 0, "remove": 0, "operation": "apply" }),
        ]
    );
    let outputs = &all.last().unwrap()["outputs"];
    assert_eq!(
        outputs["o"],
        json!({ "sensitive": false, "type": "string", "value": "1" })
    );
    assert_eq!(outputs["s"], json!({ "sensitive": true, "type": "string" }));
}

#[test]
fn what_is_there_is_refreshed_and_outputs_that_stay_are_told() {
    let context = TestContext::new(EVERYTHING);
    context.apply();
    let refreshed = |addr: &str| {
        vec![
            format!("refresh_start id_key,id_value,resource | {addr}: Refreshing state... [id=ID]"),
            format!("refresh_complete id_key,id_value,resource | {addr}: Refresh complete [id=ID]"),
        ]
    };
    let plan = lines(&context, &["plan", "-json"], 0);
    for addr in ["terraform_data.a", "terraform_data.many[\"x\"]"] {
        assert_eq!(of(&plan, addr), refreshed(addr));
    }
    assert_eq!(
        plan.last().unwrap()["outputs"],
        json!({ "o": { "sensitive": false, "action": "noop" }, "s": { "sensitive": true, "action": "noop" } })
    );
    // `refresh` tells neither of a plan nor of an apply.
    let refresh = lines(&context, &["refresh", "-json"], 0);
    assert_eq!(
        of(&refresh, "terraform_data.a"),
        refreshed("terraform_data.a")
    );
    assert_eq!(others(&refresh), pairs(&[("outputs", "Outputs: 2")]));
    let none = lines(&context, &["plan", "-json", "-refresh=false"], 0);
    assert_eq!(of(&none, "terraform_data.a"), Vec::<String>::new());
}

#[test]
fn a_replacement_ends_an_id_and_makes_one() {
    let context = TestContext::new(EVERYTHING);
    context.apply();
    let all = lines(
        &context,
        &[
            "apply",
            "-json",
            "-auto-approve",
            "-refresh=false",
            "-var=r=2",
            "-var=v=2",
        ],
        0,
    );
    let short = |l: &String| l.split(" | ").next().unwrap().to_owned();
    let told = of(&all, "terraform_data.a");
    assert_eq!(
        told[0],
        "planned_change action,reason,resource | terraform_data.a: Plan to replace"
    );
    assert_eq!(
        told[1],
        "apply_start action,id_key,id_value,resource | terraform_data.a: Destroying... [id=ID]"
    );
    let kinds: Vec<String> = told[2..].iter().map(short).collect();
    assert_eq!(
        kinds,
        [
            "provision_start provisioner,resource",
            "provision_progress output,provisioner,resource",
            "provision_progress output,provisioner,resource",
            "provision_complete provisioner,resource",
            "apply_complete action,elapsed_seconds,resource",
            "apply_start action,resource",
            "provision_start provisioner,resource",
            "provision_progress output,provisioner,resource",
            "provision_progress output,provisioner,resource",
            "provision_complete provisioner,resource",
            "apply_complete action,elapsed_seconds,id_key,id_value,resource",
        ]
    );
    assert_eq!(
        of(&all, "terraform_data.many[\"x\"]")[1..],
        [
            "apply_start action,id_key,id_value,resource | terraform_data.many[\"x\"]: Modifying... [id=ID]",
            "apply_complete action,elapsed_seconds,id_key,id_value,resource | terraform_data.many[\"x\"]: Modifications complete after 0s [id=ID]",
        ]
    );
    // The check that fails is told before what sums up.
    assert_eq!(
        others(&all)[2..],
        pairs(&[
            ("diagnostic", "Warning: Check block assertion failed"),
            (
                "change_summary",
                "Apply complete! Resources: 1 added, 1 changed, 1 destroyed."
            ),
            ("outputs", "Outputs: 2"),
        ])
    );
}

#[test]
fn a_failure_ends_with_its_message_and_a_destroy_with_its_sum() {
    let context = TestContext::new(EVERYTHING);
    let failed = lines(
        &context,
        &["apply", "-json", "-auto-approve", "-var=fail=true"],
        1,
    );
    let told = of(&failed, "terraform_data.a");
    assert_eq!(
        told[told.len() - 2..],
        [
            "provision_errored provisioner,resource | terraform_data.a: (local-exec) Provisioning errored",
            "apply_errored action,elapsed_seconds,resource | terraform_data.a: Creation errored after 0s",
        ]
    );
    let last = failed.last().unwrap();
    assert_eq!(
        (&last["@level"], &last["type"]),
        (&json!("error"), &json!("diagnostic"))
    );
    let summaries = failed.iter().filter(|l| l["type"] == "change_summary");
    assert_eq!(summaries.count(), 1, "only the plan's");
    context.apply();
    let destroyed = lines(&context, &["destroy", "-json", "-auto-approve"], 0);
    assert_eq!(
        of(&destroyed, "terraform_data.many[\"x\"]")[2..],
        [
            "planned_change action,resource | terraform_data.many[\"x\"]: Plan to delete",
            "apply_start action,id_key,id_value,resource | terraform_data.many[\"x\"]: Destroying... [id=ID]",
            "apply_complete action,elapsed_seconds,resource | terraform_data.many[\"x\"]: Destruction complete after 0s",
        ]
    );
    assert_eq!(
        destroyed.last().unwrap()["@message"],
        "Destroy complete! Resources: 2 destroyed."
    );
}

#[test]
fn data_sources_imports_and_saved_plans_are_told_as_terraform_tells_them() {
    let context = TestContext::new(
        r#"
data "terraform_remote_state" "other" {
  backend = "local"
  config  = { path = "${path.module}/other.tfstate" }
}
output "x" { value = data.terraform_remote_state.other.outputs.k }
"#,
    );
    context.write(
        "other.tfstate",
        r#"{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"aa","outputs":{"k":{"value":"v","type":"string"}},"resources":[]}"#,
    );
    let plan = lines(&context, &["plan", "-json"], 0);
    assert_eq!(
        of(&plan, "data.terraform_remote_state.other"),
        [
            "apply_start action,resource | data.terraform_remote_state.other: Refreshing...",
            "apply_complete action,elapsed_seconds,resource | data.terraform_remote_state.other: Refresh complete after 0s",
        ]
    );
    let context = TestContext::new(
        r#"
import {
  to = terraform_data.known
  id = "someid"
}
resource "terraform_data" "known" {}
output "x" { value = terraform_data.known.id }
"#,
    );
    let plan = lines(&context, &["plan", "-json", "-out=p"], 0);
    let imported =
        "planned_change action,importing,resource | terraform_data.known: Plan to import";
    let told = of(&plan, "terraform_data.known");
    assert!(told[0].starts_with("refresh_start "), "{told:?}");
    assert_eq!(told.last().unwrap(), imported);
    assert_eq!(
        others(&plan)[0].1,
        "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy."
    );
    // A saved plan is told again without its sum.
    let applied = lines(&context, &["apply", "-json", "p"], 0);
    assert_eq!(of(&applied, "terraform_data.known"), [imported]);
    assert_eq!(
        others(&applied),
        pairs(&[
            (
                "change_summary",
                "Apply complete! Resources: 1 imported, 0 added, 0 changed, 0 destroyed."
            ),
            ("outputs", "Outputs: 1"),
        ])
    );
}

#[test]
fn drift_and_reads_that_fail_are_told() {
    let context = TestContext::new(
        r#"
resource "alicloud_vpc" "main" {
  vpc_name   = "main"
  cidr_block = "10.0.0.0/8"
}
"#,
    );
    context.apply();
    let vpc = context.cloud.inventory().vpcs[0].id.clone();
    context.cloud.delete(Kind::Vpc, &vpc).expect("it is there");
    let plan = lines(&context, &["plan", "-json"], 0);
    let told = of(&plan, "alicloud_vpc.main");
    assert_eq!(
        told[2..],
        [
            "resource_drift action,resource | alicloud_vpc.main: Drift detected (delete)",
            "planned_change action,resource | alicloud_vpc.main: Plan to create",
        ]
    );
    let words: BTreeMap<&str, &Json> = plan
        .iter()
        .filter_map(|l| Some((l["type"].as_str()?, &l["change"]["resource"])))
        .filter(|(_, r)| r.is_object())
        .collect();
    assert_eq!(words["resource_drift"], words["planned_change"]);
    assert_eq!(words["resource_drift"]["implied_provider"], "alicloud");
    // A data source that cannot be read ends with an error of its own.
    context.write(
        "data.tf",
        r#"
data "terraform_remote_state" "none" {
  backend = "local"
  config  = { path = "${path.module}/nowhere.tfstate" }
}
"#,
    );
    let failed = lines(&context, &["plan", "-json"], 1);
    assert_eq!(
        of(&failed, "data.terraform_remote_state.none"),
        [
            "apply_start action,resource | data.terraform_remote_state.none: Refreshing...",
            "apply_errored action,elapsed_seconds,resource | data.terraform_remote_state.none: Refresh errored after 0s",
        ]
    );
}
