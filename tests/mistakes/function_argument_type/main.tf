variable "name" {
  default = "web"
}

output "n" {
  value = keys(var.name)
}
