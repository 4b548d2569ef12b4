variable "password" {
  default   = "hunter2"
  sensitive = true

  validation {
    condition     = length(var.password) >= 12
    error_message = "The password must have twelve characters at least."
  }
}
