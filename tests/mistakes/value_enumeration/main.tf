resource "alicloud_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "alicloud_vswitch" "a" {
  vpc_id     = alicloud_vpc.main.id
  zone_id    = "cn-hangzhou-h"
  cidr_block = "10.0.1.0/24"
}

resource "alicloud_security_group" "web" {
  vpc_id = alicloud_vpc.main.id
}

resource "alicloud_instance" "web" {
  instance_type   = "ecs.g7.large"
  image_id        = "aliyun_3_x64_20G_alibase_20240819.vhd"
  vswitch_id      = alicloud_vswitch.a.id
  security_groups = [alicloud_security_group.web.id]
  instance_charge_type = "PrePayd"
}
