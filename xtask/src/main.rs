//! Decides how the long checks of this repository are started: `cargo xtask crash` runs the crash test of `tests/crash/moments.rs`
//! for many rounds, `cargo xtask power-loss` that of `crates/cairn-state/src/tests/power`.

use std::process::{Command, ExitCode};

const USAGE: &str = "\
cargo xtask crash [--rounds N] [--seed N]
cargo xtask power-loss [--rounds N] [--seed N]

  crash        applies of 60 servers and their network, with faults on, killed at any moment: 500 rounds, or N.
  power-loss   a state that is written until the power goes, which keeps only what was synchronised: 200 rounds, or N.

A failure names its seed; with that and one round it is run again.
";

/// A check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Crash,
    PowerLoss,
}

impl Task {
    /// How many rounds it runs if nothing is said.
    fn rounds(self) -> u64 {
        match self {
            Self::Crash => 500,
            Self::PowerLoss => 200,
        }
    }

    /// What `cargo test` is told, and how the test's variables begin.
    fn test(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::Crash => (
                &["--package=cairn", "--test=cairn-tests", "crash::moments"],
                "CAIRN_CRASH",
            ),
            Self::PowerLoss => (
                &["--package=cairn-state", "--lib", "tests::power"],
                "CAIRN_POWER",
            ),
        }
    }
}

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Check {
    task: Task,
    rounds: u64,
    seed: Option<u64>,
}

fn parse(args: &[String]) -> Result<Check, String> {
    let mut args = args.iter();
    let task = match args.next().map(String::as_str) {
        Some("crash") => Task::Crash,
        Some("power-loss") => Task::PowerLoss,
        Some(other) => return Err(format!("there is no task {other}")),
        None => return Err("no task is given".to_owned()),
    };
    let mut check = Check {
        task,
        rounds: task.rounds(),
        seed: None,
    };
    while let Some(flag) = args.next() {
        let value = args.next().and_then(|v| v.parse::<u64>().ok());
        let value = value.ok_or_else(|| format!("{flag} takes a whole number"))?;
        match flag.as_str() {
            "--rounds" => check.rounds = value,
            "--seed" => check.seed = Some(value),
            other => return Err(format!("there is no flag {other}")),
        }
    }
    Ok(check)
}

fn run(check: &Check) -> std::io::Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let (test, variables) = check.task.test();
    let mut command = Command::new(cargo);
    command
        .arg("test")
        .args(test)
        .args(["--", "--nocapture"])
        .env(format!("{variables}_ROUNDS"), check.rounds.to_string());
    if let Some(seed) = check.seed {
        command.env(format!("{variables}_SEED"), seed.to_string());
    }
    Ok(command.status()?.success())
}

#[expect(
    clippy::print_stderr,
    reason = "it tells whoever called it what is wrong"
)]
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let check = match parse(&args) {
        Ok(check) => check,
        Err(what) => {
            eprintln!("{what}\n\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    match run(&check) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cargo cannot be run: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Check, Task, parse};

    #[test]
    fn tasks_and_flags_are_read() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let check = |task, rounds, seed| Ok(Check { task, rounds, seed });
        assert_eq!(parse(&words("crash")), check(Task::Crash, 500, None));
        let given = words("crash --rounds 3 --seed 9");
        assert_eq!(parse(&given), check(Task::Crash, 3, Some(9)));
        let power = parse(&words("power-loss --seed 7"));
        assert_eq!(power, check(Task::PowerLoss, 200, Some(7)));
        for wrong in [
            "",
            "burn",
            "crash --rounds",
            "crash --rounds x",
            "crash -x 1",
        ] {
            assert!(parse(&words(wrong)).is_err(), "{wrong}");
        }
    }
}
