variable "text" {
  default = "{\"a\": 1,}"
}

output "a" {
  value = jsondecode(var.text)
}
