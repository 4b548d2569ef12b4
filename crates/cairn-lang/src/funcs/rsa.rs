//! Decides what `rsadecrypt` gives: PKCS #1 v1.5 decryption with a private key in PEM form. For texts that were encrypted
//! for the owner of the configuration; not made to withstand someone who measures its time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use cairn_value::Value;
use num_bigint::BigUint;

use super::{Fault, Function, Returns, nfc, string, text};
use crate::eval::EvalContext;

/// Keys of more bits than this are refused.
const KEY_BITS: u64 = 16_384;

pub(super) const FUNCTIONS: &[Function] = &[Function::new(
    "rsadecrypt",
    &[string("ciphertext"), string("privatekey")],
    Returns::String,
    rsadecrypt,
)];

fn rsadecrypt(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let bytes = super::encoding::decode_base64(text(args, 0)).map_err(|_| {
        Fault::arg(
            0,
            "failed to decode input: cipher text must be base64-encoded",
        )
    })?;
    let key = Key::parse(text(args, 1)).map_err(|e| Fault::arg(1, e))?;
    let plain = key
        .decrypt(&bytes)
        .ok_or_else(|| Fault::call("failed to decrypt: the text was not encrypted for this key"))?;
    String::from_utf8(plain)
        .map(nfc)
        .map_err(|_| Fault::call("the decrypted text is not valid UTF-8"))
}

struct Key {
    modulus: BigUint,
    exponent: BigUint,
}

impl Key {
    /// Reads a key of the form `BEGIN RSA PRIVATE KEY` (PKCS #1) or `BEGIN PRIVATE KEY` (PKCS #8).
    fn parse(pem: &str) -> Result<Self, String> {
        let invalid =
            || "invalid private key: an RSA private key in PEM form is required".to_owned();
        let begin = pem.find("-----BEGIN ").ok_or_else(invalid)?;
        let rest = &pem[begin + 11..];
        let (kind, rest) = rest.split_once("-----").ok_or_else(invalid)?;
        let (body, _) = rest
            .split_once(&format!("-----END {kind}-----"))
            .ok_or_else(invalid)?;
        if body.contains("ENCRYPTED") || kind == "ENCRYPTED PRIVATE KEY" {
            return Err(
                "the private key is protected by a passphrase; one without is required".to_owned(),
            );
        }
        let base64: String = body.split_whitespace().collect();
        let der = BASE64.decode(base64).map_err(|_| invalid())?;
        let mut outer = Der(&der);
        let mut fields = Der(outer.take(0x30).ok_or_else(invalid)?);
        if kind == "PRIVATE KEY" {
            // Version and algorithm, then the PKCS #1 key as a string of bytes.
            fields.take(0x02).ok_or_else(invalid)?;
            fields.take(0x30).ok_or_else(invalid)?;
            let inner = fields.take(0x04).ok_or_else(invalid)?;
            fields = Der(Der(inner).take(0x30).ok_or_else(invalid)?);
        }
        let mut integer = || {
            fields
                .take(0x02)
                .map(BigUint::from_bytes_be)
                .ok_or_else(invalid)
        };
        let (_version, modulus, _public, exponent) =
            (integer()?, integer()?, integer()?, integer()?);
        if modulus.bits() < 64 || modulus.bits() > KEY_BITS {
            return Err(invalid());
        }
        Ok(Self { modulus, exponent })
    }

    fn decrypt(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let cipher = BigUint::from_bytes_be(bytes);
        let length = self.modulus.bits().div_ceil(8) as usize;
        if cipher >= self.modulus || bytes.len() > length {
            return None;
        }
        let plain = cipher.modpow(&self.exponent, &self.modulus).to_bytes_be();
        // 00 02, at least eight bytes of padding without zeros, 00, the text. The leading zero is gone already.
        let padded = plain.strip_prefix(&[2])?;
        if plain.len() + 1 != length {
            return None;
        }
        let end = padded.iter().position(|b| *b == 0)?;
        (end >= 8).then(|| padded[end + 1..].to_vec())
    }
}

