//! Decides how values are written as YAML and read from it: which plain scalars are numbers, bools, dates and null, and in
//! which style each text is written. The rules are those of Terraform's `yamlencode` and `yamldecode`.

use std::fmt::Write as _;

use cairn_value::{Name, Number, Type, Value, convert};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::{Fault, Function, Returns, any, datetime, entries, items, nfc, string, text};
use crate::eval::EvalContext;

/// Texts are broken at blanks beyond this column.
const WIDTH: usize = 80;

/// Keys longer than this are marked as keys.
const KEY_LENGTH: usize = 128;

/// Nothing is nested deeper than this.
const DEPTH: usize = 256;

/// With all references to anchors written out, a document may not have more parts than this.
const PARTS: usize = 1_000_000;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "yamldecode",
        &[string("src")],
        Returns::By(|_| Ok(Type::Dynamic)),
        decode,
    ),
    Function::new(
        "yamlencode",
        &[any("value").null().unknown().any_type()],
        Returns::String,
        encode,
    ),
];

// Reading.

fn decode(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if text(args, 0).trim_start_matches('\n').starts_with('\t') {
        return Err(Fault::arg(
            0,
            "this is not valid YAML: lines cannot be indented with tabs",
        ));
    }
    let mut reader = Reader {
        parser: Parser::new_from_str(text(args, 0)),
        anchors: Vec::new(),
        depth: 0,
    };
    reader
        .document()
        .map_err(|e| Fault::arg(0, format!("this is not valid YAML: {e}")))
}

struct Reader<'y> {
    parser: Parser<'y, saphyr_parser::StrInput<'y>>,
    /// By number: the value, and of how many parts it consists; nothing while it is being read.
    anchors: Vec<(usize, Option<(Value, usize)>)>,
    depth: usize,
}

/// A value and the number of its parts.
type Part = (Value, usize);

impl<'y> Reader<'y> {
    fn next(&mut self) -> Result<Event<'y>, String> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(e)) => {
                let at = e.marker();
                Err(format!(
                    "on line {}, column {}: {}",
                    at.line(),
                    at.col() + 1,
                    e.info()
                ))
            }
            None => Err("it ends too early".to_owned()),
        }
    }

    fn document(&mut self) -> Result<Value, String> {
        loop {
            match self.next()? {
                Event::StreamStart | Event::Nothing => {}
                Event::DocumentStart(_) => break,
                Event::StreamEnd => return Err("there is no document in it".to_owned()),
                other => return Err(format!("unexpected {other:?}")),
            }
        }
        let event = self.next()?;
        let (value, _) = self.part(event)?;
        loop {
            match self.next()? {
                Event::DocumentEnd | Event::Nothing => {}
                Event::StreamEnd => return Ok(value),
                _ => {
                    return Err(
                        "only one document can be decoded, but there are several".to_owned()
                    );
                }
            }
        }
    }

    fn part(&mut self, event: Event<'y>) -> Result<Part, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        let part = match event {
            Event::Scalar(content, style, anchor, tag) => {
                let value = scalar(&content, style, tag.as_deref())?;
                self.anchored(anchor, (value, 1))
            }
            Event::Alias(anchor) => match self.anchors.iter().rev().find(|(n, _)| *n == anchor) {
                Some((_, Some(part))) => part.clone(),
                Some((_, None)) => {
                    return Err(
                        "an anchor cannot be referred to inside of what it names".to_owned()
                    );
                }
                None => return Err("there is no such anchor".to_owned()),
            },
            Event::SequenceStart(anchor, tag) => {
                expect_tag(tag.as_deref(), "seq", "sequence")?;
                self.open(anchor);
                let mut list = Vec::new();
                let mut n = 1;
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break,
                        event => {
                            let (value, parts) = self.part(event)?;
                            n = grown(n, parts)?;
                            list.push(value);
                        }
                    }
                }
                self.anchored(anchor, (Value::tuple(list), n))
            }
            Event::MappingStart(anchor, tag) => {
                expect_tag(tag.as_deref(), "map", "mapping")?;
                self.open(anchor);
                let mut attributes: Vec<(Name, Value)> = Vec::new();
                let mut n = 1;
                loop {
                    let event = match self.next()? {
                        Event::MappingEnd => break,
                        event => event,
                    };
                    let (key, _) = self.part(event)?;
                    let event = self.next()?;
                    let (value, parts) = self.part(event)?;
                    n = grown(n, parts)?;
                    if key.as_str() == Some("<<") {
                        match &value {
                            Value::Object(_) => attributes.extend(entries(&value)),
                            other => {
                                return Err(format!(
                                    "a {} cannot be merged into a mapping",
                                    other.ty().friendly()
                                ));
                            }
                        }
                        continue;
                    }
                    attributes.push((mapping_key(&key)?, value));
                }
                self.anchored(anchor, (Value::object(attributes), n))
            }
            other => return Err(format!("unexpected {other:?}")),
        };
        self.depth -= 1;
        Ok(part)
    }

    fn open(&mut self, anchor: usize) {
        if anchor > 0 {
            self.anchors.push((anchor, None));
        }
    }

    fn anchored(&mut self, anchor: usize, part: Part) -> Part {
        if anchor > 0 {
            self.anchors.push((anchor, Some(part.clone())));
        }
        part
    }
}

