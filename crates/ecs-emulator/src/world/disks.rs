//! Decides about disks: which categories and sizes may be had where, and what the disk actions do.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, DescribeDisks, DescribeDisksResponse, ModifyDiskAttribute, ModifyDiskSpec,
    ModifyDiskSpecResponse, ReplaceSystemDisk, ReplaceSystemDiskResponse, ResizeDisk,
    ResizeDiskResponse,
};
use ecs_api::types::{DataDiskParams, Disk as Described, DiskAttachment, SystemDiskParams};

use super::filters::{ecs_tags, has_tags, is, is_created_within, is_like, is_word};
use super::{Context, Disk, World};
use crate::catalogue::{DiskCategory, InstanceType, SystemImage};
use crate::dispatch::Serve;
use crate::lifecycle::{Order, check};
use crate::page::{Paging, Sizes, UP_TO_100, cut, select};
use crate::refuse;

/// Ten by default, at most five hundred with tokens.
const DISKS_BY_TOKEN: Sizes = Sizes {
    default: 10,
    most: 500,
    least: 10,
};
/// The smallest default of a system disk, in GiB.
const DEFAULT_SYSTEM_SIZE: i64 = 40;

/// A disk to be made, checked.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of the API's disk")]
pub(crate) struct DiskPlan {
    pub(crate) system: bool,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) category: String,
    pub(crate) performance_level: String,
    pub(crate) size: i64,
    pub(crate) encrypted: bool,
    pub(crate) kms_key: String,
    pub(crate) delete_with_instance: bool,
    pub(crate) image: String,
    pub(crate) auto_snapshot_policy: String,
    pub(crate) bursting: bool,
    pub(crate) provisioned_iops: i64,
    pub(crate) storage_cluster: String,
    pub(crate) device: Option<String>,
    /// An hour.
    pub(crate) price: f64,
}

impl DiskPlan {
    /// The row, as yet nowhere.
    pub(crate) fn row(&self) -> Disk {
        Disk {
            id: String::new(),
            region: String::new(),
            zone: String::new(),
            name: self.name.clone(),
            description: self.description.clone(),
            category: self.category.clone(),
            performance_level: self.performance_level.clone(),
            size: self.size,
            system: self.system,
            instance: String::new(),
            device: String::new(),
            image: self.image.clone(),
            source_snapshot: String::new(),
            encrypted: self.encrypted,
            kms_key: self.kms_key.clone(),
            delete_with_instance: self.delete_with_instance,
            delete_auto_snapshot: true,
            enable_auto_snapshot: true,
            auto_snapshot_policy: self.auto_snapshot_policy.clone(),
            bursting: self.bursting,
            provisioned_iops: self.provisioned_iops,
            storage_cluster: self.storage_cluster.clone(),
            charge_type: "PostPaid".to_owned(),
            created: crate::time::Moment::default(),
            attached: None,
            detached: None,
            resource_group: String::new(),
            tags: Vec::new(),
        }
    }
}

/// `/dev/xvda` and on.
pub(crate) fn device(number: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(number.min(25)).unwrap_or(25));
    format!("/dev/xvd{letter}")
}

fn size_in(size: i64, (least, most): (u32, u32)) -> bool {
    (i64::from(least)..=i64::from(most)).contains(&size)
}

impl World {
    /// The category, if the type takes it and the zone has it.
    fn category(
        &self,
        id: &str,
        instance_type: Option<&InstanceType>,
        zone: &str,
        unknown: &str,
    ) -> Result<&DiskCategory, ApiError> {
        let category = self
            .catalogue
            .disk_category(id)
            .ok_or_else(|| refuse::known(unknown))?;
        if instance_type.is_some_and(|instance_type| !instance_type.takes_disk(category)) {
            return Err(refuse::known("InvalidDiskCategory.NotSupported"));
        }
        if !self.catalogue.has_disk(zone, id) {
            return Err(refuse::known("CategoryNotSupported"));
        }
        Ok(category)
    }

