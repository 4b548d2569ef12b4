variable "zones" {
  type    = list(string)
  default = []
}

output "first" {
  value = element(var.zones, 0)
}
