//! Images. Sizes are in GiB.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::listed;
use super::tag::TagItem;

wire! {
    /// An image as described.
    Image {
        image_id: String,
        image_name: String,
        image_family: String,
        image_version: String,
        description: String,
        /// `system`, `self`, `others` or `marketplace`.
        image_owner_alias: String,
        image_owner_id: i64,
        os_name as "OSName": String,
        os_name_en as "OSNameEn": String,
        /// `linux` or `windows`.
        os_type as "OSType": String,
        platform: String,
        architecture: String,
        boot_mode: String,
        size: i64,
        /// `Available`, `Creating`, `UnAvailable`, …
        status: String,
        usage: String,
        usable: bool,
        progress: String,
        product_code: String,
        supplier_name: String,
        license_type: String,
        resource_group_id: String,
        creation_time: String,
        is_copied: bool,
        is_public: bool,
        is_self_shared: String,
        is_subscribed: bool,
        is_support_cloudinit: bool,
        is_support_io_optimized: bool,
        login_as_non_root_supported: bool,
        features: ImageFeatures,
        secure_boot_options: SecureBootOptions,
        detection_options: DetectionOptions,
        #[serde(with = "listed::disk_device_mapping")]
        disk_device_mappings: Vec<DiskDeviceMapping>,
        #[serde(with = "listed::tag")]
        tags: Vec<TagItem>,
    }

    ImageFeatures {
        nvme_support: String,
        imds_support: String,
        cpu_online_upgrade: String,
        cpu_online_downgrade: String,
        memory_online_upgrade: String,
        memory_online_downgrade: String,
    }

    SecureBootOptions {
        secure_boot_support: String,
    }

    DetectionOptions {
        status: String,
        #[serde(with = "listed::item")]
        items: Vec<DetectionItem>,
    }

    DetectionItem {
        name: String,
        value: String,
        risk_code: String,
        risk_level: String,
    }

    DiskDeviceMapping {
        device: String,
        encrypted: bool,
        format: String,
        import_oss_bucket as "ImportOSSBucket": String,
        import_oss_object as "ImportOSSObject": String,
        progress: String,
        remain_time: i64,
        size: String,
        snapshot_id: String,
        r#type as "Type": String,
    }
}
