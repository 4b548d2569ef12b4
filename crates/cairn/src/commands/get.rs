//! `cairn get`: installs the modules that the configuration calls.

use cairn_diag::Diagnostics;
use cairn_engine::Disk;
use clap::{ArgMatches, Command};

use crate::cli::flags::{switch, test_directory, value, variables};
use crate::cli::{is_on, text};
use crate::exit::Exit;
use crate::modules::{InstallOptions, Installed, Installer, Manifest};
use crate::project::Project;
use crate::settings::Settings;
use crate::testing::TestFiles;
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    installing(Command::new("get").about("Installs the modules that the configuration calls")).arg(
        switch(
            "update",
            "false",
            "Fetches modules again that are installed already",
        ),
    )
}

/// Flags of the commands that install modules.
pub(super) fn installing(command: Command) -> Command {
    variables(command)
        .arg(value(
            "module-mirror",
            "DIR",
            "Takes modules of registries from this folder (also CAIRN_MODULE_MIRROR)",
        ))
        .arg(test_directory())
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let (mut project, mut diagnostics) = install(settings, matches, ui, is_on(matches, "update"));
    diagnostics.extend(TestFiles::look(&mut project, settings, matches).1);
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        Exit::Error
    } else {
        Exit::Ok
    }
}

/// The flags about where modules come from.
pub(super) fn options(matches: &ArgMatches, upgrade: bool) -> InstallOptions<'_> {
    InstallOptions {
        upgrade,
        mirror: text(matches, "module-mirror"),
    }
}

/// Loads the configuration with what modules are installed.
pub(super) fn look(settings: &Settings, matches: &ArgMatches) -> (Project, Diagnostics) {
    let disk = Disk::new(".");
    let installed = Installed::read(&disk, &settings.data_path());
    Project::with_modules(&installed, settings, matches)
}

/// Loads the configuration, and installs what modules it calls on the way.
pub(super) fn install(
    settings: &Settings,
    matches: &ArgMatches,
    ui: &Ui,
    upgrade: bool,
) -> (Project, Diagnostics) {
    let disk = Disk::new(".");
    let says = |line: &str| ui.log(line);
    let installer = Installer::new(settings, &disk, options(matches, upgrade), &says);
    let (project, mut diagnostics) = Project::with_modules(&installer, settings, matches);
    let manifest = Manifest::of_tree(&project.tree);
    for (key, entry) in manifest.iter() {
        if !key.is_empty() && installer.before(key) != Some(entry) {
            ui.log(&format!("- {key} in {}", entry.dir));
        }
    }
    if let Err(problem) = installer.record(manifest, !diagnostics.has_errors()) {
        diagnostics.push(problem);
    }
    (project, diagnostics)
}
