//! Decides how an instance is changed in place: which request makes which attribute's change, in an order in which nothing
//! is done twice: what needs the instance stopped is done in one stop. Every request is safe to repeat.

use std::time::Duration;

use cairn_model::{ApplyCall, ApplyRequest};
use cairn_provider::ApplyResponse;
use ecs_api::types::{MaintenanceWindow, SystemDiskParams};
use ecs_api::{JsonList, Operation, ops};

use super::super::answers::{all_failed, half_updated};
use super::super::tags::{TagDelta, TagHome};
use super::super::{planned, planned_object, prior, prior_id};
use super::create::prior_ids;
use super::{Instance, params, read};
use crate::client::{Client, ClientError};
use crate::describe::{Fields, is_unset};
use crate::wait::{Waited, limit, until};

/// How long a stop, a start or a change of disks may take, where no `timeouts` block says otherwise.
const MOST: Duration = Duration::from_secs(600);

/// The attributes that a request changes. What the cloud is to choose again is no change by itself.
pub(super) fn changed(request: &ApplyRequest) -> Vec<&str> {
    let old = prior(request);
    planned_object(request)
        .iter()
        .filter(|(name, new)| {
            &***name != "id"
                && &***name != "timeouts"
                && !new.is_unknown()
                && old
                    .value(name)
                    .is_none_or(|old| old != *new && !(is_unset(old) && is_unset(new)))
        })
        .map(|(name, _)| &**name)
        .collect()
}

/// The operation that carries a change, for the preview: the one that matters most.
pub(super) fn operation(request: &ApplyRequest) -> &'static str {
    let changed = changed(request);
    let any = |names: &[&str]| names.iter().any(|n| changed.contains(n));
    if any(&["image_id"]) {
        ops::ReplaceSystemDisk::ACTION
    } else if any(&["instance_type"]) {
        ops::ModifyInstanceSpec::ACTION
    } else if any(&["vswitch_id", "private_ip", "vpc_id"]) {
        ops::ModifyInstanceVpcAttribute::ACTION
    } else if any(&[
        "internet_max_bandwidth_out",
        "internet_max_bandwidth_in",
        "internet_charge_type",
    ]) {
        ops::ModifyInstanceNetworkSpec::ACTION
    } else if any(&["system_disk_size"]) {
        ops::ResizeDisk::ACTION
    } else if changed == ["tags"] {
        ops::TagResources::ACTION
    } else {
        ops::ModifyInstanceAttribute::ACTION
    }
}

pub(super) async fn update(ty: &Instance, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
    let ids = prior_ids(call);
    let result = match &call.requests[..] {
        [request] => change(client, request, call).await,
        requests => {
            let delta = TagDelta::between(prior(&requests[0]), planned(&requests[0]));
            TagHome::Ecs("instance").change(client, &ids, &delta).await
        }
    };
    match (result, &call.requests[..]) {
        (Ok(()), _) => {
            super::super::answers::answer_by_reading(ty, client, &call.requests, &ids).await
        }
        (Err(error), [request]) => vec![half_updated(ty, client, request, &error).await],
        (Err(error), _) => all_failed(call, &error, params::attribute),
    }
}