    /// Checks a performance level, and whether the size goes with it. Only ESSDs have one.
    fn level(&self, category: &str, level: Option<&String>, size: i64) -> Result<String, ApiError> {
        if category != "cloud_essd" {
            return Ok(String::new());
        }
        let level = level
            .map(String::as_str)
            .filter(|level| !level.is_empty())
            .unwrap_or("PL1");
        let sizes = self.catalogue.performance_level(level).ok_or_else(|| {
            refuse::bad(
                "InvalidPerformanceLevel.Malformed",
                "The specified parameter PerformanceLevel is not valid.",
            )
        })?;
        if !size_in(size, sizes) {
            return Err(refuse::known("InvalidDataDiskSize.ValueNotSupported"));
        }
        Ok(level.to_owned())
    }

    /// Checks a system disk and fills in its defaults.
    pub(crate) fn plan_system_disk(
        &self,
        params: &SystemDiskParams,
        image: &SystemImage,
        instance_type: &InstanceType,
        zone: &str,
    ) -> Result<DiskPlan, ApiError> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let category = params.category.as_deref().filter(|c| !c.is_empty());
        let category = self.category(
            category.unwrap_or("cloud_efficiency"),
            Some(instance_type),
            zone,
            "InvalidSystemDiskCategory.ValueNotSupported",
        )?;
        let image_size = i64::from(image.size);
        let size = params
            .size
            .unwrap_or_else(|| image_size.max(DEFAULT_SYSTEM_SIZE));
        if size < image_size {
            return Err(refuse::known("InvalidSystemDiskSize.LessThanImageSize"));
        }
        if size < i64::from(category.system.0) {
            return Err(refuse::known("InvalidSystemDiskSize.LessThanMinSize"));
        }
        if size > i64::from(category.system.1) {
            return Err(refuse::known("InvalidSystemDiskSize.MoreThanMaxSize"));
        }
        Ok(DiskPlan {
            system: true,
            name: text(&params.disk_name),
            description: text(&params.description),
            performance_level: self.level(&category.id, params.performance_level.as_ref(), size)?,
            category: category.id.clone(),
            size,
            encrypted: params.encrypted == Some(true),
            kms_key: text(&params.kms_key_id),
            delete_with_instance: true,
            image: image.id.clone(),
            auto_snapshot_policy: text(&params.auto_snapshot_policy_id),
            bursting: params.bursting_enabled == Some(true),
            provisioned_iops: params.provisioned_iops.unwrap_or(0),
            storage_cluster: text(&params.storage_cluster_id),
            device: None,
            price: category.price * size as f64,
        })
    }

    /// Checks a data disk and fills in its defaults.
    pub(crate) fn plan_data_disk(
        &self,
        params: &DataDiskParams,
        instance_type: &InstanceType,
        zone: &str,
    ) -> Result<DiskPlan, ApiError> {
        self.plan_data(params, Some(instance_type), zone)
    }

    /// The same for a disk that comes without an instance.
    pub(crate) fn plan_volume(
        &self,
        params: &DataDiskParams,
        zone: &str,
    ) -> Result<DiskPlan, ApiError> {
        self.plan_data(params, None, zone)
    }

    fn plan_data(
        &self,
        params: &DataDiskParams,
        instance_type: Option<&InstanceType>,
        zone: &str,
    ) -> Result<DiskPlan, ApiError> {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        if params.snapshot_id.as_ref().is_some_and(|id| !id.is_empty()) {
            return Err(refuse::known("InvalidDataDiskSnapshotId.NotFound"));
        }
        let default = if instance_type.is_none_or(|t| t.legacy_disks) {
            "cloud"
        } else {
            "cloud_efficiency"
        };
        let category = self.category(
            params
                .category
                .as_deref()
                .filter(|c| !c.is_empty())
                .unwrap_or(default),
            instance_type,
            zone,
            "InvalidDiskCategory.ValueNotSupported",
        )?;
        let size = params
            .size
            .filter(|size| size_in(*size, category.data))
            .ok_or_else(|| refuse::known("InvalidDataDiskSize.ValueNotSupported"))?;
        if params.encrypted == Some(true) && !category.encrypt {
            return Err(refuse::known("InvalidParameter.EncryptedNotSupported"));
        }
        Ok(DiskPlan {
            system: false,
            name: text(&params.disk_name),
            description: text(&params.description),
            performance_level: self.level(&category.id, params.performance_level.as_ref(), size)?,
            category: category.id.clone(),
            size,
            encrypted: params.encrypted == Some(true),
            kms_key: text(&params.kms_key_id),
            delete_with_instance: params.delete_with_instance.unwrap_or(true),
            image: String::new(),
            auto_snapshot_policy: text(&params.auto_snapshot_policy_id),
            bursting: params.bursting_enabled == Some(true),
            provisioned_iops: params.provisioned_iops.unwrap_or(0),
            storage_cluster: text(&params.storage_cluster_id),
            device: params.device.clone().filter(|device| !device.is_empty()),
            price: category.price * size as f64,
        })
    }

    /// A disk that the request can see.
    pub(crate) fn disk(&self, context: &Context, id: &str) -> Result<&Disk, ApiError> {
        self.tables
            .disks
            .get(id)
            .filter(|disk| context.sees(&disk.region))
            .ok_or_else(refuse::no_disk)
    }
}

