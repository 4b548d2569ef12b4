locals {
  security_group_id = var.create ? concat(alicloud_security_group.this.*.id, [""])[0] : var.security_group_id

  cidr_rules = flatten([
    for r in var.ingress_with_cidr_blocks : [
      for block in split(",", lookup(r, "cidr_blocks", join(",", var.ingress_cidr_blocks))) : {
        rule        = lookup(r, "rule", "_")
        from_port   = lookup(r, "from_port", "")
        to_port     = lookup(r, "to_port", "")
        protocol    = lookup(r, "protocol", "")
        description = lookup(r, "description", "")
        priority    = lookup(r, "priority", var.default_priority)
        cidr_block  = block
      }
    ]
  ])
}

resource "alicloud_security_group" "this" {
  count               = var.create ? 1 : 0
  vpc_id              = var.vpc_id
  security_group_name = var.name
  description         = var.description
  tags                = merge({ Name = var.name }, var.tags)
}

# Known rules from every configured block.
resource "alicloud_security_group_rule" "ingress_rules" {
  count = var.create ? length(var.ingress_rules) * length(var.ingress_cidr_blocks) : 0

  security_group_id = local.security_group_id
  type              = "ingress"
  cidr_ip           = element(var.ingress_cidr_blocks, count.index)
  ip_protocol       = element(var.rules[var.ingress_rules[floor(count.index / length(var.ingress_cidr_blocks))]], 2)
  port_range = format("%s/%s",
    element(var.rules[var.ingress_rules[floor(count.index / length(var.ingress_cidr_blocks))]], 0),
    element(var.rules[var.ingress_rules[floor(count.index / length(var.ingress_cidr_blocks))]], 1),
  )
  nic_type    = "intranet"
  policy      = "accept"
  priority    = var.default_priority
  description = element(var.rules[var.ingress_rules[floor(count.index / length(var.ingress_cidr_blocks))]], 3)
}

resource "alicloud_security_group_rule" "ingress_with_cidr_blocks" {
  count = length(local.cidr_rules)

  security_group_id = local.security_group_id
  type              = "ingress"
  cidr_ip           = local.cidr_rules[count.index].cidr_block
  ip_protocol       = local.cidr_rules[count.index]["protocol"] != "" ? local.cidr_rules[count.index]["protocol"] : var.rules[local.cidr_rules[count.index].rule][2]
  port_range = join("/", [
    coalesce(local.cidr_rules[count.index].from_port, var.rules[local.cidr_rules[count.index].rule][0]),
    coalesce(local.cidr_rules[count.index].to_port, var.rules[local.cidr_rules[count.index].rule][1]),
  ])
  priority    = local.cidr_rules[count.index].priority
  description = local.cidr_rules[count.index].description != "" ? local.cidr_rules[count.index].description : null
}

resource "alicloud_security_group_rule" "ingress_with_source" {
  count = length(var.ingress_with_source_security_group_id)

  security_group_id        = local.security_group_id
  type                     = "ingress"
  source_security_group_id = var.ingress_with_source_security_group_id[count.index]["source_security_group_id"]
  ip_protocol              = element(var.rules[lookup(var.ingress_with_source_security_group_id[count.index], "rule", "_")], 2)
  port_range               = format("%v/%v", var.rules[var.ingress_with_source_security_group_id[count.index].rule][0], var.rules[var.ingress_with_source_security_group_id[count.index].rule][1])
}

resource "alicloud_security_group_rule" "egress_rules" {
  count = var.create ? length(var.egress_rules) : 0

  security_group_id = local.security_group_id
  type              = "egress"
  cidr_ip           = "0.0.0.0/0"
  ip_protocol       = var.rules[var.egress_rules[count.index]][2]
  port_range        = "${var.rules[var.egress_rules[count.index]][0]}/${var.rules[var.egress_rules[count.index]][1]}"
}
