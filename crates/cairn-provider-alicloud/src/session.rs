//! Decides who answers a session's requests: each resource type or data source those of its own, and how a session is made
//! from the provider's configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::{ApplyCall, ApplyKind, BlockSchema, RemoteObject, ResourceMode};
use cairn_provider::{
    ApplyResponse, CheckRequest, Connect, Problem, ReadRequest, ReadResponse, Session,
    UnmanagedObject,
};
use cairn_value::{Known, Name, Object, Value};

use crate::client::{Client, Http, Policy, RandomSource, Setup};
use crate::config::{self, Environment};
use crate::provider::{IMPORTED, Types};
use crate::resource::{ReadItem, ResourceType, Why, recover_delete, recover_update};

/// Makes sessions of the provider for Alibaba Cloud.
pub struct AlicloudConnect {
    environment: Environment,
    random: RandomSource,
    types: Arc<Types>,
}

impl AlicloudConnect {
    /// With what the process knows of credentials and endpoints, and a source of randomness for nonces and pauses.
    pub fn new(environment: Environment, random: RandomSource) -> Self {
        Self {
            environment,
            random,
            types: Types::new(),
        }
    }
}

#[async_trait]
impl Connect for AlicloudConnect {
    async fn configure(&self, config: &Known) -> Result<Arc<dyn Session>, Vec<Problem>> {
        let settings = config::settings(config.value(), &self.environment)?;
        let transport =
            Http::new(settings.connect_timeout, settings.exchange_timeout).map_err(|reason| {
                vec![Problem::error(
                    "no-http-client",
                    "HTTP client cannot be made",
                    format!("The client for HTTPS could not be set up: {reason}."),
                )]
            })?;
        let policy = Policy {
            patience: settings.patience.unwrap_or(Policy::default().patience),
            ..Policy::default()
        };
        let client = Client::new(Setup {
            transport: Arc::new(transport),
            endpoints: settings.endpoints,
            source: settings.source,
            signature: settings.signature,
            region: settings.region,
            policy,
            rules: self.environment.rules,
            random: self.random.clone(),
        });
        Ok(Arc::new(AlicloudSession {
            client,
            types: self.types.clone(),
        }))
    }
}

/// An object of which nothing is known but that it exists: what the cloud tells is taken, empty or not.
fn nothing_known(block: &BlockSchema) -> Object {
    let empty = block.empty_value();
    let mut object = empty
        .as_object()
        .expect("the empty value of a block is an object")
        .clone();
    for (name, attribute) in &block.attributes {
        object.set(name, Value::unknown(attribute.ty.clone()));
    }
    for (name, nested) in block.blocks.iter().filter(|(_, b)| b.computed) {
        object.set(name, Value::unknown(nested.implied_type()));
    }
    object
}

/// A configured provider.
pub(crate) struct AlicloudSession {
    pub(crate) client: Client,
    pub(crate) types: Arc<Types>,
}

impl AlicloudSession {
    fn resource(&self, ty: &Name) -> Result<&Arc<dyn ResourceType>, Problem> {
        self.types.resources.get(ty).ok_or_else(|| {
            Problem::error(
                "unknown-resource-type",
                "Unknown resource type",
                format!("The alicloud provider has no resource type {ty:?}."),
            )
        })
    }

    /// Refreshes the objects of one type.
    async fn refresh(&self, ty: &Name, requests: &[&ReadRequest]) -> Vec<ReadResponse> {
        let resource = match self.resource(ty) {
            Ok(resource) => resource,
            Err(p) => {
                return requests
                    .iter()
                    .map(|_| ReadResponse::Failed(vec![p.clone()]))
                    .collect();
            }
        };
        let items: Vec<Option<ReadItem>> = requests
            .iter()
            .map(|r| {
                let base = r.prior.as_ref()?.value.value().as_object()?;
                Some(ReadItem {
                    id: base.get("id")?.as_str()?.to_owned(),
                    base: base.clone(),
                    why: Why::Refresh,
                })
            })
            .collect();
        let mut found = resource
            .read(&self.client, items.iter().flatten().cloned().collect())
            .await
            .into_iter();
        items
            .iter()
            .zip(requests)
            .map(|(item, request)| {
                let answer = item.as_ref().and_then(|_| found.next());
                match answer {
                    Some(Ok(Some(object))) => {
                        let recorded = request.prior.as_ref().map(|p| p.private.clone());
                        let private = recorded.unwrap_or_else(|| object.private.clone());
                        ReadResponse::Present(Box::new(RemoteObject { private, ..object }))
                    }
                    Some(Ok(None)) => ReadResponse::Absent,
                    Some(Err(error)) => {
                        ReadResponse::Failed(vec![error.problem(|p| resource.attribute(p))])
                    }
                    None => ReadResponse::Failed(vec![Problem::error(
                        "recorded-object-without-id",
                        "Recorded object has no id",
                        "The state holds an object without an id, so it cannot be looked up. Remove it from the state and import it.",
                    )]),
                }
            })
            .collect()
    }

