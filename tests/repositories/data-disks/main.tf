variable "disks" {
  type = map(object({
    size     = number
    category = optional(string, "cloud_essd")
    level    = optional(string)
    keep     = optional(bool, false)
  }))
  default = {
    logs  = { size = 40 }
    data  = { size = 500, level = "PL1", keep = true }
    spool = { size = 20, category = "cloud_efficiency" }
  }
}

data "alicloud_images" "linux" {
  name_regex = "^ubuntu_22_04_x64"
  owners     = "system"
}

resource "alicloud_vpc" "v" {
  cidr_block = "10.0.0.0/8"
}

resource "alicloud_vswitch" "s" {
  vpc_id     = alicloud_vpc.v.id
  cidr_block = "10.1.0.0/21"
  zone_id    = "cn-hangzhou-h"
}

resource "alicloud_security_group" "g" {
  name   = "disks"
  vpc_id = alicloud_vpc.v.id
}

resource "alicloud_instance" "store" {
  instance_name        = "store"
  instance_type        = "ecs.r6.large"
  image_id             = data.alicloud_images.linux.images[0].id
  vswitch_id           = alicloud_vswitch.s.id
  security_groups      = [alicloud_security_group.g.id]
  system_disk_category = "cloud_essd"
  system_disk_size     = 60

  timeouts {
    create = "20m"
    delete = "10m"
  }
}

resource "alicloud_ecs_disk" "this" {
  for_each = var.disks

  disk_name            = "store-${each.key}"
  zone_id           = alicloud_instance.store.availability_zone
  size              = each.value.size
  category          = each.value.category
  performance_level = each.value.level

  tags = { use = each.key }
}

resource "alicloud_ecs_disk_attachment" "this" {
  for_each = alicloud_ecs_disk.this

  disk_id              = each.value.id
  instance_id          = alicloud_instance.store.id
  delete_with_instance = !var.disks[each.key].keep
}

output "devices" {
  value = { for k, a in alicloud_ecs_disk_attachment.this : k => a.device != "" }
}
