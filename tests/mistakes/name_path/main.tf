output "here" {
  value = path.modul
}
