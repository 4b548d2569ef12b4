//! Decides how a plan is made real: one loop that owns the state, workers that only talk to sessions.
//!
//! ```text
//! ready group ─ finalize ─ Provider::calls ─┐
//!    per call:  store.begin → worker: session.apply → outcome → store.commit → values, dependents
//! ```
//! No step starts before what it waits for is committed; no call is sent before its intent is durable; outcomes that arrive
//! together are committed together. What an answer means for the record is decided in `outcome`, what it means for the steps in
//! `settle`; what runs between a creation
//! and what waits for it, or before a deletion, in `provisioning`; when work that goes on is told of, in `still`.

mod ephemeral;
pub(crate) mod outcome;
mod provisioning;
mod settle;
mod still;

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_lang::Evaluator;
use cairn_model::{
    AbsProviderConfig, ApplyCall, ApplyRequest, CallToken, Change, Mutation, Plan, Step, StepId,
    StepKind,
};
use cairn_plan::{
    Ephemerals, FinalValues, Finalized, StepQueue, Stopped, final_provider_config, finalize,
};
use cairn_provider::{ApplyResponse, ReadRequest, ReadResponse, Registry};
use cairn_state::{IntentId, StateStore};
use tokio::task::JoinSet;

use crate::cancel::Cancel;
use crate::ephemeral::Open;
use crate::event::{Event, Events};
use crate::probe;
use crate::sessions::Sessions;

use crate::provision::Failure;
use outcome::{Outcome, id_of};
use provisioning::Provisioning;

/// What an apply is made with.
pub struct Apply<'a, 'e> {
    /// The plan. It must be of the store's present serial.
    pub plan: &'a Plan,
    /// Evaluates the configuration with final values.
    pub evaluator: &'a mut Evaluator<'e>,
    /// The providers.
    pub registry: &'a Registry,
    /// Their sessions.
    pub sessions: &'a mut Sessions<'e>,
    /// The state.
    pub store: &'a mut dyn StateStore,
    /// How many calls run at once.
    pub parallelism: usize,
    /// Makes call tokens: unique for ever, at most 64 ASCII characters.
    pub tokens: &'a mut dyn FnMut() -> CallToken,
    /// Asks the apply to stop.
    pub cancel: Cancel,
}

/// What an apply did.
#[derive(Debug, Default)]
pub struct Applied {
    /// Objects made (a replacement counts here and as destroyed).
    pub added: usize,
    /// Objects changed in place.
    pub changed: usize,
    /// Objects deleted.
    pub destroyed: usize,
    /// Objects dropped from the state.
    pub forgotten: usize,
    /// Objects imported.
    pub imported: usize,
    /// What went wrong.
    pub diagnostics: Diagnostics,
    /// It was interrupted.
    pub interrupted: bool,
}

/// Work that waits for a free worker, or runs.
struct Pending {
    work: Work,
    steps: Vec<StepId>,
}

enum Work {
    Apply(ApplyCall),
    Read(AbsProviderConfig, Vec<ReadRequest>),
    /// The next provisioner of the step.
    Provision,
}

/// What a worker brings back.
enum Answer {
    Applied(Vec<ApplyResponse>),
    Read(Vec<ReadResponse>),
    Provisioned(Result<(), Failure>),
}

struct Running {
    intent: Option<IntentId>,
    pending: Pending,
    /// When work on its objects began, with what ran before the present call.
    since: Instant,
    /// When they are told of next.
    due: Instant,
}

struct Loop<'l, 'a, 'e> {
    with: Apply<'a, 'e>,
    values: FinalValues,
    queue: StepQueue,
    waiting: VecDeque<Pending>,
    running: BTreeMap<u64, Running>,
    next_slot: u64,
    workers: JoinSet<(u64, Answer)>,
    provisioning: Provisioning<'e>,
    ephemerals: Ephemerals,
    open: Open,
    events: Events<'l>,
    done: Applied,
    /// The changes that were not made as planned.
    stopped: Stopped,
    /// The store refused a write: nothing more may be started.
    broken: bool,
}

