//! `cairn state rm`: forgets what is recorded at addresses; the objects themselves stay.

use cairn_diag::Diagnostic;
use cairn_model::{AbsResourceInstance, State, Target};
use cairn_state::edit::remove;
use clap::{Arg, ArgMatches, Command};

use super::super::bad_address;
use crate::cli::flags::{locking, state, switch};
use crate::cli::{is_on, texts};
use crate::edit::edit;
use crate::run::snapshot;
use crate::settings::Settings;
use crate::ui::Ui;

pub(super) fn command() -> Command {
    state(locking(
        Command::new("rm")
            .about("Forgets what is recorded at addresses; the objects themselves stay")
            .arg(
                Arg::new("address")
                    .value_name("ADDRESS")
                    .required(true)
                    .num_args(1..),
            ),
    ))
    .arg(switch(
        "dry-run",
        "false",
        "Only tells what would be forgotten",
    ))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &Ui) -> Result<(), Diagnostic> {
    let targets = texts(matches, "address")
        .into_iter()
        .map(|given| given.parse().map_err(|e| bad_address(given, &e)))
        .collect::<Result<Vec<Target>, Diagnostic>>()?;
    if is_on(matches, "dry-run") {
        for addr in covered(&snapshot(settings)?.state, &targets)? {
            ui.line(&format!("Would remove {addr}"));
        }
        return Ok(());
    }
    let gone = edit(settings, matches, "state rm", |state| {
        let gone = covered(state, &targets)?;
        let mutations = gone.iter().flat_map(|a| remove(a, &state.instances[a]));
        Ok((mutations.collect(), gone))
    })?;
    for addr in &gone {
        ui.line(&format!("Removed {addr}"));
    }
    ui.line(&format!(
        "Successfully removed {} resource instance(s).",
        gone.len()
    ));
    Ok(())
}

fn covered(state: &State, targets: &[Target]) -> Result<Vec<AbsResourceInstance>, Diagnostic> {
    let found: Vec<AbsResourceInstance> = state
        .instances
        .keys()
        .filter(|a| targets.iter().any(|t| t.covers(a)))
        .cloned()
        .collect();
    if found.is_empty() {
        return Err(
            Diagnostic::error("no-such-address", "Invalid target address")
                .detail("No matching objects found.")
                .hint("`cairn state list` prints the recorded addresses."),
        );
    }
    Ok(found)
}
