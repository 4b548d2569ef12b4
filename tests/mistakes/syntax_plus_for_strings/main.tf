variable "name" {
  default = "web"
}

output "full" {
  value = var.name + "-1"
}
