//! Decides what a format string says: its texts, and its verbs with flags, width, precision and the argument of each.

/// Widths and precisions beyond this are refused.
const WIDTH_LIMIT: usize = 100_000;

/// One piece of a format string.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'f> {
    Text(&'f str),
    Verb(Verb<'f>),
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct Verb<'f> {
    pub(super) raw: &'f str,
    pub(super) offset: usize,
    /// From 1.
    pub(super) arg: usize,
    pub(super) mode: char,
    pub(super) flags: Flags,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

/// `+`, `-`, `#`, `0` and the blank, in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Flags(u8);

impl Flags {
    pub(super) const ZERO: u8 = 1;
    pub(super) const SHARP: u8 = 2;
    pub(super) const MINUS: u8 = 4;
    pub(super) const PLUS: u8 = 8;
    pub(super) const SPACE: u8 = 16;

    pub(super) fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }

    pub(super) fn without(self, flag: u8) -> Self {
        Self(self.0 & !flag)
    }
}

/// The pieces of a format string, or why it is none.
pub(super) fn parse(format: &str) -> Result<Vec<Piece<'_>>, String> {
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
