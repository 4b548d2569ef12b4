//! Decides how a test file runs: its runs in order on one state in memory, and at the end everything that they made deleted.

mod expected;

use std::collections::BTreeMap;

use cairn_diag::{Diagnostic, Diagnostics, Spanned};
use cairn_engine::{Apply, Cancel, Sessions, apply, state_problem};
use cairn_lang::{
    Attribute, Evaluator, InputSource, Inputs, InstanceValues, Present, RawInput, TestFile, TestRun,
};
use cairn_model::{
    AbsOutputValue, AbsResource, AbsResourceInstance, CallToken, Lineage, ModuleInstance, Plan,
    PlanMode, ResourceMode,
};
use cairn_plan::{FinalValues, PlanOptions};
use cairn_state::{MemoryStore, StateStore};
use cairn_value::{Name, Value};

use crate::clock;
use crate::project::Project;
use crate::run::{Providers, make_plan};
use crate::settings::Settings;
use crate::signal;
use crate::ui::Ui;
use crate::view::style::Style;

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Pass,
    Fail,
    Skip,
}

/// How many runs ended how.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
    /// Something that was made could not be deleted.
    left_behind: bool,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.left_behind |= other.left_behind;
    }

    fn count(&mut self, status: Status) {
        match status {
            Status::Pass => self.passed += 1,
            Status::Fail => self.failed += 1,
            Status::Skip => self.skipped += 1,
        }
    }

    pub(crate) fn is_success(self) -> bool {
        self.failed == 0 && self.skipped == 0 && !self.left_behind
    }

    /// The last line.
    pub(crate) fn summary(self, style: Style) -> String {
        let word = if self.is_success() {
            style.green("Success!")
        } else {
            style.red("Failure!")
        };
        let skipped = match self.skipped {
            0 => String::new(),
            n => format!(", {n} skipped"),
        };
        format!(
            "{word} {} passed, {} failed{skipped}.",
            self.passed, self.failed
        )
    }
}

/// One test file under way.
pub(crate) struct FileRun<'a> {
    settings: &'a Settings,
    project: &'a mut Project,
    /// Values of root variables from outside.
    given: &'a BTreeMap<Name, RawInput>,
    path: &'a str,
    providers: Providers,
    store: MemoryStore,
    /// The outputs of the runs so far.
    runs: BTreeMap<Name, Value>,
    /// The root variables of the last run that changed something.
    applied_with: Inputs,
    cancel: Cancel,
}

impl<'a> FileRun<'a> {
    /// A file that has not run, with a cloud and a state that are empty.
    pub(crate) fn new(
        settings: &'a Settings,
        project: &'a mut Project,
        given: &'a BTreeMap<Name, RawInput>,
        path: &'a str,
    ) -> Result<Self, Diagnostic> {
        let cancel = Cancel::default();
        signal::listen(cancel.clone());
        Ok(Self {
            settings,
            project,
            given,
            path,
            providers: Providers::for_tests(settings)?,
            store: MemoryStore::empty(Lineage(clock::uuid().into())),
            runs: BTreeMap::new(),
            applied_with: Inputs::default(),
            cancel,
        })
    }

    /// Runs it and tells what happens.
    pub(crate) async fn run(&mut self, file: &TestFile, ui: &mut Ui) -> Counts {
        let mut counts = Counts::default();
        ui.line(&format!("{}... in progress", self.path));
        let mut goes_on = true;
        for run in &file.runs {
            let (status, said) = if goes_on && !self.cancel.is_requested() {
                let said = self.one(file, run).await;
                goes_on = said
                    .iter()
                    .all(|d| !d.is_error() || d.code == "test-assertion-failed");
                let failed = said.has_errors();
                (if failed { Status::Fail } else { Status::Pass }, said)
            } else {
                (Status::Skip, Diagnostics::new())
            };
            counts.count(status);
            let word = match status {
                Status::Pass => ui.style.green("pass"),
                Status::Fail => ui.style.red("fail"),
                Status::Skip => ui.style.faint("skip"),
            };
            ui.line(&format!("  run {:?}... {word}", &*run.name.value));
            ui.diagnostics(&said, &self.project.sources);
        }
        ui.line(&format!("{}... tearing down", self.path));
        let said = self.tear_down().await;
        counts.left_behind = said.has_errors();
        let word = if counts.is_success() {
            ui.style.green("pass")
        } else {
            ui.style.red("fail")
        };
        ui.line(&format!("{}... {word}", self.path));
        ui.diagnostics(&said, &self.project.sources);
        counts
    }

