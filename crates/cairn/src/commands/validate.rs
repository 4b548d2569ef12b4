//! `cairn validate`: checks the configuration without values, state or cloud.

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::{EvalContext, Inputs};
use clap::{ArgMatches, Command};
use serde_json::{Value as Json, json};

use crate::cli::flags::{switch, test_directory, variables};
use crate::cli::is_on;
use crate::clock;
use crate::exit::Exit;
use crate::project::Project;
use crate::run::{Providers, programs};
use crate::settings::Settings;
use crate::testing::{Modules, TestFiles};
use crate::ui::Ui;
use crate::view::json::diagnostic::diagnostic;

/// The command and its flags.
pub(super) fn command() -> Command {
    variables(
        Command::new("validate").about("Checks the configuration without looking at the world"),
    )
    .arg(switch("json", "false", "Prints one JSON object"))
    .arg(switch("no-tests", "false", "Leaves test files alone"))
    .arg(test_directory())
}

pub(super) fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let (mut project, mut diagnostics) = Project::for_validation(settings, matches);
    let tests = (!is_on(matches, "no-tests")).then(|| {
        let (tests, said) = TestFiles::look(&mut project, settings, matches);
        diagnostics.extend(said);
        tests
    });
    if !diagnostics.has_errors() {
        let registry = Providers::offline(settings);
        // The one of this folder has an empty name and comes first.
        let alone = Modules::from([(String::new(), project.tree.clone())]);
        for tree in tests.map_or(alone, |t| t.modules).values() {
            let context = EvalContext {
                root: tree.root.folder.clone(),
                ..project.context(settings, &clock::now())
            };
            let inputs = Inputs::unknown(tree);
            let programs = programs(settings);
            diagnostics.extend(cairn_plan::validate(
                tree, &inputs, context, &registry, programs,
            ));
        }
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
