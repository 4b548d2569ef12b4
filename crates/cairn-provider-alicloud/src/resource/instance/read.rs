//! Decides how instances are read: 100 to a DescribeInstances, their system disks 100 to a DescribeDisks or by the tag of the
//! call that made them, data disks with them where there are any, and what else there is only where configuration or state use it.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_model::{ApplyRequest, RemoteObject};
use cairn_value::{Number, Object, Type, Value, name};
use ecs_api::types::{
    Disk, Instance as Described, InstanceAttachment, InstanceRenewal, MaintenanceAttribute,
    TagFilter,
};
use ecs_api::{JsonList, ops};

use super::super::answers::read_planned;
use super::super::tags::{call_filter, is_reserved, user_tags};
use super::super::{Found, ReadItem, Why};
use super::{Instance, data_disks, lookups, params};
use crate::client::{Client, ClientError};
use crate::describe::{Draft, Fields};
use crate::grouping::most_per_call;

/// Instances by id; those that are gone are left out.
pub(super) async fn described(
    client: &Client,
    ids: &[String],
) -> Result<Vec<Described>, ClientError> {
    let chunks: Vec<Vec<String>> = ids
        .chunks(most_per_call::INSTANCES)
        .map(<[String]>::to_vec)
        .collect();
    let pages = client
        .fan_out(chunks, |client, chunk| async move {
            client
                .all(ops::DescribeInstances {
                    region_id: client.region(),
                    instance_ids: Some(JsonList(chunk)),
                    additional_attributes: vec!["META_OPTIONS".to_owned()],
                    ..ops::DescribeInstances::default()
                })
                .await
        })
        .await;
    let mut all = Vec::with_capacity(ids.len());
    for page in pages {
        all.extend(page?);
    }
    Ok(all)
}

/// Instances that carry a call's tag.
pub(super) async fn described_by_call(
    client: &Client,
    tags: Vec<TagFilter>,
) -> Result<Vec<Described>, ClientError> {
    client
        .all(ops::DescribeInstances {
            region_id: client.region(),
            tags,
            ..ops::DescribeInstances::default()
        })
        .await
}

/// All disks of an instance.
pub(super) async fn disks_of(client: &Client, id: &str) -> Result<Vec<Disk>, ClientError> {
    client
        .all(ops::DescribeDisks {
            region_id: client.region(),
            instance_id: Some(id.to_owned()),
            ..ops::DescribeDisks::default()
        })
        .await
}

/// Reads instances that a call made just now; their disks carry the call's tag.
pub(super) async fn read_created(
    ty: &Instance,
    client: &Client,
    made: &[(ApplyRequest, String)],
    token: Option<String>,
) -> Vec<Found> {
    let items = made.iter().map(|(r, id)| read_planned(r, id)).collect();
    read(ty, client, items, token).await
}

/// Reads instances. `token` names the call that made them, where that is known.
pub(super) async fn read(
    _ty: &Instance,
    client: &Client,
    items: Vec<ReadItem>,
    token: Option<String>,
) -> Vec<Found> {
    let ids: Vec<String> = items.iter().map(|i| i.id.clone()).collect();
    let instances = match described(client, &ids).await {
        Ok(found) => found,
        Err(error) => return items.iter().map(|_| Err(error.clone())).collect(),
    };
    let mut instances: BTreeMap<String, Described> = instances
        .into_iter()
        .map(|i| (i.instance_id.clone(), i))
        .collect();
    let there: Vec<&ReadItem> = items
        .iter()
        .filter(|i| instances.contains_key(&i.id))
        .collect();
    let prepaid = instances
        .values()
        .filter(|i| i.instance_charge_type == "PrePaid")
        .map(|i| i.instance_id.clone())
        .collect();
    let more = match More::of(client, &there, prepaid, token).await {
        Ok(more) => more,
        Err(error) => return items.iter().map(|_| Err(error.clone())).collect(),
    };
    items
        .iter()
        .map(|item| {
            Ok(instances
                .remove(&item.id)
                .map(|instance| describe(item, &instance, &more)))
        })
        .collect()
}

