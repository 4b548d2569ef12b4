//! Decides what the data source `alicloud_images` gives: images by owner, name and kind, or the newest of them.

use async_trait::async_trait;
use cairn_provider::Problem;
use cairn_value::Value;
use ecs_api::ops;
use ecs_api::types::{Image, TagFilter};
use regex::Regex;

use super::listing::wrong_regex;
use super::{DataSource, Results, rows, string_map};
use crate::client::Client;
use crate::describe::{Attr, Check, Fallback, Fields, Table, Ty};

/// `alicloud_images`
pub(crate) struct Images {
    table: Table,
}

fn mapping_row() -> Vec<Attr> {
    vec![
        Attr::computed("device", Ty::Str, "The device."),
        Attr::computed("size", Ty::Str, "The size in GiB."),
        Attr::computed("snapshot_id", Ty::Str, "The snapshot."),
    ]
}

fn row() -> Vec<Attr> {
    use Ty::{Bool, Int, Objects, Str, StrMap};
    let mut attrs: Vec<Attr> = [
        ("architecture", "The architecture."),
        ("creation_time", "When it was made."),
        ("description", "The description."),
        ("id", "The image's id."),
        ("image_id", "The image's id."),
        ("image_owner_alias", "Whose it is."),
        ("image_version", "Its version."),
        ("is_self_shared", "Whether it is shared with others."),
        ("name", "Its name."),
        ("os_name", "The system's name."),
        ("os_name_en", "The system's name in English."),
        ("os_type", "The kind of system: linux or windows."),
        ("platform", "The platform."),
        ("product_code", "The code of a marketplace image."),
        ("progress", "How far it is made."),
        ("state", "Its state."),
        ("status", "Its state."),
        ("usage", "Whether it is in use."),
    ]
    .into_iter()
    .map(|(n, doc)| Attr::computed(n, Str, doc))
    .collect();
    attrs.extend([
        Attr::computed("is_copied", Bool, "Whether it is a copy."),
        Attr::computed("is_subscribed", Bool, "Whether it is subscribed to."),
        Attr::computed(
            "is_support_io_optimized",
            Bool,
            "Whether it fits I/O optimized instances.",
        ),
        Attr::computed("size", Int, "The size in GiB."),
        Attr::computed(
            "disk_device_mappings",
            Objects(mapping_row()),
            "The disks that it makes.",
        ),
        Attr::optional("tags", StrMap, "Its tags."),
    ]);
    attrs
}

impl Images {
    pub(crate) fn new() -> Self {
        use Ty::{Bool, Objects, Str, StrList, StrMap};
        let mut table = Table::new(vec![
            Attr::optional(
                "action_type",
                Str,
                "Images for this: CreateEcs or CreateOS.",
            )
            .one_of(&["CreateEcs", "CreateOS"]),
            Attr::optional("architecture", Str, "Of this architecture.")
                .one_of(&["i386", "x86_64", "arm64"]),
            Attr::optional("dry_run", Bool, "Only checks the request.").unsupported(),
            Attr::computed("ids", StrList, "The ids of the images found."),
            Attr::optional("image_family", Str, "Of this family."),
            Attr::optional("image_id", Str, "Of this id."),
            Attr::optional("image_name", Str, "Of this name."),
            Attr::optional("image_owner_id", Str, "Of this account."),
            Attr::computed("images", Objects(row()), "The images found."),
            Attr::optional("instance_type", Str, "Fit for this instance type."),
            Attr::optional("is_support_cloud_init", Bool, "With cloud-init."),
            Attr::optional(
                "is_support_io_optimized",
                Bool,
                "Fit for I/O optimized instances.",
            ),
            Attr::optional("most_recent", Bool, "Only the newest.").fallback(Fallback::Bool(false)),
            Attr::optional(
                "name_regex",
                Str,
                "With names that this regular expression finds.",
            )
            .check(Check::With(wrong_regex)),
            Attr::optional("os_type", Str, "Of this kind of system.").one_of(&["windows", "linux"]),
            Attr::optional("output_file", Str, "A file for the result."),
            Attr::optional(
                "owners",
                Str,
                "Of these owners: system, self, others or marketplace.",
            )
            .one_of(&["system", "self", "others", "marketplace"]),
            Attr::optional("resource_group_id", Str, "Of this resource group."),
            Attr::optional("snapshot_id", Str, "Made from this snapshot."),
            Attr::optional("status", Str, "In this state.")
                .fallback(Fallback::Str("Available"))
                .one_of(&[
                    "Available",
                    "Creating",
                    "Waiting",
                    "UnAvailable",
                    "CreateFailed",
                    "Deprecated",
                ]),
            Attr::optional("tags", StrMap, "With these tags."),
            Attr::optional("usage", Str, "In use or not: instance or none.")
                .one_of(&["instance", "none"]),
        ]);
        table.at_least_one = &[&["name_regex", "owners", "image_owner_id"]];
        Self { table }
    }
}

