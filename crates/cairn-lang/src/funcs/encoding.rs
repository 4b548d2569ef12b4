//! Decides what the functions that encode and decode text give: JSON, base64, URLs, CSV.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD as BASE64};
use cairn_value::{Refinement, Type, Value, json, name};

use super::{Fault, Function, Returns, any, nfc, string, text};
use crate::eval::EvalContext;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "jsonencode",
        &[any("val").null().any_type().unknown()],
        Returns::String,
        jsonencode,
    ),
    Function::new(
        "jsondecode",
        &[string("str")],
        Returns::By(|_| Ok(Type::Dynamic)),
        jsondecode,
    ),
    Function::new("base64encode", &[string("str")], Returns::String, |_, a| {
        Ok(Value::string(BASE64.encode(text(a, 0))))
    }),
    Function::new(
        "base64decode",
        &[string("str")],
        Returns::String,
        base64decode,
    ),
    Function::new("urlencode", &[string("str")], Returns::String, |_, a| {
        Ok(Value::string(urlencode(text(a, 0))))
    }),
    Function::new("urldecode", &[string("str")], Returns::String, urldecode),
    Function::new(
        "csvdecode",
        &[string("str")],
        Returns::By(|_| Ok(Type::Dynamic)),
        csvdecode,
    ),
];

fn jsonencode(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if !args[0].is_wholly_known() {
        return Ok(open_json(&args[0]));
    }
    json::to_text(&args[0])
        .map(Value::string)
        .map_err(|e| Fault::arg(0, e.to_string()))
}

/// JSON text of a value that is not known yet, or in part: with which character it begins may be certain all the same.
fn open_json(value: &Value) -> Value {
    let null = matches!(value, Value::Unknown(u) if !u.refinement.not_null);
    let prefix = match value.ty() {
        _ if null => None,
        Type::String => Some("\""),
        Type::Object(_) | Type::Map(_) => Some("{"),
        Type::Tuple(_) | Type::List(_) | Type::Set(_) => Some("["),
        _ => None,
    };
    let refinement = Refinement {
        not_null: true,
        prefix: prefix.map(Arc::from),
        ..Refinement::default()
    };
    Value::refined(Type::String, refinement)
}

fn jsondecode(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let parsed: serde_json::Value =
        serde_json::from_str(&without_lone_surrogates(text(args, 0)))
            .map_err(|e| Fault::arg(0, format!("this is not valid JSON: {e}")))?;
    json::from_json_implied(&parsed).map_err(|e| Fault::arg(0, e.to_string()))
}

/// The JSON text with escapes of halves of surrogate pairs that have no other half replaced by the replacement character.
fn without_lone_surrogates(source: &str) -> Cow<'_, str> {
    if !source.contains("\\u") {
        return Cow::Borrowed(source);
    }
    let bytes = source.as_bytes();
    let unit = |at: usize| {
        (bytes.get(at..at + 2) == Some(b"\\u"))
            .then(|| source.get(at + 2..at + 6))
            .flatten()
            .and_then(|hex| u16::from_str_radix(hex, 16).ok())
    };
    let mut out = String::with_capacity(source.len());
    let mut from = 0;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => {
                out.push_str(&source[from..at]);
                out.push('\u{fffd}');
                at += 6;
                from = at;
            }
            Some(_) => at += 6,
            None => at += 2,
        }
    }
    out.push_str(&source[from..]);
    Cow::Owned(out)
}

fn base64decode(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let bytes = decode_base64(text(args, 0)).map_err(|e| Fault::arg(0, e))?;
    String::from_utf8(bytes).map(nfc).map_err(|_| {
        Fault::arg(
            0,
            "the result of decoding the provided string is not valid UTF-8",
        )
    })
}

/// Bits of the last sign that belong to no byte need not be zero, as in Go.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// Bytes of standard base64; line breaks in it do not count.
pub(super) fn decode_base64(text: &str) -> Result<Vec<u8>, String> {
    let bare: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    LENIENT
        .decode(bare)
        .map_err(|e| format!("failed to decode base64 data: {e}"))
}

