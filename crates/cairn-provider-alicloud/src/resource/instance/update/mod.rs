//! Decides how instances are changed in place: which request makes which attribute's change, in an order in which nothing is
//! done twice: what needs the instance stopped is done in one stop. Which instances change together is decided in `calls`.
//! Every request is safe to repeat.

mod access;
mod billing;
mod disks;
mod members;
mod network;
mod power;
mod rest;
mod settings;

use std::collections::BTreeMap;
use std::time::Duration;

use cairn_model::{ApplyCall, ApplyRequest};
use cairn_provider::ApplyResponse;
use ecs_api::{Operation, ops};

use super::super::answers::{answer_by_reading, half_updated};
use super::super::tags::{TagDelta, TagHome};
use super::super::{planned, planned_object, prior};
use super::Instance;
use super::create::prior_ids;
use crate::client::{Client, ClientError};
use crate::describe::{Fields, is_unset};

use members::Members;
use power::Power;
pub(super) use rest::AT_REST;
pub(super) use settings::{has_maintenance, set_maintenance};

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
    let of = |names: &[&str]| names.iter().any(|n| changed.contains(n));
    let only = |names: &[&str]| changed.iter().all(|n| names.contains(n));
    let prepaid = planned(request).str("instance_charge_type") == Some("PrePaid");
    let stops = planned(request).str("status") == Some("Stopped");
    if of(&["image_id"]) {
        ops::ReplaceSystemDisk::ACTION
    } else if of(&["instance_type"]) && prepaid {
        ops::ModifyPrepayInstanceSpec::ACTION
    } else if of(&["instance_type"]) {
        ops::ModifyInstanceSpec::ACTION
    } else if of(&["vswitch_id", "private_ip", "vpc_id"]) {
        ops::ModifyInstanceVpcAttribute::ACTION
    } else if of(&["instance_charge_type"]) {
        ops::ModifyInstanceChargeType::ACTION
    } else if of(&[
        "internet_max_bandwidth_out",
        "internet_max_bandwidth_in",
        "internet_charge_type",
    ]) {
        ops::ModifyInstanceNetworkSpec::ACTION
    } else if of(&["system_disk_size"]) {
        ops::ResizeDisk::ACTION
    } else if only(&["tags"]) {
        ops::TagResources::ACTION
    } else if only(&["key_name"]) {
        if planned(request).str("key_name").is_some() {
            ops::AttachKeyPair::ACTION
        } else {
            ops::DetachKeyPair::ACTION
        }
    } else if only(&["status", "stopped_mode"]) && stops {
        ops::StopInstances::ACTION
    } else if only(&["status", "stopped_mode"]) {
        ops::StartInstances::ACTION
    } else {
        ops::ModifyInstanceAttribute::ACTION
    }
}

pub(super) async fn update(ty: &Instance, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
    let mut members = Members::of(client, call, MOST);
    change(&mut members).await;
    let failed = members.into_failed();
    answers(ty, client, call, &failed).await
}

/// Of those that all went well with, and of those that it did not, what is there now is read.
async fn answers(
    ty: &Instance,
    client: &Client,
    call: &ApplyCall,
    failed: &BTreeMap<String, ClientError>,
) -> Vec<ApplyResponse> {
    let ids = prior_ids(call);
    let well = |id: &String| !failed.contains_key(id);
    let pairs = call.requests.iter().zip(&ids);
    let done: (Vec<ApplyRequest>, Vec<String>) = pairs
        .clone()
        .filter(|(_, id)| well(id))
        .map(|(r, id)| (r.clone(), id.clone()))
        .unzip();
    let broken = pairs.filter_map(|(r, id)| Some((r, failed.get(id)?)));
    let mut done = answer_by_reading(ty, client, &done.0, &done.1)
        .await
        .into_iter();
    let mut broken = half_updated(ty, client, broken.collect()).await.into_iter();
    let answer = |id: &String| {
        if well(id) { done.next() } else { broken.next() }
    };
    ids.iter().filter_map(answer).collect()
}

/// Makes every change that the instances have; those of one call change the same attributes.
async fn change(members: &mut Members<'_>) {
    tags(members).await;
    let new_image = members.all().iter().any(|m| m.is("image_id"));
    if !new_image {
        members.each(disks::concerned, disks::change).await;
    }
    members.each(|_| true, settings::attributes).await;
    let release = |m: &members::Member| m.is("auto_release_time");
    let cancel = |m: &members::Member| {
        settings::becomes_prepaid(m) && m.prior().str("auto_release_time").is_some()
    };
    members.each(cancel, settings::release_time).await;
    billing::charge_type(members).await;
    members
        .each(|m| release(m) && !cancel(m), settings::release_time)
        .await;
    access::keys(members).await;
    rest::change(members).await;
    if new_image {
        // The disk that is there now is another one.
        members.each(disks::concerned, disks::change).await;
    }
    members.each(network::concerned, network::change).await;
    billing::renewal(members).await;
    members
        .each(settings::is_placed_anew, settings::place)
        .await;
    settings::maintenance(members).await;
    access::roles(members).await;
}

async fn tags(members: &mut Members<'_>) {
    let going = members.going();
    let Some(first) = going.first() else { return };
    let delta = TagDelta::between(first.prior(), first.planned());
    let ids: Vec<String> = going.iter().map(|m| m.id.clone()).collect();
    let changed = TagHome::Ecs("instance").change(members.client, &ids, &delta);
    if let Err(error) = changed.await {
        members.fail_all(&ids, &error);
    }
}

/// Stops instances and waits until they are; gives what went wrong, by id.
pub(super) async fn stop(
    client: &Client,
    ids: &[String],
    stopped_mode: Option<&str>,
) -> BTreeMap<String, ClientError> {
    power::reach(client, ids, Power::Stopped, stopped_mode, MOST).await
}

/// Whether an instance is to have further private addresses.
pub(super) fn has_further_addresses(f: Fields<'_>) -> bool {
    !f.strings("secondary_private_ips").is_empty()
        || f.int("secondary_private_ip_address_count").is_some()
}

/// Gives a new instance the further private addresses that it is to have.
pub(super) async fn assign_addresses(
    client: &Client,
    id: &str,
    f: Fields<'_>,
    token: &str,
) -> Result<(), ClientError> {
    let listed = f.owned_strings("secondary_private_ips");
    let nic = network::primary_interface(client, id).await?;
    if listed.is_empty() {
        let count = f.int("secondary_private_ip_address_count").unwrap_or(0);
        let count = usize::try_from(count).unwrap_or(0);
        let token = Some(format!("{}-ips-{}", &token[..token.len().min(30)], id));
        return network::private_count(client, &nic, &[], count, token).await;
    }
    network::private(client, &nic, &[], &listed).await
}
