//! Two commands at once: applies follow each other or one is told who is at it; readers see one commit whole and say which.
//!
//! `CAIRN_CONCURRENT_ROUNDS` sets how often; a few times where nothing is said.

use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value as Json;

use crate::support::TestContext;

const MAIN: &str = r#"
variable "round" {
  type = number
}

resource "terraform_data" "a" {
  count = 8
  input = var.round
}

output "round" {
  value = var.round
}
"#;

fn rounds() -> u64 {
    let said = std::env::var("CAIRN_CONCURRENT_ROUNDS").ok();
    said.and_then(|n| n.parse().ok()).unwrap_or(10)
}

fn apply(context: &TestContext, round: u64) -> std::process::Child {
    context
        .command(&["apply", "-auto-approve", &format!("-var=round={round}")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn two_applies_do_not_mix() {
    let context = TestContext::new(MAIN);
    for round in 1..=rounds() {
        let both = [2 * round, 2 * round + 1].map(|n| (n, apply(&context, n)));
        let done = both.map(|(n, child)| (n, child.wait_with_output().expect("it ends")));
        let mut applied = Vec::new();
        for (n, output) in &done {
            match output.status.code() {
                Some(0) => applied.push(*n),
                Some(1) => {
                    let told = stderr(output);
                    assert!(
                        told.contains("is locked by") && told.contains("running \"apply\""),
                        "{told}"
                    );
                }
                other => panic!("{other:?}: {}", stderr(output)),
            }
        }
        assert!(!applied.is_empty(), "round {round}: nobody got through");
        let doc = context.state();
        let last = doc["values"]["outputs"]["round"]["value"]
            .as_u64()
            .expect("a number");
        assert!(applied.contains(&last), "{last}: {applied:?}");
        let all = context.recorded();
        assert_eq!(all.len(), 8);
        for (address, values) in all {
            assert_eq!(
                values["input"].as_u64(),
                Some(last),
                "{address} in round {round}"
            );
        }
    }
    // The commits of a command follow each other.
    let log = context.run(&["state", "log", "-json"]).expect(0).json();
    let mut before = None;
    for command in log["commands"].as_array().expect("commands").iter().rev() {
        for commit in command["commits"].as_array().expect("commits").iter().rev() {
            let serial = commit["serial"].as_u64().expect("a serial");
            assert!(before.is_none_or(|b: u64| serial == b + 1), "{serial}");
            before = Some(serial);
        }
    }
    context.run(&["state", "verify"]).expect(0);
}

/// The serial that a reader says it used.
fn told_serial(told: &str) -> Option<u64> {
    // Messages are broken into lines.
    let words: Vec<&str> = told.split_whitespace().filter(|w| *w != "│").collect();
    let at = words
        .windows(4)
        .position(|w| w == ["as", "of", "serial", w[3]])?;
    words[at + 3].trim_end_matches('.').parse().ok()
}

#[test]
fn readers_see_one_commit_whole_while_another_command_writes() {
    let context = TestContext::new(MAIN);
    apply(&context, 1).wait_with_output().expect("it ends");
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 2;
            while !over.load(Ordering::Relaxed) {
                let done = apply(&context, round).wait_with_output().expect("it ends");
                assert!(done.status.success(), "{}", stderr(&done));
                round += 1;
            }
        });
        let read = || {
            let mut told = 0;
            for round in 0..rounds() {
                let shown = context.run(&["show", "-json"]);
                let listed = context.run(&["state", "list"]);
                let outputs = context.run(&["output", "-json"]);
                let planned = context.run(&["plan", "-var=round=0", "-refresh=false"]);
                for run in [&shown, &listed, &outputs, &planned] {
                    if run.code != 0 {
                        return Err(format!("round {round}: {}", run.stderr));
                    }
                }
                if listed.stdout.lines().count() != 8 {
                    return Err(format!("round {round}: {}", listed.stdout));
                }
                if let Some(serial) = told_serial(&shown.stderr) {
                    told += 1;
                    let again = context.run(&["show", "-json", &format!("-at={serial}")]);
                    let doc = |text: &str| serde_json::from_str::<Json>(text).ok();
                    if doc(&again.stdout).is_none() || doc(&again.stdout) != doc(&shown.stdout) {
                        return Err(format!(
                            "serial {serial}: {} {}",
                            again.stderr, shown.stdout
                        ));
                    }
                }
            }
            if told == 0 {
                return Err("no reader said which serial it used".to_owned());
            }
            Ok(())
        };
        let done = read();
        // The writer is stopped before anything is said, or it would go on for ever.
        over.store(true, Ordering::Relaxed);
        done.unwrap_or_else(|wrong| panic!("{wrong}"));
    });
}
