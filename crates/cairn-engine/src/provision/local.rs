//! Decides how `local-exec` runs its command, and what is said of one that fails.

use std::path::Path;

use cairn_plan::LocalExec;
use tokio::process::Command;

use super::child::{self, Ended};
use super::{Failure, Lines, output_ends};
use crate::cancel::Cancel;

const SHELL: [&str; 2] = ["/bin/sh", "-c"];

pub(super) async fn run<T: Copy + Send + Sync>(
    work: &LocalExec,
    lines: &Lines<T>,
    cancel: &Cancel,
) -> Result<(), Failure> {
    let mut words: Vec<&str> = if work.interpreter.is_empty() {
        SHELL.to_vec()
    } else {
        work.interpreter.iter().map(String::as_str).collect()
    };
    words.push(&work.command);
    if work.quiet {
        let line = "local-exec: Executing: Suppressed by quiet=true".to_owned();
        lines.announce(line).await;
    } else {
        let shown: Vec<String> = words.iter().map(|w| go_quoted(w)).collect();
        lines
            .say(&format!("Executing: [{}]", shown.join(" ")))
            .await;
    }
    let what = if lines.hidden.is_some() {
        "A command that is not shown, since it was made from secret values,".to_owned()
    } else if work.quiet {
        "The command (not shown: quiet = true)".to_owned()
    } else {
        format!("The command {:?}", work.command)
    };
    let failed = |detail: String| Err(Failure::new("local-exec provisioner error", detail));
    if let Some(dir) = &work.working_dir
        && !Path::new(dir).is_dir()
    {
        return failed(format!(
            "{what} was not run: its working_dir {dir:?} is no folder."
        ));
    }
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .envs(work.environment.iter().map(|(k, v)| (k, v)));
    if let Some(dir) = &work.working_dir {
        command.current_dir(dir);
    }
    match child::run(command, None, Some(lines), cancel).await {
        Ended::Exited(status, _) if status.success() => Ok(()),
        Ended::Exited(status, tail) => {
            let output = if lines.hidden.is_some() {
                "Its output is not shown either.".into()
            } else {
                output_ends(&tail)
            };
            failed(format!("{what} {}. {output}", child::said(status)))
        }
        Ended::NotStarted(error) => failed(format!(
            "{what} was not run: the program {:?} cannot be started: {error}.",
            words[0]
        )),
        Ended::Stopped => failed(format!("{what} was interrupted.")),
    }
}

/// A text in quotes as Go's `%q` writes it, which is what the line is known by.
fn go_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c if (c as u32) < 0x20 || c as u32 == 0x7f => {
                out.push_str(&format!("\\x{:02x}", c as u32));
            }
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_gos() {
        assert_eq!(go_quoted("echo \"a\\b\"\n"), r#""echo \"a\\b\"\n""#);
        assert_eq!(go_quoted("\u{1}\u{7f}\u{85}ä'"), r#""\x01\x7f\u0085ä'""#);
    }

    async fn exec(
        work: LocalExec,
        hidden: Option<&'static str>,
    ) -> (Result<(), Failure>, Vec<String>) {
        let (to, mut told) = tokio::sync::mpsc::channel(64);
        let lines = Lines {
            of: 0_u8,
            to,
            hidden,
        };
        let result = run(&work, &lines, &Cancel::default()).await;
        drop(lines);
        let mut all = Vec::new();
        while let Some((_, line)) = told.recv().await {
            all.push(line);
        }
        (result, all)
    }

    fn command(text: &str) -> LocalExec {
        LocalExec {
            command: text.to_owned(),
            interpreter: Vec::new(),
            working_dir: None,
            environment: Vec::new(),
            quiet: false,
        }
    }

    #[tokio::test]
    async fn interpreter_folder_and_variables_are_obeyed() {
        let dir = tempfile::tempdir().expect("a folder");
        let work = LocalExec {
            interpreter: ["/bin/sh", "-c", "echo \"$0 $A\"; pwd -P"]
                .map(str::to_owned)
                .to_vec(),
            working_dir: Some(dir.path().display().to_string()),
            environment: vec![("A".to_owned(), "b c".to_owned())],
            quiet: true,
            ..command("zero")
        };
        let (result, lines) = exec(work, None).await;
        assert_eq!(result, Ok(()));
        assert_eq!(lines[0], "local-exec: Executing: Suppressed by quiet=true");
        assert_eq!(lines[1], "zero b c");
        let there = dir.path().canonicalize().expect("it is there");
        assert_eq!(lines[2], there.display().to_string());
    }

    #[tokio::test]
    async fn secrets_are_neither_told_nor_in_the_message() {
        let (result, lines) = exec(command("echo hunter2; exit 4"), Some("sensitive")).await;
        let failure = result.expect_err("exit 4");
        assert!(failure.detail.contains("exit status 4"), "{failure:?}");
        assert!(!failure.detail.contains("hunter2"), "{failure:?}");
        assert_eq!(
            lines,
            vec!["(output suppressed due to sensitive value in config)"; 2]
        );
        let (result, _) = exec(command("echo shown; exit 4"), None).await;
        let failure = result.expect_err("exit 4");
        assert!(failure.detail.ends_with("Its output ends with:\nshown"));
    }

    #[tokio::test]
    async fn what_cannot_be_started_is_said() {
        let mut work = command("true");
        work.interpreter = vec!["/no/such".to_owned()];
        let failure = exec(work, None).await.0.expect_err("no such program");
        assert!(
            failure.detail.contains("\"/no/such\" cannot be started"),
            "{failure:?}"
        );
        let mut work = command("true");
        work.working_dir = Some("/no/such".to_owned());
        let failure = exec(work, None).await.0.expect_err("no such folder");
        assert!(failure.detail.contains("is no folder"), "{failure:?}");
    }
}
