//! Decides which plain YAML scalars are numbers, bools, dates and null.

use cairn_value::{Number, Value};
use saphyr_parser::{ScalarStyle, Tag};

use crate::funcs::{datetime, encoding, nfc};

/// What a scalar stands for, by its style and its tag.
pub(super) fn scalar(
    content: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
) -> Result<Value, String> {
    let wrong = |kind: &str| Err(format!("{content:?} cannot be read as {kind}"));
    let Some(tag) = tag else {
        return if style == ScalarStyle::Plain {
            plain(content)
        } else {
            Ok(nfc(content))
        };
    };
    if !tag.is_yaml_core_schema() {
        return Err(format!(
            "unsupported tag {:?}",
            format!("{}{}", tag.handle, tag.suffix)
        ));
    }
    let quoted = style != ScalarStyle::Plain;
    match tag.suffix.as_str() {
        "str" => Ok(nfc(content)),
        "null" if !quoted => Ok(Value::null()),
        "null" | "int" | "float" | "bool" if quoted => Ok(nfc(content)),
        "int" | "float" => match number(content) {
            Some(n) => Ok(Value::Number(n)),
            None => wrong(&tag.suffix),
        },
        "bool" => boolean(content).map_or_else(|| wrong("bool"), |b| Ok(Value::Bool(b))),
        "binary" => encoding::decode_base64(content)
            .map(|_| nfc(content))
            .map_err(|_| format!("{content:?} is not valid base64")),
        "timestamp" => timestamp(content).map_or_else(|| wrong("timestamp"), |t| Ok(nfc(t))),
        other => Err(format!("unsupported tag \"!!{other}\"")),
    }
}

/// A scalar without quotes: what it looks like decides.
fn plain(content: &str) -> Result<Value, String> {
    if matches!(content, "" | "~" | "null" | "Null" | "NULL") {
        return Ok(Value::null());
    }
    if let Some(b) = boolean(content) {
        return Ok(Value::Bool(b));
    }
    if matches!(content, ".nan" | ".NaN" | ".NAN") {
        return Err("there is no value for what is not a number (.nan)".to_owned());
    }
    if let Some(n) = number(content) {
        return Ok(Value::Number(n));
    }
    Ok(nfc(timestamp(content).unwrap_or_else(|| content.to_owned())))
}

fn boolean(content: &str) -> Option<bool> {
    match content {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Some(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Some(false)
        }
        _ => None,
    }
}

fn number(content: &str) -> Option<Number> {
    let digits = |text: &str, radix: u32| {
        (!text.is_empty() && text.chars().all(|c| c.is_digit(radix)))
            .then(|| num_bigint::BigInt::parse_bytes(text.as_bytes(), radix))
            .flatten()
            .map(|n| Number::from_bigint(n).with_precision(Number::TEXT_PRECISION))
    };
    if let Some(hex) = content.strip_prefix("0x") {
        return digits(hex, 16);
    }
    if let Some(octal) = content.strip_prefix("0o") {
        return digits(octal, 8);
    }
    let (negative, bare) = match content.strip_prefix(['-', '+']) {
        Some(bare) => (content.starts_with('-'), bare),
        None => (false, content),
    };
    if matches!(bare, ".inf" | ".Inf" | ".INF") {
        return Number::parse(if negative { "-inf" } else { "inf" });
    }
    // Digits with a point somewhere, and an exponent with digits.
    let (mantissa, exponent) = match bare.find(['e', 'E']) {
        Some(at) => (&bare[..at], Some(&bare[at + 1..])),
        None => (bare, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    if let Some(e) = exponent {
        let e = e.strip_prefix(['-', '+']).unwrap_or(e);
        if e.is_empty() || !all_digits(e) {
            return None;
        }
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if negative { "-" } else { "" };
    let exponent = exponent.map_or_else(String::new, |e| format!("e{e}"));
    let fraction = if fraction.is_empty() {
        String::new()
    } else {
        format!(".{fraction}")
    };
    Number::parse(&format!("{sign}{whole}{fraction}{exponent}"))
}

/// A date, or a date and time, in the form of RFC 3339 without fractions of a second.
fn timestamp(content: &str) -> Option<String> {
    if !content.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut rest = content;
    let mut field = |least: usize, most: usize, until: &[char]| -> Option<String> {
        let n = rest.bytes().take_while(u8::is_ascii_digit).count();
        if n < least || n > most {
            return None;
        }
        let digits = rest[..n].to_owned();
        rest = &rest[n..];
        if !until.is_empty() {
            rest = rest.strip_prefix(until)?;
        }
        Some(digits)
    };
    let year = field(4, 4, &['-'])?;
    let month = field(1, 2, &['-'])?;
    let day = field(1, 2, &[])?;
    let date = format!("{year}-{month:0>2}-{day:0>2}");
    if rest.is_empty() {
        return datetime::normal(&format!("{date}T00:00:00Z"));
    }
    let zoned = rest.starts_with('T');
    rest = rest.strip_prefix(['T', ' '])?;
    let mut field = |until: &[char]| -> Option<String> {
        let n = rest.bytes().take_while(u8::is_ascii_digit).count();
        if n == 0 || n > 2 {
            return None;
        }
        let digits = rest[..n].to_owned();
        rest = &rest[n..];
        if !until.is_empty() {
            rest = rest.strip_prefix(until)?;
        }
        Some(digits)
    };
    let (hour, minute, second) = (field(&[':'])?, field(&[':'])?, field(&[])?);
    if let Some(fraction) = rest.strip_prefix('.') {
        let n = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if n == 0 {
            return None;
        }
        rest = &fraction[n..];
    }
    let zone = match (zoned, rest) {
        (true, zone) => zone,
        (false, "") => "Z",
        _ => return None,
    };
    datetime::normal(&format!(
        "{date}T{hour:0>2}:{minute:0>2}:{second:0>2}{zone}"
    ))
}
