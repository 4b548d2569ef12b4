//! Decides which data disk a block of an instance stands for, what of it is read back, and which disks are made anew for blocks
//! that were added: a disk that is missing is put back without the instance being replaced.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cairn_value::{Object, Path, Value};
use ecs_api::page::Paged as _;
use ecs_api::types::{Disk, Instance as Described, Tag, TagFilter, TagItem};
use ecs_api::{ApiError, Operation as _, ops};

use super::super::tags::{CALL_TAG, MOST_TAGS, planned_tags};
use super::{params, read};
use crate::client::{Client, ClientError};
use crate::describe::{Draft, Fields, Planned, is_unset};
use crate::wait::{Waited, until};

/// The tag that names the instance that a disk was made for after its creation.
const DISK_OF: &str = "cairn:disk-of";

/// The largest page of DescribeDisks.
const PAGE: usize = 500;

/// Attributes of a block that change without another disk in its place.
const IN_PLACE: &[&str] = &[
    "performance_level",
    "name",
    "description",
    "delete_with_instance",
];

/// Whether an attribute is the same in two blocks.
fn same(one: Fields<'_>, other: Fields<'_>, attribute: &str) -> bool {
    match (one.value(attribute), other.value(attribute)) {
        (Some(a), Some(b)) => a == b || (is_unset(a) && is_unset(b)),
        _ => false,
    }
}

/// Whether two blocks say the same, but for levels, which the cloud may choose.
fn equal(old: Fields<'_>, new: Fields<'_>) -> bool {
    old.names()
        .all(|n| n == "performance_level" || same(old, new, n))
}

/// Whether the disk of one block can become that of the other.
fn becomes(old: Fields<'_>, new: Fields<'_>) -> bool {
    let grows = old.any_int("size") <= new.any_int("size");
    old.names()
        .all(|n| IN_PLACE.contains(&n) || same(old, new, n) || (n == "size" && grows))
}

/// For each new block the recorded one whose disk it keeps: an equal one, at its own place or elsewhere, else one whose disk can
/// become it.
pub(super) fn kept(old: &[Fields<'_>], new: &[Fields<'_>]) -> Vec<Option<usize>> {
    let mut free: BTreeSet<usize> = (0..old.len()).collect();
    let mut kept: Vec<Option<usize>> = vec![None; new.len()];
    let rounds: [fn(Fields<'_>, Fields<'_>) -> bool; 2] = [equal, becomes];
    for fits in rounds {
        for (n, place) in kept.iter_mut().enumerate().filter(|(_, p)| p.is_none()) {
            let fitting = |o: &usize| fits(old[*o], new[n]);
            let own = free.get(&n).copied().filter(fitting);
            *place = own.or_else(|| free.iter().copied().find(fitting));
            if let Some(taken) = place {
                free.remove(taken);
            }
        }
    }
    kept
}

/// Blocks that are added, or whose disks can be changed as they are, replace nothing where all recorded ones are kept.
pub(super) fn adjust(prior: Fields<'_>, planned: &mut Planned) {
    let wanted = Fields::of(&planned.object);
    if wanted.is_unknown("data_disks") && wanted.blocks("data_disks").is_empty() {
        return;
    }
    let (old, new) = (prior.blocks("data_disks"), wanted.blocks("data_disks"));
    let all_kept = kept(&old, &new).iter().flatten().count() == old.len();
    if all_kept {
        let elsewhere = |path: &Path| path.first_attr() != Some("data_disks");
        planned.replace.retain(elsewhere);
    }
}

/// All disks of instances, by instance: by listing the region, 500 a page, unless there are fewer instances than pages.
pub(super) async fn of_instances(
    client: &Client,
    ids: &[String],
) -> Result<BTreeMap<String, Vec<Disk>>, ClientError> {
    let mut found: BTreeMap<String, Vec<Disk>> = BTreeMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let wanted: BTreeSet<&String> = ids.iter().collect();
    let mut listed = Vec::new();
    let mut request = ops::DescribeDisks {
        region_id: client.region(),
        ..ops::DescribeDisks::default()
    };
    request.set_largest_page();
    let mut next = (ids.len() > 1).then_some(request);
    let mut whole = next.is_some();
    while let Some(request) = next {
        let answer = client.send(&request).await?;
        let pages = usize::try_from(answer.total_count)
            .unwrap_or(0)
            .div_ceil(PAGE);
        next = request.next_page(&answer);
        listed.extend(answer.disks);
        if pages > ids.len() {
            whole = false;
            break;
        }
    }
    if !whole {
        listed.clear();
        let one_by_one = client.fan_out(ids.to_vec(), |client, id: String| async move {
            read::disks_of(&client, &id).await
        });
        for disks in one_by_one.await {
            listed.extend(disks?);
        }
    }
    for disk in listed {
        if wanted.contains(&disk.instance_id) {
            found
                .entry(disk.instance_id.clone())
                .or_default()
                .push(disk);
        }
    }
    Ok(found)
}

