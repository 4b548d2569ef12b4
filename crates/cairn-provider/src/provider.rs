//! Decides the pure half of a provider: what the planner can ask, without a network in sight.

use cairn_model::{ApplyRequest, ProviderAddr, ProviderSchema, ResourceMode};
use cairn_value::{Name, Value};

use crate::{PlanRequest, PlanResponse, Problem};

/// The pure half of a provider. No method may wait, look at a clock, or touch the world.
pub trait Provider: Send + Sync {
    /// Its address.
    fn addr(&self) -> &ProviderAddr;

    /// Whether it plans by the rules that configurations for older providers were written for: an attribute that the
    /// configuration leaves out may be planned with a default, an empty value counts as left out, and a difference that does
    /// not matter is dropped. Planned values of such a provider are not held against the configuration.
    fn is_lenient(&self) -> bool {
        false
    }

    /// Everything it offers.
    fn schema(&self) -> &ProviderSchema;

    /// Checks its own configuration block, which may hold unknown values.
    fn validate_provider(&self, config: &Value) -> Vec<Problem>;

    /// Checks a resource's configuration (an object of the schema's implied type, unmarked, perhaps with unknowns) beyond
    /// what the schema says: ranges, patterns, rules across attributes. Unknown values are passed over.
    fn validate(&self, mode: ResourceMode, ty: &Name, config: &Value) -> Vec<Problem>;

    /// Decides, for each request in order, the planned value and what forces a replacement.
    ///
    /// `proposed` merges configuration and prior object by the schema (an unset computed attribute keeps its prior value, or
    /// is unknown on creation). The answer's planned value must equal the configuration wherever that is set, unless the
    /// provider [is lenient](Self::is_lenient).
    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<PlanResponse>;

    /// Splits requests of one type and kind into remote calls, by index: each index exactly once, each call one remote
    /// mutating request. Also used at plan time (with unknowns in the values) to preview the number of calls.
    fn calls(&self, requests: &[ApplyRequest]) -> Vec<Vec<usize>>;

    /// The name of the remote operation that carries such a request, for the preview: `RunInstances`. Empty where nothing
    /// remote is called; such calls are not counted.
    fn operation(&self, request: &ApplyRequest) -> String;
}
