//! Decides how `output` and `console` write values: the language's syntax with the kind of collection said, character for
//! character what Terraform writes, as scripts read it.

use cairn_value::{Type, Value};

use super::value::{SENSITIVE, inline, quoted};

/// How a value that lasts no longer than the run is written.
const EPHEMERAL: &str = "(ephemeral value)";

/// A value as lines.
pub(crate) fn console(value: &Value) -> Vec<String> {
    lines(value, false)
}

fn lines(value: &Value, nested: bool) -> Vec<String> {
    if value.marks().is_sensitive() {
        return vec![SENSITIVE.to_owned()];
    }
    if value.marks().is_ephemeral() {
        return vec![EPHEMERAL.to_owned()];
    }
    match value.peel() {
        Value::Null(ty) => vec![typed_null(ty)],
        Value::String(s) => text(s, nested),
        Value::List(l) => items(&l.items, "tolist([", "])"),
        Value::Set(s) => items(s.items(), "toset([", "])"),
        Value::Tuple(t) => items(t, "[", "]"),
        Value::Map(m) => members(m.entries.iter().map(|(k, v)| (&**k, v)), "tomap({", "})"),
        Value::Object(o) => members(o.iter().map(|(k, v)| (&**k, v)), "{", "}"),
        simple => vec![inline(simple)],
    }
}

/// A text of several lines is a heredoc, indented inside of something; any other stands in quotes.
fn text(text: &str, nested: bool) -> Vec<String> {
    if !text.contains('\n') {
        return vec![quoted(text)];
    }
    let mut marker = "EOT".to_owned();
    while text.split('\n').any(|l| l.trim() == marker) {
        marker.push('_');
    }
    let indented = if nested { "-" } else { "" };
    let mut out = vec![format!("<<{indented}{marker}")];
    out.extend(text.split('\n').map(str::to_owned));
    out.push(marker);
    out
}

fn typed_null(ty: &Type) -> String {
    let of = |kind: &str, of: &Type| format!("{kind}(null) /* of {} */", of.friendly());
    match ty {
        Type::Dynamic => "null".to_owned(),
        Type::Bool => "tobool(null)".to_owned(),
        Type::Number => "tonumber(null)".to_owned(),
        Type::String => "tostring(null)".to_owned(),
        Type::List(t) => of("tolist", t),
        Type::Set(t) => of("toset", t),
        Type::Map(t) => of("tomap", t),
        Type::Tuple(_) | Type::Object(_) => format!("null /* {} */", ty.friendly()),
    }
}

fn items(items: &[Value], open: &str, close: &str) -> Vec<String> {
    if items.is_empty() {
        return vec![format!("{open}{close}")];
    }
    let mut out = vec![open.to_owned()];
    for item in items {
        let mut inner = lines(item, true);
        let last = inner.len() - 1;
        inner[last].push(',');
        out.extend(inner.into_iter().map(|l| format!("  {l}")));
    }
    out.push(close.to_owned());
    out
}

fn members<'v>(
    members: impl Iterator<Item = (&'v str, &'v Value)>,
    open: &str,
    close: &str,
) -> Vec<String> {
    let mut out = vec![open.to_owned()];
    for (key, value) in members {
        let mut inner = text(key, true);
        let value = lines(value, true);
        let last = inner.len() - 1;
        inner[last].push_str(&format!(" = {}", value[0]));
        inner.extend_from_slice(&value[1..]);
        out.extend(inner.into_iter().map(|l| format!("  {l}")));
    }
    if out.len() == 1 {
        return vec![format!("{open}{close}")];
    }
    out.push(close.to_owned());
    out
}

/// A type as the console prints it: collections of structural types, and these themselves, over several lines.
pub(crate) fn type_lines(ty: &Type) -> Vec<String> {
    let nested = |open: String, inner: Vec<Vec<String>>, close: &str| {
        if inner.is_empty() {
            return vec![format!("{open}{close}")];
        }
        let mut out = vec![open];
        for mut lines in inner {
            let last = lines.len() - 1;
            lines[last].push(',');
            out.extend(lines.into_iter().map(|l| format!("    {l}")));
        }
        out.push(close.to_owned());
        out
    };
    match ty {
        Type::Dynamic => vec!["dynamic".to_owned()],
        Type::Bool | Type::Number | Type::String => vec![ty.to_string()],
        Type::List(of) | Type::Set(of) | Type::Map(of) => {
            let kind = match ty {
                Type::List(_) => "list(",
                Type::Set(_) => "set(",
                _ => "map(",
            };
            let inner = type_lines(of);
            match inner.as_slice() {
                [line] => vec![format!("{kind}{line})")],
                _ => nested(kind.to_owned(), vec![inner], ")"),
            }
        }
        Type::Tuple(of) => nested(
            "tuple([".to_owned(),
            of.iter().map(type_lines).collect(),
            "])",
        ),
        Type::Object(object) => {
            let attributes = object.attributes.iter().map(|(name, ty)| {
                let mut lines = type_lines(ty);
                lines[0] = format!("{name}: {}", lines[0]);
                lines
            });
            nested("object({".to_owned(), attributes.collect(), "})")
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_value::{Marks, name};

    use super::*;

    #[test]
    fn texts_are_quoted_as_go_quotes_them() {
        for (text, want) in [
            ("${x} %{y}", "\"${x} %{y}\""),
            ("a\tb\"\\", "\"a\\tb\\\"\\\\\""),
            (
                "\0\u{7}\u{b}\u{7f}\u{80}\u{a0}",
                "\"\\x00\\a\\v\\x7f\\u0080\\u00a0\"",
            ),
            ("é😀\u{200d}\u{e0001}", "\"é😀\\u200d\\U000e0001\""),
        ] {
            assert_eq!(quoted(text), want);
        }
    }

    #[test]
    fn values_say_what_kind_they_are() {
        let v = Value::object([
            (
                name("a"),
                Value::list(Type::String, vec![Value::string("x\nEOT\n")]),
            ),
            (name("e"), Value::int(1).mark(Marks::EPHEMERAL)),
            (name("m"), Value::Null(Type::map(Type::list(Type::Bool)))),
            (name("n"), Value::Null(Type::object([]))),
            (name("s"), Value::int(1).mark(Marks::SENSITIVE)),
            (name("t"), Value::tuple(vec![])),
        ]);
        assert_eq!(
            console(&v).join("\n"),
            r#"{
  "a" = tolist([
    <<-EOT_
    x
    EOT
    
    EOT_,
  ])
  "e" = (ephemeral value)
  "m" = tomap(null) /* of list of bool */
  "n" = null /* object */
  "s" = (sensitive value)
  "t" = []
}"#
        );
        assert_eq!(console(&Value::string("a\n")), ["<<EOT", "a", "", "EOT"]);
    }

    #[test]
    fn types_of_structures_take_several_lines() {
        let inner = Type::object([(name("b"), Type::tuple([Type::Number, Type::Dynamic]))]);
        assert_eq!(
            type_lines(&Type::list(inner)).join("\n"),
            "list(\n    object({\n        b: tuple([\n            number,\n            dynamic,\n        ]),\n    }),\n)"
        );
        assert_eq!(
            type_lines(&Type::map(Type::list(Type::Bool))),
            ["map(list(bool))"]
        );
        assert_eq!(type_lines(&Type::object([])), ["object({})"]);
    }
}
