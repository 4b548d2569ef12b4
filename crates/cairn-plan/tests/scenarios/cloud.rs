//! A strict provider with a cloud in memory, for tests of the planner.
//!
//! `test_thing`: `name` (required), `size`, `zone` (replaces), `label` (chosen if not set), `secret` (sensitive), `tags`,
//! `near` (any list of strings), `id`, blocks `disk { size, id }`. `test_lone` is the same and does not batch. Data source
//! `test_lookup`: `filter` (required), `result`. Ephemeral `test_secret`: `seed` (required), `token`; the seed "bad" cannot be
//! opened.

use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::{
    ApplyRequest, AttributeSchema, Batching, BlockSchema, Impact, NestedBlock, Note, ProviderAddr,
    ProviderSchema, RemoteObject, ResourceMode, ResourceSchema,
};
use cairn_provider::{Connect, PlanRequest, PlanResponse, Problem, Provider, Session};
use cairn_value::{Known, Name, Object, Path, Type, Value, name};

pub(crate) struct TestProvider {
    addr: ProviderAddr,
    schema: ProviderSchema,
}

fn thing(batching: Batching) -> ResourceSchema {
    let disk = BlockSchema::new(
        [
            (name("size"), AttributeSchema::required(Type::Number)),
            (name("id"), AttributeSchema::computed(Type::String)),
        ],
        [],
    );
    ResourceSchema {
        version: 0,
        block: Arc::new(BlockSchema::new(
            [
                (name("id"), AttributeSchema::computed(Type::String)),
                (name("name"), AttributeSchema::required(Type::String)),
                (name("size"), AttributeSchema::optional(Type::Number)),
                (name("zone"), AttributeSchema::optional(Type::String)),
                (
                    name("label"),
                    AttributeSchema::optional_computed(Type::String),
                ),
                (
                    name("secret"),
                    AttributeSchema::optional(Type::String).sensitive(),
                ),
                (
                    name("tags"),
                    AttributeSchema::optional(Type::map(Type::String)),
                ),
                (
                    name("near"),
                    AttributeSchema::optional(Type::list(Type::String)),
                ),
            ],
            [(name("disk"), NestedBlock::list(disk, 0, 0))],
        )),
        batching,
    }
}

impl TestProvider {
    pub(crate) fn new() -> Self {
        let lookup = ResourceSchema {
            version: 0,
            block: Arc::new(BlockSchema::new(
                [
                    (name("filter"), AttributeSchema::required(Type::String)),
                    (name("result"), AttributeSchema::computed(Type::String)),
                ],
                [],
            )),
            batching: Batching::default(),
        };
        let secret = ResourceSchema {
            version: 0,
            block: Arc::new(BlockSchema::new(
                [
                    (name("seed"), AttributeSchema::required(Type::String)),
                    (name("token"), AttributeSchema::computed(Type::String)),
                ],
                [],
            )),
            batching: Batching::default(),
        };
        let all = Batching {
            create: true,
            update: true,
            delete: true,
        };
        Self {
            addr: ProviderAddr::implied("test"),
            schema: ProviderSchema {
                provider: Arc::new(BlockSchema::new(
                    [(name("region"), AttributeSchema::optional(Type::String))],
                    [],
                )),
                resources: [
                    (name("test_thing"), thing(all)),
                    (name("test_lone"), thing(Batching::default())),
                ]
                .into(),
                data_sources: [(name("test_lookup"), lookup)].into(),
                ephemerals: [(name("test_secret"), secret)].into(),
            },
        }
    }
}

impl Provider for TestProvider {
    fn addr(&self) -> &ProviderAddr {
        &self.addr
    }

    fn schema(&self) -> &ProviderSchema {
        &self.schema
    }

    fn validate_provider(&self, config: &Value) -> Vec<Problem> {
        match config.get_attr("region").and_then(Value::as_str) {
            Some("nowhere") => vec![
                Problem::error("bad-region", "Invalid region", "There is no such region.")
                    .at(Path::attr("region")),
            ],
            _ => Vec::new(),
        }
    }

    fn validate(&self, _: ResourceMode, _: &Name, config: &Value) -> Vec<Problem> {
        match config.get_attr("size").and_then(Value::as_i64) {
            Some(n) if n < 0 => vec![
                Problem::error("bad-size", "Invalid size", "The size must not be negative.")
                    .at(Path::attr("size")),
            ],
            _ => Vec::new(),
        }
    }

    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<PlanResponse> {
        requests
            .iter()
            .map(|r| {
                let mut response = PlanResponse {
                    planned: Some(r.proposed.clone()),
                    ..PlanResponse::default()
                };
                if let Some(prior) = r.prior {
                    let old = prior.value.value();
                    let differs = |a: &str| {
                        let (o, n) = (old.get_attr(a), r.proposed.get_attr(a));
                        !(o.is_none_or(Value::is_null) && n.is_none_or(Value::is_null)) && o != n
                    };
                    if differs("zone") {
                        response.requires_replace.push(Path::attr("zone"));
                    }
                    if differs("size") {
                        response.notes.push(Note {
                            path: Path::attr("size"),
                            impact: Impact::Reboot,
                            text: "It reboots.".to_owned(),
                        });
                    }
                }
                if r.config.get_attr("name").and_then(Value::as_str) == Some("liar") {
                    let mut lie = r.proposed.as_object().unwrap().clone();
                    lie.set("size", Value::int(99));
                    response.planned = Some(Value::Object(Arc::new(lie)));
                }
                response
            })
            .collect()
    }

    fn calls(&self, requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
        (0..requests.len())
            .collect::<Vec<_>>()
            .chunks(100)
            .map(<[usize]>::to_vec)
            .collect()
    }

    fn operation(&self, request: &ApplyRequest) -> String {
        format!("{:?}Things", request.kind)
    }
}

/// What an apply of a creation or update makes: everything unknown is chosen.
pub(crate) fn make(planned: &Value, id: &str) -> Value {
    match planned {
        Value::Unknown(_) => Value::string(id),
        Value::Object(o) => Value::Object(Arc::new(Object::with_shape(
            o.shape().clone(),
            o.values().iter().map(|v| make(v, id)).collect(),
        ))),
        Value::List(l) => Value::list(
            l.element.clone(),
            l.items.iter().map(|v| make(v, id)).collect(),
        ),
        known => known.clone(),
    }
}

pub(crate) fn remote(value: Value) -> RemoteObject {
    RemoteObject {
        value: Known::try_from(value).expect("made of known values"),
        private: Arc::from([]),
        schema_version: 0,
    }
}

/// Nothing in these tests opens a session.
pub(crate) struct NoConnect;

#[async_trait]
impl Connect for NoConnect {
    async fn configure(&self, _: &Known) -> Result<Arc<dyn Session>, Vec<Problem>> {
        Err(Vec::new())
    }
}
