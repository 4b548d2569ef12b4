//! Decides how a child process is watched: its lines as they come, its end, and that it ends with everything it started when
//! the apply is to stop.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe::Receiver;
use tokio::process::Command;

use super::Lines;
use crate::cancel::Cancel;

/// How much of the end of an output is kept for a message, in bytes.
const TAIL: usize = 8 * 1024;

/// A line longer than this is told in pieces, in bytes.
const LINE: usize = 64 * 1024;

/// How long a child has to end after it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// How long output is waited for after the end of a child: what it left running in the background may keep it open for ever.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// How a child ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// By itself, or by somebody else's signal; with the end of its output.
    Exited(ExitStatus, String),
    /// It was not started.
    NotStarted(io::Error),
    /// It was ended because the apply is to stop.
    Stopped,
}

/// Kills a process group when dropped, unless it has ended.
struct Group(Option<Pid>);

impl Group {
    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.0 {
            // Gone already is as good.
            kill_process_group(pid, signal).ok();
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}

/// Runs a command to its end; its standard output and error are one stream of lines, told to `lines` if there is one.
pub(super) async fn run<T: Copy + Send + Sync>(
    mut command: Command,
    input: Option<Vec<u8>>,
    lines: Option<&Lines<T>>,
    cancel: &Cancel,
) -> Ended {
    if cancel.is_requested() {
        return Ended::Stopped;
    }
    let (reader, mut child) = match start(&mut command, input.is_some()) {
        Ok(started) => started,
        Err(error) => return Ended::NotStarted(error),
    };
    // Its copies of the stream's writing end would keep it open.
    drop(command);
    let pid = child.id().and_then(|id| i32::try_from(id).ok());
    let mut group = Group(pid.and_then(Pid::from_raw));
    if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
        // A child that does not read to the end says itself what is wrong with that.
        tokio::spawn(async move { drop(stdin.write_all(&input).await) });
    }
    let mut output = Reading::new(reader);
    let mut told = Box::pin(async {
        while let Some(line) = output.line().await {
            if let Some(lines) = lines {
                lines.say(&line).await;
            }
        }
    });
    let mut open = true;
    let status = loop {
        tokio::select! {
            () = &mut told, if open => open = false,
            ended = child.wait() => break ended,
            () = cancel.requested() => {
                group.signal(Signal::TERM);
                if tokio::time::timeout(GRACE, child.wait()).await.is_err() {
                    group.signal(Signal::KILL);
                }
                return Ended::Stopped;
            }
        }
    };
    if open {
        drop(tokio::time::timeout(AFTERWARDS, &mut told).await);
    }
    drop(told);
    group.0 = None;
    match status {
        Ok(status) => Ended::Exited(status, output.tail()),
        Err(error) => Ended::NotStarted(error),
    }
}

fn start(command: &mut Command, input: bool) -> io::Result<(Receiver, tokio::process::Child)> {
    let (reader, writer) = io::pipe()?;
    command
        .stdin(if input { Stdio::piped() } else { Stdio::null() })
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .process_group(0)
        .kill_on_drop(true);
    let reader = Receiver::from_owned_fd(reader.into())?;
    Ok((reader, command.spawn()?))
}

/// A stream that is read line by line.
struct Reading {
    from: Receiver,
    /// Read, but not told yet.
    rest: Vec<u8>,
    /// The end of what was told.
    tail: Vec<u8>,
    ended: bool,
}

impl Reading {
    fn new(from: Receiver) -> Self {
        Self {
            from,
            rest: Vec::new(),
            tail: Vec::new(),
            ended: false,
        }
    }

