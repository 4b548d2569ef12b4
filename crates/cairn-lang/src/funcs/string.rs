//! Decides what the functions of texts give, those with formats and patterns excepted.

use cairn_value::{Type, Value, convert};
use unicode_segmentation::UnicodeSegmentation;

use super::{
    Fault, Function, Kind, Returns, any, items, list_of, nfc, number, string, strings, text, whole,
};
use crate::eval::EvalContext;

/// No text that a function makes may be longer than this, in bytes.
pub(super) const TEXT_LIMIT: usize = 256 << 20;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("chomp", &[string("str")], Returns::String, |_, a| {
        Ok(Value::string(text(a, 0).trim_end_matches(['\n', '\r'])))
    }),
    Function::new(
        "endswith",
        &[string("str"), string("suffix")],
        Returns::Bool,
        |_, a| Ok(Value::Bool(text(a, 0).ends_with(text(a, 1)))),
    ),
    Function::new(
        "startswith",
        &[string("str").unknown(), string("prefix").unknown()],
        Returns::Bool,
        |_, a| Ok(starts_with(&a[0], &a[1])),
    ),
    Function::new(
        "strcontains",
        &[string("str"), string("substr")],
        Returns::Bool,
        |_, a| Ok(Value::Bool(text(a, 0).contains(text(a, 1)))),
    ),
    Function::new(
        "indent",
        &[number("spaces"), string("str")],
        Returns::String,
        indent,
    ),
    Function::new("join", &[string("separator")], Returns::String, join)
        .rest(list_of("lists", &Kind::String).unknown()),
    Function::new("lower", &[string("str")], Returns::String, |_, a| {
        Ok(nfc(lower(text(a, 0))))
    }),
    Function::new("upper", &[string("str")], Returns::String, |_, a| {
        Ok(nfc(upper(text(a, 0))))
    }),
    Function::new("title", &[string("str")], Returns::String, |_, a| {
        Ok(nfc(title(text(a, 0))))
    }),
    Function::new("strrev", &[string("str")], Returns::String, |_, a| {
        Ok(nfc(text(a, 0).graphemes(true).rev().collect::<String>()))
    }),
    Function::new(
        "substr",
        &[string("str"), number("offset"), number("length")],
        Returns::String,
        substr,
    ),
    Function::new(
        "split",
        &[string("separator"), string("str")],
        Returns::StringList,
        |_, a| Ok(split(a)),
    ),
    Function::new(
        "trim",
        &[string("str"), string("cutset")],
        Returns::String,
        |_, a| {
            let set: Vec<char> = text(a, 1).chars().collect();
            Ok(nfc(text(a, 0).trim_matches(|c| set.contains(&c))))
        },
    ),
    Function::new(
        "trimprefix",
        &[string("str"), string("prefix")],
        Returns::String,
        |_, a| {
            let s = text(a, 0);
            Ok(nfc(s.strip_prefix(text(a, 1)).unwrap_or(s)))
        },
    ),
    Function::new(
        "trimsuffix",
        &[string("str"), string("suffix")],
        Returns::String,
        |_, a| {
            let s = text(a, 0);
            Ok(nfc(s.strip_suffix(text(a, 1)).unwrap_or(s)))
        },
    ),
    Function::new("trimspace", &[string("str")], Returns::String, |_, a| {
        Ok(nfc(text(a, 0).trim()))
    }),
    Function::new(
        "tostring",
        &[any("v").null().unknown().any_type().marked()],
        Returns::String,
        |_, a| to(&a[0], &Type::String),
    ),
    Function::new(
        "tonumber",
        &[any("v").null().unknown().any_type().marked()],
        Returns::Number,
        |_, a| to(&a[0], &Type::Number),
    ),
    Function::new(
        "tobool",
        &[any("v").null().unknown().any_type().marked()],
        Returns::Bool,
        |_, a| to(&a[0], &Type::Bool),
    ),
    Function::new(
        "tolist",
        &[any("v").null().unknown().any_type().marked()],
        Returns::By(|_| Ok(Type::Dynamic)),
        |_, a| to(&a[0], &Type::list(Type::Dynamic)),
    ),
    Function::new(
        "toset",
        &[any("v").null().unknown().any_type().marked()],
        Returns::By(|_| Ok(Type::Dynamic)),
        |_, a| to(&a[0], &Type::set(Type::Dynamic)),
    ),
    Function::new(
        "tomap",
        &[any("v").null().unknown().any_type().marked()],
        Returns::By(|_| Ok(Type::Dynamic)),
        |_, a| to(&a[0], &Type::map(Type::Dynamic)),
    ),
];

