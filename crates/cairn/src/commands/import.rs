//! `cairn import`: takes one object that exists already into the record.

use cairn_diag::Diagnostics;
use cairn_engine::{Sessions, import, state_problem};
use cairn_lang::Evaluator;
use cairn_model::AbsResourceInstance;
use clap::{Arg, ArgMatches, Command};

use super::{bad_address, positional};
use crate::cli::flags::{locking, state, switch, variables};
use crate::clock;
use crate::exit::Exit;
use crate::project::Project;
use crate::run::{Providers, heal, open};
use crate::settings::Settings;
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    state(locking(variables(
        Command::new("import")
            .about("Takes one object that exists already into the record")
            .arg(
                Arg::new("address")
                    .value_name("ADDRESS")
                    .required(true)
                    .help("Where it is recorded; the configuration must have a block for it"),
            )
            .arg(
                Arg::new("id")
                    .value_name("ID")
                    .required(true)
                    .help("The object's id, as the resource type's documentation says"),
            ),
    )))
    .arg(switch(
        "input",
        "true",
        "Asks for what is missing (default true)",
    ))
}

pub(super) async fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let given = positional(matches, "address").unwrap_or_default();
    let id = positional(matches, "id").unwrap_or_default();
    let addr: AbsResourceInstance = match given.parse() {
        Ok(addr) => addr,
        Err(error) => return ui.end(Err(bad_address(given, &error))),
    };
    let (project, mut diagnostics) =
        Project::load(settings, matches, Some(&|n| ui.ask_variable(n)));
    if !diagnostics.has_errors() {
        ui.line(&format!("{addr}: Importing from ID {id:?}..."));
        diagnostics.extend(take_in(&addr, id, settings, matches, &project, ui).await);
    }
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        return Exit::Error;
    }
    ui.line(&format!(
        "{addr}: Import prepared!\n  Prepared {} for import\n\n{}\n\nThe resource is recorded in cairn's state now and will henceforth be managed by cairn.",
        addr.resource.resource.ty,
        ui.style.green("Import successful!")
    ));
    Exit::Ok
}

async fn take_in(
    addr: &AbsResourceInstance,
    id: &str,
    settings: &Settings,
    matches: &ArgMatches,
    project: &Project,
    ui: &mut Ui,
) -> Diagnostics {
    let providers = match Providers::start(settings) {
        Ok(providers) => providers,
        Err(problem) => return problem.into(),
    };
    let mut store = match open(settings, matches, "import") {
        Ok(store) => store,
        Err(problem) => return problem.into(),
    };
    let registry = &providers.registry;
    let mut sessions = Sessions::new(registry);
    let healed = heal(
        project,
        settings,
        registry,
        &mut sessions,
        &mut *store,
        &mut |e| ui.event(&e),
    )
    .await;
    let mut done = healed.failed;
    if !done.has_errors() {
        let context = project.context(settings, &clock::now());
        let mut evaluator = Evaluator::new(&project.tree, &project.inputs, context);
        done.extend(
            import(
                addr,
                id,
                &mut evaluator,
                registry,
                &mut sessions,
                &mut *store,
            )
            .await,
        );
    }
    done.extend(store.close().err().map(|e| state_problem(&e)));
    done
}
