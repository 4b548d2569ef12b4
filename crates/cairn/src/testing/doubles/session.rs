//! Decides what is read and made of objects that a test has stand-ins for, and that a provider is reached only for others.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::{ApplyCall, ApplyKind, ApplyRequest, RemoteObject, ResourceMode};
use cairn_provider::{
    ApplyResponse, CheckRequest, Connect, Problem, ReadRequest, ReadResponse, Registered, Session,
    UnmanagedObject,
};
use cairn_value::{Known, Name, Value};
use tokio::sync::OnceCell;

use super::generate::completed;
use super::provider::is_of_double;
use super::{Doubles, MARK, in_order, is_double};

/// The half of a provider that touches the world, behind the stand-ins of a run.
pub(super) struct DoubledConnect {
    real: Registered,
    doubles: Arc<Doubles>,
}

impl DoubledConnect {
    pub(super) fn new(real: Registered, doubles: Arc<Doubles>) -> Self {
        Self { real, doubles }
    }
}

#[async_trait]
impl Connect for DoubledConnect {
    async fn configure(&self, config: &Known) -> Result<Arc<dyn Session>, Vec<Problem>> {
        Ok(Arc::new(DoubledSession {
            real: self.real.clone(),
            doubles: self.doubles.clone(),
            config: config.clone(),
            opened: OnceCell::new(),
        }))
    }
}

/// A session that is opened for what has no stand-in, once there is such.
struct DoubledSession {
    real: Registered,
    doubles: Arc<Doubles>,
    config: Known,
    opened: OnceCell<Result<Arc<dyn Session>, Vec<Problem>>>,
}

impl DoubledSession {
    async fn opened(&self) -> Result<&dyn Session, Vec<Problem>> {
        let connect = &self.real.connect;
        let opened = self.opened.get_or_init(|| connect.configure(&self.config));
        match opened.await {
            Ok(session) => Ok(&**session),
            Err(problems) => Err(problems.clone()),
        }
    }

    /// What is read of the stand-in of an object; nothing where it has none.
    fn seen(&self, request: &ReadRequest) -> Option<ReadResponse> {
        let double = self.doubles.of(&request.addr);
        match (&request.prior, request.mode) {
            (Some(prior), _) => (double.is_some() || is_double(Some(prior)))
                .then(|| ReadResponse::Present(Box::new(prior.clone()))),
            (None, ResourceMode::Data) => {
                let double = double?;
                let schema = self.real.provider.schema().data_sources.get(&request.ty)?;
                let absent = Value::is_null;
                let draw = self.doubles.draw(&request.addr);
                let config = &request.config;
                let value = completed(&schema.block, config, double.given, absent, draw);
                Some(match value.and_then(known) {
                    Ok(value) => ReadResponse::Present(Box::new(RemoteObject {
                        value,
                        private: Arc::from(MARK),
                        schema_version: schema.version,
                    })),
                    Err(problems) => ReadResponse::Failed(problems),
                })
            }
            (None, _) => None,
        }
    }

    /// What becomes of a stand-in.
    fn made(&self, request: &ApplyRequest) -> ApplyResponse {
        let schema = self.real.provider.schema().resources.get(&request.ty);
        let version = schema.map_or(0, |s| s.version);
        let (value, private) = match (request.kind, &request.prior, schema) {
            (ApplyKind::Delete, ..) => return ApplyResponse::Done(None, Vec::new()),
            // What the configuration leaves open was made up when the object was.
            (ApplyKind::Update, Some(prior), _) => {
                (Ok(request.planned.clone()), prior.private.clone())
            }
            (_, _, Some(schema)) => {
                let double = self.doubles.of(&request.addr);
                let given = double.and_then(|d| d.given);
                let unknown = Value::is_unknown;
                let draw = self.doubles.draw(&request.addr);
                let value = completed(&schema.block, &request.planned, given, unknown, draw);
                (value, Arc::from(MARK))
            }
            (_, _, None) => (Ok(request.planned.clone()), Arc::from(MARK)),
        };
        match value.and_then(known) {
            Ok(value) => {
                let object = RemoteObject {
                    value,
                    private,
                    schema_version: version,
                };
                ApplyResponse::Done(Some(Box::new(object)), Vec::new())
            }
            Err(problems) => ApplyResponse::NotApplied(problems),
        }
    }
}

