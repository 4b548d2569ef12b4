variable "name" {}
variable "block" {}

data "alicloud_zones" "here" {
  available_resource_creation = "VSwitch"
}

resource "alicloud_vpc" "this" {
  vpc_name   = var.name
  cidr_block = var.block
}

resource "alicloud_vswitch" "this" {
  vswitch_name = var.name
  vpc_id       = alicloud_vpc.this.id
  zone_id      = data.alicloud_zones.here.zones[0].id
  cidr_block   = cidrsubnet(var.block, 4, 1)
}

resource "alicloud_security_group" "this" {
  security_group_name = var.name
  vpc_id              = alicloud_vpc.this.id
}

resource "alicloud_security_group_rule" "ssh" {
  for_each          = toset(["10.0.0.0/8", "192.168.0.0/16"])
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "22/22"
  security_group_id = alicloud_security_group.this.id
  cidr_ip           = each.value
}

output "vswitch_id" {
  value      = alicloud_vswitch.this.id
  depends_on = [alicloud_security_group_rule.ssh]
}

output "group_id" {
  value = alicloud_security_group.this.id
}
