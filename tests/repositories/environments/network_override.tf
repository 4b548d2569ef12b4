resource "alicloud_security_group" "this" {
  description = "of the fleet"
  tags        = var.tags
}
