//! Decides what the functions of time give. The time itself comes in with the context; dates are of the Gregorian calendar,
//! written as RFC 3339 has it.

use std::fmt::Write as _;

use cairn_value::{Type, Value};

use super::{Fault, Function, Returns, string, text};
use crate::calendar::{civil_from_days, days_from_civil, days_in};
use crate::eval::EvalContext;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::now("timestamp", &[], Returns::String, |draw, _| {
        Ok(Value::string(&draw.timestamp))
    }),
    Function::new("plantimestamp", &[], Returns::String, |c, _| {
        if c.timestamp.is_empty() {
            return Err(Fault::call("there is no plan whose time it could tell"));
        }
        Ok(Value::string(&c.timestamp))
    }),
    Function::new(
        "formatdate",
        &[string("format"), string("time")],
        Returns::String,
        formatdate,
    ),
    Function::new(
        "timeadd",
        &[string("timestamp"), string("duration")],
        Returns::String,
        timeadd,
    ),
    Function::new(
        "timecmp",
        &[string("timestamp_a"), string("timestamp_b")],
        Returns::By(|_| Ok(Type::Number)),
        timecmp,
    ),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

const NANOS: i128 = 1_000_000_000;
const DAY: i64 = 86_400;

/// A moment as a clock on the wall shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Moment {
    /// Nanoseconds since 1970, in UTC.
    nanos: i128,
    /// Seconds that the clock is ahead of UTC; none where it was written `Z`.
    offset: i64,
}

/// The parts of a moment on its own clock.
struct Parts {
    year: i64,
    month: usize,
    day: i64,
    weekday: usize,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Moment {
    /// Reads an RFC 3339 date and time.
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| {
            format!("not a valid RFC 3339 timestamp such as 2006-01-02T15:04:05Z: {why}")
        };
        let bytes = text.as_bytes();
        let number = |from: usize, len: usize| -> Result<i64, String> {
            text.get(from..from + len)
                .filter(|t| t.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|t| t.parse().ok())
                .ok_or_else(|| wrong(&format!("{len} digits are required at position {from}")))
        };
        let sign = |at: usize, wanted: &[u8]| -> Result<(), String> {
            match bytes.get(at) {
                Some(b) if wanted.contains(b) => Ok(()),
                _ => Err(wrong(&format!(
                    "{:?} is required at position {at}",
                    char::from(wanted[0])
                ))),
            }
        };
        let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
        sign(4, b"-")?;
        sign(7, b"-")?;
        sign(10, b"T")?;
        let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
        sign(13, b":")?;
        sign(16, b":")?;
        if !(1..=12).contains(&month) {
            return Err(wrong("the month is out of range"));
        }
        if day < 1 || day > days_in(year, month) {
            return Err(wrong("the day is out of range"));
        }
        if hour > 23 || minute > 59 || second > 59 {
            return Err(wrong("the time of day is out of range"));
        }
        let mut at = 19;
        let mut fraction: i128 = 0;
        if bytes.get(at) == Some(&b'.') {
            let digits = bytes[at + 1..]
                .iter()
                .take_while(|b| b.is_ascii_digit())
                .count();
            if digits == 0 {
                return Err(wrong("digits are required behind the point"));
            }
            for i in 0..9 {
                let digit = if i < digits {
                    bytes[at + 1 + i] - b'0'
                } else {
                    0
                };
                fraction = fraction * 10 + i128::from(digit);
            }
            at += 1 + digits;
        }
        let offset = match bytes.get(at) {
            Some(b'Z') if bytes.len() == at + 1 => 0,
            Some(direction @ (b'+' | b'-')) if bytes.len() == at + 6 => {
                let (h, m) = (number(at + 1, 2)?, number(at + 4, 2)?);
                sign(at + 3, b":")?;
                if h > 24 || m > 60 {
                    return Err(wrong("the offset is out of range"));
                }
                let seconds = h * 3600 + m * 60;
                if *direction == b'-' {
                    -seconds
                } else {
                    seconds
                }
            }
            _ => return Err(wrong("the offset must be Z or such as +01:00")),
        };
        let seconds = days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
        Ok(Self {
            nanos: i128::from(seconds - offset) * NANOS + fraction,
            offset,
        })
    }

