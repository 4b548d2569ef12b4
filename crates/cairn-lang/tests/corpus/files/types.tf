# Type constraints, with those of Terraform 0.11 in quotes.
variable "any" { type = any }
variable "string" { type = string }
variable "number" { type = number }
variable "bool" { type = bool }
variable "list" { type = list(string) }
variable "set" { type = set(number) }
variable "map" { type = map(bool) }
variable "tuple" { type = tuple([string, number, bool]) }
variable "object" {
  type = object({
    a = string
    b = optional(number)
    c = optional(list(string), ["x"])
    d = optional(object({
      e = optional(bool, true)
    }), {})
    "f" = map(list(set(any)))
  })
}
variable "bare_list" { type = list }
variable "bare_map" { type = map }
variable "quoted_string" { type = "string" }
variable "quoted_list" { type = "list" }
variable "quoted_map" { type = "map" }