    /// One run: everything that is to be said of it.
    async fn one(&mut self, file: &TestFile, run: &TestRun) -> Diagnostics {
        let mut said = self.give(file, run);
        if said.has_errors() {
            return said;
        }
        let options = match options(run) {
            Ok(options) => options,
            Err(said) => return said,
        };
        let (plan, found) = self.plan(options).await;
        let sources = &self.project.sources;
        let stopped = found.has_errors();
        if run.only_plans || stopped {
            let (judged, met) = expected::judge(found, &run.expect_failures, sources);
            let is_clean = !judged.has_errors();
            said.extend(judged);
            if stopped && met && is_clean && !run.only_plans {
                said.push(
                    Diagnostic::error("expected-failure-in-plan", "Expected failure while planning")
                        .detail("A condition failed as expected, but while planning, so that nothing could be applied. Use command = plan in this run.")
                        .at(run.name.span),
                );
            }
            if let (Some(plan), false) = (&plan, stopped || said.has_errors()) {
                let values = FinalValues::new(plan, &self.project.tree);
                said.extend(self.look(run, &values, &plan.timestamp));
            }
            return said;
        }
        let Some(plan) = plan else { return said };
        let mut found: Diagnostics = found
            .into_iter()
            .filter(|d| d.code != "check-failed")
            .collect();
        self.applied_with = self.project.inputs.clone();
        found.extend(self.apply(&plan, self.cancel.clone()).await);
        let stopped = found.has_errors();
        let sources = &self.project.sources;
        said.extend(expected::judge(found, &run.expect_failures, sources).0);
        match self.store.load() {
            Ok(state) if !stopped && !said.has_errors() => {
                let tree = &self.project.tree;
                let values = Made {
                    recorded: FinalValues::recorded(&state, tree),
                    planned: FinalValues::new(&plan, tree),
                };
                said.extend(self.look(run, &values, &plan.timestamp));
            }
            Ok(_) => {}
            Err(error) => said.push(state_problem(&error)),
        }
        said
    }

    /// Gives the root variables their values for a run: from outside, over these the file's, over these the run's.
    fn give(&mut self, file: &TestFile, run: &TestRun) -> Diagnostics {
        let mut said = Diagnostics::new();
        let mut given = self.given.clone();
        let mut names = BTreeMap::new();
        for (attributes, of_run) in [(&file.variables, false), (&run.variables, true)] {
            let tree = &self.project.tree;
            // What has no value yet is told below, when all have been given.
            let (known, _) = Inputs::resolve(tree, &mut self.project.sources, &given);
            for (n, value) in known.variables {
                names.entry(n).or_insert(value);
            }
            for (n, value) in self.values_of(attributes, &names, &mut said) {
                names.insert(n.clone(), value.value.clone());
                if of_run || self.project.tree.root.config.variables.contains_key(&n) {
                    let source = InputSource::File(self.path.to_owned());
                    given.insert(n, RawInput::Value(value, source));
                }
            }
        }
        let tree = &self.project.tree;
        let (inputs, found) = Inputs::resolve(tree, &mut self.project.sources, &given);
        said.extend(found);
        self.project.inputs = inputs;
        said
    }

    fn values_of(
        &self,
        attributes: &[Attribute],
        names: &BTreeMap<Name, Value>,
        said: &mut Diagnostics,
    ) -> Vec<(Name, Spanned<Value>)> {
        let runs = Value::object(self.runs.clone());
        let variables = Value::object(names.clone());
        let mut evaluator = self.evaluator("");
        let values = FinalValues::default();
        let mut all = Vec::with_capacity(attributes.len());
        for attribute in attributes {
            let found = evaluator.test_variable(&attribute.expr, &runs, &variables, &values);
            said.extend(found.diagnostics);
            let value = Spanned::new(found.value, attribute.expr.span);
            all.push((attribute.name.clone(), value));
        }
        all
    }