/// The disks that blocks of an instance can stand for, in the order of their devices: what was made on its own and attached is
/// none of them.
fn own<'a>(instance: &Described, disks: &'a [Disk]) -> Vec<&'a Disk> {
    let call = call_of(&instance.tags);
    let is_own = |disk: &&Disk| {
        let of_instance = |t: &TagItem| t.tag_key == DISK_OF && t.tag_value == instance.instance_id;
        let added = disk.tags.iter().any(of_instance);
        disk.r#type == "data" && (added || call_of(&disk.tags) == call)
    };
    let mut own: Vec<&Disk> = disks.iter().filter(is_own).collect();
    own.sort_by(|a, b| a.device.cmp(&b.device));
    own
}

/// The call that made an object, where its tags tell.
fn call_of(tags: &[TagItem]) -> Option<&str> {
    let tag = tags.iter().find(|t| t.tag_key == CALL_TAG)?;
    Some(&tag.tag_value)
}

/// What a disk has of the attributes that a block sets.
fn told(block: Fields<'_>, disk: &Disk) -> Vec<(&'static str, Value)> {
    let mut told = Vec::new();
    let mut add = |name: &'static str, value: Value| told.push((name, value));
    let is_essd = disk.category == "cloud_essd";
    for (name, value) in [
        ("category", &disk.category),
        ("name", &disk.disk_name),
        ("description", &disk.description),
        ("auto_snapshot_policy_id", &disk.auto_snapshot_policy_id),
        ("performance_level", &disk.performance_level),
        ("device", &disk.device),
    ] {
        // These are names of kinds, not of categories.
        let kind = matches!(block.str(name), Some("all" | "local_disk"));
        let levelled = name != "performance_level" || is_essd;
        if block.str(name).is_some() && !kind && levelled {
            add(name, Value::string(value));
        }
    }
    if block.any_int("size").is_some() {
        add("size", Value::int(disk.size));
    }
    if block.any_bool("delete_with_instance").is_some()
        && block.str("category") != Some("ephemeral_ssd")
    {
        add(
            "delete_with_instance",
            Value::Bool(disk.delete_with_instance),
        );
    }
    told
}

fn agrees(block: Fields<'_>, disk: &Disk) -> bool {
    told(block, disk)
        .iter()
        .all(|(n, v)| block.value(n) == Some(v))
}

