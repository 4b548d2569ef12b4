//! Decides what the functions of patterns give: `regex`, `regexall`, `replace`. Patterns are of the RE2 kind that Go has;
//! where the `regex` crate reads the same text differently, the pattern is translated first.

use std::cell::RefCell;
use std::collections::HashMap;

use cairn_value::{Type, Value, name};
use regex::Regex;

use super::{Fault, Function, Returns, nfc, string, text};
use crate::eval::EvalContext;

/// How large a compiled pattern may be, in bytes.
const PATTERN_LIMIT: usize = 10 << 20;

/// Repetitions beyond this are refused, as in Go.
const REPEAT_LIMIT: u32 = 1000;

/// How many compiled patterns are kept.
const KEPT: usize = 256;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "regex",
        &[string("pattern"), string("string")],
        Returns::By(capture_type),
        find_first,
    ),
    Function::new(
        "regexall",
        &[string("pattern"), string("string")],
        Returns::By(|a| capture_type(a).map(Type::list)),
        find_all,
    ),
    Function::new(
        "replace",
        &[string("str"), string("substr"), string("replace")],
        Returns::String,
        replace,
    ),
];

thread_local! {
    /// Patterns compiled before, by their text. Most configurations use few patterns many times.
    static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::default();
}

/// The compiled form of a Go pattern.
fn compile(pattern: &str) -> Result<Regex, String> {
    if let Some(known) = COMPILED.with_borrow(|known| known.get(pattern).cloned()) {
        return Ok(known);
    }
    let translated = translate(pattern)?;
    let regex = regex::RegexBuilder::new(&translated)
        .size_limit(PATTERN_LIMIT)
        .build()
        .map_err(|e| match e {
            regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
            // The crate's message draws the translated pattern over several lines; its last one says why.
            other => other
                .to_string()
                .lines()
                .last()
                .unwrap_or("invalid pattern")
                .trim_start_matches("error: ")
                .to_owned(),
        })?;
    COMPILED.with_borrow_mut(|known| {
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(pattern.to_owned(), regex.clone());
    });
    Ok(regex)
}

fn pattern(args: &[Value]) -> Result<Regex, Fault> {
    compile(text(args, 0)).map_err(|e| Fault::arg(0, format!("invalid regexp pattern: {e}")))
}

/// The type of what one match gives: the text, a tuple of unnamed groups, or an object of named ones.
fn capture_type(args: &[Value]) -> Result<Type, Fault> {
    if args[0].is_unknown() {
        return Ok(Type::Dynamic);
    }
    let regex = pattern(args)?;
    result_type(&regex).map_err(|e| Fault::arg(0, e))
}

fn result_type(regex: &Regex) -> Result<Type, String> {
    let groups: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    let n_named = groups.iter().filter(|g| g.is_some()).count();
    if groups.is_empty() {
        Ok(Type::String)
    } else if n_named == 0 {
        Ok(Type::tuple(groups.iter().map(|_| Type::String)))
    } else if n_named == groups.len() {
        Ok(Type::object(
            groups.iter().flatten().map(|n| (name(n), Type::String)),
        ))
    } else {
        Err("cannot mix both named and unnamed capture groups".to_owned())
    }
}

fn result(regex: &Regex, captures: &regex::Captures<'_>) -> Value {
    // A group that took no part is null.
    let group =
        |m: Option<regex::Match<'_>>| m.map_or(Value::Null(Type::String), |m| nfc(m.as_str()));
    if captures.len() == 1 {
        return nfc(&captures[0]);
    }
    if regex.capture_names().flatten().next().is_some() {
        return Value::object(
            regex
                .capture_names()
                .flatten()
                .map(|n| (name(n), group(captures.name(n)))),
        );
    }
    Value::tuple(captures.iter().skip(1).map(group).collect())
}

fn find_first(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let regex = pattern(args)?;
    result_type(&regex).map_err(|e| Fault::arg(0, e))?;
    let subject = text(args, 1);
    match regex.captures(subject) {
        Some(captures) => Ok(result(&regex, &captures)),
        None => Err(Fault::call(
            "pattern did not match any part of the given string",
        )),
    }
}

fn find_all(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let regex = pattern(args)?;
    let ty = result_type(&regex).map_err(|e| Fault::arg(0, e))?;
    let mut found = Vec::new();
    for captures in regex.captures_iter(text(args, 1)) {
        found.push(result(&regex, &captures));
    }
    Ok(Value::list(ty, found))
}

