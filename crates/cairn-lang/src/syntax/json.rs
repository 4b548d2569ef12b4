//! Decides what the JSON syntax says, as values and as expressions: every string is a template, except where a value must
//! stand for itself. Which parts are blocks is decided where blocks are known ([`crate::config`]).

use std::fmt::Write as _;

use cairn_diag::{Diagnostic, Diagnostics, FileId, Span, Spanned};
use cairn_value::{Number, Value};

use crate::deep::deep;

use super::ast::{Access, Expr, ExprKind, ObjectItem, SplatIn, Step, TemplatePart};
use super::{parse_expression, parse_template};

/// How deep values may nest.
const MAX_DEPTH: usize = 1000;

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Json {
    pub(crate) kind: JsonKind,
    pub(crate) span: Span,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum JsonKind {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Json>),
    /// In the order of writing; names may repeat.
    Object(Vec<(Spanned<String>, Json)>),
}

/// Reads a JSON text.
pub(crate) fn parse_json(file: FileId, text: &str) -> Result<Json, Diagnostics> {
    let mut reader = Reader {
        file,
        text,
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
    };
    let value = reader.value(0).map_err(|d| *d)?;
    reader.blanks();
    if reader.at < text.len() {
        return Err((*reader.wrong("The value is complete in front of this.")).into());
    }
    Ok(value)
}

