//! The lives of route tables, their attachments and routes.

use ecs_api::Product::Vpc;

use super::{PLAIN, Sample};

const AROUND: &str = r#"
resource "alicloud_vpc" "w" {
  vpc_name   = "other"
  cidr_block = "10.0.0.0/16"
}

resource "alicloud_vswitch" "t" {
  vpc_id     = alicloud_vpc.v.id
  zone_id    = "cn-hangzhou-h"
  cidr_block = "10.0.2.0/24"
}

resource "alicloud_route_table" "t" {
  count  = 2
  vpc_id = alicloud_vpc.v.id
}

resource "alicloud_instance" "i" {
  count           = 2
  image_id        = data.alicloud_images.linux.images[0].id
  instance_type   = "ecs.g7.large"
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
}
"#;

pub(super) fn samples() -> Vec<Sample> {
    vec![
        Sample {
            types: &["alicloud_route_table"],
            around: AROUND,
            least: &[("vpc_id", "alicloud_vpc.v.id")],
            full: &[
                ("route_table_name", "\"first\""),
                ("description", "\"of the test\""),
                ("associate_type", "\"VSwitch\""),
                ("tags", "{ part = \"a\", owner = \"us\" }"),
            ],
            updates: &[
                &[("route_table_name", "\"second\"")],
                &[("name", "\"third\""), ("route_table_name", "")],
                &[("description", "\"of another test\"")],
                &[("tags", "{ part = \"b\" }")],
                &[("route_propagation_enable", "false")],
            ],
            replaces: &[
                &[("associate_type", "\"Gateway\"")],
                &[("vpc_id", "alicloud_vpc.w.id")],
            ],
            drift: Some((
                Vpc,
                "ModifyRouteTableAttributes",
                &[("RouteTableId", "ID"), ("RouteTableName", "by-hand")],
            )),
            lost: (Vpc, "DeleteRouteTable", &[("RouteTableId", "ID")]),
            ..PLAIN
        },
        Sample {
            types: &["alicloud_route_table_attachment"],
            around: AROUND,
            least: &[
                ("route_table_id", "alicloud_route_table.t[0].id"),
                ("vswitch_id", "alicloud_vswitch.s.id"),
            ],
            replaces: &[
                &[("vswitch_id", "alicloud_vswitch.t.id")],
                &[("route_table_id", "alicloud_route_table.t[1].id")],
            ],
            lost: (
                Vpc,
                "UnassociateRouteTable",
                &[("RouteTableId", "ID1"), ("VSwitchId", "ID2")],
            ),
            ..PLAIN
        },
        Sample {
            types: &["alicloud_route_entry"],
            around: AROUND,
            least: &[
                ("route_table_id", "alicloud_route_table.t[0].id"),
                ("destination_cidrblock", "\"0.0.0.0/0\""),
                ("nexthop_type", "\"Instance\""),
                ("nexthop_id", "alicloud_instance.i[0].id"),
            ],
            full: &[("name", "\"first\""), ("description", "\"of the test\"")],
            replaces: &[
                &[("name", "\"second\"")],
                &[("description", "\"of another test\"")],
                &[("destination_cidrblock", "\"192.168.0.0/16\"")],
                &[("nexthop_id", "alicloud_instance.i[1].id")],
                &[("nexthop_type", "\"VpcPeer\""), ("nexthop_id", "\"pcc-1\"")],
                &[("route_table_id", "alicloud_route_table.t[1].id")],
            ],
            lost: (
                Vpc,
                "DeleteRouteEntry",
                &[("RouteTableId", "ID1"), ("DestinationCidrBlock", "ID3")],
            ),
            ..PLAIN
        },
    ]
}
