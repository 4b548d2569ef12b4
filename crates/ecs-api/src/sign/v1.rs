//! V1 signing (RPC): the parameters carry everything. It decides neither transport nor freshness.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::{
    Credentials, SignatureError, canonical_query, encode_component, equal_in_constant_time,
};
use crate::{Product, Timestamp};

/// Adds the protocol's own parameters and the signature to those of an action, ready to be sent as
/// a query, a form, or any mixture. `method` is `GET` or `POST` and is part of the signature.
pub fn sign(
    method: &str,
    action: &str,
    product: Product,
    mut parameters: Vec<(String, String)>,
    credentials: &Credentials,
    nonce: &str,
    now: Timestamp,
) -> Vec<(String, String)> {
    let now = now.to_seconds_string();
    let mut add = |name: &str, value: &str| parameters.push((name.to_owned(), value.to_owned()));
    add("Action", action);
    add("Version", product.version());
    add("Format", "JSON");
    add("AccessKeyId", &credentials.access_key_id);
    add("SignatureMethod", "HMAC-SHA1");
    add("SignatureVersion", "1.0");
    add("SignatureNonce", nonce);
    add("Timestamp", &now);
    if let Some(token) = &credentials.security_token {
        add("SecurityToken", token.expose());
    }
    let signature = signature(
        &string_to_sign(method, &parameters),
        credentials.access_key_secret.expose(),
    );
    parameters.push(("Signature".to_owned(), signature));
    parameters
}

/// What is signed: method, `/`, and the sorted parameters without `Signature`, each encoded once
/// more. Empty values take part.
pub fn string_to_sign<N: AsRef<str>, V: AsRef<str>>(method: &str, parameters: &[(N, V)]) -> String {
    let signed: Vec<(&str, &str)> = parameters
        .iter()
        .map(|(name, value)| (name.as_ref(), value.as_ref()))
        .filter(|(name, _)| *name != "Signature")
        .collect();
    format!(
        "{method}&%2F&{}",
        encode_component(&canonical_query(&signed))
    )
}

/// HMAC-SHA1 under the secret and `&`, in Base64.
pub fn signature(string_to_sign: &str, secret: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(format!("{secret}&").as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(string_to_sign.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Checks the signature over query and form together, as decoded.
///
/// # Errors
/// `Signature` is absent, or another one.
pub fn verify<N: AsRef<str>, V: AsRef<str>>(
    method: &str,
    parameters: &[(N, V)],
    secret: &str,
) -> Result<(), SignatureError> {
    let given = parameters
        .iter()
        .find(|(name, _)| name.as_ref() == "Signature")
        .ok_or(SignatureError::Incomplete("Signature"))?;
    let string_to_sign = string_to_sign(method, parameters);
    if equal_in_constant_time(
        given.1.as_ref().as_bytes(),
        signature(&string_to_sign, secret).as_bytes(),
    ) {
        Ok(())
    } else {
        Err(SignatureError::Mismatch { string_to_sign })
    }
}
