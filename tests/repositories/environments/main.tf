locals {
  fleet = { for s in var.fleet : s.name => s }
}

resource "alicloud_instance" "fleet" {
  for_each = { for k, s in local.fleet : k => s if s.enabled }

  instance_name              = "${var.environment}-${each.key}"
  instance_type              = each.value.type
  image_id                   = data.alicloud_images.linux.images[0].id
  vswitch_id                 = alicloud_vswitch.this.id
  security_groups            = [alicloud_security_group.this.id]
  internet_max_bandwidth_out = each.value.bandwidth
  deletion_protection        = var.environment == "never"
  key_name                   = ""
  tags                       = merge(var.tags, each.value.tags)
}

output "fleet" {
  value = { for k, i in alicloud_instance.fleet : k => i.instance_type }
}

output "contact" {
  value     = var.contact
  sensitive = true
}
