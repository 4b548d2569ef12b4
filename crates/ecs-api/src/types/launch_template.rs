//! Launch templates and their versions, as described.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::listed;
use super::tag::{Tag, TagItem};

wire! {
    /// `SystemDisk.*` of a template.
    TemplateSystemDiskParams {
        category: Option<String>,
        size: Option<i64>,
        disk_name: Option<String>,
        description: Option<String>,
        iops: Option<i64>,
        performance_level: Option<String>,
        delete_with_instance: Option<bool>,
        auto_snapshot_policy_id: Option<String>,
        provisioned_iops: Option<i64>,
        bursting_enabled: Option<bool>,
        encrypted: Option<String>,
        kms_key_id as "KMSKeyId": Option<String>,
    }

    LaunchTemplate {
        launch_template_id: String,
        launch_template_name: String,
        default_version_number: i64,
        latest_version_number: i64,
        created_by: String,
        create_time: String,
        modified_time: String,
        resource_group_id: String,
        #[serde(with = "listed::tag")]
        tags: Vec<TagItem>,
    }

    LaunchTemplateVersion {
        launch_template_id: String,
        launch_template_name: String,
        version_number: i64,
        version_description: String,
        default_version: bool,
        created_by: String,
        create_time: String,
        modified_time: String,
        launch_template_data: LaunchTemplateData,
    }

    LaunchTemplateData {
        image_id: String,
        image_owner_alias: String,
        instance_type: String,
        instance_name: String,
        host_name: String,
        description: String,
        zone_id: String,
        vpc_id: String,
        vswitch_id as "VSwitchId": String,
        network_type: String,
        security_group_id: String,
        #[serde(with = "listed::security_group_id")]
        security_group_ids: Vec<String>,
        private_ip_address: String,
        internet_charge_type: String,
        internet_max_bandwidth_in: i64,
        internet_max_bandwidth_out: i64,
        io_optimized: String,
        system_disk: TemplateSystemDisk,
        #[serde(with = "listed::data_disk")]
        data_disks: Vec<TemplateDataDisk>,
        #[serde(with = "listed::network_interface")]
        network_interfaces: Vec<TemplateNetworkInterface>,
        ipv6_address_count: i64,
        instance_charge_type: String,
        period: i64,
        period_unit: String,
        auto_renew: bool,
        auto_renew_period: i64,
        credit_specification: String,
        spot_strategy: String,
        spot_price_limit: f64,
        spot_duration: i64,
        key_pair_name: String,
        password_inherit: bool,
        ram_role_name: String,
        security_enhancement_strategy: String,
        auto_release_time: String,
        user_data: String,
        enable_vm_os_config: bool,
        deletion_protection: bool,
        deployment_set_id: String,
        resource_group_id: String,
        http_endpoint: String,
        http_tokens: String,
        http_put_response_hop_limit: i64,
        image_options: TemplateImageOptions,
        security_options: TemplateSecurityOptions,
        #[serde(with = "listed::instance_tag")]
        tags: Vec<Tag>,
    }

    TemplateSystemDisk {
        category: String,
        size: i64,
        disk_name: String,
        description: String,
        iops: i64,
        performance_level: String,
        delete_with_instance: bool,
        auto_snapshot_policy_id: String,
        provisioned_iops: i64,
        bursting_enabled: bool,
        encrypted: String,
        kms_key_id as "KMSKeyId": String,
    }

    TemplateDataDisk {
        category: String,
        size: i64,
        snapshot_id: String,
        disk_name: String,
        description: String,
        device: String,
        performance_level: String,
        delete_with_instance: bool,
        auto_snapshot_policy_id: String,
        provisioned_iops: i64,
        bursting_enabled: bool,
        encrypted: String,
        kms_key_id as "KMSKeyId": String,
    }

    TemplateNetworkInterface {
        instance_type: String,
        vswitch_id as "VSwitchId": String,
        security_group_id: String,
        #[serde(with = "listed::security_group_id")]
        security_group_ids: Vec<String>,
        primary_ip_address: String,
        network_interface_name: String,
        network_interface_traffic_mode: String,
        description: String,
        delete_on_release: bool,
    }

    TemplateImageOptions {
        login_as_non_root: bool,
    }

    TemplateSecurityOptions {
        trusted_system_mode: String,
    }
}
