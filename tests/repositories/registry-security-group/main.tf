variable "profile" {
  default = "default"
}

resource "alicloud_vpc" "default" {
  vpc_name   = "groups"
  cidr_block = "10.0.0.0/8"
}

module "web" {
  source = "./modules/security-group"

  name        = "web"
  description = "Web servers"
  vpc_id      = alicloud_vpc.default.id

  ingress_cidr_blocks = ["10.0.0.0/16", "192.168.0.0/16"]
  ingress_rules       = ["https-443-tcp", "http-80-tcp"]
  ingress_with_cidr_blocks = [
    {
      from_port   = 10
      to_port     = 10
      protocol    = "tcp"
      description = "ten"
      cidr_blocks = "10.10.0.0/20"
    },
    {
      rule        = "postgresql-tcp"
      priority    = 2
      cidr_blocks = "0.0.0.0/0,10.10.11.0/24"
    },
  ]
  egress_rules = ["all-all"]
}

module "database" {
  source = "./modules/security-group"

  name   = "database"
  vpc_id = alicloud_vpc.default.id

  ingress_with_source_security_group_id = [
    {
      rule                     = "postgresql-tcp"
      source_security_group_id = module.web.security_group_id
    },
  ]
}

output "rules" {
  value = {
    web      = module.web.number_of_rules
    database = module.database.number_of_rules
  }
}
