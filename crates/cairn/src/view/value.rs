//! Decides how a value is written for a person: the language's own syntax, with what is unknown or secret said in words.

use cairn_value::Value;

/// How a value whose content must not be seen is written.
pub(crate) const SENSITIVE: &str = "(sensitive value)";

/// How a value that is not known yet is written.
pub(crate) const UNKNOWN: &str = "(known after apply)";

/// A value as lines; the first belongs behind `name = `, the others are indented relative to the line they began on.
pub(crate) fn lines(value: &Value) -> Vec<String> {
    signed(value, "", false)
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

/// A string in quotes, escaped as the language writes it.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if chars.peek() == Some(&'{') => {
                out.push(c);
                out.push(c);
            }
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A value as lines with a sign before each element (`+` for one that is made, `-` for one that goes).
pub(crate) fn signed(value: &Value, sign: &str, keep_null: bool) -> Vec<String> {
    if value.marks().is_sensitive() {
        return vec![SENSITIVE.to_owned()];
    }
    // Elements stand four columns in; their sign, if they have one, takes two of these.
    let lead = if sign.is_empty() {
        "    ".to_owned()
    } else {
        format!("  {sign} ")
    };
    match value.peel() {
        Value::String(s) if s.contains('\n') => heredoc(s),
        Value::List(l) => elements(&l.items, &lead, sign, keep_null),
        Value::Set(s) => elements(s.items(), &lead, sign, keep_null),
        Value::Tuple(t) => elements(t, &lead, sign, keep_null),
        Value::Map(m) => {
            let items: Vec<_> = m.entries.iter().map(|(k, v)| (quoted(k), v)).collect();
            members(&items, &lead, sign, keep_null)
        }
        Value::Object(o) => {
            let items: Vec<_> = o
                .iter()
                .filter(|(_, v)| keep_null || !v.is_null())
                .map(|(k, v)| (k.to_string(), v))
                .collect();
            members(&items, &lead, sign, keep_null)
        }
        simple => vec![inline(simple)],
    }
}

/// A multi-line string.
pub(crate) fn heredoc(text: &str) -> Vec<String> {
    let mut out = vec!["<<-EOT".to_owned()];
    out.extend(
        text.trim_end_matches('\n')
            .split('\n')
            .map(|l| format!("    {l}")),
    );
    out.push("EOT".to_owned());
    out
}

fn elements(items: &[Value], lead: &str, sign: &str, keep_null: bool) -> Vec<String> {
    if items.is_empty() {
        return vec!["[]".to_owned()];
    }
    let mut out = vec!["[".to_owned()];
    for item in items {
        let mut lines = signed(item, sign, keep_null);
        let last = lines.len() - 1;
        lines[last].push(',');
        out.push(format!("{lead}{}", lines[0]));
        let pad = " ".repeat(4);
        out.extend(lines[1..].iter().map(|l| format!("{pad}{l}")));
    }
    out.push("]".to_owned());
    out
}

fn members(items: &[(String, &Value)], lead: &str, sign: &str, keep_null: bool) -> Vec<String> {
    if items.is_empty() {
        return vec!["{}".to_owned()];
    }
    let width = items
        .iter()
        .map(|(k, _)| k.chars().count())
        .max()
        .unwrap_or(0);
    let mut out = vec!["{".to_owned()];
    let pad = " ".repeat(4);
    for (key, value) in items {
        let lines = signed(value, sign, keep_null);
        let fill = " ".repeat(width - key.chars().count());
        out.push(format!("{lead}{key}{fill} = {}", lines[0]));
        out.extend(lines[1..].iter().map(|l| format!("{pad}{l}")));
    }
    out.push("}".to_owned());
    out
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
            "{\n    a      = \"x\\\"$${y}\"\n    later  = (known after apply)\n    list   = [\n        1,\n        2,\n    ]\n    secret = (sensitive value)\n}"
        );
        assert_eq!(
            inline(&v),
            "{ a = \"x\\\"$${y}\", later = (known after apply), list = [1, 2], secret = (sensitive value) }"
        );
        assert_eq!(
            lines(&Value::string("a\nb\n")).join("\n"),
            "<<-EOT\n    a\n    b\nEOT"
        );
    }
}
