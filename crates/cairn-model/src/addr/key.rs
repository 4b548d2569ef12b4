//! Decides how the instances of one block are told apart.

use std::fmt;
use std::sync::Arc;

/// The key of an instance: none, a `count` index, or a `for_each` key. Ordered: none, indexes by number, keys by bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InstanceKey {
    /// Neither `count` nor `for_each`.
    None,
    /// The index of `count`.
    Index(u64),
    /// The key of `for_each`.
    Key(Arc<str>),
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Index(i) => write!(f, "[{i}]"),
            Self::Key(k) => {
                f.write_str("[\"")?;
                let mut chars = k.chars().peekable();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => f.write_str("\\\"")?,
                        '\\' => f.write_str("\\\\")?,
                        '\n' => f.write_str("\\n")?,
                        '\r' => f.write_str("\\r")?,
                        '\t' => f.write_str("\\t")?,
                        '$' | '%' if chars.peek() == Some(&'{') => write!(f, "{c}{c}")?,
                        c => write!(f, "{c}")?,
                    }
                }
                f.write_str("\"]")
            }
        }
    }
}
