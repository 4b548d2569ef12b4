//! Decides what the data source `alicloud_instance_types` gives: the instance types that can be had, by size and zone.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use cairn_provider::Problem;
use cairn_value::{Number, Value};
use ecs_api::ops;
use ecs_api::types::InstanceType;

use super::{DataSource, Results, rows, string_map, strings};
use crate::client::{Client, ClientError};
use crate::describe::{Attr, Check, Fallback, Fields, Table, Ty};

/// `alicloud_instance_types`
pub(crate) struct InstanceTypes {
    table: Table,
}

fn row() -> Vec<Attr> {
    use Ty::{Int, Num, Str, StrList, StrMap};
    vec![
        Attr::computed("availability_zones", StrList, "The zones that have it."),
        Attr::computed(
            "burstable_instance",
            StrMap,
            "The credits of a burstable type.",
        ),
        Attr::computed("cpu_core_count", Int, "Virtual CPUs."),
        Attr::computed("eni_amount", Int, "Network interfaces at most."),
        Attr::computed(
            "eni_ipv6_address_quantity",
            Int,
            "IPv6 addresses of each interface.",
        ),
        Attr::computed(
            "eni_private_ip_address_quantity",
            Int,
            "Private addresses of each interface.",
        ),
        Attr::computed("eni_quantity", Int, "Network interfaces at most."),
        Attr::computed("family", Str, "The family."),
        Attr::computed("gpu", StrMap, "The GPUs."),
        Attr::computed("id", Str, "The type."),
        Attr::computed("local_storage", StrMap, "The local disks."),
        Attr::computed(
            "maximum_queue_number_per_eni",
            Int,
            "Queues of each interface at most.",
        ),
        Attr::computed("memory_size", Num, "Memory in GiB."),
        Attr::computed("nvme_support", Str, "Whether disks are NVMe."),
        Attr::computed("price", Str, "The price, where types are sorted by it."),
        Attr::computed(
            "primary_eni_queue_number",
            Int,
            "Queues of the primary interface.",
        ),
        Attr::computed(
            "secondary_eni_queue_number",
            Int,
            "Queues of other interfaces.",
        ),
        Attr::computed("total_eni_queue_quantity", Int, "Queues in all."),
    ]
}

impl InstanceTypes {
    pub(crate) fn new() -> Self {
        use Ty::{Bool, Int, Num, Objects, Str, StrList};
        Self {
            table: Table::new(vec![
                Attr::optional("availability_zone", Str, "In this zone."),
                Attr::optional("cpu_core_count", Int, "With so many virtual CPUs."),
                Attr::optional(
                    "eni_amount",
                    Int,
                    "With at least so many network interfaces.",
                ),
                Attr::optional("gpu_amount", Int, "With so many GPUs."),
                Attr::optional("gpu_spec", Str, "With this GPU."),
                Attr::computed("ids", StrList, "The types found."),
                Attr::optional("image_id", Str, "Fit for this image.").unsupported(),
                Attr::optional("instance_charge_type", Str, "For this way of billing.")
                    .fallback(Fallback::Str("PostPaid"))
                    .one_of(&["PrePaid", "PostPaid"]),
                Attr::optional("instance_type", Str, "Only this type."),
                Attr::optional("instance_type_family", Str, "Of this family.")
                    .check(Check::Prefix("ecs.")),
                Attr::computed("instance_types", Objects(row()), "The types found."),
                Attr::optional("is_outdated", Bool, "Types that are not I/O optimized."),
                Attr::optional(
                    "kubernetes_node_role",
                    Str,
                    "Fit for this role in a cluster.",
                )
                .one_of(&["Master", "Worker"])
                .unsupported(),
                Attr::optional("memory_size", Num, "With so many GiB of memory."),
                Attr::optional(
                    "minimum_eni_ipv6_address_quantity",
                    Int,
                    "IPv6 addresses of each interface at least.",
                ),
                Attr::optional(
                    "minimum_eni_private_ip_address_quantity",
                    Int,
                    "Private addresses of each interface at least.",
                ),
                Attr::optional("network_type", Str, "For this kind of network.")
                    .one_of(&["Vpc", "Classic"]),
                Attr::optional("output_file", Str, "A file for the result."),
                Attr::optional("sorted_by", Str, "The order: CPU or Memory.")
                    .one_of(&["CPU", "Memory", "Price"])
                    .check(Check::With(|v| {
                        (v.as_str() == Some("Price")).then(|| {
                            "cannot be \"Price\" yet: cairn does not ask for prices".to_owned()
                        })
                    })),
                Attr::optional("spot_strategy", Str, "For spot instances.")
                    .fallback(Fallback::Str("NoSpot"))
                    .one_of(&["NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"]),
                Attr::optional(
                    "system_disk_category",
                    Str,
                    "With this category of system disk.",
                )
                .one_of(&[
                    "cloud",
                    "ephemeral_ssd",
                    "cloud_essd",
                    "cloud_efficiency",
                    "cloud_ssd",
                    "cloud_essd_entry",
                    "cloud_auto",
                ]),
            ]),
        }
    }
}

