variable "region" {
  default = "cn-hangzhou"
}

output "region" {
  value = region
}
