//! Decides which decimal digits a number is written with: rounded half to even at a place, plain or scientific.

use std::fmt::Write as _;

use cairn_value::Number;

/// Digits rounded to so many significant ones (or the shortest that stand for the number), and where the point is:
/// `0.digits × 10^point`.
pub(super) fn rounded(n: &Number, significant: Option<usize>) -> (String, i64) {
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
pub(super) fn fixed(n: &Number, precision: usize) -> String {
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
pub(super) fn scientific(digits: &str, point: i64, precision: Option<usize>, mode: char) -> String {
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
pub(super) fn general(n: &Number, precision: Option<usize>, mode: char) -> String {
    if n.is_infinite() {
        return n.to_string();
    }
    let negative = is_negative(n);
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
    if negative { format!("-{body}") } else { body }
}

/// Whether it has a sign: zero may have one too.
pub(super) fn is_negative(n: &Number) -> bool {
    n.is_negative() || n.is_zero() && n.to_string().starts_with('-')
}
