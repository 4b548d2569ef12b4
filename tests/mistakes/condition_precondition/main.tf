variable "zone" {
  default = "cn-beijing-a"
}

resource "terraform_data" "a" {
  lifecycle {
    precondition {
      condition     = startswith(var.zone, "cn-hangzhou")
      error_message = "The zone ${var.zone} is not in Hangzhou."
    }
  }
}
