//! How a request is signed and how a signature is checked, in both versions that the services take:
//! V1 (RPC, HMAC-SHA1 over all parameters) and V3 (ACS3-HMAC-SHA256 over method, path, query, named
//! headers and body). Time and nonce are arguments; whether a timestamp is fresh or a nonce new is
//! for the caller to judge.

/// Version 1: everything is a parameter, query and form together.
pub mod v1;
/// Version 3: protocol members are `x-acs-*` headers, and the signature names what it covers.
pub mod v3;

/// An access key. The secret never shows in `Debug`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The public half, sent with every request.
    pub access_key_id: String,
    /// The half that signs.
    pub access_key_secret: crate::Secret,
    /// Given by STS with temporary keys; sent along and signed.
    pub security_token: Option<crate::Secret>,
}

/// Why a signature is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A member of the protocol is absent or unusable.
    #[error("the request has no usable {0}")]
    Incomplete(&'static str),
    /// The signature is another one; the string is what this side signed.
    #[error("signature mismatch, server string to sign is:{string_to_sign}")]
    Mismatch {
        /// What this side put under the key.
        string_to_sign: String,
    },
    /// The hash that was sent is not that of the body.
    #[error("the body does not have the hash that was signed")]
    BodyHash,
}

/// Percent-encodes as RFC 3986 has it: all but `A-Z a-z 0-9 - _ . ~`, over UTF-8, upper-case hex.
pub fn encode_component(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 5 / 4);
    encode_into(&mut encoded, text);
    encoded
}

/// Appends the encoded text. Every request is encoded twice over to be signed or checked.
fn encode_into(encoded: &mut String, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    // Where the plain text that is still to be copied begins. It is ASCII, and so are its bounds.
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            continue;
        }
        if plain < at {
            encoded.push_str(&text[plain..at]);
        }
        plain = at + 1;
        encoded.push('%');
        encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
        encoded.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    if plain < text.len() {
        encoded.push_str(&text[plain..]);
    }
}

/// The inverse, as lenient as servers are: `+` is a space, a `%` without two hex digits stands for
/// itself, and bytes that are not UTF-8 become replacement characters.
pub fn decode_component(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |offset: usize| {
            bytes
                .get(at + offset)
                .and_then(|byte| char::from(*byte).to_digit(16))
        };
        match (bytes[at], hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (b'+', ..) => {
                decoded.push(b' ');
                at += 1;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Splits a query string or a form body into decoded pairs, in the order sent. A leading `?` is not
/// part of a query.
pub fn decode_query(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_component(name), decode_component(value))
        })
        .collect()
}

/// `name=value` joined by `&`, sorted by raw name, both sides encoded: the canonical query of both
/// versions, and a valid query string or form body too.
pub fn canonical_query<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> String {
    let mut sorted: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (name.as_ref(), value.as_ref()))
        .collect();
    sorted.sort_unstable();
    let mut query = String::new();
    for (name, value) in sorted {
        if !query.is_empty() {
            query.push('&');
        }
        encode_into(&mut query, name);
        query.push('=');
        encode_into(&mut query, value);
    }
    query
}

/// Compares without telling by the time taken where the first difference is.
fn equal_in_constant_time(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_is_strict_and_decoding_lenient() {
        assert_eq!(
            encode_component("a b*~!'()/ä+%"),
            "a%20b%2A~%21%27%28%29%2F%C3%A4%2B%25"
        );
        for text in ["", "a b*~!'()/ä+%", "名字", "\u{0}\n"] {
            assert_eq!(decode_component(&encode_component(text)), text);
        }
        assert_eq!(decode_component("a+b%2"), "a b%2");
        assert_eq!(decode_component("%zz%"), "%zz%");
        assert_eq!(decode_component("%ff"), "\u{fffd}");
        assert_eq!(decode_component("%é"), "%é");
    }

    #[test]
    fn queries_come_apart() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            decode_query("b=2&a=%201&&c&d=x=y"),
            [
                pair("b", "2"),
                pair("a", " 1"),
                pair("c", ""),
                pair("d", "x=y")
            ]
        );
        assert_eq!(
            canonical_query(&[("Tag.2", "b"), ("Tag.10", "a")]),
            "Tag.10=a&Tag.2=b"
        );
        assert!(decode_query("").is_empty());
    }
}
