//! `cairn test`: finds the test files, runs each, says what came of them.

use clap::{ArgMatches, Command};

use crate::cli::flags::{repeated, switch, test_directory, value, variables};
use crate::cli::{is_on, text, texts};
use crate::exit::Exit;
use crate::project::Project;
use crate::settings::Settings;
use crate::testing::{FileRun, Report, TestFiles};
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    variables(
        Command::new("test")
            .about("Runs the tests in *.tftest.hcl and *.tftest.json, on an emulator of their own"),
    )
    .arg(test_directory())
    .arg(repeated("filter", "FILE", "Runs this test file alone"))
    .arg(value(
        "junit-xml",
        "FILE",
        "Writes what came of the runs to this file, as JUnit does",
    ))
    .arg(switch(
        "verbose",
        "false",
        "Shows the plan of each run that plans, and what is recorded after each that applies",
    ))
    .arg(switch("json", "false", "Prints one JSON object per line"))
}

pub(super) async fn run(settings: &Settings, matches: &ArgMatches, ui: &mut Ui) -> Exit {
    let (mut project, given, mut diagnostics) = Project::for_tests(settings, matches);
    let only = texts(matches, "filter");
    let (tests, said) = TestFiles::read(&mut project, settings, matches, &only);
    diagnostics.extend(said);
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        return Exit::Error;
    }
    let mut report = Report::new(ui, &tests.files, is_on(matches, "verbose"));
    for (path, file) in &tests.files {
        let given = tests.given(path, &given);
        match FileRun::new(settings, &mut project, &tests.modules, &given, path) {
            Ok(mut run) => run.run(file, &mut report).await,
            Err(problem) => {
                report.problem(problem);
                return Exit::Error;
            }
        }
    }
    if report.end(text(matches, "junit-xml")) {
        Exit::Ok
    } else {
        Exit::Error
    }
}