impl Serve<DescribeDisks> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeDisks,
    ) -> Result<DescribeDisksResponse, ApiError> {
        let paging = Paging::either(
            op.page_number,
            op.page_size,
            op.next_token.as_deref(),
            op.max_results,
            if op.next_token.is_some() || op.max_results.is_some() {
                DISKS_BY_TOKEN
            } else {
                UP_TO_100
            },
        )?;
        let keep = |disk: &Disk| {
            context.sees(&disk.region)
                && is(op.zone_id.as_ref(), &disk.zone)
                && is(op.instance_id.as_ref(), &disk.instance)
                && is(op.category.as_ref().filter(|c| *c != "all"), &disk.category)
                && is(op.disk_type.as_ref().filter(|t| *t != "all"), kind(disk))
                && is_word(
                    op.status.as_ref().filter(|s| *s != "All" && *s != "all"),
                    status(disk),
                )
                && is(op.snapshot_id.as_ref(), &disk.source_snapshot)
                && is_like(op.disk_name.as_ref(), &disk.name)
                && is(op.disk_charge_type.as_ref(), &disk.charge_type)
                && is(
                    op.auto_snapshot_policy_id.as_ref(),
                    &disk.auto_snapshot_policy,
                )
                && is(op.resource_group_id.as_ref(), &disk.resource_group)
                && is(op.kms_key_id.as_ref(), &disk.kms_key)
                && op.portable.is_none_or(|portable| portable != disk.system)
                && op
                    .encrypted
                    .is_none_or(|encrypted| encrypted == disk.encrypted)
                && op
                    .delete_with_instance
                    .is_none_or(|flag| flag == disk.delete_with_instance)
                && op
                    .delete_auto_snapshot
                    .is_none_or(|flag| flag == disk.delete_auto_snapshot)
                && op
                    .enable_auto_snapshot
                    .is_none_or(|flag| flag == disk.enable_auto_snapshot)
                && has_tags(&disk.tags, &op.tags)
                && is_created_within(&op.filters, disk.created)
        };
        // One instance's disks are found through the instance, not by looking at all.
        let of_instance = op
            .instance_id
            .as_ref()
            .filter(|id| !id.is_empty())
            .map(|id| {
                self.tables
                    .instances
                    .get(id)
                    .map_or_else(Vec::new, |instance| instance.disks.clone())
            });
        let ids = op
            .disk_ids
            .as_ref()
            .map(|list| list.0.clone())
            .or(of_instance);
        let page = cut(select(&self.tables.disks, ids.as_deref(), keep), paging);
        if op.dry_run == Some(true) {
            return Err(refuse::dry_run());
        }
        Ok(DescribeDisksResponse {
            disks: page.rows.iter().map(|disk| describe(disk)).collect(),
            next_token: page.next_token,
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeDisksResponse::default()
        })
    }
}

const fn kind(disk: &Disk) -> &'static str {
    if disk.system { "system" } else { "data" }
}

fn status(disk: &Disk) -> &'static str {
    if disk.instance.is_empty() {
        "Available"
    } else {
        "In_use"
    }
}

