resource "alicloud_vpc" "this" {
  vpc_name   = "shared-network"
  cidr_block = "10.120.0.0/16"
}

resource "alicloud_vswitch" "front" {
  for_each     = { h = 1, i = 2 }
  vswitch_name = "front-${each.key}"
  vpc_id       = alicloud_vpc.this.id
  zone_id      = "cn-hangzhou-${each.key}"
  cidr_block   = cidrsubnet(alicloud_vpc.this.cidr_block, 8, each.value)
}

resource "alicloud_vswitch" "back" {
  vswitch_name = "back"
  vpc_id       = alicloud_vpc.this.id
  zone_id      = "cn-hangzhou-h"
  cidr_block   = "10.120.99.0/24"
}

resource "alicloud_security_group" "web" {
  security_group_name = "web"
  vpc_id              = alicloud_vpc.this.id
}