fn replace(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (subject, what, by) = (text(args, 0), text(args, 1), text(args, 2));
    // Between slashes stands a pattern.
    if what.len() > 1
        && let Some(inner) = what.strip_prefix('/').and_then(|w| w.strip_suffix('/'))
    {
        let regex =
            compile(inner).map_err(|e| Fault::arg(1, format!("invalid regexp pattern: {e}")))?;
        return Ok(nfc(&*regex.replace_all(subject, by)));
    }
    Ok(nfc(subject.replace(what, by)))
}

/// The pattern in the syntax of the `regex` crate.
fn translate(pattern: &str) -> Result<String, String> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut i = 0;
    // Whether what stands before can be repeated, and whether it is a repetition already.
    let mut repeated = false;
    while i < chars.len() {
        let c = chars[i];
        match c {
            '\\' => {
                i = escape(&chars, i, &mut out, false)?;
                repeated = false;
                continue;
            }
            '[' => {
                i = class(&chars, i, &mut out)?;
                repeated = false;
                continue;
            }
            '*' | '+' | '?' => {
                if repeated {
                    return Err(format!("invalid nested repetition operator: `{c}`"));
                }
                out.push(c);
                if chars.get(i + 1) == Some(&'?') {
                    out.push('?');
                    i += 1;
                }
                repeated = true;
            }
            '{' => {
                let Some((least, most, end)) = repetition(&chars, i) else {
                    out.push_str("\\{");
                    repeated = false;
                    i += 1;
                    continue;
                };
                if repeated {
                    return Err("invalid nested repetition operator".to_owned());
                }
                if least > REPEAT_LIMIT
                    || most.is_some_and(|m| m.is_some_and(|m| m > REPEAT_LIMIT || m < least))
                {
                    return Err("invalid repeat count".to_owned());
                }
                out.extend(&chars[i..end]);
                i = end;
                if chars.get(i) == Some(&'?') {
                    out.push('?');
                    i += 1;
                }
                repeated = true;
                continue;
            }
            '}' => {
                out.push_str("\\}");
                repeated = false;
            }
            ']' => {
                out.push_str("\\]");
                repeated = false;
            }
            '(' => {
                out.push(c);
                repeated = false;
                // Flags and names of groups are written alike; `(?` must not look like a repetition.
                if chars.get(i + 1) == Some(&'?') {
                    out.push('?');
                    i += 1;
                    if let Some(bad) = chars
                        .get(i + 1)
                        .filter(|c| matches!(c, '=' | '!' | '#' | '>' | '|'))
                    {
                        return Err(format!("invalid or unsupported Perl syntax: `(?{bad}`"));
                    }
                    if let (Some('<'), Some('=' | '!')) = (chars.get(i + 1), chars.get(i + 2)) {
                        return Err("invalid or unsupported Perl syntax: `(?<`".to_owned());
                    }
                    // Flags that only this crate has are refused.
                    let flags: String = chars[i + 1..]
                        .iter()
                        .take_while(|c| c.is_ascii_alphabetic() || **c == '-')
                        .collect();
                    if !flags.starts_with('P') && flags.contains(['x', 'u', 'R']) {
                        return Err(format!("invalid or unsupported Perl syntax: `(?{flags}`"));
                    }
                }
            }
            _ => {
                out.push(c);
                repeated = false;
            }
        }
        i += 1;
    }
    Ok(out)
}

/// `{n}`, `{n,}` or `{n,m}` at a place: least, most (`Some(None)` for no upper end), and the end of it.
#[expect(
    clippy::option_option,
    reason = "no comma, comma with a number, comma without one"
)]
fn repetition(chars: &[char], at: usize) -> Option<(u32, Option<Option<u32>>, usize)> {
    let number = |mut i: usize| {
        let from = i;
        while chars.get(i).is_some_and(char::is_ascii_digit) {
            i += 1;
        }
        let text: String = chars[from..i].iter().collect();
        (!text.is_empty()).then(|| (text.parse::<u32>().unwrap_or(u32::MAX), i))
    };
    let (least, mut i) = number(at + 1)?;
    let mut most = None;
    if chars.get(i) == Some(&',') {
        i += 1;
        if let Some((n, end)) = number(i) {
            most = Some(Some(n));
            i = end;
        } else {
            most = Some(None);
        }
    }
    (chars.get(i) == Some(&'}')).then_some((least, most, i + 1))
}

