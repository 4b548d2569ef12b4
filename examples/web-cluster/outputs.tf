output "vpc_id" {
  description = "The VPC that everything is in."
  value       = module.network.vpc_id
}

output "web_ids" {
  description = "The ids of the web servers, in order."
  value       = alicloud_instance.web[*].id
}

output "web_addresses" {
  description = "The private addresses of the web servers, by name."
  value       = { for server in alicloud_instance.web : server.instance_name => server.private_ip }
}

output "database_ids" {
  description = "The ids of the database servers, by role."
  value       = { for role, server in alicloud_instance.database : role => server.id }
}

output "smallest_reports_type" {
  description = "What the reports database could run on instead."
  value       = data.alicloud_instance_types.reports.instance_types[0].id
}
