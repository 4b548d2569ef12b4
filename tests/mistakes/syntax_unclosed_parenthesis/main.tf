locals {
  name = upper(join("-", ["a", "b"])
  size = 2
}
