locals {
  name == "web"
}
