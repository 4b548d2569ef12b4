variable "password" {
  default   = "hunter2"
  sensitive = true
}

resource "terraform_data" "a" {
  input = "admin:${var.password}"

  lifecycle {
    precondition {
      condition     = length(var.password) >= 12
      error_message = "The password must have twelve characters at least."
    }
  }
}
