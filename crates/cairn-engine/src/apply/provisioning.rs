//! Decides when provisioners run, and what their end means for the record.
//!
//! ```text
//! creation committed, tainted ─ provisioners, one after the other ─┬─ all succeeded: recorded as ready, dependents go on
//!                                                                  └─ one failed: stays tainted, dependents do not start
//! deletion ready ─ provisioners of all objects of its group ─┬─ calls for those that succeeded
//!                                                            └─ one failed: its object stays as it is
//! ```
//! A process that dies in between leaves what is recorded then: an object that the next plan replaces, or one that it deletes
//! again. Each provisioner is evaluated right before it runs, so that it sees what those before it made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn_lang::ModuleTree;
use cairn_model::{AbsProviderConfig, ApplyKind, ApplyRequest, Mutation, ObjectStatus, StepId};
use cairn_plan::{Provision, Provisioners};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::outcome::id_of;
use super::{Answer, Loop, Pending, Work};
use crate::event::Event;
use crate::provision::{Failure, Lines, run};

/// So many lines of output may wait to be told; then those who write wait.
const LINES: usize = 1024;

/// The provisioners of an apply: those that run, and what waits for them.
pub(super) struct Provisioning<'t> {
    all: Provisioners<'t>,
    steps: BTreeMap<StepId, Progress>,
    /// Deletions that wait until the provisioners of their group are done.
    held: Vec<Option<Held>>,
    lines: (Sender<(StepId, String)>, Receiver<(StepId, String)>),
}

/// A step on its way through its provisioners.
struct Progress {
    /// The step's beginning.
    since: Instant,
    /// The next of them.
    next: usize,
    /// How many there are.
    count: usize,
    /// The one that runs.
    running: Option<Provision>,
    then: Then,
}

/// What follows when all have succeeded.
enum Then {
    /// The object is recorded as ready.
    Record(Mutation),
    /// The held group goes on.
    Delete(usize),
}

struct Held {
    provider: AbsProviderConfig,
    requests: Vec<(StepId, ApplyRequest)>,
    failed: BTreeSet<StepId>,
    open: usize,
}

impl<'t> Provisioning<'t> {
    pub(super) fn new(tree: &'t ModuleTree) -> Self {
        Self {
            all: Provisioners::new(tree),
            steps: BTreeMap::new(),
            held: Vec::new(),
            lines: channel(LINES),
        }
    }

    /// Whether work on a step begins now, not with a provisioner before it.
    pub(super) fn begins(&self, step: StepId) -> bool {
        self.steps
            .get(&step)
            .is_none_or(|p| p.next == 0 && p.running.is_none() && matches!(p.then, Then::Delete(_)))
    }

    /// How long a step with provisioners has been worked on.
    pub(super) fn elapsed(&self, step: StepId) -> Option<Duration> {
        self.steps.get(&step).map(|p| p.since.elapsed())
    }

    /// Waits for the next line of output.
    pub(super) async fn next_line(&mut self) -> Option<(StepId, String)> {
        self.lines.1.recv().await
    }
}

