resource "terraform_data" "a" {
  provisioner "local_exec" {
    command = "echo"
  }
}