/// What is left of a DER encoding.
struct Der<'d>(&'d [u8]);

impl<'d> Der<'d> {
    /// The content of the next element, which must be of this kind.
    fn take(&mut self, kind: u8) -> Option<&'d [u8]> {
        let (&[tag, first], rest) = self.0.split_first_chunk::<2>()?;
        if tag != kind {
            return None;
        }
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let n = usize::from(first & 0x7f);
            if n == 0 || n > 4 || rest.len() < n {
                return None;
            }
            let (digits, rest) = rest.split_at(n);
            (digits.iter().fold(0, |l, b| l << 8 | usize::from(*b)), rest)
        };
        if rest.len() < length {
            return None;
        }
        let (content, rest) = rest.split_at(length);
        self.0 = rest;
        Some(content)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;

    use super::Key;

    // A key of 512 bits made for this test, in both forms, and a text encrypted for it.
    const PKCS1: &str = "MIIBOgIBAAJBALLd9qIEXCNJ/2tKLHwtflvqCzXF7yehexTlRPahaWHNl4WwH++xYkNl5x8liXFdBpGhq3cypmFHNEkvUqbhWRsCAwEAAQJAEXCe+ZEfQrmWU+m5iKoO5ftd+HJCLUULcTAhl0KJueVeFXu20b0c+XXDjn/QHde5v9giOLgX+jMq44BR+3wV0QIhAOGDfK/D5US8E77Klhx2ASZ77Pu/6X8YKcHUGHbzrZr/AiEAywwlAOYr1h00oXgUureUTMB1EHkYkdchket3RP4JTeUCIDUAfU6mIP19orplzNAVoAGWgMVOfqeDW1UV70YN0ZCrAiEAmvT+vGvsYnBRfTTmJQT7EYQDEvpHrO1QeksH78grk50CIG0nX4YjNN3yaKshrsPfO6KpOhiCXfxw4DjDZVd1LKhL";
    const PKCS8: &str = "MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAst32ogRcI0n/a0osfC1+W+oLNcXvJ6F7FOVE9qFpYc2XhbAf77FiQ2XnHyWJcV0GkaGrdzKmYUc0SS9SpuFZGwIDAQABAkARcJ75kR9CuZZT6bmIqg7l+134ckItRQtxMCGXQom55V4Ve7bRvRz5dcOOf9Ad17m/2CI4uBf6MyrjgFH7fBXRAiEA4YN8r8PlRLwTvsqWHHYBJnvs+7/pfxgpwdQYdvOtmv8CIQDLDCUA5ivWHTSheBS6t5RMwHUQeRiR1yGR63dE/glN5QIgNQB9TqYg/X2iumXM0BWgAZaAxU5+p4NbVRXvRg3RkKsCIQCa9P68a+xicFF9NOYlBPsRhAMS+kes7VB6SwfvyCuTnQIgbSdfhiM03fJoqyGuw987oqk6GIJd/HDgOMNlV3UsqEs=";
    const CIPHER: &str =
        "cP5a7NmXCiJZys5Ul5pKyfiFH0Upgk2OxZWMgPWYHUrBFx5wPCVk3uctG/BrHRNmIJ7cJEPyvAfH0vi/Ye2+/g==";

    #[test]
    fn both_forms_of_keys_decrypt() {
        let cipher = super::BASE64.decode(CIPHER).unwrap();
        for (kind, body) in [("RSA PRIVATE", PKCS1), ("PRIVATE", PKCS8)] {
            let (front, back) = body.split_at(64);
            let pem =
                format!("-----BEGIN {kind} KEY-----\n{front}\n{back}\n-----END {kind} KEY-----\n");
            let key = Key::parse(&pem).unwrap();
            assert_eq!(key.decrypt(&cipher).as_deref(), Some(&b"opened"[..]));
            assert_eq!(key.decrypt(&cipher[1..]), None);
        }
        assert!(Key::parse("").is_err());
        assert!(
            Key::parse("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----").is_err()
        );
    }
}
