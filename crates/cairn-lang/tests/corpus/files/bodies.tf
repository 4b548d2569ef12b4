# comment of one kind
// comment of another
/* and of a third */ /* twice */
attribute = 1
block {}
block{}
block { }
block {
}
block { attribute = 1 }
block { attribute = [
  1,
] }
block "label" {}
block label {}
block "two" "labels" {}
block "mixed" labels "three" {
  attribute = 1 # comment
  attribute2 = 2 // comment
  attribute3 = /* comment */ 3 /* comment */

  nested {
    deeper {
      attribute = 1
    }
  }
  nested "label" {
    attribute = 1
  }
  attribute4 = 4
}
block "" {}
block "escaped \" \\ \n é 日本" {}
block "dollar $ and percent %" {}
block "$${escaped}" {}
größe       = 1
日本語         = 2
_underscore = 3
with-dash   = 4
digits2     = 5
for         = 6
if          = 7
in          = 8
null        = 9
true        = 10
  indented = 11
	tabbed = 12
aligned                 =         13
tight=14
/* before */ commented = 15
