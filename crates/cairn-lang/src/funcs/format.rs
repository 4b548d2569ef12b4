//! Decides what format strings give: verbs, flags, widths and precisions as Terraform's `format` has them, which are a part
//! of Go's. Widths of texts count characters as people see them.

use std::fmt::Write as _;

use cairn_value::{Number, Type, Value, convert, json};
use num_bigint::BigInt;
use unicode_segmentation::UnicodeSegmentation;

use super::string::TEXT_LIMIT;
use super::{Fault, Function, Returns, any, items, nfc, string, text};
use crate::eval::EvalContext;

/// Widths and precisions beyond this are refused.
const WIDTH_LIMIT: usize = 100_000;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "format",
        &[string("format").unknown()],
        Returns::String,
        format_one,
    )
    .rest(any("args").null().unknown()),
    Function::new(
        "formatlist",
        &[string("format").unknown()],
        Returns::StringList,
        format_list,
    )
    .rest(any("args").null().unknown()),
];

/// One piece of a format string.
#[derive(Debug, PartialEq)]
enum Piece<'f> {
    Text(&'f str),
    Verb(Verb<'f>),
}

#[derive(Debug, Default, PartialEq)]
struct Verb<'f> {
    raw: &'f str,
    offset: usize,
    /// From 1.
    arg: usize,
    mode: char,
    flags: Flags,
    width: Option<usize>,
    precision: Option<usize>,
}

/// `+`, `-`, `#`, `0` and the blank, in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Flags(u8);

impl Flags {
    const ZERO: u8 = 1;
    const SHARP: u8 = 2;
    const MINUS: u8 = 4;
    const PLUS: u8 = 8;
    const SPACE: u8 = 16;

    fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
}

fn format_one(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let unknown = || Ok(Value::unknown_not_null(Type::String));
    if args[0].is_unknown() {
        return unknown();
    }
    let format = text(args, 0);
    let pieces = parse(format).map_err(Fault::call)?;
    if args[1..].iter().any(|a| !a.is_wholly_known()) {
        // What comes before the first unknown part is certain.
        let mut prefix = String::new();
        for piece in &pieces {
            match piece {
                Piece::Text(t) => prefix.push_str(t),
                Piece::Verb(v) => match args.get(v.arg) {
                    Some(a) if a.is_wholly_known() => append(v, &mut prefix, a)?,
                    Some(_) => break,
                    None => return Err(missing(v, args.len() - 1)),
                },
            }
        }
        let mut template = cairn_value::ops::Template::default();
        template.push_str(&prefix);
        template
            .push(&Value::unknown_not_null(Type::String))
            .expect("an unknown string can be part of a text");
        return Ok(template.finish());
    }
    render(&pieces, &args[1..]).map(nfc)
}

fn format_list(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let unknown = || Ok(Value::unknown_not_null(Type::list(Type::String)));
    if args[0].is_unknown() {
        return unknown();
    }
    let pieces = parse(text(args, 0)).map_err(Fault::call)?;
    let rest = &args[1..];
    let mut length: Option<(usize, usize)> = None;
    let mut open = false;
    for (i, arg) in rest.iter().enumerate() {
        match arg {
            Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
                let n = items(arg).len();
                match length {
                    Some((first, wanted)) if wanted != n => {
                        return Err(Fault::arg(
                            i + 1,
                            format!(
                                "argument {} has length {n}, which is inconsistent with argument {} of length {wanted}",
                                i + 1,
                                first + 1
                            ),
                        ));
                    }
                    Some(_) => {}
                    None => length = Some((i, n)),
                }
            }
            Value::Unknown(u) if !u.ty.is_primitive() => open = true,
            _ => {}
        }
    }
    if open {
        return unknown();
    }
    let n = length.map_or(1, |(_, n)| n);
    let mut results = Vec::with_capacity(n);
    for i in 0..n {
        let row: Vec<Value> = rest
            .iter()
            .map(|arg| match arg {
                Value::List(_) | Value::Set(_) | Value::Tuple(_) => items(arg)[i].clone(),
                other => other.clone(),
            })
            .collect();
        if row.iter().all(Value::is_wholly_known) {
            let line = render(&pieces, &row).map_err(|f| Fault {
                message: format!("error on format iteration {i}: {}", f.message),
                ..f
            })?;
            results.push(nfc(line));
        } else {
            results.push(Value::unknown_not_null(Type::String));
        }
    }
    Ok(Value::list(Type::String, results))
}

