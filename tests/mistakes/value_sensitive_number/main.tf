variable "password" {
  default   = "hunter2"
  sensitive = true
}

output "n" {
  value     = var.password + 1
  sensitive = true
}
