//! Disks of their own and their attachments, and the listings around them: made, changed, read back in pages, imported, drifted,
//! deleted.

use serde_json::Value as Json;

use crate::support::{NETWORK, TestContext};

const DISKS: &str = r#"
variable "size" { default = 20 }
variable "tag" { default = "a" }

resource "alicloud_instance" "i" {
  image_id        = data.alicloud_images.linux.images[0].id
  instance_type   = "ecs.g7.large"
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
}

resource "alicloud_ecs_disk" "d" {
  count       = 3
  zone_id     = alicloud_vswitch.s.zone_id
  disk_name   = "data-${count.index}"
  description = "of the test"
  category    = "cloud_essd"
  size        = var.size
  tags        = { part = var.tag }
}

resource "alicloud_ecs_disk_attachment" "a" {
  count       = 3
  disk_id     = alicloud_ecs_disk.d[count.index].id
  instance_id = alicloud_instance.i.id
}

data "alicloud_vpcs" "v" {
  name_regex = "^net$"
  depends_on = [alicloud_vpc.v]
}

data "alicloud_vswitches" "s" {
  vpc_id = alicloud_vpc.v.id
  ids    = [alicloud_vswitch.s.id]
}

data "alicloud_security_groups" "g" {
  ids = [alicloud_security_group.g.id]
}

output "vpcs" { value = data.alicloud_vpcs.v.vpcs[*].cidr_block }
output "vswitches" { value = data.alicloud_vswitches.s.vswitches[*].zone_id }
output "groups" { value = data.alicloud_security_groups.g.names }
"#;

fn disk(context: &TestContext, id: &str) -> Json {
    let ids = format!("[{id:?}]");
    let mut answer = context.ask("DescribeDisks", &[("DiskIds", &ids)]);
    answer["Disks"]["Disk"][0].take()
}

