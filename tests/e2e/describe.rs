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

#[test]
fn modules_are_listed_with_their_sources() {
    let context = context();
    context.write(
        "m/inner.tf",
        "module \"deep\" {\n  source = \"../deep\"\n}\n",
    );
    context.write("deep/main.tf", "");
    assert_eq!(
        context.run(&["modules"]).expect(0).stdout,
        "\nModules declared by configuration:\n.\n└── \"m\"[./m]\n    └── \"deep\"[../deep]\n\n"
    );
    let out = context.run(&["modules", "-json"]).expect(0);
    assert_eq!(
        out.json(),
        serde_json::json!({ "format_version": "1.0", "modules": [
            { "key": "m", "source": "./m", "version": "" },
            { "key": "deep", "source": "../deep", "version": "" },
        ] })
    );
    let none = TestContext::new("");
    let said = none.run(&["modules"]).expect(0).stdout;
    assert_eq!(said, "No modules found in configuration.\n");
}

#[test]
fn providers_need_no_lock_and_no_mirror() {
    let context = context();
    context.write(".terraform.lock.hcl", "# kept\n");
    let lock = context
        .run(&["providers", "lock", "-platform=linux_amd64"])
        .expect(0)
        .stdout;
    for words in [
        "- registry.terraform.io/aliyun/alicloud is built into cairn",
        "There is nothing to lock",
    ] {
        assert!(lock.contains(words), "{lock}");
    }
    let path = context.dir.path().join(".terraform.lock.hcl");
    assert_eq!(std::fs::read_to_string(path).expect("a file"), "# kept\n");
    let one = context
        .run(&["providers", "lock", "aliyun/alicloud"])
        .expect(0)
        .stdout;
    assert!(!one.contains("terraform.io/builtin"), "{one}");
    let mirror = context
        .run(&["providers", "mirror", "plugins"])
        .expect(0)
        .stdout;
    assert!(mirror.contains("There is nothing to mirror"), "{mirror}");
    assert!(!context.dir.path().join("plugins").exists());
    context.write("gcp.tf", "resource \"google_thing\" \"x\" {}\n");
    let wrong = context.run(&["providers", "lock"]).expect(1);
    assert!(
        wrong.stderr.contains("hashicorp/google"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_graph_of_an_operation_shows_everything_that_waits() {
    let context = context();
    for kind in ["plan", "plan-refresh-only", "apply"] {
        let dot = context
            .run(&["graph", &format!("-type={kind}")])
            .expect(0)
            .stdout;
        for line in [
            "digraph {",
            "\tcompound = \"true\"",
            "\t\t\"[root] terraform_data.a (expand)\" [label = \"terraform_data.a\", shape = \"box\"]",
            "\t\t\"[root] provider[\\\"terraform.io/builtin/terraform\\\"]\" [label = \"provider[\\\"terraform.io/builtin/terraform\\\"]\", shape = \"diamond\"]",
            "\t\t\"[root] terraform_data.b (expand)\" -> \"[root] local.id (expand)\"",
            "\t\t\"[root] local.id (expand)\" -> \"[root] terraform_data.a (expand)\"",
            "\t\t\"[root] module.m.terraform_data.x (expand)\" -> \"[root] module.m.var.in (expand)\"",
        ] {
            assert!(dot.lines().any(|l| l == line), "{kind}: {line}\n{dot}");
        }
    }
    context.run(&["plan", "-out=p"]).expect(0);
    let steps = context.run(&["graph", "-plan=p"]).expect(0).stdout;
    for line in [
        "\t\t\"[root] module.m.terraform_data.x (create)\" [label = \"module.m.terraform_data.x\", shape = \"box\"]",
        "\t\t\"[root] module.m.terraform_data.x (create)\" -> \"[root] terraform_data.b (create)\"",
    ] {
        assert!(steps.lines().any(|l| l == line), "{line}\n{steps}");
    }
    let chart = context
        .run(&["graph", "-plan=p", "-format=mermaid"])
        .expect(0)
        .stdout;
    assert!(
        chart.contains("[\"terraform_data.a (create)\"]\n"),
        "{chart}"
    );
    context.apply();
    let gone = context
        .run(&["graph", "-type=plan-destroy"])
        .expect(0)
        .stdout;
    let waits = "\t\t\"[root] terraform_data.b (destroy)\" -> \"[root] module.m.terraform_data.x (destroy)\"";
    assert!(gone.lines().any(|l| l == waits), "{gone}");
    context.edit(
        "main.tf",
        "\"a\" {}",
        "\"a\" {\n  input = terraform_data.c.id\n}",
    );
    let refused = context.run(&["graph", "-type=plan"]).expect(1);
    assert!(refused.stderr.contains("Cycle"), "{}", refused.stderr);
    let drawn = context
        .run(&["graph", "-type=plan", "-draw-cycles"])
        .expect(0)
        .stdout;
    let red = " [color = \"red\", penwidth = \"2.0\"]";
    let edge = "\t\t\"[root] terraform_data.a (expand)\" -> \"[root] terraform_data.c (expand)\"";
    assert!(
        drawn.lines().any(|l| l == format!("{edge}{red}")),
        "{drawn}"
    );
    let calm = "\t\t\"[root] module.m.var.in (expand)\" -> \"[root] terraform_data.b (expand)\"";
    assert!(drawn.lines().any(|l| l == calm), "{drawn}");
}
