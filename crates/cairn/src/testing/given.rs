//! Decides the values that a run's root variables have: from outside, of the file, of the run, and what earlier runs put out.

use std::collections::BTreeMap;

use cairn_diag::{Diagnostic, Diagnostics, Spanned};
use cairn_lang::{
    Attribute, Expr, InputSource, Inputs, RawInput, RefTarget, TestFile, TestRun, references,
};
use cairn_plan::FinalValues;
use cairn_value::{Name, Value};

use super::FileRun;

impl FileRun<'_> {
    /// Gives the root variables their values for a run: from outside, over these the file's, over these the run's.
    pub(super) fn give(&mut self, file: &TestFile, run: &TestRun) -> Diagnostics {
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
            if !found.value.is_wholly_known() && !found.diagnostics.has_errors() {
                said.extend(unknown_run(&attribute.expr));
            }
            said.extend(found.diagnostics);
            let value = Spanned::new(found.value, attribute.expr.span);
            all.push((attribute.name.clone(), value));
        }
        all
    }

    /// What is wrong with an expression that refers to a run that has not run.
    pub(super) fn not_run_yet(&self, expr: &Expr) -> Option<Diagnostic> {
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
}

/// What is said of a value that a run which only planned could not know.
fn unknown_run(expr: &Expr) -> Option<Diagnostic> {
    references(expr).into_iter().find_map(|reference| {
        let RefTarget::Resource(named) = &reference.target else {
            return None;
        };
        (&*named.ty == "run").then(|| {
            Diagnostic::error("unknown-run-output", "Reference to unknown value")
                .detail(format!("The run {:?} only plans, so this is known only after an apply.", &*named.name))
                .at(reference.span)
                .hint("Use command = apply in that run, or give a value of your own with an override_ block and override_during = plan.")
        })
    })
}
