//! `cairn state restore`: records again what was recorded as of an earlier serial, as a new commit.

use cairn_diag::Diagnostic;
use cairn_model::State;
use cairn_state::edit::replace_all;
use cairn_state::{Differences, compare};
use clap::{Arg, ArgMatches, Command};

use super::super::positional;
use super::at::at;
use crate::cli::flags::{locking, no_color, state, switch};
use crate::cli::is_on;
use crate::edit::edit;
use crate::run::{Providers, snapshot};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::compare::{self as view, Compared};

pub(super) fn command() -> Command {
    no_color(state(locking(
        Command::new("restore")
            .about(
                "Records again what was recorded as of an earlier serial or time, as a new commit",
            )
            .arg(Arg::new("serial").value_name("SERIAL").required(true)),
    )))
    .arg(switch("dry-run", "false", "Only tells what would change"))
    .arg(switch("json", "false", "Prints one JSON object"))
}

pub(super) fn run(
    settings: &Settings,
    matches: &ArgMatches,
    ui: &mut Ui,
) -> Result<(), Diagnostic> {
    let wanted = at(settings, positional(matches, "serial").unwrap_or_default())?;
    let dry = is_on(matches, "dry-run");
    let tell = |before: &State, found: &Differences| {
        let registry = Providers::offline(settings);
        let compared = Compared {
            before,
            after: &wanted,
            differences: found,
        };
        if is_on(matches, "json") {
            ui.line(&view::json(&compared, &registry));
        } else {
            ui.print(&view::render(&compared, &registry, ui.style));
        }
    };
    if dry {
        let present = snapshot(settings)?.state;
        tell(&present, &compare(&present, &wanted));
        return Ok(());
    }
    let found = edit(settings, matches, "state restore", |present| {
        let found = compare(present, &wanted);
        tell(present, &found);
        Ok((replace_all(present, &wanted), found))
    })?;
    if !is_on(matches, "json") {
        ui.line(&format!(
            "What serial {} recorded is recorded again, as a new commit.",
            wanted.serial
        ));
    }
    if !found.removed.is_empty() {
        ui.problem(
            Diagnostic::warning("objects-forgotten", "Objects are no longer recorded")
                .detail(format!(
                    "{} objects that were recorded since are forgotten, but exist as before. The next plan would make them anew.",
                    found.removed.len()
                ))
                .hint("`cairn state log` has the serial before this one; restoring that takes this back."),
        );
    }
    Ok(())
}
