//! Decides who may write: one process at a time, and the others are told who it is. Readers need no lock.
//!
//! The lock is the kernel's (flock), so it ends with its holder however that ends; the file's contents only say who it is.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::disk;
use crate::error::{Result, StateError};

/// The name of the lock file.
pub(crate) const FILE: &str = "lock";

/// How long an attempt lasts at least: somebody who only looks whether it is held (see [`holder`]) is gone by then.
const PATIENCE: Duration = Duration::from_millis(300);

/// Who holds a lock. The names in the file are those of Terraform's lock files, and `Pid`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LockInfo {
    /// Names the lock for ever.
    #[serde(rename = "ID")]
    pub id: String,
    /// The command that holds it: `apply`.
    pub operation: String,
    /// Who runs it: `user@host`.
    pub who: String,
    /// The version of cairn.
    pub version: String,
    /// When it was taken, RFC 3339 in UTC.
    pub created: String,
    /// The state's directory.
    pub path: String,
    /// The process.
    pub pid: u32,
}

/// The lock, until dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock of a state directory, which must exist.
    pub(crate) fn take(dir: &Path, info: &LockInfo, timeout: Duration) -> Result<Self> {
        let path = dir.join(FILE);
        let mut file = disk::private()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|e| StateError::io(&path, "open", e))?;
        let until = Instant::now() + timeout.max(PATIENCE);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(StateError::Locked {
                        path: dir.to_owned(),
                        holder: read_info(&mut file).map(Box::new),
                    });
                }
                Err(TryLockError::Error(e)) => return Err(StateError::io(&path, "lock", e)),
            }
        }
        let text = serde_json::to_vec_pretty(info).expect("a lock's words are plain text");
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(&text))
            .map_err(|e| StateError::io(&path, "write", e))?;
        Ok(Self { file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The file stays, empty; that it could not be emptied harms nobody, since the kernel's lock is what counts.
        self.file.set_len(0).ok();
    }
}

/// Who has the state open for writing at this moment, for the words of a reader. Nothing where nobody has.
pub fn holder(dir: &Path) -> Option<LockInfo> {
    let mut file = File::open(dir.join(FILE)).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => read_info(&mut file),
        _ => None,
    }
}

fn read_info(file: &mut File) -> Option<LockInfo> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}
