//! `cairn import-state`: takes over the state that Terraform left beside the configuration, workspace by workspace.

use std::path::PathBuf;

use cairn_diag::Diagnostic;
use cairn_state::edit::replace_all;
use clap::{Arg, ArgMatches, Command};

use super::positional;
use super::state::{read, taken_over};
use crate::cli::flags::locking;
use crate::exit::Exit;
use crate::settings::Settings;
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    locking(
        Command::new("import-state")
            .about("Takes over the state that Terraform left")
            .arg(Arg::new("path").value_name("FILE").help(
                "The state file (default: terraform.tfstate, or that of the workspace in terraform.tfstate.d)",
            )),
    )
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let done = take_over(settings, matches, ui);
    ui.end(done)
}

fn take_over(settings: &Settings, matches: &ArgMatches, ui: &Ui) -> Result<(), Diagnostic> {
    let path =
        positional(matches, "path").map_or_else(|| settings.terraform_state(), PathBuf::from);
    let path = path.display().to_string();
    let wanted = read(settings, &path)?;
    taken_over(settings, matches, "import-state", &wanted, |present| {
        if !present.instances.is_empty() || !present.outputs.is_empty() {
            return Err(Diagnostic::error("state-not-empty", "There is a state already")
                .detail(format!(
                    "The workspace {:?} has {} instances recorded; a state is taken over into an empty one only.",
                    settings.workspace,
                    present.instances.len()
                ))
                .hint("`cairn state push` replaces a state by a later one of the same lineage."));
        }
        Ok((replace_all(present, &wanted), ()))
    })?;
    ui.line(&format!(
        "Took over {} instances and {} outputs from {path} into the workspace {:?}.\nThe file is not needed any more; keep it as a backup.",
        wanted.instances.len(),
        wanted.outputs.len(),
        settings.workspace
    ));
    Ok(())
}
