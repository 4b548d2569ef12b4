output "web.name" {
  value = 1
}