/// A conversion asked for by name.
fn to(value: &Value, ty: &Type) -> Result<Value, Fault> {
    convert(value, ty).map_err(|e| {
        // What the text is, is said where it is no secret.
        let shown = match value {
            Value::String(s) if s.chars().count() <= 60 => format!(" {:?}", &**s),
            _ => String::new(),
        };
        let wanted = ty.friendly_constraint();
        let what = format!(
            "cannot convert {}{shown} to {wanted}",
            value.ty().friendly()
        );
        let why = e.to_string();
        Fault::arg(
            0,
            if why == format!("{wanted} required") {
                what
            } else {
                format!("{what}: {why}")
            },
        )
    })
}

fn indent(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let spaces = usize::try_from(whole(args, 0)?)
        .map_err(|_| Fault::arg(0, "the number of spaces must not be negative"))?;
    let s = text(args, 1);
    if spaces.saturating_mul(s.matches('\n').count()) > TEXT_LIMIT {
        return Err(Fault::call("the result is too long"));
    }
    let pad = format!("\n{}", " ".repeat(spaces));
    Ok(nfc(s.replace('\n', &pad)))
}

fn join(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if args.len() < 2 {
        return Err(Fault::call("at least one list is required"));
    }
    let mut parts: Vec<&str> = Vec::new();
    for (i, list) in args.iter().enumerate().skip(1) {
        if list.is_unknown() || items(list).iter().any(Value::is_unknown) {
            return Ok(Value::unknown_not_null(Type::String));
        }
        for (at, item) in items(list).iter().enumerate() {
            match item.as_str() {
                Some(s) => parts.push(s),
                None => {
                    return Err(Fault::arg(
                        i,
                        format!("element {at} is null; cannot concatenate null values"),
                    ));
                }
            }
        }
    }
    Ok(nfc(parts.join(text(args, 0))))
}

/// Of an unknown text its certain beginning may decide.
fn starts_with(text: &Value, prefix: &Value) -> Value {
    let answer = match (text, prefix) {
        (Value::String(text), Value::String(prefix)) => Some(text.starts_with(&**prefix)),
        (Value::Unknown(u), Value::String(prefix)) => {
            let begins = u.refinement.prefix.as_deref().unwrap_or_default();
            if begins.starts_with(&**prefix) {
                Some(true)
            } else {
                (!prefix.starts_with(begins)).then_some(false)
            }
        }
        _ => None,
    };
    answer.map_or_else(|| Value::unknown_not_null(Type::Bool), Value::Bool)
}

/// Small letters, character by character: no context (final sigma) and no language plays a part.
fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars()
        .map(|c| {
            let mut mapped = c.to_lowercase();
            match (mapped.next(), mapped.next()) {
                (Some(one), None) => one,
                // Of İ only the letter stays.
                (Some(first), Some(_)) => first,
                _ => c,
            }
        })
        .collect()
}

/// Capital letters, character by character; those whose capital is more than one letter stay.
fn upper(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    text.chars().map(upper_char).collect()
}

fn upper_char(c: char) -> char {
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// A capital at the beginning of each word. A word begins after anything but letters, digits and underscores.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = ' ';
    for c in text.chars() {
        out.push(if separates(previous) {
            title_char(c)
        } else {
            c
        });
        previous = c;
    }
    out
}

fn title_char(c: char) -> char {
    match c {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        c => upper_char(c),
    }
}

fn separates(c: char) -> bool {
    if c.is_ascii() {
        return !(c.is_ascii_alphanumeric() || c == '_');
    }
    !c.is_alphanumeric() && c.is_whitespace()
}

fn substr(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let s = text(args, 0);
    let (offset, length) = (whole(args, 1)?, whole(args, 2)?);
    let graphemes: Vec<&str> = s.graphemes(true).collect();
    let n = graphemes.len() as i64;
    // Negative offsets count from the end; a negative length means all that is left.
    let start = if offset < 0 {
        (n + offset).max(0)
    } else {
        offset
    };
    if length == 0 && offset >= 0 || start >= n {
        return Ok(Value::string(""));
    }
    // Behind a negative offset no length means the same, as in Terraform.
    let end = if length <= 0 {
        n
    } else {
        start.saturating_add(length).min(n)
    };
    Ok(nfc(graphemes[start as usize..end as usize].concat()))
}

fn split(args: &[Value]) -> Value {
    let (separator, s) = (text(args, 0), text(args, 1));
    if separator.is_empty() {
        return strings(s.chars().map(|c| c.to_string()));
    }
    strings(s.split(separator))
}
