variable "zones" {
  type = array(string)
}
