variable "name" {}
variable "vswitch_id" {}
variable "group_id" {}

data "alicloud_regions" "here" {
  current = true
}

data "alicloud_images" "linux" {
  name_regex = "^aliyun_3_x64"
  owners     = "system"
}

data "alicloud_vswitches" "mine" {
  ids = [var.vswitch_id]
}

data "alicloud_instance_types" "small" {
  availability_zone = data.alicloud_vswitches.mine.vswitches[0].zone_id
  cpu_core_count    = 2
  sorted_by         = "Memory"
}

locals {
  x86 = [for t in data.alicloud_instance_types.small.instance_types : t.id if startswith(t.id, "ecs.g") || startswith(t.id, "ecs.c")]
}

resource "alicloud_instance" "this" {
  instance_name   = var.name
  description     = "in ${data.alicloud_regions.here.regions[0].id}"
  image_id        = data.alicloud_images.linux.images[0].id
  instance_type   = local.x86[0]
  vswitch_id      = var.vswitch_id
  security_groups = [var.group_id]
}

output "address" {
  value = alicloud_instance.this.private_ip
}
