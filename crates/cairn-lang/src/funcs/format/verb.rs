//! Decides how one value is written for one verb: which kinds of values it takes, signs, and what fills the width. Widths of
//! texts count characters as people see them.

use cairn_value::{Number, Type, Value, convert, json};
use num_bigint::BigInt;
use unicode_segmentation::UnicodeSegmentation;

use super::decimal::{fixed, general, is_negative, rounded, scientific};
use super::parse::{Flags, Verb};
use crate::funcs::Fault;

/// Writes a value for a verb.
pub(super) fn append(verb: &Verb<'_>, out: &mut String, arg: &Value) -> Result<(), Fault> {
    let unsupported = |why: &str| {
        Fault::call(format!(
            "unsupported value for {:?} at {}: {why}",
            verb.raw, verb.offset
        ))
    };
    if verb.mode != 'v' && arg.is_null() {
        return Err(unsupported("null value cannot be formatted"));
    }
    let to = |ty: &Type| convert(arg, ty).map_err(|e| unsupported(&e.to_string()));
    match verb.mode {
        'v' => {
            let shown = match arg {
                Value::String(s) if !verb.flags.has(Flags::SHARP) => s.to_string(),
                Value::Number(n) if !verb.flags.has(Flags::SHARP) => general(n, None, 'g'),
                other => json::to_text(other).map_err(|e| unsupported(&e.to_string()))?,
            };
            pad_text(verb, out, &shown);
        }
        't' => match to(&Type::Bool)? {
            Value::Bool(b) => out.push_str(if b { "true" } else { "false" }),
            _ => return Err(unsupported("a bool is required")),
        },
        's' | 'q' => {
            let Value::String(s) = to(&Type::String)? else {
                return Err(unsupported("a string is required"));
            };
            let cut: String = match verb.precision {
                Some(n) if n > 0 => s.graphemes(true).take(n).collect(),
                _ => s.to_string(),
            };
            let shown = if verb.mode == 'q' {
                json::to_text(&Value::string(&cut)).map_err(|e| unsupported(&e.to_string()))?
            } else {
                cut
            };
            pad_text(verb, out, &shown);
        }
        mode => {
            let Value::Number(n) = to(&Type::Number)? else {
                return Err(unsupported("a number is required"));
            };
            if let ('d', Some(small)) = (mode, n.to_i64()) {
                decimal(verb, out, small);
            } else if matches!(mode, 'b' | 'd' | 'o' | 'x' | 'X') {
                let whole = n
                    .to_bigint()
                    .ok_or_else(|| unsupported("an integer is required"))?;
                integer(verb, out, &whole);
            } else {
                float(verb, out, &n);
            }
        }
    }
    Ok(())
}

fn pad_text(verb: &Verb<'_>, out: &mut String, shown: &str) {
    let have = if verb.width.is_none() || shown.is_ascii() {
        shown.len()
    } else {
        shown.graphemes(true).count()
    };
    let pad = verb.width.unwrap_or(0).saturating_sub(have);
    let pads = if verb.flags.has(Flags::ZERO) {
        "0"
    } else {
        " "
    }
    .repeat(pad);
    if verb.flags.has(Flags::MINUS) {
        out.push_str(shown);
        out.push_str(&pads);
    } else {
        out.push_str(&pads);
        out.push_str(shown);
    }
}

/// The commonest case without large numbers.
fn decimal(verb: &Verb<'_>, out: &mut String, n: i64) {
    if verb.precision.is_some() {
        return integer(verb, out, &BigInt::from(n));
    }
    let digits = n.unsigned_abs().to_string();
    pad_number(verb, out, sign(verb, n < 0), &digits, true);
}

fn integer(verb: &Verb<'_>, out: &mut String, n: &BigInt) {
    let negative = n.sign() == num_bigint::Sign::Minus;
    let (radix, prefix) = match verb.mode {
        'b' => (2, "0b"),
        'o' => (8, "0"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let mut digits = n.magnitude().to_str_radix(radix);
    if verb.mode == 'X' {
        digits = digits.to_uppercase();
    }
    if let Some(least) = verb.precision {
        if digits.len() < least {
            digits = format!("{}{digits}", "0".repeat(least - digits.len()));
        } else if least == 0 && digits == "0" {
            // As in Go, nothing at all is written, not even what fills the width.
            return;
        }
    }
    let prefix = if verb.flags.has(Flags::SHARP) {
        prefix
    } else {
        ""
    };
    let sign = sign(verb, negative);
    pad_number(
        verb,
        out,
        &format!("{sign}{prefix}"),
        &digits,
        verb.precision.is_none(),
    );
}

fn sign(verb: &Verb<'_>, negative: bool) -> &'static str {
    if negative {
        "-"
    } else if verb.flags.has(Flags::PLUS) {
        "+"
    } else if verb.flags.has(Flags::SPACE) {
        " "
    } else {
        ""
    }
}

fn pad_number(verb: &Verb<'_>, out: &mut String, front: &str, digits: &str, zeros: bool) {
    let pad = verb
        .width
        .unwrap_or(0)
        .saturating_sub(front.len() + digits.len());
    if verb.flags.has(Flags::MINUS) {
        out.push_str(front);
        out.push_str(digits);
        out.extend(std::iter::repeat_n(' ', pad));
    } else if verb.flags.has(Flags::ZERO) && zeros {
        out.push_str(front);
        out.extend(std::iter::repeat_n('0', pad));
        out.push_str(digits);
    } else {
        out.extend(std::iter::repeat_n(' ', pad));
        out.push_str(front);
        out.push_str(digits);
    }
}

fn float(verb: &Verb<'_>, out: &mut String, n: &Number) {
    let negative = n.is_negative();
    if n.is_infinite() {
        // A sign is always shown.
        let front = if negative { "-" } else { "+" };
        pad_number(verb, out, front, "Inf", false);
        return;
    }
    let shown = match verb.mode {
        'f' => fixed(n, verb.precision.unwrap_or(6)),
        mode @ ('e' | 'E') => {
            let (digits, point) = rounded(n, Some(verb.precision.unwrap_or(6) + 1));
            scientific(&digits, point, Some(verb.precision.unwrap_or(6)), mode)
        }
        mode => general(&n.abs(), verb.precision, mode),
    };
    let front = sign(verb, is_negative(n));
    if verb.flags.has(Flags::ZERO) {
        // Unlike with whole numbers, zeros in front win over blanks behind.
        let verb = &Verb {
            flags: verb.flags.without(Flags::MINUS),
            ..*verb
        };
        pad_number(verb, out, front, &shown, true);
    } else {
        pad_number(verb, out, front, &shown, true);
    }
}
