//! Decides what the data source `alicloud_resource_manager_resource_groups` gives: the resource groups of the account, with their
//! state in each region where details are asked for.

use async_trait::async_trait;
use cairn_provider::Problem;
use cairn_value::Value;
use ecs_api::{OperationInfo, Product, Retry};
use regex::Regex;
use serde_json::Value as Json;

use super::listing::with_common;
use super::network::told;
use super::{DataSource, Results, strings};
use crate::client::Client;
use crate::describe::wire::{all_params, at, row, texts};
use crate::describe::{Attr, Fallback, Fields, Table, Ty, object_type};
use crate::listed::{Pages, Query, query};

const GROUPS: Query = Query {
    action: "ListResourceGroups",
    fixed: &[],
    items: "ResourceGroups.ResourceGroup",
    pages: Pages::Numbers(100),
};

/// `alicloud_resource_manager_resource_groups`
pub(crate) struct ResourceGroups {
    table: Table,
}

fn of_group() -> Vec<Attr> {
    let region = vec![
        told("region_id", "RegionId", "The region."),
        told("status", "Status", "The group's state there."),
    ];
    vec![
        told("account_id", "AccountId", "The account."),
        told("display_name", "DisplayName", "The name that is shown."),
        told("id", "Id", "The group's id."),
        told("name", "Name", "The name."),
        Attr::computed(
            "region_statuses",
            Ty::Objects(region),
            "Its state in each region, where details are asked for.",
        )
        .field("RegionStatuses.RegionStatus"),
        told("resource_group_name", "Name", "The name."),
        told("status", "Status", "Its state."),
    ]
}

impl ResourceGroups {
    pub(super) fn new() -> Self {
        let table = with_common(
            vec![
                Attr::optional(
                    "enable_details",
                    Ty::Bool,
                    "Whether to ask for region_statuses, one request for each group.",
                )
                .fallback(Fallback::Bool(false)),
                Attr::optional("status", Ty::Str, "In this state.")
                    .one_of(&["Creating", "Deleted", "Deleting", "OK", "PendingDelete"])
                    .param("Status"),
            ],
            "groups",
            of_group(),
        );
        Self { table }
    }
}

fn text(group: &Json, member: &str) -> String {
    texts(group, member).pop().unwrap_or_default()
}

#[async_trait]
impl DataSource for ResourceGroups {
    fn ty(&self) -> &'static str {
        "alicloud_resource_manager_resource_groups"
    }

    fn table(&self) -> &Table {
        &self.table
    }

    async fn find(&self, client: &Client, config: Fields<'_>) -> Result<Results, Vec<Problem>> {
        let params = all_params(&self.table, config);
        let mut found = query(client, Product::ResourceManager, GROUPS, params)
            .await
            .map_err(|e| vec![e.problem(|_| None)])?;
        let wanted = config.strings("ids");
        let pattern = config.str("name_regex").and_then(|p| Regex::new(p).ok());
        found.retain(|group| {
            let of_ids = wanted.is_empty() || wanted.contains(&text(group, "Id").as_str());
            let of_name = |p: &Regex| p.is_match(&text(group, "Name"));
            of_ids && pattern.as_ref().is_none_or(of_name)
        });
        if config.is_true("enable_details") {
            let ids = found.iter().map(|group| text(group, "Id")).collect();
            let told = client
                .fan_out(ids, |client, id: String| async move {
                    let info = OperationInfo {
                        action: "GetResourceGroup",
                        product: Product::ResourceManager,
                        retry: Retry::ByNature,
                    };
                    let params = vec![("ResourceGroupId".to_owned(), id)];
                    client.send_params(info, params).await
                })
                .await;
            for (group, told) in found.iter_mut().zip(told) {
                let told = told.map_err(|e| vec![e.problem(|_| None)])?;
                if let Some(whole) = at(&told, "ResourceGroup").pop() {
                    *group = whole.clone();
                }
            }
        }
        let attrs = of_group();
        let rows = found.iter().map(|group| row(&attrs, group)).collect();
        Ok(Results {
            ids: found.iter().map(|group| text(group, "Id")).collect(),
            attributes: vec![
                ("groups", Value::list(object_type(&attrs), rows)),
                ("names", strings(found.iter().map(|g| text(g, "Name")))),
            ],
        })
    }
}
