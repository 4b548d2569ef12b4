//! `cairn init`: nothing needs preparing, so it checks that the configuration can be read and says so.

use clap::{ArgMatches, Command};

use crate::backend;
use crate::cli::flags::switch;
use crate::cli::text;
use crate::exit::Exit;
use crate::project::Project;
use crate::settings::Settings;
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("init")
        .about("Prepares a working folder (nothing needs preparing)")
        .arg(switch("input", "true", "Accepted for compatibility"))
        .arg(switch("upgrade", "false", "Accepted for compatibility"))
        .arg(switch("reconfigure", "false", "Accepted for compatibility"))
        .arg(switch("backend", "true", "Accepted for compatibility"))
}

pub(super) fn run(_: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    if !Project::is_anything_there() {
        ui.line("cairn initialized in an empty directory! There is no configuration here yet; put .tf files into it.");
        return Exit::Ok;
    }
    let (project, mut diagnostics) = Project::for_validation();
    if text(matches, "backend") != Some("false") {
        diagnostics.extend(backend::check(&project.tree));
    }
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        return Exit::Error;
    }
    ui.line("cairn needs no initialization: its providers are built in and local modules are read where they are.\n\nYou may now begin working with cairn. Try running \"cairn plan\".");
    Exit::Ok
}
