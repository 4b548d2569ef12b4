//! Decides which checksums of a content are recorded, and how they are written.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cairn_model::AttributeSchema;
use cairn_value::{Name, Object, Type, Value};
use md5::Md5;
use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha512};

use crate::kit::computed;
use crate::random::hex;

/// Their attributes.
pub(super) fn attributes() -> Vec<(Name, AttributeSchema)> {
    [
        ("content_md5", "MD5 of the content, in hexadecimal digits."),
        (
            "content_sha1",
            "SHA-1 of the content, in hexadecimal digits.",
        ),
        (
            "content_sha256",
            "SHA-256 of the content, in hexadecimal digits.",
        ),
        ("content_base64sha256", "SHA-256 of the content, in base64."),
        (
            "content_sha512",
            "SHA-512 of the content, in hexadecimal digits.",
        ),
        ("content_base64sha512", "SHA-512 of the content, in base64."),
    ]
    .map(|(n, about)| computed(n, Type::String, about))
    .into()
}

/// SHA-1 in hexadecimal digits, which is the id of a file.
pub(super) fn sha1(content: &[u8]) -> String {
    hex(&Sha1::digest(content))
}

/// Sets all of them.
pub(super) fn set(object: &mut Object, content: &[u8]) {
    let (sha256, sha512) = (Sha256::digest(content), Sha512::digest(content));
    for (n, text) in [
        ("content_md5", hex(&Md5::digest(content))),
        ("content_sha1", sha1(content)),
        ("content_sha256", hex(&sha256)),
        ("content_base64sha256", BASE64_STANDARD.encode(sha256)),
        ("content_sha512", hex(&sha512)),
        ("content_base64sha512", BASE64_STANDARD.encode(sha512)),
    ] {
        object.set(n, Value::string(text));
    }
}
