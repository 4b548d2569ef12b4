variable "password" {
  default   = "hunter2"
  sensitive = true
}

output "login" {
  value = "admin:${var.password}"
}
