//! Decides what the planner is told: the schema, the plans, and which objects share a call.

use cairn_model::{ApplyRequest, ProviderAddr, ProviderSchema, ResourceMode};
use cairn_provider::{PlanRequest, PlanResponse, Problem, Provider};
use cairn_value::{Name, Value, name};

use crate::terraform_data;

/// The pure half of the builtin provider, `terraform.io/builtin/terraform`.
pub struct BuiltinProvider {
    addr: ProviderAddr,
    schema: ProviderSchema,
}

impl BuiltinProvider {
    /// The provider.
    pub fn new() -> Self {
        Self {
            addr: ProviderAddr::builtin(),
            schema: ProviderSchema {
                resources: [(name(terraform_data::TYPE), terraform_data::schema())].into(),
                ..ProviderSchema::default()
            },
        }
    }
}

impl Default for BuiltinProvider {
    fn default() -> Self {
        Self::new()
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

    fn validate(&self, _: ResourceMode, _: &Name, _: &Value) -> Vec<Problem> {
        Vec::new()
    }

    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<PlanResponse> {
        requests.iter().map(terraform_data::plan).collect()
    }

    fn calls(&self, requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
        (0..requests.len())
            .collect::<Vec<_>>()
            .chunks(terraform_data::PER_CALL)
            .map(<[usize]>::to_vec)
            .collect()
    }

    fn operation(&self, _: &ApplyRequest) -> String {
        String::new()
    }
}
