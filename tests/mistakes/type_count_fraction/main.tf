variable "servers" {
  default = 3
}

resource "terraform_data" "a" {
  count = var.servers / 2
}
