# Workers that may be taken away at any time, and a queue that may not.
terraform {
  required_providers {
    alicloud = {
      source = "hashicorp/alicloud"
    }
  }
}

variable "workers" {
  type    = number
  default = 12
}

variable "types" {
  type    = list(string)
  default = ["ecs.c6.large", "ecs.c7.large"]
}

data "alicloud_zones" "spot" {
  available_resource_creation = "VSwitch"
  available_instance_type     = var.types[0]
  available_disk_category     = "cloud_efficiency"
}

data "alicloud_images" "linux" {
  name_regex = "^ubuntu_22_04_x64"
  owners     = "system"
}

locals {
  zone = data.alicloud_zones.spot.zones[0].id
  split = {
    for i, type in var.types : type => [
      for n in range(var.workers) : n if n % length(var.types) == i
    ]
  }
}

resource "alicloud_vpc" "v" {
  vpc_name   = "spot"
  cidr_block = "10.110.0.0/16"
}

resource "alicloud_vswitch" "s" {
  vpc_id     = alicloud_vpc.v.id
  zone_id    = local.zone
  cidr_block = "10.110.0.0/20"
}

resource "alicloud_security_group" "g" {
  security_group_name = "spot"
  vpc_id              = alicloud_vpc.v.id
  inner_access_policy = "Accept"
}

resource "alicloud_instance" "worker" {
  count = var.workers

  instance_name                 = "worker-${count.index + 1}"
  instance_type                 = element(var.types, count.index)
  image_id                      = data.alicloud_images.linux.images[0].id
  vswitch_id                    = alicloud_vswitch.s.id
  security_groups               = [alicloud_security_group.g.id]
  spot_strategy                 = count.index % 2 == 0 ? "SpotWithPriceLimit" : "SpotAsPriceGo"
  spot_price_limit              = count.index % 2 == 0 ? 0.5 : null
  system_disk_category          = "cloud_efficiency"
  system_disk_size              = 40
  security_enhancement_strategy = "Active"
  dry_run                       = false

  lifecycle {
    ignore_changes = [spot_price_limit, tags["last-seen"]]
  }

  tags = {
    name = "worker-${count.index + 1}"
    kind = "spot"
  }
}

resource "alicloud_instance" "queue" {
  instance_name       = "queue"
  instance_type       = "ecs.r6.large"
  image_id            = data.alicloud_images.linux.images[0].id
  vswitch_id          = alicloud_vswitch.s.id
  security_groups     = [alicloud_security_group.g.id]
  private_ip          = cidrhost(alicloud_vswitch.s.cidr_block, 4000)
  deletion_protection = false
  depends_on          = [alicloud_instance.worker]

  lifecycle {
    prevent_destroy = false
  }
}

output "split" {
  value = local.split
}

output "queue" {
  value = one(alicloud_instance.queue[*].private_ip)
}
