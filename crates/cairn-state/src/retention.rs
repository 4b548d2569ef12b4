//! Decides how much of the past is kept: which old exports and logs are deleted when a new export has been made.
//!
//! What is wanted reaches back to an old export. Between that one and the newest two, which stand in for a damaged export, an export
//! is kept only where the logs since the one before have grown as large as itself: logs alone lead on, and exports are the larger part.

use std::path::Path;

use crate::error::{Result, StateError};
use crate::history::{BACKUPS, backup_name};
use crate::image::Files;
use crate::log::{self, Entry, file_name};
use crate::{disk, timeline};

/// How many of the newest old exports are kept however large they are.
const SPARE: usize = 2;

/// How much of the past is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// So many of the newest commits, at least.
    pub commits: u64,
    /// And those that were made since this time, RFC 3339 in UTC.
    pub since: Option<String>,
    /// But no more than so many bytes, the newest two old exports excepted.
    pub bytes: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            commits: 1000,
            since: None,
            bytes: 256 << 20,
        }
    }
}

/// Deletes what is not to be kept of the past of a state whose last commit is `serial`.
pub(crate) fn prune(dir: &Path, keep: &Retention, serial: u64) -> Result<()> {
    let files = Files::of(dir)?;
    let exports = &files.backups;
    let folder = dir.join(BACKUPS);
    if exports.len() <= SPARE {
        return Ok(());
    }
    let spare = exports.len() - SPARE;
    let mut start = wanted(&folder, keep, serial, exports).min(spare);
    let sizes = Sizes::of(&folder, &files)?;
    let mut kept = sizes.thinned(exports, start);
    while start < spare && sizes.total(exports[start], &kept) > keep.bytes {
        start += 1;
        kept = sizes.thinned(exports, start);
    }
    for serial in exports.iter().filter(|s| kept.binary_search(s).is_err()) {
        disk::remove(&folder.join(backup_name(*serial)))?;
    }
    for serial in files.old_logs.iter().filter(|s| **s < exports[start]) {
        disk::remove(&folder.join(file_name(*serial)))?;
    }
    disk::sync_dir(&folder)
}

/// The newest export from which all commits that are wanted can be reached, by its place among the exports.
fn wanted(folder: &Path, keep: &Retention, serial: u64, exports: &[u64]) -> usize {
    let first = serial.saturating_sub(keep.commits);
    let by_count = exports.partition_point(|e| *e <= first).saturating_sub(1);
    let Some(since) = &keep.since else {
        return by_count;
    };
    // What came before an export was made before the log after it began.
    let old = |e: &&u64| began(&folder.join(file_name(**e))).is_none_or(|at| at <= *since);
    let by_time = exports.iter().take_while(old).count().saturating_sub(1);
    by_count.min(by_time)
}

/// When the first command of a log began.
fn began(path: &Path) -> Option<String> {
    let mut found = None;
    // What is damaged says as much as it can.
    drop(log::read(path, &mut |entry| {
        if let Entry::Session(json) = entry {
            found = timeline::created(&json);
            return Err("no more is wanted of it".to_owned());
        }
        Ok(())
    }));
    found
}

/// The lengths of the old files, by serial in ascending order.
struct Sizes {
    exports: Vec<(u64, u64)>,
    logs: Vec<(u64, u64)>,
}

impl Sizes {
    fn of(folder: &Path, files: &Files) -> Result<Self> {
        let len = |name: String| -> Result<u64> {
            let path = folder.join(name);
            let found = std::fs::metadata(&path).map_err(|e| StateError::io(&path, "read", e))?;
            Ok(found.len())
        };
        let mut sizes = Self {
            exports: Vec::with_capacity(files.backups.len()),
            logs: Vec::with_capacity(files.old_logs.len()),
        };
        for serial in &files.backups {
            sizes.exports.push((*serial, len(backup_name(*serial))?));
        }
        for serial in &files.old_logs {
            sizes.logs.push((*serial, len(file_name(*serial))?));
        }
        Ok(sizes)
    }

    /// The exports that are kept where the history begins with the one at `start`.
    fn thinned(&self, exports: &[u64], start: usize) -> Vec<u64> {
        let spare = exports.len() - SPARE;
        let mut kept = Vec::new();
        let mut logs = self
            .logs
            .iter()
            .skip_while(|(s, _)| *s < exports[start])
            .peekable();
        let mut since = 0;
        for (at, (serial, len)) in self.exports.iter().enumerate().skip(start) {
            while let Some((_, len)) = logs.next_if(|(s, _)| s < serial) {
                since += len;
            }
            if at == start || at >= spare || since >= *len {
                kept.push(*serial);
                since = 0;
            }
        }
        kept
    }

    fn total(&self, start: u64, kept: &[u64]) -> u64 {
        let exports = self
            .exports
            .iter()
            .filter(|(s, _)| kept.binary_search(s).is_ok());
        let logs = self.logs.iter().filter(|(s, _)| *s >= start);
        exports.chain(logs).map(|(_, len)| len).sum()
    }
}
