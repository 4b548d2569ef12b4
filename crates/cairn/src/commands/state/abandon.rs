//! `cairn state abandon`: closes an intent whose call nobody can look up any more.

use cairn_diag::Diagnostic;
use cairn_engine::state_problem;
use cairn_state::{Intent, StateStore};
use clap::{Arg, ArgMatches, Command};

use super::super::positional;
use crate::cli::flags::{locking, no_color, state, switch};
use crate::cli::is_on;
use crate::run::{open, snapshot};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::intents::kind;

pub(super) fn command() -> Command {
    no_color(state(locking(
        Command::new("abandon")
            .about("Closes an open intent: its call counts as not made")
            .arg(
                Arg::new("intent")
                    .value_name("INTENT_ID")
                    .required(true)
                    .help("As `state intents` lists it"),
            ),
    )))
    .arg(switch("force", "false", "Does not ask for approval"))
    .arg(switch(
        "dry-run",
        "false",
        "Only tells what would be closed",
    ))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &Ui) -> Result<(), Diagnostic> {
    let given = positional(matches, "intent").unwrap_or_default();
    let intent = wanted(&snapshot(settings)?.open_intents, given)?;
    let addresses: String = intent
        .call
        .requests
        .iter()
        .map(|r| format!("  {}\n", r.addr))
        .collect();
    let what = format!("{} ({} of)\n{addresses}", intent.id, kind(&intent));
    if is_on(matches, "dry-run") {
        ui.line(&format!("Would close {what}"));
        return Ok(());
    }
    if !is_on(matches, "force") {
        let question = format!(
            "Do you really want to close {what}\n  Its call then counts as not made. If it was made after all, the object exists without being\n  recorded, and the next apply makes another. Only 'yes' will be accepted to confirm.\n"
        );
        match ui.ask(&question, "  Enter a value: ") {
            Some(answer) if answer.trim() == "yes" => {}
            Some(_) => {
                ui.line("Cancelled. The intent is open as before.");
                return Ok(());
            }
            None => {
                return Err(Diagnostic::error("approval-needed", "Approval needed")
                    .detail("Nobody can be asked for approval here. Nothing was changed.")
                    .hint("Add -force."));
            }
        }
    }
    let mut store = open(settings, matches, "state abandon")?;
    let done = close(&mut *store, given);
    let closed = store.close().map_err(|e| state_problem(&e));
    done?;
    closed?;
    ui.line(&format!(
        "Closed {}. If the object exists, `cairn import ADDRESS OBJECT-ID` records it.",
        intent.id
    ));
    Ok(())
}

/// Closes it, if it is still open now that the state is locked.
fn close(store: &mut dyn StateStore, given: &str) -> Result<(), Diagnostic> {
    let open = store.open_intents().map_err(|e| state_problem(&e))?;
    let intent = wanted(&open, given)?;
    store.abandon(intent.id).map_err(|e| state_problem(&e))
}

fn wanted(open: &[Intent], given: &str) -> Result<Intent, Diagnostic> {
    let found = open.iter().find(|i| given == i.id.0.to_string());
    found.cloned().ok_or_else(|| {
        Diagnostic::error("no-such-intent", "No such intent")
            .detail(format!("No intent of the id {given} is open."))
            .hint("`cairn state intents` lists those that are.")
    })
}
