//! The configuration in a plan's JSON, as Terraform 1.11.4 writes it for the folder `configuration` beside this file.

use serde_json::Value as Json;

use crate::support::{TestContext, copy, root};

fn wide() -> TestContext {
    let context = TestContext::new("");
    copy(&root().join("tests/e2e/configuration"), context.dir.path());
    context
}

#[test]
fn the_configuration_is_written_as_terraform_writes_it() {
    let context = wide();
    let text = std::fs::read_to_string(root().join("tests/e2e/configuration/expected.json"));
    let expected: Json = serde_json::from_str(&text.expect("recorded")).expect("JSON");
    let plan = context.plan_json(&["-var=needed=n"]);
    assert_eq!(
        plan["configuration"], expected,
        "{:#}",
        plan["configuration"]
    );
}

#[test]
fn the_configuration_holds_nothing_that_was_given() {
    let plan = wide().plan_json(&["-var=needed=n", "-var=secret=hunter2-given"]);
    let said = plan["configuration"].to_string();
    assert!(
        said.contains("\"default\":\"hidden\"") && !said.contains("hunter2-given"),
        "{said}"
    );
}

#[test]
fn blocks_are_written_by_their_nesting_and_dynamic_ones_are_not() {
    let context = TestContext::new(
        r#"
provider "alicloud" {
  alias  = "far"
  region = "cn-beijing"
}

resource "alicloud_instance" "web" {
  provider      = alicloud.far
  vswitch_id = "vsw-1"
  image_id      = "aliyun_3_x64_20G_alibase_20250117.vhd"
  instance_type = "ecs.t6-c1m1.large"
  security_groups = ["sg-1"]
  data_disks {
    size = 20
  }
  data_disks {
    size = var.size
  }
  dynamic "data_disks" {
    for_each = [1]
    content {
      size = 30
    }
  }
}

variable "size" {
  default = 40
}
"#,
    );
    context.write(
        "child.tf",
        "module \"child\" {\n  source = \"./child\"\n}\n",
    );
    std::fs::create_dir(context.dir.path().join("child")).expect("a folder");
    context.write("child/main.tf", "resource \"alicloud_vpc\" \"v\" {}\n");
    let saved = context.run(&["plan", "-out=saved", "-target=module.child"]);
    saved.expect(0);
    let plan = context.run(&["show", "-json", "saved"]).expect(0).json();
    let configuration = &plan["configuration"];
    let far = &configuration["provider_config"]["alicloud.far"];
    assert_eq!(
        (
            &far["alias"],
            &far["expressions"]["region"]["constant_value"]
        ),
        (&Json::from("far"), &Json::from("cn-beijing")),
        "{configuration:#}"
    );
    let disks = &configuration["root_module"]["resources"][0]["expressions"]["data_disks"];
    assert_eq!(
        *disks,
        serde_json::json!([
            { "size": { "constant_value": 20 } },
            { "size": { "references": ["var.size"] } },
        ]),
        "{configuration:#}"
    );
    // The root uses the provider, so that the module inherits its configuration without an alias.
    let child = &configuration["root_module"]["module_calls"]["child"]["module"];
    assert_eq!(child["resources"][0]["provider_config_key"], "alicloud");
}

#[test]
fn what_is_no_plan_has_no_configuration() {
    let context = wide();
    for file in ["main.tf", "missing"] {
        let run = context.run(&["show", "-json", file]).expect(1);
        assert!(
            run.stdout.is_empty() && run.stderr.contains(file),
            "{}{}",
            run.stdout,
            run.stderr
        );
    }
}
