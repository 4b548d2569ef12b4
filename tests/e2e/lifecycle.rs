//! One instance with its network, changed in each of the ways that differ: in place, stop and start, replacement, both orders.

use crate::support::TestContext;

const SERVER: &str = r#"
variable "tier" {
  default = "front"
}

resource "alicloud_vpc" "v" {
  vpc_name   = "net"
  cidr_block = "10.0.0.0/16"
}

resource "alicloud_vswitch" "s" {
  vpc_id       = alicloud_vpc.v.id
  zone_id      = data.alicloud_zones.all.zones[0].id
  cidr_block   = "10.0.1.0/24"
  vswitch_name = "switch"
}

data "alicloud_zones" "all" {
  available_resource_creation = "VSwitch"
}

data "alicloud_images" "linux" {
  name_regex  = "^aliyun_3_x64"
  owners      = "system"
  most_recent = true
}

data "alicloud_images" "ubuntu" {
  name_regex = "^ubuntu"
  owners     = "system"
}

resource "alicloud_security_group" "g" {
  security_group_name = "group"
  vpc_id              = alicloud_vpc.v.id
}

resource "alicloud_instance" "i" {
  instance_name        = "server"
  instance_type        = "ecs.g6.large"
  image_id             = data.alicloud_images.linux.images[0].id
  vswitch_id           = alicloud_vswitch.s.id
  security_groups      = [alicloud_security_group.g.id]
  system_disk_category = "cloud_essd"
  system_disk_size     = 40
  tags = {
    tier = var.tier
  }
}
"#;

#[test]
fn a_tag_changes_in_place() {
    let context = TestContext::new(SERVER);
    context.apply();
    let before = context.recorded()["alicloud_instance.i"]["id"].clone();
    let planned = context.planned(&["-var", "tier=back"]);
    assert_eq!(
        planned.into_iter().collect::<Vec<_>>(),
        [("alicloud_instance.i".to_owned(), "update".to_owned())]
    );
    context
        .run(&["apply", "-auto-approve", "-var", "tier=back"])
        .expect(0);
    let after = &context.recorded()["alicloud_instance.i"];
    assert_eq!(after["id"], before);
    assert_eq!(after["tags"]["tier"], "back");
    assert_eq!(context.cloud.inventory().instances[0].tags["tier"], "back");
    context
        .run(&["plan", "-detailed-exitcode", "-var", "tier=back"])
        .expect(0);
}

#[test]
fn another_image_is_changed_in_place_and_says_what_it_costs() {
    let context = TestContext::new(SERVER);
    context.apply();
    let before = context.recorded()["alicloud_instance.i"]["id"].clone();
    context.edit(
        "main.tf",
        "data.alicloud_images.linux.images[0].id",
        "data.alicloud_images.ubuntu.images[0].id",
    );
    let plan = context.run(&["plan"]).expect(0);
    assert!(
        plan.stdout.contains("will be updated in-place"),
        "{}",
        plan.stdout
    );
    assert!(
        plan.stdout.contains("stop and start") && plan.stdout.contains("data is lost"),
        "{}",
        plan.stdout
    );
    context.apply();
    let after = &context.recorded()["alicloud_instance.i"];
    assert_eq!(after["id"], before);
    assert!(
        after["image_id"].as_str().unwrap().starts_with("ubuntu"),
        "{after}"
    );
    context.expect_no_changes();
}

#[test]
fn another_disk_category_replaces() {
    let context = TestContext::new(SERVER);
    context.apply();
    let before = context.recorded()["alicloud_instance.i"]["id"].clone();
    context.edit("main.tf", "\"cloud_essd\"", "\"cloud_efficiency\"");
    let plan = context.run(&["plan"]).expect(0);
    assert!(
        plan.stdout.contains("must be replaced") && plan.stdout.contains("# forces replacement"),
        "{}",
        plan.stdout
    );
    assert!(
        plan.stdout.contains("1 to add, 0 to change, 1 to destroy"),
        "{}",
        plan.stdout
    );
    context.apply();
    assert_ne!(context.recorded()["alicloud_instance.i"]["id"], before);
    assert_eq!(context.cloud.inventory().instances.len(), 1);
    context.expect_no_changes();
}

