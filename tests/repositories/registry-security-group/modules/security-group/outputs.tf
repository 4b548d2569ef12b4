output "security_group_id" {
  value = local.security_group_id
}

output "number_of_rules" {
  value = (
    length(alicloud_security_group_rule.ingress_rules) +
    length(alicloud_security_group_rule.ingress_with_cidr_blocks) +
    length(alicloud_security_group_rule.ingress_with_source) +
    length(alicloud_security_group_rule.egress_rules)
  )
}
