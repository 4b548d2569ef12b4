//! Decides how the planner's questions to the outside are answered: batches of different providers at the same time.

use std::future::Future;
use std::sync::Arc;

use cairn_diag::{Diagnostic, Diagnostics};
use cairn_model::{AbsProviderConfig, Plan};
use cairn_plan::{ImportRequest, Planner, Progress};
use cairn_provider::{CheckRequest, ReadRequest, Session};
use cairn_value::Known;
use tokio::task::JoinSet;

use crate::event::{Event, Events};
use crate::sessions::Sessions;

/// Runs a planner to its end.
///
/// # Errors
/// A session could not be configured; without it nothing can be planned.
pub async fn plan(
    mut planner: Planner<'_>,
    sessions: &mut Sessions<'_>,
    events: Events<'_>,
) -> Result<(Plan, Diagnostics), Diagnostics> {
    loop {
        match planner.advance() {
            Progress::Done(done) => return Ok(*done),
            Progress::NeedsReads(batches) => {
                events(Event::ReadsStarted {
                    objects: batches.iter().map(|b| b.requests.len()).sum(),
                });
                let batches = batches
                    .into_iter()
                    .map(|b| (b.provider, b.config, b.requests));
                planner.supply(together(sessions, batches.collect(), read).await?);
            }
            Progress::NeedsImports(batches) => {
                let batches = batches
                    .into_iter()
                    .map(|b| (b.provider, b.config, b.requests));
                planner.supply_imports(together(sessions, batches.collect(), import).await?);
            }
            Progress::NeedsChecks(batches) => {
                let batches = batches
                    .into_iter()
                    .map(|b| (b.provider, b.config, b.requests));
                planner.supply_checks(together(sessions, batches.collect(), check).await?);
            }
        }
    }
}

async fn read(
    session: Arc<dyn Session>,
    requests: Vec<ReadRequest>,
) -> Vec<cairn_provider::ReadResponse> {
    session.read(&requests).await
}

async fn check(
    session: Arc<dyn Session>,
    requests: Vec<CheckRequest>,
) -> Vec<Vec<cairn_provider::Problem>> {
    session.check(&requests).await
}

async fn import(
    session: Arc<dyn Session>,
    requests: Vec<ImportRequest>,
) -> Vec<Result<cairn_model::RemoteObject, Vec<cairn_provider::Problem>>> {
    let mut found = Vec::new();
    for request in &requests {
        found.push(session.import(&request.ty, &request.id).await);
    }
    found
}

type Batch<R> = (AbsProviderConfig, Known, Vec<R>);

/// Asks for all batches at once; the answers come in the order of the batches.
async fn together<R, A, F>(
    sessions: &mut Sessions<'_>,
    batches: Vec<Batch<R>>,
    ask: fn(Arc<dyn Session>, Vec<R>) -> F,
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
            Ok((i, answer)) => answers[i] = answer,
            Err(error) => failed.push(
                Diagnostic::error("internal-worker", "A worker died").detail(format!(
                    "A task that reads from a provider ended unexpectedly ({error})."
                )),
            ),
        }
    }
    failed.result(answers)
}