/// As the query part of a URL is encoded: blanks become plus signs.
fn urlencode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(b));
            }
            b' ' => out.push('+'),
            _ => write!(out, "%{b:02X}").expect("a string takes any text"),
        }
    }
    out
}

fn urldecode(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let source = text(args, 0).as_bytes();
    let mut out = Vec::with_capacity(source.len());
    let mut i = 0;
    while i < source.len() {
        match source[i] {
            b'+' => out.push(b' '),
            b'%' => {
                let byte = source
                    .get(i + 1..i + 3)
                    .and_then(|hex| std::str::from_utf8(hex).ok())
                    .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
                    .and_then(|hex| u8::from_str_radix(hex, 16).ok());
                let Some(byte) = byte else {
                    return Err(Fault::arg(
                        0,
                        "a percent sign must be followed by two hexadecimal digits",
                    ));
                };
                out.push(byte);
                i += 2;
            }
            b => out.push(b),
        }
        i += 1;
    }
    String::from_utf8(out)
        .map(nfc)
        .map_err(|_| Fault::arg(0, "the decoded text is not valid UTF-8"))
}

fn csvdecode(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let mut records = parse_csv(text(args, 0)).map_err(|e| Fault::arg(0, e))?;
    if records.is_empty() {
        return Err(Fault::arg(0, "missing header line"));
    }
    let (_, header) = records.remove(0);
    for (i, column) in header.iter().enumerate() {
        if header[..i].contains(column) {
            return Err(Fault::arg(0, format!("duplicate column name {column:?}")));
        }
    }
    let names: Vec<_> = header
        .iter()
        .map(|h| match nfc(h) {
            Value::String(s) => s,
            _ => name(h),
        })
        .collect();
    let ty = Type::object(names.iter().map(|n| (n.clone(), Type::String)));
    let mut rows = Vec::with_capacity(records.len());
    for (line, record) in records {
        if record.len() != names.len() {
            return Err(Fault::arg(
                0,
                format!(
                    "record on line {line}: wrong number of fields, {} instead of {}",
                    record.len(),
                    names.len()
                ),
            ));
        }
        rows.push(Value::object(
            names.iter().cloned().zip(record.iter().map(nfc)),
        ));
    }
    Ok(Value::list(ty, rows))
}

/// The records of comma-separated values (RFC 4180) with their line numbers; empty lines are left out.
fn parse_csv(text: &str) -> Result<Vec<(usize, Vec<String>)>, String> {
    // A carriage return at the end belongs to a line end as well.
    let text = text
        .strip_suffix('\r')
        .unwrap_or(text)
        .replace("\r\n", "\n");
    let mut records = Vec::new();
    let mut rest = text.as_str();
    let mut line = 1;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('\n') {
            rest = after;
            line += 1;
            continue;
        }
        let start = line;
        let mut fields = Vec::new();
        loop {
            if let Some(quoted) = rest.strip_prefix('"') {
                let mut field = String::new();
                let mut inner = quoted;
                loop {
                    let Some(end) = inner.find('"') else {
                        return Err(format!(
                            "record on line {start}: a quoted field is not closed"
                        ));
                    };
                    line += inner[..end].matches('\n').count();
                    field.push_str(&inner[..end]);
                    inner = &inner[end + 1..];
                    if let Some(more) = inner.strip_prefix('"') {
                        field.push('"');
                        inner = more;
                    } else {
                        break;
                    }
                }
                fields.push(field);
                rest = inner;
                if !rest.is_empty() && !rest.starts_with([',', '\n']) {
                    return Err(format!(
                        "parse error on line {line}: extraneous or missing \" in quoted field"
                    ));
                }
            } else {
                let end = rest.find([',', '\n']).unwrap_or(rest.len());
                let field = &rest[..end];
                if field.contains('"') {
                    return Err(format!(
                        "parse error on line {line}: bare \" in non-quoted field"
                    ));
                }
                fields.push(field.to_owned());
                rest = &rest[end..];
            }
            if let Some(after) = rest.strip_prefix(',') {
                rest = after;
                continue;
            }
            if let Some(after) = rest.strip_prefix('\n') {
                rest = after;
                line += 1;
            }
            break;
        }
        records.push((start, fields));
    }
    Ok(records)
}
