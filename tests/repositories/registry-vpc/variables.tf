variable "region" {
  description = "Deprecated: the region is set by the caller."
  default     = ""
}

variable "skip_region_validation" {
  type    = bool
  default = false
}
