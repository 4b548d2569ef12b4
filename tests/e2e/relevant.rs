//! What a plan's JSON says of what contributes to it and of what was there before: recorded from Terraform 1.11.4.

use serde_json::{Value as Json, json};

use crate::support::TestContext;

/// A chain through a local value and two modules, with keys that are fixed and keys that are not.
const MAIN: &str = r#"
variable "size" { default = "small" }

locals {
  sizes = { now = var.size, base = terraform_data.base.output }
}

resource "terraform_data" "base" { input = { tiers = ["web", "db"] } }
resource "terraform_data" "tier" {
  for_each = toset(terraform_data.base.input.tiers)
  input    = "${each.key}-${local.sizes.now}"
}
resource "terraform_data" "still" { input = terraform_data.base.input["tiers"][1] }
resource "terraform_data" "reader" {
  input            = [var.size, terraform_data.still.input, terraform_data.tier["db"].output]
  triggers_replace = terraform_data.tier
}
resource "terraform_data" "named" { input = "n" }
module "pair" {
  source = "./pair"
  count  = 2
  from   = terraform_data.base.id
  label  = "pair-${count.index}"
}
output "whole" { value = [var.size, module.pair] }
data "terraform_remote_state" "other" {
  backend    = "local"
  config     = { path = "${path.module}/other.tfstate" }
  depends_on = [terraform_data.named]
}
"#;

const PAIR: &str = r#"
variable "from" {}
variable "label" {}
resource "terraform_data" "one" { input = var.label }
output "from" { value = var.from }
output "made" { value = terraform_data.one.id }
"#;

const OTHER: &str = r#"{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{},"resources":[]}"#;

fn applied() -> TestContext {
    let context = TestContext::new(MAIN);
    context.write("pair/main.tf", PAIR);
    context.write("other.tfstate", OTHER);
    context.run(&["apply", "-auto-approve"]).expect(0);
    context
}

/// The contributing attributes, each as its resource and the steps into it.
fn relevant(plan: &Json) -> Vec<String> {
    let all = plan["relevant_attributes"].as_array().cloned();
    let written = |r: Json| {
        format!(
            "{} {}",
            r["resource"].as_str().unwrap_or("?"),
            r["attribute"]
        )
    };
    all.unwrap_or_default().into_iter().map(written).collect()
}

fn addresses(module: &Json, found: &mut Vec<String>) {
    for r in module["resources"].as_array().into_iter().flatten() {
        found.push(r["address"].as_str().unwrap_or("?").to_owned());
    }
    for m in module["child_modules"].as_array().into_iter().flatten() {
        addresses(m, found);
    }
}

fn prior(plan: &Json) -> Vec<String> {
    let mut found = Vec::new();
    addresses(&plan["prior_state"]["values"]["root_module"], &mut found);
    found
}

const ALL: [&str; 9] = [
    "data.terraform_remote_state.other",
    "terraform_data.base",
    "terraform_data.named",
    "terraform_data.reader",
    "terraform_data.still",
    r#"terraform_data.tier["db"]"#,
    r#"terraform_data.tier["web"]"#,
    "module.pair[0].terraform_data.one",
    "module.pair[1].terraform_data.one",
];

#[test]
fn attributes_that_contribute_to_changes_are_listed() {
    let context = applied();
    // With no change at all, outputs of modules still count.
    assert_eq!(
        relevant(&context.plan_json(&[])),
        [
            r#"terraform_data.base ["id"]"#,
            r#"module.pair[0].terraform_data.one ["id"]"#,
            r#"module.pair[1].terraform_data.one ["id"]"#,
        ]
    );
    assert_eq!(
        relevant(&context.plan_json(&["-var=size=large"])),
        [
            r#"terraform_data.base ["id"]"#,
            r#"terraform_data.base ["input","tiers"]"#,
            r#"terraform_data.base ["input","tiers",1]"#,
            r#"terraform_data.base ["output"]"#,
            r#"terraform_data.still ["input"]"#,
            "terraform_data.tier []",
            r#"terraform_data.tier["db"] ["output"]"#,
            r#"module.pair.terraform_data.one ["id"]"#,
            r#"module.pair[0].terraform_data.one ["id"]"#,
            r#"module.pair[1].terraform_data.one ["id"]"#,
        ]
    );
    let limited = ["-var=size=large", "-target=terraform_data.still"];
    assert_eq!(relevant(&context.plan_json(&limited)), [""; 0]);
}

