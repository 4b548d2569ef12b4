//! The lives of disks and their attachments.

use ecs_api::Product::Ecs;

use super::{PLAIN, Sample};

const SERVERS: &str = r#"
resource "alicloud_instance" "i" {
  count           = 2
  image_id        = data.alicloud_images.linux.images[0].id
  instance_type   = "ecs.g7.large"
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
}

resource "alicloud_ecs_disk" "d" {
  count    = 2
  zone_id  = alicloud_vswitch.s.zone_id
  category = "cloud_essd"
  size     = 20
}
"#;

pub(super) fn samples() -> Vec<Sample> {
    vec![
        Sample {
            types: &["alicloud_disk", "alicloud_ecs_disk"],
            least: &[("zone_id", "\"cn-hangzhou-h\""), ("size", "20")],
            full: &[
                ("disk_name", "\"first\""),
                ("description", "\"of the test\""),
                ("category", "\"cloud_essd\""),
                ("performance_level", "\"PL0\""),
                ("tags", "{ part = \"a\", owner = \"us\" }"),
                ("encrypted", "false"),
                ("payment_type", "\"PayAsYouGo\""),
            ],
            updates: &[
                &[("disk_name", "\"second\"")],
                &[("name", "\"third\""), ("disk_name", "")],
                &[("description", "\"of another test\"")],
                &[("tags", "{ part = \"b\" }")],
                &[("size", "470")],
                &[("performance_level", "\"PL2\"")],
                &[("delete_auto_snapshot", "true")],
                &[("delete_with_instance", "true")],
                &[("enable_auto_snapshot", "true")],
                &[("resource_group_id", "\"rg-acfmxazb4ph6aiy\"")],
                &[("type", "\"online\"")],
                &[("category", "\"cloud_auto\""), ("performance_level", "")],
                &[("provisioned_iops", "1000")],
                &[("bursting_enabled", "true")],
            ],
            replaces: &[
                &[("encrypted", "true")],
                &[("kms_key_id", "\"f2d3a5c1-2d3e-4f5a-8b9c-0d1e2f3a4b5c\"")],
                &[("zone_id", "\"cn-hangzhou-i\"")],
                &[("availability_zone", "\"cn-hangzhou-h\""), ("zone_id", "")],
            ],
            refused: &[
                ("advanced_features", "\"x\""),
                ("dedicated_block_storage_cluster_id", "\"dbsc-1\""),
                ("dry_run", "true"),
                ("instance_id", "\"i-1\""),
                ("payment_type", "\"Subscription\""),
            ],
            left: &[
                ("encrypt_algorithm", "a change in place is refused at plan"),
                ("multi_attach", "the emulator attaches a disk once"),
                ("snapshot_id", "lived through with snapshots"),
                ("storage_set_id", "the emulator has no storage sets"),
                (
                    "storage_set_partition_number",
                    "the emulator has no storage sets",
                ),
            ],
            never_read: &["type"],
            drift: Some((
                Ecs,
                "ModifyDiskAttribute",
                &[("DiskId", "ID"), ("DiskName", "by-hand")],
            )),
            lost: (Ecs, "DeleteDisk", &[("DiskId", "ID")]),
            ..PLAIN
        },
        Sample {
            types: &["alicloud_disk_attachment", "alicloud_ecs_disk_attachment"],
            around: SERVERS,
            least: &[
                ("disk_id", "alicloud_ecs_disk.d[0].id"),
                ("instance_id", "alicloud_instance.i[0].id"),
            ],
            full: &[("delete_with_instance", "false")],
            updates: &[&[("delete_with_instance", "true")]],
            replaces: &[
                &[("instance_id", "alicloud_instance.i[1].id")],
                &[("disk_id", "alicloud_ecs_disk.d[1].id")],
            ],
            left: &[
                ("bootable", "the emulator has no detached system disks"),
                ("key_pair_name", "only for a bootable disk"),
                ("password", "only for a bootable disk"),
            ],
            never_read: &["delete_with_instance"],
            lost: (
                Ecs,
                "DetachDisk",
                &[("DiskId", "ID1"), ("InstanceId", "ID2")],
            ),
            ..PLAIN
        },
    ]
}
