# Who may talk to whom, as one table.
variable "matrix" {
  type = map(object({
    from  = optional(list(string), [])
    open  = optional(set(string), [])
    ports = list(any)
  }))
  default = {
    edge  = { open = ["0.0.0.0/0"], ports = [80, "443"] }
    app   = { from = ["edge"], ports = ["8000/8010"] }
    cache = { from = ["app"], ports = [6379] }
    db    = { from = ["app", "cache"], ports = [5432, 6432] }
  }
}

locals {
  between = flatten([
    for to, row in var.matrix : [
      for pair in setproduct(row.from, row.ports) : {
        key  = join("-", [pair[0], to, replace(pair[1], "/", "_")])
        to   = to
        from = pair[0]
        port = length(regexall("/", pair[1])) > 0 ? pair[1] : "${pair[1]}/${pair[1]}"
      }
    ]
  ])

  outside = flatten([
    for to, row in var.matrix : [
      for block in row.open : [
        for port in row.ports : { to = to, block = block, port = "${port}/${port}" }
      ]
    ]
  ])
}

resource "alicloud_vpc" "v" {
  vpc_name   = "matrix"
  cidr_block = "10.130.0.0/16"
}

resource "alicloud_security_group" "this" {
  for_each            = var.matrix
  security_group_name = each.key
  vpc_id              = alicloud_vpc.v.id
  inner_access_policy = "Drop"
  description         = format("%s: %d kinds of ports", title(each.key), length(each.value.ports))
}

resource "alicloud_security_group_rule" "between" {
  for_each = { for r in local.between : r.key => r }

  security_group_id        = alicloud_security_group.this[each.value.to].id
  source_security_group_id = alicloud_security_group.this[each.value.from].id
  type                     = "ingress"
  ip_protocol              = "tcp"
  port_range               = each.value.port
  priority                 = 10
}

resource "alicloud_security_group_rule" "outside" {
  count = length(local.outside)

  security_group_id = alicloud_security_group.this[local.outside[count.index].to].id
  cidr_ip           = local.outside[count.index].block
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = local.outside[count.index].port
}

resource "alicloud_security_group_rule" "ping" {
  for_each          = alicloud_security_group.this
  security_group_id = each.value.id
  cidr_ip           = alicloud_vpc.v.cidr_block
  type              = "ingress"
  ip_protocol       = "icmp"
  port_range        = "-1/-1"
  policy            = "accept"
}

output "rules" {
  value = length(local.between) + length(local.outside) + length(alicloud_security_group_rule.ping)
}
