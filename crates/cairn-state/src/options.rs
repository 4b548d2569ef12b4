//! Decides what a store must be told from outside: where, and by whom it is opened. Reads no clock and no environment.

use std::path::PathBuf;
use std::time::Duration;

use cairn_model::{Lineage, Serial};

use crate::{LockInfo, Retention};

/// How a state is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// The state's directory: `state/<workspace>`. Made if missing.
    pub dir: PathBuf,
    /// The command: `apply`. Shown to whoever finds the state locked.
    pub operation: String,
    /// Who runs it: `user@host`.
    pub who: String,
    /// The version of cairn.
    pub version: String,
    /// When the command began, RFC 3339 in UTC.
    pub now: String,
    /// What time it is, RFC 3339 in UTC to the second: kept with each commit. Empty: it is not said.
    pub clock: fn() -> String,
    /// The process.
    pub pid: u32,
    /// A name for this opening that no other has (a UUID).
    pub id: String,
    /// The name that the state gets if it is written for the first time (a UUID).
    pub lineage: Lineage,
    /// The serial that such a state begins at: 0, or that of the state it takes over, less one.
    pub serial: Serial,
    /// The digest of the configuration that is applied, kept with what the command records; nothing where it applies none.
    pub configuration: Option<String>,
    /// How long to wait for the lock.
    pub lock_timeout: Duration,
    /// How much of the past is kept.
    pub history: Retention,
    /// Called at named points: `before-begin`, `after-begin`, `before-commit`, `mid-commit` (logged, not yet in the
    /// database), `after-commit`. For crash tests.
    pub probe: fn(&'static str),
}

impl OpenOptions {
    /// Options with nothing said about the caller, who fills the fields in.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            operation: String::new(),
            who: String::new(),
            version: String::new(),
            now: String::new(),
            clock: String::new,
            pid: 0,
            id: String::new(),
            lineage: Lineage::default(),
            serial: Serial::default(),
            configuration: None,
            lock_timeout: Duration::ZERO,
            history: Retention::default(),
            probe: |_| {},
        }
    }

    pub(crate) fn lock_info(&self) -> LockInfo {
        LockInfo {
            id: self.id.clone(),
            operation: self.operation.clone(),
            who: self.who.clone(),
            version: self.version.clone(),
            created: self.now.clone(),
            path: self.dir.display().to_string(),
            pid: self.pid,
        }
    }
}
