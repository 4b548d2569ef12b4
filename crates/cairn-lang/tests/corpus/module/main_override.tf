# Merged into the blocks of the same names.
variable "region" {
  default = "cn-shanghai"
}

resource "alicloud_instance" "web" {
  instance_type = "ecs.g8i.large"

  lifecycle {
    create_before_destroy = true
  }
}

output "name" {
  description = "The name of all."
}

locals {
  prefix = "overridden-${var.name}"
}
