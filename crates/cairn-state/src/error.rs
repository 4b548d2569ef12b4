//! Decides how the store fails: what can go wrong, and what the message says to do about it. Knows no diagnostics.

use std::path::{Path, PathBuf};

use cairn_model::Serial;

use crate::{IntentId, LockInfo};

/// Why the state could not be read or written. Every message ends with the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// Somebody else has the state open for writing.
    #[error("the state in {path} is locked by {}; wait until that command has ended and run this one again", holder_text(.holder.as_deref()))]
    Locked {
        /// The state's directory.
        path: PathBuf,
        /// Who holds it, as far as the lock file says.
        holder: Option<Box<LockInfo>>,
    },
    /// The state has been written since it was read.
    #[error(
        "the state is at serial {actual}, but the change was made for serial {expected}; plan again from the present state"
    )]
    Moved {
        /// The serial the caller worked from.
        expected: Serial,
        /// The serial of the store.
        actual: Serial,
    },
    /// What is on disk cannot be what the store wrote.
    #[error("{path} is damaged: {what}; {way_out}", path = .path.display())]
    Corrupt {
        /// The file or directory.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
        /// What to do.
        way_out: String,
    },
    /// A commit of the past that is not kept, or was not made yet.
    #[error(
        "serial {wanted} is not kept: the history reaches from serial {from} to {to}; `cairn state log` lists it"
    )]
    Unkept {
        /// The serial that was asked for.
        wanted: Serial,
        /// The oldest that is kept.
        from: Serial,
        /// The present one.
        to: Serial,
    },
    /// No commit that is kept was made by then.
    #[error("no commit that is kept was made by {time}{}; `cairn state log` lists them", first_text(.first))]
    Before {
        /// The time that was asked for.
        time: String,
        /// When the first one was made, as far as the log says.
        first: String,
    },
    /// It was written by a later version.
    #[error("{path} has format {found}, this version of cairn reads up to format {supported}; use the version of cairn that wrote it, or a later one", path = .path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The highest format this version reads.
        supported: u32,
    },
    /// The file is none of cairn's.
    #[error("{path} cannot be used: {what}", path = .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is or lacks, and what to do.
        what: String,
    },
    /// The disk is full.
    #[error("there is no space left on the disk for {path}: this write did not take place, all before it is safe; free some space and run the command again", path = .path.display())]
    DiskFull {
        /// The file that was to grow.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The system refused to read or write.
    #[error("cannot {doing} {path}; check that the directory exists, is on a healthy disk and belongs to this user", path = .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried: `write`, `create`.
        doing: &'static str,
        /// The system's error.
        source: std::io::Error,
    },
    /// The database failed. The log has everything.
    #[error("the database in {path} failed: {what}; nothing is lost, the next command rebuilds it from the export and the log", path = .path.display())]
    Database {
        /// The state's directory.
        path: PathBuf,
        /// What it said.
        what: String,
    },
    /// An earlier write of this store failed in a way that leaves open what reached the disk.
    #[error("the state in {path} takes no more changes since an earlier write failed; run the command again, it starts from what reached the disk", path = .path.display())]
    Stopped {
        /// The state's directory.
        path: PathBuf,
    },
    /// The mutation does not fit what is recorded.
    #[error(
        "the change does not fit the recorded state: {what}; plan again from the present state"
    )]
    Refused {
        /// What does not fit.
        what: String,
    },
    /// No such intent is open.
    #[error(
        "{intent} is not open; it was closed before or never begun, which is an error in cairn: please report it with the command's output"
    )]
    NotOpen {
        /// The intent.
        intent: IntentId,
    },
    /// The value cannot be kept.
    #[error("a value cannot be recorded: {what}")]
    Unstorable {
        /// Which, why, and what to do.
        what: String,
    },
}

/// What all errors of the crate come as.
pub type Result<T> = std::result::Result<T, StateError>;

fn holder_text(holder: Option<&LockInfo>) -> String {
    match holder {
        Some(h) => format!(
            "{} (process {}), running \"{}\" since {}",
            h.who, h.pid, h.operation, h.created
        ),
        None => "another process (which has not said who it is)".to_owned(),
    }
}

fn first_text(first: &str) -> String {
    if first.is_empty() {
        String::new()
    } else {
        format!(": the first is of {first}")
    }
}

impl StateError {
    pub(crate) fn io(path: &Path, doing: &'static str, source: std::io::Error) -> Self {
        let path = path.to_owned();
        if source.kind() == std::io::ErrorKind::StorageFull {
            Self::DiskFull { path, source }
        } else {
            Self::Io {
                path,
                doing,
                source,
            }
        }
    }

    /// What is wrong, a full sentence without the way out: for those who have taken it.
    pub(crate) fn damage(&self) -> String {
        match self {
            Self::Corrupt { path, what, .. } => {
                format!("{} was damaged: {what}.", path.display())
            }
            other => format!("The state could not be read: {other}."),
        }
    }

    pub(crate) fn corrupt(path: &Path, what: impl Into<String>) -> Self {
        Self::Corrupt {
            path: path.to_owned(),
            what: what.into(),
            way_out: "`cairn state repair` makes of what is sound the state that is nearest to it, and keeps what is there now".to_owned(),
        }
    }
}
