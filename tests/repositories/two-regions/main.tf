terraform {
  required_version = ">= 1.5"
  required_providers {
    alicloud = {
      source                = "aliyun/alicloud"
      version               = ">= 1.200.0, < 2.0.0"
      configuration_aliases = []
    }
  }
}

provider "alicloud" {
  region = "cn-hangzhou"
}

provider "alicloud" {
  alias  = "north"
  region = "cn-beijing"
}

module "home" {
  source = "./modules/site"
  name   = "home"
  octet  = 10
}

module "away" {
  source = "./modules/site"
  name   = "away"
  octet  = 11
  size   = 2

  providers = {
    alicloud = alicloud.north
  }
  depends_on = [module.home]
}

output "addresses" {
  value = {
    home = module.home.addresses
    away = module.away.addresses
  }
}