/// What DescribeInstances does not tell, by instance.
#[derive(Default)]
struct More {
    data_disks: BTreeMap<String, Vec<Disk>>,
    system_disks: BTreeMap<String, Disk>,
    user_data: BTreeMap<String, String>,
    roles: BTreeMap<String, String>,
    maintenance: BTreeMap<String, MaintenanceAttribute>,
    jumbo: BTreeMap<String, bool>,
    interfaces: BTreeMap<String, ecs_api::types::NetworkInterface>,
    renewals: BTreeMap<String, InstanceRenewal>,
    pools: BTreeMap<String, InstanceAttachment>,
}

impl More {
    async fn of(
        client: &Client,
        items: &[&ReadItem],
        prepaid: Vec<String>,
        token: Option<String>,
    ) -> Result<Self, ClientError> {
        let uses = |item: &ReadItem, attributes: &[&str]| {
            let base = Fields::of(&item.base);
            item.why == Why::Import
                || attributes
                    .iter()
                    .any(|a| base.is_set(a) && !base.is_unknown(a))
        };
        let using = |attributes: &[&str]| -> Vec<String> {
            let users = items.iter().filter(|i| uses(i, attributes));
            users.map(|i| i.id.clone()).collect()
        };
        let using_unless_sent = |attributes: &[&str]| -> Vec<String> {
            let users = items
                .iter()
                .filter(|i| i.why != Why::Applied && uses(i, attributes));
            users.map(|i| i.id.clone()).collect()
        };
        // What was just made has the disks that it was made with.
        let with_disks = items.iter().filter(|i| {
            let base = Fields::of(&i.base);
            i.why == Why::Refresh && !base.blocks("data_disks").is_empty()
        });
        let with_disks: Vec<String> = with_disks.map(|i| i.id.clone()).collect();
        let disks = data_disks::of_instances(client, &with_disks).await?;
        let mut more = Self {
            system_disks: system_disks(client, items, token, &disks).await?,
            data_disks: disks,
            ..Self::default()
        };
        // These are asked for one by one.
        more.user_data = lookups::user_data(client, using_unless_sent(&["user_data"])).await?;
        more.jumbo = lookups::jumbo(client, using_unless_sent(&["enable_jumbo_frame"])).await?;
        more.renewals = lookups::renewals(client, prepaid).await?;
        let pools = using(&[
            "private_pool_options_id",
            "private_pool_options_match_criteria",
        ]);
        more.pools = lookups::pools(client, pools).await?;
        more.roles = lookups::roles(client, using(&["role_name"])).await?;
        more.maintenance = lookups::maintenance(
            client,
            using(&[
                "maintenance_time",
                "maintenance_action",
                "maintenance_notify",
            ]),
        )
        .await?;
        more.interfaces = lookups::interfaces(
            client,
            using(&[
                "network_interface_traffic_mode",
                "network_card_index",
                "queue_pair_number",
                "source_dest_check",
            ]),
        )
        .await?;
        Ok(more)
    }
}

