variable "prefix" {
  default = "web"
}

variable "name" {
  default = "${var.prefix}-1"
}