struct Reader<'s> {
    file: FileId,
    text: &'s str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn span(&self, from: usize) -> Span {
        Span::new(self.file, from, self.at)
    }

    fn wrong(&self, detail: &str) -> Box<Diagnostic> {
        let len = self.peek().map_or(0, char::len_utf8);
        let place = Span::new(self.file, self.at, self.at + len);
        Box::new(invalid(detail, place))
    }

    fn value(&mut self, depth: usize) -> Result<Json, Box<Diagnostic>> {
        if depth > MAX_DEPTH {
            return Err(
                self.wrong("Values can nest about a thousand levels deep, and this goes deeper.")
            );
        }
        self.blanks();
        let from = self.at;
        let kind = match self.peek() {
            Some('{') => JsonKind::Object(deep(|| self.object(depth))?),
            Some('[') => JsonKind::Array(deep(|| self.array(depth))?),
            Some('"') => JsonKind::String(self.string()?),
            Some('-' | '0'..='9') => JsonKind::Number(self.number()?),
            Some(c) if c.is_ascii_alphabetic() => {
                let rest = &self.text[from..];
                let len = rest
                    .find(|c: char| !c.is_ascii_alphanumeric())
                    .unwrap_or(rest.len());
                let kind = match &rest[..len] {
                    "null" => JsonKind::Null,
                    "true" => JsonKind::Bool(true),
                    "false" => JsonKind::Bool(false),
                    _ => {
                        return Err(self.wrong(
                            "A value is expected here. Texts and references stand in double quotes: \"${var.x}\".",
                        ));
                    }
                };
                self.at += len;
                kind
            }
            Some('\'') => return Err(self.wrong("Texts stand in double quotes.")),
            Some(_) => return Err(self.wrong("A value is expected here.")),
            None => return Err(self.wrong("A value is expected, but the file ends.")),
        };
        Ok(Json {
            kind,
            span: self.span(from),
        })
    }

    fn object(&mut self, depth: usize) -> Result<Vec<(Spanned<String>, Json)>, Box<Diagnostic>> {
        let opener = self.at;
        self.at += 1;
        let mut found = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                Some('}') if found.is_empty() => {
                    self.at += 1;
                    return Ok(found);
                }
                Some('"') => {}
                Some('}') => {
                    return Err(self.wrong(
                        "There is a comma too much in front of this brace: JSON takes none behind the last property.",
                    ));
                }
                Some(_) => {
                    return Err(
                        self.wrong("The name of a property in double quotes is expected here.")
                    );
                }
                None => return Err(self.unclosed(opener, "}")),
            }
            let from = self.at;
            let name = self.string()?;
            let name = Spanned::new(name, self.span(from));
            self.blanks();
            if self.peek() != Some(':') {
                return Err(self.wrong(
                    "A colon is expected here, between the name of the property and its value.",
                ));
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            found.push((name, value));
            if self.ends('}', opener)? {
                return Ok(found);
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Json>, Box<Diagnostic>> {
        let opener = self.at;
        self.at += 1;
        let mut found = Vec::new();
        self.blanks();
        if self.peek() == Some(']') {
            self.at += 1;
            return Ok(found);
        }
        loop {
            self.blanks();
            if self.peek() == Some(']') {
                return Err(self.wrong(
                    "There is a comma too much in front of this bracket: JSON takes none behind the last item.",
                ));
            }
            found.push(self.value(depth + 1)?);
            if self.ends(']', opener)? {
                return Ok(found);
            }
        }
    }

    /// Takes a comma (false) or the closing bracket (true).
    fn ends(&mut self, close: char, opener: usize) -> Result<bool, Box<Diagnostic>> {
        self.blanks();
        match self.peek() {
            Some(',') => {
                self.at += 1;
                Ok(false)
            }
            Some(c) if c == close => {
                self.at += 1;
                Ok(true)
            }
            Some(_) => Err(self.wrong(if close == '}' {
                "A comma or a closing brace is expected here."
            } else {
                "A comma or a closing bracket is expected here."
            })),
            None => Err(self.unclosed(opener, &close.to_string())),
        }
    }

    fn unclosed(&self, opener: usize, close: &str) -> Box<Diagnostic> {
        let detail = format!("What is opened here is not closed: {close} is missing.");
        let place = Span::new(self.file, opener, opener + 1);
        Box::new(invalid(&detail, place))
    }

    fn number(&mut self) -> Result<Number, Box<Diagnostic>> {
        let rest = &self.text[self.at..];
        let len = rest
            .find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(rest.len());
        let number = Number::parse(&rest[..len])
            .ok_or_else(|| self.wrong("This is no number, or one too large or too small."))?;
        self.at += len;
        Ok(number)
    }

    fn string(&mut self) -> Result<String, Box<Diagnostic>> {
        let opener = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let len = rest
                .find(|c: char| c == '"' || c == '\\' || c < ' ')
                .unwrap_or(rest.len());
            out.push_str(&rest[..len]);
            self.at += len;
            match self.peek() {
                Some('"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some('\\') => out.push(self.escape()?),
                Some(_) => {
                    return Err(self.wrong(
                        "A text cannot hold a line break or another control character as it is; write \\n for a line break.",
                    ));
                }
                None => return Err(self.unclosed(opener, "the closing quote")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Box<Diagnostic>> {
        let unit = |r: &Self, at: usize| {
            let hex = r.text.get(at..at + 4)?;
            u32::from_str_radix(hex, 16).ok()
        };
        let simple = match self.text[self.at + 1..].chars().next() {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('b') => Some('\u{8}'),
            Some('f') => Some('\u{c}'),
            Some(c @ ('"' | '\\' | '/')) => Some(c),
            _ => None,
        };
        if let Some(c) = simple {
            self.at += 2;
            return Ok(c);
        }
        if self.text[self.at + 1..].starts_with('u')
            && let Some(high) = unit(self, self.at + 2)
        {
            let pair = (0xd800..0xdc00)
                .contains(&high)
                .then(|| {
                    let low = self.text[self.at + 6..].strip_prefix("\\u")?;
                    let low = u32::from_str_radix(low.get(..4)?, 16).ok()?;
                    (0xdc00..0xe000)
                        .contains(&low)
                        .then(|| 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
                })
                .flatten();
            let (code, len) = pair.map_or((high, 6), |code| (code, 12));
            self.at += len;
            return Ok(char::from_u32(code).unwrap_or('\u{fffd}'));
        }
        Err(self.wrong("There is no such escape sequence."))
    }
}

fn invalid(detail: &str, place: Span) -> Diagnostic {
    Diagnostic::error("invalid-json", "Invalid JSON")
        .detail(detail)
        .at(place)
}

impl Json {
    /// The expression that it is: strings are templates.
    pub(crate) fn expr(&self, said: &mut Diagnostics) -> Expr {
        self.to_expr(&mut |text, span| {
            parsed(parse_template(FileId(u32::MAX), text), text, span, said)
        })
    }

    /// The value that it is: strings are as they are.
    pub(crate) fn literal(&self) -> Expr {
        self.to_expr(&mut |text, span| text_at(text, span))
    }

    /// The expression that it holds: strings are expressions (references, types, keywords), or else texts.
    pub(crate) fn inner(&self) -> Expr {
        self.to_expr(
            &mut |text, span| match parse_expression(FileId(u32::MAX), text) {
                Ok(mut expr) => {
                    place(&mut expr, span);
                    expr
                }
                Err(_) => text_at(text, span),
            },
        )
    }

    fn to_expr(&self, string: &mut impl FnMut(&str, Span) -> Expr) -> Expr {
        let kind = match &self.kind {
            JsonKind::Null => ExprKind::Literal(Value::null()),
            JsonKind::Bool(b) => ExprKind::Literal(Value::Bool(*b)),
            JsonKind::Number(n) => ExprKind::Literal(Value::Number(n.clone())),
            JsonKind::String(text) => return string(text, self.span),
            JsonKind::Array(items) => {
                ExprKind::Tuple(items.iter().map(|i| deep(|| i.to_expr(string))).collect())
            }
            JsonKind::Object(items) => ExprKind::Object(
                items
                    .iter()
                    .map(|(key, value)| {
                        let mut key = string(&key.value, key.span);
                        // A key that reads as a bare name is that name.
                        if let ExprKind::Ref(access) = &key.kind
                            && access.steps.is_empty()
                        {
                            key.kind = ExprKind::Literal(Value::String(access.source.clone()));
                        }
                        ObjectItem {
                            key,
                            value: deep(|| value.to_expr(string)),
                        }
                    })
                    .collect(),
            ),
        };
        Expr::new(kind, self.span)
    }
}

fn text_at(text: &str, span: Span) -> Expr {
    Expr::new(ExprKind::Literal(Value::string_nfc(text)), span)
}

/// What a string holds, placed at the string; with errors, the text, and what is wrong.
fn parsed(
    result: Result<Expr, Diagnostics>,
    text: &str,
    span: Span,
    said: &mut Diagnostics,
) -> Expr {
    match result {
        Ok(mut expr) => {
            place(&mut expr, span);
            expr
        }
        Err(errors) => {
            for mut d in errors {
                if let Some(inner) = d.subject {
                    let part = text.get(inner.start as usize..).unwrap_or("");
                    let part: String = part.chars().take(20).collect();
                    if !part.is_empty() {
                        let _ = write!(d.detail, " (In this string, at {part:?}.)");
                    }
                }
                d.context = None;
                said.push(d.at(span));
            }
            text_at(text, span)
        }
    }
}

/// Gives an expression and all its parts one place.
fn place(expr: &mut Expr, span: Span) {
    expr.span = span;
    match &mut expr.kind {
        ExprKind::Literal(_) => {}
        ExprKind::Template(parts) => {
            let mut moved = parts.to_vec();
            place_parts(&mut moved, span);
            *parts = moved.into();
        }
        ExprKind::TemplateWrap(inner) | ExprKind::Unary(_, inner) | ExprKind::Paren(inner) => {
            place(inner, span);
        }
        ExprKind::Ref(Access {
            source_span, steps, ..
        }) => {
            *source_span = span;
            place_steps(steps, span);
        }
        ExprKind::Access(access) => {
            access.source_span = span;
            place(&mut access.source, span);
            place_steps(&mut access.steps, span);
        }
        ExprKind::Splat(splat) => {
            splat.marker = span;
            place(&mut splat.source, span);
            place_steps(&mut splat.each, span);
            let mut nested: Option<&mut SplatIn> = splat.nested.as_deref_mut();
            while let Some(inner) = nested {
                inner.marker = span;
                place_steps(&mut inner.each, span);
                place_steps(&mut inner.then, span);
                nested = match &mut inner.nested {
                    Some(nested) => Some(nested),
                    None => inner.next.as_deref_mut(),
                };
            }
        }
        ExprKind::Call(call) => {
            call.name_span = span;
            call.args.iter_mut().for_each(|a| place(a, span));
        }
        ExprKind::Conditional(parts) => parts.iter_mut().for_each(|p| place(p, span)),
        ExprKind::Binary(operation) => {
            place(&mut operation.first, span);
            operation.rest.iter_mut().for_each(|(_, o)| place(o, span));
        }
        ExprKind::Tuple(items) => items.iter_mut().for_each(|i| place(i, span)),
        ExprKind::Object(items) => {
            for item in items {
                place(&mut item.key, span);
                place(&mut item.value, span);
            }
        }
        ExprKind::For(f) => {
            place(&mut f.collection, span);
            place(&mut f.value, span);
            for part in [&mut f.key, &mut f.condition].into_iter().flatten() {
                place(part, span);
            }
        }
    }
}

fn place_steps(steps: &mut [Step], span: Span) {
    for step in steps {
        match step {
            Step::Attr(_, at) => *at = span,
            Step::Index(key, at) => {
                *at = span;
                place(key, span);
            }
        }
    }
}

fn place_parts(parts: &mut [TemplatePart], span: Span) {
    for part in parts {
        match part {
            TemplatePart::Text(_) => {}
            TemplatePart::Interpolation(e) => place(e, span),
            TemplatePart::If { condition, yes, no } => {
                place(condition, span);
                place_parts(yes, span);
                place_parts(no, span);
            }
            TemplatePart::For {
                collection, body, ..
            } => {
                place(collection, span);
                place_parts(body, span);
            }
        }
    }
}
