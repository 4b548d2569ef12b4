//! Decides what the functions give that bring texts into other character encodings and back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use cairn_value::Value;
use encoding_rs::{Encoding, GB18030};

use super::codepages::CodePage;
use super::{Fault, Function, Returns, nfc, string, text};
use crate::eval::EvalContext;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "textencodebase64",
        &[string("string"), string("encoding")],
        Returns::String,
        encode,
    ),
    Function::new(
        "textdecodebase64",
        &[string("source"), string("encoding")],
        Returns::String,
        decode,
    ),
];

enum Charset {
    Utf8,
    /// Big-endian with a byte order mark; reading follows the mark.
    Utf16,
    Utf16Big,
    Utf16Little,
    /// Code points up to this one, one byte each.
    Direct(u32),
    Table(&'static Encoding),
    Page(CodePage),
    /// Seven bits: Chinese between `~{` and `~}`.
    Hz,
}

/// Names of the IANA registry and their aliases that are read as tables.
const TABLES: &[&str] = &[
    "866",
    "big5",
    "cp866",
    "cp936",
    "csbig5",
    "cseuckr",
    "cseucpkdfmtjapanese",
    "csgbk",
    "csiso2022jp",
    "csiso88596e",
    "csiso88596i",
    "csisolatin2",
    "csisolatin3",
    "csisolatin4",
    "csisolatin5",
    "csisolatin6",
    "csisolatinarabic",
    "csisolatincyrillic",
    "csisolatingreek",
    "csisolatinhebrew",
    "cskoi8r",
    "csmacintosh",
    "csshiftjis",
    "euc-jp",
    "euc-kr",
    "gb18030",
    "gbk",
    "ibm866",
    "iso-2022-jp",
    "iso-8859-10",
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-15",
    "iso-8859-16",
    "iso-8859-2",
    "iso-8859-3",
    "iso-8859-4",
    "iso-8859-5",
    "iso-8859-6",
    "iso-8859-7",
    "iso-8859-8",
    "koi8-r",
    "koi8-u",
    "latin2",
    "latin3",
    "latin4",
    "latin6",
    "mac",
    "macintosh",
    "ms936",
    "ms_kanji",
    "shift_jis",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "windows-874",
    "windows-936",
];

impl Charset {
    fn find(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Some(match name.as_str() {
            "utf-8" | "csutf8" => Self::Utf8,
            "utf-16" | "csutf16" => Self::Utf16,
            "utf-16be" | "csutf16be" => Self::Utf16Big,
            "utf-16le" | "csutf16le" => Self::Utf16Little,
            "us-ascii" | "iso-ir-6" | "ansi_x3.4-1968" | "iso646-us" | "us" | "ibm367"
            | "cp367" | "csascii" => Self::Direct(0x7f),
            "iso-8859-1" | "iso_8859-1" | "iso_8859-1:1987" | "iso-ir-100" | "latin1" | "l1"
            | "ibm819" | "cp819" | "csisolatin1" => Self::Direct(0xff),
            "hz-gb-2312" => Self::Hz,
            table if TABLES.contains(&table) => {
                // Some aliases of the registry are none of the web's.
                let label = match table {
                    "cp936" | "ms936" | "windows-936" | "csgbk" => "gbk",
                    other => other,
                };
                Self::Table(Encoding::for_label(label.as_bytes())?)
            }
            page => Self::Page(CodePage::find(page)?),
        })
    }

    fn encode(&self, text: &str) -> Option<Vec<u8>> {
        Some(match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf16 => [0xfe, 0xff]
                .into_iter()
                .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
                .collect(),
            Self::Utf16Big => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Utf16Little => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Direct(most) => text
                .chars()
                .map(|c| {
                    (c as u32 <= *most)
                        .then(|| u8::try_from(c as u32).ok())
                        .flatten()
                })
                .collect::<Option<Vec<u8>>>()?,
            Self::Table(encoding) => {
                if undefined_controls(encoding, text) {
                    return None;
                }
                let (bytes, _, lost) = encoding.encode(text);
                if lost {
                    return None;
                }
                bytes.into_owned()
            }
            Self::Page(page) => return page.encode(text),
            Self::Hz => return to_hz(text),
        })
    }

