variable "servers" {
  default = 1

  validation {
    condition     = true
    error_message = "Never."
  }
}
