//! Decides what an answer means for the steps it belongs to, and what is recorded at the end.

use std::sync::Arc;
use std::time::Duration;

use cairn_diag::Diagnostics;
use cairn_model::{Mutation, ObjectStatus, StepId, StepKind};
use cairn_plan::{Stop, after_conditions, check_around, finale, record, verifying};
use cairn_provider::{Problem, ReadRequest, ReadResponse};
use cairn_state::StateError;

use super::outcome::{Outcome, outcome};
use super::{Answer, Loop, Pending, Work};
use crate::event::Event;
use crate::sessions::diagnostic;
use crate::store::state_problem;

impl Loop<'_, '_, '_> {
    pub(super) fn outcomes_of(&self, pending: &Pending, answer: Answer) -> Vec<Outcome> {
        match (&pending.work, answer) {
            (Work::Apply(call), Answer::Applied(answers)) => {
                if answers.len() != call.requests.len() {
                    return call
                        .requests
                        .iter()
                        .map(|_| Outcome::unsure(vec![miscounted()]))
                        .collect();
                }
                call.requests
                    .iter()
                    .zip(answers)
                    .map(|(r, a)| outcome(&call.provider, r, a, self.with.registry))
                    .collect()
            }
            (Work::Read(_, requests), Answer::Read(answers)) => {
                let mut answers = answers.into_iter();
                let steps = requests.iter().zip(&pending.steps);
                steps
                    .map(|(request, step)| self.read_outcome(*step, request, answers.next()))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// What a data source's answer means.
    fn read_outcome(
        &self,
        step: StepId,
        request: &ReadRequest,
        answer: Option<ReadResponse>,
    ) -> Outcome {
        let (_, change) = self.change(step);
        match answer {
            Some(ReadResponse::Present(remote)) => {
                let object = record(change, *remote, ObjectStatus::Ready, self.with.registry);
                let put = Mutation::Put {
                    addr: change.addr.clone(),
                    deposed: None,
                    provider: change.provider.clone(),
                    object: Arc::new(object),
                };
                Outcome::done(vec![put], None)
            }
            Some(ReadResponse::Absent) => Outcome::failed(vec![Problem::error(
                "data-not-found",
                "Data source found nothing",
                format!("{} found no object. Check its arguments.", request.addr),
            )]),
            Some(ReadResponse::Failed(problems)) => Outcome::failed(problems),
            None => Outcome::failed(vec![miscounted()]),
        }
    }

    /// Tells what became of a step, and lets those go on that wait for it.
    pub(super) fn settle(&mut self, step: StepId, result: Outcome, elapsed: Duration) {
        let plan = self.with.plan;
        let s = plan.steps.step(step);
        let change = &plan.changes[s.change as usize];
        // The data source of a check that cannot be read makes the check fail, and nothing else.
        let check = (s.kind == StepKind::Read && !result.ok)
            .then(|| check_around(self.with.evaluator.tree(), &change.addr.resource))
            .flatten();
        let mut failures = Vec::new();
        for problem in result.problems {
            let path = problem.path.clone().unwrap_or_default();
            let mut d = diagnostic(problem, Some(&change.addr.to_string()));
            d.subject = self.with.evaluator.locate(&change.addr, &path);
            if let Some(check) = &check {
                d = verifying(d, check, &mut failures);
            }
            self.done.diagnostics.push(d);
        }
        if check.is_some() && !self.broken {
            self.stopped.insert(s.change, Stop::Unread(failures));
            self.queue.done(step);
            return;
        }
        if !result.ok || self.broken {
            self.fail(step, elapsed);
            return;
        }
        if s.kind == StepKind::Create && self.provision_after(step, &result.mutations, elapsed) {
            return;
        }
        self.complete(step, result.id, elapsed);
    }

    /// A step is done and recorded, all that belongs to it.
    pub(super) fn complete(&mut self, step: StepId, id: Option<String>, elapsed: Duration) {
        let plan = self.with.plan;
        let s = plan.steps.step(step);
        let change = &plan.changes[s.change as usize];
        let elapsed = self.provisioning.elapsed(step).unwrap_or(elapsed);
        let mut conditions = Diagnostics::new();
        if matches!(s.kind, StepKind::Create | StepKind::Update | StepKind::Read) {
            conditions = after_conditions(change, self.with.evaluator, &self.values);
        }
        match s.kind {
            StepKind::Create => {
                self.done.added += 1;
                self.done.forgotten +=
                    usize::from(change.action == cairn_model::Action::CreateThenForget);
            }
            StepKind::Update => self.done.changed += 1,
            StepKind::Delete => self.done.destroyed += 1,
            StepKind::Read | StepKind::Forget => {}
        }
        (self.events)(Event::StepDone {
            addr: change.addr.clone(),
            kind: s.kind,
            action: change.action,
            id,
            elapsed,
        });
        if conditions.has_errors() {
            self.stop(step, Stop::Violated);
        } else {
            self.queue.done(step);
        }
        self.done.diagnostics.extend(conditions);
    }

    pub(super) fn fail(&mut self, step: StepId, elapsed: Duration) {
        let elapsed = self.provisioning.elapsed(step).unwrap_or(elapsed);
        let (s, change) = self.change(step);
        let event = Event::StepFailed {
            addr: change.addr.clone(),
            kind: s.kind,
            action: change.action,
            elapsed,
        };
        (self.events)(event);
        self.stop(step, Stop::Failed);
    }

    /// Nothing follows from a step, and what waits for it is never begun.
    fn stop(&mut self, step: StepId, how: Stop) {
        let plan = self.with.plan;
        self.stopped.insert(plan.steps.step(step).change, how);
        for lost in self.queue.failed(step) {
            let change = plan.steps.step(lost).change;
            self.stopped.entry(change).or_insert(Stop::Never);
        }
    }

    /// Notes a refused write; says whether it was kept.
    pub(super) fn kept<T>(&mut self, result: &Result<T, StateError>) -> bool {
        if let Err(error) = result {
            self.broken(error);
        }
        result.is_ok()
    }

    pub(super) fn broken(&mut self, error: &StateError) {
        self.done.diagnostics.push(state_problem(error));
        self.broken = true;
    }

    /// Outputs and results of conditions, with what has become final.
    pub(super) fn finish(&mut self) {
        if self.broken {
            return;
        }
        let plan = self.with.plan;
        for (at, step) in plan.steps.steps.iter().enumerate() {
            if self.queue.is_open(StepId(at as u32)) {
                self.stopped.entry(step.change).or_insert(Stop::Never);
            }
        }
        let complete = self.queue.remaining() == 0 && !self.done.diagnostics.has_errors();
        let last = finale(plan, self.with.evaluator, &mut self.values, &self.stopped);
        // Errors follow from what was not made; warnings of checks are as good as any.
        let said = last.diagnostics.into_iter();
        self.done
            .diagnostics
            .extend(said.filter(|d| complete || !d.is_error()));
        if !last.mutations.is_empty() {
            let serial = self.with.store.serial();
            let written = self.with.store.write(serial, &last.mutations);
            self.kept(&written);
        }
    }
}

fn miscounted() -> Problem {
    Problem::error(
        "internal-provider-answer",
        "Provider answered for the wrong number of objects",
        "This is a mistake in cairn, not in the configuration. The intent stays in the journal; the next apply finds out what became of it.",
    )
}
