//! Decides how records are written: envelope, keys, values, and the wire types of each format version.

pub(crate) mod check;
pub(crate) mod key;
pub(crate) mod plan;
pub(crate) mod record;
pub(crate) mod tfstate;
pub(crate) mod v1;
pub(crate) mod value;

#[cfg(test)]
mod tests;
