//! Decides which pattern of the `regex` crate means what a pattern of Go means, and which patterns Go refuses.

/// Repetitions beyond this are refused, those within each other multiplied.
const REPEAT_LIMIT: u64 = 1000;

/// Names of classes that may stand in brackets and colons.
const CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// Names of classes of characters by their use; other names are those of scripts.
const CATEGORIES: [&str; 37] = [
    "Any", "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn",
    "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm",
    "So", "Z", "Zl", "Zp", "Zs",
];

/// A pattern of the `regex` crate without named groups, and the names that Go would give its groups.
pub(super) struct Translated {
    pub(super) text: String,
    pub(super) groups: Vec<Option<String>>,
}

/// How often what stands last is repeated at most, and the same for each group that is open.
struct Repeats {
    last: u64,
    open: Vec<u64>,
}

impl Repeats {
    fn part(&mut self, times: u64) {
        self.last = times;
        if let Some(most) = self.open.last_mut() {
            *most = times.max(*most);
        }
    }

    fn repeat(&mut self, times: u32) -> Result<(), String> {
        let times = u64::from(times);
        let all = self.last.saturating_mul(times.max(1));
        if all > REPEAT_LIMIT {
            return Err("invalid repeat count".to_owned());
        }
        self.part(all);
        Ok(())
    }
}

/// The pattern in the syntax of the `regex` crate.
pub(super) fn translate(pattern: &str) -> Result<Translated, String> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut groups = Vec::new();
    let mut repeats = Repeats {
        last: 1,
        open: Vec::new(),
    };
    let mut i = 0;
    // Whether what stands before is a repetition already.
    let mut repeated = false;
    while i < chars.len() {
        let c = chars[i];
        let after_repetition = std::mem::take(&mut repeated);
        match c {
            '\\' => {
                i = escape(&chars, i, &mut out, false)?;
                repeats.part(1);
                continue;
            }
            '[' => {
                i = class(&chars, i, &mut out)?;
                repeats.part(1);
                continue;
            }
            '*' | '+' | '?' | '{' => {
                let found = (c == '{').then(|| repetition(&chars, i));
                let end = match found {
                    // A brace that begins no repetition stands for itself.
                    Some(None) => {
                        out.push_str("\\{");
                        repeats.part(1);
                        i += 1;
                        continue;
                    }
                    Some(Some((least, most, end))) => {
                        if most.is_some_and(|m| m.is_some_and(|m| m < least)) {
                            return Err("invalid repeat count".to_owned());
                        }
                        repeats.repeat(most.flatten().unwrap_or(least))?;
                        end
                    }
                    None => i + 1,
                };
                if after_repetition {
                    return Err("invalid nested repetition operator".to_owned());
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
            '}' | ']' => {
                literal(c, &mut out);
                repeats.part(1);
            }
            '(' => {
                i = group(&chars, i, &mut out, &mut groups, &mut repeats)?;
                continue;
            }
            ')' => {
                out.push(c);
                let inside = repeats.open.pop().unwrap_or(1);
                repeats.part(inside);
            }
            _ => {
                out.push(c);
                repeats.part(1);
            }
        }
        i += 1;
    }
    Ok(Translated { text: out, groups })
}

/// Writes the beginning of a group; gives the place behind it. Names are left out, as Go lets them be the same.
fn group(
    chars: &[char],
    at: usize,
    out: &mut String,
    groups: &mut Vec<Option<String>>,
    repeats: &mut Repeats,
) -> Result<usize, String> {
    if chars.get(at + 1) != Some(&'?') {
        out.push('(');
        groups.push(None);
        repeats.open.push(1);
        return Ok(at + 1);
    }
    let named = match chars.get(at + 2..) {
        Some(['P', '<', ..]) => Some(at + 4),
        Some(['<', next, ..]) if !matches!(next, '=' | '!') => Some(at + 3),
        _ => None,
    };
    if let Some(from) = named {
        let name: String = chars[from..].iter().take_while(|c| **c != '>').collect();
        let valid = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = from + name.chars().count();
        if name.is_empty() || !name.chars().all(valid) || end == chars.len() {
            return Err(format!("invalid named capture: `(?P<{name}>`"));
        }
        out.push('(');
        groups.push(Some(name));
        repeats.open.push(1);
        return Ok(end + 1);
    }
    let flags: String = chars[at + 2..]
        .iter()
        .take_while(|c| !matches!(c, ':' | ')'))
        .collect();
    let end = at + 2 + flags.chars().count();
    let known = flags
        .chars()
        .all(|c| matches!(c, 'i' | 'm' | 's' | 'U' | '-'));
    if !known || flags.ends_with('-') || flags.matches('-').count() > 1 || end == chars.len() {
        let shown: String = flags.chars().take(2).collect();
        return Err(format!("invalid or unsupported Perl syntax: `(?{shown}`"));
    }
    if chars[end] == ':' {
        repeats.open.push(1);
        out.push_str(&format!("(?{flags}:"));
    } else if !flags.is_empty() {
        out.push_str(&format!("(?{flags})"));
    }
    Ok(end + 1)
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
            let (name, end): (String, usize) = match chars.get(at + 2) {
                Some('{') => {
                    let name: String = chars[at + 3..].iter().take_while(|c| **c != '}').collect();
                    let end = at + 3 + name.chars().count();
                    (name, end + 1)
                }
                Some(letter) => (letter.to_string(), at + 3),
                None => (String::new(), at + 3),
            };
            let (name, inverted) = match name.strip_prefix('^') {
                Some(name) => (name, true),
                None => (name.as_str(), false),
            };
            let script = name.starts_with(|c: char| c.is_ascii_uppercase())
                && name.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
            if end > chars.len() || !script {
                return Err(format!("invalid character class range: `\\{c}{{{name}}}`"));
            }
            let sign = if inverted == (c == 'p') { 'P' } else { 'p' };
            let kind = if CATEGORIES.contains(&name) {
                ""
            } else {
                "Script="
            };
            out.push_str(&format!("\\{sign}{{{kind}{name}}}"));
            return Ok(end);
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
    // Before `<` and `>` a backslash would make them the ends of words.
    if c.is_ascii_punctuation() && !matches!(c, '<' | '>') {
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
                    let name: String = chars[i + 2..end].iter().collect();
                    if !CLASSES.contains(&name.trim_start_matches('^')) {
                        return Err(format!("invalid character class range: `[:{name}:]`"));
                    }
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
