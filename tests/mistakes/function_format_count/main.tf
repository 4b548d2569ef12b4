output "text" {
  value = format("%s-%s", "web")
}
