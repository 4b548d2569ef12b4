//! Decides what a resource type has to say for itself, and which types there are. What follows for all types alike (schema,
//! validation, plan) is in `describe`; when they are asked is decided in `provider` and `session`.

mod answers;
mod command;
pub(crate) mod described;
mod disk;
mod eip;
pub(crate) mod instance;
mod key_pair;
mod routes;
mod security_group;
mod security_group_rule;
pub(crate) mod tags;
mod vpc;
mod vswitch;

use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::{ApplyCall, ApplyRequest, Batching, RemoteObject};
use cairn_provider::{ApplyResponse, CheckRequest, Problem, UnmanagedObject};
use cairn_value::{Object, Path};
use ecs_api::rules::Profile;

use crate::client::{Client, ClientError};
use crate::describe::{Fields, Planned, Table};

pub(crate) use answers::{recover_delete, recover_update};

/// What a read starts from.
#[derive(Clone, Debug)]
pub(crate) struct ReadItem {
    /// The object's id.
    pub(crate) id: String,
    /// What is recorded or planned of it; what the cloud does not tell stays as it is here.
    pub(crate) base: Object,
    /// Why it is read.
    pub(crate) why: Why,
}

/// Why an object is read, which decides what is worth asking for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It is recorded, and may have changed: all that is used is asked for.
    Refresh,
    /// It was just made or changed as planned: what was just sent need not be asked for.
    Applied,
    /// It is imported: nothing of it is recorded, so everything is asked for that can be.
    Import,
}

/// What a read finds of one object; nothing where it is gone.
pub(crate) type Found = Result<Option<RemoteObject>, ClientError>;

/// One resource type: its table, and what it asks of the API.
#[async_trait]
pub(crate) trait ResourceType: Send + Sync {
    /// Its name.
    fn ty(&self) -> &'static str;

    /// Its attributes.
    fn table(&self) -> &Table;

    /// Which kinds of steps share calls.
    fn batching(&self) -> Batching {
        Batching::default()
    }

    /// Rules beyond the table's.
    fn validate(&self, _config: Fields<'_>, _rules: Profile, _problems: &mut Vec<Problem>) {}

    /// What the table does not know of a plan.
    fn adjust(&self, _context: &PlanContext<'_>, _planned: &mut Planned) {}

    /// The operation that carries a request.
    fn operation(&self, request: &ApplyRequest) -> &'static str;

    /// Splits requests of one kind into calls.
    fn calls(&self, requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
        (0..requests.len()).map(|i| vec![i]).collect()
    }

    /// The attribute that a parameter of a request stands for.
    fn attribute(&self, parameter: &str) -> Option<Path>;

    /// Checks planned objects against the world.
    async fn check(&self, _client: &Client, requests: &[CheckRequest]) -> Vec<Vec<Problem>> {
        requests.iter().map(|_| Vec::new()).collect()
    }

    /// Reads objects by id, in order.
    async fn read(&self, client: &Client, items: Vec<ReadItem>) -> Vec<Found>;

    /// Makes objects.
    async fn create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse>;

    /// Changes objects in place.
    async fn update(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse>;

    /// Deletes objects.
    async fn delete(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse>;

    /// Finds what a creation made whose answer was lost.
    async fn recover_create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse>;

    /// Objects of the region; empty for types that cannot be listed.
    async fn list(&self, _client: &Client) -> Result<Vec<UnmanagedObject>, ClientError> {
        Ok(Vec::new())
    }
}

/// What a plan is made from.
pub(crate) struct PlanContext<'a> {
    /// The recorded object; nothing for a creation.
    pub(crate) prior: Option<Fields<'a>>,
    /// The configuration.
    pub(crate) config: Fields<'a>,
    /// The provider's own configuration, where it is known.
    pub(crate) provider: Option<Fields<'a>>,
}

/// All resource types.
pub(crate) fn all() -> Vec<Arc<dyn ResourceType>> {
    vec![
        Arc::new(vpc::Vpc::new()),
        Arc::new(vswitch::VSwitch::new()),
        Arc::new(security_group::SecurityGroup::new()),
        Arc::new(security_group_rule::SecurityGroupRule::new()),
        Arc::new(instance::Instance::new()),
        Arc::new(disk::disk("alicloud_disk")),
        Arc::new(disk::disk("alicloud_ecs_disk")),
        Arc::new(disk::attachment("alicloud_disk_attachment")),
        Arc::new(disk::attachment("alicloud_ecs_disk_attachment")),
        Arc::new(eip::address("alicloud_eip_address")),
        Arc::new(eip::address("alicloud_eip")),
        Arc::new(eip::association()),
        Arc::new(command::command()),
        Arc::new(command::invocation()),
        Arc::new(key_pair::key_pair("alicloud_key_pair")),
        Arc::new(key_pair::key_pair("alicloud_ecs_key_pair")),
        Arc::new(routes::route_table()),
        Arc::new(routes::route_table_attachment()),
        Arc::new(routes::route_entry()),
    ]
}

/// The planned object of a request.
pub(crate) fn planned(request: &ApplyRequest) -> Fields<'_> {
    Fields::of(planned_object(request))
}

pub(crate) fn planned_object(request: &ApplyRequest) -> &Object {
    request
        .planned
        .as_object()
        .expect("creations and updates have a planned object")
}

/// The recorded object of a request.
pub(crate) fn prior(request: &ApplyRequest) -> Fields<'_> {
    Fields::of(prior_object(request))
}

pub(crate) fn prior_object(request: &ApplyRequest) -> &Object {
    request
        .prior
        .as_ref()
        .and_then(|p| p.value.value().as_object())
        .expect("updates and deletions have a recorded object")
}

/// The id of the recorded object of a request.
pub(crate) fn prior_id(request: &ApplyRequest) -> String {
    prior(request).string("id").unwrap_or_default()
}

/// The path of an attribute by a table of parameters and attributes.
pub(crate) fn by_table(table: &[(&str, &str)], parameter: &str) -> Option<Path> {
    table
        .iter()
        .find(|(p, _)| *p == parameter)
        .map(|(_, a)| Path::attr(*a))
}