/// The system disk of each instance: one that is known, by the tag of the call that made them, by the recorded disk ids, or one
/// by one.
async fn system_disks(
    client: &Client,
    items: &[&ReadItem],
    token: Option<String>,
    known: &BTreeMap<String, Vec<Disk>>,
) -> Result<BTreeMap<String, Disk>, ClientError> {
    let mut found = BTreeMap::new();
    if items.is_empty() {
        return Ok(found);
    }
    let mut keep = |disks: Vec<Disk>| {
        for disk in disks {
            if disk.r#type == "system" {
                found.insert(disk.instance_id.clone(), disk);
            }
        }
    };
    keep(known.values().flatten().cloned().collect());
    if let Some(token) = token {
        keep(
            client
                .all(ops::DescribeDisks {
                    region_id: client.region(),
                    tags: call_filter(&token),
                    disk_type: Some("system".to_owned()),
                    ..ops::DescribeDisks::default()
                })
                .await?,
        );
    }
    let recorded: Vec<String> = items
        .iter()
        .filter(|i| !known.contains_key(&i.id))
        .filter_map(|i| Fields::of(&i.base).string("system_disk_id"))
        .collect();
    let chunks: Vec<Vec<String>> = recorded.chunks(100).map(<[String]>::to_vec).collect();
    let pages = client
        .fan_out(chunks, |client, chunk| async move {
            client
                .all(ops::DescribeDisks {
                    region_id: client.region(),
                    disk_ids: Some(JsonList(chunk)),
                    ..ops::DescribeDisks::default()
                })
                .await
        })
        .await;
    for page in pages {
        keep(page?);
    }
    let missing: Vec<String> = items
        .iter()
        .map(|i| i.id.clone())
        .filter(|id| !found.contains_key(id))
        .collect();
    let pages = client
        .fan_out(missing, |client, id| async move {
            client
                .all(ops::DescribeDisks {
                    region_id: client.region(),
                    instance_id: Some(id),
                    disk_type: Some("system".to_owned()),
                    ..ops::DescribeDisks::default()
                })
                .await
        })
        .await;
    for page in pages {
        for disk in page? {
            found.insert(disk.instance_id.clone(), disk);
        }
    }
    Ok(found)
}

