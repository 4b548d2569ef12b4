# A server that routes for the others.
data "alicloud_images" "linux" {
  name_regex = "^ubuntu_22_04_x64"
  owners     = "system"
}

resource "alicloud_vpc" "v" {
  vpc_name   = "routes"
  cidr_block = "10.60.0.0/16"
}

resource "alicloud_vswitch" "s" {
  count      = 2
  vpc_id     = alicloud_vpc.v.id
  zone_id    = "cn-hangzhou-h"
  cidr_block = "10.60.${count.index}.0/24"
}

resource "alicloud_security_group" "g" {
  security_group_name = "routes"
  vpc_id              = alicloud_vpc.v.id
}

resource "alicloud_instance" "router" {
  instance_name   = "router"
  instance_type   = "ecs.g7.large"
  image_id        = data.alicloud_images.linux.ids[0]
  vswitch_id      = alicloud_vswitch.s[0].id
  security_groups = [alicloud_security_group.g.id]
}

resource "alicloud_route_table" "custom" {
  vpc_id           = alicloud_vpc.v.id
  route_table_name = "inner"
  associate_type   = "VSwitch"
  description      = "of the inner servers"
  tags             = { use = "inner" }
}

resource "alicloud_route_table_attachment" "custom" {
  vswitch_id     = alicloud_vswitch.s[1].id
  route_table_id = alicloud_route_table.custom.id
}

resource "alicloud_route_entry" "out" {
  for_each              = toset(["172.20.0.0/16", "172.21.0.0/16"])
  route_table_id        = alicloud_route_table.custom.id
  destination_cidrblock = each.value
  nexthop_type          = "Instance"
  nexthop_id            = alicloud_instance.router.id
}

resource "alicloud_route_entry" "system" {
  route_table_id        = alicloud_vpc.v.route_table_id
  destination_cidrblock = "192.168.0.0/16"
  nexthop_type          = "Instance"
  nexthop_id            = alicloud_instance.router.id
}
