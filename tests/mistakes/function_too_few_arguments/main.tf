output "list" {
  value = join(["a", "b"])
}