    fn decode(&self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Self::Utf16 => match bytes {
                [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
                [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
                _ => utf16(bytes, u16::from_be_bytes),
            },
            Self::Utf16Big => utf16(bytes, u16::from_be_bytes),
            Self::Utf16Little => utf16(bytes, u16::from_le_bytes),
            Self::Direct(most) => bytes
                .iter()
                .map(|b| (u32::from(*b) <= *most).then(|| char::from(*b)))
                .collect(),
            Self::Table(encoding) => {
                let (text, lost) = encoding.decode_without_bom_handling(bytes);
                (!lost && !undefined_controls(encoding, &text)).then(|| text.into_owned())
            }
            Self::Page(page) => Some(page.decode(bytes)),
            Self::Hz => from_hz(bytes),
        }
    }
}

/// The web fills holes of the Windows tables with control characters; here they are holes.
fn undefined_controls(encoding: &'static Encoding, text: &str) -> bool {
    encoding.name().starts_with("windows-")
        && text.chars().any(|c| ('\u{80}'..='\u{9f}').contains(&c))
}

/// HZ as RFC 1843 has it. What is open at the end stays open, as in Terraform.
fn to_hz(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut chinese = false;
    for c in text.chars() {
        if c.is_ascii() {
            if std::mem::take(&mut chinese) {
                out.extend(b"~}");
            }
            if c == '~' {
                out.push(b'~');
            }
            out.push(u8::try_from(c).ok()?);
            continue;
        }
        let mut buffer = [0; 4];
        let (bytes, _, _) = GB18030.encode(c.encode_utf8(&mut buffer));
        let &[a @ 0xa1..=0xfe, b @ 0xa1..=0xfe] = &*bytes else {
            return None;
        };
        if !std::mem::replace(&mut chinese, true) {
            out.extend(b"~{");
        }
        out.extend([a & 0x7f, b & 0x7f]);
    }
    Some(out)
}

/// The text of HZ; nothing where an escape or a pair means nothing.
fn from_hz(bytes: &[u8]) -> Option<String> {
    let mut out = String::with_capacity(bytes.len());
    let mut chinese = false;
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return Some(out),
            [b'~', b'{', rest @ ..] => {
                chinese = true;
                rest
            }
            [b'~', b'}', rest @ ..] => {
                chinese = false;
                rest
            }
            [b'~', b'~', rest @ ..] => {
                out.push('~');
                rest
            }
            [b'~', b'\n', rest @ ..] => rest,
            [b'~', ..] => return None,
            [a @ 0x21..=0x7d, b @ 0x21..=0x7e, rest @ ..] if chinese => {
                let pair = [a | 0x80, b | 0x80];
                let (text, lost) = GB18030.decode_without_bom_handling(&pair);
                if lost {
                    return None;
                }
                out.push_str(&text);
                rest
            }
            [c @ 0..=0x7f, rest @ ..] if !chinese => {
                out.push(char::from(*c));
                rest
            }
            _ => return None,
        };
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).ok()
}

fn charset(args: &[Value]) -> Result<Charset, Fault> {
    let name = text(args, 1);
    Charset::find(name).ok_or_else(|| {
        Fault::arg(
            1,
            format!("{name:?} is not a supported encoding: a name of the IANA registry such as UTF-16LE or windows-1252 is required"),
        )
    })
}

fn encode(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let bytes = charset(args)?.encode(text(args, 0)).ok_or_else(|| {
        Fault::arg(
            0,
            format!(
                "the given string contains characters that cannot be represented in {}",
                text(args, 1)
            ),
        )
    })?;
    Ok(Value::string(BASE64.encode(bytes)))
}

fn decode(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let charset = charset(args)?;
    let bytes = super::encoding::decode_base64(text(args, 0)).map_err(|e| Fault::arg(0, e))?;
    charset.decode(&bytes).map(nfc).ok_or_else(|| {
        Fault::arg(
            0,
            format!(
                "the given string contains symbols that are not defined for {}",
                text(args, 1)
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hz_changes_over_and_back() {
        let there = |text: &str| to_hz(text).map(|b| String::from_utf8(b).unwrap());
        assert_eq!(there("中文a").as_deref(), Some("~{VPND~}a"));
        assert_eq!(there("a~b中\n文").as_deref(), Some("a~~b~{VP~}\n~{ND"));
        assert_eq!(there("é€").as_deref(), Some("~{(&\"c"));
        assert_eq!(there("丂"), None);
        for text in ["", "a~b中\n文", "~{中~}"] {
            assert_eq!(from_hz(&to_hz(text).unwrap()).as_deref(), Some(text));
        }
        let back = |text: &str| from_hz(text.as_bytes());
        assert_eq!(back("~{VP~\nVP").as_deref(), Some("中中"));
        assert_eq!(back("ab~}c").as_deref(), Some("abc"));
        for wrong in ["~{VPa", "a~xb", "~", "~{V", "~{VP\nab", "é"] {
            assert_eq!(back(wrong), None, "{wrong}");
        }
    }
}
