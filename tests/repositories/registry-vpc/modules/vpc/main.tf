# If there is no VPC id, a new one is made.
resource "alicloud_vpc" "vpc" {
  count       = var.use_existing_vpc ? 0 : var.create ? 1 : 0
  vpc_name    = var.vpc_name
  cidr_block  = var.vpc_cidr
  description = var.vpc_description
  tags = merge(
    {
      "Name" = format("%s", var.vpc_name)
    },
    var.vpc_tags,
  )
}

# According to the vSwitch blocks, vSwitches are made.
resource "alicloud_vswitch" "vswitches" {
  count        = local.create_sub_resources ? length(var.vswitch_cidrs) : 0
  vpc_id       = var.use_existing_vpc ? var.vpc_id : concat(alicloud_vpc.vpc.*.id, [""])[0]
  cidr_block   = var.vswitch_cidrs[count.index]
  zone_id      = element(var.availability_zones, count.index)
  vswitch_name = length(var.vswitch_cidrs) > 1 || var.use_num_suffix ? format("%s%03d", var.vswitch_name, count.index + 1) : var.vswitch_name
  description  = var.vswitch_description
  tags = merge(
    {
      Name = format(
        "%s%03d",
        var.vswitch_name,
        count.index + 1,
      )
    },
    var.vswitch_tags,
  )
}

locals {
  create_sub_resources = var.use_existing_vpc || var.create
}
