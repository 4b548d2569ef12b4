//! Decides what literals stand for: the digits of a number, and the text between quotes or in a heredoc with its escape sequences
//! and Unicode normal form C.

use std::borrow::Cow;
use std::sync::Arc;

use cairn_value::{Number, Value};

use super::ast::{Expr, ExprKind};
use super::error;
use super::parser::{Parser, Reported};
use super::token::Token;

impl<'s> Parser<'s> {
    /// The value of a number literal.
    pub(super) fn number(&mut self, token: Token) -> Result<Expr, Reported> {
        let text = self.text_of(token);
        let place = self.span_of(token);
        match Number::parse(text) {
            Some(number) => Ok(Expr::new(ExprKind::Literal(Value::Number(number)), place)),
            None => Err(self.report(error::invalid_number(text, place))),
        }
    }

    /// The text of a literal part of a template; `escapes` are those with a backslash, which heredocs do not have.
    pub(super) fn literal(
        &mut self,
        token: Token,
        escapes: bool,
    ) -> Result<Cow<'s, str>, Reported> {
        let raw = self.text_of(token);
        let plain = !raw.bytes().any(|b| b == b'{' || (escapes && b == b'\\'));
        if plain {
            return Ok(Cow::Borrowed(raw));
        }
        let mut out = String::with_capacity(raw.len());
        let bytes = raw.as_bytes();
        let mut i = 0;
        let mut copied = 0;
        let mut failed = None;
        while i < bytes.len() {
            match bytes[i] {
                b'\\' if escapes => {
                    out.push_str(&raw[copied..i]);
                    let (c, len) = match escape(&raw[i + 1..]) {
                        Ok(found) => found,
                        Err(len) => {
                            let start = token.start as usize + i;
                            let place = self.span(start, start + 1 + len);
                            // A path with backslashes is one mistake, not one for each of them.
                            if failed.is_none() {
                                let error = error::invalid_escape(&raw[i..=i + len], place);
                                failed = Some(self.report(error));
                            }
                            ('\u{fffd}', len)
                        }
                    };
                    out.push(c);
                    i += 1 + len;
                    copied = i;
                }
                sigil @ (b'$' | b'%') => {
                    let run = bytes[i..].iter().take_while(|&&b| b == sigil).count();
                    // `$${` stands for `${`: one of the signs is dropped.
                    if run > 1 && bytes.get(i + run) == Some(&b'{') {
                        out.push_str(&raw[copied..i + run - 1]);
                        copied = i + run;
                    }
                    i += run;
                }
                _ => i += 1,
            }
        }
        out.push_str(&raw[copied..]);
        match failed {
            Some(reported) => Err(reported),
            None => Ok(Cow::Owned(out)),
        }
    }
}

/// The character behind a backslash and the length of its text; or the length of what is no escape.
pub(crate) fn escape(rest: &str) -> Result<(char, usize), usize> {
    let Some(selector) = rest.chars().next() else {
        return Err(0);
    };
    let digits = match selector {
        'n' => return Ok(('\n', 1)),
        'r' => return Ok(('\r', 1)),
        't' => return Ok(('\t', 1)),
        '"' => return Ok(('"', 1)),
        '\\' => return Ok(('\\', 1)),
        'u' => 4,
        'U' => 8,
        other => return Err(other.len_utf8()),
    };
    let found = rest[1..]
        .bytes()
        .take(digits)
        .take_while(u8::is_ascii_hexdigit)
        .count();
    if found < digits {
        return Err(1 + found);
    }
    u32::from_str_radix(&rest[1..=digits], 16)
        .ok()
        .and_then(char::from_u32)
        .map(|c| (c, 1 + digits))
        .ok_or(1 + digits)
}

/// The text in normal form C.
pub(crate) fn normalized(text: &str) -> Arc<str> {
    match Value::string_nfc(text) {
        Value::String(text) => text,
        _ => Arc::from(text),
    }
}
