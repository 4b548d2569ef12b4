locals {
  zones = ["cn-hangzhou-h", "cn-hangzhou-i"]
}

output "third" {
  value = local.zones[2]
}