    fn evaluator(&self, timestamp: &str) -> Evaluator<'_> {
        let context = self.project.context(self.settings, timestamp);
        Evaluator::new(&self.project.tree, &self.project.inputs, context).at(Present {
            timestamp: clock::now(),
            seed: clock::random(),
        })
    }

    async fn plan(&self, options: PlanOptions) -> (Option<Plan>, Diagnostics) {
        let state = match self.store.load() {
            Ok(state) => state,
            Err(error) => return (None, state_problem(&error).into()),
        };
        let registry = &self.providers.registry;
        let mut sessions = Sessions::new(registry);
        let events = &mut |_| ();
        let planned = make_plan(
            self.project,
            self.settings,
            registry,
            &mut sessions,
            state,
            options,
            events,
        );
        match planned.await {
            Ok((plan, said)) => (Some(plan), said),
            Err(said) => (None, said),
        }
    }

    async fn apply(&mut self, plan: &Plan, cancel: Cancel) -> Diagnostics {
        let context = self.project.context(self.settings, &plan.timestamp);
        let mut evaluator =
            Evaluator::new(&self.project.tree, &self.project.inputs, context).at(Present {
                timestamp: clock::now(),
                seed: clock::random(),
            });
        let registry = &self.providers.registry;
        let with = Apply {
            plan,
            evaluator: &mut evaluator,
            registry,
            sessions: &mut Sessions::new(registry),
            store: &mut self.store,
            parallelism: 10,
            tokens: &mut || CallToken(clock::uuid().into()),
            cancel,
        };
        apply(with, &mut |_| ()).await.diagnostics
    }

    /// Evaluates the outputs, for later runs, and the assertions.
    fn look(&mut self, run: &TestRun, values: &dyn InstanceValues, timestamp: &str) -> Diagnostics {
        let mut said = Diagnostics::new();
        let mut evaluator = self.evaluator(timestamp);
        let outputs = self.project.tree.root.config.outputs.keys();
        let outputs = outputs.map(|n| {
            let addr = AbsOutputValue {
                module: ModuleInstance::root(),
                name: n.clone(),
            };
            // What is wrong with an output has been said by the plan.
            (n.clone(), evaluator.output(&addr, values).value)
        });
        let outputs = Value::object(outputs.collect::<Vec<_>>());
        let runs = Value::object(self.runs.clone());
        for assertion in &run.asserts {
            let found = evaluator.assertion(assertion, &runs, &outputs, values);
            said.extend(found.diagnostics);
        }
        self.runs.insert(run.name.value.clone(), outputs);
        for d in &mut said {
            d.within
                .get_or_insert_with(|| format!("run {:?}", &*run.name.value));
        }
        said
    }

    /// Deletes what the runs made, and says what is left.
    async fn tear_down(&mut self) -> Diagnostics {
        if self.left().is_empty() {
            return Diagnostics::new();
        }
        self.project.inputs = self.applied_with.clone();
        let options = PlanOptions {
            mode: PlanMode::Destroy,
            refresh: true,
            ..PlanOptions::default()
        };
        let (plan, mut said) = self.plan(options).await;
        if let (Some(plan), false) = (plan, said.has_errors()) {
            // An interrupted test still cleans up.
            said.extend(self.apply(&plan, Cancel::default()).await);
        }
        let left = self.left();
        if !left.is_empty() {
            said.push(
                Diagnostic::error("test-left-behind", "Objects are left behind").detail(format!(
                    "These objects that {} made could not be deleted:\n  - {}",
                    self.path,
                    left.join("\n  - ")
                )),
            );
        }
        said.into_iter().filter(Diagnostic::is_error).collect()
    }

    /// The addresses of the objects that are recorded.
    fn left(&self) -> Vec<String> {
        let state = self.store.load().unwrap_or_default();
        let managed = state.instances.keys();
        managed
            .filter(|a| a.resource.resource.mode == ResourceMode::Managed)
            .map(ToString::to_string)
            .collect()
    }
}

/// What a run's plan is limited to.
fn options(run: &TestRun) -> Result<PlanOptions, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let mut bad = |given: &Spanned<String>, error: &dyn std::fmt::Display| {
        wrong.push(
            Diagnostic::error("invalid-address", "Invalid address")
                .detail(format!("{}: {error}", given.value))
                .at(given.span),
        );
    };
    let mut options = PlanOptions {
        refresh: run.refresh,
        mode: if run.refresh_only {
            PlanMode::RefreshOnly
        } else {
            PlanMode::Normal
        },
        ..PlanOptions::default()
    };
    for given in &run.target {
        match given.value.parse() {
            Ok(target) => options.targets.push(target),
            Err(error) => bad(given, &error),
        }
    }
    for given in &run.replace {
        match given.value.parse() {
            Ok(addr) => options.replace.push(addr),
            Err(error) => bad(given, &error),
        }
    }
    wrong.result(options)
}

/// The values after an apply: recorded ones, and those of what is not recorded as the plan has them.
struct Made {
    recorded: FinalValues,
    planned: FinalValues,
}

impl InstanceValues for Made {
    fn instance(&self, addr: &AbsResourceInstance) -> Option<Value> {
        self.recorded
            .instance(addr)
            .or_else(|| self.planned.instance(addr))
    }

    fn instances(&self, addr: &AbsResource) -> Option<std::sync::Arc<Value>> {
        self.recorded
            .instances(addr)
            .or_else(|| self.planned.instances(addr))
    }
}
