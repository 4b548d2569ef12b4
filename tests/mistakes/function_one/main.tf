variable "zones" {
  default = ["a", "b"]
}

output "n" {
  value = one(var.zones)
}
