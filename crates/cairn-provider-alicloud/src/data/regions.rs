//! Decides what the data source `alicloud_regions` gives: the regions of the account, one by name, or the current one.

use async_trait::async_trait;
use cairn_provider::Problem;
use cairn_value::Value;
use ecs_api::ops;

use super::{DataSource, Results, rows};
use crate::client::Client;
use crate::describe::{Attr, Fields, Table, Ty};

/// `alicloud_regions`
pub(crate) struct Regions {
    table: Table,
}

fn row() -> Vec<Attr> {
    vec![
        Attr::computed("id", Ty::Str, "The region's id."),
        Attr::computed("local_name", Ty::Str, "Its name."),
        Attr::computed("region_id", Ty::Str, "The region's id."),
    ]
}

impl Regions {
    pub(crate) fn new() -> Self {
        let strings = Ty::StrList;
        Self {
            table: Table::new(vec![
                Attr::either("current", Ty::Bool, "Only the region of the provider."),
                Attr::computed("ids", strings, "The ids of the regions found."),
                Attr::either("name", Ty::Str, "Only the region of this id."),
                Attr::optional("output_file", Ty::Str, "A file for the result."),
                Attr::computed("regions", Ty::Objects(row()), "The regions found."),
            ]),
        }
    }
}

#[async_trait]
impl DataSource for Regions {
    fn ty(&self) -> &'static str {
        "alicloud_regions"
    }

    fn table(&self) -> &Table {
        &self.table
    }

    async fn find(&self, client: &Client, config: Fields<'_>) -> Result<Results, Vec<Problem>> {
        let answer = client
            .send(&ops::DescribeRegions::default())
            .await
            .map_err(|e| vec![e.problem(|_| None)])?;
        let name = config.str("name");
        let current = client.region();
        let found: Vec<_> = answer
            .regions
            .into_iter()
            .filter(|r| name.is_none_or(|n| n == r.region_id))
            .filter(|r| !config.is_true("current") || r.region_id == current)
            .collect();
        let ids = found.iter().map(|r| r.region_id.clone()).collect();
        let list = found
            .iter()
            .map(|r| {
                vec![
                    ("id", Value::string(&r.region_id)),
                    ("local_name", Value::string(&r.local_name)),
                    ("region_id", Value::string(&r.region_id)),
                ]
            })
            .collect();
        Ok(Results {
            ids,
            attributes: vec![("regions", rows(&row(), list))],
        })
    }
}
