variable "a" {
  default = true
}

output "both" {
  value = var.a & true
}
