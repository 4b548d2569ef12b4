//! `cairn validate`: checks the configuration without values, state or cloud.

use cairn_diag::{Diagnostic, Diagnostics};
use clap::{ArgMatches, Command};
use serde_json::{Value as Json, json};

use crate::cli::flags::{switch, variables};
use crate::cli::is_on;
use crate::clock;
use crate::exit::Exit;
use crate::project::Project;
use crate::run::{Providers, programs};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::json::diagnostic::diagnostic;

/// The command and its flags.
pub(super) fn command() -> Command {
    variables(
        Command::new("validate").about("Checks the configuration without looking at the world"),
    )
    .arg(switch("json", "false", "Prints one JSON object"))
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let (project, mut diagnostics) = Project::for_validation(settings, matches);
    if !diagnostics.has_errors() {
        let registry = Providers::offline(settings);
        let context = project.context(settings, &clock::now());
        diagnostics.extend(cairn_plan::validate(
            &project.tree,
            &project.inputs,
            context,
            &registry,
            programs(settings),
        ));
    }
    if is_on(matches, "json") {
        ui.line(&document(&diagnostics, &project));
    } else {
        ui.diagnostics(&diagnostics, &project.sources);
        if !diagnostics.has_errors() {
            let more = if diagnostics.is_empty() {
                ""
            } else {
                ", but there were some validation warnings as shown above"
            };
            ui.line(&format!(
                "{} The configuration is valid{more}.",
                ui.style.green("Success!")
            ));
        }
    }
    if diagnostics.has_errors() {
        Exit::Error
    } else {
        Exit::Ok
    }
}

fn document(diagnostics: &Diagnostics, project: &Project) -> String {
    let errors = diagnostics.iter().filter(|d| d.is_error()).count();
    let all: Vec<Json> = diagnostics
        .iter()
        .map(|d: &Diagnostic| diagnostic(d, &project.sources))
        .collect();
    let doc = json!({
        "format_version": "1.0",
        "valid": errors == 0,
        "error_count": errors,
        "warning_count": diagnostics.len() - errors,
        "diagnostics": all,
    });
    serde_json::to_string_pretty(&doc).unwrap_or_default()
}
