//! Decides how a value is written for a person: the language's own syntax, with what is unknown or secret said in words.

use std::sync::LazyLock;

use cairn_value::Value;
use regex::Regex;

use super::node::Node;
use super::rows::{Notes, whole};

/// How a value whose content must not be seen is written.
pub(crate) const SENSITIVE: &str = "(sensitive value)";

/// How a value that is not known yet is written.
pub(crate) const UNKNOWN: &str = "(known after apply)";

/// A value as lines; the first belongs behind `name = `, the others are indented relative to the line they began on.
pub(crate) fn lines(value: &Value) -> Vec<String> {
    whole(&Node::of(value, false), ' ', Notes::default())
        .into_iter()
        .map(|r| format!("{}{}", " ".repeat(r.indent), r.text))
        .collect()
}

/// A value on one line, for keys, ranges and changes of simple values.
pub(crate) fn inline(value: &Value) -> String {
    if value.marks().is_sensitive() {
        return SENSITIVE.to_owned();
    }
    match value.peel() {
        Value::Null(_) => "null".to_owned(),
        Value::Unknown(_) => UNKNOWN.to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Number(n) => n.to_string(),
        Value::String(s) => quoted(s),
        Value::List(l) => bracketed(&l.items),
        Value::Set(s) => bracketed(s.items()),
        Value::Tuple(t) => bracketed(t),
        Value::Map(m) => braced(m.entries.iter().map(|(k, v)| (quoted(k), v))),
        Value::Object(o) => braced(o.iter().map(|(k, v)| (k.to_string(), v))),
        Value::Marked(_) => unreachable!("peeled"),
    }
}

fn bracketed(items: &[Value]) -> String {
    format!(
        "[{}]",
        items.iter().map(inline).collect::<Vec<_>>().join(", ")
    )
}

fn braced<'v>(items: impl Iterator<Item = (String, &'v Value)>) -> String {
    let items: Vec<String> = items.map(|(k, v)| format!("{k} = {}", inline(v))).collect();
    if items.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{ {} }}", items.join(", "))
    }
}

/// A text in quotes as Go writes it (`strconv.Quote`) and so Terraform: what cannot be seen is escaped, `${` is not.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => visible(c, &mut out),
        }
    }
    out.push('"');
    out
}

/// One line of a longer text as it can be printed: what would move the cursor or cannot be seen is escaped.
pub(crate) fn printable(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        if c == '\t' {
            out.push(c);
        } else {
            visible(c, &mut out);
        }
    }
    out
}

/// A character, or its escape where it has no picture.
fn visible(c: char, out: &mut String) {
    static VISIBLE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[\p{L}\p{M}\p{N}\p{P}\p{S}]$").ok());
    match c {
        '\r' => out.push_str("\\r"),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{b}' => out.push_str("\\v"),
        '\u{c}' => out.push_str("\\f"),
        ' '..='~' => out.push(c),
        '\0'..='\u{7f}' => out.push_str(&format!("\\x{:02x}", c as u32)),
        c if VISIBLE
            .as_ref()
            .is_some_and(|v| v.is_match(c.encode_utf8(&mut [0; 4]))) =>
        {
            out.push(c);
        }
        c if (c as u32) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", c as u32)),
        c => out.push_str(&format!("\\U{:08x}", c as u32)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_value::{Marks, Type, name};

    #[test]
    fn values_are_written_in_the_language() {
        let v = Value::object([
            (name("a"), Value::string("x\"${y}")),
            (
                name("list"),
                Value::list(Type::Number, vec![Value::int(1), Value::int(2)]),
            ),
            (name("secret"), Value::string("s").mark(Marks::SENSITIVE)),
            (name("later"), Value::unknown(Type::String)),
        ]);
        assert_eq!(
            lines(&v).join("\n"),
            "{\n    a      = \"x\\\"${y}\"\n    later  = (known after apply)\n    list   = [\n        1,\n        2,\n    ]\n    secret = (sensitive value)\n}"
        );
        assert_eq!(
            inline(&v),
            "{ a = \"x\\\"${y}\", later = (known after apply), list = [1, 2], secret = (sensitive value) }"
        );
        assert_eq!(
            lines(&Value::string("a\nb\n")).join("\n"),
            "<<-EOT\n    a\n    b\nEOT"
        );
    }
}
