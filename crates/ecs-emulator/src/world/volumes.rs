//! Decides about disks of their own: made in a zone, attached to an instance of it, detached and deleted. Which categories and
//! sizes there are, and disks that come with an instance, are decided in `disks`.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, AttachDisk, CreateDisk, CreateDiskResponse, DeleteDisk, DetachDisk,
};
use ecs_api::types::DataDiskParams;

use super::disks::device;
use super::{Context, Disk, World};
use crate::dispatch::Serve;
use crate::lifecycle::{Order, check};
use crate::refuse;

/// How many data disks an instance takes.
const DATA_DISKS: usize = 64;

impl Serve<CreateDisk> for World {
    fn serve(&mut self, context: &Context, op: CreateDisk) -> Result<CreateDiskResponse, ApiError> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let instance_id = text(&op.instance_id);
        let zone = match (&op.zone_id, instance_id.as_str()) {
            (Some(zone), "") if !zone.is_empty() => zone.clone(),
            (_, "") => return Err(refuse::missing("ZoneId")),
            (_, id) => self.instance(context, id)?.zone.clone(),
        };
        let region = self.catalogue.region(&context.region);
        if region.is_none_or(|r| !r.zones.contains(&zone)) {
            return Err(refuse::known("InvalidZoneId.NotFound"));
        }
        let plan = self.plan_volume(
            &DataDiskParams {
                category: op.disk_category.clone(),
                size: op.size,
                snapshot_id: op.snapshot_id.clone(),
                encrypted: op.encrypted,
                kms_key_id: op.kms_key_id.clone(),
                disk_name: op.disk_name.clone(),
                description: op.description.clone(),
                performance_level: op.performance_level.clone(),
                provisioned_iops: op.provisioned_iops,
                bursting_enabled: op.bursting_enabled,
                delete_with_instance: Some(false),
                ..DataDiskParams::default()
            },
            &zone,
        )?;
        let id = self.next_id("d");
        self.tables.disks.insert(Disk {
            id: id.clone(),
            region: context.region.clone(),
            zone,
            created: context.now,
            delete_auto_snapshot: false,
            enable_auto_snapshot: false,
            resource_group: text(&op.resource_group_id),
            tags: op.tags.into_iter().map(|t| (t.key, t.value)).collect(),
            ..plan.row()
        });
        if !instance_id.is_empty() {
            self.attach(context, &id, &instance_id, None, None)?;
        }
        Ok(CreateDiskResponse {
            disk_id: id,
            ..CreateDiskResponse::default()
        })
    }
}

impl World {
    fn attach(
        &mut self,
        context: &Context,
        disk: &str,
        instance: &str,
        at: Option<String>,
        with_instance: Option<bool>,
    ) -> Result<(), ApiError> {
        let places = self.instance(context, instance)?.disks.clone();
        let taken = |name: &str| {
            let mut disks = places.iter().filter_map(|id| self.tables.disks.get(id));
            disks.any(|d| d.device == name)
        };
        let free = (1..=DATA_DISKS).map(device).find(|name| !taken(name));
        let at = at.filter(|name| !name.is_empty() && !taken(name)).or(free);
        if let Some(row) = self.tables.disks.get_mut(disk) {
            instance.clone_into(&mut row.instance);
            row.device = at.unwrap_or_default();
            row.attached = Some(context.now);
            row.detached = None;
            if let Some(flag) = with_instance {
                row.delete_with_instance = flag;
            }
        }
        self.instance_mut(context, instance)?
            .disks
            .push(disk.to_owned());
        Ok(())
    }
}

impl Serve<AttachDisk> for World {
    fn serve(&mut self, context: &Context, op: AttachDisk) -> Result<Acknowledged, ApiError> {
        let disk = self.disk(context, &op.disk_id)?;
        let instance = self.instance(context, &op.instance_id)?;
        if disk.instance == instance.id {
            return Ok(Acknowledged::default());
        }
        if disk.system || !disk.instance.is_empty() {
            return Err(refuse::forbidden(
                "InvalidDiskStatus.Attached",
                "The specified disk is attached already.",
            ));
        }
        if disk.zone != instance.zone {
            return Err(refuse::forbidden(
                "ResourceNotInSameZone",
                "The disk and the instance are not in the same zone.",
            ));
        }
        check(Order::WhenSettled, instance.status(context.now))?;
        if instance.disks.len() > DATA_DISKS {
            return Err(refuse::forbidden(
                "InstanceDiskLimitExceeded",
                "The amount of the disk on instance in question reach its limits.",
            ));
        }
        let with_instance = op.delete_with_instance;
        self.attach(
            context,
            &op.disk_id,
            &op.instance_id,
            op.device,
            with_instance,
        )?;
        Ok(Acknowledged::default())
    }
}

impl Serve<DetachDisk> for World {
    fn serve(&mut self, context: &Context, op: DetachDisk) -> Result<Acknowledged, ApiError> {
        let disk = self.disk(context, &op.disk_id)?;
        let instance = self.instance(context, &op.instance_id)?;
        if disk.instance != instance.id {
            return Err(refuse::forbidden(
                "DependencyViolation",
                "The specified disk has not been attached to the specified instance.",
            ));
        }
        if disk.system {
            return Err(refuse::forbidden(
                "InvalidDiskType.NotSupported",
                "A system disk cannot be detached.",
            ));
        }
        check(Order::WhenSettled, instance.status(context.now))?;
        if let Some(row) = self.tables.disks.get_mut(&op.disk_id) {
            row.instance.clear();
            row.device.clear();
            row.detached = Some(context.now);
        }
        let instance = self.instance_mut(context, &op.instance_id)?;
        instance.disks.retain(|id| *id != op.disk_id);
        Ok(Acknowledged::default())
    }
}

impl Serve<DeleteDisk> for World {
    fn serve(&mut self, context: &Context, op: DeleteDisk) -> Result<Acknowledged, ApiError> {
        let disk = self.disk(context, &op.disk_id)?;
        if !disk.instance.is_empty() {
            return Err(refuse::forbidden(
                "IncorrectDiskStatus",
                "The current disk status does not support this operation.",
            ));
        }
        self.remove_disk(&op.disk_id);
        Ok(Acknowledged::default())
    }
}
