//! Decides what a builtin resource type or data source must say of itself.

mod fields;
mod plan;

use async_trait::async_trait;
use cairn_model::{ApplyKind, ApplyRequest, RemoteObject, ResourceSchema};
use cairn_provider::{ApplyResponse, PlanRequest, PlanResponse, Problem, ReadResponse};
use cairn_value::Object;

use crate::Surroundings;

pub(crate) use fields::{
    computed, flag, is_set, keepers, list_of, optional, optional_computed, required, text, whole,
    wrong,
};
pub(crate) use plan::{
    Rules, conform, imported, plain_schema, planned, remote, schema_with_blocks,
};

/// The greatest number of objects in one call where nothing is remote: it only bounds the journal's records.
pub(crate) const PER_CALL: usize = 1000;

/// A managed resource type.
#[async_trait]
pub(crate) trait Managed: Send + Sync {
    /// Its schema.
    fn schema(&self) -> ResourceSchema;

    /// Checks a configuration beyond the schema. Unknown values are passed over.
    fn validate(&self, _: &Object) -> Vec<Problem> {
        Vec::new()
    }

    /// Plans one object that is not deleted.
    fn plan(&self, request: &PlanRequest<'_>) -> PlanResponse;

    /// How many objects share a call, and with it a record of the journal.
    fn per_call(&self) -> usize {
        PER_CALL
    }

    /// The object as it is now; what is in the state only is as it is recorded.
    async fn read(&self, _: &dyn Surroundings, prior: &RemoteObject) -> ReadResponse {
        ReadResponse::Present(Box::new(prior.clone()))
    }

    /// Makes the object: fills in what the plan left open.
    async fn create(
        &self,
        with: &dyn Surroundings,
        planned: Object,
    ) -> Result<Object, Vec<Problem>>;

    /// Changes the object in place.
    async fn update(&self, _: &dyn Surroundings, planned: Object) -> Result<Object, Vec<Problem>> {
        Ok(planned)
    }

    /// Deletes the object.
    async fn delete(&self, _: &dyn Surroundings, _: &Object) -> Result<(), Vec<Problem>> {
        Ok(())
    }

    /// What became of a call whose answer was lost. What is in the state only does not exist when it is not recorded there,
    /// and is gone or changed as soon as somebody says so.
    async fn recover(&self, _: &dyn Surroundings, request: &ApplyRequest) -> ApplyResponse {
        match request.kind {
            ApplyKind::Create | ApplyKind::Update => ApplyResponse::NotApplied(Vec::new()),
            ApplyKind::Delete => ApplyResponse::Done(None, Vec::new()),
        }
    }

    /// The object that an import makes of an id; nothing where the type cannot be imported.
    fn import(&self, _: &dyn Surroundings, _: &str) -> Option<Result<Object, Problem>> {
        None
    }
}

/// A data source.
#[async_trait]
pub(crate) trait DataSource: Send + Sync {
    /// Its schema.
    fn schema(&self) -> ResourceSchema;

    /// Checks a configuration beyond the schema. Unknown values are passed over.
    fn validate(&self, _: &Object) -> Vec<Problem> {
        Vec::new()
    }

    /// What it gives for a configuration, which is wholly known.
    async fn read(&self, with: &dyn Surroundings, config: &Object) -> Result<Object, Vec<Problem>>;
}

/// An ephemeral resource type that is open without being kept so, and needs no closing.
#[async_trait]
pub(crate) trait Ephemeral: Send + Sync {
    /// Its schema.
    fn schema(&self) -> ResourceSchema;

    /// Checks a configuration beyond the schema. Unknown values are passed over.
    fn validate(&self, _: &Object) -> Vec<Problem> {
        Vec::new()
    }

    /// What it gives for a configuration, which is wholly known. Asked again, it may give something else.
    async fn open(&self, with: &dyn Surroundings, config: &Object) -> Result<Object, Vec<Problem>>;
}
