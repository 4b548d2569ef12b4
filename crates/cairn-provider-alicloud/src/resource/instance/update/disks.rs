//! Decides how the disks of an instance change: size, performance, name and snapshot policy of its system disk, its
//! data disks, and the tags of all.

use ecs_api::types::SystemDiskParams;
use ecs_api::{ApiError, Operation, ops};

use super::super::{data_disks, read};
use super::MOST;
use super::members::Member;
use crate::client::{Client, ClientError};
use crate::resource::tags::{TagDelta, TagHome};
use crate::wait::until;

/// What of the system disk changes without another disk in its place.
const OF_SYSTEM_DISK: &[&str] = &[
    "system_disk_name",
    "system_disk_description",
    "system_disk_bursting_enabled",
    "system_disk_performance_level",
    "system_disk_provisioned_iops",
    "system_disk_size",
    "system_disk_auto_snapshot_policy_id",
];

pub(super) fn concerned(member: &Member) -> bool {
    member.any(OF_SYSTEM_DISK) || member.any(&["volume_tags", "data_disks"])
}

/// Changes the disks of one instance.
pub(super) async fn change(client: Client, m: Member) -> Result<(), ClientError> {
    if m.any(OF_SYSTEM_DISK) {
        let disk = system_disk(&client, &m).await?;
        resize(&client, &m, &disk).await?;
        respecify(&client, &m, &disk).await?;
        rename(&client, &m, &disk).await?;
        policy(&client, &m, &disk).await?;
    }
    if m.is("data_disks") {
        change_data_disks(&client, &m).await?;
    }
    if m.is("volume_tags") {
        let disks = read::disks_of(&client, &m.id).await?;
        let disks: Vec<String> = disks.into_iter().map(|d| d.disk_id).collect();
        let delta = TagDelta::between_attr(m.prior(), m.planned(), "volume_tags");
        TagHome::Ecs("disk").change(&client, &disks, &delta).await?;
    }
    Ok(())
}

/// The system disk's id; with a new image it is another than the recorded one.
async fn system_disk(client: &Client, m: &Member) -> Result<String, ClientError> {
    let recorded = m.prior().string("system_disk_id");
    if let Some(disk) = recorded.filter(|_| !m.is("image_id")) {
        return Ok(disk);
    }
    let disks = read::disks_of(client, &m.id).await?;
    let system = disks.into_iter().find(|d| d.r#type == "system");
    system
        .map(|d| d.disk_id)
        .ok_or_else(|| no_disk(ops::DescribeDisks::ACTION))
}

fn no_disk(action: &'static str) -> ClientError {
    let message = "The specified disk does not exist.";
    ClientError::Refused {
        action,
        error: Box::new(ApiError::new(404, "InvalidDiskId.NotFound", message)),
    }
}

/// The higher performance levels are for large disks only, so a disk grows first. With a new image the disk is made in its
/// new size.
async fn resize(client: &Client, m: &Member, disk: &str) -> Result<(), ClientError> {
    let Some(new_size) = m.planned().int("system_disk_size") else {
        return Ok(());
    };
    if !m.is("system_disk_size") || m.is("image_id") {
        return Ok(());
    }
    let stopped = m.prior().str("status") == Some("Stopped");
    client
        .send(&ops::ResizeDisk {
            disk_id: disk.to_owned(),
            new_size,
            r#type: Some(if stopped { "offline" } else { "online" }.to_owned()),
            dry_run: None,
            client_token: Some(m.token("disk")),
        })
        .await
        .map(drop)
}

async fn respecify(client: &Client, m: &Member, disk: &str) -> Result<(), ClientError> {
    let new = m.planned();
    let level = new.string("system_disk_performance_level");
    let iops = new.any_int("system_disk_provisioned_iops");
    let request = ops::ModifyDiskSpec {
        disk_id: disk.to_owned(),
        performance_level: level.filter(|_| m.is("system_disk_performance_level")),
        provisioned_iops: iops.filter(|_| m.is("system_disk_provisioned_iops")),
        ..ops::ModifyDiskSpec::default()
    };
    if request.performance_level.is_none() && request.provisioned_iops.is_none() {
        return Ok(());
    }
    client.send(&request).await.map(drop)
}

async fn rename(client: &Client, m: &Member, disk: &str) -> Result<(), ClientError> {
    let new = m.planned();
    if !m.any(&OF_SYSTEM_DISK[..3]) {
        return Ok(());
    }
    client
        .send(&ops::ModifyDiskAttribute {
            region_id: Some(client.region()),
            disk_id: Some(disk.to_owned()),
            disk_name: new
                .string("system_disk_name")
                .filter(|_| m.is("system_disk_name")),
            description: m
                .is("system_disk_description")
                .then(|| new.string("system_disk_description").unwrap_or_default()),
            bursting_enabled: m
                .is("system_disk_bursting_enabled")
                .then(|| new.is_true("system_disk_bursting_enabled")),
            ..ops::ModifyDiskAttribute::default()
        })
        .await
        .map(drop)
}

async fn policy(client: &Client, m: &Member, disk: &str) -> Result<(), ClientError> {
    let attribute = "system_disk_auto_snapshot_policy_id";
    let Some(auto_snapshot_policy_id) = m.planned().string(attribute).filter(|_| m.is(attribute))
    else {
        return Ok(());
    };
    client
        .send(&ops::ApplyAutoSnapshotPolicy {
            region_id: client.region(),
            auto_snapshot_policy_id,
            disk_ids: [disk.to_owned()].into_iter().collect(),
        })
        .await
        .map(drop)
}

/// Brings data disks to what their blocks say, and makes those that are missing.
async fn change_data_disks(client: &Client, m: &Member) -> Result<(), ClientError> {
    let (prior, planned) = (m.prior(), m.planned());
    let (old, new) = (prior.blocks("data_disks"), planned.blocks("data_disks"));
    let there = data_disks::disks_of_blocks(client, &m.id, &old).await?;
    for (n, kept) in data_disks::kept(&old, &new).into_iter().enumerate() {
        let token = m.token(&format!("disk{n}"));
        let Some(kept) = kept else {
            let place = (m.id.as_str(), prior.string("availability_zone"));
            data_disks::add(client, place, planned, new[n], (token, MOST)).await?;
            continue;
        };
        let disk = there[kept]
            .as_ref()
            .ok_or_else(|| no_disk(ops::DescribeDisks::ACTION))?;
        data_disks::change(client, disk, old[kept], new[n], token).await?;
    }
    Ok(())
}

/// Puts a disk of another image in the place of a stopped instance's system disk.
pub(super) async fn replace(
    client: &Client,
    m: &Member,
    most: std::time::Duration,
) -> Result<(), ClientError> {
    let (old, new) = (m.prior(), m.planned());
    let image = new.string("image_id");
    client
        .send(&ops::ReplaceSystemDisk {
            instance_id: m.id.clone(),
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
            client_token: Some(m.token("image")),
            ..ops::ReplaceSystemDisk::default()
        })
        .await?;
    let ids = [m.id.clone()];
    until(most, || async {
        let found = read::described(client, &ids).await?;
        let there = found.iter().any(|i| Some(&i.image_id) == image.as_ref());
        Ok(there.then_some(()))
    })
    .await
    .map(drop)
}
