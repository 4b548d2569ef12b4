resource "terraform_data" "web" {
  for_each = toset(["blue", "green"])
}

output "id" {
  value = terraform_data.web["bleu"].id
}
