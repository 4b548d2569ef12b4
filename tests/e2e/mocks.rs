//! Test files that put something in place of providers, objects and modules, and `test -verbose`.

use serde_json::Value as Json;

use crate::support::TestContext;

const MAIN: &str = r#"
variable "servers" {
  type    = number
  default = 2
}
resource "alicloud_vpc" "net" {
  vpc_name   = "tested"
  cidr_block = "10.0.0.0/16"
}
data "alicloud_zones" "all" {}
resource "terraform_data" "real" {
  input = alicloud_vpc.net.id
}
module "part" {
  source = "./part"
  count  = var.servers
}
output "vpc" { value = alicloud_vpc.net }
output "zone" { value = data.alicloud_zones.all.zones[*].id }
output "real" { value = terraform_data.real }
output "parts" { value = module.part }
"#;

const PART: &str = r#"
resource "terraform_data" "inner" { input = "inner" }
output "id" { value = terraform_data.inner.id }
output "input" { value = terraform_data.inner.output }
"#;

fn tested(test: &str) -> TestContext {
    let context = TestContext::new(MAIN);
    context.write("part/main.tf", PART);
    context.write("tests/a.tftest.hcl", test);
    context
}

/// What assertions that fail show.
fn shown(context: &TestContext) -> Vec<Json> {
    let run = context.run(&["test"]).expect(1);
    let found: Vec<Json> = run
        .stderr
        .lines()
        .filter_map(|l| serde_json::from_str(l.trim().trim_start_matches('│').trim()).ok())
        .collect();
    assert!(!found.is_empty(), "{}\n{}", run.stdout, run.stderr);
    found
}

/// A run that tells the outputs.
fn telling(name: &str, inside: &str) -> String {
    format!(
        "run \"{name}\" {{\n{inside}\n  assert {{\n    condition     = terraform_data.real.input == \"never this\"\n    error_message = jsonencode({{ vpc = output.vpc, zone = output.zone, real = output.real, parts = output.parts }})\n  }}\n}}\n"
    )
}

