//! Disks: as asked for with an instance, and as described. Sizes are in GiB.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::listed;
use super::tag::TagItem;

wire! {
    /// `SystemDisk.*` of a request.
    SystemDiskParams {
        category: Option<String>,
        size: Option<i64>,
        disk_name: Option<String>,
        description: Option<String>,
        performance_level: Option<String>,
        auto_snapshot_policy_id: Option<String>,
        provisioned_iops: Option<i64>,
        bursting_enabled: Option<bool>,
        encrypted: Option<bool>,
        encrypt_algorithm: Option<String>,
        kms_key_id as "KMSKeyId": Option<String>,
        storage_cluster_id: Option<String>,
    }

    /// `DataDisk.N.*` of a request.
    DataDiskParams {
        category: Option<String>,
        size: Option<i64>,
        snapshot_id: Option<String>,
        encrypted: Option<bool>,
        encrypt_algorithm: Option<String>,
        kms_key_id as "KMSKeyId": Option<String>,
        disk_name: Option<String>,
        description: Option<String>,
        delete_with_instance: Option<bool>,
        device: Option<String>,
        performance_level: Option<String>,
        auto_snapshot_policy_id: Option<String>,
        provisioned_iops: Option<i64>,
        bursting_enabled: Option<bool>,
        storage_cluster_id: Option<String>,
    }

    /// A disk as described.
    Disk {
        disk_id: String,
        disk_name: String,
        description: String,
        category: String,
        performance_level: String,
        size: i64,
        /// `system` or `data`.
        r#type as "Type": String,
        /// `In_use`, `Available`, `Attaching`, `Detaching`, `Creating` or `ReIniting`.
        status: String,
        instance_id: String,
        device: String,
        delete_with_instance: bool,
        delete_auto_snapshot: bool,
        enable_auto_snapshot: bool,
        enable_automated_snapshot_policy: bool,
        auto_snapshot_policy_id: String,
        encrypted: bool,
        kms_key_id as "KMSKeyId": String,
        image_id: String,
        source_snapshot_id: String,
        source_disk_id: String,
        portable: bool,
        region_id: String,
        zone_id: String,
        resource_group_id: String,
        creation_time: String,
        attached_time: String,
        detached_time: String,
        expired_time: String,
        /// `PrePaid` or `PostPaid`.
        disk_charge_type: String,
        product_code: String,
        multi_attach: String,
        mount_instance_num: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        bursting_enabled: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        provisioned_iops: Option<i64>,
        iops as "IOPS": i64,
        iops_read as "IOPSRead": i64,
        iops_write as "IOPSWrite": i64,
        throughput: i64,
        throughput_read: i64,
        throughput_write: i64,
        bdf_id: String,
        serial_number: String,
        storage_cluster_id: String,
        storage_set_id: String,
        storage_set_partition_number: i64,
        placement: DiskPlacement,
        data_source: DiskDataSource,
        #[serde(with = "listed::attachment")]
        attachments: Vec<DiskAttachment>,
        #[serde(with = "listed::mount_instance")]
        mount_instances: Vec<DiskAttachment>,
        #[serde(with = "listed::operation_lock")]
        operation_locks: Vec<DiskLock>,
        #[serde(with = "listed::tag")]
        tags: Vec<TagItem>,
    }

    /// A snapshot as described. The size of its disk is text.
    Snapshot {
        snapshot_id: String,
        snapshot_name: String,
        description: String,
        snapshot_type: String,
        category: String,
        /// `progressing`, `accomplished` or `failed`.
        status: String,
        progress: String,
        available: bool,
        source_disk_id: String,
        source_disk_size: String,
        /// `system` or `data`.
        source_disk_type: String,
        encrypted: bool,
        kms_key_id as "KMSKeyId": String,
        usage: String,
        retention_days: i64,
        region_id: String,
        resource_group_id: String,
        creation_time: String,
        last_modified_time: String,
        #[serde(with = "listed::tag")]
        tags: Vec<TagItem>,
    }

    /// Where a disk is attached.
    DiskAttachment {
        instance_id: String,
        device: String,
        attached_time: String,
    }

    /// Why a disk is locked.
    DiskLock {
        lock_reason: String,
    }

    /// The zones of a regional disk.
    DiskPlacement {
        zone_ids: String,
    }

    /// What a disk was made from.
    DiskDataSource {
        id: String,
        r#type as "Type": String,
    }
}
