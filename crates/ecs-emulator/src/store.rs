//! Decides how a cloud is kept on disk: one file of JSON lines, a header and then one line for each
//! transaction, appended before the request is answered. What a line holds is the tables' business.
//!
//! A line is handed to the operating system in one write and not synced: it survives the death of
//! the process at any instant, and not the loss of power. A last line that was torn is dropped when
//! the cloud is opened; the request it belongs to was never answered.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

const HEADER: &str = r#"{"format":"ecs-emulator","version":1}"#;
const FILE: &str = "cloud.jsonl";
const LOCK: &str = "lock";

/// Why a cloud could not be opened or written.
#[derive(Debug)]
pub enum StoreError {
    /// A file could not be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Another process has the cloud open.
    Locked {
        /// The directory of the cloud.
        path: PathBuf,
    },
    /// A line that is not the last one cannot be read.
    Corrupt {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io { path, .. } => write!(f, "cannot use the emulator's file {}", path.display()),
            Self::Locked { path } => write!(
                f,
                "the emulator's cloud in {} is in use by another process",
                path.display()
            ),
            Self::Corrupt {
                path,
                line,
                message,
            } => write!(
                f,
                "line {line} of the emulator's file {} cannot be read: {message}",
                path.display()
            ),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Locked { .. } | Self::Corrupt { .. } => None,
        }
    }
}

/// The open file of a cloud.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    file: File,
    /// Lines in the file, beside the header.
    lines: usize,
    /// Written by a write that failed half way, to be completed by the next.
    pending: Vec<u8>,
    /// Held as long as the cloud is open.
    _lock: File,
}

impl Store {
    /// Opens the cloud of a directory and hands every line to `absorb`.
    pub(crate) fn open(
        dir: &Path,
        mut absorb: impl FnMut(&str) -> Result<(), String>,
    ) -> Result<Self, StoreError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| StoreError::Io { path, source }
        };
        std::fs::create_dir_all(dir).map_err(failed(dir))?;
        let lock = lock(dir)?;
        let path = dir.join(FILE);
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(failed(&path))?;
        let mut good = 0;
        let mut lines = 0;
        let mut reader = BufReader::with_capacity(1 << 20, &file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let length = reader.read_until(b'\n', &mut line).map_err(failed(&path))?;
            if line.pop() != Some(b'\n') {
                break;
            }
            let text = std::str::from_utf8(&line).unwrap_or_default();
            let read = if good == 0 {
                if text == HEADER {
                    Ok(())
                } else {
                    Err("it is not the header of a cloud".to_owned())
                }
            } else {
                lines += 1;
                absorb(text)
            };
            read.map_err(|message| StoreError::Corrupt {
                path: path.clone(),
                line: lines + 1,
                message,
            })?;
            good += length as u64;
        }
        drop(reader);
        file.set_len(good).map_err(failed(&path))?;
        let mut store = Self {
            path,
            file,
            lines,
            pending: Vec::new(),
            _lock: lock,
        };
        if good == 0 {
            store.file.rewind().map_err(failed(&store.path))?;
            store.append(format!("{HEADER}\n").as_bytes())?;
            store.lines = 0;
        }
        Ok(store)
    }

    /// Appends one line. When it fails, the line is kept and written before the next one.
    pub(crate) fn append(&mut self, line: &[u8]) -> Result<(), StoreError> {
        self.pending.extend_from_slice(line);
        let start = self.file.metadata().map(|m| m.len());
        let written = start.and_then(|start| {
            self.file
                .write_all(&self.pending)
                .inspect_err(|_| drop(self.file.set_len(start)))
        });
        written.map_err(|source| StoreError::Io {
            path: self.path.clone(),
            source,
        })?;
        self.pending.clear();
        self.lines += 1;
        Ok(())
    }

    /// Whether the file holds so much history that writing it anew is worth it.
    pub(crate) fn wants_compacting(&self, rows: usize) -> bool {
        self.lines > 64 + rows / 50
    }

    /// Replaces the file by these lines: written beside it, then renamed over it.
    pub(crate) fn compact(&mut self, lines: &[Vec<u8>]) -> Result<(), StoreError> {
        let beside = self.path.with_extension("new");
        let failed = |source| StoreError::Io {
            path: beside.clone(),
            source,
        };
        let mut out = BufWriter::new(File::create(&beside).map_err(failed)?);
        out.write_all(HEADER.as_bytes())
            .and_then(|()| out.write_all(b"\n"))
            .map_err(failed)?;
        for line in lines {
            out.write_all(line).map_err(failed)?;
        }
        out.flush().map_err(failed)?;
        drop(out);
        std::fs::rename(&beside, &self.path).map_err(failed)?;
        self.file = OpenOptions::new()
            .append(true)
            .open(&self.path)
            .map_err(failed)?;
        self.lines = lines.len();
        self.pending.clear();
        Ok(())
    }
}

/// Takes the lock of the directory. The operating system gives it back when the holder dies, so a
/// short wait is enough for a process that is just going away.
fn lock(dir: &Path) -> Result<File, StoreError> {
    let path = dir.join(LOCK);
    let failed = |source| StoreError::Io {
        path: path.clone(),
        source,
    };
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    for attempt in 0.. {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if attempt < 40 => {
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Locked {
                    path: dir.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(dir: &Path) -> (Store, Vec<String>) {
        let mut lines = Vec::new();
        let store = Store::open(dir, |line| {
            if line.starts_with('{') {
                lines.push(line.to_owned());
                Ok(())
            } else {
                Err("no object".to_owned())
            }
        });
        (store.unwrap(), lines)
    }

    #[test]
    fn a_torn_last_line_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let (mut store, lines) = open(dir.path());
        assert!(lines.is_empty());
        store.append(b"{\"a\":1}\n").unwrap();
        store.append(b"{\"b\":2}\n").unwrap();
        drop(store);
        let path = dir.path().join(FILE);
        let whole = std::fs::read(&path).unwrap();
        // Torn at every place, the file opens with the lines that are whole, and goes on.
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let (mut store, lines) = open(dir.path());
            let lines_kept = String::from_utf8_lossy(&whole[..cut]).matches('\n').count();
            let expected = lines_kept.saturating_sub(1);
            assert_eq!(lines.len(), expected, "cut at {cut}");
            store.append(b"{\"c\":3}\n").unwrap();
            drop(store);
            let (_, lines) = open(dir.path());
            assert_eq!(
                lines.last().map(String::as_str),
                Some("{\"c\":3}"),
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn a_broken_line_inside_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), format!("{HEADER}\nrubbish\n{{}}\n")).unwrap();
        let error = Store::open(dir.path(), |_| Err("rubbish".to_owned())).unwrap_err();
        assert!(
            matches!(error, StoreError::Corrupt { line: 2, .. }),
            "{error}"
        );
        let error = Store::open(dir.path(), |_| Err("rubbish".to_owned())).unwrap_err();
        assert!(
            matches!(error, StoreError::Corrupt { .. }),
            "the file was left alone: {error}"
        );
    }

    #[test]
    fn compacting_replaces_the_history() {
        let dir = tempfile::tempdir().unwrap();
        let (mut store, _) = open(dir.path());
        for _ in 0..70 {
            store.append(b"{\"a\":1}\n").unwrap();
        }
        assert!(store.wants_compacting(0));
        store.compact(&[b"{\"a\":2}\n".to_vec()]).unwrap();
        store.append(b"{\"a\":3}\n").unwrap();
        assert!(!store.wants_compacting(0));
        drop(store);
        assert_eq!(open(dir.path()).1, ["{\"a\":2}", "{\"a\":3}"]);
    }
}
