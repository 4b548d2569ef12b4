variable "v" {}

module "s" {
  source = "../m"
  v      = [var.v][0]
}
