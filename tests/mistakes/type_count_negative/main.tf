variable "servers" {
  default = 2
}

resource "terraform_data" "a" {
  count = var.servers - 3
}