async fn change(
    client: &Client,
    request: &ApplyRequest,
    call: &ApplyCall,
) -> Result<(), ClientError> {
    let id = prior_id(request);
    let (old, new) = (prior(request), planned(request));
    let changed = changed(request);
    let is = |n: &str| changed.contains(&n);
    let any = |names: &[&str]| names.iter().any(|n| changed.contains(n));
    let most = limit(&call.requests, MOST);
    let token = |step: &str| {
        Some(format!(
            "{}-{step}",
            &call.token.0[..call.token.0.len().min(56)]
        ))
    };

    TagHome::Ecs("instance")
        .change(
            client,
            std::slice::from_ref(&id),
            &TagDelta::between(old, new),
        )
        .await?;
    if is("resource_group_id") {
        client
            .send(&ops::JoinResourceGroup {
                region_id: Some(client.region()),
                resource_id: Some(id.clone()),
                resource_type: Some("instance".to_owned()),
                resource_group_id: new.string("resource_group_id"),
            })
            .await?;
    }
    if is("volume_tags") {
        let disks = read::disks_of(client, &id).await?;
        let disks: Vec<String> = disks.into_iter().map(|d| d.disk_id).collect();
        let delta = TagDelta::between_attr(old, new, "volume_tags");
        TagHome::Ecs("disk").change(client, &disks, &delta).await?;
    }
    change_disk(client, &id, old, new, &changed, token("disk")).await?;

    // What a running instance takes. All security groups at once: at no time is it without the ones that stay.
    let mut running = ops::ModifyInstanceAttribute {
        instance_id: id.clone(),
        instance_name: new.string("instance_name").filter(|_| is("instance_name")),
        description: is("description").then(|| new.string("description").unwrap_or_default()),
        deletion_protection: is("deletion_protection").then(|| new.is_true("deletion_protection")),
        credit_specification: new
            .string("credit_specification")
            .filter(|_| is("credit_specification")),
        enable_jumbo_frame: new
            .any_bool("enable_jumbo_frame")
            .filter(|_| is("enable_jumbo_frame")),
        ..ops::ModifyInstanceAttribute::default()
    };
    let moves = any(&["vpc_id", "vswitch_id"]);
    if is("security_groups") && !moves {
        running.security_group_ids = new.owned_strings("security_groups");
    }
    let idle = ops::ModifyInstanceAttribute {
        instance_id: id.clone(),
        ..ops::ModifyInstanceAttribute::default()
    };
    if running != idle {
        client.send(&running).await?;
    }
    if is("auto_release_time") {
        client
            .send(&ops::ModifyInstanceAutoReleaseTime {
                region_id: Some(client.region()),
                instance_id: id.clone(),
                auto_release_time: new.string("auto_release_time"),
            })
            .await?;
    }
    change_stopped(client, &id, old, new, &changed, most, token).await?;
    change_network(client, &id, new, &changed, token("net")).await?;
    if any(&["http_endpoint", "http_tokens"]) {
        client
            .send(&ops::ModifyInstanceMetadataOptions {
                region_id: Some(client.region()),
                instance_id: id.clone(),
                http_endpoint: new.string("http_endpoint"),
                http_tokens: new.string("http_tokens"),
                ..ops::ModifyInstanceMetadataOptions::default()
            })
            .await?;
    }
    if any(&[
        "maintenance_time",
        "maintenance_action",
        "maintenance_notify",
    ]) {
        set_maintenance(client, &id, new).await?;
    }
    if is("key_name") {
        change_key(client, &id, old, new, most).await?;
    }
    if is("role_name") {
        change_role(client, &id, old, new).await?;
    }
    Ok(())
}

