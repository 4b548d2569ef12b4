variable "config" {
  type    = list(number)
  default = [1, "two"]
}
