# Every form of expression, one after the other.
locals {
  # Literals
  null_value  = null
  yes         = true
  no          = false
  zero        = 0
  leading     = 007
  decimal     = 3.14
  exponent    = 1e3
  exponent2   = 1.5E-3
  exponent3   = 1.e+5
  huge        = 1e400
  long        = 123456789012345678901234567890.123456789
  negative    = -5
  spaced      = - 5
  text        = "text"
  empty       = ""
  escapes     = "\n\r\t\"\\ \u00e9 \U0001F600"
  not_escapes = "$${not} %%{not} $ % $$ %% a$ 100%"
  signs       = "$$${x} $$$${x}"
  decomposed  = "é"

  # Operators
  or        = a || b || c
  and       = a && b && c
  equal     = a == b
  not_equal = a != b
  compare   = [a < b, a <= b, a > b, a >= b]
  sum       = 1 + 2 - 3 + 4
  product   = 6 * 7 / 2 % 5
  mixed     = 1 + 2 * 3 - 4 / 2 == 5 && !c || d
  chain     = 1 == 2 == false
  not       = !a
  not_not   = !!a
  minus     = -a.b
  minus2    = - - a
  minus3    = a - -b
  dashed    = a-b - c-d
  paren     = (1 + 2) * 3
  parens    = ((a))
  over_lines = (
    a
    +
    b
  )

  # Conditionals
  choice  = a ? b : c
  choices = a ? b : c ? d : e
  nested  = a ? b ? c : d : e
  lines = (
    a
    ? b
    : c
  )
  in_list = [
    a
    ? b
    : c,
  ]

  # Collections
  list     = [1, 2, 3]
  trailing = [1, 2, 3, ]
  none     = []
  none2 = [
  ]
  broken = [
    1, # one
    2, // two
    /* three */ 3
  ]
  object  = { a = 1, b = 2 }
  colons  = { a : 1, b : 2 }
  nothing = {}
  nothing2 = {
  }
  by_lines = {
    a = 1
    b = 2,

    c = 3 # comment
    # comment
    d = 4
  }
  keys = {
    plain          = 1
    "quoted"       = 2
    "template${x}" = 3
    (computed)     = 4
    (a.b)          = 5
    1              = 6
    true           = 7
    null           = 8
    in             = 9
    if             = 10
    a.b            = 11
    upper("x")     = 12
    dashed-name    = 13
    -1             = 14
    [1][0]         = 15
    a ? b : c      = 16
    größe          = 17
  }
  twice = { a = 1, a = 2 }
  after_brackets = {
    a = [1]
    -1 = 2
    b = f()
    [3][0] = 4
  }

  # Calls
  call      = f()
  call1     = f(1)
  call2     = f(1, "a", [b])
  call3     = f(1, 2, )
  expanded  = f(a...)
  expanded2 = f(a, [b]...)
  call_lines = f(
    1,
    2,
  )
  call_dots = f(
    a
    ...
  )
  namespaced  = provider::x::f(1)
  namespaced2 = [provider :: x :: f(1)]
  in_calls    = f(g(h(1)))

  # References
  ref        = a
  attr       = a.b.c
  index      = a[0]
  index2     = a[0][1]
  key        = a["k"]
  computed   = a[b.c]
  template   = a["k-${b}"]
  deep       = a.b["c"].d[count.index].e
  legacy     = a.0.b
  legacy2    = a.b.0
  legacy3    = a.00
  legacy4    = a.1e1
  index_line = a[
    0
  ]
  after_call   = f(x).a[0]
  after_paren  = (a).b
  after_list   = [1, 2][0]
  after_object = { a = 1 }.a
  after_text   = "a"[0]
  keyword_attr = a.for.if.in.null
  spaces       = a . b [ 0 ]
  dots = [
    a
    .b
    [0]
    .c
  ]

  # Splats
  full          = a[*]
  full_attr     = a[*].b
  full_attrs    = a[*].b.c[0]["d"]
  full_full     = a[*].b[*].c
  full_index    = a[*][0]
  full_twice    = a[*][*]
  legacy_splat  = a.*
  legacy_attr   = a.*.b
  legacy_attrs  = a.*.b.c
  legacy_number = a.*.b.0.c
  legacy_index  = a.*.b[0]
  legacy_full   = a.*.b[*].c
  full_legacy   = a[*].b.*.c
  full_legacy2  = a[*].b.*.c[0].d
  splat_call    = f(x)[*].a
  splat_minus   = [-a[*].b[0]]
  splat_for = [for x in a[*].b : x]

  # For
  for_list     = [for x in a : x]
  for_pair     = [for k, v in a : "${k}=${v}"]
  for_if       = [for x in a : x if x != null]
  for_object   = { for x in a : x => x }
  for_pairs    = { for k, v in a : k => v }
  for_group    = { for x in a : x.k => x... }
  for_group_if = { for x in a : x.k => x... if x.ok }
  for_nested   = [for x in a : [for y in x : y if y > 0]]
  for_cond     = [for x in a ? b : c : x ? 1 : 2 if x ? y : z]
  for_lines = [
    for
    x
    in
    a
    :
    x
    if
    x
  ]
  for_object_lines = {
    for k, v in m : k => v
    ? "a"
    : "b"
    if v
  }
  for_and = {
    for k, v in m : k => v &&
    w
  }
  for_dot = [for k in a
  .b : k]
  for_object_value = [for x in a : {
    x = x
    y = 2
  }]
  for_if_name = [for if in a : if]
  unary_lines = [!
    a, -
  b]
}
