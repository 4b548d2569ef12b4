//! `cairn state diff`: tells what differs between two states of the past, or one and the present.

use cairn_diag::Diagnostic;
use cairn_state::compare;
use clap::{Arg, ArgMatches, Command};

use super::super::positional;
use super::at::at;
use crate::cli::flags::{no_color, state, switch};
use crate::cli::is_on;
use crate::run::{Providers, snapshot};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::compare::{self, Compared};

pub(super) fn command() -> Command {
    no_color(state(
        Command::new("diff")
            .about("Tells what differs between the state as of two serials or times")
            .arg(Arg::new("from").value_name("SERIAL").required(true))
            .arg(
                Arg::new("to")
                    .value_name("SERIAL")
                    .help("The later one; the present state where it is left out"),
            ),
    ))
    .arg(switch("json", "false", "Prints one JSON object"))
}

pub(super) fn diff(settings: &Settings, matches: &ArgMatches, ui: &Ui) -> Result<(), Diagnostic> {
    let before = at(settings, positional(matches, "from").unwrap_or_default())?;
    let after = match positional(matches, "to") {
        Some(given) => at(settings, given)?,
        None => snapshot(settings)?.state,
    };
    let registry = Providers::offline(settings);
    let compared = Compared {
        before: &before,
        after: &after,
        differences: &compare(&before, &after),
    };
    if is_on(matches, "json") {
        ui.line(&compare::json(&compared, &registry));
    } else {
        ui.print(&compare::render(&compared, &registry, ui.style));
    }
    Ok(())
}