fn grown(n: usize, more: usize) -> Result<usize, String> {
    n.checked_add(more)
        .filter(|n| *n <= PARTS)
        .ok_or_else(|| "it is too large with its anchors written out".to_owned())
}

fn mapping_key(key: &Value) -> Result<Name, String> {
    if key.is_null() {
        return Err("the key of a mapping cannot be null".to_owned());
    }
    match convert(key, &Type::String) {
        Ok(Value::String(s)) => Ok(s),
        _ => Err("only texts can be keys of a mapping".to_owned()),
    }
}

fn expect_tag(tag: Option<&Tag>, wanted: &str, kind: &str) -> Result<(), String> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == wanted) => Err(format!(
            "a {kind} cannot be read as {}{}",
            tag.handle, tag.suffix
        )),
        _ => Ok(()),
    }
}

fn scalar(content: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
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
        "null" => Ok(Value::null()),
        "int" | "float" | "bool" if quoted => Ok(nfc(content)),
        "int" | "float" => match number(content) {
            Some(n) => Ok(Value::Number(n)),
            None => wrong(&tag.suffix),
        },
        "bool" => boolean(content).map_or_else(|| wrong("bool"), |b| Ok(Value::Bool(b))),
        "binary" => super::encoding::decode_base64(content)
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

// Writing.

fn encode(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown_not_null(Type::String));
    }
    let mut writer = Writer {
        out: String::new(),
        column: 0,
    };
    writer
        .value(&args[0], 0, true)
        .map_err(|e| Fault::arg(0, e))?;
    writer.end_line();
    // A plain scalar alone could go on in the next line, so its end is marked.
    if matches!(args[0], Value::Null(_) | Value::Bool(_) | Value::Number(_)) {
        writer.out.push_str("...\n");
    }
    Ok(Value::string(writer.out))
}

struct Writer {
    out: String,
    column: usize,
}

