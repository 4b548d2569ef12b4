terraform {
  required_providers {
    null = {
      source                = "hashicorp/null"
      configuration_aliases = [null.main]
    }
  }
}

variable "name" { type = string }

output "name" { value = upper(var.name) }
