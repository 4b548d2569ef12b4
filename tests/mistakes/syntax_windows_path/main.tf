output "path" {
  value = "C:\Users\web"
}
