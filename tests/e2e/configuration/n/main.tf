terraform {
  required_providers {
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}
variable "v" {}
resource "terraform_data" "m" { input = var.v }
output "o" { value = { z = [terraform_data.m.output] } }
module "deep" {
  source = "../m"
  v      = 1
}
