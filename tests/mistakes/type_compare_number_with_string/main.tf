variable "size" {
  default = "large"
}

output "n" {
  value = var.size > 2
}