/// How a text is written.
enum Style {
    Quoted,
    /// The sign behind the bar.
    Literal(String),
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        match text.rfind('\n') {
            Some(at) => self.column = text[at + 1..].chars().count(),
            None => self.column += text.chars().count(),
        }
    }

    fn end_line(&mut self) {
        if self.column > 0 {
            self.put("\n");
        }
    }

    fn indent(&mut self, n: usize) {
        self.put(&" ".repeat(n));
    }

    /// A value behind what stands in the line already; `indent` is that of the collection it is in, `first` where nothing
    /// stands in the line but the indentation (or dashes).
    fn value(&mut self, value: &Value, indent: usize, first: bool) -> Result<(), String> {
        match value {
            Value::Null(_) => self.put("null"),
            Value::Bool(b) => self.put(if *b { "true" } else { "false" }),
            Value::Number(n) => self.put(&n.to_string()),
            Value::String(s) => self.text(s, indent + 2, true),
            Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
                self.sequence(items(value), indent, first)?;
            }
            Value::Map(_) | Value::Object(_) => self.mapping(&entries(value), indent, first)?,
            Value::Unknown(_) | Value::Marked(_) => {
                return Err("the value is not known yet".to_owned());
            }
        }
        Ok(())
    }

    fn sequence(&mut self, all: &[Value], indent: usize, first: bool) -> Result<(), String> {
        if all.is_empty() {
            self.put("[]");
            return Ok(());
        }
        for (i, item) in all.iter().enumerate() {
            if i > 0 || !first {
                self.end_line();
                self.indent(indent);
            }
            self.put("- ");
            match item {
                Value::String(s) => self.text(s, indent + 2, true),
                other => self.value(other, indent + 2, true)?,
            }
        }
        Ok(())
    }

    fn mapping(&mut self, all: &[(Name, Value)], indent: usize, first: bool) -> Result<(), String> {
        if all.is_empty() {
            self.put("{}");
            return Ok(());
        }
        for (i, (key, value)) in all.iter().enumerate() {
            if i > 0 || !first {
                self.end_line();
                self.indent(indent);
            }
            let simple = !matches!(style(key), Style::Literal(_)) && key.len() <= KEY_LENGTH;
            if simple {
                self.text(key, indent, false);
                self.put(":");
            } else {
                self.put("? ");
                self.text(key, indent + 2, true);
                self.end_line();
                self.indent(indent);
                self.put(":");
            }
            match value {
                Value::Map(_) | Value::Object(_) if !entries(value).is_empty() => {
                    // The mapping begins in its own line; behind a marked key in the same.
                    if !simple {
                        self.put(" ");
                    }
                    self.mapping(&entries(value), indent + 2, !simple)?;
                }
                Value::List(_) | Value::Set(_) | Value::Tuple(_) if !items(value).is_empty() => {
                    if !simple {
                        self.put(" ");
                    }
                    self.sequence(items(value), indent + if simple { 0 } else { 2 }, !simple)?;
                }
                Value::String(s) => {
                    self.put(" ");
                    self.text(s, indent + 2, true);
                }
                other => {
                    self.put(" ");
                    self.value(other, indent + 2, false)?;
                }
            }
        }
        Ok(())
    }

    /// A text; further lines of it are indented by so much.
    fn text(&mut self, text: &str, indent: usize, may_break: bool) {
        match style(text) {
            Style::Quoted => self.quoted(text, indent, may_break),
            Style::Literal(hint) => {
                self.put("|");
                self.put(&hint);
                self.put("\n");
                let body = text.strip_suffix('\n').unwrap_or(text);
                for (i, line) in body.split('\n').enumerate() {
                    if i > 0 {
                        self.put("\n");
                    }
                    if !line.is_empty() {
                        self.indent(indent);
                        self.put(line);
                    }
                }
                if text.ends_with('\n') {
                    self.put("\n");
                }
            }
        }
    }

    fn quoted(&mut self, text: &str, indent: usize, may_break: bool) {
        self.put("\"");
        let mut after_blank = false;
        let mut chars = text.chars().enumerate().peekable();
        let n = text.chars().count();
        while let Some((i, c)) = chars.next() {
            if c == ' ' {
                if may_break && !after_blank && self.column > WIDTH && i > 0 && i < n - 1 {
                    self.put("\n");
                    self.indent(indent);
                    if chars.peek().is_some_and(|(_, c)| *c == ' ') {
                        self.put("\\");
                    }
                } else {
                    self.put(" ");
                }
                after_blank = true;
                continue;
            }
            after_blank = false;
            let escaped = match c {
                '\0' => "\\0".to_owned(),
                '\x07' => "\\a".to_owned(),
                '\x08' => "\\b".to_owned(),
                '\t' => "\\t".to_owned(),
                '\n' => "\\n".to_owned(),
                '\x0b' => "\\v".to_owned(),
                '\x0c' => "\\f".to_owned(),
                '\r' => "\\r".to_owned(),
                '\x1b' => "\\e".to_owned(),
                '"' => "\\\"".to_owned(),
                '\\' => "\\\\".to_owned(),
                '\u{85}' => "\\N".to_owned(),
                '\u{2028}' => "\\L".to_owned(),
                '\u{2029}' => "\\P".to_owned(),
                c if is_printable(c) => c.to_string(),
                c => {
                    let mut code = String::new();
                    match c as u32 {
                        n @ ..=0xff => write!(code, "\\x{n:02X}"),
                        n @ ..=0xffff => write!(code, "\\u{n:04X}"),
                        n => write!(code, "\\U{n:08X}"),
                    }
                    .expect("a string takes any text");
                    code
                }
            };
            self.put(&escaped);
        }
        self.put("\"");
    }
}

/// Texts of several lines are written as they are, unless something in them could be lost so.
fn style(text: &str) -> Style {
    let safe = text.contains('\n')
        && !text.contains(" \n")
        && !text.ends_with(' ')
        && text.chars().all(|c| c == '\n' || is_printable(c));
    if !safe {
        return Style::Quoted;
    }
    let mut hint = String::new();
    if text.starts_with([' ', '\n']) {
        hint.push('2');
    }
    if !text.ends_with('\n') {
        hint.push('-');
    } else if text == "\n" || text.ends_with("\n\n") {
        hint.push('+');
    }
    Style::Literal(hint)
}

fn is_printable(c: char) -> bool {
    matches!(
        c,
        ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}'
    ) && !matches!(c, '\u{2028}' | '\u{2029}')
}
