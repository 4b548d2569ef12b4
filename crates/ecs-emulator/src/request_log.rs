//! Decides the form of the request log: one JSON line for every API request that was answered or
//! dropped; and what is remembered of the last ones, which is their parameters too, without secrets.
//! Requests to the control path are not logged.

use std::collections::{BTreeMap, VecDeque};
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

/// How many requests are remembered.
const REMEMBERED: usize = 200;
/// How much of a value is remembered, in characters.
const SHOWN: usize = 160;

/// A request that is remembered.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Remembered {
    #[serde(flatten)]
    pub(crate) entry: LogEntry,
    /// The parameters of the action, as far as they may be shown.
    pub(crate) params: BTreeMap<String, String>,
}

/// The last requests.
#[derive(Debug, Default)]
pub(crate) struct Recent(VecDeque<Remembered>);

impl Recent {
    pub(crate) fn push(&mut self, entry: LogEntry, params: &[(String, String)]) {
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        let params = params
            .iter()
            .filter(|(name, _)| !is_of_the_protocol(name))
            .map(|(name, value)| (shortened(name), shown(name, value)))
            .collect();
        self.0.push_back(Remembered { entry, params });
    }

    /// Newest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Remembered> {
        self.0.iter().rev()
    }
}

/// Parameters that every V1 request has; the log shows those that matter by itself.
fn is_of_the_protocol(name: &str) -> bool {
    matches!(
        name,
        "Action" | "Version" | "Timestamp" | "AccessKeyId" | "SecurityToken"
    ) || name.starts_with("Signature")
}

/// A value without what is secret, and without the end of what is long.
fn shown(name: &str, value: &str) -> String {
    if is_secret(name) && !value.is_empty() {
        return "***".to_owned();
    }
    shortened(value)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether the value of a parameter, known to the API or not, is nobody's business: passwords, user
/// data, and whatever is called a secret or a credential.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_token = name.contains("token")
        && !["clienttoken", "nexttoken", "httptokens"]
            .iter()
            .any(|harmless| name.ends_with(harmless));
    is_token
        || [
            "password",
            "passwd",
            "userdata",
            "secret",
            "privatekey",
            "assertion",
        ]
        .iter()
        .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_long_values_cut() {
        let mut recent = Recent::default();
        let entry = LogEntry {
            time: String::new(),
            action: "RunInstances".to_owned(),
            version: String::new(),
            status: 200,
            code: String::new(),
            request_id: String::new(),
            duration_ms: 0.5,
        };
        let long = "é".repeat(500);
        let params = [
            ("Password", "hidden"),
            ("LaunchTemplateData.UserData", "hidden"),
            ("userdata", "hidden"),
            ("OIDCToken", "hidden"),
            ("SecurityToken", "hidden"),
            ("Signature", "hidden"),
            ("AccessKeyId", "hidden"),
            ("ClientToken", "shown"),
            ("HttpTokens", "required"),
            ("Description", long.as_str()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        for _ in 0..REMEMBERED + 5 {
            recent.push(entry.clone(), &params);
        }
        assert_eq!(recent.iter().count(), REMEMBERED);
        let text = serde_json::to_string(recent.iter().next().unwrap()).unwrap();
        assert!(!text.contains("hidden"), "{text}");
        for shown in [
            r#""ClientToken":"shown""#,
            r#""HttpTokens":"required""#,
            r#""Password":"***""#,
            r#""action":"RunInstances""#,
        ] {
            assert!(text.contains(shown), "{shown}: {text}");
        }
        assert!(text.len() < 1000, "{text}");
    }
}
