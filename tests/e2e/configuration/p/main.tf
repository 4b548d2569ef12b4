terraform {
  required_providers {
    terraform = {
      source                = "terraform.io/builtin/terraform"
      configuration_aliases = [terraform.other]
    }
  }
}

resource "terraform_data" "other" {
  provider = terraform.other
}

output "q" {
  value = 1
}

module "r" {
  source = "../q"
  v      = path.module
}
