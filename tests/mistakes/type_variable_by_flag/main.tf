variable "servers" {
  type = number
}
