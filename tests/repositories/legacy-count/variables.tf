variable "region" {
  default = "cn-hangzhou"
}

variable "name" {
  type    = "string"
  default = "old-shop"
}

variable "number" {
  default = "3"
}

variable "roles" {
  default = "web,web,db"
}

variable "public" {
  default = "yes"
}

variable "vpc_cidr" {
  default = "172.16.0.0/16"
}

variable "blocks" {
  default = "172.16.0.0/24,172.16.1.0/24"
}
