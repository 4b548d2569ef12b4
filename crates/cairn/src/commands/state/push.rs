//! `cairn state push`: makes a Terraform state file the record.

use std::io::Read;
use std::path::Path;

use cairn_diag::Diagnostic;
use cairn_model::State;
use cairn_state::edit::replace_all;
use cairn_state::from_tfstate;
use clap::{Arg, ArgMatches, Command};

use super::super::positional;
use crate::cli::flags::{locking, state, switch};
use crate::cli::is_on;
use crate::edit::{Edited, commit};
use crate::run::{Providers, open_as, read_tfstate, type_of};
use crate::settings::Settings;
use crate::ui::Ui;

pub(super) fn command() -> Command {
    state(locking(
        Command::new("push")
            .about("Makes a Terraform state file (version 4) the record")
            .arg(
                Arg::new("path")
                    .value_name("FILE")
                    .required(true)
                    .help("The file, or - for standard input"),
            ),
    ))
    .arg(switch(
        "force",
        "false",
        "Also where the lineages differ or the record is newer",
    ))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, _: &Ui) -> Result<(), Diagnostic> {
    let path = positional(matches, "path").unwrap_or_default();
    let wanted = read(settings, path)?;
    let force = is_on(matches, "force");
    taken_over(settings, matches, "state push", &wanted, |present| {
        if !force {
            fits(present, &wanted)?;
        }
        Ok((replace_all(present, &wanted), ()))
    })
}

/// Reads a Terraform state file, `-` being standard input.
pub(crate) fn read(settings: &Settings, path: &str) -> Result<State, Diagnostic> {
    if path != "-" {
        return read_tfstate(settings, Path::new(path));
    }
    let wrong = |what: String| {
        Diagnostic::error("state-file", "State file cannot be read")
            .detail(format!("standard input: {what}"))
    };
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|e| wrong(e.to_string()))?;
    let registry = Providers::offline(settings);
    from_tfstate(&text, &type_of(&registry)).map_err(wrong)
}

/// Changes the record by what a state file says; a state that was never written takes the file's lineage and serial.
pub(crate) fn taken_over<T>(
    settings: &Settings,
    matches: &ArgMatches,
    operation: &str,
    wanted: &State,
    change: impl FnOnce(&State) -> Edited<T>,
) -> Result<T, Diagnostic> {
    let mut store = open_as(settings, matches, operation, Some(wanted))?;
    let done = commit(&mut *store, change);
    let closed = store.close().map_err(|e| cairn_engine::state_problem(&e));
    let said = done?;
    closed?;
    Ok(said)
}

/// Whether a file may take the place of what is recorded.
fn fits(present: &State, wanted: &State) -> Result<(), Diagnostic> {
    let refused = |why: String| {
        Err(Diagnostic::error("state-push", "State cannot be pushed")
            .detail(why)
            .hint("-force pushes it anyway; `cairn state pull` before that keeps what is recorded now."))
    };
    let is_empty = present.instances.is_empty() && present.outputs.is_empty();
    if is_empty {
        return Ok(());
    }
    if present.lineage != wanted.lineage {
        return refused(format!(
            "The file has the lineage {:?}, what is recorded here has {:?}: they are unrelated states.",
            wanted.lineage.to_string(),
            present.lineage.to_string()
        ));
    }
    if wanted.serial < present.serial {
        return refused(format!(
            "The file is of serial {}, what is recorded here is newer: {}.",
            wanted.serial, present.serial
        ));
    }
    Ok(())
}
