//! Decides how a test tells what happens: to people, line by line to tools, and as a file of JUnit's at the end.

use std::time::Instant;

use cairn_diag::{Diagnostic, Diagnostics, Plain, SourceMap, render_all};
use cairn_lang::{TestFile, TestRun};
use cairn_model::{Plan, State};
use cairn_provider::Registry;

use super::junit::{Case, Suite, document};
use crate::clock;
use crate::ui::Ui;
use crate::view;
use crate::view::json::test_stream::{self, About};

/// What came of a run, or of all runs together; the later the worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    #[default]
    Pass,
    Skip,
    /// An assertion did not hold.
    Fail,
    /// It could not run to its end.
    Error,
}

impl Status {
    /// What the messages of a run make of it.
    pub(super) fn of(said: &Diagnostics) -> Self {
        if !said.has_errors() {
            Self::Pass
        } else if said
            .iter()
            .all(|d| !d.is_error() || d.code == "test-assertion-failed")
        {
            Self::Fail
        } else {
            Self::Error
        }
    }

    /// The word for tools, and the one for people: these are not told errors from failures.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Pass => ("pass", "pass"),
            Self::Skip => ("skip", "skip"),
            Self::Fail => ("fail", "fail"),
            Self::Error => ("error", "fail"),
        }
    }
}

/// How many runs ended how.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    passed: usize,
    failed: usize,
    errored: usize,
    skipped: usize,
}

/// A run that is under way.
pub(super) struct Begun {
    at: Instant,
    time: String,
}

/// What came of a run.
pub(super) struct Outcome {
    pub(super) said: Diagnostics,
    pub(super) shown: Option<Shown>,
    /// The providers it had, whose schemas the values follow.
    pub(super) registry: Registry,
}

/// What `-verbose` shows of a run.
pub(super) enum Shown {
    /// Of one that plans alone.
    Plan(Box<Plan>),
    /// Of one that applies: what is recorded afterwards.
    State(Box<State>),
}

/// What all test files came to so far.
pub(crate) struct Report<'u> {
    ui: &'u mut Ui,
    is_verbose: bool,
    counts: Counts,
    worst: Status,
    suites: Vec<Suite>,
}

impl<'u> Report<'u> {
    /// Begins with what is going to run.
    pub(crate) fn new(ui: &'u mut Ui, files: &[(String, TestFile)], is_verbose: bool) -> Self {
        if ui.json {
            let files = files.iter().map(|(path, file)| {
                let runs = file.runs.iter().map(|r| &*r.name.value);
                (&**path, runs.collect())
            });
            ui.line(&test_stream::found(files));
        }
        Self {
            ui,
            is_verbose,
            counts: Counts::default(),
            worst: Status::Pass,
            suites: Vec::new(),
        }
    }

    fn say(&mut self, about: About<'_>, said: &Diagnostics, sources: &SourceMap) {
        if !self.ui.json {
            self.ui.diagnostics(said, sources);
            return;
        }
        for d in said {
            self.ui.line(&about.diagnostic(d, sources));
        }
    }

    fn coloured(&self, status: Status) -> String {
        let (_, word) = status.words();
        match status {
            Status::Pass => self.ui.style.green(word),
            Status::Skip => self.ui.style.faint(word),
            Status::Fail | Status::Error => self.ui.style.red(word),
        }
    }

    pub(super) fn file_begins(&mut self, path: &str) {
        self.suites.push(Suite {
            path: path.to_owned(),
            cases: Vec::new(),
        });
        let about = About {
            file: path,
            run: None,
        };
        self.ui.line(&if self.ui.json {
            about.file("starting", None)
        } else {
            format!("{path}... in progress")
        });
    }

    pub(super) fn run_begins(&mut self, path: &str, run: &TestRun) -> Begun {
        if self.ui.json {
            let about = About {
                file: path,
                run: Some(&run.name.value),
            };
            self.ui.line(&about.run("starting", None));
        }
        Begun {
            at: Instant::now(),
            time: clock::now(),
        }
    }

