//! Decides how the long checks of this repository are started: `cargo xtask crash` runs the crash test of `tests/crash/moments.rs`
//! for many rounds.

use std::process::{Command, ExitCode};

const USAGE: &str = "\
cargo xtask crash [--rounds N] [--seed N]

  crash   applies of 60 servers and their network, with faults on, killed at any moment: 500 rounds, or N.
          A failure names its seed; with that and one round it is run again.
";

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Crash {
    rounds: u64,
    seed: Option<u64>,
}

fn parse(args: &[String]) -> Result<Crash, String> {
    let mut args = args.iter();
    match args.next().map(String::as_str) {
        Some("crash") => {}
        Some(other) => return Err(format!("there is no task {other}")),
        None => return Err("no task is given".to_owned()),
    }
    let mut crash = Crash {
        rounds: 500,
        seed: None,
    };
    while let Some(flag) = args.next() {
        let value = args.next().and_then(|v| v.parse::<u64>().ok());
        let value = value.ok_or_else(|| format!("{flag} takes a whole number"))?;
        match flag.as_str() {
            "--rounds" => crash.rounds = value,
            "--seed" => crash.seed = Some(value),
            other => return Err(format!("there is no flag {other}")),
        }
    }
    Ok(crash)
}

fn run(crash: &Crash) -> std::io::Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["test", "--package", "cairn", "--test", "cairn-tests"])
        .args(["crash::moments", "--", "--nocapture"])
        .env("CAIRN_CRASH_ROUNDS", crash.rounds.to_string());
    if let Some(seed) = crash.seed {
        command.env("CAIRN_CRASH_SEED", seed.to_string());
    }
    Ok(command.status()?.success())
}

#[expect(
    clippy::print_stderr,
    reason = "it tells whoever called it what is wrong"
)]
fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let crash = match parse(&args) {
        Ok(crash) => crash,
        Err(what) => {
            eprintln!("{what}\n\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    match run(&crash) {
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
    use super::{Crash, parse};

    #[test]
    fn tasks_and_flags_are_read() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let crash = |rounds, seed| Ok(Crash { rounds, seed });
        assert_eq!(parse(&words("crash")), crash(500, None));
        let given = words("crash --rounds 3 --seed 9");
        assert_eq!(parse(&given), crash(3, Some(9)));
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
