variable "region" {
  type        = string
  default     = "cn-hangzhou"
  description = "Where."
}

variable "name" {
  type      = string
  nullable  = false
  default   = "corpus"

  validation {
    condition     = length(var.name) < 20 && can(regex("^[a-z]+$", var.name))
    error_message = "The name ${var.name} is not good."
  }

  validation {
    condition     = var.name != var.region
    error_message = "Name and region are equal."
  }
}

variable "password" {
  type      = string
  default   = null
  sensitive = true
}

variable "token" {
  type      = string
  default   = null
  ephemeral = true
}

variable "enabled" { default = true }

variable "untyped" {}

variable "servers" {
  type = map(object({
    size = optional(number, 1)
  }))
  default = {
    a = {}
    b = { size = 2 }
  }
}

variable "disks" {
  type    = list(object({ size = number, inner = list(string) }))
  default = []
}
