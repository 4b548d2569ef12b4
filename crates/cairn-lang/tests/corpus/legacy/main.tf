# What Terraform took before version 0.12 and repositories still hold.
variable "old_string" {
  type    = "string"
  default = "x"
}

variable "old_list" {
  type    = "list"
  default = []
}

variable "old_map" {
  type    = "map"
  default = {}
}

resource "terraform_data" "a" {
  count = 2
  input = "${var.old_string}"
}

output "first" { value = "${terraform_data.a.0.output}" }
output "all" { value = ["${terraform_data.a.*.output}"] }
output "interpolated_keys" { value = { "${var.old_string}" = var.old_map["x"] } }
