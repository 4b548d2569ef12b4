//! `cairn state intents`: lists the calls whose outcome is not recorded, and what to do about them.

use cairn_diag::Diagnostic;
use clap::{ArgMatches, Command};

use super::at::folder;
use crate::cli::flags::{no_color, state, switch};
use crate::cli::is_on;
use crate::run::snapshot;
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view;

pub(super) fn command() -> Command {
    no_color(state(Command::new("intents").about(
        "Lists calls whose outcome is not recorded, and what to do about them",
    )))
    .arg(switch("json", "false", "Prints one JSON object"))
}

pub(super) fn intents(
    settings: &Settings,
    matches: &ArgMatches,
    ui: &Ui,
) -> Result<(), Diagnostic> {
    let found = snapshot(settings)?;
    let holder = cairn_state::holder(&folder(settings)?);
    if is_on(matches, "json") {
        ui.line(&view::intents::json(&found.open_intents, holder.as_ref()));
    } else {
        ui.print(&view::intents::render(
            &found.open_intents,
            holder.as_ref(),
            ui.style,
        ));
    }
    Ok(())
}
