//! Decides the form of the request log: one JSON line for every API request that was answered or
//! dropped. Requests to the control path are not logged.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;

/// One request, as the log shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct LogEntry {
    /// When the answer was ready, in UTC with milliseconds.
    pub(crate) time: String,
    /// The action, empty when the request named none.
    pub(crate) action: String,
    /// The API version, empty when the request named none.
    pub(crate) version: String,
    /// The HTTP status; 0 when the connection was dropped by a fault.
    pub(crate) status: u16,
    /// The error code, empty for a success.
    pub(crate) code: String,
    /// The id in the answer.
    pub(crate) request_id: String,
    /// From the arrival of the request to the answer.
    pub(crate) duration_ms: f64,
}

/// The file that entries are appended to.
#[derive(Debug)]
pub(crate) struct RequestLog(File);

impl RequestLog {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent)?;
        }
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map(Self)
    }

    /// Appends in one write, so that several processes may share the file. A failure is not worth
    /// failing a request for.
    pub(crate) fn append(&mut self, entry: &LogEntry) {
        let mut line = serde_json::to_vec(entry).expect("a struct of strings and numbers");
        line.push(b'\n');
        drop(self.0.write_all(&line));
    }
}
