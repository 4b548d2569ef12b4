//! Snapshots of disks, and images made of instances and snapshots.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::params::JsonList;
use crate::types::{Snapshot, Tag, TagFilter, listed};

operations! {
    CreateSnapshot(Ecs, ByToken) -> CreateSnapshotResponse {
        region_id: Option<String>,
        disk_id: String,
        snapshot_name: Option<String>,
        description: Option<String>,
        retention_days: Option<i64>,
        category: Option<String>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<Tag>,
        client_token: Option<String>,
    }

    DeleteSnapshot(Ecs, ByNature) -> Acknowledged {
        region_id: Option<String>,
        snapshot_id: String,
        force: Option<bool>,
    }

    DescribeSnapshots(Ecs, ByNature) -> DescribeSnapshotsResponse {
        region_id: String,
        snapshot_ids: Option<JsonList<String>>,
        disk_id: Option<String>,
        instance_id: Option<String>,
        snapshot_name: Option<String>,
        snapshot_type: Option<String>,
        source_disk_type: Option<String>,
        status: Option<String>,
        usage: Option<String>,
        encrypted: Option<bool>,
        category: Option<String>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<TagFilter>,
        page_number: Option<i64>,
        page_size: Option<i64>,
        next_token: Option<String>,
        max_results: Option<i64>,
    }

    /// Of an instance or of a snapshot of a system disk.
    CreateImage(Ecs, ByToken) -> CreateImageResponse {
        region_id: String,
        instance_id: Option<String>,
        snapshot_id: Option<String>,
        image_name: Option<String>,
        image_family: Option<String>,
        image_version: Option<String>,
        description: Option<String>,
        platform: Option<String>,
        architecture: Option<String>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<Tag>,
        client_token: Option<String>,
    }

    DeleteImage(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        image_id: String,
        force: Option<bool>,
    }
}

responses! {
    CreateSnapshotResponse {
        snapshot_id: String,
    }

    DescribeSnapshotsResponse {
        #[serde(with = "listed::snapshot")]
        snapshots: Vec<Snapshot>,
        next_token: String,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

    CreateImageResponse {
        image_id: String,
    }
}
