resource "alicloud_vpc" "main" {
  vpc_name   = "main"
  cidr_block = "10.0.0.0/16"

resource "alicloud_vswitch" "a" {
  vpc_id     = alicloud_vpc.main.id
  zone_id    = "cn-hangzhou-h"
  cidr_block = "10.0.1.0/24"
}
