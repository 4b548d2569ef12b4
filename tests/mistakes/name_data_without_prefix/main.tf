data "alicloud_zones" "all" {
}

output "zones" {
  value = alicloud_zones.all.zones
}
