variable "servers" {
  default = 0

  validation {
    condition = var.servers > 0
  }
}
