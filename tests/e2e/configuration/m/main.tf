variable "v" {}
variable "w" { default = ["a"] }
resource "terraform_data" "m" { input = var.v }
output "o" { value = terraform_data.m.output }
