# A network that another team made is looked up, not declared; here both live in one configuration.
module "theirs" {
  source = "./theirs"
}

data "alicloud_vpcs" "theirs" {
  name_regex = "^shared-network$"
  status     = "Available"
  depends_on = [module.theirs]
}

locals {
  vpc = data.alicloud_vpcs.theirs.vpcs[0]
}

data "alicloud_vswitches" "front" {
  vpc_id     = local.vpc.id
  name_regex = "^front"
}

data "alicloud_security_groups" "web" {
  vpc_id     = local.vpc.id
  name_regex = "^web$"
}

data "alicloud_instance_types" "small" {
  cpu_core_count       = 2
  memory_size          = 8
  instance_type_family = "ecs.g7"
}

data "alicloud_images" "linux" {
  name_regex = "^aliyun_3_x64"
  owners     = "system"
}

resource "alicloud_instance" "ours" {
  count           = 2
  instance_name   = format("ours-%02d", count.index)
  instance_type   = data.alicloud_instance_types.small.ids[0]
  image_id        = data.alicloud_images.linux.images[0].id
  vswitch_id      = data.alicloud_vswitches.front.ids[count.index]
  security_groups = data.alicloud_security_groups.web.ids
}

output "block" {
  value = local.vpc.cidr_block
}
