locals {
  name = "cairn-${var.environment}"

  tags = {
    environment = var.environment
    managed-by  = "cairn"
  }

  zones = slice(data.alicloud_zones.this.zones[*].id, 0, 2)
}

data "alicloud_zones" "this" {
  available_resource_creation = "VSwitch"
}

data "alicloud_images" "linux" {
  name_regex  = "^aliyun_3_x64"
  owners      = "system"
  most_recent = true
}

data "alicloud_instance_types" "reports" {
  availability_zone = local.zones[0]
  cpu_core_count    = 2
  memory_size       = 8
}

module "network" {
  source = "./modules/network"

  name       = local.name
  cidr_block = var.vpc_cidr
  zones      = local.zones
  tags       = local.tags
}

resource "alicloud_security_group" "web" {
  security_group_name = "${local.name}-web"
  description         = "Web servers of ${var.environment}"
  vpc_id              = module.network.vpc_id
  tags                = local.tags
}

resource "alicloud_security_group_rule" "web" {
  for_each = { for port in ["80", "443"] : port => "${port}/${port}" }

  security_group_id = alicloud_security_group.web.id
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = each.value
  cidr_ip           = var.allowed_cidrs[0]
  policy            = "accept"
  priority          = 1
}

resource "alicloud_security_group" "database" {
  security_group_name = "${local.name}-database"
  description         = "Databases of ${var.environment}"
  vpc_id              = module.network.vpc_id
  tags                = local.tags
}

resource "alicloud_security_group_rule" "database" {
  security_group_id        = alicloud_security_group.database.id
  type                     = "ingress"
  ip_protocol              = "tcp"
  port_range               = "5432/5432"
  source_security_group_id = alicloud_security_group.web.id
  policy                   = "accept"
  priority                 = 1
}

resource "alicloud_instance" "web" {
  count = var.web_count

  instance_name   = format("${local.name}-web-%03d", count.index + 1)
  instance_type   = var.web_instance_type
  image_id        = data.alicloud_images.linux.images[0].id
  vswitch_id      = module.network.vswitch_ids[0]
  security_groups = [alicloud_security_group.web.id]

  system_disk_category = "cloud_essd"
  system_disk_size     = 40

  data_disks {
    name     = "${local.name}-web-data"
    category = "cloud_essd"
    size     = 100
  }

  user_data = templatefile("${path.module}/templates/web.sh.tftpl", {
    environment = var.environment
    packages    = ["nginx", "chrony"]
  })

  tags = merge(local.tags, { role = "web" })
}

resource "alicloud_instance" "database" {
  for_each = var.databases

  instance_name   = "${local.name}-db-${each.key}"
  instance_type   = each.value.instance_type
  image_id        = data.alicloud_images.linux.images[0].id
  vswitch_id      = module.network.vswitch_ids[1]
  security_groups = [alicloud_security_group.database.id]

  system_disk_category = "cloud_essd"
  system_disk_size     = 40

  data_disks {
    name     = "${local.name}-db-${each.key}-data"
    category = "cloud_essd"
    size     = each.value.disk_size
  }

  tags = merge(local.tags, { role = "database", database = each.key })

  depends_on = [alicloud_security_group_rule.database]
}
