//! Tests of the parser: what each construct becomes, each gap of the parser crate, each mistake with its place.

use std::fmt::Write as _;

use cairn_diag::{Diagnostics, SourceMap};
use cairn_value::Value;

use super::*;

/// An expression as text, everything parenthesised.
pub(super) fn show(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Literal(v) => show_value(v),
        ExprKind::Template(parts) => format!("T{}", show_parts(parts)),
        ExprKind::TemplateWrap(e) => format!("wrap({})", show(e)),
        ExprKind::Ref(a) => format!("{}{}", a.source, show_steps(&a.steps)),
        ExprKind::Access(a) => format!("<{}>{}", show(&a.source), show_steps(&a.steps)),
        ExprKind::Splat(s) => {
            let mut out = format!("{}[*]{}", show(&s.source), show_steps(&s.each));
            let mut nested = s.nested.as_deref();
            while let Some(n) = nested {
                out.push_str("[*]");
                out.push_str(&show_steps(&n.each));
                if !n.then.is_empty() || n.next.is_some() {
                    let _ = write!(out, "|{}", show_steps(&n.then));
                }
                nested = n.nested.as_deref().or(n.next.as_deref());
            }
            format!("<{out}>")
        }
        ExprKind::Call(c) => {
            let args: Vec<_> = c.args.iter().map(show).collect();
            let dots = if c.expand_final { "..." } else { "" };
            format!("{}({}{dots})", c.name, args.join(","))
        }
        ExprKind::Conditional(c) => {
            format!("({}?{}:{})", show(&c[0]), show(&c[1]), show(&c[2]))
        }
        ExprKind::Binary(b) => b.rest.iter().fold(show(&b.first), |left, (op, right)| {
            format!("({left} {op:?} {})", show(right))
        }),
        ExprKind::Unary(op, e) => format!("({op:?} {})", show(e)),
        ExprKind::Tuple(items) => {
            let items: Vec<_> = items.iter().map(show).collect();
            format!("[{}]", items.join(","))
        }
        ExprKind::Object(items) => {
            let items: Vec<_> = items
                .iter()
                .map(|i| format!("{}={}", show(&i.key), show(&i.value)))
                .collect();
            format!("{{{}}}", items.join(","))
        }
        ExprKind::For(f) => {
            let mut out = String::from("for(");
            if let Some(k) = &f.key_var {
                let _ = write!(out, "{k},");
            }
            let _ = write!(out, "{} in {}:", f.value_var, show(&f.collection));
            if let Some(k) = &f.key {
                let _ = write!(out, "{}=>", show(k));
            }
            out.push_str(&show(&f.value));
            if f.group {
                out.push_str("...");
            }
            if let Some(c) = &f.condition {
                let _ = write!(out, " if {}", show(c));
            }
            out + ")"
        }
        ExprKind::Paren(e) => format!("({})", show(e)),
    }
}

fn show_value(v: &Value) -> String {
    match v {
        Value::String(s) => format!("{s:?}"),
        Value::Number(n) => n.to_string(),
        Value::Bool(b) => b.to_string(),
        Value::Null(_) => "null".to_owned(),
        other => format!("{other:?}"),
    }
}

fn show_steps(steps: &[Step]) -> String {
    steps
        .iter()
        .map(|s| match s {
            Step::Attr(n, _) => format!(".{n}"),
            Step::Index(k, _) => format!("[{}]", show(k)),
        })
        .collect()
}

fn show_parts(parts: &[TemplatePart]) -> String {
    let parts: Vec<_> = parts
        .iter()
        .map(|p| match p {
            TemplatePart::Text(t) => format!("{t:?}"),
            TemplatePart::Interpolation(e) => format!("${{{}}}", show(e)),
            TemplatePart::If { condition, yes, no } => {
                format!(
                    "if({}){}{}",
                    show(condition),
                    show_parts(yes),
                    show_parts(no)
                )
            }
            TemplatePart::For {
                key_var,
                value_var,
                collection,
                body,
            } => format!(
                "for({}{value_var} in {}){}",
                key_var.as_ref().map_or(String::new(), |k| format!("{k},")),
                show(collection),
                show_parts(body)
            ),
        })
        .collect();
    format!("<{}>", parts.join(" "))
}