fn render(pieces: &[Piece<'_>], args: &[Value]) -> Result<String, Fault> {
    let mut out = String::new();
    let mut used = 0;
    for piece in pieces {
        match piece {
            Piece::Text(t) => out.push_str(t),
            Piece::Verb(v) => {
                used = used.max(v.arg);
                let arg = args.get(v.arg - 1).ok_or_else(|| missing(v, args.len()))?;
                append(v, &mut out, arg)?;
            }
        }
        if out.len() > TEXT_LIMIT {
            return Err(Fault::call("the result is too long"));
        }
    }
    if used < args.len() {
        return Err(Fault::arg(
            used + 1,
            match used {
                0 => "too many arguments; no verbs in format string".to_owned(),
                n => format!("too many arguments; only {n} used by format string"),
            },
        ));
    }
    Ok(out)
}

fn missing(verb: &Verb<'_>, have: usize) -> Fault {
    Fault::call(format!(
        "not enough arguments for {:?} at {}: need index {} but have {have} total",
        verb.raw, verb.offset, verb.arg
    ))
}

fn parse(format: &str) -> Result<Vec<Piece<'_>>, String> {
    let bytes = format.as_bytes();
    let mut pieces = Vec::new();
    let mut next_arg = 1;
    let mut at = 0;
    while at < bytes.len() {
        let Some(found) = format[at..].find('%') else {
            pieces.push(Piece::Text(&format[at..]));
            break;
        };
        if found > 0 {
            pieces.push(Piece::Text(&format[at..at + found]));
        }
        let start = at + found;
        let mut i = start + 1;
        if bytes.get(i) == Some(&b'%') {
            pieces.push(Piece::Text(&format[i..=i]));
            at = i + 1;
            continue;
        }
        let mut verb = Verb {
            offset: start,
            ..Verb::default()
        };
        while let Some(flag) = bytes.get(i) {
            match flag {
                b'0' => verb.flags.0 |= Flags::ZERO,
                b'#' => verb.flags.0 |= Flags::SHARP,
                b'-' => verb.flags.0 |= Flags::MINUS,
                b'+' => verb.flags.0 |= Flags::PLUS,
                b' ' => verb.flags.0 |= Flags::SPACE,
                _ => break,
            }
            i += 1;
        }
        let number = |i: &mut usize| -> Result<Option<usize>, String> {
            let from = *i;
            while bytes.get(*i).is_some_and(u8::is_ascii_digit) {
                *i += 1;
            }
            if from == *i {
                return Ok(None);
            }
            match format[from..*i].parse::<usize>() {
                Ok(n) if n <= WIDTH_LIMIT => Ok(Some(n)),
                _ => Err(format!("the number at offset {from} is too large")),
            }
        };
        verb.width = number(&mut i)?;
        if bytes.get(i) == Some(&b'.') {
            i += 1;
            verb.precision = Some(number(&mut i)?.unwrap_or(0));
        }
        if bytes.get(i) == Some(&b'[') {
            i += 1;
            let digits = i;
            let n = number(&mut i)?;
            if bytes.get(i) != Some(&b']') || n.is_none_or(|n| n == 0) {
                return Err(unrecognized(format, digits));
            }
            next_arg = n.unwrap_or(1);
            i += 1;
        }
        let Some(mode) = format[i..].chars().next() else {
            return Err(format!("invalid format string starting at offset {start}"));
        };
        if !mode.is_ascii_alphabetic() {
            return Err(unrecognized(format, i));
        }
        i += 1;
        verb.mode = mode;
        verb.arg = next_arg;
        verb.raw = &format[start..i];
        next_arg += 1;
        if !"vtbdoxXeEfgGsq".contains(mode) {
            return Err(format!(
                "unsupported format verb {mode:?} in {:?} at offset {start}",
                verb.raw
            ));
        }
        pieces.push(Piece::Verb(verb));
        at = i;
    }
    Ok(pieces)
}

fn unrecognized(format: &str, at: usize) -> String {
    match format[at..].chars().next() {
        Some(c) => format!("unrecognized format character {c:?} at offset {at}"),
        None => format!("invalid format string starting at offset {at}"),
    }
}

fn append(verb: &Verb<'_>, out: &mut String, arg: &Value) -> Result<(), Fault> {
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
            digits.clear();
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
    let negative = negative || (n.is_zero() && n.to_string().starts_with('-'));
    pad_number(verb, out, sign(verb, negative), &shown, true);
}

