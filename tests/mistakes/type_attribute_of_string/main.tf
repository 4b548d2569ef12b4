variable "name" {
  default = "web"
}

output "n" {
  value = var.name.first
}
