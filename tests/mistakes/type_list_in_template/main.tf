variable "zones" {
  default = ["cn-hangzhou-h", "cn-hangzhou-i"]
}

output "text" {
  value = "zones: ${var.zones}"
}
