//! `cairn state log`: lists the commands that changed the state, each with its commits.

use cairn_diag::Diagnostic;
use cairn_engine::state_problem;
use cairn_state::{Session, sessions};
use clap::{ArgMatches, Command};

use super::at::folder;
use crate::cli::flags::{no_color, state, switch, value};
use crate::cli::{is_on, text};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view;

pub(super) fn command() -> Command {
    no_color(state(Command::new("log").about(
        "Lists the commands that changed the state with their commits, the newest first",
    )))
    .arg(value(
        "limit",
        "N",
        "Lists only so many commands (default: all that are kept)",
    ))
    .arg(switch("json", "false", "Prints one JSON object"))
}

pub(super) fn log(settings: &Settings, matches: &ArgMatches, ui: &Ui) -> Result<(), Diagnostic> {
    let limit = match text(matches, "limit").map(str::parse::<usize>) {
        None => usize::MAX,
        Some(Ok(limit)) => limit,
        Some(Err(_)) => {
            return Err(Diagnostic::error("usage", "Flags do not fit")
                .detail("-limit=N: a whole number is needed."));
        }
    };
    let told = sessions(&folder(settings)?).map_err(|e| state_problem(&e))?;
    let newest: Vec<&Session> = told.iter().rev().take(limit).collect();
    if is_on(matches, "json") {
        ui.line(&view::history::json(&newest));
    } else if newest.is_empty() {
        ui.line("Nothing was ever recorded here.");
    } else {
        ui.print(&view::history::render(&newest, ui.style));
    }
    Ok(())
}
