//! Decides the text that `jsonencode` gives, byte for byte: no blanks, keys sorted, numbers with all their digits, and
//! those characters escaped that would end a script in HTML or JavaScript.

use std::fmt::Write;

use super::JsonError;
use crate::{Path, PathStep, Value};

/// The JSON text of a value. Marks are not seen.
///
/// # Errors
/// Something inside is unknown or infinite.
pub fn to_text(value: &Value) -> Result<String, JsonError> {
    let mut out = String::new();
    write(value, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut String) -> Result<(), JsonError> {
    match value {
        Value::Null(_) => out.push_str("null"),
        Value::Unknown(_) => return Err(JsonError::Unknown(Path::root())),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) if n.is_infinite() => return Err(JsonError::Infinite(Path::root())),
        Value::Number(n) => write!(out, "{n}").expect("a string takes any text"),
        Value::String(s) => write_string(s, out),
        Value::List(l) => write_items(&l.items, PathStep::Index, out)?,
        Value::Set(s) => write_items(s.items(), PathStep::Element, out)?,
        Value::Tuple(items) => write_items(items, PathStep::Index, out)?,
        Value::Map(m) => write_members(m.entries.iter(), PathStep::Key, out)?,
        Value::Object(o) => write_members(o.iter(), PathStep::Attr, out)?,
        Value::Marked(m) => write(&m.0, out)?,
    }
    Ok(())
}

fn write_items(
    items: &[Value],
    step: fn(usize) -> PathStep,
    out: &mut String,
) -> Result<(), JsonError> {
    out.push('[');
    for (i, v) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(v, out).map_err(|e| e.within(step(i)))?;
    }
    out.push(']');
    Ok(())
}

fn write_members<'v>(
    members: impl Iterator<Item = (&'v std::sync::Arc<str>, &'v Value)>,
    step: fn(std::sync::Arc<str>) -> PathStep,
    out: &mut String,
) -> Result<(), JsonError> {
    out.push('{');
    for (i, (k, v)) in members.enumerate() {
        if i > 0 {
            out.push(',');
        }
        write_string(k, out);
        out.push(':');
        write(v, out).map_err(|e| e.within(step(k.clone())))?;
    }
    out.push('}');
    Ok(())
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                write!(out, "\\u{:04x}", c as u32).expect("a string takes any text");
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