pub(super) fn said(sources: &SourceMap, diagnostics: &Diagnostics) -> String {
    let lines: Vec<_> = diagnostics
        .iter()
        .map(|d| {
            let place = d.subject.and_then(|s| {
                let (_, from, to) = sources.locate(s)?;
                Some(format!(
                    "{}:{}-{}:{}",
                    from.line, from.column, to.line, to.column
                ))
            });
            format!("{} {}", place.unwrap_or_default(), d.summary)
        })
        .collect();
    lines.join("; ")
}

pub(super) fn expr(text: &str) -> String {
    let mut sources = SourceMap::default();
    let file = sources.add("x.tf", text);
    match parse_expression(file, text) {
        Ok(e) => show(&e),
        Err(d) => format!("! {}", said(&sources, &d)),
    }
}

pub(super) fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(expr(text), *expected, "{text}");
    }
}

pub(super) fn show_body(b: &Body, out: &mut String) {
    for a in &b.attributes {
        let _ = write!(out, "{}={};", a.name, show(&a.expr));
    }
    for block in &b.blocks {
        out.push_str(&block.ty);
        for l in &block.labels {
            let _ = write!(out, " {:?}", l.text);
        }
        out.push('{');
        show_body(&block.body, out);
        out.push('}');
    }
}

/// A file as text: attributes and blocks, then what is wrong.
pub(super) fn file(text: &str) -> String {
    let mut sources = SourceMap::default();
    let id = sources.add("x.tf", text);
    let (b, d) = parse_file(id, text);
    let mut out = String::new();
    show_body(&b, &mut out);
    if !d.is_empty() {
        let _ = write!(out, " ! {}", said(&sources, &d));
    }
    out
}

pub(super) fn check_files(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(file(text), *expected, "{text}");
    }
}

#[test]
fn operators_bind_as_they_should() {
    check(&[
        ("1 + 2 * 3", "(1 Add (2 Multiply 3))"),
        ("1 - 2 - 3", "((1 Subtract 2) Subtract 3)"),
        ("a || b && !c", "(a Or (b And (Not c)))"),
        ("1 == 2 == false", "((1 Equal 2) Equal false)"),
        ("-a.b + -5", "((Negate a.b) Add -5)"),
        ("- 5", "-5"),
        ("a % 2 <= 1", "((a Modulo 2) LessEqual 1)"),
        ("a ? b : c ? d : e", "(a?b:(c?d:e))"),
        ("(a)", "(a)"),
        ("a\n+\nb", "(a Add b)"),
        ("!\n!a", "(Not (Not a))"),
    ]);
}

#[test]
fn traversals_stay_whole() {
    check(&[
        ("a", "a"),
        ("a.b.c", "a.b.c"),
        ("a.b[count.index].id", "a.b[count.index].id"),
        ("a.b[\"k-${x}\"]", "a.b[T<\"k-\" ${x}>]"),
        ("a.0.b", "a[0].b"),
        ("a.00", "a[0]"),
        ("a.1e1.b", "a[10].b"),
        ("f(x).a[0]", "<f(x)>.a[0]"),
        ("(a).b", "<(a)>.b"),
        ("[1][0]", "<[1]>[0]"),
        ("{a=1}.a", "<{\"a\"=1}>.a"),
        ("a[*].b[0]", "<a[*].b[0]>"),
        ("a.b[*].c[*].d", "<a.b[*].c[*].d>"),
        ("a.*.b[0]", "<<a[*].b>>[0]"),
        ("a.*.b.0", "<a[*].b[0]>"),
        ("a.*.b[*].c", "<<a[*].b>[*].c>"),
        ("a.*", "<a[*]>"),
        ("a[*].b.*.c", "<a[*].b[*].c>"),
        ("a[*].b.*.c[0].d", "<a[*].b[*].c|[0].d>"),
        ("a[*].b.*.c[*].d", "<a[*].b[*].c|[*].d>"),
        ("a[*].b.*.c[0].*.d[1]", "<a[*].b[*].c|[0][*].d|[1]>"),
        ("true.a", "<true>.a"),
        ("a.b-c.d", "a.b-c.d"),
        ("a.0.1", "! 1:3-1:6 Invalid legacy index syntax"),
        ("a.*.b.*.c", "! 1:7-1:8 Nested splat expression not allowed"),
    ]);
}

