resource "terraform_data" "script" {
  input = file("scripts/boot.sh")
}