#[test]
fn create_before_destroy_makes_the_new_one_first() {
    let context = TestContext::new(SERVER);
    context.edit(
        "main.tf",
        "  tags = {",
        "  lifecycle {\n    create_before_destroy = true\n  }\n  tags = {",
    );
    context.apply();
    let before = context.recorded()["alicloud_instance.i"]["id"].clone();
    context.edit("main.tf", "\"cloud_essd\"", "\"cloud_efficiency\"");
    assert_eq!(context.planned(&[])["alicloud_instance.i"], "create+delete");
    context.forget_requests();
    context.apply();
    let log = std::fs::read_to_string(context.dir.path().join("requests.jsonl")).unwrap();
    let made = log.find("\"RunInstances\"").expect("made");
    let deleted = log.find("\"DeleteInstances\"").expect("deleted");
    assert!(made < deleted, "{log}");
    assert_ne!(context.recorded()["alicloud_instance.i"]["id"], before);
    context.expect_no_changes();
}

/// A server whose replacement is planned, to be made before it is deleted.
fn to_be_replaced() -> TestContext {
    let context = TestContext::new(SERVER);
    context.edit(
        "main.tf",
        "  tags = {",
        "  lifecycle {\n    create_before_destroy = true\n  }\n  tags = {",
    );
    context.apply();
    context.edit("main.tf", "\"cloud_essd\"", "\"cloud_efficiency\"");
    context
}

#[test]
fn what_could_not_be_replaced_stays_what_it_was() {
    let context = to_be_replaced();
    let before = context.recorded()["alicloud_instance.i"]["id"].clone();
    let fault = ecs_emulator::Fault::error("RunInstances", 1, 400, "InvalidParameter.Conflict");
    context.cloud.arm(fault.forever());
    let run = context.run(&["apply", "-auto-approve"]).expect(1);
    assert!(
        run.stderr.contains("InvalidParameter.Conflict"),
        "{}",
        run.stderr
    );
    let kept = |context: &TestContext| {
        assert_eq!(context.recorded()["alicloud_instance.i"]["id"], before);
        let pulled = context.run(&["state", "pull"]).expect(0).stdout;
        assert!(!pulled.contains("\"deposed\""), "{pulled}");
        assert_eq!(context.cloud.inventory().instances.len(), 1);
        assert_eq!(context.planned(&[])["alicloud_instance.i"], "create+delete");
    };
    kept(&context);
    // Without the change nothing is left to do, and nothing to delete.
    context.edit("main.tf", "\"cloud_efficiency\"", "\"cloud_essd\"");
    context.expect_no_changes();
    context.edit("main.tf", "\"cloud_essd\"", "\"cloud_efficiency\"");
    // Nor does a second attempt that fails change anything.
    context.run(&["apply", "-auto-approve"]).expect(1);
    kept(&context);
    context.cloud.clear_faults();
    context.apply();
    assert_ne!(context.recorded()["alicloud_instance.i"]["id"], before);
    assert_eq!(context.cloud.inventory().instances.len(), 1);
    context.expect_no_changes();
}

#[test]
fn what_could_not_be_replaced_for_its_neighbour_stays_what_it_was() {
    let context = to_be_replaced();
    let before = context.recorded()["alicloud_instance.i"]["id"].clone();
    context.edit(
        "main.tf",
        "instance_name        = \"server\"",
        "instance_name        = terraform_data.first.output",
    );
    context.edit(
        "main.tf",
        "variable \"tier\"",
        "resource \"terraform_data\" \"first\" {\n  input = \"server\"\n  provisioner \"local-exec\" {\n    command = \"exit 1\"\n  }\n}\n\nvariable \"tier\"",
    );
    assert_eq!(context.planned(&[])["alicloud_instance.i"], "create+delete");
    context.run(&["apply", "-auto-approve"]).expect(1);
    assert_eq!(context.recorded()["alicloud_instance.i"]["id"], before);
    let pulled = context.run(&["state", "pull"]).expect(0).stdout;
    assert!(!pulled.contains("\"deposed\""), "{pulled}");
    context.edit("main.tf", "exit 1", "exit 0");
    context.apply();
    assert_ne!(context.recorded()["alicloud_instance.i"]["id"], before);
    assert_eq!(context.cloud.inventory().instances.len(), 1);
    context.expect_no_changes();
}

#[test]
fn a_saved_plan_is_applied_as_it_is_and_only_once() {
    let context = TestContext::new("resource \"terraform_data\" \"a\" {\n  input = 1\n}\n");
    context.run(&["plan", "-out=p.tfplan"]).expect(0);
    context.write(
        "main.tf",
        "resource \"terraform_data\" \"a\" {\n  input = 2\n}\n",
    );
    let late = context
        .run(&["apply", "-target=terraform_data.b", "p.tfplan"])
        .expect(1);
    assert!(
        late.stderr
            .contains("-target was decided when the plan was made"),
        "{}",
        late.stderr
    );
    context.run(&["apply", "p.tfplan"]).expect(0);
    assert_eq!(context.recorded()["terraform_data.a"]["input"], 1);
    let again = context.run(&["apply", "p.tfplan"]).expect(1);
    assert!(
        again.stderr.contains("Saved plan is stale"),
        "{}",
        again.stderr
    );
}

