resource "alicloud_vpc" "main" {
  cidr_block = "10.0.0.0/16"

  subnet {
    cidr_block = "10.0.1.0/24"
  }
}
