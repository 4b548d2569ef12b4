//! Decides what `alicloud_disk` and `alicloud_ecs_disk` are, one under two names, and what their attachments to instances are.

use ecs_api::Product;

use super::described::{
    Action, By, Change, Description, FoundAgain, Limits, Part, Read, Ready, no_adjustment, no_rules,
};
use super::tags::TagHome;
use crate::describe::wire::Form;
use crate::describe::{Attr, Check, Difference, Fallback, Fields, Planned, Table, Ty};
use crate::listed::{Pages, Query};

const DISKS: Query = Query {
    action: "DescribeDisks",
    fixed: &[],
    items: "Disks.Disk",
    pages: Pages::Tokens(500),
};

/// The disk, under one of its names.
pub(super) fn disk(ty: &'static str) -> Description {
    Description {
        ty,
        noun: "disk",
        product: Product::Ecs,
        table: disk_table(),
        aliases: &[("name", "disk_name"), ("availability_zone", "zone_id")],
        id: &[Part::Answer("DiskId")],
        create: Action::new("CreateDisk", &[]).by_token(),
        read: Read {
            query: DISKS,
            by: By::Ids("DiskIds", Form::Json, 100),
            key: &["DiskId"],
            name: "DiskName",
            alone: &[("Status", "Available")],
        },
        changes: vec![
            Change::of(
                Action::new("ModifyDiskAttribute", &["DiskId"]),
                &[
                    ("disk_name", "DiskName"),
                    ("description", "Description"),
                    ("bursting_enabled", "BurstingEnabled"),
                    ("delete_auto_snapshot", "DeleteAutoSnapshot"),
                    ("delete_with_instance", "DeleteWithInstance"),
                    ("enable_auto_snapshot", "EnableAutoSnapshot"),
                ],
            )
            .also_after_create(),
            Change::of(
                Action::new("ModifyDiskSpec", &["DiskId"])
                    .never_again()
                    .without_region(),
                &[
                    ("category", "DiskCategory"),
                    ("performance_level", "PerformanceLevel"),
                    ("provisioned_iops", "ProvisionedIops"),
                ],
            ),
            Change::of(
                Action::new("ResizeDisk", &["DiskId"])
                    .with(&[("type", "Type")])
                    .without_region(),
                &[("size", "NewSize")],
            ),
            Change::of(
                Action::new("JoinResourceGroup", &["ResourceId"])
                    .fixed(&[("ResourceType", "disk")]),
                &[("resource_group_id", "ResourceGroupId")],
            ),
        ],
        delete: Action::new("DeleteDisk", &["DiskId"]).without_region(),
        tags: Some(TagHome::Ecs("disk")),
        ready: Some(Ready {
            field: "Status",
            states: &["Available", "In_use"],
        }),
        found_again: FoundAgain::ByTag,
        limits: Limits {
            create: 300,
            update: 900,
            delete: 300,
        },
        validate: no_rules,
        adjust: no_shrinking,
    }
}

