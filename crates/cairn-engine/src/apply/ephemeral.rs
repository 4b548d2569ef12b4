//! Decides when the ephemeral resources of an apply are opened: at the start what is known then, before a step what the step
//! needs, at the end the rest; and that all are closed.

use std::time::Duration;

use cairn_model::{AbsProviderConfig, AbsResourceInstance, StepId};
use cairn_plan::provider_dependencies;

use super::Loop;

impl Loop<'_, '_, '_> {
    /// Opens whatever can be, needed or not.
    pub(super) async fn open_wanted(&mut self) {
        loop {
            let wanted = self.ephemerals.wanted();
            if !self.open(&wanted).await {
                break;
            }
        }
    }

    /// Opens what these steps need. Those that cannot have it fail; gives the others.
    pub(super) async fn with_ephemerals(&mut self, steps: &[StepId]) -> Vec<StepId> {
        if self.ephemerals.is_empty() {
            return steps.to_vec();
        }
        let plan = self.with.plan;
        let change = |step: &StepId| &plan.changes[plan.steps.step(*step).change as usize];
        loop {
            let all = steps.iter().flat_map(|s| change(s).dependencies.iter());
            let needed = self.ephemerals.needed(all);
            if !self.open(&needed).await {
                break;
            }
        }
        let mut able = Vec::with_capacity(steps.len());
        for step in steps {
            if self.ephemerals.is_lost(change(step).dependencies.iter()) {
                self.fail(*step, Duration::ZERO);
            } else {
                able.push(*step);
            }
        }
        able
    }

    /// Opens what a provider configuration needs.
    pub(super) async fn open_for_provider(&mut self, provider: &AbsProviderConfig) {
        while !self.ephemerals.is_empty() {
            let all = provider_dependencies(
                provider,
                self.with.evaluator,
                &self.values,
                self.with.registry,
            );
            let needed = self.ephemerals.needed(&all);
            if !self.open(&needed).await {
                break;
            }
        }
    }

    /// Opens those of these whose arguments are known. Says whether any was opened, so that others may be known now.
    async fn open(&mut self, wanted: &[AbsResourceInstance]) -> bool {
        if wanted.is_empty() {
            return false;
        }
        let (batches, said) = self.ephemerals.ask(
            wanted,
            self.with.evaluator,
            &self.values,
            self.with.registry,
        );
        self.done.diagnostics.extend(said);
        if batches.is_empty() {
            return false;
        }
        let asked: Vec<_> = batches
            .iter()
            .map(|b| {
                let addrs: Vec<_> = b.requests.iter().map(|r| r.addr.clone()).collect();
                (b.provider.clone(), addrs)
            })
            .collect();
        let answers = self
            .open
            .open(self.with.sessions, batches, self.events)
            .await;
        let answers = match answers {
            Ok(answers) => answers,
            Err(said) => {
                self.done.diagnostics.extend(said);
                asked.iter().map(|_| Vec::new()).collect()
            }
        };
        for ((provider, addrs), answers) in asked.into_iter().zip(answers) {
            let mut answers = answers.into_iter();
            for addr in addrs {
                // Where there is no answer, that has been said.
                let answer = answers.next().unwrap_or_else(|| Err(Vec::new()));
                let said = self.ephemerals.take(
                    &addr,
                    &provider,
                    answer,
                    self.with.evaluator,
                    &mut self.values,
                    self.with.registry,
                );
                self.done.diagnostics.extend(said);
            }
        }
        true
    }

    /// Closes all that was opened.
    pub(super) async fn close_all(&mut self) {
        let said = self.open.close(self.events).await;
        self.done.diagnostics.extend(said);
    }
}
