//! Data disks that instances are made with: read back in batches, put back where they are missing, changed as they are.

use serde_json::Value as Json;

use crate::support::{NETWORK, TestContext};

fn fleet(count: usize, disks: &[(&str, u32)]) -> String {
    let blocks: String = disks
        .iter()
        .map(|(name, size)| {
            format!("  data_disks {{\n    name     = \"{name}\"\n    category = \"cloud_essd\"\n    size     = {size}\n  }}\n")
        })
        .collect();
    format!(
        "resource \"alicloud_instance\" \"web\" {{\n  count           = {count}\n  instance_name   = format(\"web-%03d\", count.index)\n  instance_type   = \"ecs.g6.large\"\n  image_id        = data.alicloud_images.linux.images[0].id\n  vswitch_id      = alicloud_vswitch.s.id\n  security_groups = [alicloud_security_group.g.id]\n{blocks}}}\n"
    )
}

fn network() -> TestContext {
    TestContext::new(&NETWORK.replace("10.0.1.0/24", "10.0.0.0/20"))
}

/// The data disks of the first instance, by name: ids and sizes.
#[track_caller]
fn disks(context: &TestContext) -> Vec<(String, String, i64)> {
    let recorded = context.recorded();
    let id = recorded["alicloud_instance.web[0]"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let found = context.ask(
        "DescribeDisks",
        &[("InstanceId", &id), ("DiskType", "data")],
    );
    let mut disks: Vec<(String, String, i64)> = found["Disks"]["Disk"]
        .as_array()
        .expect("disks")
        .iter()
        .map(|d| {
            let text = |n: &str| d[n].as_str().expect("a text").to_owned();
            (
                text("DiskName"),
                text("DiskId"),
                d["Size"].as_i64().expect("a size"),
            )
        })
        .collect();
    disks.sort();
    disks
}

#[test]
fn two_data_disks_of_each_of_a_thousand_are_read_by_six_pages() {
    let context = network();
    context.write("x.tf", &fleet(1000, &[("data", 40), ("logs", 60)]));
    context.apply();
    assert_eq!(context.requests()["RunInstances"], 10);
    context.forget_requests();
    context.expect_no_changes();
    let requests = context.requests();
    // 3,000 disks, 500 a page; 1,000 instances, 100 a page.
    assert_eq!(requests["DescribeDisks"], 6, "{requests:?}");
    assert_eq!(requests["DescribeInstances"], 10, "{requests:?}");
}

#[test]
fn a_missing_disk_is_put_back_and_the_instance_stays() {
    let context = network();
    context.write("x.tf", &fleet(2, &[("data", 40), ("logs", 60)]));
    context.apply();
    context.expect_no_changes();
    let before = disks(&context);
    let instance = context.recorded()["alicloud_instance.web[0]"]["id"].clone();
    let id = instance.as_str().expect("an id");
    // The first of the two: the other one stands at its place then.
    let lost = &before[0].1;
    context.ask("DetachDisk", &[("InstanceId", id), ("DiskId", lost)]);
    context.ask("DeleteDisk", &[("DiskId", lost)]);
    let planned = context.planned(&[]);
    assert_eq!(planned.len(), 1, "{planned:?}");
    assert_eq!(planned["alicloud_instance.web[0]"], "update");
    context.forget_requests();
    context.apply();
    let requests = context.requests();
    assert_eq!((requests["CreateDisk"], requests["AttachDisk"]), (1, 1));
    let after = disks(&context);
    assert_eq!(after.len(), 2);
    assert_eq!(after[1], before[1], "the disk that stayed is as it was");
    assert_eq!((after[0].0.as_str(), after[0].2), ("data", 40));
    assert_eq!(
        context.recorded()["alicloud_instance.web[0]"]["id"],
        instance
    );
    context.expect_no_changes();
}

#[test]
fn disks_are_added_renamed_and_grown_in_place_and_what_is_attached_is_left_alone() {
    let context = network();
    context.write("x.tf", &fleet(1, &[("data", 40)]));
    let extra = "resource \"alicloud_disk\" \"extra\" {\n  disk_name = \"extra\"\n  zone_id   = alicloud_vswitch.s.zone_id\n  category  = \"cloud_essd\"\n  size      = 20\n}\n\nresource \"alicloud_disk_attachment\" \"extra\" {\n  disk_id     = alicloud_disk.extra.id\n  instance_id = alicloud_instance.web[0].id\n}\n";
    context.write("y.tf", extra);
    context.apply();
    context.expect_no_changes();
    let before = disks(&context);
    context.write("x.tf", &fleet(1, &[("archive", 80), ("logs", 60)]));
    assert_eq!(
        context.planned(&[]).into_iter().collect::<Vec<_>>(),
        [("alicloud_instance.web[0]".to_owned(), "update".to_owned())]
    );
    context.apply();
    let after = disks(&context);
    let told: Vec<(&str, i64)> = after.iter().map(|d| (d.0.as_str(), d.2)).collect();
    assert_eq!(told, [("archive", 80), ("extra", 20), ("logs", 60)]);
    assert_eq!(after[0].1, before[0].1, "the same disk, grown");
    context.expect_no_changes();
    // What changes outside is seen and undone.
    context.ask(
        "ModifyDiskAttribute",
        &[("DiskId", &after[0].1), ("DiskName", "other")],
    );
    let doc = context.plan_json(&[]);
    let changed: Vec<&Json> = doc["resource_drift"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    assert_eq!(changed.len(), 1, "{}", doc["resource_drift"]);
    context.apply();
    assert_eq!(disks(&context)[0].0, "archive");
    context.expect_no_changes();
}
