provider "alicloud" {
  alias  = "shanghai"
  region = "cn-shanghai"
}

resource "alicloud_vpc" "main" {
  provider   = alicloud.shanghia
  cidr_block = "10.0.0.0/16"
}