fn known(value: Value) -> Result<Known, Vec<Problem>> {
    Known::try_from(value).map_err(|_| {
        vec![Problem::error(
            "mock-not-known",
            "Failed to compute attribute",
            "Something of this object is not known, although all that it depends on has been applied.",
        )]
    })
}

#[async_trait]
impl Session for DoubledSession {
    async fn read(&self, requests: &[ReadRequest]) -> Vec<ReadResponse> {
        let own: Vec<_> = requests.iter().map(|r| self.seen(r)).collect();
        let others = requests.iter().zip(&own).filter(|(_, own)| own.is_none());
        let others: Vec<ReadRequest> = others.map(|(r, _)| r.clone()).collect();
        if others.is_empty() {
            return in_order(own, Vec::new());
        }
        let others = match self.opened().await {
            Ok(session) => session.read(&others).await,
            Err(problems) => {
                let failed = |_: &ReadRequest| ReadResponse::Failed(problems.clone());
                others.iter().map(failed).collect()
            }
        };
        in_order(own, others)
    }

    async fn check(&self, requests: &[CheckRequest]) -> Vec<Vec<Problem>> {
        let own = requests
            .iter()
            .map(|r| self.doubles.of(&r.addr).map(|_| Vec::new()));
        let own: Vec<Option<Vec<Problem>>> = own.collect();
        let others = requests.iter().zip(&own).filter(|(_, own)| own.is_none());
        let others: Vec<CheckRequest> = others.map(|(r, _)| r.clone()).collect();
        if others.is_empty() {
            return in_order(own, Vec::new());
        }
        let others = match self.opened().await {
            Ok(session) => session.check(&others).await,
            Err(problems) => others.iter().map(|_| problems.clone()).collect(),
        };
        in_order(own, others)
    }

    async fn apply(&self, call: &ApplyCall) -> Vec<ApplyResponse> {
        let own = call
            .requests
            .iter()
            .map(|r| is_of_double(r).then(|| self.made(r)));
        let own: Vec<Option<ApplyResponse>> = own.collect();
        let others = call.requests.iter().zip(&own);
        let others = others.filter(|(_, own)| own.is_none());
        let others: Vec<ApplyRequest> = others.map(|(r, _)| r.clone()).collect();
        if others.is_empty() {
            return in_order(own, Vec::new());
        }
        let others = match self.opened().await {
            Ok(session) => {
                let call = ApplyCall {
                    token: call.token.clone(),
                    provider: call.provider.clone(),
                    requests: others,
                };
                session.apply(&call).await
            }
            Err(problems) => {
                let failed = |_: &ApplyRequest| ApplyResponse::NotApplied(problems.clone());
                others.iter().map(failed).collect()
            }
        };
        in_order(own, others)
    }

    /// Stand-ins are never lost: what is not recorded of them did not happen.
    async fn recover(&self, call: &ApplyCall) -> Vec<ApplyResponse> {
        if call.requests.iter().all(is_of_double) {
            let nothing = |_: &ApplyRequest| ApplyResponse::NotApplied(Vec::new());
            return call.requests.iter().map(nothing).collect();
        }
        match self.opened().await {
            Ok(session) => session.recover(call).await,
            Err(problems) => {
                let unsure = |_: &ApplyRequest| ApplyResponse::Unsure(problems.clone());
                call.requests.iter().map(unsure).collect()
            }
        }
    }

    async fn import(&self, ty: &Name, id: &str) -> Result<RemoteObject, Vec<Problem>> {
        self.opened().await?.import(ty, id).await
    }

    async fn unmanaged(
        &self,
        ty: &Name,
        known: &BTreeSet<String>,
    ) -> Result<Vec<UnmanagedObject>, Vec<Problem>> {
        self.opened().await?.unmanaged(ty, known).await
    }
}
