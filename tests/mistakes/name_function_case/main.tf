output "name" {
  value = toUpper("web")
}
