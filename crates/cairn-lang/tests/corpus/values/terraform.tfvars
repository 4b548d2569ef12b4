# Values of variables
text   = "a"
number = 1.5
flag   = true
none   = null
list   = ["a", "b"]
map = {
  a   = 1
  "b" = 2
}
objects = [{
  name = "x"
  tags = { a = "b" }
}]
doc = <<-EOT
  text
    more
EOT
calculated = -(1 + 2)
