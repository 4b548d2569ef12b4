//! Decides how this crate's tests stand in for what surrounds it: a transport with a script, a planner that only proposes,
//! configurations from a few attributes. No test goes over a socket.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use cairn_model::{
    AbsProviderConfig, AbsResourceInstance, ApplyCall, ApplyKind, ApplyRequest, BlockSchema,
    CallToken, InstanceKey, Module, ModuleInstance, RecordInfo, RemoteObject, Resource,
    ResourceMode,
};
use cairn_provider::{PlanRequest, PlanResponse, Provider};
use cairn_value::{Known, Type, Value, name};
use ecs_api::rules::Profile;
use ecs_api::sign::decode_query;
use ecs_api::{Credentials, Secret};

use crate::AlicloudProvider;
use crate::client::{
    Answer, Asked, Client, Endpoints, Policy, Setup, Signature, Source, Transport, TransportError,
};

/// Made once: a schema is large.
static PROVIDER: LazyLock<AlicloudProvider> = LazyLock::new(AlicloudProvider::default);

/// What the script says about one request.
pub(crate) enum Reply {
    /// A success with this body.
    Body(serde_json::Value),
    /// An error answer.
    Error(u16, &'static str),
    /// The request never arrives.
    NotSent,
    /// Its answer never comes.
    Lost,
}

/// Answers by a script, in order, and keeps what it was asked. A request that the script does not expect is a failed test.
#[derive(Default)]
pub(crate) struct Script {
    expected: Mutex<VecDeque<(&'static str, Reply)>>,
    seen: Mutex<Vec<Vec<(String, String)>>>,
}

impl Script {
    pub(crate) fn new(expected: impl IntoIterator<Item = (&'static str, Reply)>) -> Arc<Self> {
        Arc::new(Self {
            expected: Mutex::new(expected.into_iter().collect()),
            seen: Mutex::default(),
        })
    }

    /// A client in cn-hangzhou that asks this script.
    pub(crate) fn client(self: &Arc<Self>) -> Client {
        self.client_by(Source::Given(Credentials {
            access_key_id: "id".to_owned(),
            access_key_secret: Secret::new("secret"),
            security_token: None,
        }))
    }

    /// The same with keys from elsewhere.
    pub(crate) fn client_by(self: &Arc<Self>, source: Source) -> Client {
        Client::new(setup(self.clone(), source))
    }

    /// The value of a parameter in each request that was made, in order.
    pub(crate) fn values(&self, parameter: &str) -> Vec<Option<String>> {
        let seen = self.seen.lock().unwrap();
        seen.iter()
            .map(|params| {
                params
                    .iter()
                    .find(|(n, _)| n == parameter)
                    .map(|(_, v)| v.clone())
            })
            .collect()
    }

    /// Fails where requests are left that were expected.
    pub(crate) fn finished(&self) {
        let left: Vec<&str> = self.expected.lock().unwrap().iter().map(|e| e.0).collect();
        assert!(left.is_empty(), "not asked for: {left:?}");
    }
}

/// What a client in cn-hangzhou is made of.
pub(crate) fn setup(transport: Arc<dyn Transport>, source: Source) -> Setup {
    let counter = AtomicU64::new(0);
    Setup {
        transport,
        endpoints: Endpoints {
            ecs: "http://127.0.0.1:1".to_owned(),
            vpc: "http://127.0.0.1:2".to_owned(),
            sts: "http://127.0.0.1:3".to_owned(),
            resource_manager: "http://127.0.0.1:4".to_owned(),
        },
        source,
        signature: Signature::V1,
        region: "cn-hangzhou".to_owned(),
        policy: Policy::default(),
        rules: Profile::default(),
        random: Arc::new(move || u128::from(counter.fetch_add(1, Ordering::Relaxed)).to_be_bytes()),
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, asked: Asked) -> Result<Answer, TransportError> {
        let params = decode_query(&asked.body);
        let action = params
            .iter()
            .find(|(n, _)| n == "Action")
            .map(|(_, v)| v.clone())
            .unwrap();
        let signed = params.iter().any(|(n, _)| n == "Signature");
        assert!(signed || action == "AssumeRoleWithOIDC");
        self.seen.lock().unwrap().push(params);
        let next = self.expected.lock().unwrap().pop_front();
        let Some((expected, reply)) = next else {
            panic!("{action} was not expected");
        };
        assert_eq!(action, expected);
        let answer = |status, body: &serde_json::Value| {
            Ok(Answer {
                status,
                retry_after: None,
                body: body.to_string().into_bytes(),
            })
        };
        match reply {
            Reply::Body(body) => answer(200, &body),
            Reply::Error(status, code) => answer(
                status,
                &serde_json::json!({"RequestId": "R", "Code": code, "Message": "m"}),
            ),
            Reply::NotSent => Err(TransportError::NotSent("refused".to_owned())),
            Reply::Lost => Err(TransportError::Lost("reset".to_owned())),
        }
    }
}

/// A configuration of a block with these attributes, all others null.
pub(crate) fn config(block: &BlockSchema, attributes: &[(&str, Value)]) -> Value {
    let mut object = block.empty_value().as_object().unwrap().clone();
    for (name, value) in attributes {
        assert!(object.set(name, value.clone()), "no attribute {name}");
    }
    Value::Object(Arc::new(object))
}

/// A set of strings.
pub(crate) fn strings(items: &[&str]) -> Value {
    Value::set(Type::String, items.iter().map(Value::string).collect())
}

/// A map of strings.
pub(crate) fn tags(entries: &[(&str, &str)]) -> Value {
    Value::map(
        Type::String,
        entries.iter().map(|(k, v)| ((*k).into(), Value::string(v))),
    )
}

fn proposed(block: &BlockSchema, prior: Option<&Value>, config: &Value) -> Value {
    let mut object = config.as_object().unwrap().clone();
    let computed = block
        .attributes
        .iter()
        .filter(|(_, a)| a.computed)
        .map(|(n, a)| (n, a.ty.clone(), Value::Null(a.ty.clone())))
        .chain(
            block
                .blocks
                .iter()
                .filter(|(_, b)| b.computed)
                .map(|(n, b)| (n, b.implied_type(), b.empty_value())),
        );
    for (n, ty, none) in computed {
        if *object.get(n).unwrap() == none {
            let value = match prior {
                Some(p) => p.get_attr(n).unwrap().clone(),
                None => Value::unknown(ty),
            };
            object.set(n, value);
        }
    }
    Value::Object(Arc::new(object))
}

/// The address of the `key`-th instance of a resource of this type.
pub(crate) fn addr(ty: &str, key: u64) -> AbsResourceInstance {
    Resource {
        mode: ResourceMode::Managed,
        ty: name(ty),
        name: name("x"),
    }
    .in_module(ModuleInstance::default())
    .instance(InstanceKey::Index(key))
}

/// Plans one object of a type.
pub(crate) fn plan(
    ty: &str,
    prior: Option<&RemoteObject>,
    attributes: &[(&str, Value)],
) -> PlanResponse {
    let block = &PROVIDER.schema().resources[ty].block;
    let config = config(block, attributes);
    let request = PlanRequest {
        addr: &addr(ty, 0),
        ty: &name(ty),
        prior,
        config: &config,
        proposed: &proposed(block, prior.map(|p| p.value.value()), &config),
        provider_config: &Value::null(),
    };
    PROVIDER.plan(&[request]).pop().unwrap()
}

/// A recorded object of a type: these attributes, all others null.
pub(crate) fn recorded(ty: &str, attributes: &[(&str, Value)]) -> RemoteObject {
    let block = &PROVIDER.schema().resources[ty].block;
    RemoteObject {
        value: Known::try_from(config(block, attributes)).unwrap(),
        private: Arc::from([]),
        schema_version: 0,
    }
}

/// The request to make the `key`-th object as planned, or to change it.
pub(crate) fn request(
    ty: &str,
    key: u64,
    prior: Option<RemoteObject>,
    attributes: &[(&str, Value)],
) -> ApplyRequest {
    let answer = plan(ty, prior.as_ref(), attributes);
    assert!(answer.problems.is_empty(), "{:?}", answer.problems);
    ApplyRequest {
        addr: addr(ty, key),
        deposed: None,
        kind: match prior {
            Some(_) => ApplyKind::Update,
            None => ApplyKind::Create,
        },
        ty: name(ty),
        prior,
        planned: answer.planned.unwrap(),
        config: Value::null(),
        given: None,
        planned_private: Arc::from([]),
        record: RecordInfo::default(),
    }
}

/// The request to delete an object.
pub(crate) fn deletion(ty: &str, key: u64, prior: RemoteObject) -> ApplyRequest {
    ApplyRequest {
        addr: addr(ty, key),
        deposed: None,
        kind: ApplyKind::Delete,
        ty: name(ty),
        prior: Some(prior),
        planned: Value::null(),
        config: Value::null(),
        given: None,
        planned_private: Arc::from([]),
        record: RecordInfo::default(),
    }
}

/// A call of these requests.
pub(crate) fn call(requests: Vec<ApplyRequest>) -> ApplyCall {
    ApplyCall {
        token: CallToken(Arc::from("cairn-1")),
        provider: AbsProviderConfig {
            module: Module::default(),
            provider: PROVIDER.addr().clone(),
            alias: None,
            key: InstanceKey::None,
        },
        requests,
    }
}
