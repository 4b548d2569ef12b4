//! `cairn show`: prints the state, a saved plan or a state file. Reaches no cloud.

use std::path::Path;

use cairn_model::State;
use cairn_provider::Registry;
use clap::{Arg, ArgMatches, Command};

use super::state::at::at;
use super::{conflict, positional};
use crate::cli::flags::{switch, value};
use crate::cli::{is_on, text};
use crate::exit::Exit;
use crate::project::Project;
use crate::run::{Providers, read_tfstate, snapshot, snapshot_warnings};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::{self, json};

/// The command and its flags.
pub(super) fn command() -> Command {
    Command::new("show")
        .about("Prints the state, a saved plan or a state file")
        .arg(
            Arg::new("path")
                .value_name("PATH")
                .help("A plan saved by plan -out, or a state file of Terraform's"),
        )
        .arg(switch("json", "false", "Prints one JSON object"))
        .arg(value(
            "at",
            "SERIAL",
            "Prints the state as of this serial, or as of a time such as 2026-01-02T03:04:05Z",
        ))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let registry = Providers::offline(settings);
    let as_json = is_on(matches, "json");
    if let Some(given) = text(matches, "at") {
        if positional(matches, "path").is_some() {
            return conflict(
                ui,
                "-at names a state of the past; a saved plan has none. Leave one out.",
            );
        }
        return match at(settings, given) {
            Ok(state) => {
                print(&state, as_json, &registry, ui);
                Exit::Ok
            }
            Err(problem) => ui.end(Err(problem)),
        };
    }
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
            Err(problem) => match read_tfstate(settings, Path::new(path)) {
                Ok(state) => {
                    print(&state, as_json, &registry, ui);
                    Exit::Ok
                }
                Err(as_state) => {
                    // What is neither is told as what it looks like.
                    let is_text =
                        std::fs::read(path).is_ok_and(|t| t.trim_ascii_start().starts_with(b"{"));
                    ui.problem(if is_text { as_state } else { problem });
                    Exit::Error
                }
            },
        };
    }
    match snapshot(settings) {
        Ok(found) => {
            let warnings = snapshot_warnings(&found, settings);
            print(&found.state, as_json, &registry, ui);
            ui.diagnostics(&warnings, &cairn_diag::SourceMap::default());
            Exit::Ok
        }
        Err(problem) => {
            ui.problem(problem);
            Exit::Error
        }
    }
}

fn print(state: &State, as_json: bool, registry: &Registry, ui: &Ui) {
    if as_json {
        ui.line(&json::state::document(state, registry));
    } else {
        ui.print(&view::state::render(state, registry));
    }
}
