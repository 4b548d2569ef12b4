variable "big" {
  default = true
}

output "n" {
  value = var.big ? ["a"] : { a = 1 }
}
