variable "cidr_block" {
  type    = string
  default = "10.0.0.0/8"
}