#[test]
fn disks_and_their_attachments_live_as_configured() {
    let context = TestContext::new(&format!("{NETWORK}{DISKS}"));
    context.apply();
    let recorded = context.recorded();
    let id = recorded["alicloud_ecs_disk.d[1]"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let made = disk(&context, &id);
    assert_eq!(made["DiskName"], "data-1");
    assert_eq!(made["Size"], 20);
    assert_eq!(made["InstanceId"], recorded["alicloud_instance.i"]["id"]);
    assert_eq!(
        recorded["alicloud_ecs_disk.d[1]"]["performance_level"],
        "PL1"
    );
    let outputs = context.run(&["output", "-json"]).expect(0).json();
    assert_eq!(outputs["vpcs"]["value"], serde_json::json!(["10.0.0.0/16"]));
    assert_eq!(outputs["vswitches"]["value"].as_array().unwrap().len(), 1);
    assert_eq!(outputs["groups"]["value"], serde_json::json!(["group"]));

    context.forget_requests();
    context.expect_no_changes();
    assert_eq!(
        context.requests()["DescribeDisks"],
        3,
        "one each for the disks, the attachments and the instance's own"
    );

    // Tags of all in one request, sizes one by one.
    context.forget_requests();
    context
        .run(&["apply", "-auto-approve", "-var", "tag=b"])
        .expect(0);
    assert_eq!(context.requests()["TagResources"], 1);
    let plan = context
        .run(&["plan", "-var", "tag=b", "-var", "size=40"])
        .expect(0);
    assert!(
        plan.stdout.contains("0 to add, 3 to change, 0 to destroy"),
        "{}",
        plan.stdout
    );
    context
        .run(&["apply", "-auto-approve", "-var", "tag=b", "-var", "size=40"])
        .expect(0);
    let grown = disk(&context, &id);
    assert_eq!(grown["Size"], 40);
    assert_eq!(grown["Tags"]["Tag"][0]["TagValue"], "b");
    let smaller = context
        .run(&["plan", "-var", "tag=b", "-var", "size=30"])
        .expect(1);
    assert!(smaller.stderr.contains("main.tf:"), "{}", smaller.stderr);
    assert!(
        smaller.stderr.contains("a disk only grows"),
        "{}",
        smaller.stderr
    );

    // What is imported is what is there.
    let vars = ["-var", "tag=b", "-var", "size=40"];
    for address in [
        "alicloud_ecs_disk.d[1]",
        "alicloud_ecs_disk_attachment.a[1]",
    ] {
        let of = context.recorded()[address]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        context.run(&["state", "rm", address]).expect(0);
        let mut args = vec!["import"];
        args.extend(vars);
        args.extend([address, &of]);
        context.run(&args).expect(0);
    }
    let mut args = vec!["plan", "-detailed-exitcode"];
    args.extend(vars);
    context.run(&args).expect(0);

    // Taken off behind our back, it is put on again.
    let instance = context.recorded()["alicloud_instance.i"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    context.ask("DetachDisk", &[("DiskId", &id), ("InstanceId", &instance)]);
    let mut args = vec!["apply", "-auto-approve"];
    args.extend(vars);
    let again = context.run(&args).expect(0);
    assert!(
        again.stdout.contains("1 added, 0 changed, 0 destroyed"),
        "{}",
        again.stdout
    );
    assert_eq!(disk(&context, &id)["Status"], "In_use");

    context.run(&["destroy", "-auto-approve"]).expect(0);
    let left = context.ask("DescribeDisks", &[]);
    assert_eq!(left["TotalCount"], 0, "{left}");
}

#[test]
fn mistakes_with_disks_are_found_at_their_line() {
    let context = TestContext::new(
        "resource \"alicloud_disk\" \"d\" {\n  size = 20\n  category = \"cloud_esd\"\n  payment_type = \"Subscription\"\n}\n",
    );
    let run = context.run(&["validate"]).expect(1);
    for part in [
        "main.tf:3:",
        "did you mean \"cloud_essd\"",
        "main.tf:4:",
        "cannot order subscriptions",
        "zone_id",
    ] {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
}

/// Reads of a plan are those of the API's greatest batches; what makes things takes one request for each where the API has
/// nothing better.
#[test]
fn five_hundred_of_each_take_few_requests() {
    let many = r#"
resource "alicloud_instance" "i" {
  count           = 500
  image_id        = data.alicloud_images.linux.images[0].id
  instance_type   = "ecs.g7.large"
  instance_name   = "server-${count.index}"
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
}

resource "alicloud_ecs_disk" "d" {
  count    = 500
  zone_id  = alicloud_vswitch.s.zone_id
  category = "cloud_essd"
  size     = 20
}

resource "alicloud_ecs_disk_attachment" "d" {
  count       = 500
  disk_id     = alicloud_ecs_disk.d[count.index].id
  instance_id = alicloud_instance.i[count.index].id
}

resource "alicloud_eip_address" "e" {
  count = 500
}

resource "alicloud_eip_association" "e" {
  count         = 500
  allocation_id = alicloud_eip_address.e[count.index].id
  instance_id   = alicloud_instance.i[count.index].id
}
"#;
    let network = NETWORK.replace("10.0.1.0/24", "10.0.0.0/20");
    let context = TestContext::new(&format!("{network}{many}"));
    context.forget_requests();
    context.apply();
    let made = context.requests();
    println!("apply: {made:?}");
    // Names of one, two and three digits: 10, 90 and 400.
    assert_eq!(made["RunInstances"], 1 + 1 + 4);
    for one_by_one in [
        "CreateDisk",
        "AttachDisk",
        "AllocateEipAddress",
        "AssociateEipAddress",
    ] {
        assert_eq!(made[one_by_one], 500, "{one_by_one}");
    }
    // What is made at the same time is looked at together: far fewer looks than things.
    for look in ["DescribeDisks", "DescribeEipAddresses"] {
        assert!(made[look] < 500, "{made:?}");
    }

    context.forget_requests();
    context.expect_no_changes();
    let read = context.requests();
    println!("plan with no change: {read:?}");
    // 500 disks by 100, their attachments by 100, and what the instances have by 100.
    assert!(read["DescribeDisks"] <= 5 + 5 + 10, "{read:?}");
    assert!(read["DescribeEipAddresses"] <= 10 + 10, "{read:?}");
    assert!(read.values().sum::<usize>() < 120, "{read:?}");
}
