# A byte order mark, and line breaks of two bytes.
locals {
  a = 1
  b = [for
  k in a : k]
  c = <<EOT
line ${a}
  line
EOT
  d = <<-EOT
    line
      line
  EOT
  e = {
    a = 1
    b = 2
  }
  /* c
  d */
}