    /// The next line without its end; nothing at the end of the stream. Can be dropped and asked again.
    async fn line(&mut self) -> Option<String> {
        let mut seen = 0;
        loop {
            let end = self.rest[seen..].iter().position(|b| *b == b'\n');
            if let Some(end) = end {
                return Some(self.take(seen + end + 1));
            }
            if self.rest.len() >= LINE || (self.ended && !self.rest.is_empty()) {
                return Some(self.take(self.rest.len()));
            }
            if self.ended {
                return None;
            }
            seen = self.rest.len();
            match self.from.read_buf(&mut self.rest).await {
                Ok(n) if n > 0 => {}
                _ => self.ended = true,
            }
        }
    }

    fn take(&mut self, n: usize) -> String {
        let later = self.rest.split_off(n);
        let line = std::mem::replace(&mut self.rest, later);
        self.tail.extend_from_slice(&line);
        if self.tail.len() > 2 * TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        String::from_utf8_lossy(text).into_owned()
    }

    fn tail(&self) -> String {
        let from = self.tail.len().saturating_sub(TAIL);
        String::from_utf8_lossy(&self.tail[from..]).into_owned()
    }
}

/// How an exit status is said.
pub(super) fn said(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with exit status {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sh(script: &str, input: Option<&str>, cancel: &Cancel) -> (Ended, Vec<String>) {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        let (to, mut told) = tokio::sync::mpsc::channel(8);
        let lines = Lines {
            of: 1,
            to,
            hidden: None,
        };
        let input = input.map(|i| i.as_bytes().to_vec());
        let running = async {
            let ended = run(command, input, Some(&lines), cancel).await;
            drop(lines);
            ended
        };
        let listening = async {
            let mut all = Vec::new();
            while let Some((_, line)) = told.recv().await {
                all.push(line);
            }
            all
        };
        tokio::join!(running, listening)
    }

    #[tokio::test]
    async fn both_streams_are_told_in_order_and_the_last_line_needs_no_end() {
        let script = "echo a; echo b >&2; cat; printf 'c\\r\\n\\nd'; exit 3";
        let (ended, lines) = sh(script, Some("in\n"), &Cancel::default()).await;
        assert_eq!(lines, ["a", "b", "in", "c", "", "d"]);
        let Ended::Exited(status, tail) = ended else {
            panic!("{ended:?}");
        };
        assert_eq!(said(status), "ended with exit status 3");
        assert_eq!(tail, "a\nb\nin\nc\r\n\nd");
    }

    #[tokio::test]
    async fn long_output_is_told_whole_and_its_end_kept() {
        let script = "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done";
        let (ended, lines) = sh(script, None, &Cancel::default()).await;
        assert_eq!(lines.len(), 3000);
        let Ended::Exited(_, tail) = ended else {
            panic!("{ended:?}");
        };
        assert!(tail.len() <= TAIL && tail.ends_with("line 2999\n"));
    }

    #[tokio::test]
    async fn what_is_left_in_the_background_is_not_waited_for() {
        let (ended, lines) = sh("sleep 60 & echo done", None, &Cancel::default()).await;
        assert!(matches!(ended, Ended::Exited(s, _) if s.success()));
        assert_eq!(lines, ["done"]);
    }

    #[tokio::test]
    async fn a_request_to_stop_ends_the_child_and_what_it_started() {
        let dir = tempfile::tempdir().expect("a folder");
        let mark = dir.path().join("late");
        let script = format!("(sleep 2; touch {}) & echo up; wait", mark.display());
        let cancel = Cancel::default();
        let stop = cancel.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(300)).await;
            stop.request();
        });
        let (ended, lines) = sh(&script, None, &cancel).await;
        assert!(matches!(ended, Ended::Stopped), "{ended:?}");
        assert_eq!(lines, ["up"]);
        tokio::time::sleep(Duration::from_millis(2500)).await;
        assert!(!mark.exists(), "the background process went on");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_no_end_of_anything() {
        let none: Option<&Lines<u8>> = None;
        let ended = run(Command::new("/no/such"), None, none, &Cancel::default()).await;
        assert!(matches!(ended, Ended::NotStarted(e) if e.kind() == io::ErrorKind::NotFound));
    }
}
