//! V3 signing (ACS3-HMAC-SHA256): the protocol's members are headers. It decides neither transport
//! nor freshness, and it checks over the headers that a request names, whichever they are.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{Credentials, SignatureError, canonical_query, decode_query, equal_in_constant_time};
use crate::{Product, Timestamp};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The parts of a request that V3 covers.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The path, `/` for all RPC actions.
    pub path: &'a str,
    /// The query as sent, without `?`; it is decoded and encoded again, because clients differ in
    /// what they encode.
    pub query: &'a str,
    /// The body as sent.
    pub body: &'a [u8],
}

/// The headers of a signed request, names in lower case, `authorization` last. `query` must be sent
/// as given; the headers `host` and `content-type` are among the answer and must be sent as such.
///
/// `host` carries the port where it is not the scheme's own. `content_type` is for a request with a
/// body.
#[expect(
    clippy::too_many_arguments,
    reason = "each is one independent member of the protocol"
)]
pub fn sign(
    request: Request<'_>,
    host: &str,
    content_type: Option<&str>,
    action: &str,
    product: Product,
    credentials: &Credentials,
    nonce: &str,
    now: Timestamp,
) -> Vec<(String, String)> {
    let mut headers = vec![
        ("host".to_owned(), host.to_owned()),
        ("x-acs-action".to_owned(), action.to_owned()),
        ("x-acs-content-sha256".to_owned(), hash(request.body)),
        ("x-acs-date".to_owned(), now.to_seconds_string()),
        ("x-acs-signature-nonce".to_owned(), nonce.to_owned()),
        ("x-acs-version".to_owned(), product.version().to_owned()),
    ];
    if let Some(content_type) = content_type {
        headers.push(("content-type".to_owned(), content_type.to_owned()));
    }
    if let Some(token) = &credentials.security_token {
        headers.push((
            "x-acs-accesskey-id".to_owned(),
            credentials.access_key_id.clone(),
        ));
        headers.push(("x-acs-security-token".to_owned(), token.expose().to_owned()));
    }
    headers.sort();
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let string_to_sign = string_to_sign(&canonical_request(request, &headers, &names));
    let authorization = format!(
        "{ALGORITHM} Credential={},SignedHeaders={},Signature={}",
        credentials.access_key_id,
        names.join(";"),
        signature(&string_to_sign, credentials.access_key_secret.expose())
    );
    headers.push(("authorization".to_owned(), authorization));
    headers
}

/// The members of an `Authorization` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization<'a> {
    /// The access key id.
    pub credential: &'a str,
    /// The names of the signed headers, as written.
    pub signed_headers: Vec<&'a str>,
    /// The signature in hex.
    pub signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// Reads the header's value.
    ///
    /// # Errors
    /// Another algorithm, or a member missing.
    pub fn parse(header: &'a str) -> Result<Self, SignatureError> {
        let members = header
            .trim()
            .strip_prefix(ALGORITHM)
            .filter(|rest| rest.starts_with(' '))
            .ok_or(SignatureError::Incomplete(
                "Authorization header of ACS3-HMAC-SHA256",
            ))?;
        let member = |name: &str| {
            members
                .split(',')
                .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
        };
        Ok(Self {
            credential: member("Credential").ok_or(SignatureError::Incomplete("Credential"))?,
            signed_headers: member("SignedHeaders")
                .ok_or(SignatureError::Incomplete("SignedHeaders"))?
                .split(';')
                .collect(),
            signature: member("Signature").ok_or(SignatureError::Incomplete("Signature"))?,
        })
    }
}

/// Checks a signature over the headers that it names, and the hash of the body. `headers` are those
/// received, names in any case.
///
/// # Errors
/// A signed header is not there, the body's hash is another, or the signature is.
pub fn verify<N: AsRef<str>, V: AsRef<str>>(
    request: Request<'_>,
    headers: &[(N, V)],
    authorization: &Authorization<'_>,
    secret: &str,
) -> Result<(), SignatureError> {
    let find = |wanted: &str| {
        headers
            .iter()
            .find(|(name, _)| name.as_ref().eq_ignore_ascii_case(wanted))
    };
    for required in ["x-acs-action", "x-acs-date", "x-acs-signature-nonce"] {
        if !authorization
            .signed_headers
            .iter()
            .any(|name| name.eq_ignore_ascii_case(required))
        {
            return Err(SignatureError::Incomplete(
                "signed x-acs-action, x-acs-date and nonce",
            ));
        }
    }
    let mut signed = Vec::with_capacity(authorization.signed_headers.len());
    for name in &authorization.signed_headers {
        let (_, value) = find(name).ok_or(SignatureError::Incomplete("signed header"))?;
        signed.push((name.to_ascii_lowercase(), value.as_ref().to_owned()));
    }
    signed.sort();
    if let Some((_, given)) = find("x-acs-content-sha256")
        && !given
            .as_ref()
            .trim()
            .eq_ignore_ascii_case(&hash(request.body))
    {
        return Err(SignatureError::BodyHash);
    }
    let names: Vec<&str> = signed.iter().map(|(name, _)| name.as_str()).collect();
    let string_to_sign = string_to_sign(&canonical_request(request, &signed, &names));
    let expected = signature(&string_to_sign, secret);
    if equal_in_constant_time(
        expected.as_bytes(),
        authorization.signature.to_ascii_lowercase().as_bytes(),
    ) {
        Ok(())
    } else {
        Err(SignatureError::Mismatch { string_to_sign })
    }
}

/// Method, path, query, headers with their names in lower case, the names, and the body's hash. The
/// headers must be sorted.
pub fn canonical_request(
    request: Request<'_>,
    headers: &[(String, String)],
    names: &[&str],
) -> String {
    let query = canonical_query(&decode_query(request.query));
    let mut canonical = format!("{}\n{}\n{query}\n", request.method, request.path);
    for (name, value) in headers {
        writeln!(canonical, "{name}:{}", value.trim()).expect("writing to a string cannot fail");
    }
    write!(canonical, "\n{}\n{}", names.join(";"), hash(request.body))
        .expect("writing to a string cannot fail");
    canonical
}

/// The algorithm's name and the hash of the canonical request.
pub fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", hash(canonical_request.as_bytes()))
}

/// HMAC-SHA256 under the plain secret, in hex.
pub fn signature(string_to_sign: &str, secret: &str) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(string_to_sign.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// SHA-256 in hex, as `x-acs-content-sha256` carries it.
pub fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text
}