fn describe(disk: &Disk) -> Described {
    let time = |moment: Option<crate::time::Moment>| {
        moment.map_or_else(String::new, crate::time::Moment::to_minutes_text)
    };
    let attachments = if disk.instance.is_empty() {
        Vec::new()
    } else {
        vec![DiskAttachment {
            instance_id: disk.instance.clone(),
            device: disk.device.clone(),
            attached_time: time(disk.attached),
        }]
    };
    let iops = (1800 + 50 * disk.size).min(50_000);
    let throughput = (120 + disk.size / 2).min(350);
    Described {
        disk_id: disk.id.clone(),
        disk_name: disk.name.clone(),
        description: disk.description.clone(),
        category: disk.category.clone(),
        performance_level: disk.performance_level.clone(),
        size: disk.size,
        r#type: kind(disk).to_owned(),
        status: status(disk).to_owned(),
        instance_id: disk.instance.clone(),
        device: disk.device.clone(),
        delete_with_instance: disk.delete_with_instance,
        delete_auto_snapshot: disk.delete_auto_snapshot,
        enable_auto_snapshot: disk.enable_auto_snapshot,
        auto_snapshot_policy_id: disk.auto_snapshot_policy.clone(),
        encrypted: disk.encrypted,
        kms_key_id: disk.kms_key.clone(),
        storage_cluster_id: disk.storage_cluster.clone(),
        image_id: disk.image.clone(),
        source_snapshot_id: disk.source_snapshot.clone(),
        portable: !disk.system,
        region_id: disk.region.clone(),
        zone_id: disk.zone.clone(),
        resource_group_id: disk.resource_group.clone(),
        creation_time: disk.created.to_seconds_text(),
        attached_time: time(disk.attached.filter(|_| !disk.instance.is_empty())),
        detached_time: time(disk.detached),
        expired_time: "2999-09-08T16:00Z".to_owned(),
        disk_charge_type: disk.charge_type.clone(),
        multi_attach: "Disabled".to_owned(),
        mount_instance_num: attachments.len() as i64,
        bursting_enabled: (disk.category == "cloud_auto").then_some(disk.bursting),
        provisioned_iops: (disk.category == "cloud_auto").then_some(disk.provisioned_iops),
        iops,
        iops_read: iops,
        iops_write: iops,
        throughput,
        throughput_read: throughput,
        throughput_write: throughput,
        mount_instances: attachments.clone(),
        attachments,
        tags: ecs_tags(&disk.tags),
        ..Described::default()
    }
}

impl Serve<ReplaceSystemDisk> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ReplaceSystemDisk,
    ) -> Result<ReplaceSystemDiskResponse, ApiError> {
        let instance = self.instance(context, &op.instance_id)?;
        check(Order::WhenStopped, instance.status(context.now))?;
        let image_id = op.image_id.as_deref().filter(|id| !id.is_empty());
        let image = self
            .catalogue
            .image(image_id.ok_or_else(|| refuse::missing("ImageId"))?)
            .ok_or_else(|| refuse::known("InvalidImageId.NotFound"))?;
        let instance_type = self
            .catalogue
            .instance_type(&instance.instance_type)
            .ok_or_else(|| refuse::known("InvalidInstanceType.ValueNotSupported"))?;
        if !image.runs_on(&instance_type.arch) {
            return Err(refuse::known("ImageNotSupportInstanceType"));
        }
        let old = self.disk(context, instance.system_disk())?.clone();
        let params =
            SystemDiskParams {
                category: op
                    .system_disk
                    .category
                    .clone()
                    .or_else(|| Some(old.category.clone())),
                size: op
                    .system_disk
                    .size
                    .or_else(|| Some(old.size.max(i64::from(image.size)))),
                disk_name: op
                    .system_disk
                    .disk_name
                    .clone()
                    .or_else(|| Some(old.name.clone())),
                description: op
                    .system_disk
                    .description
                    .clone()
                    .or_else(|| Some(old.description.clone())),
                performance_level: op.system_disk.performance_level.clone().or_else(|| {
                    Some(old.performance_level.clone()).filter(|level| !level.is_empty())
                }),
                encrypted: op.encrypted,
                kms_key_id: op.kms_key_id.clone(),
                ..op.system_disk.clone()
            };
        let plan = self.plan_system_disk(&params, image, instance_type, &instance.zone)?;
        let id = self.next_id("d");
        let disk = Disk {
            id: id.clone(),
            region: old.region.clone(),
            zone: old.zone.clone(),
            instance: old.instance.clone(),
            device: old.device.clone(),
            created: context.now,
            attached: Some(context.now),
            resource_group: old.resource_group.clone(),
            tags: old.tags.clone(),
            delete_auto_snapshot: old.delete_auto_snapshot,
            enable_auto_snapshot: old.enable_auto_snapshot,
            ..plan.row()
        };
        self.tables.disks.remove(&old.id);
        self.tables.disks.insert(disk);
        let instance = self.instance_mut(context, &op.instance_id)?;
        instance.image.clone_from(&plan.image);
        match instance.disks.first_mut() {
            Some(first) => first.clone_from(&id),
            None => instance.disks.push(id.clone()),
        }
        if let Some(key_pair) = op.key_pair_name {
            instance.key_pair = key_pair;
        }
        Ok(ReplaceSystemDiskResponse {
            disk_id: id,
            ..ReplaceSystemDiskResponse::default()
        })
    }
}

