//! Decides how ephemeral resources are held open: each is renewed when its provider asked for that, and closed in the end, the
//! last that was opened first.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn_diag::Diagnostics;
use cairn_model::AbsResourceInstance;
use cairn_plan::OpenBatch;
use cairn_provider::{Handle, OpenRequest, Opened, Problem, Session};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::event::{EphemeralWork, Event, Events};
use crate::reads::{Batch, together};
use crate::sessions::{Sessions, diagnostic};

/// What opening one gave.
pub(crate) type Answer = Result<Opened, Vec<Problem>>;

/// The ephemeral resources that are open.
#[derive(Default)]
pub(crate) struct Open {
    all: Vec<One>,
}

struct One {
    handle: Handle,
    session: Arc<dyn Session>,
    renewal: Option<Renewal>,
}

/// The task that renews one in time.
struct Renewal {
    stop: oneshot::Sender<()>,
    task: JoinHandle<(Handle, Vec<Problem>)>,
}

impl Open {
    /// Opens all batches at once; the answers come in their order.
    ///
    /// # Errors
    /// A session could not be configured. What was opened of other batches is held open all the same, until it is closed.
    pub(crate) async fn open(
        &mut self,
        sessions: &mut Sessions<'_>,
        batches: Vec<OpenBatch>,
        events: Events<'_>,
    ) -> Result<Vec<Vec<Answer>>, Diagnostics> {
        let began = Instant::now();
        let mut asked = Vec::new();
        let mut requests: Vec<Batch<OpenRequest>> = Vec::new();
        for b in batches {
            let addrs: Vec<AbsResourceInstance> =
                b.requests.iter().map(|r| r.addr.clone()).collect();
            for addr in &addrs {
                events(Event::EphemeralStarted {
                    addr: addr.clone(),
                    work: EphemeralWork::Open,
                });
            }
            asked.push((b.provider.clone(), addrs));
            requests.push((b.provider, b.config, b.requests));
        }
        let mut opened: Vec<(usize, AbsResourceInstance, Opened)> = Vec::new();
        let note = &mut |batch: usize, answers: &[Answer]| {
            for (addr, answer) in asked[batch].1.iter().zip(answers) {
                let (addr, elapsed) = (addr.clone(), began.elapsed());
                let work = EphemeralWork::Open;
                if let Ok(o) = answer {
                    opened.push((batch, addr.clone(), o.clone()));
                    events(Event::EphemeralDone {
                        addr,
                        work,
                        elapsed,
                    });
                } else {
                    events(Event::EphemeralFailed {
                        addr,
                        work,
                        elapsed,
                    });
                }
            }
        };
        let answers = together(sessions, requests, ask, note).await;
        for (batch, addr, opened) in opened {
            // It is open because it was just asked.
            if let Some(session) = sessions.opened(&asked[batch].0) {
                self.hold(addr, session, &opened);
            }
        }
        answers
    }

    fn hold(&mut self, addr: AbsResourceInstance, session: Arc<dyn Session>, opened: &Opened) {
        let handle = Handle {
            ty: addr.resource.resource.ty.clone(),
            addr,
            private: opened.private.clone(),
        };
        let renewal = opened.renew_in.map(|after| {
            let (stop, stopped) = oneshot::channel();
            let task = renew(session.clone(), handle.clone(), after, stopped);
            Renewal {
                stop,
                task: tokio::spawn(task),
            }
        });
        self.all.push(One {
            handle,
            session,
            renewal,
        });
    }

    /// Closes all that is open. Says what went wrong then, and what could not be renewed before.
    pub(crate) async fn close(&mut self, events: Events<'_>) -> Diagnostics {
        let mut said = Diagnostics::new();
        while let Some(one) = self.all.pop() {
            let mut handle = one.handle;
            let addr = handle.addr.clone();
            let address = addr.to_string();
            if let Some(Renewal { stop, task }) = one.renewal {
                drop(stop);
                // A renewal that died leaves what the provider gave before.
                if let Ok((last, problems)) = task.await {
                    handle = last;
                    said.extend(told(problems, &address));
                }
            }
            events(Event::EphemeralStarted {
                addr: addr.clone(),
                work: EphemeralWork::Close,
            });
            let began = Instant::now();
            let problems = told(one.session.close(&handle).await, &address);
            let (work, elapsed) = (EphemeralWork::Close, began.elapsed());
            if problems.has_errors() {
                events(Event::EphemeralFailed {
                    addr,
                    work,
                    elapsed,
                });
            } else {
                events(Event::EphemeralDone {
                    addr,
                    work,
                    elapsed,
                });
            }
            said.extend(problems);
        }
        said
    }
}

fn told(problems: Vec<Problem>, address: &str) -> Diagnostics {
    problems
        .into_iter()
        .map(|p| diagnostic(p, Some(address)))
        .collect()
}

async fn ask(session: Arc<dyn Session>, requests: Vec<OpenRequest>) -> Vec<Answer> {
    session.open(&requests).await
}