fn is_made_up(value: &Json) -> bool {
    value.as_str().is_some_and(|s| {
        s.len() == 8
            && s.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

#[test]
fn a_mocked_provider_makes_up_what_it_would_choose() {
    let context = tested(&format!(
        r#"
mock_provider "alicloud" {{
  mock_data "alicloud_zones" {{
    defaults = {{ zones = [{{ id = "a" }}, {{ id = "b" }}] }}
  }}
}}
{}{}"#,
        telling("made", ""),
        telling("kept", "  command = plan")
    ));
    let found = shown(&context);
    let made = &found[0];
    assert!(is_made_up(&made["vpc"]["id"]), "{made}");
    assert_eq!(made["vpc"]["cidr_block"], "10.0.0.0/16");
    assert_eq!(made["zone"], serde_json::json!(["a", "b"]));
    // The other provider is the real one.
    assert_eq!(made["real"]["output"], made["vpc"]["id"]);
    assert_eq!(made["real"]["id"].as_str().map(str::len), Some(36));
    // What was made up stays.
    assert_eq!(found[1]["vpc"]["id"], made["vpc"]["id"]);
}

#[test]
fn values_of_types_objects_and_modules_are_given() {
    let context = tested(&format!(
        r#"
mock_provider "alicloud" {{
  mock_resource "alicloud_vpc" {{
    defaults = {{ id = "of the type", status = "of the type" }}
  }}
  override_resource {{
    target = alicloud_vpc.net
    values = {{ id = "of the provider" }}
  }}
}}
override_module {{
  target  = module.part
  outputs = {{ id = "of all parts" }}
}}
override_resource {{
  target = terraform_data.real
  values = {{ id = "of the file", input = "not to be chosen" }}
}}
{}{}"#,
        telling("file", ""),
        telling(
            "run",
            r#"
  state_key = "other"
  override_resource {
    target = alicloud_vpc.net
    values = { id = "of the run" }
  }
  override_module {
    target  = module.part[1]
    outputs = { id = "of one part", input = 7 }
  }"#
        )
    ));
    let found = shown(&context);
    let (file, run) = (&found[0], &found[1]);
    assert_eq!(file["vpc"]["id"], "of the provider");
    assert_ne!(file["vpc"]["status"], "of the type");
    assert_eq!(file["real"]["id"], "of the file");
    assert_eq!(file["real"]["input"], "of the provider");
    assert_eq!(
        file["parts"],
        serde_json::json!([{ "id": "of all parts", "input": null }, { "id": "of all parts", "input": null }])
    );
    assert_eq!(run["vpc"]["id"], "of the run");
    assert_eq!(
        run["parts"],
        serde_json::json!([{ "id": "of all parts", "input": null }, { "id": "of one part", "input": 7 }])
    );
}

#[test]
fn values_can_be_there_in_a_plan() {
    let planned = |during: &str| {
        tested(&format!(
            "mock_provider \"alicloud\" {{\n  mock_resource \"alicloud_vpc\" {{\n    override_during = {during}\n    defaults = {{ id = \"planned\" }}\n  }}\n}}\n{}",
            "run \"a\" {\n  command = plan\n  assert {\n    condition     = alicloud_vpc.net.id == \"planned\"\n    error_message = \"Another id.\"\n  }\n}\n"
        ))
    };
    planned("plan").run(&["test"]).expect(0);
    let run = planned("apply").run(&["test"]).expect(1);
    assert!(
        run.stderr.contains("Unknown condition value"),
        "{}",
        run.stderr
    );
}

#[test]
fn values_for_an_instance_count_before_those_for_all() {
    let context = TestContext::new("resource \"terraform_data\" \"a\" {\n  count = 2\n}\n");
    context.write(
        "a.tftest.hcl",
        r#"
mock_provider "terraform" {
  override_resource {
    target = terraform_data.a[1]
    values = { id = "one" }
  }
  override_resource {
    target = terraform_data.a
    values = { id = "never" }
  }
}
override_resource {
  target = terraform_data.a
  values = { id = "all" }
}
run "a" {
  assert {
    condition     = join(" ", terraform_data.a[*].id) == "all one"
    error_message = jsonencode(terraform_data.a[*].id)
  }
}
"#,
    );
    context.run(&["test"]).expect(0);
}

#[test]
fn what_a_plan_does_not_know_is_no_value_for_a_later_run() {
    let context = TestContext::new(
        "variable \"v\" {\n  default = \"x\"\n}\nresource \"terraform_data\" \"a\" {\n  input = var.v\n}\noutput \"a\" {\n  value = terraform_data.a\n}\n",
    );
    let second = |what: &str| {
        format!(
            "run \"first\" {{\n  command = plan\n}}\nrun \"second\" {{\n  variables {{\n    v = run.first.a.{what}\n  }}\n}}\n"
        )
    };
    context.write("a.tftest.hcl", &second("input"));
    context.run(&["test"]).expect(0);
    context.write("a.tftest.hcl", &second("id"));
    let run = context.run(&["test"]).expect(1);
    assert!(run.stderr.contains("a.tftest.hcl:6:9"), "{}", run.stderr);
    assert!(
        run.stderr.contains("Reference to unknown value"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_mocked_provider_is_never_opened() {
    let context = TestContext::new(
        r#"
variable "region" { type = string }
provider "alicloud" {
  region     = var.region
  access_key = file("no-such-file")
}
resource "alicloud_vpc" "net" { cidr_block = "10.0.0.0/16" }
"#,
    );
    context.write(
        "tests/a.tftest.hcl",
        "mock_provider \"alicloud\" {}\nvariables { region = \"nowhere\" }\nrun \"a\" {}\n",
    );
    context.run(&["test"]).expect(0);
}

#[test]
fn mocks_can_lie_in_files_of_their_own() {
    let context = tested(&format!(
        "mock_provider \"alicloud\" {{\n  source = \"./mocks\"\n  mock_resource \"alicloud_vpc\" {{\n    defaults = {{ id = \"of the block\" }}\n  }}\n}}\n{}",
        telling("a", "")
    ));
    context.write(
        "mocks/a.tfmock.hcl",
        "mock_resource \"alicloud_vpc\" {\n  defaults = { id = \"of the file\" }\n}\n",
    );
    context.write(
        "mocks/b.tfmock.json",
        r#"{"mock_data": {"alicloud_zones": {"defaults": {"zones": [{"id": "${z}"}]}}}}"#,
    );
    let found = shown(&context);
    assert_eq!(found[0]["vpc"]["id"], "of the block");
    assert_eq!(found[0]["zone"], serde_json::json!(["${z}"]));
}

#[test]
fn mistakes_with_mocks_are_told_with_their_places() {
    for (test, place, part) in [
        (
            "mock_provider \"x\" {\n  override_during = never\n}\n",
            ":2:21",
            "plan or apply",
        ),
        (
            "mock_provider \"x\" {\n  source = \"./none\"\n}\n",
            ":2:12",
            "./none",
        ),
        (
            "mock_provider \"x\" {}\nprovider \"x\" {}\n",
            ":1:1",
            "already",
        ),
        (
            "mock_provider \"x\" {\n  mock_data \"t\" {\n    defaults = 5\n  }\n}\n",
            ":3:16",
            "object",
        ),
        (
            "mock_provider \"x\" {\n  mock_data \"t\" {}\n  mock_data \"t\" {}\n}\n",
            ":3:3",
            "line 2",
        ),
        ("override_module {\n  target = a.b\n}\n", ":2:12", "module"),
        (
            "override_resource {\n  target = data.a.b\n}\n",
            ":2:12",
            "override_resource",
        ),
        ("override_resource {\n  values = {}\n}\n", ":1:1", "target"),
        (
            "override_data {\n  target = data.a.b\n  values = { id = upper(\"x\") }\n}\n",
            ":3:19",
            "Function",
        ),
        (
            "override_data {\n  target = data.a.b\n}\noverride_data {\n  target = data.a.b\n}\n",
            ":5:12",
            "line 2",
        ),
        (
            "run \"a\" {\n  providers = { alicloud = alicloud.x[\"k\"] }\n}\n",
            ":2:28",
            "instance",
        ),
    ] {
        let run = tested(test).run(&["test"]).expect(1);
        let at = format!("tests/a.tftest.hcl{place}");
        assert!(run.stderr.contains(&at), "{test}\n{}", run.stderr);
        assert!(run.stderr.contains(part), "{test}\n{}", run.stderr);
    }
    let context = tested(
        "override_resource {\n  target = alicloud_vpc.net\n  values = { id = [\"x\"] }\n}\nrun \"a\" {}\n",
    );
    let run = context.run(&["test"]).expect(1);
    assert!(
        run.stderr.contains("Failed to compute attribute"),
        "{}",
        run.stderr
    );
    let context = tested(
        "override_resource {\n  target = alicloud_vpc.other\n}\nrun \"a\" {\n  command = plan\n}\n",
    );
    let run = context.run(&["test"]).expect(0);
    assert!(run.stderr.contains("alicloud_vpc.other"), "{}", run.stderr);
}

#[test]
fn what_stands_in_for_an_object_cannot_be_imported() {
    let context = TestContext::new(
        "resource \"alicloud_vpc\" \"net\" {\n  cidr_block = \"10.0.0.0/16\"\n}\nimport {\n  to = alicloud_vpc.net\n  id = \"vpc-1\"\n}\n",
    );
    context.write(
        "tests/a.tftest.hcl",
        "mock_provider \"alicloud\" {}\nrun \"a\" {}\n",
    );
    let run = context.run(&["test"]).expect(1);
    assert!(
        run.stderr.contains("Invalid import request"),
        "{}",
        run.stderr
    );
}

#[test]
fn verbose_shows_plans_and_states() {
    let context = tested(
        "mock_provider \"alicloud\" {}\nrun \"planned\" {\n  command = plan\n}\nrun \"applied\" {}\n",
    );
    let run = context.run(&["test", "-verbose"]).expect(0);
    let planned = run.stdout.find("+ resource \"alicloud_vpc\" \"net\"");
    let applied = run
        .stdout
        .find("# alicloud_vpc.net:\nresource \"alicloud_vpc\" \"net\"");
    assert!(planned.is_some() && planned < applied, "{}", run.stdout);
    let run = context.run(&["test", "-verbose", "-json"]).expect(0);
    let lines = run.stdout.lines();
    let lines: Vec<Json> = lines
        .map(|l| serde_json::from_str(l).expect("JSON"))
        .collect();
    let of = |kind: &str| {
        lines
            .iter()
            .find(|l| l["type"] == kind)
            .expect("such a line")
    };
    let plan = &of("test_plan")["test_plan"];
    assert!(
        plan["resource_changes"]
            .as_array()
            .is_some_and(|c| c.len() == 4),
        "{plan}"
    );
    assert_eq!(plan["plan_format_version"], "1.2");
    let state = &of("test_state")["test_state"];
    assert_eq!(state["state_format_version"], "1.0");
    assert!(
        is_made_up(&state["outputs"]["vpc"]["value"]["id"]),
        "{state}"
    );
    assert!(state["provider_schemas"].is_object());
}

#[test]
fn the_examples_own_tests_pass() {
    let context = TestContext::example("web-cluster");
    let run = context.run(&["test"]).expect(0);
    assert!(
        run.stdout.contains("Success! 4 passed, 0 failed."),
        "{}",
        run.stdout
    );
}
