//! Decides the envelope around every record: what it is of, which format it has, which commit wrote it, whether it is whole.
//!
//! ```text
//! "cr"   format (1 byte)   flags (1 byte, 0)   serial (8 bytes)   CRC-32 (4 bytes)   payload (JSON)
//! ```
//! Numbers are written high byte first. The checksum covers tree, key and everything but itself, so that a record at
//! another's place is noticed too.

/// The format of records, and of the export and the log around them.
pub(crate) const FORMAT: u8 = 1;

const MAGIC: &[u8; 2] = b"cr";
const HEAD: usize = 16;

/// Which table a record belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tree {
    /// The one record `head`: lineage, serial, next intent.
    Meta,
    /// Instances by address.
    Resources,
    /// Root outputs by name.
    Outputs,
    /// The one record `all`: what became of the conditions.
    Checks,
    /// Open intents by id.
    Intents,
}

impl Tree {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [
        Self::Meta,
        Self::Resources,
        Self::Outputs,
        Self::Checks,
        Self::Intents,
    ];

    /// Its number in the log, and in checksums.
    pub(crate) fn tag(self) -> u8 {
        match self {
            Self::Meta => 1,
            Self::Resources => 2,
            Self::Outputs => 3,
            Self::Intents => 4,
            Self::Checks => 5,
        }
    }

    /// The tree of a number.
    pub(crate) fn from_tag(tag: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.tag() == tag)
    }

    /// Its name in the database and the export.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Resources => "res",
            Self::Outputs => "out",
            Self::Checks => "checks",
            Self::Intents => "intent",
        }
    }
}

/// The key of the one record of [`Tree::Checks`].
pub(crate) const CHECKS: &[u8] = b"all";

/// A record taken out of its envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'r> {
    /// The commit that wrote it.
    pub(crate) serial: u64,
    /// What it says.
    pub(crate) payload: &'r [u8],
}

/// Puts a payload into its envelope.
pub(crate) fn seal(tree: Tree, key: &[u8], serial: u64, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEAD + payload.len());
    out.extend(MAGIC);
    out.extend([FORMAT, 0]);
    out.extend(serial.to_be_bytes());
    out.extend(crc(tree, key, &out, payload).to_be_bytes());
    out.extend(payload);
    out
}

/// Takes a record out of its envelope; a sentence where it is not whole.
pub(crate) fn open<'r>(tree: Tree, key: &[u8], bytes: &'r [u8]) -> Result<Record<'r>, String> {
    let (Some(head), Some(payload)) = (bytes.get(..HEAD), bytes.get(HEAD..)) else {
        return Err("a record is shorter than its envelope".to_owned());
    };
    if !head.starts_with(MAGIC) {
        return Err("a record has no envelope".to_owned());
    }
    if head[2] != FORMAT || head[3] != 0 {
        return Err(format!(
            "a record has the unknown format {}.{}",
            head[2], head[3]
        ));
    }
    let stored = u32::from_be_bytes(head[12..].try_into().expect("four bytes"));
    if crc(tree, key, &head[..12], payload) != stored {
        return Err("a record does not match its checksum".to_owned());
    }
    Ok(Record {
        serial: u64::from_be_bytes(head[4..12].try_into().expect("eight bytes")),
        payload,
    })
}

fn crc(tree: Tree, key: &[u8], head: &[u8], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&[tree.tag()]);
    hasher.update(&(key.len() as u32).to_be_bytes());
    hasher.update(key);
    hasher.update(head);
    hasher.update(payload);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_flipped_bit_is_noticed() {
        let sealed = seal(Tree::Outputs, b"k", 7, b"{\"a\":1}");
        assert_eq!(
            open(Tree::Outputs, b"k", &sealed).unwrap(),
            Record {
                serial: 7,
                payload: b"{\"a\":1}"
            }
        );
        assert!(open(Tree::Outputs, b"l", &sealed).is_err());
        assert!(open(Tree::Resources, b"k", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[at] ^= 4;
            assert!(open(Tree::Outputs, b"k", &broken).is_err(), "byte {at}");
            assert!(open(Tree::Outputs, b"k", &sealed[..at]).is_err());
        }
    }
}
