variable "a" {
  default = true
}

output "both" {
  value = var.a and true
}
