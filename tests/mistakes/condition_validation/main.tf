variable "servers" {
  default = 0

  validation {
    condition     = var.servers > 0 && var.servers < 10
    error_message = "There must be one server at least, and nine at most."
  }
}