#[async_trait]
impl DataSource for InstanceTypes {
    fn ty(&self) -> &'static str {
        "alicloud_instance_types"
    }

    fn table(&self) -> &Table {
        &self.table
    }

    async fn find(&self, client: &Client, config: Fields<'_>) -> Result<Results, Vec<Problem>> {
        let failed = |e: ClientError| vec![e.problem(|_| None)];
        let on_sale = on_sale(client, config).await.map_err(failed)?;
        let mut types = client
            .all(ops::DescribeInstanceTypes {
                instance_types: config.string("instance_type").into_iter().collect(),
                instance_type_family: config.string("instance_type_family"),
                ..ops::DescribeInstanceTypes::default()
            })
            .await
            .map_err(failed)?;
        types.retain(|t| on_sale.contains_key(&t.instance_type_id) && fits(t, config));
        match config.str("sorted_by") {
            Some("CPU") => types.sort_by_key(|t| t.cpu_core_count),
            Some("Memory") => types.sort_by(|a, b| a.memory_size.total_cmp(&b.memory_size)),
            _ => {}
        }
        let list = types
            .iter()
            .map(|t| described(t, &on_sale[&t.instance_type_id]))
            .collect();
        Ok(Results {
            ids: types.iter().map(|t| t.instance_type_id.clone()).collect(),
            attributes: vec![("instance_types", rows(&row(), list))],
        })
    }
}

/// The types in stock with their zones.
async fn on_sale(
    client: &Client,
    config: Fields<'_>,
) -> Result<BTreeMap<String, BTreeSet<String>>, ClientError> {
    let outdated = config.is_true("is_outdated");
    let answer = client
        .send(&ops::DescribeAvailableResource {
            region_id: client.region(),
            destination_resource: "InstanceType".to_owned(),
            zone_id: config.string("availability_zone"),
            instance_charge_type: config.string("instance_charge_type"),
            io_optimized: Some(if outdated { "none" } else { "optimized" }.to_owned()),
            network_category: config.string("network_type").map(|n| n.to_lowercase()),
            system_disk_category: config.string("system_disk_category"),
            spot_strategy: config.string("spot_strategy"),
            ..ops::DescribeAvailableResource::default()
        })
        .await?;
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for zone in answer.available_zones {
        if zone.status == "SoldOut" {
            continue;
        }
        for resource in zone.available_resources {
            for supported in resource.supported_resources {
                if supported.status != "SoldOut" {
                    let zones = found.entry(supported.value).or_default();
                    zones.insert(zone.zone_id.clone());
                }
            }
        }
    }
    Ok(found)
}

fn fits(t: &InstanceType, config: Fields<'_>) -> bool {
    let at_least = |wanted: Option<i64>, has: i64| wanted.is_none_or(|w| has >= w);
    config
        .str("instance_type")
        .is_none_or(|w| w == t.instance_type_id)
        && config
            .str("instance_type_family")
            .is_none_or(|w| w == t.instance_type_family)
        && config
            .int("cpu_core_count")
            .is_none_or(|w| w == t.cpu_core_count)
        && config
            .float("memory_size")
            .is_none_or(|w| (w - t.memory_size).abs() < 1e-6)
        && config.int("gpu_amount").is_none_or(|w| w == t.gpu_amount)
        && config
            .str("gpu_spec")
            .is_none_or(|w| w.eq_ignore_ascii_case(&t.gpu_spec))
        && at_least(config.int("eni_amount"), t.eni_quantity)
        && at_least(
            config.int("minimum_eni_ipv6_address_quantity"),
            t.eni_ipv6_address_quantity,
        )
        && at_least(
            config.int("minimum_eni_private_ip_address_quantity"),
            t.eni_private_ip_address_quantity,
        )
}

fn described(t: &InstanceType, zones: &BTreeSet<String>) -> Vec<(&'static str, Value)> {
    let memory = Number::from_f64(t.memory_size).unwrap_or_else(|| Number::from(0));
    let text = |n: i64| n.to_string();
    vec![
        ("availability_zones", strings(zones)),
        (
            "burstable_instance",
            string_map([
                ("initial_credit", text(t.initial_credit)),
                ("baseline_credit", text(t.baseline_credit)),
            ]),
        ),
        ("cpu_core_count", Value::int(t.cpu_core_count)),
        ("eni_amount", Value::int(t.eni_quantity)),
        (
            "eni_ipv6_address_quantity",
            Value::int(t.eni_ipv6_address_quantity),
        ),
        (
            "eni_private_ip_address_quantity",
            Value::int(t.eni_private_ip_address_quantity),
        ),
        ("eni_quantity", Value::int(t.eni_quantity)),
        ("family", Value::string(&t.instance_type_family)),
        (
            "gpu",
            string_map([
                ("amount", text(t.gpu_amount)),
                ("category", t.gpu_spec.clone()),
            ]),
        ),
        ("id", Value::string(&t.instance_type_id)),
        (
            "local_storage",
            string_map([
                ("capacity", text(t.local_storage_capacity)),
                ("amount", text(t.local_storage_amount)),
                ("category", t.local_storage_category.clone()),
            ]),
        ),
        (
            "maximum_queue_number_per_eni",
            Value::int(t.maximum_queue_number_per_eni),
        ),
        ("memory_size", Value::Number(memory)),
        ("nvme_support", Value::string(&t.nvme_support)),
        ("price", Value::string("")),
        (
            "primary_eni_queue_number",
            Value::int(t.primary_eni_queue_number),
        ),
        (
            "secondary_eni_queue_number",
            Value::int(t.secondary_eni_queue_number),
        ),
        (
            "total_eni_queue_quantity",
            Value::int(t.total_eni_queue_quantity),
        ),
    ]
}
