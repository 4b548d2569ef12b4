resource "alicloud_vswitch" "a" {
  vpc_id  = "vpc-1"
  zone_id = "cn-hangzhou-h"
}