/// For each block its disk: the one of its device, else one that is as it says, else the next that is left.
fn matched<'a>(blocks: &[Fields<'_>], disks: &[&'a Disk]) -> Vec<Option<&'a Disk>> {
    let mut left: Vec<&Disk> = disks.to_vec();
    let mut found: Vec<Option<&Disk>> = vec![None; blocks.len()];
    let by_device =
        |block: Fields<'_>, disk: &Disk| block.str("device") == Some(disk.device.as_str());
    let anyone = |block: Fields<'_>, _: &Disk| block.str("device").is_none();
    let rounds: [&dyn Fn(Fields<'_>, &Disk) -> bool; 3] = [&by_device, &agrees, &anyone];
    for fits in rounds {
        for (block, found) in blocks.iter().zip(&mut found) {
            if found.is_none()
                && let Some(at) = left.iter().position(|disk| fits(*block, disk))
            {
                *found = Some(left.remove(at));
            }
        }
    }
    found
}

/// Tells the data disks as they are: blocks whose disks are gone are left out.
pub(super) fn show(d: &mut Draft, base: Fields<'_>, instance: &Described, disks: &[Disk]) {
    let Some(Value::List(recorded)) = base.value("data_disks") else {
        return;
    };
    let blocks = base.blocks("data_disks");
    let Some(first) = recorded.items.first() else {
        return;
    };
    if blocks.len() != recorded.items.len() {
        return;
    }
    let element = first.ty();
    let seen = recorded
        .items
        .iter()
        .zip(matched(&blocks, &own(instance, disks)));
    let items = seen.filter_map(|(item, disk)| Some(shown(item.as_object()?, disk?)));
    d.settle("data_disks", Value::list(element, items.collect()));
}

fn shown(recorded: &Object, disk: &Disk) -> Value {
    let mut object = recorded.clone();
    for (attribute, value) in told(Fields::of(recorded), disk) {
        object.set(attribute, value);
    }
    Value::Object(std::sync::Arc::new(object))
}

/// The disk of each block.
pub(super) async fn disks_of_blocks(
    client: &Client,
    id: &str,
    blocks: &[Fields<'_>],
) -> Result<Vec<Option<Disk>>, ClientError> {
    let disks = read::disks_of(client, id).await?;
    let found = read::described(client, &[id.to_owned()]).await?;
    Ok(match found.first() {
        Some(instance) => matched(blocks, &own(instance, &disks))
            .into_iter()
            .map(Option::<&Disk>::cloned)
            .collect(),
        None => vec![None; blocks.len()],
    })
}

/// Brings the disk of a block from one form to another.
pub(super) async fn change(
    client: &Client,
    disk: &Disk,
    old: Fields<'_>,
    new: Fields<'_>,
    token: String,
) -> Result<(), ClientError> {
    let changes = |attribute: &str| !new.is_unknown(attribute) && !same(old, new, attribute);
    if changes("size")
        && let Some(new_size) = new.int("size")
    {
        client
            .send(&ops::ResizeDisk {
                disk_id: disk.disk_id.clone(),
                new_size,
                r#type: Some("online".to_owned()),
                dry_run: None,
                client_token: Some(token),
            })
            .await?;
    }
    if changes("performance_level")
        && let Some(level) = new.string("performance_level")
    {
        client
            .send(&ops::ModifyDiskSpec {
                disk_id: disk.disk_id.clone(),
                performance_level: Some(level),
                ..ops::ModifyDiskSpec::default()
            })
            .await?;
    }
    let (named, described) = (changes("name"), changes("description"));
    let kept_with = changes("delete_with_instance");
    if named || described || kept_with {
        client
            .send(&ops::ModifyDiskAttribute {
                region_id: Some(client.region()),
                disk_id: Some(disk.disk_id.clone()),
                disk_name: new.string("name").filter(|_| named),
                description: described.then(|| new.string("description").unwrap_or_default()),
                delete_with_instance: new.any_bool("delete_with_instance").filter(|_| kept_with),
                ..ops::ModifyDiskAttribute::default()
            })
            .await?;
    }
    Ok(())
}

/// Makes the disk of a block and attaches it. One that was made before and is not attached yet serves.
pub(super) async fn add(
    client: &Client,
    (id, zone): (&str, Option<String>),
    instance: Fields<'_>,
    block: Fields<'_>,
    (token, most): (String, Duration),
) -> Result<(), ClientError> {
    let wanted = params::data_disk(block);
    let waiting = client
        .all(ops::DescribeDisks {
            region_id: client.region(),
            status: Some("Available".to_owned()),
            tags: vec![TagFilter {
                key: Some(DISK_OF.to_owned()),
                value: Some(id.to_owned()),
            }],
            ..ops::DescribeDisks::default()
        })
        .await?;
    let fits = |disk: &&Disk| {
        Some(&disk.category) == wanted.category.as_ref() && Some(disk.size) == wanted.size
    };
    let disk_id = if let Some(disk) = waiting.iter().find(fits) {
        disk.disk_id.clone()
    } else {
        let mut tags = planned_tags(instance);
        tags.truncate(MOST_TAGS - 1);
        tags.push(Tag::new(DISK_OF, id));
        let request = ops::CreateDisk {
            region_id: client.region(),
            zone_id: zone,
            disk_name: wanted.disk_name,
            description: wanted.description,
            disk_category: wanted.category,
            size: wanted.size,
            snapshot_id: wanted.snapshot_id,
            performance_level: wanted.performance_level,
            provisioned_iops: wanted.provisioned_iops,
            bursting_enabled: wanted.bursting_enabled,
            encrypted: wanted.encrypted,
            kms_key_id: wanted.kms_key_id,
            tags,
            client_token: Some(token),
            ..ops::CreateDisk::default()
        };
        client.send(&request).await?.disk_id
    };
    reach(client, &disk_id, "Available", most).await?;
    client
        .send(&ops::AttachDisk {
            instance_id: id.to_owned(),
            disk_id: disk_id.clone(),
            device: wanted.device,
            delete_with_instance: wanted.delete_with_instance,
            ..ops::AttachDisk::default()
        })
        .await?;
    reach(client, &disk_id, "In_use", most).await
}

async fn reach(
    client: &Client,
    disk_id: &str,
    status: &str,
    most: Duration,
) -> Result<(), ClientError> {
    let waited = until(most, || async {
        let found = client
            .send(&ops::DescribeDisks {
                region_id: client.region(),
                disk_ids: Some(ecs_api::JsonList(vec![disk_id.to_owned()])),
                ..ops::DescribeDisks::default()
            })
            .await?;
        let there = found.disks.iter().any(|disk| disk.status == status);
        Ok(there.then_some(()))
    });
    match waited.await? {
        Waited::Ready(()) => Ok(()),
        Waited::TimedOut => {
            let message = format!("The disk {disk_id} was not {status} in time.");
            Err(ClientError::Refused {
                action: ops::DescribeDisks::ACTION,
                error: Box::new(ApiError::new(403, "IncorrectDiskStatus", message)),
            })
        }
    }
}
