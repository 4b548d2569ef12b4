//! `cairn state mv`: gives what is recorded at an address another address.

use cairn_diag::Diagnostic;
use cairn_model::Target;
use cairn_state::edit::{move_all, moved};
use clap::{Arg, ArgMatches, Command};

use super::super::{bad_address, positional, refused};
use crate::cli::flags::{locking, state, switch};
use crate::cli::is_on;
use crate::edit::edit;
use crate::run::snapshot;
use crate::settings::Settings;
use crate::ui::Ui;

pub(super) fn command() -> Command {
    state(locking(
        Command::new("mv")
            .about("Moves what is recorded at an address to another address")
            .arg(Arg::new("source").value_name("SOURCE").required(true))
            .arg(
                Arg::new("destination")
                    .value_name("DESTINATION")
                    .required(true),
            ),
    ))
    .arg(switch("dry-run", "false", "Only tells what would be moved"))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &Ui) -> Result<(), Diagnostic> {
    let address = |which| -> Result<Target, Diagnostic> {
        let given = positional(matches, which).unwrap_or_default();
        given.parse().map_err(|e| bad_address(given, &e))
    };
    let (from, to) = (address("source")?, address("destination")?);
    if is_on(matches, "dry-run") {
        moved(&snapshot(settings)?.state, &from, &to).map_err(|e| refused(&e))?;
        ui.line(&format!(
            "Would move {:?} to {:?}",
            from.to_string(),
            to.to_string()
        ));
        return Ok(());
    }
    edit(settings, matches, "state mv", |state| {
        let pairs = moved(state, &from, &to).map_err(|e| refused(&e))?;
        Ok((move_all(state, &pairs), ()))
    })?;
    ui.line(&format!(
        "Move {:?} to {:?}\nSuccessfully moved 1 object(s).",
        from.to_string(),
        to.to_string()
    ));
    Ok(())
}
