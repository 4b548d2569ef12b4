output "name" {
  value = upper("a", "b")
}
