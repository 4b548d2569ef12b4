//! Decides how long and how often a machine is tried until it answers: a new instance takes its time to boot.

use std::time::Duration;

use cairn_plan::SshConnection;
use tokio::time::Instant;

use super::child::{self, Ended};
use super::ssh::Files;
use super::{Failure, Lines};
use crate::cancel::Cancel;

/// How long one attempt may take at most.
const ATTEMPT: Duration = Duration::from_secs(15);

/// The pauses between attempts begin with this and grow to the second.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));

/// Tries until the machine lets us in, or the connection's timeout is over.
pub(super) async fn connect<T: Copy + Send + Sync>(
    connection: &SshConnection,
    files: &Files,
    lines: &Lines<T>,
    cancel: &Cancel,
) -> Result<(), Failure> {
    let target = &connection.target;
    let place = format!("{}@{}:{}", target.user, target.host, target.port);
    let way = connection
        .bastion
        .as_ref()
        .map(|b| format!(" through {}", b.host))
        .unwrap_or_default();
    lines
        .announce(format!("Connecting to {place}{way} by ssh..."))
        .await;
    let until = Instant::now() + connection.timeout;
    let mut pause = PAUSES.0;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let seconds = left.min(ATTEMPT).as_secs().max(1);
        let command = files.ssh(connection, seconds, "exit 0");
        let none: Option<&Lines<T>> = None;
        // The client's own limit leaves out some of the ways in which a connection can hang.
        let limit = Duration::from_secs(seconds) + ATTEMPT;
        let why = match tokio::time::timeout(limit, child::run(command, None, none, cancel)).await {
            Ok(Ended::Exited(status, _)) if status.success() => {
                lines.announce("Connected.".to_owned()).await;
                return Ok(());
            }
            Ok(Ended::Exited(status, tail)) => last_line(&tail)
                .map_or_else(|| format!("ssh {}", child::said(status)), str::to_owned),
            Ok(Ended::NotStarted(error)) => return Err(no_client(connection, &error)),
            Ok(Ended::Stopped) => return Err(interrupted()),
            Err(_) => "nothing answered".to_owned(),
        };
        if Instant::now() + pause >= until {
            return Err(Failure::new(
                "Connection failed",
                format!(
                    "{place} could not be reached{way} within {} seconds. Last time the reason was: {why}",
                    connection.timeout.as_secs()
                ),
            ));
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = cancel.requested() => return Err(interrupted()),
        }
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// The message for a client that cannot be started.
pub(super) fn no_client(connection: &SshConnection, error: &std::io::Error) -> Failure {
    let program = if connection.password.is_some() {
        "sshpass"
    } else {
        "ssh"
    };
    Failure::new(
        "No ssh client",
        format!(
            "The installed program `{program}` is needed for this and cannot be started: {error}."
        ),
    )
}

/// The message for what was cut short.
pub(super) fn interrupted() -> Failure {
    Failure::new("Provisioner interrupted", "The apply was asked to stop.")
}

fn last_line(text: &str) -> Option<&str> {
    text.lines().map(str::trim).rfind(|l| !l.is_empty())
}
