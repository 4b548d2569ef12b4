//! The `cairn` command line.
//!
//! ```text
//! arguments ─cli─► matches ─settings─► Settings ─commands─► engine ─► view ─ui─► output, exit code
//! ```
//! Decides nothing about plans or states; it reads arguments and the environment, calls the engine and prints.

mod backend;
mod cli;
mod clock;
mod commands;
mod edit;
mod emulator;
mod exit;
mod explain;
mod generate;
mod given;
mod logging;
mod machine;
mod modules;
mod project;
mod retention;
mod run;
mod selection;
mod settings;
mod signal;
mod testing;
mod ui;
mod view;

use std::process::ExitCode;

use exit::Exit;

/// Expressions nest as deep as configurations do; evaluating them wants more stack than a thread gets by itself.
const STACK: usize = 256 << 20;

fn main() -> ExitCode {
    let worker = std::thread::Builder::new()
        .name("cairn".to_owned())
        .stack_size(STACK)
        .spawn(start);
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit.into(),
        // The panic's own message has been printed.
        Ok(Err(_)) | Err(_) => ExitCode::from(101),
    }
}

fn start() -> Exit {
    let args: Vec<String> = std::env::args().collect();
    let command = cli::command();
    if let Some(problem) = logging::begin(settings::variable) {
        commands::no_log(problem);
    }
    if let Some(line) = settings::variable("COMP_LINE") {
        return commands::complete(&line, &command);
    }
    let args = match cli::with_environment(args, &command, settings::variable) {
        Ok(args) => args,
        Err(problem) => return commands::no_settings(problem),
    };
    logging::command(&cli::typed(&args, &command));
    match command.try_get_matches_from(cli::normalise(args)) {
        Ok(matches) => commands::run(&matches),
        Err(error) => commands::usage(&error),
    }
}
