//! Decides what the data source `alicloud_zones` gives: the zones that offer what is asked for, and have it in stock.

use std::collections::BTreeSet;

use async_trait::async_trait;
use cairn_provider::Problem;
use cairn_value::Value;
use ecs_api::ops;
use ecs_api::types::Zone;

use super::{DataSource, Results, rows, strings};
use crate::client::{Client, ClientError};
use crate::describe::{Attr, Check, Fallback, Fields, Table, Ty, attr_path};

/// `alicloud_zones`
pub(crate) struct Zones {
    table: Table,
}

/// The kinds of resources that DescribeZones speaks of. Others are other products'.
const ECS_RESOURCES: &[&str] = &["Instance", "VSwitch", "Disk", "IoOptimized"];

fn row() -> Vec<Attr> {
    use Ty::{Str, StrList};
    vec![
        Attr::computed("available_disk_categories", StrList, "Disk categories."),
        Attr::computed("available_instance_types", StrList, "Instance types."),
        Attr::computed("available_resource_creation", StrList, "What can be made."),
        Attr::computed("id", Str, "The zone's id."),
        Attr::computed("local_name", Str, "Its name."),
        Attr::computed("multi_zone_ids", StrList, "The zones of a multiple zone."),
        Attr::computed(
            "slb_slave_zone_ids",
            StrList,
            "Zones for the other half of a load balancer.",
        ),
    ]
}

impl Zones {
    pub(crate) fn new() -> Self {
        use Ty::{Bool, Objects, Str, StrList};
        Self {
            table: Table::new(vec![
                Attr::optional(
                    "available_disk_category",
                    Str,
                    "Only zones with this disk category.",
                )
                .one_of(&[
                    "all",
                    "cloud",
                    "ephemeral_ssd",
                    "cloud_essd",
                    "cloud_efficiency",
                    "cloud_ssd",
                    "local_disk",
                ]),
                Attr::optional(
                    "available_instance_type",
                    Str,
                    "Only zones with this instance type.",
                )
                .check(Check::Prefix("ecs.")),
                Attr::optional(
                    "available_resource_creation",
                    Str,
                    "Only zones where this can be made.",
                )
                .one_of(&[
                    "Instance",
                    "Rds",
                    "PolarDB",
                    "KVStore",
                    "VSwitch",
                    "Disk",
                    "IoOptimized",
                    "FunctionCompute",
                    "Elasticsearch",
                    "Slb",
                    "MongoDB",
                    "Gpdb",
                    "HBase",
                    "ADB",
                ]),
                Attr::optional(
                    "available_slb_address_ip_version",
                    Str,
                    "For load balancers.",
                )
                .one_of(&["ipv4", "ipv6"])
                .unsupported(),
                Attr::optional("available_slb_address_type", Str, "For load balancers.")
                    .one_of(&["Vpc", "classic_intranet", "classic_internet"])
                    .unsupported(),
                Attr::optional(
                    "enable_details",
                    Bool,
                    "Whether the lists of each zone are given.",
                )
                .fallback(Fallback::Bool(false)),
                Attr::computed("ids", StrList, "The ids of the zones found."),
                Attr::optional("instance_charge_type", Str, "For this way of billing.")
                    .fallback(Fallback::Str("PostPaid"))
                    .one_of(&["PrePaid", "PostPaid"]),
                Attr::optional("multi", Bool, "Only multiple zones.")
                    .fallback(Fallback::Bool(false))
                    .unsupported(),
                Attr::optional("network_type", Str, "For this kind of network.")
                    .one_of(&["Vpc", "Classic"]),
                Attr::optional("output_file", Str, "A file for the result."),
                Attr::optional("spot_strategy", Str, "For spot instances.")
                    .fallback(Fallback::Str("NoSpot"))
                    .one_of(&["NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"]),
                Attr::computed("zones", Objects(row()), "The zones found."),
            ]),
        }
    }
}

