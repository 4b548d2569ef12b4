locals {
  prefix = "web"
}

output "name" {
  value = locals.prefix
}
