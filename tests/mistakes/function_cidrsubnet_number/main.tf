output "sub" {
  value = cidrsubnet("10.0.0.0/16", 2, 4)
}