impl Loop<'_, '_, '_> {
    /// Has the provisioners of a creation run that is recorded; says whether there are any.
    pub(super) fn provision_after(
        &mut self,
        step: StepId,
        recorded: &[Mutation],
        elapsed: Duration,
    ) -> bool {
        let count = self.provisioning.all.count(self.with.plan, step);
        let put = |m: &&Mutation| matches!(m, Mutation::Put { .. });
        let Some(made) = recorded.iter().find(put).filter(|_| count > 0) else {
            return false;
        };
        let now = Instant::now();
        let progress = Progress {
            since: now.checked_sub(elapsed).unwrap_or(now),
            next: 0,
            count,
            running: None,
            then: Then::Record(ready(made)),
        };
        self.provisioning.steps.insert(step, progress);
        self.waiting.push_back(Pending {
            work: Work::Provision,
            steps: vec![step],
        });
        true
    }

    /// Holds a group of deletions back until the provisioners of its objects are done; gives back what need not wait.
    pub(super) fn hold_back(
        &mut self,
        provider: &AbsProviderConfig,
        requests: Vec<(StepId, ApplyRequest)>,
    ) -> Option<Vec<(StepId, ApplyRequest)>> {
        let mut open = 0;
        let group = self.provisioning.held.len();
        for (step, request) in &requests {
            if request.kind != ApplyKind::Delete {
                continue;
            }
            let count = self.provisioning.all.count(self.with.plan, *step);
            if count == 0 {
                continue;
            }
            open += 1;
            let progress = Progress {
                since: Instant::now(),
                next: 0,
                count,
                running: None,
                then: Then::Delete(group),
            };
            self.provisioning.steps.insert(*step, progress);
            self.waiting.push_back(Pending {
                work: Work::Provision,
                steps: vec![*step],
            });
        }
        if open == 0 {
            return Some(requests);
        }
        self.provisioning.held.push(Some(Held {
            provider: provider.clone(),
            requests,
            failed: BTreeSet::new(),
            open,
        }));
        None
    }

    /// Evaluates the next provisioner of a step and starts it. Where that fails, the step has failed.
    pub(super) fn start_provisioner(&mut self, slot: u64, pending: &Pending) -> bool {
        let Some(&step) = pending.steps.first() else {
            return false;
        };
        let Some(progress) = self.provisioning.steps.get_mut(&step) else {
            return false;
        };
        if progress.next == 0 && matches!(progress.then, Then::Delete(_)) {
            progress.since = Instant::now();
        }
        let (found, said) = self.provisioning.all.provision(
            self.with.plan,
            step,
            progress.next,
            self.with.evaluator,
            &self.values,
        );
        self.done.diagnostics.extend(said);
        let Some(provision) = found else {
            self.gave_up(step);
            return false;
        };
        progress.next += 1;
        progress.running = Some(provision.clone());
        let addr = self.change(step).1.addr.clone();
        let ty = provision.ty.clone();
        (self.events)(Event::ProvisionStarted { addr, ty });
        let cancel = self.with.cancel.clone();
        let lines = Lines {
            of: step,
            to: self.provisioning.lines.0.clone(),
            hidden: provision.hidden,
        };
        self.workers.spawn(async move {
            let result = run(&provision, &lines, &cancel).await;
            (slot, Answer::Provisioned(result))
        });
        true
    }

    /// Tells a line of output.
    pub(super) fn tell_line(&mut self, line: Option<(StepId, String)>) {
        let Some((step, line)) = line else { return };
        let running = self.provisioning.steps.get(&step);
        if let Some(provision) = running.and_then(|p| p.running.as_ref()) {
            let ty = provision.ty.clone();
            let addr = self.change(step).1.addr.clone();
            (self.events)(Event::ProvisionOutput { addr, ty, line });
        }
    }

    /// Tells the lines that have come so far.
    pub(super) fn tell_lines(&mut self) {
        while let Ok(line) = self.provisioning.lines.1.try_recv() {
            self.tell_line(Some(line));
        }
    }

    /// Takes in what became of provisioners.
    pub(super) fn provisioned(&mut self, results: Vec<(StepId, Result<(), Failure>)>) {
        let mut succeeded = Vec::new();
        for (step, result) in results {
            let addr = self.change(step).1.addr.clone();
            let Some(progress) = self.provisioning.steps.get_mut(&step) else {
                continue;
            };
            let Some(provision) = progress.running.take() else {
                continue;
            };
            let more = progress.next < progress.count;
            let ty = provision.ty.clone();
            // An interruption is no failure of the provisioner that could be passed over.
            let passes = provision.continue_on_failure && !self.with.cancel.is_requested();
            match result {
                Ok(()) => (self.events)(Event::ProvisionDone { addr, ty }),
                Err(failure) => {
                    (self.events)(Event::ProvisionFailed {
                        addr: addr.clone(),
                        ty,
                        passed_over: passes.then(|| failure.detail.clone()),
                    });
                    if !passes {
                        let said = failure.diagnostic(&provision, &addr.to_string());
                        self.done.diagnostics.push(said);
                        self.gave_up(step);
                        continue;
                    }
                }
            }
            if more {
                self.waiting.push_front(Pending {
                    work: Work::Provision,
                    steps: vec![step],
                });
            } else {
                succeeded.push(step);
            }
        }
        self.all_succeeded(&succeeded);
    }

    /// Records what is ready now, and lets deletions go on.
    fn all_succeeded(&mut self, steps: &[StepId]) {
        let records: Vec<(StepId, Mutation)> = steps
            .iter()
            .filter_map(|s| match &self.provisioning.steps.get(s)?.then {
                Then::Record(mutation) => Some((*s, mutation.clone())),
                Then::Delete(_) => None,
            })
            .collect();
        let mutations: Vec<Mutation> = records.iter().map(|(_, m)| m.clone()).collect();
        if !mutations.is_empty() {
            let written = self.with.store.write(self.with.store.serial(), &mutations);
            let kept = self.kept(&written);
            for (step, mutation) in records {
                if kept {
                    let id = id_in(&mutation);
                    self.values.commit(&mutation);
                    self.complete(step, id, Duration::ZERO);
                } else {
                    self.fail(step, Duration::ZERO);
                }
                self.provisioning.steps.remove(&step);
            }
        }
        for step in steps {
            if let Some(Then::Delete(group)) = self.provisioning.steps.get(step).map(|p| &p.then) {
                self.release(*group, None);
            }
        }
    }

    /// A provisioner of a step failed, so the step has.
    fn gave_up(&mut self, step: StepId) {
        let then = self.provisioning.steps.get(&step).map(|p| &p.then);
        let group = match then {
            Some(Then::Delete(group)) => Some(*group),
            _ => None,
        };
        self.fail(step, Duration::ZERO);
        self.provisioning.steps.remove(&step);
        if let Some(group) = group {
            self.release(group, Some(step));
        }
    }

    /// One object of a held group is through with its provisioners, or failed; the last one lets the calls begin.
    fn release(&mut self, group: usize, failed: Option<StepId>) {
        let Some(held) = &mut self.provisioning.held[group] else {
            return;
        };
        held.open -= 1;
        held.failed.extend(failed);
        if held.open > 0 {
            return;
        }
        let Some(mut held) = self.provisioning.held[group].take() else {
            return;
        };
        held.requests.retain(|(s, _)| !held.failed.contains(s));
        if !held.requests.is_empty() {
            self.queue_calls(&held.provider, held.requests);
        }
    }
}

/// The record of an object that has become fit for use.
fn ready(made: &Mutation) -> Mutation {
    let mut made = made.clone();
    if let Mutation::Put { object, .. } = &mut made {
        Arc::make_mut(object).status = ObjectStatus::Ready;
    }
    made
}

fn id_in(mutation: &Mutation) -> Option<String> {
    match mutation {
        Mutation::Put { object, .. } => id_of(&object.remote),
        _ => None,
    }
}
