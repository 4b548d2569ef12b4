//! Decides which reads that are wanted at the same moment share requests: those of one kind that come within a short time are
//! asked for together. Twenty objects that are being made are looked at by one request, not by twenty.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Client, ClientError};

/// How long the first waits for others.
const GATHER: Duration = Duration::from_millis(25);

/// What all that asked together get: everything that was found.
type Shared<T> = Result<Arc<Vec<T>>, ClientError>;

/// One that waits: what it asks for, and where its answer goes.
type Waiting<T> = (String, oneshot::Sender<Shared<T>>);

/// Those who wait, by what they want read.
pub(crate) struct Together<T>(Mutex<HashMap<&'static str, Vec<Waiting<T>>>>);

impl<T> Default for Together<T> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<T> Together<T> {
    /// Puts one into the queue; says whether it is the first there.
    fn join(&self, kind: &'static str, waiting: Waiting<T>) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = all.entry(kind).or_default();
        queue.push(waiting);
        queue.len() == 1
    }

    fn take(&self, kind: &'static str) -> Vec<Waiting<T>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(kind).unwrap_or_default()
    }
}

impl Client {
    /// Reads something of a kind, together with what others read of it now. `ask` reads at most `most` at a time.
    pub(crate) async fn read_together<F, R>(
        &self,
        kind: &'static str,
        item: String,
        most: usize,
        ask: F,
    ) -> Shared<serde_json::Value>
    where
        F: Fn(Self, Vec<String>) -> R + Clone + Send + 'static,
        R: Future<Output = Result<Vec<serde_json::Value>, ClientError>> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        if self.0.together.join(kind, (item, sender)) {
            // A task of its own: whoever came first may be given up, the others still wait.
            let client = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(GATHER).await;
                let mut waiting = client.0.together.take(kind).into_iter().peekable();
                while waiting.peek().is_some() {
                    let chunk = waiting.by_ref().take(most).collect();
                    tokio::spawn(answer_all(ask.clone(), client.clone(), chunk));
                }
            });
        }
        answer.await.unwrap_or_else(|_| {
            Err(ClientError::Lost {
                action: kind,
                reason: "the read that it was part of was given up".to_owned(),
            })
        })
    }
}

/// Asks once for all of them, and answers them.
async fn answer_all<F, R>(ask: F, client: Client, waiting: Vec<Waiting<serde_json::Value>>)
where
    F: Fn(Client, Vec<String>) -> R,
    R: Future<Output = Result<Vec<serde_json::Value>, ClientError>>,
{
    let mut items: Vec<String> = waiting.iter().map(|(item, _)| item.clone()).collect();
    items.sort();
    items.dedup();
    let asked = ask(client, items);
    let found = asked.await.map(Arc::new);
    for (_, sender) in waiting {
        // One that does not wait any more needs no answer.
        drop(sender.send(found.clone()));
    }
}
