output "upper" {
  value = [for n in ["a", "b"] upper(n)]
}
