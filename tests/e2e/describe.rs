//! What describes a configuration and cairn itself to people and to other tools: graph, providers, metadata.

use crate::support::TestContext;

const CONFIG: &str = r#"
terraform {
  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "~> 1.200"
    }
  }
}

locals {
  id = terraform_data.a.id
}

resource "terraform_data" "a" {}

resource "terraform_data" "b" {
  input = local.id
}

resource "terraform_data" "c" {
  input = [terraform_data.a.id, terraform_data.b.id]
}

module "m" {
  source = "./m"
  in     = terraform_data.b.id
}

resource "terraform_data" "d" {
  depends_on = [module.m]
}
"#;

fn context() -> TestContext {
    let context = TestContext::new(CONFIG);
    context.write(
        "m/main.tf",
        "variable \"in\" {}\nresource \"terraform_data\" \"x\" {\n  input = var.in\n}\n",
    );
    context
}

#[test]
fn a_graph_shows_resources_and_what_they_directly_depend_on() {
    let context = context();
    let dot = context.run(&["graph"]).expect(0).stdout;
    let want = r#"digraph G {
  rankdir = "RL";
  node [shape = rect, fontname = "sans-serif"];
  "terraform_data.a" [label="terraform_data.a"];
  "terraform_data.b" [label="terraform_data.b"];
  "terraform_data.c" [label="terraform_data.c"];
  "terraform_data.d" [label="terraform_data.d"];
  subgraph "cluster_module.m" {
    label = "module.m"
    fontname = "sans-serif"
    "module.m.terraform_data.x" [label="terraform_data.x"];
  }
  "terraform_data.b" -> "terraform_data.a";
  "terraform_data.c" -> "terraform_data.b";
  "terraform_data.d" -> "module.m.terraform_data.x";
  "module.m.terraform_data.x" -> "terraform_data.b";
}
"#;
    assert_eq!(dot, want);
    let mermaid = context.run(&["graph", "-format=mermaid"]).expect(0).stdout;
    assert!(mermaid.starts_with("flowchart RL\n"), "{mermaid}");
    assert_eq!(mermaid.matches(" --> ").count(), 4, "{mermaid}");
    context.run(&["graph", "-format=svg"]).expect(1);
    context.edit(
        "main.tf",
        "\"a\" {}",
        "\"a\" {\n  input = terraform_data.c.id\n}",
    );
    let wrong = context.run(&["graph"]).expect(1);
    assert!(wrong.stderr.contains("main.tf:"), "{}", wrong.stderr);
    assert_eq!(wrong.stdout, "");
}

#[test]
fn providers_are_listed_by_module_and_their_schemas_printed() {
    let context = context();
    let tree = context.run(&["providers"]).expect(0).stdout;
    for line in [
        "├── provider[registry.terraform.io/aliyun/alicloud] ~> 1.200",
        "├── provider[terraform.io/builtin/terraform]",
        "└── module.m",
        "    └── provider[terraform.io/builtin/terraform]",
    ] {
        assert!(tree.contains(line), "{line}\n{tree}");
    }
    let out = context.run(&["providers", "schema", "-json"]).expect(0);
    assert_eq!(
        out.stdout.lines().count(),
        1,
        "one line, as its readers want it"
    );
    let all = &out.json()["provider_schemas"];
    let data = &all["terraform.io/builtin/terraform"]["resource_schemas"]["terraform_data"];
    assert_eq!(data["block"]["attributes"]["id"]["computed"], true);
    assert_eq!(data["block"]["attributes"]["input"]["type"], "dynamic");
    let ecs = &all["registry.terraform.io/aliyun/alicloud"]["resource_schemas"];
    let instance = &ecs["alicloud_instance"]["block"];
    assert_eq!(instance["attributes"]["password"]["sensitive"], true);
    assert_eq!(
        instance["block_types"]["data_disks"]["nesting_mode"],
        "list"
    );
    context.run(&["providers", "schema"]).expect(1);
    context.write("bad.tf", "resource \"x\" {}\n");
    let wrong = context.run(&["providers"]).expect(1);
    assert!(wrong.stderr.contains("bad.tf:1"), "{}", wrong.stderr);
}

#[test]
fn functions_are_described() {
    let context = context();
    let out = context.run(&["metadata", "functions", "-json"]).expect(0);
    assert_eq!(out.stdout.lines().count(), 1);
    let all = &out.json()["function_signatures"];
    assert_eq!(all["abs"]["return_type"], "number");
    assert_eq!(all["core::abs"], all["abs"]);
    assert_eq!(all["format"]["variadic_parameter"]["is_nullable"], true);
    assert_eq!(all["split"]["return_type"][0], "list");
    context.run(&["metadata", "functions"]).expect(1);
    context.run(&["metadata", "nosuch"]).expect(1);
}
