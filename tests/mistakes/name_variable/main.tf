variable "instance_type" {
  default = "ecs.g7.large"
}

output "type" {
  value = var.instance_typ
}
