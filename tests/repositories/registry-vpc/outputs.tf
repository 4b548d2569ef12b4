output "vpc_id" {
  value = module.vpc.this_vpc_id
}

output "vswitch_ids" {
  value = concat(module.vpc.vswitch_ids, module.existing.vswitch_ids)
}

output "zones" {
  value = module.vpc.availability_zones
}
