variable "create" {
  description = "Whether to make a VPC."
  type        = bool
  default     = true
}

variable "use_existing_vpc" {
  description = "Whether vpc_id names the VPC."
  type        = bool
  default     = false
}

variable "vpc_id" {
  description = "The id of an existing VPC."
  type        = string
  default     = ""
}

variable "vpc_name" {
  type    = string
  default = ""
}

variable "vpc_cidr" {
  type    = string
  default = "172.16.0.0/12"
}

variable "vpc_description" {
  type    = string
  default = "A VPC made by a module"
}

variable "vpc_tags" {
  type    = map(string)
  default = {}
}

variable "vswitch_cidrs" {
  type    = list(string)
  default = []
}

variable "availability_zones" {
  type    = list(string)
  default = []
}

variable "vswitch_name" {
  type    = string
  default = "part"
}

variable "use_num_suffix" {
  type    = bool
  default = false
}

variable "vswitch_description" {
  type    = string
  default = "A vSwitch made by a module"
}

variable "vswitch_tags" {
  type    = map(string)
  default = {}
}