fn disk_table() -> Table {
    use Ty::{Bool, Int, Str, StrMap};
    let mut table = Table::new(vec![
        Attr::optional("advanced_features", Str, "Advanced features.").unsupported(),
        Attr::either("availability_zone", Str, "The zone.")
            .force_new()
            .conflicts(&["zone_id"])
            .deprecated("Use zone_id instead.")
            .field("ZoneId"),
        Attr::optional("bursting_enabled", Bool, "Whether it may burst.").param("BurstingEnabled"),
        Attr::optional("category", Str, "The category.")
            .fallback(Fallback::Str("cloud_efficiency"))
            .one_of(&[
                "cloud",
                "cloud_efficiency",
                "cloud_essd",
                "cloud_ssd",
                "cloud_auto",
                "cloud_essd_entry",
                "elastic_ephemeral_disk_standard",
                "elastic_ephemeral_disk_premium",
            ])
            .param("DiskCategory")
            .field("Category"),
        Attr::computed("create_time", Str, "When it was made.").field("CreationTime"),
        Attr::optional(
            "dedicated_block_storage_cluster_id",
            Str,
            "A dedicated cluster.",
        )
        .removed("The argument was removed; use storage_cluster_id of the API."),
        Attr::optional(
            "delete_auto_snapshot",
            Bool,
            "Whether its automatic snapshots go with it.",
        )
        .fallback(Fallback::Bool(false))
        .field("DeleteAutoSnapshot"),
        Attr::either(
            "delete_with_instance",
            Bool,
            "Whether it goes with its instance.",
        )
        .linked()
        .field("DeleteWithInstance"),
        Attr::optional("description", Str, "A description of 2 to 256 characters.")
            .check(Check::Len(2, 256))
            .named("Description"),
        Attr::either("disk_name", Str, "The name.")
            .conflicts(&["name"])
            .check(Check::Len(2, 128))
            .named("DiskName"),
        Attr::optional("dry_run", Bool, "Only checks the request.").unsupported(),
        Attr::either(
            "enable_auto_snapshot",
            Bool,
            "Whether a policy may take snapshots.",
        )
        .deprecated("It has no effect any more.")
        .field("EnableAutoSnapshot"),
        Attr::optional("encrypt_algorithm", Str, "The algorithm of the encryption.")
            .param("EncryptAlgorithm")
            .at_creation(),
        Attr::either("encrypted", Bool, "Whether it is encrypted.")
            .force_new()
            .named("Encrypted"),
        Attr::either(
            "instance_id",
            Str,
            "The instance that it is made for, as a subscription.",
        )
        .unsupported()
        .linked()
        .field("InstanceId"),
        Attr::either("kms_key_id", Str, "The key of the encryption.")
            .force_new()
            .named("KMSKeyId"),
        Attr::either(
            "multi_attach",
            Str,
            "Whether several instances may have it.",
        )
        .force_new()
        .one_of(&["Disabled", "Enabled", "LegacyShared"])
        .named("MultiAttach"),
        Attr::either("name", Str, "The name.")
            .conflicts(&["disk_name"])
            .deprecated("Use disk_name instead.")
            .field("DiskName"),
        Attr::either("payment_type", Str, "How it is paid for.")
            .one_of(&["PayAsYouGo", "Subscription"])
            .check(Check::With(|v| {
                (v.as_str() == Some("Subscription")).then(|| {
                    "cannot be Subscription: cairn cannot order subscriptions yet".to_owned()
                })
            }))
            .words(&[("PayAsYouGo", "PostPaid"), ("Subscription", "PrePaid")])
            .field("DiskChargeType"),
        Attr::either(
            "performance_level",
            Str,
            "The performance level of an ESSD.",
        )
        .one_of(&["PL0", "PL1", "PL2", "PL3"])
        .suppress(|d| d.wanted.str("category") != Some("cloud_essd"))
        .named("PerformanceLevel"),
        Attr::optional(
            "provisioned_iops",
            Int,
            "The IOPS provisioned for an ESSD AutoPL.",
        )
        .named("ProvisionedIops"),
        Attr::computed("region_id", Str, "The region.").field("RegionId"),
        Attr::either("resource_group_id", Str, "The resource group.").named("ResourceGroupId"),
        Attr::either("size", Int, "The size in GiB.").named("Size"),
        Attr::either("snapshot_id", Str, "The snapshot that it is made from.")
            .force_new()
            .param("SnapshotId")
            .field("SourceSnapshotId"),
        Attr::computed("status", Str, "Its state.")
            .linked()
            .field("Status"),
        Attr::optional("storage_set_id", Str, "The storage set.")
            .force_new()
            .named("StorageSetId"),
        Attr::optional(
            "storage_set_partition_number",
            Int,
            "Its partition of the storage set.",
        )
        .force_new()
        .suppress(|d: &Difference<'_>| d.wanted.str("storage_set_id").is_none())
        .named("StorageSetPartitionNumber"),
        Attr::optional("tags", StrMap, "Its tags.")
            .param("Tag")
            .field("Tags.Tag"),
        Attr::optional("type", Str, "How it grows: offline or online.")
            .one_of(&["offline", "online"]),
        Attr::either("zone_id", Str, "The zone.")
            .force_new()
            .named("ZoneId"),
    ])
    .timeouts(&["create", "update", "delete"]);
    table.at_least_one = &[&["zone_id", "availability_zone"]];
    table
}

/// A disk only grows: the API has no way to make it smaller.
fn no_shrinking(context: &super::PlanContext<'_>, planned: &mut Planned) {
    let size = |fields: Fields<'_>| fields.int("size");
    if let (Some(old), Some(new)) = (context.prior.and_then(size), size(context.config))
        && new < old
    {
        planned.problems.push(
            cairn_provider::Problem::error(
                "disk-cannot-shrink",
                "Disk cannot be made smaller",
                format!(
                    "The disk has {old} GiB and a disk only grows. Put size back to {old} or more, or have the disk replaced \
                     (-replace=ADDRESS), which loses its data."
                ),
            )
            .at(crate::describe::attr_path("size")),
        );
    }
}

/// The attachment, under one of its names.
pub(super) fn attachment(ty: &'static str) -> Description {
    use Ty::{Bool, Str};
    Description {
        ty,
        noun: "disk attachment",
        product: Product::Ecs,
        table: Table::new(vec![
            Attr::optional("bootable", Bool, "Whether it becomes the system disk.")
                .force_new()
                .fallback(Fallback::Bool(false))
                .param("Bootable"),
            Attr::optional(
                "delete_with_instance",
                Bool,
                "Whether it goes with the instance.",
            )
            .fallback(Fallback::Bool(false))
            .param("DeleteWithInstance"),
            Attr::computed("device", Str, "The device name.").field("Device"),
            Attr::required("disk_id", Str, "The disk.")
                .force_new()
                .param("DiskId"),
            Attr::required("instance_id", Str, "The instance.")
                .force_new()
                .param("InstanceId"),
            Attr::optional("key_pair_name", Str, "The key pair of a bootable disk.")
                .force_new()
                .param("KeyPairName"),
            Attr::optional("password", Str, "The password of a bootable disk.")
                .force_new()
                .param("Password"),
        ])
        .timeouts(&["create", "delete"]),
        aliases: &[],
        id: &[Part::Attr("disk_id"), Part::Attr("instance_id")],
        create: Action::new("AttachDisk", &[]).without_region(),
        read: Read {
            query: DISKS,
            by: By::Ids("DiskIds", Form::Json, 100),
            key: &["DiskId", "InstanceId"],
            name: "",
            alone: &[],
        },
        changes: vec![Change::of(
            Action::new("ModifyDiskAttribute", &["DiskId"]),
            &[("delete_with_instance", "DeleteWithInstance")],
        )],
        delete: Action::new("DetachDisk", &["DiskId", "InstanceId"]).without_region(),
        tags: None,
        ready: Some(Ready {
            field: "Status",
            states: &["In_use"],
        }),
        found_again: FoundAgain::ById,
        limits: Limits {
            create: 600,
            update: 600,
            delete: 600,
        },
        validate: no_rules,
        adjust: no_adjustment,
    }
}