#[async_trait]
impl DataSource for Zones {
    fn ty(&self) -> &'static str {
        "alicloud_zones"
    }

    fn table(&self) -> &Table {
        &self.table
    }

    async fn find(&self, client: &Client, config: Fields<'_>) -> Result<Results, Vec<Problem>> {
        if let Some(resource) = config.str("available_resource_creation")
            && !ECS_RESOURCES.contains(&resource)
        {
            return Err(vec![
                Problem::error(
                    "argument-not-supported",
                    "Argument not supported yet",
                    format!(
                        "cairn cannot look up the zones of {resource} yet. It knows those of {}.",
                        ECS_RESOURCES.join(", ")
                    ),
                )
                .at(attr_path("available_resource_creation")),
            ]);
        }
        let mut zones = zones(client, config)
            .await
            .map_err(|e| vec![e.problem(|_| None)])?;
        zones.sort_by(|a, b| a.zone_id.cmp(&b.zone_id));
        let details = config.is_true("enable_details");
        let ids = zones.iter().map(|z| z.zone_id.clone()).collect();
        let list = zones
            .iter()
            .map(|z| {
                let detail = |items: &[String]| {
                    if details {
                        strings(items)
                    } else {
                        strings::<&str>([])
                    }
                };
                vec![
                    ("id", Value::string(&z.zone_id)),
                    ("local_name", Value::string(&z.local_name)),
                    (
                        "available_disk_categories",
                        detail(&z.available_disk_categories),
                    ),
                    (
                        "available_instance_types",
                        detail(&z.available_instance_types),
                    ),
                    (
                        "available_resource_creation",
                        detail(&z.available_resource_creation),
                    ),
                    ("multi_zone_ids", strings::<&str>([])),
                    ("slb_slave_zone_ids", strings::<&str>([])),
                ]
            })
            .collect();
        Ok(Results {
            ids,
            attributes: vec![("zones", rows(&row(), list))],
        })
    }
}

async fn zones(client: &Client, config: Fields<'_>) -> Result<Vec<Zone>, ClientError> {
    let listed = client
        .send(&ops::DescribeZones {
            region_id: client.region(),
            instance_charge_type: config.string("instance_charge_type"),
            spot_strategy: config.string("spot_strategy"),
            verbose: Some(true),
            ..ops::DescribeZones::default()
        })
        .await?;
    let (ty, disk) = (
        config.string("available_instance_type"),
        config
            .string("available_disk_category")
            .filter(|c| c != "all"),
    );
    // Whether a zone has a type or a disk in stock is known to another operation, which is asked only then.
    let in_stock: Option<BTreeSet<String>> = if ty.is_some() || disk.is_some() {
        let answer = client
            .send(&ops::DescribeAvailableResource {
                region_id: client.region(),
                destination_resource: match ty {
                    Some(_) => "InstanceType".to_owned(),
                    None => "DataDisk".to_owned(),
                },
                resource_type: ty.is_none().then(|| "disk".to_owned()),
                instance_charge_type: config.string("instance_charge_type"),
                instance_type: ty.clone(),
                io_optimized: Some("optimized".to_owned()),
                network_category: config.string("network_type").map(|n| n.to_lowercase()),
                data_disk_category: disk.clone(),
                spot_strategy: config.string("spot_strategy"),
                ..ops::DescribeAvailableResource::default()
            })
            .await?;
        Some(
            answer
                .available_zones
                .into_iter()
                .filter(|z| {
                    z.status == "Available"
                        && z.available_resources
                            .iter()
                            .flat_map(|r| &r.supported_resources)
                            .any(|s| {
                                s.status == "Available"
                                    && [&ty, &disk].iter().any(|w| w.as_ref() == Some(&s.value))
                            })
                })
                .map(|z| z.zone_id)
                .collect(),
        )
    } else {
        None
    };
    let resource = config.str("available_resource_creation");
    Ok(listed
        .zones
        .into_iter()
        .filter(|z| {
            resource.is_none_or(|r| z.available_resource_creation.iter().any(|a| a == r))
                && disk
                    .as_ref()
                    .is_none_or(|d| z.available_disk_categories.contains(d))
                && in_stock.as_ref().is_none_or(|s| s.contains(&z.zone_id))
        })
        .collect())
}
