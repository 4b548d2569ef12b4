//! Decides what `alicloud_instance` is, file by file: attributes in `schema`, plan rules in `plan`, what is looked up while
//! planning in `check`, and for a preflight in `preflight`, parameters in `params`, data disks in `data_disks`, which instances share a call in `calls`, and the life in `create`, `read`,
//! `update`, `delete`.

mod calls;
mod check;
mod create;
mod data_disks;
mod delete;
mod lookups;
mod params;
mod plan;
mod preflight;
mod read;
mod schema;
mod update;

use async_trait::async_trait;
use cairn_model::{ApplyCall, ApplyKind, ApplyRequest, Batching};
use cairn_provider::{ApplyResponse, CheckRequest, Problem, UnmanagedObject};
use cairn_value::{Path, name};
use ecs_api::ops;
use ecs_api::rules::Profile;

use super::{Found, PlanContext, ReadItem, ResourceType};
use crate::client::{Client, ClientError};
use crate::describe::{Fields, Planned, Table};

use plan::interface_type;

/// `alicloud_instance`
pub(crate) struct Instance {
    table: Table,
}

impl Instance {
    pub(crate) fn new() -> Self {
        Self {
            table: schema::table(),
        }
    }
}

#[async_trait]
impl ResourceType for Instance {
    fn ty(&self) -> &'static str {
        "alicloud_instance"
    }

    fn table(&self) -> &Table {
        &self.table
    }

    fn batching(&self) -> Batching {
        Batching {
            create: true,
            update: true,
            delete: true,
        }
    }

    fn validate(&self, config: Fields<'_>, rules: Profile, problems: &mut Vec<Problem>) {
        plan::validate(config, rules, problems);
    }

    fn adjust(&self, context: &PlanContext<'_>, planned: &mut Planned) {
        plan::adjust(context, planned);
    }

    fn operation(&self, request: &ApplyRequest) -> &'static str {
        match request.kind {
            ApplyKind::Create => "RunInstances",
            ApplyKind::Update => update::operation(request),
            ApplyKind::Delete => "DeleteInstances",
        }
    }

    fn calls(&self, requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
        calls::calls(requests)
    }

    fn attribute(&self, parameter: &str) -> Option<Path> {
        params::attribute(parameter)
    }

    async fn check(&self, client: &Client, requests: &[CheckRequest]) -> Vec<Vec<Problem>> {
        let mut problems = check::check(client, requests).await;
        preflight::preflight(client, requests, &mut problems).await;
        problems
    }

    async fn read(&self, client: &Client, items: Vec<ReadItem>) -> Vec<Found> {
        read::read(self, client, items, None).await
    }

    async fn create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        create::create(self, client, call).await
    }

    async fn update(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        update::update(self, client, call).await
    }

    async fn delete(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        delete::delete(client, call).await
    }

    async fn recover_create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        create::recover(self, client, call).await
    }

    async fn list(&self, client: &Client) -> Result<Vec<UnmanagedObject>, ClientError> {
        let all = client
            .all(ops::DescribeInstances {
                region_id: client.region(),
                ..ops::DescribeInstances::default()
            })
            .await?;
        Ok(all
            .into_iter()
            .map(|i| UnmanagedObject {
                ty: name("alicloud_instance"),
                id: i.instance_id,
                name: i.instance_name,
            })
            .collect())
    }
}

#[cfg(test)]
mod page;
#[cfg(test)]
mod tests;
