//! The lives of elastic addresses and their associations.

use ecs_api::Product::Vpc;

use super::{PLAIN, Sample};

const AROUND: &str = r#"
resource "alicloud_instance" "i" {
  count           = 2
  image_id        = data.alicloud_images.linux.images[0].id
  instance_type   = "ecs.g7.large"
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
}

resource "alicloud_eip_address" "e" {
  count = 2
}
"#;

pub(super) fn samples() -> Vec<Sample> {
    vec![
        Sample {
            types: &["alicloud_eip_address", "alicloud_eip"],
            full: &[
                ("address_name", "\"first\""),
                ("bandwidth", "\"10\""),
                ("description", "\"of the test\""),
                ("internet_charge_type", "\"PayByTraffic\""),
                ("isp", "\"BGP\""),
                ("netmode", "\"public\""),
                ("payment_type", "\"PayAsYouGo\""),
                ("tags", "{ part = \"a\", owner = \"us\" }"),
            ],
            updates: &[
                &[("address_name", "\"second\"")],
                &[("name", "\"third\""), ("address_name", "")],
                &[("bandwidth", "\"20\"")],
                &[("description", "\"of another test\"")],
                &[("tags", "{ part = \"b\" }")],
                &[("deletion_protection", "true")],
                &[("deletion_protection", "false")],
                &[("resource_group_id", "\"rg-acfmxazb4ph6aiy\"")],
            ],
            replaces: &[
                &[("internet_charge_type", "\"PayByBandwidth\"")],
                &[("isp", "\"BGP_PRO\"")],
            ],
            refused: &[
                ("high_definition_monitor_log_status", "\"ON\""),
                ("log_project", "\"p\""),
                ("log_store", "\"s\""),
                ("mode", "\"NAT\""),
                ("payment_type", "\"Subscription\""),
                ("instance_charge_type", "\"PrePaid\""),
            ],
            left: &[
                ("activity_id", "a change in place is refused at plan"),
                ("allocation_id", "the emulator gives no address back"),
                ("auto_pay", "only for subscriptions"),
                ("ip_address", "the emulator gives no address back"),
                ("netmode", "there is one value"),
                ("period", "only for subscriptions"),
                ("pricing_cycle", "only for subscriptions"),
                ("public_ip_address_pool_id", "the emulator has no pools"),
                ("security_protection_types", "the emulator protects nothing"),
                ("zone", "the emulator's addresses have none"),
            ],
            drift: Some((
                Vpc,
                "ModifyEipAddressAttribute",
                &[("AllocationId", "ID"), ("Bandwidth", "7")],
            )),
            lost: (Vpc, "ReleaseEipAddress", &[("AllocationId", "ID")]),
            ..PLAIN
        },
        Sample {
            types: &["alicloud_eip_association"],
            around: AROUND,
            least: &[
                ("allocation_id", "alicloud_eip_address.e[0].id"),
                ("instance_id", "alicloud_instance.i[0].id"),
            ],
            full: &[("instance_type", "\"EcsInstance\"")],
            updates: &[&[("force", "true")]],
            replaces: &[
                &[("instance_id", "alicloud_instance.i[1].id")],
                &[("allocation_id", "alicloud_eip_address.e[1].id")],
            ],
            left: &[
                ("instance_type", "it follows from the instance"),
                ("mode", "only for interfaces"),
                ("private_ip_address", "only for interfaces"),
                ("vpc_id", "only for addresses that are instances themselves"),
            ],
            never_read: &["force"],
            lost: (
                Vpc,
                "UnassociateEipAddress",
                &[("AllocationId", "ID1"), ("InstanceId", "ID2")],
            ),
            ..PLAIN
        },
    ]
}
