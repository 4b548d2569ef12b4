resource "terraform_data" "web" {
  count = 2
}

locals {
  servers = [{ name = "a" }, { name = "b" }]
}

output "n" {
  value = local.servers.name
}