async fn change_disk(
    client: &Client,
    id: &str,
    old: Fields<'_>,
    new: Fields<'_>,
    changed: &[&str],
    client_token: Option<String>,
) -> Result<(), ClientError> {
    let is = |n: &str| changed.contains(&n);
    let attributes = is("system_disk_name")
        || is("system_disk_description")
        || is("system_disk_bursting_enabled");
    let spec = is("system_disk_performance_level") || is("system_disk_provisioned_iops");
    // With a new image the system disk is another one, made in the new size.
    let grows = is("system_disk_size") && !is("image_id");
    if !attributes && !spec && !grows {
        return Ok(());
    }
    let disk = match old.string("system_disk_id") {
        Some(disk) => disk,
        None => read::disks_of(client, id)
            .await?
            .into_iter()
            .find(|d| d.r#type == "system")
            .map(|d| d.disk_id)
            .unwrap_or_default(),
    };
    // The higher levels are for large disks only, so a disk grows first.
    if grows && let Some(new_size) = new.int("system_disk_size") {
        let stopped = old.str("status") == Some("Stopped");
        client
            .send(&ops::ResizeDisk {
                disk_id: disk.clone(),
                new_size,
                r#type: Some(if stopped { "offline" } else { "online" }.to_owned()),
                dry_run: None,
                client_token,
            })
            .await?;
    }
    if spec {
        client
            .send(&ops::ModifyDiskSpec {
                disk_id: disk.clone(),
                performance_level: new
                    .string("system_disk_performance_level")
                    .filter(|_| is("system_disk_performance_level")),
                provisioned_iops: new
                    .any_int("system_disk_provisioned_iops")
                    .filter(|_| is("system_disk_provisioned_iops")),
                ..ops::ModifyDiskSpec::default()
            })
            .await?;
    }
    if attributes {
        client
            .send(&ops::ModifyDiskAttribute {
                region_id: Some(client.region()),
                disk_id: Some(disk),
                disk_name: new
                    .string("system_disk_name")
                    .filter(|_| is("system_disk_name")),
                description: is("system_disk_description")
                    .then(|| new.string("system_disk_description").unwrap_or_default()),
                bursting_enabled: new
                    .any_bool("system_disk_bursting_enabled")
                    .filter(|_| is("system_disk_bursting_enabled")),
                ..ops::ModifyDiskAttribute::default()
            })
            .await?;
    }
    Ok(())
}

/// The changes for which the instance is stopped, in one stop, and the change of its state itself.
async fn change_stopped(
    client: &Client,
    id: &str,
    old: Fields<'_>,
    new: Fields<'_>,
    changed: &[&str],
    most: Duration,
    token: impl Fn(&str) -> Option<String>,
) -> Result<(), ClientError> {
    let is = |n: &str| changed.contains(&n);
    let any = |names: &[&str]| names.iter().any(|n| changed.contains(n));
    let at_rest = any(&[
        "user_data",
        "host_name",
        "password",
        "cpu_options",
        "enable_high_density_mode",
    ]);
    let moves = any(&["vpc_id", "vswitch_id", "private_ip"]);
    let needs_stop = is("image_id") || is("instance_type") || moves || at_rest;
    if !needs_stop && !is("status") {
        return Ok(());
    }
    let stays_stopped = new.str("status") == Some("Stopped");
    stop_and_wait(
        client,
        id,
        new.string("stopped_mode"),
        most,
        needs_stop || stays_stopped,
    )
    .await?;
    if is("image_id") {
        replace_system_disk(client, id, old, new, most, token("image")).await?;
    }
    if moves {
        client
            .send(&ops::ModifyInstanceVpcAttribute {
                instance_id: id.to_owned(),
                vswitch_id: new.string("vswitch_id"),
                private_ip_address: new.string("private_ip").filter(|_| is("private_ip")),
                vpc_id: new.string("vpc_id").filter(|_| is("vpc_id")),
                security_group_ids: if is("vpc_id") {
                    new.owned_strings("security_groups")
                } else {
                    Vec::new()
                },
            })
            .await?;
        if is("security_groups") && !is("vpc_id") {
            client
                .send(&ops::ModifyInstanceAttribute {
                    instance_id: id.to_owned(),
                    security_group_ids: new.owned_strings("security_groups"),
                    ..ops::ModifyInstanceAttribute::default()
                })
                .await?;
        }
    }
    if is("instance_type") {
        client
            .send(&ops::ModifyInstanceSpec {
                instance_id: id.to_owned(),
                instance_type: new.string("instance_type"),
                client_token: token("type"),
                ..ops::ModifyInstanceSpec::default()
            })
            .await?;
    }
    if at_rest {
        let mut request = ops::ModifyInstanceAttribute {
            instance_id: id.to_owned(),
            user_data: is("user_data").then(|| {
                new.str("user_data")
                    .map(params::encode_user_data)
                    .unwrap_or_default()
            }),
            host_name: new.string("host_name").filter(|_| is("host_name")),
            password: new
                .string("password")
                .filter(|_| is("password"))
                .map(Into::into),
            ..ops::ModifyInstanceAttribute::default()
        };
        if is("enable_high_density_mode") {
            request.additional_info.enable_high_density_mode =
                Some(new.is_true("enable_high_density_mode"));
        }
        if is("cpu_options")
            && let Some(options) = new.blocks("cpu_options").first()
        {
            request.cpu_options.core = options.int("core_count");
            request.cpu_options.threads_per_core = options.int("threads_per_core");
            request.cpu_options.topology_type = options.string("topology_type");
        }
        client.send(&request).await?;
    }
    if stays_stopped {
        Ok(())
    } else {
        start_and_wait(client, id, most).await
    }
}

async fn replace_system_disk(
    client: &Client,
    id: &str,
    old: Fields<'_>,
    new: Fields<'_>,
    most: Duration,
    client_token: Option<String>,
) -> Result<(), ClientError> {
    let image = new.string("image_id");
    client
        .send(&ops::ReplaceSystemDisk {
            instance_id: id.to_owned(),
            image_id: image.clone(),
            system_disk: SystemDiskParams {
                size: new.int("system_disk_size"),
                ..SystemDiskParams::default()
            },
            encrypted: new.any_bool("system_disk_encrypted").filter(|e| *e),
            encrypt_algorithm: new.string("system_disk_encrypt_algorithm"),
            kms_key_id: new.string("system_disk_kms_key_id"),
            password: new.string("password").map(Into::into),
            password_inherit: new.any_bool("password_inherit"),
            key_pair_name: new.string("key_name").or_else(|| old.string("key_name")),
            security_enhancement_strategy: new.string("security_enhancement_strategy"),
            client_token,
            ..ops::ReplaceSystemDisk::default()
        })
        .await?;
    let ids = [id.to_owned()];
    until(most, || async {
        let found = read::described(client, &ids).await?;
        let there = found.iter().any(|i| Some(&i.image_id) == image.as_ref());
        Ok(there.then_some(()))
    })
    .await
    .map(drop)
}

async fn change_network(
    client: &Client,
    id: &str,
    new: Fields<'_>,
    changed: &[&str],
    client_token: Option<String>,
) -> Result<(), ClientError> {
    let is = |n: &str| changed.contains(&n);
    let out = is("internet_max_bandwidth_out");
    if !out && !is("internet_max_bandwidth_in") && !is("internet_charge_type") {
        return Ok(());
    }
    client
        .send(&ops::ModifyInstanceNetworkSpec {
            instance_id: id.to_owned(),
            internet_max_bandwidth_out: out
                .then(|| new.any_int("internet_max_bandwidth_out").unwrap_or(0)),
            internet_max_bandwidth_in: new
                .any_int("internet_max_bandwidth_in")
                .filter(|_| is("internet_max_bandwidth_in")),
            network_charge_type: new
                .string("internet_charge_type")
                .filter(|_| is("internet_charge_type")),
            client_token,
            ..ops::ModifyInstanceNetworkSpec::default()
        })
        .await?;
    if out && new.any_int("internet_max_bandwidth_out").unwrap_or(0) > 0 {
        let ids = [id.to_owned()];
        let found = read::described(client, &ids).await?;
        if found.iter().any(|i| i.public_ip_address.is_empty()) {
            client
                .send(&ops::AllocatePublicIpAddress {
                    instance_id: id.to_owned(),
                    ..ops::AllocatePublicIpAddress::default()
                })
                .await?;
        }
    }
    Ok(())
}

async fn change_key(
    client: &Client,
    id: &str,
    old: Fields<'_>,
    new: Fields<'_>,
    most: Duration,
) -> Result<(), ClientError> {
    let instance_ids: JsonList<String> = [id.to_owned()].into_iter().collect();
    match (old.string("key_name"), new.string("key_name")) {
        (_, Some(key_pair_name)) => {
            client
                .send(&ops::AttachKeyPair {
                    region_id: client.region(),
                    key_pair_name,
                    instance_ids,
                })
                .await?;
        }
        (Some(key_pair_name), None) => {
            client
                .send(&ops::DetachKeyPair {
                    region_id: client.region(),
                    key_pair_name,
                    instance_ids,
                })
                .await?;
        }
        (None, None) => return Ok(()),
    }
    if new.str("status") == Some("Stopped") {
        return Ok(());
    }
    // A stop and a start: unlike a reboot, they are safe to repeat.
    stop_and_wait(client, id, None, most, true).await?;
    start_and_wait(client, id, most).await
}

async fn change_role(
    client: &Client,
    id: &str,
    old: Fields<'_>,
    new: Fields<'_>,
) -> Result<(), ClientError> {
    let instance_ids: JsonList<String> = [id.to_owned()].into_iter().collect();
    if let Some(role) = old.string("role_name") {
        client
            .send(&ops::DetachInstanceRamRole {
                region_id: client.region(),
                ram_role_name: Some(role),
                instance_ids: instance_ids.clone(),
            })
            .await?;
    }
    if let Some(ram_role_name) = new.string("role_name") {
        client
            .send(&ops::AttachInstanceRamRole {
                region_id: client.region(),
                ram_role_name,
                instance_ids,
                policy: None,
            })
            .await?;
    }
    Ok(())
}

/// Whether anything is said about maintenance.
pub(super) fn has_maintenance(f: Fields<'_>) -> bool {
    f.str("maintenance_action").is_some()
        || f.any_bool("maintenance_notify").is_some()
        || !f.blocks("maintenance_time").is_empty()
}

/// Tells the service how it may work on the instance's host.
pub(super) async fn set_maintenance(
    client: &Client,
    id: &str,
    f: Fields<'_>,
) -> Result<(), ClientError> {
    client
        .send(&ops::ModifyInstanceMaintenanceAttributes {
            region_id: Some(client.region()),
            instance_ids: vec![id.to_owned()],
            maintenance_windows: f
                .blocks("maintenance_time")
                .iter()
                .map(|w| MaintenanceWindow {
                    start_time: w.string("start_time").unwrap_or_default(),
                    end_time: w.string("end_time").unwrap_or_default(),
                })
                .collect(),
            action_on_maintenance: f.string("maintenance_action"),
            notify_on_maintenance: f.any_bool("maintenance_notify"),
        })
        .await
        .map(drop)
}

/// Stops an instance and waits until it is.
pub(super) async fn stop(
    client: &Client,
    id: &str,
    stopped_mode: Option<String>,
) -> Result<(), ClientError> {
    stop_and_wait(client, id, stopped_mode, MOST, true).await
}

async fn status_of(client: &Client, id: &str) -> Result<String, ClientError> {
    let ids = [id.to_owned()];
    let found = read::described(client, &ids).await?;
    Ok(found
        .into_iter()
        .next()
        .map(|i| i.status)
        .unwrap_or_default())
}

async fn stop_and_wait(
    client: &Client,
    id: &str,
    stopped_mode: Option<String>,
    most: Duration,
    wanted: bool,
) -> Result<(), ClientError> {
    if !wanted {
        return Ok(());
    }
    reach(client, id, "Stopped", most, || async {
        client
            .send(&ops::StopInstance {
                instance_id: id.to_owned(),
                stopped_mode: stopped_mode.clone().filter(|m| m != "Not-applicable"),
                ..ops::StopInstance::default()
            })
            .await
            .map(drop)
    })
    .await
}

async fn start_and_wait(client: &Client, id: &str, most: Duration) -> Result<(), ClientError> {
    reach(client, id, "Running", most, || async {
        client
            .send(&ops::StartInstance {
                instance_id: id.to_owned(),
                ..ops::StartInstance::default()
            })
            .await
            .map(drop)
    })
    .await
}

/// Asks once for a state, from the other one that lasts, and waits until it is reached.
async fn reach<F, R>(
    client: &Client,
    id: &str,
    wanted: &str,
    most: Duration,
    ask: F,
) -> Result<(), ClientError>
where
    F: Fn() -> R,
    R: Future<Output = Result<(), ClientError>>,
{
    let asked = std::sync::atomic::AtomicBool::new(false);
    let waited = until(most, || async {
        let status = status_of(client, id).await?;
        if status == wanted {
            return Ok(Some(()));
        }
        let lasting = if wanted == "Stopped" {
            "Running"
        } else {
            "Stopped"
        };
        if status == lasting && !asked.swap(true, std::sync::atomic::Ordering::Relaxed) {
            ask().await?;
        }
        Ok(None)
    })
    .await?;
    match waited {
        Waited::Ready(()) => Ok(()),
        Waited::TimedOut => Err(ClientError::Lost {
            action: "DescribeInstances",
            reason: format!("{id} is not {wanted} after {} seconds", most.as_secs()),
        }),
    }
}
