output "this_vpc_id" {
  value = concat(alicloud_vpc.vpc.*.id, [""])[0]
}

output "vswitch_ids" {
  value = alicloud_vswitch.vswitches.*.id
}

output "availability_zones" {
  value = alicloud_vswitch.vswitches.*.zone_id
}
