/* Every form of template:
   quoted, heredocs of both kinds, directives, strip markers. */
locals {
  plain    = "plain"
  one      = "${a}"
  before   = "x${a}"
  behind   = "${a}x"
  two      = "${a}${b}"
  spaces   = "${ a }"
  lines = "${
    a
  }"
  object   = "${{ a = 1 }.a}"
  quotes   = "${"a"}"
  quotes2  = "a ${"b ${"c ${d} e"} f"} g"
  brackets = "${[for x in ["}"] : "${x}"][0]}"
  heredoc = "${<<E
x
E
  }"
  comment = "${a /* } */}"
  comment2 = "${
    a # }
  }"

  strip        = "a ${~b~} c"
  strip_before = "a ${~b} c"
  strip_behind = "a ${b~} c"
  strip_lines  = "a \n ${~ b ~} \n c"

  if_then      = "%{if a}b%{endif}"
  if_else      = "%{ if a }b%{ else }c%{ endif }"
  if_strip     = "x %{~ if a ~} b %{~ else ~} c %{~ endif ~} y"
  if_nested    = "%{if a}%{if b}c%{else}d%{endif}%{else}e%{endif}"
  if_condition = "%{if a ? b : c && (d || e)}x%{endif}"
  for_each     = "%{for x in a}${x}, %{endfor}"
  for_pair     = "%{ for k, v in a }${k}=${v}%{ endfor }"
  for_strip    = "%{ for x in a ~} ${x} %{~ endfor }"
  for_nested   = "%{for x in a}%{for y in x}${y}%{endfor}%{endfor}"
  escapes      = "%{if a}x\ny \"z\" \u00e9%{endif}"
  sign         = "$%{if a}b%{endif}"
  percent      = "100%"

  doc = <<EOT
text
  indented
	tab
"quotes" \n no escape
$${literal} %%{literal}
${a} and ${b}
EOT
  doc_empty = <<EOT
EOT
  doc_blank = <<EOT

EOT
  doc_prefix = <<EOT
EOT: not the end
 EOTS
EOT
  doc_indented_end = <<EOT
a
  EOT
  flush = <<-EOT
    a
      b
    c
  EOT
  flush_tabs = <<-EOT
		a
			b
	EOT
  flush_none = <<-EOT
a
    b
  EOT
  flush_blank_lines = <<-EOT
    a

  	
    b
  EOT
  flush_interpolation = <<-EOT
    ${a} b
      c ${d}
    e
  EOT
  flush_directives = <<-EOT
    %{if a}
    b
    %{else}
      c
    %{endif}
    %{for x in y~}
    ${x}
    %{endfor~}
    end
  EOT
  strip_doc = <<EOT
%{for x in y~}
  ${x}
%{~endfor}
EOT
  in_list = [<<A
a
A
    , <<-B
      b
      B
  ]
  in_object = {
    a = <<A
a
A
    b = 2
  }
  in_call = f(<<A
a
A
  , 1)
  unicode_marker = <<ÄÖÜ
text
ÄÖÜ
  marker_dash = <<a-b
text
a-b
  within = <<OUTER
${<<INNER
deep
INNER
}
OUTER
}
