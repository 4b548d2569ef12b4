terraform {
  required_providers {
    alicloud = { source = "aliyun/alicloud", version = "~> 1.200" }
    random   = { source = "hashicorp/random" }
  }
}

variable "release" {
  type    = number
  default = 7
}

variable "colour" {
  type    = string
  default = "blue"
  validation {
    condition     = contains(["blue", "green"], var.colour)
    error_message = "Either blue or green."
  }
}

resource "random_integer" "suffix" {
  min = 10000
  max = 99999
  keepers = { colour = var.colour }
}

resource "terraform_data" "release" {
  input = var.release
}

data "alicloud_images" "linux" {
  name_regex = "^aliyun_3_x64"
  owners     = "system"
}

resource "alicloud_vpc" "this" {
  vpc_name   = "release-${random_integer.suffix.result}"
  cidr_block = "192.168.0.0/16"
}

resource "alicloud_vswitch" "this" {
  vpc_id     = alicloud_vpc.this.id
  zone_id    = "cn-hangzhou-h"
  cidr_block = "192.168.10.0/24"
}

resource "alicloud_security_group" "this" {
  vpc_id      = alicloud_vpc.this.id
  description = "release ${var.colour}"
  lifecycle {
    create_before_destroy = true
  }
}

resource "alicloud_instance" "web" {
  count           = 4
  instance_name   = format("%s-web-%03d", var.colour, count.index + 1)
  host_name       = format("web-%03d", count.index + 1)
  instance_type   = "ecs.c7.large"
  image_id        = data.alicloud_images.linux.ids.0
  vswitch_id      = alicloud_vswitch.this.id
  security_groups = [alicloud_security_group.this.id]
  user_data       = base64encode(templatefile("${path.module}/boot.sh", { release = var.release }))
  spot_strategy   = "SpotAsPriceGo"

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.release]
    ignore_changes        = [user_data]

    precondition {
      condition     = var.release > 0
      error_message = "Releases are counted from 1."
    }

    postcondition {
      condition     = self.private_ip != ""
      error_message = "It has no address."
    }
  }
}

check "addresses" {
  assert {
    condition     = length(distinct(alicloud_instance.web[*].private_ip)) == 4
    error_message = "Addresses are shared."
  }
}

output "web" {
  value = alicloud_instance.web[*].private_ip
}