    /// `begun` is nothing for a run that was skipped.
    pub(super) fn run_ends(
        &mut self,
        path: &str,
        run: &TestRun,
        begun: Option<Begun>,
        outcome: &Outcome,
        sources: &SourceMap,
    ) -> Status {
        let said = &outcome.said;
        let status = begun.as_ref().map_or(Status::Skip, |_| Status::of(said));
        *match status {
            Status::Pass => &mut self.counts.passed,
            Status::Skip => &mut self.counts.skipped,
            Status::Fail => &mut self.counts.failed,
            Status::Error => &mut self.counts.errored,
        } += 1;
        self.worst = self.worst.max(status);
        let name = &*run.name.value;
        let about = About {
            file: path,
            run: Some(name),
        };
        self.ui.line(&if self.ui.json {
            about.run("complete", Some(status.words()))
        } else {
            format!("  run {name:?}... {}", self.coloured(status))
        });
        if let (true, Some(shown)) = (self.is_verbose, &outcome.shown) {
            self.show(about, shown, &outcome.registry);
        }
        self.say(about, said, sources);
        let failed = said.iter().filter(|d| d.code == "test-assertion-failed");
        let case = Case {
            name: name.to_owned(),
            status,
            ran: begun.map(|b| (b.at.elapsed().as_secs_f64(), b.time)),
            said: render_all(said, sources, &Plain),
            failed: failed.map(|d| d.detail.clone()).collect(),
            asserted: run.asserts.len(),
        };
        if let Some(suite) = self.suites.last_mut() {
            suite.cases.push(case);
        }
        status
    }

    fn show(&mut self, about: About<'_>, shown: &Shown, registry: &Registry) {
        if self.ui.json {
            self.ui.line(&match shown {
                Shown::Plan(plan) => about.plan(plan, registry),
                Shown::State(state) => about.state(state, registry),
            });
            return;
        }
        let text = match shown {
            Shown::Plan(plan) => view::plan::render(plan, registry, self.ui.style),
            Shown::State(state) => view::state::render(state, registry),
        };
        self.ui.line(&format!("\n{}\n", text.trim_end()));
    }

    pub(super) fn tears_down(&mut self, path: &str) {
        let about = About {
            file: path,
            run: None,
        };
        self.ui.line(&if self.ui.json {
            about.file("teardown", None)
        } else {
            format!("{path}... tearing down")
        });
    }

    /// What the run was the last to change is being deleted.
    pub(super) fn deletes(&mut self, path: &str, run: &str) {
        if self.ui.json {
            let about = About {
                file: path,
                run: Some(run),
            };
            self.ui.line(&about.run("teardown", None));
        }
    }

    /// What a run was the last to change could not all be deleted.
    pub(super) fn left_behind(
        &mut self,
        path: &str,
        run: &str,
        mut said: Diagnostics,
        left: &[String],
        sources: &SourceMap,
    ) {
        let about = About {
            file: path,
            run: Some(run),
        };
        if self.ui.json {
            if !left.is_empty() {
                self.ui.line(&about.left_behind(left));
            }
        } else if !left.is_empty() {
            said.push(
                Diagnostic::error("test-left-behind", "Objects are left behind").detail(format!(
                    "These objects are still there after {path}/{run}, and have to be deleted by hand:\n  - {}",
                    left.join("\n  - ")
                )),
            );
        }
        self.say(about, &said, sources);
    }

    /// The end of a file: how its runs ended.
    pub(super) fn file_ends(
        &mut self,
        path: &str,
        status: Status,
        said: &Diagnostics,
        sources: &SourceMap,
    ) {
        self.worst = self.worst.max(status);
        let about = About {
            file: path,
            run: None,
        };
        self.ui.line(&if self.ui.json {
            about.file("complete", Some(status.words()))
        } else {
            format!("{path}... {}", self.coloured(status))
        });
        self.say(about, said, sources);
    }

    /// Something that stops everything.
    pub(crate) fn problem(&mut self, problem: Diagnostic) {
        self.ui.problem(problem);
    }

    /// The last line, and the file for JUnit. Whether all went well.
    pub(crate) fn end(mut self, junit: Option<&str>) -> bool {
        let Counts {
            passed,
            failed,
            errored,
            skipped,
        } = self.counts;
        let fine = self.worst == Status::Pass;
        let word = match (fine, self.ui.json) {
            (true, true) => "Success!".to_owned(),
            (false, true) => "Failure!".to_owned(),
            (true, false) => self.ui.style.green("Success!"),
            (false, false) => self.ui.style.red("Failure!"),
        };
        let not_run = match skipped {
            0 => String::new(),
            n => format!(", {n} skipped"),
        };
        let text = format!(
            "{word} {passed} passed, {} failed{not_run}.",
            failed + errored
        );
        self.ui.line(&if self.ui.json {
            let (status, _) = self.worst.words();
            test_stream::summary(&text, status, [passed, failed, errored, skipped])
        } else {
            format!("\n{text}")
        });
        let Some(path) = junit else { return fine };
        if let Err(error) = std::fs::write(path, document(&self.suites)) {
            self.problem(
                Diagnostic::error("junit-file", "JUnit file cannot be written")
                    .detail(format!("{path}: {error}. All tests have run; name a file that can be written with -junit-xml.")),
            );
            return false;
        }
        fine
    }
}
