//! Decides how the planner's questions to the outside are answered: batches of different providers at the same time.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_model::{AbsProviderConfig, AbsResourceInstance, Plan, ResourceMode};
use cairn_plan::{ImportRequest, Planner, Progress};
use cairn_provider::{CheckRequest, ReadRequest, ReadResponse, Session};
use cairn_value::Known;
use tokio::task::JoinSet;

use crate::apply::outcome::id_of;
use crate::ephemeral::Open;
use crate::event::{Event, Events};
use crate::sessions::Sessions;

/// Runs a planner to its end. What ephemeral resources are opened on the way are closed again, whatever comes of it.
///
/// # Errors
/// A session could not be configured; without it nothing can be planned.
pub async fn plan(
    planner: Planner<'_>,
    sessions: &mut Sessions<'_>,
    events: Events<'_>,
) -> Result<(Plan, Diagnostics), Diagnostics> {
    let mut open = Open::default();
    let done = rounds(planner, sessions, &mut open, events).await;
    let closing = open.close(events).await;
    match done {
        Ok((mut plan, mut diagnostics)) => {
            plan.errored |= closing.has_errors();
            diagnostics.extend(closing);
            Ok((plan, diagnostics))
        }
        Err(mut diagnostics) => {
            diagnostics.extend(closing);
            Err(diagnostics)
        }
    }
}

async fn rounds(
    mut planner: Planner<'_>,
    sessions: &mut Sessions<'_>,
    open: &mut Open,
    events: Events<'_>,
) -> Result<(Plan, Diagnostics), Diagnostics> {
    loop {
        match planner.advance() {
            Progress::Done(done) => return Ok(*done),
            Progress::NeedsReads(batches) => {
                events(Event::ReadsStarted {
                    objects: batches.iter().map(|b| b.requests.len()).sum(),
                });
                let asked: Vec<Vec<Asked>> = batches
                    .iter()
                    .map(|b| b.requests.iter().map(Asked::of).collect())
                    .collect();
                asked.iter().flatten().for_each(|a| events(a.started()));
                let began = Instant::now();
                let batches = batches
                    .into_iter()
                    .map(|b| (b.provider, b.config, b.requests));
                let told = &mut |batch: usize, answers: &[ReadResponse]| {
                    for (asked, answer) in asked[batch].iter().zip(answers) {
                        events(asked.ended(answer, began));
                    }
                };
                planner.supply(together(sessions, batches.collect(), read, told).await?);
            }
            Progress::NeedsOpens(batches) => {
                planner.supply_opens(open.open(sessions, batches, events).await?);
            }
            Progress::NeedsImports(batches) => {
                let batches = batches
                    .into_iter()
                    .map(|b| (b.provider, b.config, b.requests));
                let batches: Vec<_> = batches.collect();
                let asked: Vec<Vec<Asked>> = batches
                    .iter()
                    .map(|(_, _, requests)| requests.iter().map(Asked::of_import).collect())
                    .collect();
                asked.iter().flatten().for_each(|a| events(a.started()));
                let began = Instant::now();
                let told = &mut |batch: usize, answers: &[Imported]| {
                    for (asked, answer) in asked[batch].iter().zip(answers) {
                        if answer.is_ok() {
                            events(asked.done(asked.id.clone(), began));
                        }
                    }
                };
                planner.supply_imports(together(sessions, batches, import, told).await?);
            }
            Progress::NeedsChecks(batches) => {
                let batches = batches
                    .into_iter()
                    .map(|b| (b.provider, b.config, b.requests));
                let told = &mut |_, _: &[_]| {};
                planner.supply_checks(together(sessions, batches.collect(), check, told).await?);
            }
        }
    }
}

/// What is told of one object of a round.
struct Asked {
    addr: AbsResourceInstance,
    mode: ResourceMode,
    id: Option<String>,
}

impl Asked {
    fn of(request: &ReadRequest) -> Self {
        Self {
            addr: request.addr.clone(),
            mode: request.mode,
            id: request.prior.as_ref().and_then(id_of),
        }
    }

    fn of_import(request: &ImportRequest) -> Self {
        Self {
            addr: request.addr.clone(),
            mode: ResourceMode::Managed,
            id: Some(request.id.clone()),
        }
    }

    fn started(&self) -> Event {
        Event::ReadStarted {
            addr: self.addr.clone(),
            mode: self.mode,
            id: self.id.clone(),
        }
    }

    fn done(&self, id: Option<String>, began: Instant) -> Event {
        Event::ReadDone {
            addr: self.addr.clone(),
            mode: self.mode,
            id,
            elapsed: began.elapsed(),
        }
    }

    fn ended(&self, answer: &ReadResponse, began: Instant) -> Event {
        match answer {
            ReadResponse::Failed(_) => Event::ReadFailed {
                addr: self.addr.clone(),
                mode: self.mode,
                elapsed: began.elapsed(),
            },
            // What is gone is told by the id it had.
            ReadResponse::Absent => self.done(self.id.clone(), began),
            ReadResponse::Present(found) => {
                self.done(self.id.clone().or_else(|| id_of(found)), began)
            }
        }
    }
}

async fn read(session: Arc<dyn Session>, requests: Vec<ReadRequest>) -> Vec<ReadResponse> {
    session.read(&requests).await
}

async fn check(
    session: Arc<dyn Session>,
    requests: Vec<CheckRequest>,
) -> Vec<Vec<cairn_provider::Problem>> {
    session.check(&requests).await
}

async fn import(session: Arc<dyn Session>, requests: Vec<ImportRequest>) -> Vec<Imported> {
    let mut found = Vec::new();
    for request in &requests {
        found.push(session.import(&request.ty, &request.id).await);
    }
    found
}

type Imported = Result<cairn_model::RemoteObject, Vec<cairn_provider::Problem>>;
pub(crate) type Batch<R> = (AbsProviderConfig, Known, Vec<R>);

/// Asks for all batches at once, and tells of each when it is answered; the answers come in the order of the batches.
pub(crate) async fn together<R, A, F>(
    sessions: &mut Sessions<'_>,
    batches: Vec<Batch<R>>,
    ask: fn(Arc<dyn Session>, Vec<R>) -> F,
    answered: &mut (dyn FnMut(usize, &[A]) + Send),
) -> Result<Vec<Vec<A>>, Diagnostics>
where
    A: Send + 'static,
    F: Future<Output = Vec<A>> + Send + 'static,
{
    let mut workers = JoinSet::new();
    let mut answers: Vec<Vec<A>> = Vec::new();
    let mut failed = Diagnostics::new();
    for (i, (provider, config, requests)) in batches.into_iter().enumerate() {
        answers.push(Vec::new());
        match sessions.get(&provider, &config).await {
            Ok(session) => {
                let asked = ask(session, requests);
                workers.spawn(async move { (i, asked.await) });
            }
            Err(diagnostics) => failed.extend(diagnostics),
        }
    }
    while let Some(joined) = workers.join_next().await {
        match joined {
            Ok((i, answer)) => {
                answered(i, &answer);
                answers[i] = answer;
            }
            Err(error) => failed.push(
                Diagnostic::error("internal-worker", "A worker died").detail(format!(
                    "A task that reads from a provider ended unexpectedly ({error})."
                )),
            ),
        }
    }
    failed.result(answers)
}
