//! Decides how values are written as YAML: in which style each text, and where lines are broken.

use std::fmt::Write as _;

use cairn_value::{Name, Value};

use crate::funcs::{entries, items};

/// Texts are broken at blanks beyond this column.
const WIDTH: usize = 80;

/// Keys with one of these are marked as keys too.
const LINE_ENDS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

/// Keys longer than this are marked as keys.
const KEY_LENGTH: usize = 128;

/// A value that is wholly known, as a document.
pub(super) fn document(value: &Value) -> Result<String, String> {
    let mut writer = Writer {
        out: String::new(),
        column: 0,
    };
    writer.value(value, 0, true)?;
    writer.end_line();
    // A plain scalar alone could go on in the next line, so its end is marked.
    if matches!(value, Value::Null(_) | Value::Bool(_) | Value::Number(_)) {
        writer.out.push_str("...\n");
    }
    Ok(writer.out)
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
            let simple = !key.contains(LINE_ENDS) && key.len() <= KEY_LENGTH;
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
        // Behind a byte order mark nothing is left as it is.
        let marked = text.starts_with('\u{feff}');
        let mut after_blank = false;
        let mut chars = text.chars().enumerate().peekable();
        let n = text.chars().count();
        while let Some((i, c)) = chars.next() {
            if c == ' ' && !marked {
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
                '\u{a0}' if marked => "\\_".to_owned(),
                c if is_printable(c) && !marked => c.to_string(),
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
