variable "net" {
  default = "10.0.0.0/30"
}

output "sub" {
  value = cidrsubnet(var.net, 8, 0)
}