    async fn data(&self, request: &ReadRequest) -> ReadResponse {
        let Some(data) = self.types.data_sources.get(&request.ty) else {
            return ReadResponse::Failed(vec![Problem::error(
                "unknown-data-source",
                "Unknown data source",
                format!("The alicloud provider has no data source {:?}.", request.ty),
            )]);
        };
        let empty = self.types.schema.data_sources[&request.ty]
            .block
            .empty_value();
        match crate::data::read(data.as_ref(), &self.client, &request.config, &empty).await {
            Ok(object) => ReadResponse::Present(Box::new(object)),
            Err(problems) => ReadResponse::Failed(problems),
        }
    }
}

#[async_trait]
impl Session for AlicloudSession {
    async fn read(&self, requests: &[ReadRequest]) -> Vec<ReadResponse> {
        let mut answers: Vec<Option<ReadResponse>> = requests.iter().map(|_| None).collect();
        let mut by_type: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
        for (i, request) in requests.iter().enumerate() {
            match request.mode {
                ResourceMode::Managed => by_type.entry(&request.ty).or_default().push(i),
                ResourceMode::Data | ResourceMode::Ephemeral => {
                    answers[i] = Some(self.data(request).await);
                }
            }
        }
        for (ty, places) in by_type {
            let of_type: Vec<&ReadRequest> = places.iter().map(|i| &requests[*i]).collect();
            let found = self.refresh(ty, &of_type).await;
            for (i, answer) in places.into_iter().zip(found) {
                answers[i] = Some(answer);
            }
        }
        answers
            .into_iter()
            .map(|a| a.expect("every request is managed or data"))
            .collect()
    }

    async fn check(&self, requests: &[CheckRequest]) -> Vec<Vec<Problem>> {
        let mut answers: Vec<Vec<Problem>> = requests.iter().map(|_| Vec::new()).collect();
        let mut by_type: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
        for (i, request) in requests.iter().enumerate() {
            by_type.entry(&request.ty).or_default().push(i);
        }
        for (ty, places) in by_type {
            let Ok(resource) = self.resource(ty) else {
                continue;
            };
            let of_type: Vec<CheckRequest> = places.iter().map(|i| requests[*i].clone()).collect();
            let found = resource.check(&self.client, &of_type).await;
            for (i, problems) in places.into_iter().zip(found) {
                answers[i] = problems;
            }
        }
        answers
    }

    async fn apply(&self, call: &ApplyCall) -> Vec<ApplyResponse> {
        let Some(first) = call.requests.first() else {
            return Vec::new();
        };
        let resource = match self.resource(&first.ty) {
            Ok(resource) => resource,
            Err(p) => {
                return call
                    .requests
                    .iter()
                    .map(|_| ApplyResponse::NotApplied(vec![p.clone()]))
                    .collect();
            }
        };
        match first.kind {
            ApplyKind::Create => resource.create(&self.client, call).await,
            ApplyKind::Update => resource.update(&self.client, call).await,
            ApplyKind::Delete => resource.delete(&self.client, call).await,
        }
    }

    async fn recover(&self, call: &ApplyCall) -> Vec<ApplyResponse> {
        let Some(first) = call.requests.first() else {
            return Vec::new();
        };
        let resource = match self.resource(&first.ty) {
            Ok(resource) => resource,
            Err(p) => {
                return call
                    .requests
                    .iter()
                    .map(|_| ApplyResponse::Unsure(vec![p.clone()]))
                    .collect();
            }
        };
        match first.kind {
            ApplyKind::Create => resource.recover_create(&self.client, call).await,
            ApplyKind::Update => recover_update(resource.as_ref(), &self.client, call).await,
            ApplyKind::Delete => recover_delete(resource.as_ref(), &self.client, call).await,
        }
    }

    async fn import(&self, ty: &Name, id: &str) -> Result<RemoteObject, Vec<Problem>> {
        let resource = self.resource(ty).map_err(|p| vec![p])?;
        let item = ReadItem {
            id: id.to_owned(),
            base: nothing_known(&self.types.schema.resources[ty].block),
            why: Why::Import,
        };
        let mut found = resource.read(&self.client, vec![item]).await;
        match found.pop() {
            Some(Ok(Some(object))) => Ok(RemoteObject {
                private: Arc::from(IMPORTED),
                ..object
            }),
            Some(Err(error)) => Err(vec![error.problem(|p| resource.attribute(p))]),
            Some(Ok(None)) | None => Err(vec![Problem::error(
                "import-not-found",
                "Object to import not found",
                format!(
                    "There is no object of type {ty} with the id {id:?} in the region {}. Check the id and the region.",
                    self.client.region()
                ),
            )]),
        }
    }

    fn region(&self) -> String {
        self.client.region()
    }

    async fn unmanaged(
        &self,
        ty: &Name,
        known: &BTreeSet<String>,
    ) -> Result<Vec<UnmanagedObject>, Vec<Problem>> {
        let resource = self.resource(ty).map_err(|p| vec![p])?;
        match resource.list(&self.client).await {
            Ok(all) => Ok(all.into_iter().filter(|o| !known.contains(&o.id)).collect()),
            Err(error) => Err(vec![error.problem(|_| None)]),
        }
    }
}
