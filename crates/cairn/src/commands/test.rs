//! `cairn test`: finds the test files, runs each, says what came of them.

use std::path::Path;

use cairn_diag::{Diagnostic, Diagnostics, SourceMap, Spanned};
use cairn_lang::{MockProvider, Mocks, ModuleTree, TestFile};
use clap::{ArgMatches, Command};

use crate::cli::flags::{repeated, switch, value, variables};
use crate::cli::{is_on, text, texts};
use crate::exit::Exit;
use crate::project::Project;
use crate::settings::Settings;
use crate::testing::{FileRun, Modules, Report};
use crate::ui::Ui;

/// The command and its flags.
pub(super) fn command() -> Command {
    variables(
        Command::new("test")
            .about("Runs the tests in *.tftest.hcl and *.tftest.json, on an emulator of their own"),
    )
    .arg(value(
        "test-directory",
        "DIR",
        "Where test files lie besides the folder itself (default tests)",
    ))
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
    let dir = text(matches, "test-directory").unwrap_or("tests");
    let only = texts(matches, "filter");
    let mut files = Vec::new();
    for path in test_files(dir) {
        if !only.is_empty() && !only.contains(&&*path) {
            continue;
        }
        match std::fs::read_to_string(&path) {
            Ok(source) => {
                let (mut file, said) = TestFile::parse(&mut project.sources, &path, &source);
                diagnostics.extend(said);
                for mock in file.mocks.values_mut() {
                    diagnostics.extend(add_mocks(&mut project.sources, mock));
                }
                files.push((path, file));
            }
            Err(error) => diagnostics.push(
                Diagnostic::error("test-file", "Test file cannot be read")
                    .detail(format!("{path}: {error}.")),
            ),
        }
    }
    let mut modules = Modules::from([(String::new(), project.tree.clone())]);
    for run in files.iter().flat_map(|(_, file)| &file.runs) {
        let Some(folder) = &run.module else { continue };
        if !modules.contains_key(&folder.value) {
            let (tree, said) = module(&mut project, settings, folder);
            diagnostics.extend(said);
            modules.insert(folder.value.clone(), tree);
        }
    }
    ui.diagnostics(&diagnostics, &project.sources);
    if diagnostics.has_errors() {
        return Exit::Error;
    }
    let mut report = Report::new(ui, &files, is_on(matches, "verbose"));
    for (path, file) in &files {
        match FileRun::new(settings, &mut project, &modules, &given, path) {
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

/// The module that runs have in place of the one under test; where its folder has none, that is told at the run.
fn module(
    project: &mut Project,
    settings: &Settings,
    folder: &Spanned<String>,
) -> (ModuleTree, Diagnostics) {
    let (tree, mut said) = project.module_of_run(&folder.value, settings);
    for d in &mut said {
        if matches!(d.code, "no-configuration" | "unreadable-module") && d.subject.is_none() {
            d.subject = Some(folder.span);
            d.hints = vec![
                "The path is seen from the folder under test, not from that of the test file."
                    .into(),
            ];
        }
    }
    (tree, said)
}

/// Reads the files of the folder that a mocked provider names, in the order of their names; the block's own mocks count more.
fn add_mocks(sources: &mut SourceMap, mock: &mut MockProvider) -> Diagnostics {
    let mut said = Diagnostics::new();
    let Some(folder) = &mock.source else {
        return said;
    };
    let problem = |what: String| {
        Diagnostic::error("mock-source", "Failed to read mock data directory")
            .detail(what)
            .at(folder.span)
            .hint("The path is seen from the folder under test.")
    };
    let mut files = Vec::new();
    match std::fs::read_dir(&folder.value) {
        Ok(entries) => {
            let names = entries.flatten().map(|e| e.file_name());
            let names = names.map(|n| n.to_string_lossy().into_owned());
            files.extend(
                names.filter(|n| n.ends_with(".tfmock.hcl") || n.ends_with(".tfmock.json")),
            );
        }
        Err(error) => said.push(problem(format!("{}: {error}.", folder.value))),
    }
    files.sort();
    for file in files {
        let path = Path::new(&folder.value).join(file).display().to_string();
        let path = path.trim_start_matches("./");
        match std::fs::read_to_string(path) {
            Ok(source) => {
                let (mocks, found) = Mocks::parse(sources, path, &source, mock.while_planning);
                said.extend(found);
                mock.mocks.add_below(mocks);
            }
            Err(error) => said.push(problem(format!("{path}: {error}."))),
        }
    }
    said
}

/// The test files of the folder and of the one for tests, in the order of their paths.
fn test_files(dir: &str) -> Vec<String> {
    let mut found = Vec::new();
    for folder in [".", dir] {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".tftest.hcl") || name.ends_with(".tftest.json") {
                let path = Path::new(folder).join(name);
                let path = path.display().to_string();
                found.push(path.trim_start_matches("./").to_owned());
            }
        }
    }
    found.sort();
    found.dedup();
    found
}
