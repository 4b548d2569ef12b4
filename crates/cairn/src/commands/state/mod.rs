//! `cairn state …`: looks into the record, and changes it by hand.

mod abandon;
pub(super) mod at;
mod diff;
mod intents;
mod list;
mod log;
mod mv;
mod pull;
mod push;
mod repair;
mod replace_provider;
mod restore;
mod rm;
mod show;
mod verify;

use clap::{ArgMatches, Command};

use crate::exit::Exit;
use crate::run::{snapshot, snapshot_warnings};
use crate::settings::Settings;
use crate::ui::Ui;

pub(super) use push::{read, taken_over};

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("state")
        .about("Looks into the state, and changes what it records")
        .subcommand_required(true)
        .subcommand(list::command().visible_alias("ls"))
        .subcommand(show::command())
        .subcommand(mv::command().visible_alias("move"))
        .subcommand(rm::command().visible_alias("remove"))
        .subcommand(pull::command())
        .subcommand(push::command())
        .subcommand(replace_provider::command())
        .subcommand(log::command())
        .subcommand(diff::command())
        .subcommand(restore::command())
        .subcommand(intents::command())
        .subcommand(abandon::command())
        .subcommand(verify::command())
        .subcommand(repair::command())
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let result = match matches.subcommand() {
        Some(("mv", m)) => mv::run(settings, m, ui),
        Some(("rm", m)) => rm::run(settings, m, ui),
        Some(("push", m)) => push::run(settings, m, ui),
        Some(("replace-provider", m)) => replace_provider::run(settings, m, ui),
        Some(("log", m)) => log::log(settings, m, ui),
        Some(("diff", m)) => diff::diff(settings, m, ui),
        Some(("restore", m)) => restore::run(settings, m, ui),
        Some(("intents", m)) => intents::intents(settings, m, ui),
        Some(("abandon", m)) => abandon::run(settings, m, ui),
        Some(("verify", m)) => return verify::run(settings, m, ui),
        Some(("repair", m)) => repair::run(settings, m, ui),
        Some((name, m)) => return look(name, settings, m, ui),
        None => Ok(()),
    };
    ui.end(result)
}

/// The subcommands that only read.
fn look(name: &str, settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let found = match snapshot(settings) {
        Ok(found) => found,
        Err(problem) => return ui.end(Err(problem)),
    };
    let result = match name {
        "list" => list::list(&found.state, matches, ui),
        "show" => show::show(&found.state, settings, matches, ui),
        _ => pull::pull(&found.state, settings, ui),
    };
    ui.diagnostics(
        &snapshot_warnings(&found, settings),
        &cairn_diag::SourceMap::default(),
    );
    ui.end(result)
}
