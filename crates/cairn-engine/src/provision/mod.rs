//! Decides how a provisioner is run: a command here, or ssh to another machine. What it is told was decided in `cairn-plan`;
//! what its success means for the record is decided in `apply`.

mod child;
mod connect;
mod local;
mod remote;
mod ssh;

use std::borrow::Cow;

use cairn_diag::Diagnostic;
use cairn_plan::{Programs, Provision, Work};
use tokio::sync::mpsc::Sender;

use crate::cancel::Cancel;

/// Why a provisioner did not do what it should. Nothing here is a secret's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) summary: String,
    pub(crate) detail: String,
}

impl Failure {
    fn new(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            detail: detail.into(),
        }
    }

    /// As a message at the provisioner's block.
    pub(crate) fn diagnostic(self, provision: &Provision, address: &str) -> Diagnostic {
        Diagnostic::error("provisioner-failed", self.summary)
            .detail(self.detail)
            .at(provision.header)
            .within(provision.within.clone())
            .address(address.to_owned())
    }
}

/// Where the lines of a provisioner go.
pub(crate) struct Lines<T> {
    /// Which provisioner's.
    pub(crate) of: T,
    pub(crate) to: Sender<(T, String)>,
    /// The lines were made from such values.
    pub(crate) hidden: Option<&'static str>,
}

impl<T: Copy + Send + Sync> Lines<T> {
    /// A line of the provisioner's own.
    async fn say(&self, line: &str) {
        let line = match self.hidden {
            None => line.to_owned(),
            Some(why) => format!("(output suppressed due to {why} value in config)"),
        };
        // Nobody listens any more when the apply is being let go.
        drop(self.to.send((self.of, line)).await);
    }

    /// A line of cairn's, of which nothing is secret.
    async fn announce(&self, line: String) {
        drop(self.to.send((self.of, line)).await);
    }
}

/// Runs a provisioner to its end. A request to stop ends what it runs.
pub(crate) async fn run<T: Copy + Send + Sync>(
    provision: &Provision,
    lines: &Lines<T>,
    cancel: &Cancel,
) -> Result<(), Failure> {
    match &provision.work {
        Work::LocalExec(work) => local::run(work, lines, cancel).await,
        Work::RemoteExec {
            connection,
            scripts,
        } => remote::scripts(connection, scripts, lines, cancel).await,
        Work::File {
            connection,
            source,
            destination,
        } => remote::copy(connection, source, destination, lines, cancel).await,
    }
}

/// Which programs there are for provisioners, by the folders of a `PATH`.
pub fn programs(path: &str) -> Programs {
    let there =
        |name: &str| std::env::split_paths(path).any(|folder| is_executable(&folder.join(name)));
    Programs {
        ssh: there("ssh"),
        sshpass: there("sshpass"),
    }
}

fn is_executable(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

/// A text as one word of a Unix shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The end of an output, introduced, for a message.
fn output_ends(tail: &str) -> Cow<'static, str> {
    let tail = tail.trim_end();
    if tail.is_empty() {
        Cow::Borrowed("It wrote nothing.")
    } else {
        Cow::Owned(format!("Its output ends with:\n{tail}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_is_one_word() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
    }

    #[test]
    fn programs_are_looked_for_on_the_path() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().to_str().expect("a plain path");
        let none = Programs {
            ssh: false,
            sshpass: false,
        };
        assert_eq!(programs(path), none);
        let ssh = dir.path().join("ssh");
        std::fs::write(&ssh, "").expect("writable");
        assert_eq!(programs(path), none, "not executable");
        std::fs::set_permissions(&ssh, std::fs::Permissions::from_mode(0o755)).expect("ours");
        let found = programs(&format!("/nowhere:{path}"));
        assert!(found.ssh && !found.sshpass);
        assert_eq!(programs(""), none);
    }
}
