resource "terraform_data" "a" {
  lifecyle {
    prevent_destroy = true
  }
}
