locals {
  name =
  size = 2
}
