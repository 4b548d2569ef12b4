variable "host" {
  default = "a"
}

resource "terraform_data" "a" {
  provisioner "local-exec" {
    when    = destroy
    command = "echo ${var.host}"
  }
}