    fn parts(self) -> Parts {
        let seconds = self.nanos.div_euclid(NANOS) as i64 + self.offset;
        let days = seconds.div_euclid(DAY);
        let rest = seconds.rem_euclid(DAY);
        let (year, month, day) = civil_from_days(days);
        Parts {
            year,
            month: month as usize,
            day,
            weekday: (days + 4).rem_euclid(7) as usize,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
        }
    }

    /// `+01:00`, with or without the colon.
    fn zone(self, colon: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs() / 60;
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }

    fn rfc3339(self) -> String {
        let p = self.parts();
        let before = if p.year < 0 { "-" } else { "" };
        let mut out = format!(
            "{before}{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            p.year.abs(),
            p.month,
            p.day,
            p.hour,
            p.minute,
            p.second
        );
        if self.offset == 0 {
            out.push('Z');
        } else {
            out.push_str(&self.zone(":"));
        }
        out
    }
}

/// An RFC 3339 date and time in its usual form, without fractions of a second; nothing where it is none.
pub(super) fn normal(text: &str) -> Option<String> {
    Moment::parse(text).ok().map(Moment::rfc3339)
}

fn moment(args: &[Value], i: usize) -> Result<Moment, Fault> {
    Moment::parse(text(args, i)).map_err(|e| Fault::arg(i, e))
}

fn formatdate(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let at = moment(args, 1)?;
    format_moment(text(args, 0), at)
        .map(super::nfc)
        .map_err(|e| Fault::arg(0, e))
}