#[test]
fn literals_are_exact() {
    check(&[
        (
            "1e400 == 1e400",
            &format!("({} Equal {})", expr("1e400"), expr("1e400")),
        ),
        ("0.1", "0.1"),
        ("007", "7"),
        ("1.e5", "100000"),
        ("1.2.3", "! 1:1-1:6 Invalid number literal"),
        ("10.0.0.0", "! 1:1-1:9 Invalid number literal"),
        ("1e5e6", "! 1:1-1:6 Invalid number literal"),
        ("[1].0.a", "<[1]>[0].a"),
        (
            "123456789012345678901234567890",
            "123456789012345678901234567890",
        ),
        (
            "[123456789012345678901234567890]",
            "[123456789012345678901234567890]",
        ),
        (
            r#""a\n\t\"\\ \u00e9 \U0001F600""#,
            "\"a\\n\\t\\\"\\\\ é 😀\"",
        ),
        (r#""$${x} $$ %%{y} $$${z} a$""#, "\"${x} $$ %{y} $${z} a$\""),
        ("\"e\u{301}\"", "\"é\""),
        ("\"\"", "\"\""),
        ("null", "null"),
        ("\"$%{if true}a%{endif}\"", "T<\"$\" if(true)<\"a\"><>>"),
    ]);
    assert_eq!(expr("1e400").len(), 401);
    assert_eq!(expr("1e99999999"), "! 1:1-1:11 Invalid number literal");
    assert_eq!(expr(r#""a\qb""#), "! 1:3-1:5 Invalid escape sequence");
    assert_eq!(expr(r#""a\u12""#), "! 1:3-1:7 Invalid escape sequence");
}

#[test]
fn templates_wrap_strip_and_nest() {
    check(&[
        (r#""${x}""#, "wrap(x)"),
        (r#""${x}${y}""#, "T<${x} ${y}>"),
        (r#""a \n ${~ x ~} \n c""#, "T<\"a\" ${x} \"c\">"),
        (
            r#""${ [for x in ["}"] : "${x}"] }""#,
            "wrap(for(x in [\"}\"]:wrap(x)))",
        ),
        (
            r#""%{ if true }a\nb \"q\"%{ else }${x}%{ endif }""#,
            "T<if(true)<\"a\\nb \\\"q\\\"\"><${x}>>",
        ),
        (
            "\"%{ for k, v in m ~} ${k} %{~ endfor }\"",
            "T<for(k,v in m)<${k}>>",
        ),
        ("\"${\na\n}\"", "wrap(a)"),
        (
            "\"a ${\"b ${\"c\"}\"} d\"",
            "T<\"a \" ${T<\"b \" ${\"c\"}>} \" d\">",
        ),
        ("{ \"a${1}\" = 1 }", "{T<\"a\" ${1}>=1}"),
        (
            "\"${1 2}\"",
            "! 1:6-1:7 Extra characters after interpolation expression",
        ),
        ("\"${}\"", "! 1:2-1:5 Invalid expression"),
        (
            "\"a${x:-y}\"",
            "! 1:6-1:7 Extra characters after interpolation expression",
        ),
        ("\"%{ foo }\"", "! 1:5-1:8 Invalid template control keyword"),
        (
            "\"%{ iffy }%{ endif }\"",
            "! 1:5-1:9 Invalid template control keyword",
        ),
        ("\"%{ if true }a\"", "! 1:2-1:14 Unexpected end of template"),
        ("\"%{ endif }\"", "! 1:2-1:12 Unexpected endif directive"),
        (
            "\"%{ for x in [1] }${x}%{ else }%{ endfor }\"",
            "! 1:23-1:32 Unexpected else directive",
        ),
        (
            "\"%{ if true x }a%{ endif }\"",
            "! 1:13-1:14 Extra characters in if marker",
        ),
    ]);
}

#[test]
fn heredocs_dedent_as_terraform_does() {
    let cases = [
        (
            "x = <<EOT\nfoo\nEOT: bar\nEOT\n",
            "x=\"foo\\nEOT: bar\\n\";",
        ),
        (
            "x = <<-EOT\nfoo ${a}\n    bar\nEOT\n",
            "x=T<\"foo \" ${a} \"\\n    bar\\n\">;",
        ),
        (
            "x = <<-EOT\n\t\tfoo\n\t   ${1}bar\n\n    %{ if true }\n    x\n    %{ endif }\n    EOT\n",
            "x=T<\"foo\\n  \" ${1} \"bar\\n\\n  \" if(true)<\"\\n  x\\n  \"><> \"\\n\">;",
        ),
        ("x = <<EOT\r\na\r\nb\r\nEOT\r\n", "x=\"a\\r\\nb\\r\\n\";"),
        ("x = <<EOT\nEOT\n", "x=\"\";"),
        ("x = <<EOT\n${1}\nEOT\n", "x=T<${1} \"\\n\">;"),
        ("x = <<-EOT\n   a\n  EOT  \n", "x=\"a\\n\";"),
        (
            "x = <<-EOT\n   a $${x} %%{ \\n $$ ${~ \"y\" ~}   \n   z\n  EOT\n",
            "x=T<\"a ${x} %{ \\\\n $$\" ${\"y\"} \"   z\\n\">;",
        ),
        ("x = [<<EOT\na\nEOT\n, 1]\n", "x=[\"a\\n\",1];"),
        (
            "x = { a = <<EOT\na\nEOT\nb = 2 }\n",
            "x={\"a\"=\"a\\n\",\"b\"=2};",
        ),
        (
            "x = <<EOT\na\nEOT",
            " ! 1:5-1:10 Unterminated template string",
        ),
        (
            "x = <<EOT\na\nEOT,\n",
            " ! 1:5-1:10 Unterminated template string",
        ),
        (
            "x = <<\"EOT\"\na\nEOT\n",
            " ! 1:5-1:7 Invalid heredoc marker",
        ),
    ];
    for (text, expected) in cases {
        let got = file(text);
        if expected.starts_with(" !") {
            assert!(got.contains(expected), "{text}: {got}");
        } else {
            assert_eq!(got, expected, "{text}");
        }
    }
}

#[test]
fn collections_read_newlines_as_they_should() {
    check(&[
        ("{}", "{}"),
        ("[]", "[]"),
        ("{\n}", "{}"),
        ("{ a = 1, b : 2 }", "{\"a\"=1,\"b\"=2}"),
        (
            "{\n a = 1\n\n b = 2,\n c = 3 # x\n }",
            "{\"a\"=1,\"b\"=2,\"c\"=3}",
        ),
        ("{ a = 1, a = 2 }", "{\"a\"=1,\"a\"=2}"),
        (
            "{\n a = [1]\n -1 = 2\n [3][0] = f(\n1,\n)\n}",
            "{\"a\"=[1],-1=2,<[3]>[0]=f(1)}",
        ),
        (
            "{ (a) = 1, true = 2, null = 3, if = 4, a.b = 5, 1 = 6, in = 7 }",
            "{(a)=1,\"true\"=2,\"null\"=3,\"if\"=4,a.b=5,1=6,\"in\"=7}",
        ),
        (
            "{ \"a\" = 1, format(\"b\") = 2 }",
            "{\"a\"=1,format(\"b\")=2}",
        ),
        ("{ a = c ? 1 : 2 }", "{\"a\"=(c?1:2)}"),
        ("[\n1,\n2,\n]", "[1,2]"),
        ("[ # c\n 1, /* d\n */ 2 // e\n]", "[1,2]"),
        (
            "{ for k, v in m : k => v\n ? \"a\" : \"b\" }",
            "for(k,v in m:k=>(v?\"a\":\"b\"))",
        ),
        (
            "{ for k,v in m : k => v &&\n w }",
            "for(k,v in m:k=>(v And w))",
        ),
        ("[for k in a\n .b : k]", "for(k in a.b:k)"),
        ("[for\r\nk in a : k]", "for(k in a:k)"),
        (
            "{for x in y: x.k => x... if x.ok}",
            "for(x in y:x.k=>x... if x.ok)",
        ),
        (
            "[for x in y: {\n a = x\n b = 2\n}]",
            "for(x in y:{\"a\"=x,\"b\"=2})",
        ),
        ("[!\n a]", "[(Not a)]"),
        ("f(a, [b]...)", "f(a,[b]...)"),
        ("f(\n)", "f()"),
        ("provider::x::f(1)", "provider::x::f(1)"),
    ]);
}

#[test]
fn bodies_hold_attributes_and_blocks() {
    check_files(&[
        ("", ""),
        ("\u{feff}a = 1", "a=1;"),
        ("a = 1\nb = 2", "a=1;b=2;"),
        ("a = 1 # c\r\nb = 2\r\n", "a=1;b=2;"),
        (
            "b \"x\" y {\n a = 1\n c {}\n d { e = [\n1] }\n}\n",
            "b \"x\" \"y\"{a=1;c{}d{e=[1];}}",
        ),
        ("b \"a\\\"b\" {}", "b \"a\\\"b\"{}"),
        ("b{}\n", "b{}"),
        ("/* x */ a /* y\n */ = /* z */ 1 /* w */\n", "a=1;"),
        ("# bare\rcarriage\na = 1\n", "a=1;"),
        ("a = f()\nb = 1\n", "a=f();b=1;"),
        ("größe = 1\n", "größe=1;"),
        ("a = b ? 1 : 2\n", "a=(b?1:2);"),
    ]);
}

#[test]
fn places_of_expressions_are_their_text() {
    let cases = [
        "a == \"x y\"",
        "a.b[*].c",
        "a.*.b[0]",
        "f(\"x\", [1])",
        "-a.b",
        "- 5",
        "a ? \"x\" : \"yy\"",
        "\"a${b}\"",
        "a[\"k\"].c",
        "{ a = 1 }[\"a\"]",
        "a.0.b",
        "[for x in y : \"z\"]",
        "123456789012345678901234567890",
    ];
    for text in cases {
        let padded = format!("  {text} ");
        let e = parse_expression(FileId(0), &padded).unwrap();
        assert_eq!(&padded[e.span.start as usize..e.span.end as usize], text);
    }
    let text = "a.b[0].c";
    let e = parse_expression(FileId(0), text).unwrap();
    let ExprKind::Ref(a) = e.kind else { panic!() };
    let places: Vec<_> = a
        .steps
        .iter()
        .map(|s| &text[s.span().start as usize..s.span().end as usize])
        .collect();
    assert_eq!(places, [".b", "[0]", ".c"]);
}

#[test]
fn bare_templates_are_read_line_by_line() {
    let template = |text: &str| match parse_template(FileId(0), text) {
        Ok(e) => show(&e),
        Err(d) => said(&SourceMap::default(), &d),
    };
    assert_eq!(
        template("x${~ 1 ~}\n\n\n  b\n\n\n${~ 2 }\n${1}"),
        "T<\"x\" ${1} \"\\n\\n  b\\n\\n\" ${2} \"\\n\" ${1}>"
    );
    assert_eq!(template("${1}"), "wrap(1)");
    assert_eq!(template("a\\n\"$${x}\r\n"), "\"a\\\\n\\\"${x}\\r\\n\"");
    assert_eq!(template(""), "\"\"");
}

#[test]
fn time_grows_with_the_text_only() {
    // Quadratic ways would take minutes here.
    let unclosed = "resource \"a\" \"b\" {\n  x = 1\n".repeat(20_000);
    assert!(file(&unclosed).matches("Unclosed").count() == 20_000);
    let quotes = "a = \"x\n".repeat(20_000);
    assert!(file(&quotes).len() > 20_000);
    let mut keys = String::from("x = {\n");
    let mut attributes = String::new();
    for i in 0..50_000 {
        let _ = writeln!(keys, "  k{i} = {i}");
        let _ = writeln!(attributes, "k{i} = {i}");
    }
    keys.push_str("}\n");
    assert!(!file(&keys).contains('!'));
    assert!(!file(&attributes).contains('!'));
    let list = format!("x = [{}]\n", "1 + 1, ".repeat(50_000));
    assert!(!file(&list).contains('!'));
}
