resource "alicloud_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

import {
  to = alicloud_vpc.main
  id = "vpc-1"
}
