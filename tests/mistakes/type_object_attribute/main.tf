variable "server" {
  type = object({
    name = string
    size = number
  })
  default = {
    name = "web"
  }
}
