//! Decides how a test file runs: its runs in order on states in memory, one for each module that they run, and at the end
//! everything that they made deleted.

mod expected;
mod junit;
mod report;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics, Spanned};
use cairn_engine::{Apply, Cancel, Sessions, apply, state_problem};
use cairn_lang::{
    Attribute, Evaluator, Expr, InputSource, Inputs, InstanceValues, ModuleTree, Present, RawInput,
    RefTarget, TestFile, TestRun, references,
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
pub(crate) use report::Report;
use report::Status;

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
    /// The state of the run at hand.
    held: Held,
    /// The other states so far, by their keys.
    others: BTreeMap<String, Held>,
    /// The outputs of the runs so far.
    runs: BTreeMap<Name, Value>,
    cancel: Cancel,
}

/// A state, and what deletes the objects that it records.
struct Held {
    key: String,
    store: MemoryStore,
    /// The last run that changed it.
    last: Option<Applied>,
}

/// A run that changed a state, with the configuration and the root variables it had.
struct Applied {
    /// Its place among the runs of the file.
    order: usize,
    run: Name,
    tree: ModuleTree,
    inputs: Inputs,
}

impl Held {
    fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            store: MemoryStore::empty(Lineage(clock::uuid().into())),
            last: None,
        }
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
        Ok(Self {
            settings,
            project,
            modules,
            given,
            path,
            providers: Providers::for_tests(settings)?,
            held: Held::new(""),
            others: BTreeMap::new(),
            runs: BTreeMap::new(),
            cancel,
        })
    }

    /// Runs it and tells what happens.
    pub(crate) async fn run(&mut self, file: &TestFile, report: &mut Report<'_>) {
        report.file_begins(self.path);
        let mut worst = Status::Pass;
        for (order, run) in file.runs.iter().enumerate() {
            let goes_on = worst != Status::Error && !self.cancel.is_requested();
            let (begun, said) = if goes_on {
                let begun = report.run_begins(self.path, run);
                (Some(begun), self.one(file, run, order).await)
            } else {
                (None, Diagnostics::new())
            };
            let sources = &self.project.sources;
            worst = worst.max(report.run_ends(self.path, run, begun, &said, sources));
        }
        report.tears_down(self.path);
        let (said, left) = self.tear_down(report).await;
        report.file_ends(self.path, worst, &said, &left, &self.project.sources);
    }

    /// Turns to the module and the state of a run.
    fn enter(&mut self, file: &TestFile, run: &TestRun) -> Diagnostics {
        let mut said = Diagnostics::new();
        let module = run.module.as_ref().map_or("", |m| &*m.value);
        if let Some(tree) = self.modules.get(module) {
            self.project.tree = tree.clone();
        }
        let key = run.state_key.as_deref().unwrap_or(module);
        if self.held.key != key {
            let next = self.others.remove(key).unwrap_or_else(|| Held::new(key));
            let before = std::mem::replace(&mut self.held, next);
            self.others.insert(before.key.clone(), before);
        }
        let mut providers = file.providers.clone();
        if !run.providers.is_empty() {
            providers.clear();
            for (there, here) in &run.providers {
                let declared = file
                    .providers
                    .get(&(here.name.clone(), here.alias.clone()))
                    .cloned();
                let Some(block) = declared else {
                    said.push(
                        Diagnostic::error("undeclared-provider", "Provider configuration not present")
                            .detail(format!("{} declares no such configuration of the provider `{}`.", self.path, here.name))
                            .at_opt(here.span)
                            .hint("A run hands over configurations of its own test file. Declare it there in a `provider` block."),
                    );
                    continue;
                };
                providers.insert((there.name.clone(), there.alias.clone()), block);
            }
        }
        if !providers.is_empty() {
            let config = Arc::make_mut(&mut self.project.tree.root.config);
            config.providers.extend(providers);
        }
        said
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

    /// Gives the root variables their values for a run: from outside, over these the file's, over these the run's.
    fn give(&mut self, file: &TestFile, run: &TestRun) -> Diagnostics {
        let mut said = Diagnostics::new();
        let mut given = self.given.clone();
        if run.module.is_some() {
            let declared = &self.project.tree.root.config.variables;
            given.retain(|n, _| declared.contains_key(n));
        }
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
            if let Some(problem) = self.not_run_yet(&attribute.expr) {
                said.push(problem);
                continue;
            }
            let found = evaluator.test_variable(&attribute.expr, &runs, &variables, &values);
            said.extend(found.diagnostics);
            let value = Spanned::new(found.value, attribute.expr.span);
            all.push((attribute.name.clone(), value));
        }
        all
    }

    /// What is wrong with an expression that refers to a run that has not run.
    fn not_run_yet(&self, expr: &Expr) -> Option<Diagnostic> {
        references(expr).into_iter().find_map(|reference| {
            let RefTarget::Resource(named) = &reference.target else {
                return None;
            };
            if &*named.ty != "run" || self.runs.contains_key(&named.name) {
                return None;
            }
            Some(
                Diagnostic::error("run-not-available", "Reference to unavailable run block")
                    .detail(format!("{} has no run {:?} before this one.", self.path, &*named.name))
                    .at(reference.span)
                    .hint("A run can refer to the outputs of runs of the same file that stand above it."),
            )
        })
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

    /// Deletes what the runs made, that of the last run first; what went wrong, and what is left.
    async fn tear_down(&mut self, report: &mut Report<'_>) -> (Diagnostics, Vec<String>) {
        let mut all: Vec<Held> = std::mem::take(&mut self.others).into_values().collect();
        all.push(std::mem::replace(&mut self.held, Held::new("")));
        all.sort_by_key(|held| held.last.as_ref().map(|last| Reverse(last.order)));
        let (mut said, mut left) = (Diagnostics::new(), Vec::new());
        for mut held in all {
            let Some(last) = held.last.take() else {
                continue;
            };
            report.deletes(self.path, &last.run);
            if held.left().is_empty() {
                continue;
            }
            self.held = held;
            self.project.tree = last.tree;
            self.project.inputs = last.inputs;
            said.extend(self.delete().await);
            left.extend(self.held.left());
        }
        if !left.is_empty() {
            said.push(
                Diagnostic::error("test-left-behind", "Objects are left behind").detail(format!(
                    "These objects that {} made could not be deleted:\n  - {}",
                    self.path,
                    left.join("\n  - ")
                )),
            );
        }
        (
            said.into_iter().filter(Diagnostic::is_error).collect(),
            left,
        )
    }

    /// Deletes what the state at hand records.
    async fn delete(&mut self) -> Diagnostics {
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
        said
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

    fn instances(&self, addr: &AbsResource) -> Option<Arc<Value>> {
        self.recorded
            .instances(addr)
            .or_else(|| self.planned.instances(addr))
    }
}
