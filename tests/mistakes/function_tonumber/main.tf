output "n" {
  value = tonumber("1,5")
}