/// Writes what an escape means; gives the place behind it.
fn escape(chars: &[char], at: usize, out: &mut String, in_class: bool) -> Result<usize, String> {
    let Some(&c) = chars.get(at + 1) else {
        return Err("trailing backslash at end of expression".to_owned());
    };
    let ascii = |plain: &str, bracketed: &str| {
        if in_class {
            plain.to_owned()
        } else {
            bracketed.to_owned()
        }
    };
    let text = match c {
        'd' => ascii("0-9", "[0-9]"),
        'D' => "[^0-9]".to_owned(),
        'w' => ascii("0-9A-Za-z_", "[0-9A-Za-z_]"),
        'W' => "[^0-9A-Za-z_]".to_owned(),
        's' => ascii("\\t\\n\\f\\r ", "[\\t\\n\\f\\r ]"),
        'S' => "[^\\t\\n\\f\\r ]".to_owned(),
        'b' if !in_class => "(?-u:\\b)".to_owned(),
        'B' if !in_class => "(?-u:\\B)".to_owned(),
        'A' | 'z' if !in_class => format!("\\{c}"),
        'a' | 'f' | 'n' | 'r' | 't' | 'v' => format!("\\{c}"),
        'p' | 'P' => {
            // The name stands in braces or is one letter.
            let mut end = at + 2;
            if chars.get(end) == Some(&'{') {
                while end < chars.len() && chars[end] != '}' {
                    end += 1;
                }
            }
            if end >= chars.len() {
                return Err("invalid character class range".to_owned());
            }
            out.extend(&chars[at..=end]);
            return Ok(end + 1);
        }
        'x' => {
            let (digits, end) = if chars.get(at + 2) == Some(&'{') {
                let close = chars[at..]
                    .iter()
                    .position(|c| *c == '}')
                    .ok_or("invalid escape sequence: `\\x{`")?;
                (
                    chars[at + 3..at + close].iter().collect::<String>(),
                    at + close + 1,
                )
            } else {
                let end = (at + 4).min(chars.len());
                (chars[at + 2..end].iter().collect::<String>(), end)
            };
            let code = u32::from_str_radix(&digits, 16)
                .ok()
                .and_then(char::from_u32);
            match code {
                Some(code) if digits.len() >= 2 || chars.get(at + 2) == Some(&'{') => {
                    literal(code, out);
                    return Ok(end);
                }
                _ => return Err(format!("invalid escape sequence: `\\x{digits}`")),
            }
        }
        '0'..='7' => {
            // Octal; a single digit other than 0 would be a backreference, which there are none of.
            let n = chars[at + 1..]
                .iter()
                .take(3)
                .take_while(|c| ('0'..='7').contains(c))
                .count();
            if c != '0' && n < 2 {
                return Err(format!("invalid escape sequence: `\\{c}`"));
            }
            let digits: String = chars[at + 1..=at + n].iter().collect();
            let code = u32::from_str_radix(&digits, 8)
                .ok()
                .and_then(char::from_u32)
                .ok_or_else(|| format!("invalid escape sequence: `\\{digits}`"))?;
            literal(code, out);
            return Ok(at + 1 + n);
        }
        'Q' if !in_class => {
            let mut i = at + 2;
            while i < chars.len() && !(chars[i] == '\\' && chars.get(i + 1) == Some(&'E')) {
                literal(chars[i], out);
                i += 1;
            }
            return Ok((i + 2).min(chars.len()));
        }
        c if c.is_ascii_punctuation() => {
            literal(c, out);
            return Ok(at + 2);
        }
        c => return Err(format!("invalid escape sequence: `\\{c}`")),
    };
    out.push_str(&text);
    Ok(at + 2)
}

/// Writes a character that stands for itself, inside or outside of a class.
fn literal(c: char, out: &mut String) {
    if c.is_ascii_punctuation() {
        out.push('\\');
    }
    out.push(c);
}

/// Writes a bracketed class; gives the place behind it.
fn class(chars: &[char], at: usize, out: &mut String) -> Result<usize, String> {
    let missing = || "missing closing ]".to_owned();
    let mut i = at + 1;
    out.push('[');
    if chars.get(i) == Some(&'^') {
        out.push('^');
        i += 1;
    }
    let mut first = true;
    loop {
        let Some(&c) = chars.get(i) else {
            return Err(missing());
        };
        match c {
            ']' if !first => {
                out.push(']');
                return Ok(i + 1);
            }
            '[' if chars.get(i + 1) == Some(&':') => {
                let end = chars[i + 2..]
                    .iter()
                    .position(|c| *c == ':')
                    .map(|n| i + 2 + n)
                    .filter(|&end| chars.get(end + 1) == Some(&']'));
                if let Some(end) = end {
                    out.extend(&chars[i..end + 2]);
                    i = end + 2;
                } else {
                    out.push_str("\\[");
                    i += 1;
                }
            }
            '\\' => i = escape(chars, i, out, true)?,
            // A hyphen is a range between two characters and itself at the ends.
            '-' => {
                let range = !first && chars.get(i + 1).is_some_and(|n| *n != ']');
                out.push_str(if range { "-" } else { "\\-" });
                i += 1;
            }
            c => {
                literal(c, out);
                i += 1;
            }
        }
        first = false;
    }
}
