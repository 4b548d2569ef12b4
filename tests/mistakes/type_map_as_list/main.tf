variable "tags" {
  type    = map(string)
  default = { env = "prod" }
}

output "first" {
  value = var.tags[0]
}
