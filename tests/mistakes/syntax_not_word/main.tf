variable "a" {
  default = true
}

output "none" {
  value = not var.a
}
