variable "big" {
  default = true
}

output "size" {
  value = "%{ if var.big }large%{ else }small"
}