/// Renews one whenever it is due, until it is to be closed or nothing is to be renewed any more. Gives what the provider gave
/// last, and why it could not be renewed.
async fn renew(
    session: Arc<dyn Session>,
    mut handle: Handle,
    mut after: Duration,
    mut stopped: oneshot::Receiver<()>,
) -> (Handle, Vec<Problem>) {
    loop {
        tokio::select! {
            _ = &mut stopped => return (handle, Vec::new()),
            () = tokio::time::sleep(after) => {}
        }
        // Once begun it is not cut off: what it gives is needed for closing.
        match session.renew(&handle).await {
            Ok(renewed) => {
                handle.private = renewed.private;
                match renewed.renew_in {
                    Some(next) => after = next,
                    None => return (handle, Vec::new()),
                }
            }
            Err(problems) => return (handle, problems),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    use async_trait::async_trait;
    use cairn_model::{ApplyCall, RemoteObject};
    use cairn_provider::{ApplyResponse, ReadRequest, ReadResponse, Renewed, UnmanagedObject};
    use cairn_value::{Name, Type, Value};
    use tokio::sync::Notify;

    use super::*;

    /// Notes what is asked of it. The first renewal succeeds, others fail.
    #[derive(Default)]
    struct Fake {
        asked: Mutex<Vec<String>>,
        renewed: Notify,
        /// Renewals ask for another at once.
        again: bool,
    }

    impl Fake {
        fn note(&self, what: &str, handle: &Handle) {
            let private = String::from_utf8_lossy(&handle.private).into_owned();
            let line = format!("{what} {} {private}", handle.addr);
            self.asked.lock().unwrap().push(line);
        }
    }

    #[async_trait]
    impl Session for Fake {
        async fn read(&self, _: &[ReadRequest]) -> Vec<ReadResponse> {
            Vec::new()
        }

        async fn apply(&self, _: &ApplyCall) -> Vec<ApplyResponse> {
            Vec::new()
        }

        async fn recover(&self, _: &ApplyCall) -> Vec<ApplyResponse> {
            Vec::new()
        }

        async fn import(&self, _: &Name, _: &str) -> Result<RemoteObject, Vec<Problem>> {
            Err(Vec::new())
        }

        async fn unmanaged(
            &self,
            _: &Name,
            _: &BTreeSet<String>,
        ) -> Result<Vec<UnmanagedObject>, Vec<Problem>> {
            Ok(Vec::new())
        }

        async fn renew(&self, handle: &Handle) -> Result<Renewed, Vec<Problem>> {
            self.note("renew", handle);
            if &*handle.private == b"renewed" {
                self.renewed.notify_one();
                let lost = Problem::error("lease-lost", "Lease lost", "It ended too early.");
                return Err(vec![lost]);
            }
            if !self.again {
                self.renewed.notify_one();
            }
            Ok(Renewed {
                private: Arc::from(*b"renewed"),
                renew_in: self.again.then_some(Duration::ZERO),
            })
        }

        async fn close(&self, handle: &Handle) -> Vec<Problem> {
            self.note("close", handle);
            Vec::new()
        }
    }

    fn opened(renew_in: Option<Duration>) -> Opened {
        Opened {
            value: Value::Null(Type::Dynamic).try_into().unwrap(),
            private: Arc::from(*b"opened"),
            renew_in,
            problems: Vec::new(),
        }
    }

    fn hold(open: &mut Open, session: &Arc<Fake>, addr: &str, renew_in: Option<Duration>) {
        open.hold(addr.parse().unwrap(), session.clone(), &opened(renew_in));
    }

    #[tokio::test]
    async fn what_was_opened_last_is_closed_first_with_what_the_provider_gave_last() {
        let fake = Arc::new(Fake::default());
        let mut open = Open::default();
        hold(&mut open, &fake, "ephemeral.t.a", Some(Duration::ZERO));
        hold(&mut open, &fake, "ephemeral.t.b", None);
        fake.renewed.notified().await;
        let said = open.close(&mut |_| {}).await;
        assert!(said.is_empty(), "{said:?}");
        let asked = fake.asked.lock().unwrap();
        assert_eq!(
            *asked,
            [
                "renew ephemeral.t.a opened",
                "close ephemeral.t.b opened",
                "close ephemeral.t.a renewed",
            ]
        );
    }

    #[tokio::test]
    async fn a_renewal_that_fails_is_said_when_it_is_closed() {
        let fake = Arc::new(Fake {
            again: true,
            ..Fake::default()
        });
        let mut open = Open::default();
        hold(&mut open, &fake, "ephemeral.t.a", Some(Duration::ZERO));
        fake.renewed.notified().await;
        let said = open.close(&mut |_| {}).await;
        let said: Vec<_> = said
            .iter()
            .map(|d| (d.code, d.address.as_deref()))
            .collect();
        assert_eq!(said, [("lease-lost", Some("ephemeral.t.a"))]);
        let asked = fake.asked.lock().unwrap();
        assert_eq!(asked.last().unwrap(), "close ephemeral.t.a renewed");
    }

    #[tokio::test]
    async fn what_is_not_due_is_closed_without_waiting_for_it() {
        let fake = Arc::new(Fake::default());
        let mut open = Open::default();
        hold(&mut open, &fake, "ephemeral.t.a", Some(Duration::MAX));
        let mut told = Vec::new();
        let said = open
            .close(&mut |e| {
                if let Event::EphemeralDone { addr, work, .. } = e {
                    told.push((addr.to_string(), work));
                }
            })
            .await;
        assert!(said.is_empty());
        assert_eq!(*fake.asked.lock().unwrap(), ["close ephemeral.t.a opened"]);
        assert_eq!(told, [("ephemeral.t.a".to_owned(), EphemeralWork::Close)]);
    }
}
