//! The lives of VPCs, vSwitches, security groups and their rules.

use ecs_api::Product::{Ecs, Vpc};

use super::{PLAIN, Sample};

const OTHERS: &str = r#"
resource "alicloud_vpc" "w" {
  vpc_name    = "other"
  cidr_block  = "10.0.0.0/16"
  enable_ipv6 = true
}

resource "alicloud_security_group" "h" {
  security_group_name = "other"
  vpc_id              = alicloud_vpc.v.id
}
"#;

pub(super) fn samples() -> Vec<Sample> {
    vec![
        Sample {
            types: &["alicloud_vpc"],
            full: &[
                ("vpc_name", "\"first\""),
                ("cidr_block", "\"192.168.0.0/16\""),
                ("description", "\"of the test\""),
                ("tags", "{ part = \"a\", owner = \"us\" }"),
                ("user_cidrs", "[\"10.0.0.0/8\"]"),
                ("resource_group_id", "\"rg-acfmxazb4ph6aiy\""),
            ],
            updates: &[
                &[("vpc_name", "\"second\"")],
                &[("name", "\"third\""), ("vpc_name", "")],
                &[("description", "\"of another test\"")],
                &[("tags", "{ part = \"b\" }")],
                &[("cidr_block", "\"172.16.0.0/12\"")],
                &[("enable_ipv6", "true")],
                &[("force_delete", "true")],
            ],
            replaces: &[&[("user_cidrs", "[\"10.0.0.0/9\"]")]],
            refused: &[
                ("classic_link_enabled", "true"),
                ("dns_hostname_status", "\"ENABLED\""),
                ("dry_run", "true"),
                ("ipv4_cidr_mask", "20"),
                ("ipv4_ipam_pool_id", "\"ipam-pool-1\""),
                ("ipv6_isp", "\"BGP\""),
                ("is_default", "true"),
                ("secondary_cidr_blocks", "[\"10.1.0.0/16\"]"),
                ("secondary_cidr_mask", "20"),
                ("system_route_table_description", "\"routes\""),
                ("system_route_table_name", "\"routes\""),
                ("system_route_table_route_propagation_enable", "true"),
            ],
            left: &[
                ("resource_group_id", "a change in place is refused at plan"),
                (
                    "ipv6_cidr_block",
                    "the cloud's choice in nearly all regions",
                ),
            ],
            never_read: &["force_delete"],
            drift: Some((
                Vpc,
                "ModifyVpcAttribute",
                &[("VpcId", "ID"), ("VpcName", "by-hand")],
            )),
            lost: (Vpc, "DeleteVpc", &[("VpcId", "ID")]),
            ..PLAIN
        },
        Sample {
            types: &["alicloud_vswitch"],
            around: OTHERS,
            least: &[
                ("vpc_id", "alicloud_vpc.w.id"),
                ("cidr_block", "\"10.0.8.0/24\""),
                ("zone_id", "\"cn-hangzhou-h\""),
            ],
            full: &[
                ("vswitch_name", "\"first\""),
                ("description", "\"of the test\""),
                ("tags", "{ part = \"a\", owner = \"us\" }"),
                ("enable_ipv6", "true"),
            ],
            updates: &[
                &[("vswitch_name", "\"second\"")],
                &[("name", "\"third\""), ("vswitch_name", "")],
                &[("description", "\"of another test\"")],
                &[("tags", "{ part = \"b\" }")],
                &[("enable_ipv6", "false")],
                &[("enable_ipv6", "true"), ("ipv6_cidr_block_mask", "7")],
                &[("ipv6_cidr_block_mask", "8")],
            ],
            replaces: &[
                &[("cidr_block", "\"10.0.9.0/24\"")],
                &[("zone_id", "\"cn-hangzhou-i\"")],
                &[("availability_zone", "\"cn-hangzhou-h\""), ("zone_id", "")],
                &[
                    ("vpc_id", "alicloud_vpc.v.id"),
                    ("enable_ipv6", ""),
                    ("ipv6_cidr_block_mask", ""),
                ],
            ],
            refused: &[("is_default", "true")],
            left: &[(
                "vpc_ipv6_cidr_block",
                "only a VPC with several IPv6 blocks has a choice",
            )],
            drift: Some((
                Vpc,
                "ModifyVSwitchAttribute",
                &[("VSwitchId", "ID"), ("Description", "by hand")],
            )),
            lost: (Vpc, "DeleteVSwitch", &[("VSwitchId", "ID")]),
            ..PLAIN
        },
        Sample {
            types: &["alicloud_security_group"],
            around: OTHERS,
            least: &[("vpc_id", "alicloud_vpc.v.id")],
            full: &[
                ("security_group_name", "\"first\""),
                ("description", "\"of the test\""),
                ("tags", "{ part = \"a\", owner = \"us\" }"),
                ("inner_access_policy", "\"Accept\""),
            ],
            updates: &[
                &[("security_group_name", "\"second\"")],
                &[("name", "\"third\""), ("security_group_name", "")],
                &[("description", "\"of another test\"")],
                &[("tags", "{ part = \"b\" }")],
                &[("inner_access_policy", "\"Drop\"")],
                &[("inner_access", "true"), ("inner_access_policy", "")],
                &[("resource_group_id", "\"rg-acfmxazb4ph6aiy\"")],
            ],
            replaces: &[
                &[("vpc_id", "alicloud_vpc.w.id")],
                &[
                    ("security_group_type", "\"enterprise\""),
                    ("inner_access", ""),
                ],
            ],
            drift: Some((
                Ecs,
                "ModifySecurityGroupAttribute",
                &[("SecurityGroupId", "ID"), ("Description", "by hand")],
            )),
            lost: (Ecs, "DeleteSecurityGroup", &[("SecurityGroupId", "ID")]),
            ..PLAIN
        },
        Sample {
            types: &["alicloud_security_group_rule"],
            around: OTHERS,
            least: &[
                ("type", "\"ingress\""),
                ("ip_protocol", "\"tcp\""),
                ("port_range", "\"22/22\""),
                ("security_group_id", "alicloud_security_group.g.id"),
                ("cidr_ip", "\"0.0.0.0/0\""),
            ],
            full: &[
                ("policy", "\"accept\""),
                ("priority", "1"),
                ("nic_type", "\"intranet\""),
                ("description", "\"of the test\""),
            ],
            updates: &[&[("description", "\"of another test\"")]],
            replaces: &[
                &[("type", "\"egress\"")],
                &[("ip_protocol", "\"udp\"")],
                &[("port_range", "\"53/53\"")],
                &[("policy", "\"drop\"")],
                &[("priority", "7")],
                &[("security_group_id", "alicloud_security_group.h.id")],
                &[("ipv6_cidr_ip", "\"::/0\""), ("cidr_ip", "")],
                &[
                    ("source_security_group_id", "alicloud_security_group.g.id"),
                    ("ipv6_cidr_ip", ""),
                ],
                &[
                    ("cidr_ip", "\"10.0.0.0/8\""),
                    ("source_security_group_id", ""),
                ],
            ],
            left: &[
                ("nic_type", "in a VPC it is always intranet"),
                ("prefix_list_id", "the emulator has no prefix lists"),
                ("source_group_owner_account", "the emulator has one account"),
                ("source_group_owner_id", "the emulator has one account"),
            ],
            lost: (
                Ecs,
                "RevokeSecurityGroupEgress",
                &[
                    ("SecurityGroupId", "ID1"),
                    ("IpProtocol", "ID3"),
                    ("PortRange", "ID4"),
                    ("NicType", "ID5"),
                    ("DestCidrIp", "ID6"),
                    ("Policy", "ID7"),
                    ("Priority", "ID8"),
                ],
            ),
            ..PLAIN
        },
    ]
}
