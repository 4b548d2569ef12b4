//! Decides what the functions of digests give, of texts and of files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use cairn_value::Value;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Draw, Fault, Function, Returns, string, text};
use crate::eval::EvalContext;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("md5", &[string("str")], Returns::String, |_, a| {
        Ok(hex(&Md5::digest(text(a, 0))))
    }),
    Function::new("sha1", &[string("str")], Returns::String, |_, a| {
        Ok(hex(&Sha1::digest(text(a, 0))))
    }),
    Function::new("sha256", &[string("str")], Returns::String, |_, a| {
        Ok(hex(&Sha256::digest(text(a, 0))))
    }),
    Function::new("sha512", &[string("str")], Returns::String, |_, a| {
        Ok(hex(&Sha512::digest(text(a, 0))))
    }),
    Function::new("base64sha256", &[string("str")], Returns::String, |_, a| {
        Ok(base64(&Sha256::digest(text(a, 0))))
    }),
    Function::new("base64sha512", &[string("str")], Returns::String, |_, a| {
        Ok(base64(&Sha512::digest(text(a, 0))))
    }),
    Function::new("filemd5", &[string("path")], Returns::String, |c, a| {
        Ok(hex(&Md5::digest(file(c, a)?)))
    }),
    Function::new("filesha1", &[string("path")], Returns::String, |c, a| {
        Ok(hex(&Sha1::digest(file(c, a)?)))
    }),
    Function::new("filesha256", &[string("path")], Returns::String, |c, a| {
        Ok(hex(&Sha256::digest(file(c, a)?)))
    }),
    Function::new("filesha512", &[string("path")], Returns::String, |c, a| {
        Ok(hex(&Sha512::digest(file(c, a)?)))
    }),
    Function::new(
        "filebase64sha256",
        &[string("path")],
        Returns::String,
        |c, a| Ok(base64(&Sha256::digest(file(c, a)?))),
    ),
    Function::new(
        "filebase64sha512",
        &[string("path")],
        Returns::String,
        |c, a| Ok(base64(&Sha512::digest(file(c, a)?))),
    ),
    Function::now("uuid", &[], Returns::String, |draw, _| {
        // All bits are random, as in Terraform; none says a version.
        Ok(uuid(&draw.random))
    }),
    Function::now("bcrypt", &[string("str")], Returns::String, bcrypt).rest(super::number("cost")),
    Function::new(
        "uuidv5",
        &[string("namespace"), string("name")],
        Returns::String,
        uuidv5,
    ),
];

fn hex(bytes: &[u8]) -> Value {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for b in bytes {
        out.push(char::from(DIGITS[usize::from(b >> 4)]));
        out.push(char::from(DIGITS[usize::from(b & 15)]));
    }
    Value::string(out)
}

fn base64(bytes: &[u8]) -> Value {
    Value::string(BASE64.encode(bytes))
}

fn file(context: &EvalContext<'_>, args: &[Value]) -> Result<Vec<u8>, Fault> {
    context
        .files
        .read(text(args, 0))
        .map_err(|e| Fault::arg(0, e))
}

/// A UUID made from a namespace and a name (RFC 9562 §5.5).
fn uuidv5(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    // The namespaces of RFC 9562 §6.6 differ in their fourth byte only.
    let well_known = |fourth: u8| {
        [
            0x6b, 0xa7, 0xb8, fourth, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4,
            0x30, 0xc8,
        ]
    };
    let namespace = match text(args, 0) {
        "dns" => well_known(0x10),
        "url" => well_known(0x11),
        "oid" => well_known(0x12),
        "x500" => well_known(0x14),
        other => parse_uuid(other).ok_or_else(|| {
            Fault::arg(
                0,
                "the namespace must be dns, url, oid, x500 or a UUID such as 6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            )
        })?,
    };
    let digest = Sha1::new()
        .chain_update(namespace)
        .chain_update(text(args, 1))
        .finalize();
    let mut id = [0u8; 16];
    id.copy_from_slice(&digest[..16]);
    id[6] = id[6] & 0x0f | 0x50;
    id[8] = id[8] & 0x3f | 0x80;
    Ok(uuid(&id))
}

fn uuid(id: &[u8; 16]) -> Value {
    let Value::String(hex) = hex(id) else {
        unreachable!("hexadecimal digits are a string")
    };
    Value::string(format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    ))
}

/// A hash of a password, with a new salt each time.
fn bcrypt(draw: &Draw, args: &[Value]) -> Result<Value, Fault> {
    let cost = match args {
        [_] => 10,
        [_, cost] => {
            let cost = cost
                .as_i64()
                .ok_or_else(|| Fault::arg(1, "a whole number is required"))?;
            // The least cost takes the place of anything below it.
            match u32::try_from(cost) {
                // Each step doubles the time, and this many take seconds.
                Ok(19..) => {
                    return Err(Fault::arg(
                        1,
                        format!("the cost must be at most 18, not {cost}"),
                    ));
                }
                Ok(n @ 4..) => n,
                _ => 10,
            }
        }
        _ => {
            return Err(Fault::call("bcrypt() takes no more than two arguments"));
        }
    };
    let password = text(args, 0);
    if password.len() > 72 {
        return Err(Fault::arg(
            0,
            "the password must not be longer than 72 bytes",
        ));
    }
    let hash = bcrypt::hash_with_salt(password, cost, draw.random)
        .map_err(|e| Fault::call(e.to_string()))?;
    Ok(Value::string(
        hash.format_for_version(bcrypt::Version::TwoA),
    ))
}

/// A UUID as it is usually written, without its dashes, as a URN, or between two further characters such as braces.
fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let text = match text.len() {
        38 => text.get(1..37)?,
        45 => text
            .get(..9)
            .filter(|scheme| scheme.eq_ignore_ascii_case("urn:uuid:"))
            .and(text.get(9..))?,
        _ => text,
    };
    if text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some(u128::from_str_radix(text, 16).ok()?.to_be_bytes());
    }
    let parts: Vec<&str> = text.split('-').collect();
    if !parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12])
        || !text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
    {
        return None;
    }
    let number = u128::from_str_radix(&parts.concat(), 16).ok()?;
    Some(number.to_be_bytes())
}
