//! Decides how a test file runs: its runs in order, each planned and applied, its assertions looked at, and at the end
//! everything that they made deleted.

mod doubles;
mod enter;
mod expected;
mod files;
mod given;
mod held;
mod junit;
mod limits;
mod report;

use std::collections::BTreeMap;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_engine::{Apply, Cancel, Sessions, apply, state_problem};
use cairn_lang::{Evaluator, InstanceValues, ModuleTree, Present, RawInput, TestFile, TestRun};
use cairn_model::{AbsOutputValue, CallToken, ModuleInstance, Plan};
use cairn_plan::{FinalValues, PlanOptions};
use cairn_provider::Registry;
use cairn_state::StateStore;
use cairn_value::{Name, Value};

use crate::clock;
use crate::project::Project;
use crate::run::{Providers, make_plan};
use crate::settings::Settings;
use crate::signal;
use enter::missing_targets;
pub(crate) use files::TestFiles;
use held::{Applied, Held};
use limits::{Made, options};
pub(crate) use report::Report;
use report::{Outcome, Shown, Status};

/// The modules that runs can have: the one under test under an empty name, others by their folders as runs write them.
pub(crate) type Modules = BTreeMap<String, ModuleTree>;

/// One test file under way.
pub(crate) struct FileRun<'a> {
    settings: &'a Settings,
    /// Its tree and root variables are those of the run at hand.
    project: &'a mut Project,
    modules: &'a Modules,
    /// Values of root variables from outside.
    given: &'a BTreeMap<Name, RawInput>,
    path: &'a str,
    providers: Providers,
    /// The providers of the run at hand, stand-ins before them.
    registry: Registry,
    /// The state of the run at hand.
    held: Held,
    /// The other states so far, by their keys.
    others: BTreeMap<String, Held>,
    /// The outputs of the runs so far.
    runs: BTreeMap<Name, Value>,
    /// What there is to show of the run at hand.
    shown: Option<Shown>,
    cancel: Cancel,
}

impl<'a> FileRun<'a> {
    /// A file that has not run, with a cloud and states that are empty.
    pub(crate) fn new(
        settings: &'a Settings,
        project: &'a mut Project,
        modules: &'a Modules,
        given: &'a BTreeMap<Name, RawInput>,
        path: &'a str,
    ) -> Result<Self, Diagnostic> {
        let cancel = Cancel::default();
        signal::listen(cancel.clone());
        let providers = Providers::for_tests(settings)?;
        Ok(Self {
            settings,
            project,
            modules,
            given,
            path,
            registry: providers.registry.clone(),
            providers,
            held: Held::new(""),
            others: BTreeMap::new(),
            runs: BTreeMap::new(),
            shown: None,
            cancel,
        })
    }

    /// Runs it and tells what happens.
    pub(crate) async fn run(&mut self, file: &TestFile, report: &mut Report<'_>) {
        report.file_begins(self.path);
        let mut worst = Status::Pass;
        for (order, run) in file.runs.iter().enumerate() {
            let goes_on = worst != Status::Error && !self.cancel.is_requested();
            self.shown = None;
            let (begun, said) = if goes_on {
                let begun = report.run_begins(self.path, run);
                (Some(begun), self.one(file, run, order).await)
            } else {
                (None, Diagnostics::new())
            };
            let outcome = Outcome {
                said,
                shown: self.shown.take(),
                registry: self.registry.clone(),
            };
            let sources = &self.project.sources;
            worst = worst.max(report.run_ends(self.path, run, begun, &outcome, sources));
        }
        report.tears_down(self.path);
        if !self.tear_down(report).await {
            worst = Status::Error;
        }
        let trees = file.runs.iter().filter_map(|run| {
            let module = run.module.as_ref().map_or("", |m| &*m.value);
            self.modules.get(module)
        });
        let trees: Vec<&ModuleTree> = trees.collect();
        let said = missing_targets(&file.overrides, &trees);
        report.file_ends(self.path, worst, &said, &self.project.sources);
    }

    /// One run: everything that is to be said of it.
    async fn one(&mut self, file: &TestFile, run: &TestRun, order: usize) -> Diagnostics {
        let mut said = self.enter(file, run);
        said.extend(self.give(file, run));
        if said.has_errors() {
            return said;
        }
        let options = match options(run) {
            Ok(options) => options,
            Err(said) => return said,
        };
        let (plan, found) = self.plan(options).await;
        let stopped = found.has_errors();
        if run.only_plans || stopped {
            let (judged, met) = self.judge(found, run);
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
            self.shown = plan.filter(|_| !stopped).map(|p| Shown::Plan(Box::new(p)));
            return said;
        }
        let Some(plan) = plan else { return said };
        let mut found: Diagnostics = found
            .into_iter()
            .filter(|d| d.code != "check-failed")
            .collect();
        self.held.last = Some(Applied {
            order,
            run: run.name.value.clone(),
            tree: self.project.tree.clone(),
            inputs: self.project.inputs.clone(),
            registry: self.registry.clone(),
        });
        found.extend(self.apply(&plan, self.cancel.clone()).await);
        let stopped = found.has_errors();
        said.extend(self.judge(found, run).0);
        match self.held.store.load() {
            Ok(state) if !stopped && !said.has_errors() => {
                let tree = &self.project.tree;
                let values = Made {
                    recorded: FinalValues::recorded(&state, tree),
                    planned: FinalValues::new(&plan, tree),
                };
                said.extend(self.look(run, &values, &plan.timestamp));
                self.shown = Some(Shown::State(Box::new(state)));
            }
            Ok(_) => {}
            Err(error) => said.push(state_problem(&error)),
        }
        said
    }

    fn judge(&self, found: Diagnostics, run: &TestRun) -> (Diagnostics, bool) {
        let folder = &self.project.tree.root.folder;
        expected::judge(found, &run.expect_failures, &self.project.sources, folder)
    }

    fn evaluator(&self, timestamp: &str) -> Evaluator<'_> {
        let context = self.project.context(self.settings, timestamp);
        Evaluator::new(&self.project.tree, &self.project.inputs, context).at(Present {
            timestamp: clock::now(),
            seed: clock::random(),
        })
    }

    async fn plan(&self, options: PlanOptions) -> (Option<Plan>, Diagnostics) {
        let state = match self.held.store.load() {
            Ok(state) => state,
            Err(error) => return (None, state_problem(&error).into()),
        };
        let registry = &self.registry;
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
        let registry = &self.registry;
        let with = Apply {
            plan,
            evaluator: &mut evaluator,
            registry,
            sessions: &mut Sessions::new(registry),
            store: &mut self.held.store,
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
            if let Some(problem) = self.not_run_yet(&assertion.condition) {
                said.push(problem);
                continue;
            }
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
}
