output "digits" {
  value = regex("[0-9]+", "web")
}
