//! The flat encoding: a request struct as a sorted list of `(name, value)` pairs and back. Lists
//! are numbered from 1 (`Tag.1.Key`, `InstanceId.3`), nested objects are prefixes
//! (`SystemDisk.Size`), and a few parameters are JSON lists inside one string ([`JsonList`]).
//!
//! It does not know which parameters are required, and it does not touch percent-encoding.

mod de;
mod ser;

use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a request could not be read: the parameter and what is wrong with its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", if parameter.is_empty() { String::new() } else { format!("{parameter}: ") })]
pub struct DecodeError {
    /// The parameter's full name, such as `DataDisk.2.Size`; empty when none can be named.
    pub parameter: String,
    /// What is wrong, in lower case, without the value of a secret.
    pub message: String,
}

/// Why a request could not be written. Only a request type with a shape that the encoding cannot
/// express (a bare value at the top, an enum with fields) gives one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct EncodeError(String);

/// Writes a request as pairs, sorted by name as V1 signing wants them (`Tag.10` before `Tag.2`).
/// What is `None` or an empty list is left out; booleans are `true` and `false`.
/// A list entry with nothing in it is not sent, and leaves a hole that readers close.
///
/// # Panics
/// Never for the request types of this crate; for a type whose shape cannot be flattened.
pub fn to_params<T: Serialize>(request: &T) -> Vec<(String, String)> {
    ser::to_pairs(request).expect("request types are structs of flat values")
}

/// Reads a request from pairs in any order. Unknown parameters are ignored, indexes may have holes
/// (the order counts), of equal names the last one counts. Booleans may be in any case, and an
/// empty value of a number or boolean counts as absent.
///
/// # Errors
/// A value that is not of the parameter's type, an index that is none, a value and members under
/// one name, or more pairs, dots or characters in a name than any request has.
pub fn from_params<T, N, V>(pairs: &[(N, V)]) -> Result<T, DecodeError>
where
    T: DeserializeOwned,
    N: AsRef<str>,
    V: AsRef<str>,
{
    from_params_with_unknown(pairs).map(|(request, _)| request)
}

/// Like [`from_params`], and lists the parameters that the request type does not have, without the
/// common ones (`Action`, `Version`, `Signature`, …), in order of name.
///
/// # Errors
/// As [`from_params`].
pub fn from_params_with_unknown<T, N, V>(pairs: &[(N, V)]) -> Result<(T, Vec<String>), DecodeError>
where
    T: DeserializeOwned,
    N: AsRef<str>,
    V: AsRef<str>,
{
    de::from_pairs(pairs)
}

/// A list that travels as JSON text in one parameter: `InstanceIds=["i-1","i-2"]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JsonList<T>(pub Vec<T>);

impl<T> From<Vec<T>> for JsonList<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<T> FromIterator<T> for JsonList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T: Serialize> Serialize for JsonList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = serde_json::to_string(&self.0).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&text)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for JsonList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // The message of the JSON parser may quote the value; the place is enough.
        serde_json::from_str(&text).map(Self).map_err(|error| {
            D::Error::custom(format_args!(
                "must be a JSON list such as [\"a\",\"b\"], and is not one at character {}",
                error.column()
            ))
        })
    }
}

/// A value that must not show in logs or messages, such as a password. Its `Debug` is `***`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps the secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself; for the wire and for checks only.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests;
