locals {
  server = {
    name = "web"
    size = 2
  }
}

output "size" {
  value = local.server.sise
}
