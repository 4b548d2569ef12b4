output "n" {
  value = base64decode("hello!")
}
