variable "environment" {
  type = string
  validation {
    condition     = length(regexall("^[a-z]+$", var.environment)) > 0
    error_message = "Lower case letters only, not \"${var.environment}\"."
  }
}

variable "contact" {
  type      = string
  sensitive = true
  default   = "ops@example.com"
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "fleet" {
  type = list(object({
    name      = string
    type      = optional(string, "ecs.g7.large")
    enabled   = optional(bool, true)
    bandwidth = optional(number, 0)
    tags      = optional(map(string), {})
  }))
}
