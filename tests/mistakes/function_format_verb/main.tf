variable "name" {
  default = "web"
}

output "text" {
  value = format("%s-%03d", var.name, "one")
}
