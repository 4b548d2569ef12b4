variable "zones" {
  type = list(strng)
}