#[test]
fn what_was_there_is_whole_whatever_the_plan_looks_at() {
    let context = applied();
    for flags in [
        &["-var=size=large"][..],
        &["-target=terraform_data.still"],
        &["-refresh-only"],
        &["-destroy"],
        &["-destroy", "-target=terraform_data.reader"],
    ] {
        let plan = context.plan_json(flags);
        assert_eq!(prior(&plan), ALL, "{flags:?}");
        let values = &plan["prior_state"]["values"];
        assert!(values["outputs"]["whole"].is_object(), "{flags:?}");
        let root = &values["root_module"];
        let reader = &root["resources"][3];
        assert_eq!(
            reader["depends_on"],
            json!([
                "terraform_data.base",
                "terraform_data.still",
                "terraform_data.tier"
            ]),
            "{flags:?}"
        );
        assert_eq!(root["resources"][0]["depends_on"], Json::Null);
    }
}

#[test]
fn planned_objects_are_listed_by_their_addresses_as_text() {
    let context = TestContext::new(
        "resource \"terraform_data\" \"n\" { count = 11 }\nresource \"terraform_data\" \"n2\" {}\nmodule \"m\" {\n  source = \"./m\"\n  count  = 11\n}\n",
    );
    context.write("m/main.tf", "resource \"terraform_data\" \"i\" {}\n");
    let plan = context.plan_json(&[]);
    let mut found = Vec::new();
    addresses(&plan["planned_values"]["root_module"], &mut found);
    assert_eq!(
        found[..3],
        [
            "terraform_data.n2",
            "terraform_data.n[0]",
            "terraform_data.n[10]"
        ]
    );
    assert_eq!(
        found[12..15],
        [
            "module.m[0].terraform_data.i",
            "module.m[10].terraform_data.i",
            "module.m[1].terraform_data.i"
        ]
    );
    assert_eq!(
        plan["resource_changes"][2]["address"],
        "terraform_data.n[2]"
    );
}

#[test]
fn expressions_of_json_files_stand_as_they_are_written() {
    let context = TestContext::new("");
    let main = json!({
        "variable": { "v": { "default": "x" } },
        "resource": { "terraform_data": {
            "plain": { "input": "text", "count": "${1 + 1}" },
            "read": { "input": { "k": ["pre-${var.v}", 1, null] }, "depends_on": ["terraform_data.plain"] },
            "call": { "input": "$${x} ${upper(\"y\")}" },
        } },
        "output": { "o": { "value": "${terraform_data.read.id}", "depends_on": ["terraform_data.call"] } },
    });
    context.write("main.tf.json", &main.to_string());
    let root = &context.plan_json(&[])["configuration"]["root_module"];
    let resources = &root["resources"];
    assert_eq!(
        resources[0]["expressions"]["input"],
        json!({ "constant_value": "$${x} ${upper(\"y\")}" })
    );
    assert_eq!(
        resources[1]["count_expression"],
        json!({ "constant_value": "${1 + 1}" })
    );
    assert_eq!(
        resources[2]["expressions"]["input"],
        json!({ "constant_value": { "k": ["pre-${var.v}", 1, null] }, "references": ["var.v"] })
    );
    assert_eq!(resources[2]["depends_on"], json!(["terraform_data.plain"]));
    assert_eq!(
        root["outputs"]["o"],
        json!({
            "expression": { "constant_value": "${terraform_data.read.id}", "references": ["terraform_data.read.id", "terraform_data.read"] },
            "depends_on": ["terraform_data.call"],
        })
    );
}
