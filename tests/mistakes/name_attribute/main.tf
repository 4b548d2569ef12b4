resource "alicloud_vpc" "main" {
  vpc_nmae   = "main"
  cidr_block = "10.0.0.0/16"
}
