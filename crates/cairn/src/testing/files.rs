//! Decides which test files there are and what belongs to them: mocks that lie elsewhere, modules of runs, values of variables.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use cairn_diag::{Diagnostic, Diagnostics, Severity, SourceMap, Spanned};
use cairn_lang::{MockProvider, Mocks, ModuleTree, RawInput, TestFile};
use cairn_value::Name;
use clap::ArgMatches;

use super::Modules;
use crate::cli::text;
use crate::given::read_automatic;
use crate::project::Project;
use crate::settings::Settings;

/// The test files of a folder with what belongs to them.
pub(crate) struct TestFiles {
    /// By their paths, in order.
    pub(crate) files: Vec<(String, TestFile)>,
    /// The modules that their runs can have.
    pub(crate) modules: Modules,
    /// The folder for tests.
    dir: String,
    /// What variables files in it give to the files in it.
    values: BTreeMap<Name, RawInput>,
}

impl TestFiles {
    /// Reads those of the folder and of the one that `-test-directory` names; only those in `only`, if any is.
    pub(crate) fn read(
        project: &mut Project,
        settings: &Settings,
        matches: &ArgMatches,
        only: &[&str],
    ) -> (Self, Diagnostics) {
        let mut said = Diagnostics::new();
        let dir = directory(matches, &mut said);
        let mut files = Vec::new();
        for path in test_files(&dir) {
            if !only.is_empty() && !only.contains(&&*path) {
                continue;
            }
            match std::fs::read_to_string(&path) {
                Ok(source) => {
                    let (mut file, found) = TestFile::parse(&mut project.sources, &path, &source);
                    said.extend(found);
                    for mock in file.mocks.values_mut() {
                        said.extend(add_mocks(&mut project.sources, mock));
                    }
                    files.push((path, file));
                }
                Err(error) => said.push(
                    Diagnostic::error("test-file", "Test file cannot be read")
                        .detail(format!("{path}: {error}.")),
                ),
            }
        }
        let mut modules = Modules::from([(String::new(), project.tree.clone())]);
        for run in files.iter().flat_map(|(_, file)| &file.runs) {
            let Some(folder) = &run.module else { continue };
            if !modules.contains_key(&folder.value) {
                let (tree, found) = module(project, settings, folder);
                said.extend(found);
                modules.insert(folder.value.clone(), tree);
            }
        }
        let mut values = BTreeMap::new();
        if dir != "." && !files.is_empty() {
            read_automatic(
                Path::new(&dir),
                &mut project.sources,
                &mut values,
                &mut said,
            );
        }
        let tests = Self {
            files,
            modules,
            dir,
            values,
        };
        (tests, said)
    }

    /// The same for commands that run nothing: what only running cannot do is a warning there.
    pub(crate) fn look(
        project: &mut Project,
        settings: &Settings,
        matches: &ArgMatches,
    ) -> (Self, Diagnostics) {
        let (tests, mut said) = Self::read(project, settings, matches, &[]);
        for d in &mut said {
            if d.code == "run-module-not-local" {
                d.severity = Severity::Warning;
            }
        }
        (tests, said)
    }

    /// The values of root variables for a file: in the folder for tests, those that lie there count more than any from outside.
    pub(crate) fn given(
        &self,
        path: &str,
        outside: &BTreeMap<Name, RawInput>,
    ) -> BTreeMap<Name, RawInput> {
        let mut all = outside.clone();
        if Path::new(path).parent() == Some(Path::new(&self.dir)) {
            all.extend(self.values.clone());
        }
        all
    }
}

/// The folder for tests, `.` for the folder itself.
fn directory(matches: &ArgMatches, said: &mut Diagnostics) -> String {
    let Some(given) = text(matches, "test-directory") else {
        return "tests".to_owned();
    };
    let mut parts = Vec::new();
    for part in Path::new(given).components() {
        match part {
            Component::Normal(part) => parts.push(part.to_string_lossy()),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                said.push(
                    Diagnostic::error("test-directory", "Invalid testing directory")
                        .detail(format!("-test-directory={given}: the folder for tests must lie in the configuration's folder."))
                        .hint("Give a path that begins there, such as checks/unit."),
                );
                return "tests".to_owned();
            }
        }
    }
    if !Path::new(given).is_dir() {
        said.push(
            Diagnostic::warning("no-test-directory", "Test directory does not exist").detail(
                format!("There is no folder {given} here, so no tests are read from it."),
            ),
        );
    }
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
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
