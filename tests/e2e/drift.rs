//! Changes behind cairn's back are seen: by the next plan, and by `drift`.

use ecs_emulator::{Change, Kind};

use crate::support::{NETWORK, TestContext};

#[test]
fn an_edited_a_deleted_and_a_foreign_instance_are_told_apart() {
    let context = TestContext::example("web-cluster");
    context
        .run(&["apply", "-auto-approve", "-var", "web_count=5"])
        .expect(0);
    let id = |i: usize| {
        context.recorded()[&format!("alicloud_instance.web[{i}]")]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (edited, deleted) = (id(1), id(3));
    let change = Change::set("name", "renamed-by-hand");
    context
        .cloud
        .change(Kind::Instance, &edited, change)
        .unwrap();
    context.cloud.delete(Kind::Instance, &deleted).unwrap();

    context.forget_requests();
    let report = context
        .run(&["drift", "-json", "-var", "web_count=5"])
        .expect(2)
        .json();
    assert_eq!(
        context.requests()["DescribeInstances"],
        2,
        "one for what is recorded, one for what is not"
    );
    assert_eq!(report["changed"].as_array().unwrap().len(), 1, "{report}");
    assert_eq!(report["changed"][0]["address"], "alicloud_instance.web[1]");
    assert_eq!(report["changed"][0]["id"], edited.as_str());
    let attribute = &report["changed"][0]["attributes"][0];
    assert_eq!(attribute["path"], "instance_name");
    assert_eq!(attribute["old"], "cairn-demo-web-002");
    assert_eq!(attribute["new"], "renamed-by-hand");
    assert_eq!(report["missing"][0]["address"], "alicloud_instance.web[3]");
    assert_eq!(report["missing"][0]["type"], "alicloud_instance");
    assert!(report["unmanaged"].as_array().unwrap().is_empty());

    let plan = context.run(&["plan", "-var", "web_count=5"]).expect(0);
    assert!(
        plan.stdout
            .contains("Objects have changed outside of cairn"),
        "{}",
        plan.stdout
    );
    assert!(
        plan.stdout.contains("1 to add, 1 to change, 0 to destroy"),
        "{}",
        plan.stdout
    );

    // Forgetting one makes it unmanaged. (Its record goes with the rest of a state that is set aside.)
    context
        .run(&["apply", "-auto-approve", "-var", "web_count=5"])
        .expect(0);
    context.run(&["drift", "-var", "web_count=5"]).expect(0);
    std::fs::rename(
        context.dir.path().join("state"),
        context.dir.path().join("state-aside"),
    )
    .unwrap();
    context
        .run(&[
            "apply",
            "-auto-approve",
            "-var",
            "web_count=1",
            "-var",
            "environment=other",
            "-var",
            "databases={}",
        ])
        .expect(0);
    let args = [
        "drift",
        "-json",
        "-var",
        "web_count=1",
        "-var",
        "environment=other",
        "-var",
        "databases={}",
    ];
    let report = context.run(&args).expect(2).json();
    assert_eq!(
        report["unmanaged"].as_array().unwrap().len(),
        8,
        "5 web and 3 database servers: {report}"
    );
    assert_eq!(report["unmanaged"][0]["type"], "alicloud_instance");
}

const SERVER: &str = r#"
variable "name" {}

resource "alicloud_instance" "i" {
  instance_name   = var.name
  instance_type   = "ecs.g6.large"
  image_id        = data.alicloud_images.linux.images[0].id
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
}
"#;

#[test]
fn configurations_of_one_region_know_each_others_objects() {
    let context = TestContext::new(
        r#"
provider "alicloud" {
  region = "cn-hangzhou"
}

provider "alicloud" {
  alias  = "same"
  region = "cn-hangzhou"
}

provider "alicloud" {
  alias  = "other"
  region = "cn-beijing"
}

module "a" {
  source = "./server"
  name   = "server-a"
}

module "b" {
  source    = "./server"
  name      = "server-b"
  providers = { alicloud = alicloud.same }
}

module "c" {
  source    = "./server"
  name      = "server-c"
  providers = { alicloud = alicloud.other }
}

module "d" {
  source = "./server"
  name   = "server-d"
}
"#,
    );
    context.write("server/main.tf", SERVER);
    context.write("server/network.tf", NETWORK);
    context.apply();
    let report = context.run(&["drift", "-json"]).expect(0).json();
    assert_eq!(report["unmanaged"], serde_json::json!([]));
    // What nobody knows is seen by both configurations, and reported once.
    let forgotten = ["state", "rm", "module.d.alicloud_instance.i"];
    context.run(&forgotten).expect(0);
    let report = context.run(&["drift", "-json"]).expect(2).json();
    let unmanaged = report["unmanaged"].as_array().unwrap();
    assert_eq!(unmanaged.len(), 1, "{report}");
    assert_eq!(unmanaged[0]["name"], "server-d");
}
