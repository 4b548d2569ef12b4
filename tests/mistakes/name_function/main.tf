output "name" {
  value = uppper("web")
}
