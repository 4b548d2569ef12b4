provider "alicloud" {
  region                  = var.region
  skip_region_validation  = var.skip_region_validation
  configuration_source    = "infrastructure/registry-vpc"
}

module "vpc" {
  source = "./modules/vpc"

  create            = true
  vpc_name          = "shop"
  vpc_cidr          = "172.16.0.0/12"
  vswitch_name      = "shop-part"
  use_num_suffix    = true
  vswitch_cidrs     = ["172.16.1.0/24", "172.16.2.0/24", "172.16.3.0/24"]
  availability_zones = ["cn-hangzhou-h", "cn-hangzhou-i"]
  vpc_tags = {
    Owner = "shop"
  }
  vswitch_tags = {
    Project = "shop"
  }
}

module "existing" {
  source = "./modules/vpc"

  use_existing_vpc = true
  vpc_id           = module.vpc.this_vpc_id
  vswitch_cidrs = ["172.17.9.0/24"]
  availability_zones = ["cn-hangzhou-h"]
}
