terraform {
  required_providers {
    alicloud = { source = "aliyun/alicloud" }
  }
}

variable "name" { type = string }
variable "octet" { type = number }
variable "size" {
  type    = number
  default = 1
}

module "network" {
  source = "../network"
  name   = var.name
  block  = "10.${var.octet}.0.0/16"
}

module "server" {
  source = "../server"
  count  = var.size

  name       = "${var.name}-${count.index}"
  vswitch_id = module.network.vswitch_id
  group_id   = module.network.group_id
}

output "addresses" {
  value = module.server[*].address
}