fn describe(item: &ReadItem, i: &Described, more: &More) -> RemoteObject {
    let base = Fields::of(&item.base);
    let mut d = Draft::over(&item.base);
    d.str("id", &i.instance_id);
    d.str("availability_zone", &i.zone_id);
    d.int("cpu", i.cpu);
    d.int("memory", i.memory);
    d.str("create_time", &i.creation_time);
    d.str("start_time", &i.start_time);
    d.str("expired_time", &i.expired_time);
    d.str("credit_specification", &i.credit_specification);
    d.bool("deletion_protection", i.deletion_protection);
    d.str("deployment_set_id", &i.deployment_set_id);
    let group = match i.deployment_set_group_no {
        0 => String::new(),
        n => n.to_string(),
    };
    d.str("deployment_set_group_no", &group);
    d.str("description", &i.description);
    d.str("host_name", &i.host_name);
    d.str("hpc_cluster_id", &i.hpc_cluster_id);
    d.str("image_id", &i.image_id);
    d.str("instance_name", &i.instance_name);
    d.str("instance_type", &i.instance_type);
    d.str("instance_charge_type", &i.instance_charge_type);
    d.str("internet_charge_type", &i.internet_charge_type);
    d.int("internet_max_bandwidth_in", i.internet_max_bandwidth_in);
    d.int("internet_max_bandwidth_out", i.internet_max_bandwidth_out);
    d.str("key_name", &i.key_pair_name);
    d.str("os_name", &i.os_name);
    d.str("os_type", &i.os_type);
    d.str(
        "public_ip",
        i.public_ip_address.first().map_or("", String::as_str),
    );
    d.str("resource_group_id", &i.resource_group_id);
    d.set("security_groups", &i.security_group_ids);
    d.str("spot_strategy", &i.spot_strategy);
    d.int("spot_duration", i.spot_duration);
    d.str("spot_interruption_behavior", &i.spot_interruption_behavior);
    if let Some(limit) = Number::from_f64(i.spot_price_limit) {
        d.settle("spot_price_limit", Value::Number(limit));
    }
    // What passes through Pending, Starting and Stopping is not a state that is kept.
    d.str("status", &i.status);
    d.str("stopped_mode", &i.stopped_mode);
    d.str("vpc_id", &i.vpc_attributes.vpc_id);
    d.str("vswitch_id", &i.vpc_attributes.vswitch_id);
    d.str("subnet_id", &i.vpc_attributes.vswitch_id);
    let private = i.vpc_attributes.private_ip_address.first();
    let private = match private {
        Some(address) => address.clone(),
        None => i.inner_ip_address.join(","),
    };
    d.str("private_ip", &private);
    d.str("io_optimized", "");
    d.str(
        "auto_release_time",
        &with_seconds(base.str("auto_release_time"), &i.auto_release_time),
    );
    d.str("http_endpoint", &i.metadata_options.http_endpoint);
    d.str("http_tokens", &i.metadata_options.http_tokens);
    d.int(
        "http_put_response_hop_limit",
        i.metadata_options.http_put_response_hop_limit,
    );
    d.bool(
        "enable_high_density_mode",
        i.additional_info.enable_high_density_mode,
    );
    d.str(
        "dedicated_host_id",
        &i.dedicated_host_attribute.dedicated_host_id,
    );
    d.map("tags", user_tags(&i.tags));
    network(&mut d, i, base);
    blocks(&mut d, i);
    if let Some(disk) = more.system_disks.get(&item.id) {
        system_disk(&mut d, i, disk, base);
    }
    if let Some(disks) = more.data_disks.get(&item.id) {
        data_disks::show(&mut d, base, i, disks);
    }
    if let Some(told) = more.user_data.get(&item.id) {
        d.str(
            "user_data",
            &params::shown_user_data(base.str("user_data"), told),
        );
    }
    if let Some(role) = more.roles.get(&item.id) {
        d.str("role_name", role);
    } else if !base.is_set("role_name") || base.is_unknown("role_name") {
        d.str("role_name", "");
    }
    if let Some(enabled) = more.jumbo.get(&item.id) {
        d.bool("enable_jumbo_frame", *enabled);
    }
    if let Some(renewal) = more.renewals.get(&item.id) {
        lookups::show_renewal(&mut d, renewal);
    }
    if let Some(pool) = more.pools.get(&item.id) {
        d.str(
            "private_pool_options_match_criteria",
            &pool.private_pool_options_match_criteria,
        );
        d.str("private_pool_options_id", &pool.private_pool_options_id);
    }
    if let Some(maintenance) = more.maintenance.get(&item.id) {
        d.str(
            "maintenance_action",
            &maintenance.action_on_maintenance.value,
        );
        d.bool("maintenance_notify", maintenance.notify_on_maintenance);
        maintenance_time(&mut d, maintenance);
    }
    if let Some(interface) = more.interfaces.get(&item.id) {
        d.str(
            "network_interface_traffic_mode",
            &interface.network_interface_traffic_mode,
        );
        d.int(
            "network_card_index",
            interface.attachment.network_card_index,
        );
        d.int("queue_pair_number", interface.queue_pair_number);
        d.bool("source_dest_check", interface.source_dest_check);
    }
    d.finish()
}

/// The API tells minutes; a configured time that agrees but for seconds stays as it is written.
fn with_seconds(configured: Option<&str>, told: &str) -> String {
    let Some(minutes) = told.strip_suffix('Z').filter(|m| m.len() == 16) else {
        return told.to_owned();
    };
    match configured {
        Some(c) if c.starts_with(minutes) => c.to_owned(),
        _ => format!("{minutes}:00Z"),
    }
}