impl Serve<ResizeDisk> for World {
    fn serve(&mut self, context: &Context, op: ResizeDisk) -> Result<ResizeDiskResponse, ApiError> {
        let disk = self.disk(context, &op.disk_id)?;
        if let Some(instance) = self.tables.instances.get(&disk.instance) {
            check(Order::WhenSettled, instance.status(context.now))?;
        }
        if op.new_size <= disk.size {
            return Err(refuse::forbidden(
                "InvalidDiskSize.TooSmall",
                "Specified new disk size is less than or equal to the original one.",
            ));
        }
        let most = self
            .catalogue
            .disk_category(&disk.category)
            .map_or(i64::MAX, |c| {
                i64::from(if disk.system { c.system.1 } else { c.data.1 })
            });
        if op.new_size > most {
            return Err(refuse::known("InvalidDataDiskSize.ValueNotSupported"));
        }
        if op.dry_run == Some(true) {
            return Err(refuse::dry_run());
        }
        if let Some(disk) = self.tables.disks.get_mut(&op.disk_id) {
            disk.size = op.new_size;
        }
        Ok(ResizeDiskResponse::default())
    }
}

impl Serve<ModifyDiskAttribute> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyDiskAttribute,
    ) -> Result<Acknowledged, ApiError> {
        let mut ids = op.disk_ids.clone();
        ids.extend(op.disk_id.clone());
        if ids.is_empty() {
            return Err(refuse::missing("DiskId"));
        }
        for id in &ids {
            self.disk(context, id)?;
        }
        for id in &ids {
            let Some(disk) = self.tables.disks.get_mut(id) else {
                continue;
            };
            if let Some(name) = &op.disk_name {
                disk.name.clone_from(name);
            }
            if let Some(description) = &op.description {
                disk.description.clone_from(description);
            }
            if let Some(flag) = op.delete_with_instance {
                disk.delete_with_instance = flag;
            }
            if let Some(flag) = op.delete_auto_snapshot {
                disk.delete_auto_snapshot = flag;
            }
            if let Some(flag) = op.enable_auto_snapshot {
                disk.enable_auto_snapshot = flag;
            }
            if let Some(flag) = op.bursting_enabled {
                disk.bursting = flag;
            }
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<ModifyDiskSpec> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyDiskSpec,
    ) -> Result<ModifyDiskSpecResponse, ApiError> {
        let disk = self.disk(context, &op.disk_id)?;
        let category = op
            .disk_category
            .clone()
            .unwrap_or_else(|| disk.category.clone());
        self.category(
            &category,
            None,
            &disk.zone,
            "InvalidDiskCategory.ValueNotSupported",
        )?;
        let wanted = op
            .performance_level
            .clone()
            .or_else(|| Some(disk.performance_level.clone()).filter(|level| !level.is_empty()));
        let level = self.level(&category, wanted.as_ref(), disk.size)?;
        if op.dry_run == Some(true) {
            return Err(refuse::dry_run());
        }
        if let Some(disk) = self.tables.disks.get_mut(&op.disk_id) {
            disk.category = category;
            disk.performance_level = level;
            if let Some(iops) = op.provisioned_iops {
                disk.provisioned_iops = iops;
            }
        }
        let task_id = self.next_id("t");
        Ok(ModifyDiskSpecResponse {
            task_id,
            ..ModifyDiskSpecResponse::default()
        })
    }
}