#[async_trait]
impl DataSource for Images {
    fn ty(&self) -> &'static str {
        "alicloud_images"
    }

    fn table(&self) -> &Table {
        &self.table
    }

    async fn find(&self, client: &Client, config: Fields<'_>) -> Result<Results, Vec<Problem>> {
        let tags = config.map("tags").into_iter().map(|(k, v)| TagFilter {
            key: Some(k.to_owned()),
            value: Some(v.to_owned()),
        });
        let mut images = client
            .all(ops::DescribeImages {
                region_id: client.region(),
                image_id: config.string("image_id"),
                image_name: config.string("image_name"),
                image_family: config.string("image_family"),
                image_owner_alias: config.string("owners"),
                image_owner_id: config.str("image_owner_id").and_then(|i| i.parse().ok()),
                instance_type: config.string("instance_type"),
                os_type: config.string("os_type"),
                architecture: config.string("architecture"),
                status: config.string("status"),
                snapshot_id: config.string("snapshot_id"),
                is_support_io_optimized: config.any_bool("is_support_io_optimized"),
                is_support_cloudinit: config.any_bool("is_support_cloud_init"),
                usage: config.string("usage"),
                action_type: config.string("action_type"),
                resource_group_id: config.string("resource_group_id"),
                tags: tags.collect(),
                ..ops::DescribeImages::default()
            })
            .await
            .map_err(|e| vec![e.problem(|_| None)])?;
        if let Some(pattern) = config.str("name_regex").and_then(|p| Regex::new(p).ok()) {
            images.retain(|i| pattern.is_match(&i.image_name));
        }
        if config.is_true("most_recent") {
            let newest = images
                .into_iter()
                .max_by(|a, b| a.creation_time.cmp(&b.creation_time));
            images = newest.into_iter().collect();
        }
        Ok(Results {
            ids: images.iter().map(|i| i.image_id.clone()).collect(),
            attributes: vec![(
                "images",
                rows(&row(), images.iter().map(described).collect()),
            )],
        })
    }
}

fn described(i: &Image) -> Vec<(&'static str, Value)> {
    let mappings = i
        .disk_device_mappings
        .iter()
        .map(|m| {
            vec![
                ("device", Value::string(&m.device)),
                ("size", Value::string(&m.size)),
                ("snapshot_id", Value::string(&m.snapshot_id)),
            ]
        })
        .collect();
    let tags = i.tags.iter().map(|t| (&t.tag_key, &t.tag_value));
    vec![
        ("architecture", Value::string(&i.architecture)),
        ("creation_time", Value::string(&i.creation_time)),
        ("description", Value::string(&i.description)),
        ("id", Value::string(&i.image_id)),
        ("image_id", Value::string(&i.image_id)),
        ("image_owner_alias", Value::string(&i.image_owner_alias)),
        ("image_version", Value::string(&i.image_version)),
        ("is_self_shared", Value::string(&i.is_self_shared)),
        ("name", Value::string(&i.image_name)),
        ("os_name", Value::string(&i.os_name)),
        ("os_name_en", Value::string(&i.os_name_en)),
        ("os_type", Value::string(&i.os_type)),
        ("platform", Value::string(&i.platform)),
        ("product_code", Value::string(&i.product_code)),
        ("progress", Value::string(&i.progress)),
        ("state", Value::string(&i.status)),
        ("status", Value::string(&i.status)),
        ("usage", Value::string(&i.usage)),
        ("is_copied", Value::Bool(i.is_copied)),
        ("is_subscribed", Value::Bool(i.is_subscribed)),
        (
            "is_support_io_optimized",
            Value::Bool(i.is_support_io_optimized),
        ),
        ("size", Value::int(i.size)),
        ("disk_device_mappings", rows(&mapping_row(), mappings)),
        ("tags", string_map(tags)),
    ]
}
