//! The provider `hashicorp/random`: values that are drawn once and kept in the state, until `keepers` change, and passwords that
//! are drawn for one run and kept nowhere.

mod bytes;
mod characters;
mod draw;
mod id;
mod integer;
mod passing;
mod password;
mod pet;
mod shuffle;
mod string;
mod uuid;
mod words;

use cairn_provider::Problem;
use cairn_value::{Object, Value};

use crate::BuiltinProvider;
use crate::kit::{Ephemeral, Managed, Rules, whole, wrong};

pub(crate) use bytes::hex;
pub(crate) use uuid::uuid_v4;

pub(crate) fn provider() -> BuiltinProvider {
    let managed: [(&str, Box<dyn Managed>); 8] = [
        ("random_bytes", Box::new(bytes::Bytes)),
        ("random_id", Box::new(id::Id)),
        ("random_integer", Box::new(integer::Integer)),
        ("random_password", Box::new(password::Password)),
        ("random_pet", Box::new(pet::Pet)),
        ("random_shuffle", Box::new(shuffle::Shuffle)),
        ("random_string", Box::new(string::RandomString)),
        ("random_uuid", Box::new(uuid::Uuid)),
    ];
    let password: Box<dyn Ephemeral> = Box::new(passing::PassingPassword);
    BuiltinProvider::new("random", managed, []).with_ephemerals([("random_password", password)])
}

/// Every argument was used to draw the value, so a change of any draws another.
fn rules(replace: &'static [&'static str], defaults: Vec<(&'static str, Value)>) -> Rules {
    Rules {
        defaults,
        replace,
        keepers: Some("keepers"),
    }
}

/// The most bytes or characters that are drawn for one object: more is a mistake, and would not fit the memory.
const MOST: i64 = 1 << 20;

/// Checks the length of what is drawn.
fn check_length(config: &Object, n: &str) -> Vec<Problem> {
    match whole(config, n) {
        Some(length) if !(1..=MOST).contains(&length) => vec![wrong(
            n,
            format!("The attribute {n} must be between 1 and {MOST}, but it is {length}."),
        )],
        _ => Vec::new(),
    }
}

/// Why an id cannot be imported.
fn bad_import(usage: &str) -> Problem {
    Problem::error("invalid-import-id", "Invalid import id", usage)
}
