//! `cairn show`: prints the state or a saved plan. Reaches no cloud.

use clap::{Arg, ArgMatches, Command};

use super::positional;
use crate::cli::flags::switch;
use crate::cli::is_on;
use crate::exit::Exit;
use crate::project::Project;
use crate::run::{Providers, snapshot, snapshot_warnings};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::{self, json};

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("show")
        .about("Prints the state or a saved plan")
        .arg(
            Arg::new("path")
                .value_name("PLAN")
                .help("A plan saved by plan -out"),
        )
        .arg(switch("json", "false", "Prints one JSON object"))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let registry = Providers::offline(settings);
    let as_json = is_on(matches, "json");
    if let Some(path) = positional(matches, "path") {
        return match Project::from_saved_plan(path) {
            Ok((Some(mut plan), (project, _))) if as_json => {
                plan.variables.extend(project.ephemeral_defaults());
                ui.line(&json::plan::document(&plan, &project, settings, &registry));
                Exit::Ok
            }
            Ok((Some(plan), _)) if plan.errored => {
                ui.print(&view::plan::partial(&plan, &registry, ui.style));
                Exit::Ok
            }
            Ok((Some(plan), _)) => {
                ui.print(&view::plan::render(&plan, &registry, ui.style));
                Exit::Ok
            }
            Ok((None, _)) => Exit::Error,
            Err(problem) => {
                ui.problem(problem);
                Exit::Error
            }
        };
    }
    match snapshot(settings) {
        Ok(found) => {
            let warnings = snapshot_warnings(&found, settings);
            if as_json {
                ui.line(&json::state::document(&found.state, &registry));
            } else {
                ui.print(&view::state::render(&found.state, &registry));
            }
            ui.diagnostics(&warnings, &cairn_diag::SourceMap::default());
            Exit::Ok
        }
        Err(problem) => {
            ui.problem(problem);
            Exit::Error
        }
    }
}
