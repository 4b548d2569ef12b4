variable "name" {
  description = "The name of the VPC; the vSwitches add their zone."
  type        = string
}

variable "cidr_block" {
  description = "The address block of the VPC."
  type        = string
}

variable "zones" {
  description = "The zones to have a vSwitch in."
  type        = list(string)
}

variable "tags" {
  description = "Tags of everything here."
  type        = map(string)
  default     = {}
}

resource "alicloud_vpc" "this" {
  vpc_name   = var.name
  cidr_block = var.cidr_block
  tags       = var.tags
}

resource "alicloud_vswitch" "zone" {
  count = length(var.zones)

  vpc_id       = alicloud_vpc.this.id
  zone_id      = var.zones[count.index]
  cidr_block   = cidrsubnet(var.cidr_block, 4, count.index)
  vswitch_name = "${var.name}-${var.zones[count.index]}"
  tags         = var.tags
}

output "vpc_id" {
  description = "The VPC."
  value       = alicloud_vpc.this.id
}

output "vswitch_ids" {
  description = "The vSwitches, in the order of the zones."
  value       = alicloud_vswitch.zone[*].id
}
