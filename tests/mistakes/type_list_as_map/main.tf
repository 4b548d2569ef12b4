variable "zones" {
  type    = list(string)
  default = ["cn-hangzhou-h"]
}

output "first" {
  value = var.zones["first"]
}
