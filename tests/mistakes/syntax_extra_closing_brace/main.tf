locals {
  names = ["a", "b"]
}
}
