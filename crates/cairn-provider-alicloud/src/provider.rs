//! Decides how the planner's questions are answered: by the tables of resource types and data sources, and by what each adds.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_model::{ApplyRequest, Batching, ProviderAddr, ProviderSchema, ResourceMode};
use cairn_provider::{PlanRequest, PlanResponse, Problem, Provider};
use cairn_value::{Name, Value, name};
use ecs_api::rules::Profile;

use crate::config;
use crate::data::DataSource;
use crate::describe::{Fields, check_table, plan_object};
use crate::resource::{PlanContext, ResourceType};

/// What is kept with an imported object until it is changed by an apply for the first time.
pub(crate) const IMPORTED: &[u8] = b"imported";

/// All types by name.
pub(crate) struct Types {
    pub(crate) resources: BTreeMap<Name, Arc<dyn ResourceType>>,
    pub(crate) data_sources: BTreeMap<Name, Arc<dyn DataSource>>,
    pub(crate) schema: ProviderSchema,
}

impl Types {
    pub(crate) fn new() -> Arc<Self> {
        let resources: BTreeMap<Name, Arc<dyn ResourceType>> = crate::resource::all()
            .into_iter()
            .map(|t| (name(t.ty()), t))
            .collect();
        let data_sources: BTreeMap<Name, Arc<dyn DataSource>> = crate::data::all()
            .into_iter()
            .map(|t| (name(t.ty()), t))
            .collect();
        let schema = ProviderSchema {
            provider: Arc::new(config::schema()),
            resources: resources
                .iter()
                .map(|(n, t)| (n.clone(), t.table().schema(0, t.batching())))
                .collect(),
            data_sources: data_sources
                .iter()
                .map(|(n, t)| (n.clone(), t.table().schema(0, Batching::default())))
                .collect(),
            ephemerals: BTreeMap::new(),
        };
        Arc::new(Self {
            resources,
            data_sources,
            schema,
        })
    }
}

/// The pure half of the provider for Alibaba Cloud, `registry.terraform.io/aliyun/alicloud`.
pub struct AlicloudProvider {
    addr: ProviderAddr,
    types: Arc<Types>,
    rules: Profile,
}

impl AlicloudProvider {
    /// The provider, whose validation goes by the rules of a profile.
    pub fn new(rules: Profile) -> Self {
        Self {
            addr: ProviderAddr::parse("aliyun/alicloud").expect("a source address of two parts"),
            types: Types::new(),
            rules,
        }
    }
}

impl Default for AlicloudProvider {
    fn default() -> Self {
        Self::new(Profile::default())
    }
}

impl Provider for AlicloudProvider {
    fn addr(&self) -> &ProviderAddr {
        &self.addr
    }

    fn is_lenient(&self) -> bool {
        true
    }

    fn schema(&self) -> &ProviderSchema {
        &self.types.schema
    }

    fn validate_provider(&self, config: &Value) -> Vec<Problem> {
        Fields::of_value(config).map_or_else(Vec::new, config::validate)
    }

    fn validate(&self, mode: ResourceMode, ty: &Name, config: &Value) -> Vec<Problem> {
        let Some(fields) = Fields::of_value(config) else {
            return Vec::new();
        };
        match mode {
            ResourceMode::Managed => {
                let Some(resource) = self.types.resources.get(ty) else {
                    return Vec::new();
                };
                let mut problems = check_table(resource.table(), fields);
                resource.validate(fields, self.rules, &mut problems);
                problems
            }
            ResourceMode::Data => {
                let Some(data) = self.types.data_sources.get(ty) else {
                    return Vec::new();
                };
                check_table(data.table(), fields)
            }
            ResourceMode::Ephemeral => Vec::new(),
        }
    }

    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<PlanResponse> {
        requests.iter().map(|r| self.plan_one(r)).collect()
    }

    fn calls(&self, requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
        let resource = requests
            .first()
            .and_then(|r| self.types.resources.get(&r.ty));
        match resource {
            Some(resource) => resource.calls(requests),
            None => (0..requests.len()).map(|i| vec![i]).collect(),
        }
    }

    fn operation(&self, request: &ApplyRequest) -> String {
        self.types
            .resources
            .get(&request.ty)
            .map_or_else(String::new, |r| r.operation(request).to_owned())
    }
}

impl AlicloudProvider {
    fn plan_one(&self, request: &PlanRequest<'_>) -> PlanResponse {
        let unchanged = || PlanResponse {
            planned: Some(request.proposed.clone()),
            ..PlanResponse::default()
        };
        let Some(resource) = self.types.resources.get(request.ty) else {
            return PlanResponse {
                problems: vec![Problem::error(
                    "unknown-resource-type",
                    "Unknown resource type",
                    format!(
                        "The alicloud provider has no resource type {:?}.",
                        request.ty
                    ),
                )],
                ..PlanResponse::default()
            };
        };
        let (Some(config), Some(proposed)) =
            (request.config.as_object(), request.proposed.as_object())
        else {
            // A deletion: nothing is to be decided.
            return unchanged();
        };
        let prior = request.prior.and_then(|p| p.value.value().as_object());
        let imported = request.prior.is_some_and(|p| *p.private == *IMPORTED);
        let mut planned = plan_object(resource.table(), prior, config, proposed, imported);
        let context = PlanContext {
            prior: prior.map(Fields::of),
            config: Fields::of(config),
            provider: Fields::of_value(request.provider_config),
        };
        if prior.is_none() || !planned.changed.is_empty() {
            resource.adjust(&context, &mut planned);
        }
        if let Some(recorded) = request.prior
            && planned.changed.is_empty()
            && planned.problems.is_empty()
        {
            return PlanResponse {
                planned: Some(recorded.value.value().clone()),
                ..PlanResponse::default()
            };
        }
        if !planned.replace.is_empty() {
            // What a change in place would cost, or could not do, does not matter to an object that is replaced.
            planned.notes.clear();
            planned.problems.clear();
        }
        PlanResponse {
            planned: planned
                .problems
                .is_empty()
                .then(|| Value::Object(Arc::new(planned.object))),
            requires_replace: planned.replace,
            notes: planned.notes,
            private: Arc::from([]),
            problems: planned.problems,
        }
    }
}