fn network(d: &mut Draft, i: &Described, base: Fields<'_>) {
    let primary = i.network_interfaces.iter().find(|n| n.r#type == "Primary");
    let primary = primary.or_else(|| i.network_interfaces.first());
    if let Some(primary) = primary {
        d.str("network_interface_id", &primary.network_interface_id);
        d.str("primary_ip_address", &primary.primary_ip_address);
        let secondary: Vec<&str> = primary
            .private_ip_sets
            .iter()
            .filter(|s| !s.primary)
            .map(|s| s.private_ip_address.as_str())
            .collect();
        d.int("secondary_private_ip_address_count", secondary.len() as i64);
        d.set("secondary_private_ips", secondary);
        let ipv6: Vec<&str> = primary
            .ipv6_sets
            .iter()
            .map(|s| s.ipv6_address.as_str())
            .collect();
        d.int("ipv6_address_count", ipv6.len() as i64);
        d.set("ipv6_addresses", ipv6);
    }
    if base
        .value("network_interfaces")
        .is_some_and(Value::is_unknown)
    {
        let element = super::interface_type();
        d.settle("network_interfaces", Value::list(element, Vec::new()));
    }
}

fn blocks(d: &mut Draft, i: &Described) {
    if i.cpu_options.core_count > 0 {
        let options = Object::new([
            (name("core_count"), Value::int(i.cpu_options.core_count)),
            (
                name("threads_per_core"),
                Value::int(i.cpu_options.threads_per_core),
            ),
            (
                name("topology_type"),
                Value::string(&i.cpu_options.topology_type),
            ),
        ]);
        let options = Value::Object(Arc::new(options));
        d.settle("cpu_options", Value::list(options.ty(), vec![options]));
    } else if d.get("cpu_options").is_some_and(Value::is_unknown) {
        let element = element_of(d.get("cpu_options"));
        d.put("cpu_options", Value::list(element, Vec::new()));
    }
    let options = Object::new([(
        name("login_as_non_root"),
        Value::Bool(i.image_options.login_as_non_root),
    )]);
    let options = Value::Object(Arc::new(options));
    d.settle("image_options", Value::set(options.ty(), vec![options]));
}

fn element_of(value: Option<&Value>) -> Type {
    value
        .map(Value::ty)
        .and_then(|t| t.element().cloned())
        .unwrap_or(Type::Dynamic)
}

fn maintenance_time(d: &mut Draft, maintenance: &MaintenanceAttribute) {
    let windows: Vec<Value> = maintenance
        .maintenance_windows
        .iter()
        .map(|w| {
            Value::Object(Arc::new(Object::new([
                (name("end_time"), Value::string(&w.end_time)),
                (name("start_time"), Value::string(&w.start_time)),
            ])))
        })
        .collect();
    if d.get("maintenance_time")
        .is_some_and(|v| !crate::describe::is_unset(v))
    {
        let element = element_of(d.get("maintenance_time"));
        d.settle("maintenance_time", Value::set(element, windows));
    }
}

fn system_disk(d: &mut Draft, i: &Described, disk: &Disk, base: Fields<'_>) {
    d.str("system_disk_id", &disk.disk_id);
    d.str("system_disk_category", &disk.category);
    d.int("system_disk_size", disk.size);
    d.str("system_disk_name", &disk.disk_name);
    d.str("system_disk_description", &disk.description);
    d.str("system_disk_performance_level", &disk.performance_level);
    d.str(
        "system_disk_auto_snapshot_policy_id",
        &disk.auto_snapshot_policy_id,
    );
    d.str("system_disk_storage_cluster_id", &disk.storage_cluster_id);
    d.bool("system_disk_encrypted", disk.encrypted);
    d.str("system_disk_kms_key_id", &disk.kms_key_id);
    // These two are the configuration's to set: what the cloud has where nothing is set is no difference.
    if base.any_int("system_disk_provisioned_iops").is_some()
        && let Some(iops) = disk.provisioned_iops
    {
        d.int("system_disk_provisioned_iops", iops);
    }
    if base.any_bool("system_disk_bursting_enabled").is_some()
        && let Some(enabled) = disk.bursting_enabled
    {
        d.bool("system_disk_bursting_enabled", enabled);
    }
    // The instance's own tags are on its disks too, and are no tags of the disks in particular.
    let own = base.map("volume_tags");
    let instance: BTreeMap<&str, &str> = user_tags(&i.tags);
    let tags: BTreeMap<&str, &str> = disk
        .tags
        .iter()
        .filter(|t| !is_reserved(&t.tag_key))
        .map(|t| (t.tag_key.as_str(), t.tag_value.as_str()))
        .filter(|(k, v)| own.contains_key(k) || instance.get(k) != Some(v))
        .collect();
    d.map("volume_tags", tags);
}
