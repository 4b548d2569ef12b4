variable "n" {
  default = 0
}

output "share" {
  value = 100 / var.n
}
