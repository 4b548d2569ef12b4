//! Decides what `remote-exec` and `file` do on the other machine: scripts put there, run and removed; files and folders copied
//! as Terraform does, a folder with a slash at its end being its contents.

use std::fs;
use std::path::{Path, PathBuf};

use cairn_plan::{FileSource, RemoteScripts, SshConnection};
use tokio::process::Command;

use super::child::{self, Ended};
use super::connect::{connect, interrupted, no_client};
use super::ssh::Files;
use super::{Failure, Lines, output_ends, quoted};
use crate::cancel::Cancel;

/// How long the client may take to connect once the machine has answered, in seconds.
const ATTEMPT: u64 = 30;

const RUN: &str = "remote-exec provisioner error";
const COPY: &str = "file provisioner error";

/// Runs scripts on a machine.
pub(super) async fn scripts<T: Copy + Send + Sync>(
    connection: &SshConnection,
    scripts: &RemoteScripts,
    lines: &Lines<T>,
    cancel: &Cancel,
) -> Result<(), Failure> {
    let texts: Vec<(String, Vec<u8>)> = match scripts {
        RemoteScripts::Inline(lines) => {
            let text = format!("#!/bin/sh\n{}\n", lines.join("\n"));
            vec![("The script".to_owned(), text.into_bytes())]
        }
        RemoteScripts::Files(paths) => paths
            .iter()
            .map(|path| Ok((format!("The script {path}"), read(RUN, path)?)))
            .collect::<Result<_, Failure>>()?,
    };
    let files = files(connection, RUN)?;
    connect(connection, &files, lines, cancel).await?;
    for (n, (what, text)) in texts.into_iter().enumerate() {
        let unique = format!("{}{n}", files.unique());
        let path = connection
            .script_path
            .as_deref()
            .unwrap_or("/tmp/cairn_%RAND%.sh")
            .replace("%RAND%", &unique);
        let path = quoted(&path);
        let remote = format!(
            "umask 077; cat > {path} && chmod 0700 {path} && {path}; s=$?; rm -f {path}; exit $s"
        );
        let command = files.ssh(connection, ATTEMPT, &remote);
        ended(RUN, &what, connection, command, Some(text), lines, cancel).await?;
    }
    Ok(())
}

/// Copies something to a machine.
pub(super) async fn copy<T: Copy + Send + Sync>(
    connection: &SshConnection,
    source: &FileSource,
    destination: &str,
    lines: &Lines<T>,
    cancel: &Cancel,
) -> Result<(), Failure> {
    let files = files(connection, COPY)?;
    let (text, name) = match source {
        FileSource::Content(text) => (text.clone().into_bytes(), None),
        FileSource::Path(path) if Path::new(path).is_dir() => {
            connect(connection, &files, lines, cancel).await?;
            let sources = folder(path)?;
            if sources.is_empty() {
                return Ok(());
            }
            let command = files.scp(connection, &sources, destination);
            let what = format!("The copy of the folder {path}");
            return ended(COPY, &what, connection, command, None, lines, cancel).await;
        }
        FileSource::Path(path) => {
            let name = Path::new(path).file_name();
            (read(COPY, path)?, name.map(|n| n.to_string_lossy()))
        }
    };
    connect(connection, &files, lines, cancel).await?;
    let into = quoted(destination);
    // A folder that is there already takes the file in, under its name.
    let remote = match name {
        Some(name) => format!(
            "d={into}; if [ -d \"$d\" ]; then d=\"$d\"/{}; fi; cat > \"$d\"",
            quoted(&name)
        ),
        None => format!("cat > {into}"),
    };
    let command = files.ssh(connection, ATTEMPT, &remote);
    let what = format!("The copy to {destination}");
    ended(COPY, &what, connection, command, Some(text), lines, cancel).await
}

/// What is handed to scp for a folder: itself, or with a slash at its end what is in it.
fn folder(path: &str) -> Result<Vec<PathBuf>, Failure> {
    if !path.ends_with('/') {
        return Ok(vec![PathBuf::from(path)]);
    }
    let cannot = |e: std::io::Error| Failure::new(COPY, format!("{path} cannot be read: {e}."));
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(cannot)? {
        found.push(entry.map_err(cannot)?.path());
    }
    found.sort();
    Ok(found)
}

fn read(summary: &str, path: &str) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|e| {
        let detail = match e.kind() {
            std::io::ErrorKind::NotFound => format!("There is no file or folder at {path}."),
            _ => format!("{path} cannot be read: {e}."),
        };
        Failure::new(summary, detail)
    })
}

fn files(connection: &SshConnection, summary: &str) -> Result<Files, Failure> {
    Files::new(connection).map_err(|e| {
        Failure::new(
            summary,
            format!("The keys for ssh cannot be written to a temporary folder: {e}."),
        )
    })
}

/// Waits for a client's end.
async fn ended<T: Copy + Send + Sync>(
    summary: &str,
    what: &str,
    connection: &SshConnection,
    command: Command,
    input: Option<Vec<u8>>,
    lines: &Lines<T>,
    cancel: &Cancel,
) -> Result<(), Failure> {
    match child::run(command, input, Some(lines), cancel).await {
        Ended::Exited(status, _) if status.success() => Ok(()),
        Ended::Exited(status, tail) => {
            let output = if lines.hidden.is_some() {
                "Its output is not shown, since its arguments were made from secret values.".into()
            } else {
                output_ends(&tail)
            };
            let said = child::said(status);
            let host = &connection.target.host;
            Err(Failure::new(
                summary,
                format!("{what} on {host} {said}. {output}"),
            ))
        }
        Ended::NotStarted(error) => Err(no_client(connection, &error)),
        Ended::Stopped => Err(interrupted()),
    }
}