#[test]
fn what_is_not_applied_does_not_stop_what_does_not_need_it() {
    let context = TestContext::new(SERVER);
    context.edit(
        "main.tf",
        "variable \"tier\"",
        "resource \"terraform_data\" \"alone\" {\n}\n\nvariable \"tier\"",
    );
    context.cloud.arm(ecs_emulator::Fault::error(
        "CreateVSwitch",
        9,
        400,
        "InvalidCidrBlock.Overlapped",
    ));
    let run = context.run(&["apply", "-auto-approve"]).expect(1);
    assert!(
        run.stderr.contains("InvalidCidrBlock.Overlapped"),
        "{}",
        run.stderr
    );
    let recorded = context.recorded();
    assert!(
        recorded.contains_key("terraform_data.alone") && recorded.contains_key("alicloud_vpc.v")
    );
    assert!(!recorded.contains_key("alicloud_instance.i"));
    context.cloud.clear_faults();
    context.apply();
    context.expect_no_changes();
}

#[test]
fn what_is_not_to_be_destroyed_is_left_to_itself() {
    let context = TestContext::new(SERVER);
    context.edit(
        "main.tf",
        "  tags = {",
        "  lifecycle {\n    destroy = false\n  }\n  tags = {",
    );
    context.apply();
    let old = context.recorded()["alicloud_instance.i"]["id"].clone();
    context.edit("main.tf", "\"cloud_essd\"", "\"cloud_efficiency\"");
    assert_eq!(context.planned(&[])["alicloud_instance.i"], "create+forget");
    let plan = context.run(&["plan", "-out=p.tfplan"]).expect(0).stdout;
    assert!(
        plan.contains("must be replaced, but the existing object will not be destroyed"),
        "{plan}"
    );
    assert!(
        plan.contains("1 to add, 0 to change, 0 to destroy, 1 to forget"),
        "{plan}"
    );
    let why = context
        .run(&["explain", "alicloud_instance.i"])
        .expect(0)
        .stdout;
    assert!(why.contains("the old object is forgotten"), "{why}");
    let applied = context.run(&["apply", "p.tfplan"]).expect(0).stdout;
    assert!(
        applied.contains("1 added, 0 changed, 0 destroyed, 1 forgotten"),
        "{applied}"
    );
    let new = context.recorded()["alicloud_instance.i"]["id"].clone();
    assert_ne!(new, old);
    assert_eq!(context.cloud.inventory().instances.len(), 2);
    context.expect_no_changes();
    // The mark is recorded, and goes with a state file.
    let pulled = context.run(&["state", "pull"]).expect(0).stdout;
    assert!(pulled.contains("\"skip_destroy\": true"), "{pulled}");
    context.forget_requests();
    context
        .run(&["state", "rm", "alicloud_instance.i"])
        .expect(0);
    context.write("old.tfstate", &pulled);
    context
        .run(&["state", "push", "-force", "old.tfstate"])
        .expect(0);
    let main = std::fs::read_to_string(context.dir.path().join("main.tf")).unwrap();
    let at = main.find("resource \"alicloud_instance\" \"i\"").unwrap();
    context.write("main.tf", &main[..at]);
    assert_eq!(context.planned(&[])["alicloud_instance.i"], "forget");
}

#[test]
fn a_data_source_beside_an_import_is_read() {
    let context = TestContext::new(
        r#"
data "terraform_remote_state" "other" {
  backend = "local"
  config  = { path = "${path.module}/other.tfstate" }
}
import {
  to = terraform_data.known
  id = "someid"
}
resource "terraform_data" "known" {}
resource "terraform_data" "after" {
  input = data.terraform_remote_state.other.outputs.k
}
output "k" { value = terraform_data.after.output }
"#,
    );
    context.write(
        "other.tfstate",
        r#"{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"aa","outputs":{"k":{"value":"v","type":"string"}},"resources":[]}"#,
    );
    let run = context.apply();
    assert!(
        run.stdout.contains("Resources: 1 imported, 1 added"),
        "{}",
        run.stdout
    );
    assert_eq!(
        context
            .run(&["output", "-raw", "k"])
            .expect(0)
            .stdout
            .trim(),
        "v"
    );
    context.expect_no_changes();
}
