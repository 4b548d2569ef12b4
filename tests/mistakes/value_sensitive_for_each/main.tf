variable "names" {
  type      = set(string)
  default   = ["hunter2"]
  sensitive = true
}

resource "terraform_data" "a" {
  for_each = var.names
}
