resource "terraform_data" "a" {
  input = "web-${count.index}"
}
