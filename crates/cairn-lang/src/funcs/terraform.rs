//! Decides what the functions of the builtin provider give: values as source text of the language and back.

use std::fmt::Write as _;

use cairn_diag::{Diagnostics, FileId};
use cairn_value::{Name, Type, Value};

use super::{Fault, Function, Returns, any, entries, items, string, text};
use crate::config::constant;
use crate::eval::EvalContext;
use crate::syntax::{is_identifier, parse_file};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "provider::terraform::encode_tfvars",
        &[any("value")],
        Returns::String,
        encode_tfvars,
    ),
    Function::new(
        "provider::terraform::encode_expr",
        &[any("value")],
        Returns::String,
        |_, a| Ok(encode_expr(&a[0])),
    ),
    Function::new(
        "provider::terraform::decode_tfvars",
        &[string("src")],
        Returns::By(|_| Ok(Type::Dynamic)),
        decode_tfvars,
    ),
];

fn encode_expr(value: &Value) -> Value {
    if !value.is_wholly_known() {
        return Value::unknown_not_null(Type::String);
    }
    Value::string(expression(value, 0, is_identifier))
}

fn encode_tfvars(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if !matches!(args[0], Value::Object(_) | Value::Map(_)) {
        return Err(Fault::call(
            "invalid value to encode: must be an object whose attribute names will become the encoded variable names",
        ));
    }
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown_not_null(Type::String));
    }
    let all = entries(&args[0]);
    if let Some((bad, _)) = all.iter().find(|(n, _)| !is_identifier(n)) {
        return Err(Fault::call(format!(
            "invalid variable name {bad:?}: it must be a valid name of an input variable"
        )));
    }
    Ok(Value::string(lines(&all, 0, is_identifier)))
}

/// Which keys of objects stand without quotes.
type Bare = fn(&str) -> bool;

/// A value as an expression, without its marks, null where it is not known; lines after the first are indented by so many steps.
pub(crate) fn expression(value: &Value, depth: usize, bare: Bare) -> String {
    match value {
        Value::Null(_) | Value::Unknown(_) => "null".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Number(n) => n.to_string(),
        Value::String(s) => quoted(s),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
            let all: Vec<String> = items(value)
                .iter()
                .map(|v| expression(v, depth, bare))
                .collect();
            format!("[{}]", all.join(", "))
        }
        Value::Map(_) | Value::Object(_) => {
            let all = entries(value);
            if all.is_empty() {
                return "{}".to_owned();
            }
            format!(
                "{{\n{}{}}}",
                lines(&all, depth + 1, bare),
                "  ".repeat(depth)
            )
        }
        Value::Marked(m) => expression(&m.0, depth, bare),
    }
}

/// A line for each item, the equals signs of neighbours in one line each below each other.
fn lines(all: &[(Name, Value)], depth: usize, bare: Bare) -> String {
    let written: Vec<(String, String)> = all
        .iter()
        .map(|(name, value)| {
            let key = if bare(name) {
                name.to_string()
            } else {
                quoted(name)
            };
            (key, expression(value, depth, bare))
        })
        .collect();
    let mut out = String::new();
    let mut i = 0;
    while i < written.len() {
        let n = written[i..]
            .iter()
            .take_while(|(_, v)| !v.contains('\n'))
            .count()
            .max(1);
        let width = written[i..i + n]
            .iter()
            .map(|(k, _)| k.chars().count())
            .max()
            .unwrap_or(0);
        for (key, value) in &written[i..i + n] {
            writeln!(out, "{}{key:width$} = {value}", "  ".repeat(depth))
                .expect("a string takes any text");
        }
        i += n;
    }
    out
}

/// A text in quotes, on one line, that means itself: no template begins in it.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '$' | '%' => {
                out.push(c);
                if chars.peek() == Some(&'{') {
                    out.push(c);
                }
            }
            c if c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{feff}') =>
            {
                write!(out, "\\u{:04x}", c as u32).expect("a string takes any text");
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn decode_tfvars(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (body, found) = parse_file(FileId(u32::MAX), text(args, 0));
    let mut said = Diagnostics::new();
    said.extend(found);
    if let (false, Some(block)) = (said.has_errors(), body.blocks.first()) {
        return Err(Fault::arg(
            0,
            format!(
                "blocks are not allowed here, but there is one of type {:?}",
                &*block.ty
            ),
        ));
    }
    let mut attributes: Vec<(Name, Value)> = Vec::with_capacity(body.attributes.len());
    for attribute in &body.attributes {
        if let Some(value) = constant(&attribute.expr, &mut said) {
            attributes.push((attribute.name.clone(), value));
        }
    }
    let problem = said.iter().find(|d| d.is_error());
    match problem {
        Some(d) => Err(Fault::arg(
            0,
            format!("{}: {}", d.summary, d.detail.trim_end_matches('.')),
        )),
        None => Ok(Value::object(attributes)),
    }
}
