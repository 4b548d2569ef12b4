//! Disks. Sizes are in GiB.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::params::{JsonList, Secret};
use crate::rules;
use crate::types::{Disk, Filter, SystemDiskParams, Tag, TagFilter, listed};

operations! {
    /// A data disk in a zone, or attached to an instance at once.
    CreateDisk(Ecs, ByToken) -> CreateDiskResponse {
        region_id: String,
        zone_id: Option<String>,
        instance_id: Option<String>,
        disk_name: Option<String>,
        description: Option<String>,
        disk_category: Option<String>,
        size: Option<i64>,
        snapshot_id: Option<String>,
        performance_level: Option<String>,
        provisioned_iops: Option<i64>,
        bursting_enabled: Option<bool>,
        encrypted: Option<bool>,
        encrypt_algorithm: Option<String>,
        kms_key_id as "KMSKeyId": Option<String>,
        multi_attach: Option<String>,
        resource_group_id: Option<String>,
        storage_cluster_id: Option<String>,
        storage_set_id: Option<String>,
        storage_set_partition_number: Option<i64>,
        tags as "Tag": Vec<Tag>,
        client_token: Option<String>,
    }

    /// Only while `Available`.
    DeleteDisk(Ecs, ByNature) -> Acknowledged {
        disk_id: String,
    }

    AttachDisk(Ecs, ByNature) -> Acknowledged {
        instance_id: String,
        disk_id: String,
        device: Option<String>,
        delete_with_instance: Option<bool>,
        bootable: Option<bool>,
        password: Option<Secret>,
        key_pair_name: Option<String>,
        force: Option<bool>,
    }

    DetachDisk(Ecs, ByNature) -> Acknowledged {
        instance_id: String,
        disk_id: String,
        delete_with_instance: Option<bool>,
    }

    /// Its parameters begin with a small letter, unlike all others.
    ApplyAutoSnapshotPolicy(Ecs, ByNature) -> Acknowledged {
        region_id as "regionId": String,
        auto_snapshot_policy_id as "autoSnapshotPolicyId": String,
        disk_ids as "diskIds": JsonList<String>,
    }

    CancelAutoSnapshotPolicy(Ecs, ByNature) -> Acknowledged {
        region_id as "regionId": String,
        disk_ids as "diskIds": JsonList<String>,
    }

    /// Puts another image on a stopped instance; the old system disk and its data are gone.
    ReplaceSystemDisk(Ecs, ByToken) -> ReplaceSystemDiskResponse {
        region_id: Option<String>,
        instance_id: String,
        image_id: Option<String>,
        disk_id: Option<String>,
        system_disk: SystemDiskParams,
        encrypted: Option<bool>,
        encrypt_algorithm: Option<String>,
        kms_key_id as "KMSKeyId": Option<String>,
        password: Option<Secret>,
        password_inherit: Option<bool>,
        key_pair_name: Option<String>,
        security_enhancement_strategy: Option<String>,
        platform: Option<String>,
        architecture: Option<String>,
        use_additional_service: Option<bool>,
        client_token: Option<String>,
    }

    /// A disk only grows. `online` needs no reboot.
    ResizeDisk(Ecs, ByToken) -> ResizeDiskResponse, check rules::resize_disk {
        disk_id: String,
        new_size: i64,
        /// `offline` or `online`.
        r#type as "Type": Option<String>,
        dry_run: Option<bool>,
        client_token: Option<String>,
    }

    ModifyDiskAttribute(Ecs, ByNature) -> Acknowledged, check rules::modify_disk_attribute {
        region_id: Option<String>,
        disk_id: Option<String>,
        disk_ids as "DiskIds": Vec<String>,
        disk_name: Option<String>,
        description: Option<String>,
        delete_with_instance: Option<bool>,
        delete_auto_snapshot: Option<bool>,
        enable_auto_snapshot: Option<bool>,
        bursting_enabled: Option<bool>,
    }

    /// The performance of a disk.
    ModifyDiskSpec(Ecs, Never) -> ModifyDiskSpecResponse {
        disk_id: String,
        disk_category: Option<String>,
        performance_level: Option<String>,
        provisioned_iops: Option<i64>,
        auto_pay: Option<bool>,
        dry_run: Option<bool>,
    }

    /// By ids (at most 100), by one instance, or by tags; 500 a page at most with tokens.
    DescribeDisks(Ecs, ByNature) -> DescribeDisksResponse, check rules::describe_disks {
        region_id: String,
        zone_id: Option<String>,
        disk_ids: Option<JsonList<String>>,
        instance_id: Option<String>,
        /// `all`, `system` or `data`.
        disk_type: Option<String>,
        category: Option<String>,
        status: Option<String>,
        snapshot_id: Option<String>,
        disk_name: Option<String>,
        portable: Option<bool>,
        delete_with_instance: Option<bool>,
        delete_auto_snapshot: Option<bool>,
        enable_auto_snapshot: Option<bool>,
        enable_automated_snapshot_policy: Option<bool>,
        auto_snapshot_policy_id: Option<String>,
        disk_charge_type: Option<String>,
        lock_reason: Option<String>,
        encrypted: Option<bool>,
        kms_key_id as "KMSKeyId": Option<String>,
        multi_attach: Option<String>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<TagFilter>,
        filters as "Filter": Vec<Filter>,
        additional_attributes: Vec<String>,
        dry_run: Option<bool>,
        page_number: Option<i64>,
        page_size: Option<i64>,
        next_token: Option<String>,
        max_results: Option<i64>,
    }
}

responses! {
    CreateDiskResponse {
        disk_id: String,
        order_id: String,
    }

    ReplaceSystemDiskResponse {
        /// The new disk.
        disk_id: String,
    }

    ResizeDiskResponse {
        order_id: String,
    }

    ModifyDiskSpecResponse {
        task_id: String,
        order_id: String,
    }

    DescribeDisksResponse {
        #[serde(with = "listed::disk")]
        disks: Vec<Disk>,
        next_token: String,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }
}