/// Digits rounded to so many significant ones (or the shortest that stand for the number), and where the point is:
/// `0.digits × 10^point`.
fn rounded(n: &Number, significant: Option<usize>) -> (String, i64) {
    let Some(significant) = significant else {
        let plain = n.abs().to_string();
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        let point = whole.len() as i64 - (all.len() - digits.len()) as i64;
        let digits = digits.trim_end_matches('0');
        if digits.is_empty() {
            return (String::new(), 0);
        }
        return (digits.to_owned(), point);
    };
    let Some((_, digits, point)) = n.exact_decimal() else {
        return (String::new(), 0);
    };
    round_digits(digits, point, significant)
}

/// Rounds half to even.
fn round_digits(digits: String, mut point: i64, keep: usize) -> (String, i64) {
    if digits.len() <= keep {
        return (digits, point);
    }
    let mut kept = digits.into_bytes();
    let rest = kept.split_off(keep);
    let tie = rest[0] == b'5' && rest[1..].iter().all(|&b| b == b'0');
    let odd = kept.last().is_some_and(|d| d % 2 == 1);
    if if tie { odd } else { rest[0] >= b'5' } {
        if let Some(at) = kept.iter().rposition(|&d| d != b'9') {
            kept[at] += 1;
            kept.truncate(at + 1);
        } else {
            kept = vec![b'1'];
            point += 1;
        }
    }
    let text = String::from_utf8(kept).expect("ASCII digits");
    (text.trim_end_matches('0').to_owned(), point)
}

/// So many digits behind the point.
fn fixed(n: &Number, precision: usize) -> String {
    let Some((_, digits, point)) = n.exact_decimal() else {
        return String::new();
    };
    let keep = point + precision as i64;
    let (digits, point) = if keep < 0 {
        (String::new(), 0)
    } else {
        round_digits(digits, point, keep as usize)
    };
    let mut out = String::new();
    if point <= 0 {
        out.push('0');
    } else {
        for i in 0..point as usize {
            out.push(digits.as_bytes().get(i).map_or('0', |&d| char::from(d)));
        }
    }
    if precision > 0 {
        out.push('.');
        for i in 0..precision as i64 {
            let at = point + i;
            let digit = usize::try_from(at)
                .ok()
                .and_then(|at| digits.as_bytes().get(at))
                .map_or('0', |&d| char::from(d));
            out.push(digit);
        }
    }
    out
}

/// `d.ddde±dd`
fn scientific(digits: &str, point: i64, precision: Option<usize>, mode: char) -> String {
    let mut chars = digits.chars();
    let mut out = String::new();
    out.push(chars.next().unwrap_or('0'));
    let rest: String = chars.collect();
    let places = precision.unwrap_or(rest.len());
    if places > 0 {
        write!(out, ".{rest:0<places$}").expect("a string takes any text");
    }
    let exponent = if digits.is_empty() { 0 } else { point - 1 };
    let e = if mode.is_ascii_uppercase() { 'E' } else { 'e' };
    let sign = if exponent < 0 { '-' } else { '+' };
    write!(out, "{e}{sign}{:02}", exponent.abs()).expect("a string takes any text");
    out
}

/// The shorter of both forms: scientific for exponents below -4 or beyond the precision (21 digits count as none given for
/// shortest: then beyond 6 digits where the number has no more of them).
fn general(n: &Number, precision: Option<usize>, mode: char) -> String {
    if n.is_infinite() {
        return n.to_string();
    }
    let negative = n.is_negative();
    let significant = precision.map(|p| p.max(1));
    let (digits, point) = rounded(n, significant);
    let mut limit = precision.map_or(6, |p| p.max(1));
    if let Some(p) = precision
        && p > digits.len()
        && digits.len() as i64 >= point
    {
        limit = digits.len().max(1);
    }
    let exponent = point - 1;
    let body = if exponent < -4 || exponent >= limit as i64 {
        if digits.is_empty() {
            "0".to_owned()
        } else {
            scientific(&digits, point, None, mode)
        }
    } else {
        let mut out = String::new();
        if point <= 0 {
            out.push('0');
        } else {
            for i in 0..point as usize {
                out.push(digits.as_bytes().get(i).map_or('0', |&d| char::from(d)));
            }
        }
        let fraction: String = if point < 0 && !digits.is_empty() {
            format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize))
        } else {
            digits.chars().skip(point.max(0) as usize).collect()
        };
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(&fraction);
        }
        out
    };
    if negative && !digits.is_empty() {
        format!("-{body}")
    } else {
        body
    }
}
