variable "sizes" {
  default = {
    prod = "ecs.g7.large"
    test = "ecs.t6.small"
  }
}

output "size" {
  value = var.sizes["prd"]
}
