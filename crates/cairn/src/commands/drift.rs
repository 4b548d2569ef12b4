//! `cairn drift`: compares the state with the cloud. Reads in batches, changes nothing. Exits 0 in sync, 2 with drift.

use cairn_engine::{Sessions, drift};
use cairn_model::PlanMode;
use cairn_plan::PlanOptions;
use clap::{ArgMatches, Command};

use crate::cli::flags::{locking, switch, variables};
use crate::cli::is_on;
use crate::exit::Exit;
use crate::project::Project;
use crate::run::{Providers, make_plan, snapshot, snapshot_warnings};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view;

/// The command and its flags.
pub(super) fn command() -> Command {
    locking(variables(
        Command::new("drift").about("Compares the state with the cloud, without planning"),
    ))
    .arg(switch(
        "json",
        "false",
        "Prints one JSON object with the lists changed, missing and unmanaged",
    ))
}

pub(super) async fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let (project, mut diagnostics) =
        Project::load(settings, matches, Some(&|n| ui.ask_variable(n)));
    if diagnostics.has_errors() {
        ui.diagnostics(&diagnostics, &project.sources);
        return Exit::Error;
    }
    let (providers, found) = match (Providers::start(settings), snapshot(settings)) {
        (Ok(p), Ok(s)) => (p, s),
        (Err(problem), _) | (_, Err(problem)) => {
            ui.problem(problem);
            return Exit::Error;
        }
    };
    diagnostics.extend(snapshot_warnings(&found, settings));
    let mut sessions = Sessions::new(&providers.registry);
    let options = PlanOptions {
        mode: PlanMode::RefreshOnly,
        ..PlanOptions::default()
    };
    let state = found.state.clone();
    let planned = make_plan(
        &project,
        settings,
        &providers.registry,
        &mut sessions,
        found.state,
        options,
        &mut |_| {},
    )
    .await;
    let report = match planned {
        Ok((plan, found)) => {
            diagnostics.extend(found);
            let (report, found) = drift(&plan, &state, &sessions).await;
            diagnostics.extend(found);
            report
        }
        Err(found) => {
            diagnostics.extend(found);
            ui.diagnostics(&diagnostics, &project.sources);
            return Exit::Error;
        }
    };
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        return Exit::Error;
    }
    if is_on(matches, "json") {
        ui.line(&view::drift::json(&report));
    } else {
        ui.print(&view::drift::render(&report, ui.style));
    }
    if report.is_in_sync() {
        Exit::Ok
    } else {
        Exit::Changes
    }
}
