//! Decides what the planner is told of a builtin provider: the schema, the plans, and which objects share a call.

use std::collections::BTreeMap;

use cairn_model::{ApplyRequest, ProviderAddr, ProviderSchema, ResourceMode};
use cairn_provider::{PlanRequest, PlanResponse, Problem, Provider};
use cairn_value::{Name, Path, Type, Value, name};

use crate::kit::{DataSource, Ephemeral, Managed};

/// The pure half of a builtin provider.
pub struct BuiltinProvider {
    addr: ProviderAddr,
    schema: ProviderSchema,
    managed: BTreeMap<Name, Box<dyn Managed>>,
    data: BTreeMap<Name, Box<dyn DataSource>>,
    ephemerals: BTreeMap<Name, Box<dyn Ephemeral>>,
}

impl BuiltinProvider {
    /// Every one of them, that of `terraform_data` first.
    pub fn all() -> Vec<Self> {
        vec![
            Self::terraform(),
            crate::random::provider(),
            crate::null::provider(),
            crate::local::provider(),
            crate::time::provider(),
            crate::template::provider(),
            crate::cloudinit::provider(),
        ]
    }

    /// `terraform.io/builtin/terraform`.
    pub fn terraform() -> Self {
        crate::terraform::provider()
    }

    /// The provider of these types that a bare name means.
    pub(crate) fn new(
        ty: &str,
        managed: impl IntoIterator<Item = (&'static str, Box<dyn Managed>)>,
        data: impl IntoIterator<Item = (&'static str, Box<dyn DataSource>)>,
    ) -> Self {
        let managed: BTreeMap<Name, Box<dyn Managed>> =
            managed.into_iter().map(|(n, t)| (name(n), t)).collect();
        let data: BTreeMap<Name, Box<dyn DataSource>> =
            data.into_iter().map(|(n, t)| (name(n), t)).collect();
        Self {
            addr: ProviderAddr::implied(ty),
            schema: ProviderSchema {
                resources: managed
                    .iter()
                    .map(|(n, t)| (n.clone(), t.schema()))
                    .collect(),
                data_sources: data.iter().map(|(n, t)| (n.clone(), t.schema())).collect(),
                ..ProviderSchema::default()
            },
            managed,
            data,
            ephemerals: BTreeMap::new(),
        }
    }

    /// The same with ephemeral resource types.
    pub(crate) fn with_ephemerals(
        mut self,
        types: impl IntoIterator<Item = (&'static str, Box<dyn Ephemeral>)>,
    ) -> Self {
        for (n, ty) in types {
            self.schema.ephemerals.insert(name(n), ty.schema());
            self.ephemerals.insert(name(n), ty);
        }
        self
    }

    pub(crate) fn managed(&self, ty: &str) -> Option<&dyn Managed> {
        self.managed.get(ty).map(|t| &**t)
    }

    pub(crate) fn data(&self, ty: &str) -> Option<&dyn DataSource> {
        self.data.get(ty).map(|t| &**t)
    }

    pub(crate) fn ephemeral(&self, ty: &str) -> Option<&dyn Ephemeral> {
        self.ephemerals.get(ty).map(|t| &**t)
    }
}

impl Provider for BuiltinProvider {
    fn addr(&self) -> &ProviderAddr {
        &self.addr
    }

    fn schema(&self) -> &ProviderSchema {
        &self.schema
    }

    fn validate_provider(&self, _: &Value) -> Vec<Problem> {
        Vec::new()
    }

    fn validate(&self, mode: ResourceMode, ty: &Name, config: &Value) -> Vec<Problem> {
        let Some(object) = config.as_object() else {
            return Vec::new();
        };
        let (schemas, mut problems) = match mode {
            ResourceMode::Managed => (
                &self.schema.resources,
                self.managed(ty).map(|t| t.validate(object)),
            ),
            ResourceMode::Data => (
                &self.schema.data_sources,
                self.data(ty).map(|t| t.validate(object)),
            ),
            ResourceMode::Ephemeral => (
                &self.schema.ephemerals,
                self.ephemeral(ty).map(|t| t.validate(object)),
            ),
        };
        let mut problems = problems.take().unwrap_or_default();
        // Every number of these providers counts something.
        for (n, a) in schemas.get(ty).iter().flat_map(|s| &s.block.attributes) {
            if a.ty == Type::Number
                && let Some(Value::Number(number)) = object.get(n)
                && number.to_i64().is_none()
            {
                problems.push(
                    Problem::error(
                        "invalid-attribute-value",
                        "Invalid attribute value",
                        format!("The attribute {n} takes a whole number of at most 64 bits."),
                    )
                    .at(Path::attr(n.clone())),
                );
            }
        }
        problems
    }

    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<PlanResponse> {
        requests
            .iter()
            .map(|r| match self.managed(r.ty) {
                Some(ty) if r.proposed.as_object().is_some() => ty.plan(r),
                // A deletion: there is nothing to decide.
                _ => PlanResponse {
                    planned: Some(r.proposed.clone()),
                    ..PlanResponse::default()
                },
            })
            .collect()
    }

    fn calls(&self, requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
        let size = requests
            .first()
            .and_then(|r| self.managed(&r.ty))
            .map_or(1, Managed::per_call);
        (0..requests.len())
            .collect::<Vec<_>>()
            .chunks(size)
            .map(<[usize]>::to_vec)
            .collect()
    }

    fn operation(&self, _: &ApplyRequest) -> String {
        String::new()
    }
}
