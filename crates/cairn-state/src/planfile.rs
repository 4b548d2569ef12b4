//! Decides how a saved plan is kept in a file: with the configuration it was made from, checked when it is read.
//!
//! ```text
//! "cairn-plan" LF   format (4 bytes)   length (8 bytes)   CRC-32 of the contents (4 bytes)   contents (JSON)
//! ```
//! It holds values that must not be printed, so it is made for this user only. Whether it still fits the state is decided
//! by who applies it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use cairn_model::Plan;

use crate::codec::plan::{PlanV1, plan_out};
use crate::codec::v1;
use crate::codec::value::Out;
use crate::disk;
use crate::error::{Result, StateError};

const MAGIC: &[u8] = b"cairn-plan\n";
/// Plans of format 1 set aside in a step of its own what they replace.
const FORMAT: u32 = 2;
const HEAD: usize = MAGIC.len() + 16;

/// A saved plan.
#[derive(Clone, Debug)]
pub struct PlanFile {
    /// The plan, whole.
    pub plan: Plan,
    /// The configuration it was made from: path (relative to the configuration's directory, with `/`) and text of every
    /// file that was read, module by module.
    pub sources: Vec<(String, String)>,
    /// The version of cairn that made it.
    pub version: String,
    /// What else the command that made it wants to see again, by name (arguments, the workspace).
    pub settings: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct FileV1<P> {
    version: String,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    digest: String,
    sources: Vec<(String, String)>,
    plan: P,
}

/// A digest of configuration files (SHA-256 over paths and texts in the order of paths), as hexadecimal digits. Equal
/// digests mean an unchanged configuration.
pub fn digest_sources(sources: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = sources.iter().collect();
    sorted.sort();
    let mut hasher = Sha256::new();
    for part in sorted.iter().flat_map(|(path, text)| [path, text]) {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let mut digest = String::new();
    for byte in hasher.finalize() {
        write!(digest, "{byte:02x}").expect("a string takes all text");
    }
    digest
}

impl PlanFile {
    /// Writes it; the file is then whole or, after an error or a crash, as before.
    ///
    /// # Errors
    /// [`StateError::Io`], or [`StateError::Unstorable`] for a value that nests too deep.
    pub fn write(&self, path: &Path) -> Result<()> {
        let unstorable = |what| StateError::Unstorable { what };
        let wire: FileV1<PlanV1<Out<'_>>> = FileV1 {
            version: self.version.clone(),
            settings: self.settings.clone(),
            digest: digest_sources(&self.sources),
            sources: self.sources.clone(),
            plan: plan_out(&self.plan).map_err(unstorable)?,
        };
        let contents = v1::json(&wire).map_err(unstorable)?;
        let mut file = Vec::with_capacity(HEAD + contents.len());
        file.extend(MAGIC);
        file.extend(FORMAT.to_be_bytes());
        file.extend((contents.len() as u64).to_be_bytes());
        file.extend(crc32fast::hash(&contents).to_be_bytes());
        file.extend(contents);
        disk::replace(path, &file)
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`StateError::Foreign`] for a file that is no plan of cairn's or one of an earlier version, [`StateError::Unsupported`] for one of a later
    /// version, [`StateError::Corrupt`] for a damaged one.
    pub fn read(path: &Path) -> Result<Self> {
        let file = std::fs::read(path).map_err(|e| StateError::io(path, "read", e))?;
        let contents = unwrap(path, &file)?;
        let damaged = |what| damaged(path, what);
        let wire: FileV1<PlanV1<&RawValue>> = v1::from_json(contents).map_err(damaged)?;
        if digest_sources(&wire.sources) != wire.digest {
            return Err(damaged(
                "the configuration in it does not match its digest".to_owned(),
            ));
        }
        Ok(Self {
            plan: wire.plan.read().map_err(damaged)?,
            sources: wire.sources,
            version: wire.version,
            settings: wire.settings,
        })
    }

    /// Whether a file begins as a saved plan does.
    pub fn is_one(path: &Path) -> bool {
        use std::io::Read as _;
        let mut head = [0; MAGIC.len()];
        std::fs::File::open(path)
            .and_then(|mut f| f.read_exact(&mut head))
            .is_ok_and(|()| head == *MAGIC)
    }
}

fn damaged(path: &Path, what: String) -> StateError {
    StateError::Corrupt {
        path: path.to_owned(),
        what,
        way_out: "make the plan again with `cairn plan -out`".to_owned(),
    }
}

fn unwrap<'f>(path: &Path, file: &'f [u8]) -> Result<&'f [u8]> {
    if !file.starts_with(MAGIC) {
        let what = if file.starts_with(b"PK\x03\x04") {
            "it looks like a plan of Terraform or OpenTofu, which only they can apply; make one with `cairn plan -out`"
        } else if MAGIC.starts_with(file) {
            "it is empty or cut off; make the plan again with `cairn plan -out`"
        } else {
            "it is no saved plan; give the file that `cairn plan -out` made"
        };
        return Err(StateError::Foreign {
            path: path.to_owned(),
            what: what.to_owned(),
        });
    }
    let Some((head, contents)) = file[MAGIC.len()..].split_at_checked(16) else {
        return Err(damaged(path, "it is cut off".to_owned()));
    };
    let format = u32::from_be_bytes(head[..4].try_into().expect("four bytes"));
    let len = u64::from_be_bytes(head[4..12].try_into().expect("eight bytes"));
    let crc = u32::from_be_bytes(head[12..].try_into().expect("four bytes"));
    if format < FORMAT {
        return Err(StateError::Foreign {
            path: path.to_owned(),
            what: "an earlier version of cairn made it, whose steps this one does not take; make the plan again with `cairn plan -out`".to_owned(),
        });
    }
    if format > FORMAT {
        return Err(StateError::Unsupported {
            path: path.to_owned(),
            found: format,
            supported: FORMAT,
        });
    }
    if contents.len() as u64 != len {
        return Err(damaged(path, "it has not the length it says".to_owned()));
    }
    if crc32fast::hash(contents) != crc {
        return Err(damaged(path, "it does not match its checksum".to_owned()));
    }
    Ok(contents)
}
