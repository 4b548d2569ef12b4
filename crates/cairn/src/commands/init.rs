//! `cairn init`: installs the modules that the configuration calls and checks that its backend and providers are there.

use std::path::Path;

use cairn_diag::Diagnostic;
use clap::{ArgMatches, Command};

use super::get;
use crate::backend;
use crate::cli::flags::{locking, repeated, switch, value};
use crate::cli::{is_on, text, texts};
use crate::exit::Exit;
use crate::modules;
use crate::project::Project;
use crate::run::Providers;
use crate::settings::Settings;
use crate::testing::TestFiles;
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    let nothing_to_move = "Accepted: there is one kind of state, so nothing has to be moved";
    locking(get::installing(Command::new("init").about(
        "Prepares a working folder: installs modules, checks backend and providers",
    )))
    .arg(switch("backend", "true", "Checks the backend (default true)").visible_alias("cloud"))
    .arg(repeated(
        "backend-config",
        "NAME=VALUE|FILE",
        "Adds arguments to the backend block",
    ))
    .arg(switch(
        "get",
        "true",
        "Installs modules that are not installed (default true)",
    ))
    .arg(switch(
        "upgrade",
        "false",
        "Fetches modules again that are installed already, in the newest versions that will do",
    ))
    .arg(value(
        "from-module",
        "SOURCE",
        "Copies a module into this empty folder first",
    ))
    .arg(switch(
        "input",
        "true",
        "Asks for what is missing (default true)",
    ))
    .arg(
        value(
            "lockfile",
            "MODE",
            "readonly: leaves .terraform.lock.hcl alone, as is always done",
        )
        .value_parser(["readonly"]),
    )
    .arg(switch("reconfigure", "false", nothing_to_move))
    .arg(switch("migrate-state", "false", nothing_to_move))
    .arg(switch("force-copy", "false", nothing_to_move))
    .arg(switch("json", "false", "Prints one JSON object per line"))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    if let Some(source) = text(matches, "from-module")
        && let Err(problem) = from_module(source, settings, matches, ui)
    {
        ui.problem(problem);
        return Exit::Error;
    }
    if !Project::is_anything_there() {
        ui.init(
            "output_init_empty_message",
            "cairn initialized in an empty directory!\n\nThere is no configuration here yet; put .tf files into it.",
        );
        return Exit::Ok;
    }
    let (mut project, mut diagnostics) = if text(matches, "get") == Some("false") {
        get::look(settings, matches)
    } else {
        let upgrade = is_on(matches, "upgrade");
        let (code, message) = if upgrade {
            ("upgrading_modules_message", "Upgrading modules...")
        } else {
            ("initializing_modules_message", "Initializing modules...")
        };
        ui.init(code, message);
        get::install(settings, matches, ui, upgrade)
    };
    diagnostics.extend(TestFiles::look(&mut project, settings, matches).1);
    if text(matches, "backend") != Some("false") {
        ui.init(
            "initializing_backend_message",
            "Initializing the backend...",
        );
        diagnostics.extend(backend::check(&project.tree));
        diagnostics.extend(backend::check_given(
            &project.tree,
            &texts(matches, "backend-config"),
        ));
    }
    ui.init(
        "initializing_provider_plugin_message",
        "Initializing provider plugins...",
    );
    let registry = Providers::offline(settings);
    let (used, missing) = cairn_plan::required_providers(&project.tree, &registry);
    for addr in used {
        ui.log(&format!("- {addr} is built into cairn"));
    }
    diagnostics.extend(missing);
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        return Exit::Error;
    }
    ui.init(
        "output_init_success_message",
        &ui.style.green("cairn has been successfully initialized!"),
    );
    if !settings.automation {
        ui.init(
        "output_init_success_cli_message",
        "You may now begin working with cairn. Try running \"cairn plan\" to see any changes that are required for your infrastructure.\n\nIf modules are added or their sources change, run this command again; other commands say so if it is needed.",
        );
    }
    Exit::Ok
}

/// Fills the working folder with a module.
fn from_module(
    source: &str,
    settings: &Settings,
    matches: &ArgMatches,
    ui: &Ui,
) -> Result<(), Diagnostic> {
    if Project::is_anything_there() {
        return Err(
            Diagnostic::error("from-module", "Target directory is not empty")
                .detail("-from-module copies a module into a folder without configuration, and there is one here already.")
                .hint("Run the command in an empty folder, or name one by -chdir=FOLDER."),
        );
    }
    ui.init(
        "copying_configuration_message",
        &format!("Copying configuration from {source:?}..."),
    );
    modules::copy_into(
        Path::new("."),
        source,
        get::options(matches, false),
        settings,
    )
    .map_err(|reason| Diagnostic::error("from-module", "Module cannot be copied").detail(reason))
}