fn format_moment(format: &str, at: Moment) -> Result<String, String> {
    let parts = at.parts();
    let mut out = String::new();
    let chars: Vec<char> = format.chars().collect();
    let mut i = 0;
    while i < chars.len() {
        let verb = chars[i];
        if verb == '\'' {
            // Quoted text stands for itself, two quotes for one, inside of such text or alone.
            i += 1;
            if chars.get(i) == Some(&'\'') {
                out.push('\'');
                i += 1;
                continue;
            }
            loop {
                match (chars.get(i), chars.get(i + 1)) {
                    (Some('\''), Some('\'')) => {
                        out.push('\'');
                        i += 2;
                    }
                    (Some('\''), _) => {
                        i += 1;
                        break;
                    }
                    (Some(c), _) => {
                        out.push(*c);
                        i += 1;
                    }
                    (None, _) => return Err("unterminated literal '".to_owned()),
                }
            }
            continue;
        }
        if !verb.is_ascii_alphabetic() {
            out.push(verb);
            i += 1;
            continue;
        }
        let n = chars[i..].iter().take_while(|d| **d == verb).count();
        i += n;
        let twelve = match parts.hour % 12 {
            0 => 12,
            h => h,
        };
        let half = if parts.hour < 12 { "am" } else { "pm" };
        let unsupported = |what: &str| {
            Err(format!(
                "invalid date format verb {:?}: {what}",
                verb.to_string().repeat(n)
            ))
        };
        let two = |v: i64| format!("{v:02}");
        let piece = match (verb, n) {
            ('Y', 2) => two(parts.year.rem_euclid(100)),
            ('Y', 4) => format!("{:04}", parts.year),
            ('Y', _) => return unsupported("year must either be \"YY\" or \"YYYY\""),
            ('M', 1) => parts.month.to_string(),
            ('M', 2) => format!("{:02}", parts.month),
            ('M', 3) => MONTHS[parts.month - 1][..3].to_owned(),
            ('M', 4) => MONTHS[parts.month - 1].to_owned(),
            ('M', _) => return unsupported("month must be \"M\", \"MM\", \"MMM\", or \"MMMM\""),
            ('D', 1) => parts.day.to_string(),
            ('D', 2) => two(parts.day),
            ('D', _) => return unsupported("day of month must either be \"D\" or \"DD\""),
            ('E', 3) => DAYS[parts.weekday][..3].to_owned(),
            ('E', 4) => DAYS[parts.weekday].to_owned(),
            ('E', _) => return unsupported("day of week must either be \"EEE\" or \"EEEE\""),
            ('h', 1) => parts.hour.to_string(),
            ('h', 2) => two(parts.hour),
            ('h', _) => return unsupported("24-hour must either be \"h\" or \"hh\""),
            ('H', 1) => twelve.to_string(),
            ('H', 2) => two(twelve),
            ('H', _) => return unsupported("12-hour must either be \"H\" or \"HH\""),
            ('A', 2) => half.to_uppercase(),
            ('a', 2) => half.to_owned(),
            ('A' | 'a', _) => return unsupported("must be \"AA\" or \"aa\""),
            ('m', 1) => parts.minute.to_string(),
            ('m', 2) => two(parts.minute),
            ('m', _) => return unsupported("minute must either be \"m\" or \"mm\""),
            ('s', 1) => parts.second.to_string(),
            ('s', 2) => two(parts.second),
            ('s', _) => return unsupported("second must either be \"s\" or \"ss\""),
            ('Z', 1) if at.offset == 0 => "Z".to_owned(),
            ('Z', 3) if at.offset == 0 => "UTC".to_owned(),
            ('Z', 3 | 4) => at.zone(""),
            ('Z', 1 | 5) => at.zone(":"),
            ('Z', _) => return unsupported("timezone must be Z, ZZZ, ZZZZ, or ZZZZZ"),
            _ => return unsupported("this is no verb; text in a format stands in single quotes"),
        };
        write!(out, "{piece}").expect("a string takes any text");
    }
    Ok(out)
}

fn timeadd(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let at = moment(args, 0)?;
    let nanos = duration(text(args, 1)).map_err(|e| Fault::arg(1, e))?;
    let moved = Moment {
        nanos: at.nanos + nanos,
        ..at
    };
    Ok(Value::string(moved.rfc3339()))
}

/// Nanoseconds of a duration such as `1h30m`, `-1.5h`, `500ms`.
fn duration(text: &str) -> Result<i128, String> {
    let wrong = || format!("invalid duration {text:?}: it is written with units, such as 1h30m");
    let (negative, mut rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(wrong());
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .ok_or_else(wrong)?;
        let number = &rest[..end];
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return Err(wrong());
        }
        rest = &rest[end..];
        let end = rest
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(rest.len());
        let unit: i128 = match &rest[..end] {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => NANOS,
            "m" => 60 * NANOS,
            "h" => 3600 * NANOS,
            _ => return Err(wrong()),
        };
        rest = &rest[end..];
        let whole: i128 = if whole.is_empty() {
            0
        } else {
            whole.parse().map_err(|_| wrong())?
        };
        let mut scale = unit;
        let mut part: i128 = 0;
        for digit in fraction.bytes().take(18) {
            part = part * 10 + i128::from(digit - b'0');
            scale *= 10;
        }
        let fraction_nanos = part * unit * unit / scale.max(1);
        total = whole
            .checked_mul(unit)
            .and_then(|n| n.checked_add(fraction_nanos))
            .and_then(|n| n.checked_add(total))
            .filter(|n| *n <= i128::from(i64::MAX))
            .ok_or_else(wrong)?;
    }
    Ok(if negative { -total } else { total })
}

fn timecmp(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (a, b) = (moment(args, 0)?, moment(args, 1)?);
    Ok(Value::int(match a.nanos.cmp(&b.nanos) {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    }))
}
