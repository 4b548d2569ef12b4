//! Decides what a test file's runs work on, one state for each module that they run, and how what they made is deleted.

use std::cmp::Reverse;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_engine::Cancel;
use cairn_lang::{Inputs, ModuleTree};
use cairn_model::{Lineage, PlanMode, ResourceMode};
use cairn_plan::PlanOptions;
use cairn_provider::Registry;
use cairn_state::{MemoryStore, StateStore};
use cairn_value::Name;

use super::{FileRun, Report};
use crate::clock;

/// A state, and what deletes the objects that it records.
pub(super) struct Held {
    pub(super) key: String,
    pub(super) store: MemoryStore,
    /// The last run that changed it.
    pub(super) last: Option<Applied>,
}

/// A run that changed a state, with what it ran with.
pub(super) struct Applied {
    /// Its place among the runs of the file.
    pub(super) order: usize,
    pub(super) run: Name,
    pub(super) tree: ModuleTree,
    pub(super) inputs: Inputs,
    /// The providers that it had, stand-ins before them.
    pub(super) registry: Registry,
}

impl Held {
    pub(super) fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            store: MemoryStore::empty(Lineage(clock::uuid().into())),
            last: None,
        }
    }

    /// The addresses of the objects that are recorded.
    pub(super) fn left(&self) -> Vec<String> {
        let state = self.store.load().unwrap_or_default();
        let managed = state.instances.keys();
        managed
            .filter(|a| a.resource.resource.mode == ResourceMode::Managed)
            .map(ToString::to_string)
            .collect()
    }
}

impl FileRun<'_> {
    /// Deletes what the runs made, that of the last run first. Whether all is gone; what is not has been told.
    pub(super) async fn tear_down(&mut self, report: &mut Report<'_>) -> bool {
        let mut all: Vec<Held> = std::mem::take(&mut self.others).into_values().collect();
        all.push(std::mem::replace(&mut self.held, Held::new("")));
        all.sort_by_key(|held| held.last.as_ref().map(|last| Reverse(last.order)));
        let mut is_clean = true;
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
            self.registry = last.registry;
            let said = self.delete().await;
            let said: Diagnostics = said.into_iter().filter(Diagnostic::is_error).collect();
            let left = self.held.left();
            if said.has_errors() || !left.is_empty() {
                is_clean = false;
                report.left_behind(self.path, &last.run, said, &left, &self.project.sources);
            }
        }
        is_clean
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