/// Applies a plan. Whatever happens, all that is known to be done is recorded before this returns.
pub async fn apply(with: Apply<'_, '_>, events: Events<'_>) -> Applied {
    let mut values = FinalValues::new(with.plan, with.evaluator.tree());
    let mut state = Loop {
        ephemerals: Ephemerals::new(with.plan, with.evaluator, &mut values),
        open: Open::default(),
        values,
        queue: StepQueue::new(&with.plan.steps),
        waiting: VecDeque::new(),
        running: BTreeMap::new(),
        next_slot: 0,
        workers: JoinSet::new(),
        provisioning: Provisioning::new(with.evaluator.tree()),
        events,
        done: Applied::default(),
        stopped: Stopped::default(),
        broken: false,
        with,
    };
    state.run().await;
    state.done.diagnostics.fold_instances();
    state.done
}

impl Loop<'_, '_, '_> {
    async fn run(&mut self) {
        let plan = self.with.plan;
        let written = self.with.store.write(plan.serial, &plan.prelude);
        if !self.kept(&written) {
            return;
        }
        for mutation in &plan.prelude {
            self.values.commit(mutation);
        }
        self.done.imported = plan
            .changes
            .iter()
            .filter(|c| c.importing.is_some())
            .count();
        self.open_wanted().await;
        loop {
            let mut moved = false;
            if !self.stopping() {
                moved = self.prepare_ready().await;
            }
            if !self.stopping() {
                self.start_waiting();
            }
            if !self.running.is_empty() {
                self.wake().await;
            } else if self.stopping() || (!moved && self.waiting.is_empty()) {
                break;
            }
        }
        self.done.interrupted |= self.with.cancel.is_requested() && self.queue.remaining() > 0;
        if self.done.interrupted {
            self.done.diagnostics.push(interrupted());
        }
        if !self.stopping() {
            self.open_wanted().await;
        }
        self.finish();
        self.close_all().await;
    }

    fn stopping(&self) -> bool {
        self.broken || self.with.cancel.is_requested()
    }

    fn change(&self, step: StepId) -> (&Step, &Change) {
        let step = self.with.plan.steps.step(step);
        (step, &self.with.plan.changes[step.change as usize])
    }

    /// Makes calls of all groups that may start. Says whether anything was ready.
    async fn prepare_ready(&mut self) -> bool {
        let mut any = false;
        while !self.stopping()
            && let Some((_, steps)) = self.queue.next_ready()
        {
            any = true;
            self.prepare(&steps).await;
        }
        any
    }

    async fn prepare(&mut self, steps: &[StepId]) {
        let steps = &self.with_ephemerals(steps).await;
        let finalized = finalize(
            self.with.plan,
            steps,
            self.with.evaluator,
            &self.values,
            self.with.registry,
        );
        let mut requests: Vec<(StepId, ApplyRequest)> = Vec::new();
        let mut reads: Vec<(StepId, ReadRequest)> = Vec::new();
        let mut records: Vec<(StepId, Vec<Mutation>)> = Vec::new();
        for (&step, (result, diagnostics)) in steps.iter().zip(finalized) {
            self.done.diagnostics.extend(diagnostics);
            match result {
                Some(Finalized::Apply(request)) => requests.push((step, *request)),
                Some(Finalized::Read(request)) => reads.push((step, *request)),
                Some(Finalized::Record(mutations)) => records.push((step, mutations)),
                None => self.fail(step, Duration::ZERO),
            }
        }
        self.record_only(records);
        let Some(&first) = steps.first() else { return };
        if requests.is_empty() && reads.is_empty() {
            return;
        }
        let provider = self.change(first).1.provider.clone();
        if let Err(diagnostics) = self.open_session(&provider).await {
            self.done.diagnostics.extend(diagnostics);
            let steps = requests
                .iter()
                .map(|(s, _)| *s)
                .chain(reads.iter().map(|(s, _)| *s));
            for step in steps.collect::<Vec<_>>() {
                self.fail(step, Duration::ZERO);
            }
            return;
        }
        if !reads.is_empty() {
            let (steps, requests) = reads.into_iter().unzip();
            self.waiting.push_back(Pending {
                work: Work::Read(provider.clone(), requests),
                steps,
            });
        }
        if requests.is_empty() {
            return;
        }
        if let Some(requests) = self.hold_back(&provider, requests) {
            self.queue_calls(&provider, requests);
        }
    }

    /// Divides what may be done now into calls.
    fn queue_calls(&mut self, provider: &AbsProviderConfig, requests: Vec<(StepId, ApplyRequest)>) {
        let registered = self
            .with
            .registry
            .get(&provider.provider)
            .expect("a session of it is open");
        let (steps, requests): (Vec<_>, Vec<_>) = requests.into_iter().unzip();
        let split = registered.provider.calls(&requests);
        let mut requests: Vec<Option<ApplyRequest>> = requests.into_iter().map(Some).collect();
        for indexes in split {
            let steps = indexes.iter().map(|&i| steps[i]).collect();
            let requests = indexes.iter().filter_map(|&i| requests[i].take()).collect();
            let call = ApplyCall {
                token: (self.with.tokens)(),
                provider: provider.clone(),
                requests,
            };
            self.waiting.push_back(Pending {
                work: Work::Apply(call),
                steps,
            });
        }
    }

    async fn open_session(&mut self, provider: &AbsProviderConfig) -> Result<(), Diagnostics> {
        self.open_for_provider(provider).await;
        let config = final_provider_config(
            provider,
            self.with.evaluator,
            &self.values,
            self.with.registry,
        )?;
        self.with.sessions.get(provider, &config).await.map(drop)
    }

    /// Steps that are only a matter of record.
    fn record_only(&mut self, records: Vec<(StepId, Vec<Mutation>)>) {
        let mutations: Vec<Mutation> = records
            .iter()
            .flat_map(|(_, m)| m.iter().cloned())
            .collect();
        if !mutations.is_empty() {
            let written = self.with.store.write(self.with.store.serial(), &mutations);
            if !self.kept(&written) {
                for (step, _) in records {
                    self.fail(step, Duration::ZERO);
                }
                return;
            }
        }
        for mutation in &mutations {
            self.values.commit(mutation);
        }
        for (step, _) in records {
            if self.change(step).0.kind == StepKind::Forget {
                self.done.forgotten += 1;
            }
            self.queue.done(step);
        }
    }

    /// Starts calls while workers are free; their intents are made durable together.
    fn start_waiting(&mut self) {
        let free = self
            .with
            .parallelism
            .saturating_sub(self.running.len())
            .min(self.waiting.len());
        let starting: Vec<Pending> = self.waiting.drain(..free).collect();
        let calls: Vec<ApplyCall> = starting
            .iter()
            .filter_map(|p| match &p.work {
                Work::Apply(call) => Some(call.clone()),
                Work::Read(..) | Work::Provision => None,
            })
            .collect();
        let mut intents = Vec::new();
        if !calls.is_empty() {
            match self.with.store.begin_all(&calls) {
                Ok(ids) => intents = ids,
                Err(error) => {
                    self.broken(&error);
                    for step in starting.into_iter().flat_map(|p| p.steps) {
                        self.fail(step, Duration::ZERO);
                    }
                    return;
                }
            }
        }
        let mut intents = intents.into_iter();
        for pending in starting {
            for &step in &pending.steps {
                if !self.provisioning.begins(step) {
                    continue;
                }
                let (s, change) = self.change(step);
                let event = Event::StepStarted {
                    addr: change.addr.clone(),
                    kind: s.kind,
                    action: change.action,
                    // What replaces an object has no id yet.
                    id: change
                        .before
                        .as_ref()
                        .filter(|_| !matches!(s.kind, StepKind::Create | StepKind::Read))
                        .and_then(|o| id_of(&o.remote)),
                };
                (self.events)(event);
            }
            let slot = self.next_slot;
            self.next_slot += 1;
            if matches!(pending.work, Work::Provision) && !self.start_provisioner(slot, &pending) {
                continue;
            }
            let intent = self
                .spawn(slot, &pending.work)
                .then(|| intents.next())
                .flatten();
            let now = Instant::now();
            let before = pending
                .steps
                .first()
                .and_then(|&step| self.provisioning.elapsed(step))
                .unwrap_or_default();
            let since = now.checked_sub(before).unwrap_or(now);
            let running = Running {
                intent,
                pending,
                since,
                due: still::next_due(since, now),
            };
            self.running.insert(slot, running);
        }
    }

    /// Starts a worker; says whether it makes a call that has an intent.
    fn spawn(&mut self, slot: u64, work: &Work) -> bool {
        match work {
            Work::Apply(call) => {
                let session = self
                    .with
                    .sessions
                    .opened(&call.provider)
                    .expect("opened when the call was prepared");
                let call = call.clone();
                self.workers.spawn(async move {
                    tokio::select! {
                        answer = session.apply(&call) => (slot, Answer::Applied(answer)),
                        never = probe::inside("request-sent") => match never {},
                    }
                });
                true
            }
            Work::Read(provider, requests) => {
                let session = self
                    .with
                    .sessions
                    .opened(provider)
                    .expect("opened when the read was prepared");
                let requests = requests.clone();
                self.workers
                    .spawn(async move { (slot, Answer::Read(session.read(&requests).await)) });
                false
            }
            // Started by whoever evaluated it.
            Work::Provision => false,
        }
    }

    /// Waits for the next thing to happen, and takes in all that has happened by then.
    async fn wake(&mut self) {
        let cancel = self.with.cancel.clone();
        let now = Instant::now();
        let due = self.running.values().map(|r| r.due).min();
        let pause = due.map_or(still::TOLD_EVERY, |due| due.saturating_duration_since(now));
        let first = tokio::select! {
            joined = self.workers.join_next() => joined,
            line = self.provisioning.next_line() => {
                self.tell_line(line);
                self.tell_lines();
                return;
            }
            () = cancel.forced() => {
                self.workers.abort_all();
                self.running.clear();
                self.done.interrupted = true;
                return;
            }
            () = tokio::time::sleep(pause) => {
                self.still_running();
                return;
            }
        };
        let mut finished = Vec::new();
        let mut next = first;
        while let Some(joined) = next {
            match joined {
                Ok(answer) => finished.push(answer),
                Err(error) => self.done.diagnostics.push(worker_died(&error)),
            }
            next = self.workers.try_join_next();
        }
        self.tell_lines();
        if !finished.is_empty() {
            self.take_in(finished);
        }
        if self.workers.is_empty() && !self.running.is_empty() {
            // Workers that died left their calls behind: the intents stay open, nothing more is started.
            self.running.clear();
            self.broken = true;
        }
    }

    fn take_in(&mut self, finished: Vec<(u64, Answer)>) {
        probe::pass("after-answer");
        let mut outcomes: Vec<(Running, Vec<Outcome>)> = Vec::new();
        let mut provisioned = Vec::new();
        for (slot, answer) in finished {
            let Some(running) = self.running.remove(&slot) else {
                continue;
            };
            if let Answer::Provisioned(result) = answer {
                provisioned.extend(running.pending.steps.first().map(|s| (*s, result)));
                continue;
            }
            let results = self.outcomes_of(&running.pending, answer);
            outcomes.push((running, results));
        }
        let mutations: Vec<Vec<Mutation>> = outcomes
            .iter()
            .map(|(_, results)| {
                results
                    .iter()
                    .flat_map(|o| o.mutations.iter().cloned())
                    .collect()
            })
            .collect();
        let mut commits: Vec<(IntentId, &[Mutation])> = Vec::new();
        let mut loose: Vec<Mutation> = Vec::new();
        for ((running, results), mutations) in outcomes.iter().zip(&mutations) {
            match running.intent {
                Some(intent) if results.iter().all(|o| !o.unsure) => {
                    commits.push((intent, mutations));
                }
                // A read; or unsure of one object: what is known of the others is recorded, the intent stays open.
                _ => loose.extend(mutations.iter().cloned()),
            }
        }
        if !commits.is_empty() {
            let committed = self.with.store.commit_all(&commits);
            self.kept(&committed);
        }
        if !loose.is_empty() && !self.broken {
            let written = self.with.store.write(self.with.store.serial(), &loose);
            self.kept(&written);
        }
        for mutation in mutations.iter().flatten() {
            self.values.commit(mutation);
        }
        for (running, results) in outcomes {
            let elapsed = running.since.elapsed();
            for (&step, result) in running.pending.steps.iter().zip(results) {
                self.settle(step, result, elapsed);
            }
        }
        self.provisioned(provisioned);
    }
}

fn interrupted() -> Diagnostic {
    Diagnostic::error("interrupted", "Interrupted").detail(
        "The apply was stopped before everything was done. All that is known to be done is recorded; run apply again to go on.",
    )
}

fn worker_died(error: &tokio::task::JoinError) -> Diagnostic {
    Diagnostic::error("internal-worker", "A worker died").detail(format!(
        "A task that talks to a provider ended unexpectedly ({error}). Its intent stays in the journal; the next apply finds out what became of it."
    ))
}
