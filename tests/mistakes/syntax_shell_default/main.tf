resource "terraform_data" "script" {
  input = "echo ${HOME:-/root}"
}
