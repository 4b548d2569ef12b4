//! `cairn state pull`: prints the state as a Terraform state file, version 4.

use cairn_diag::Diagnostic;
use cairn_model::State;
use cairn_state::to_tfstate;
use clap::Command;

use crate::cli::flags::state as state_flag;
use crate::run::{Providers, type_of};
use crate::settings::Settings;
use crate::ui::Ui;

pub(super) fn command() -> Command {
    state_flag(Command::new("pull").about("Prints the state as a Terraform state file (version 4)"))
}

pub(super) fn pull(state: &State, settings: &Settings, ui: &Ui) -> Result<(), Diagnostic> {
    if state.instances.is_empty() && state.outputs.is_empty() && state.serial.0 == 0 {
        return Ok(());
    }
    let registry = Providers::offline(settings);
    let text = to_tfstate(state, &type_of(&registry))
        .map_err(|e| Diagnostic::error("state-export", "State cannot be exported").detail(e))?;
    ui.print(&text);
    Ok(())
}
