output "n" {
  value = formatdate("YYYY-MM-DD", "24.11.2026")
}
