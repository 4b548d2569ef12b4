variable "big" {
  default = true
}

if var.big {
  resource "terraform_data" "a" {}
}
