//! Launch templates: parameters of RunInstances kept under a name. Their values are not checked until
//! something is launched; parameters of the launch override those of the template one by one.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::types::{
    DataDiskParams, ImageOptionsParams, LaunchTemplate, LaunchTemplateVersion,
    NetworkInterfaceParams, SecurityOptionsParams, Tag, TagFilter, TemplateSystemDiskParams,
    listed,
};

operations! {
    /// Makes a template with version 1.
    CreateLaunchTemplate(Ecs, Never) -> CreateLaunchTemplateResponse {
        region_id: String,
        launch_template_name: String,
        version_description: Option<String>,
        template_resource_group_id: Option<String>,
        template_tags as "TemplateTag": Vec<Tag>,
        image_id: Option<String>,
        image_owner_alias: Option<String>,
        instance_type: Option<String>,
        instance_name: Option<String>,
        host_name: Option<String>,
        description: Option<String>,
        zone_id: Option<String>,
        vpc_id: Option<String>,
        vswitch_id as "VSwitchId": Option<String>,
        network_type: Option<String>,
        security_group_id: Option<String>,
        security_group_ids: Vec<String>,
        private_ip_address: Option<String>,
        internet_charge_type: Option<String>,
        internet_max_bandwidth_in: Option<i64>,
        internet_max_bandwidth_out: Option<i64>,
        io_optimized: Option<String>,
        system_disk: TemplateSystemDiskParams,
        data_disks as "DataDisk": Vec<DataDiskParams>,
        network_interfaces as "NetworkInterface": Vec<NetworkInterfaceParams>,
        ipv6_address_count: Option<i64>,
        instance_charge_type: Option<String>,
        period: Option<i64>,
        period_unit: Option<String>,
        auto_renew: Option<bool>,
        auto_renew_period: Option<i64>,
        credit_specification: Option<String>,
        spot_strategy: Option<String>,
        spot_price_limit: Option<f64>,
        spot_duration: Option<i64>,
        key_pair_name: Option<String>,
        password_inherit: Option<bool>,
        ram_role_name: Option<String>,
        security_enhancement_strategy: Option<String>,
        auto_release_time: Option<String>,
        user_data: Option<String>,
        enable_vm_os_config: Option<bool>,
        deletion_protection: Option<bool>,
        deployment_set_id: Option<String>,
        resource_group_id: Option<String>,
        http_endpoint: Option<String>,
        http_tokens: Option<String>,
        http_put_response_hop_limit: Option<i64>,
        image_options: ImageOptionsParams,
        security_options: SecurityOptionsParams,
        tags as "Tag": Vec<Tag>,
    }

    /// Adds a version to a template, which is named by id or name.
    CreateLaunchTemplateVersion(Ecs, Never) -> CreateLaunchTemplateVersionResponse {
        region_id: String,
        launch_template_id: Option<String>,
        launch_template_name: Option<String>,
        version_description: Option<String>,
        image_id: Option<String>,
        image_owner_alias: Option<String>,
        instance_type: Option<String>,
        instance_name: Option<String>,
        host_name: Option<String>,
        description: Option<String>,
        zone_id: Option<String>,
        vpc_id: Option<String>,
        vswitch_id as "VSwitchId": Option<String>,
        network_type: Option<String>,
        security_group_id: Option<String>,
        security_group_ids: Vec<String>,
        private_ip_address: Option<String>,
        internet_charge_type: Option<String>,
        internet_max_bandwidth_in: Option<i64>,
        internet_max_bandwidth_out: Option<i64>,
        io_optimized: Option<String>,
        system_disk: TemplateSystemDiskParams,
        data_disks as "DataDisk": Vec<DataDiskParams>,
        network_interfaces as "NetworkInterface": Vec<NetworkInterfaceParams>,
        ipv6_address_count: Option<i64>,
        instance_charge_type: Option<String>,
        period: Option<i64>,
        period_unit: Option<String>,
        auto_renew: Option<bool>,
        auto_renew_period: Option<i64>,
        credit_specification: Option<String>,
        spot_strategy: Option<String>,
        spot_price_limit: Option<f64>,
        spot_duration: Option<i64>,
        key_pair_name: Option<String>,
        password_inherit: Option<bool>,
        ram_role_name: Option<String>,
        security_enhancement_strategy: Option<String>,
        auto_release_time: Option<String>,
        user_data: Option<String>,
        enable_vm_os_config: Option<bool>,
        deletion_protection: Option<bool>,
        deployment_set_id: Option<String>,
        resource_group_id: Option<String>,
        http_endpoint: Option<String>,
        http_tokens: Option<String>,
        http_put_response_hop_limit: Option<i64>,
        image_options: ImageOptionsParams,
        security_options: SecurityOptionsParams,
        tags as "Tag": Vec<Tag>,
    }

    DescribeLaunchTemplates(Ecs, ByNature) -> DescribeLaunchTemplatesResponse {
        region_id: String,
        launch_template_ids as "LaunchTemplateId": Vec<String>,
        launch_template_names as "LaunchTemplateName": Vec<String>,
        template_resource_group_id: Option<String>,
        template_tags as "TemplateTag": Vec<TagFilter>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }

    DescribeLaunchTemplateVersions(Ecs, ByNature) -> DescribeLaunchTemplateVersionsResponse {
        region_id: String,
        launch_template_id: Option<String>,
        launch_template_name: Option<String>,
        launch_template_versions as "LaunchTemplateVersion": Vec<i64>,
        default_version: Option<bool>,
        min_version: Option<i64>,
        max_version: Option<i64>,
        detail_flag: Option<bool>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }

    ModifyLaunchTemplateDefaultVersion(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        launch_template_id: Option<String>,
        launch_template_name: Option<String>,
        default_version_number: i64,
    }

    DeleteLaunchTemplate(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        launch_template_id: Option<String>,
        launch_template_name: Option<String>,
    }

    DeleteLaunchTemplateVersion(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        launch_template_id: Option<String>,
        launch_template_name: Option<String>,
        delete_versions as "DeleteVersion": Vec<i64>,
    }
}

responses! {
    CreateLaunchTemplateResponse {
        launch_template_id: String,
        launch_template_version_number: i64,
    }

    CreateLaunchTemplateVersionResponse {
        launch_template_id: String,
        launch_template_version_number: i64,
    }

    DescribeLaunchTemplatesResponse {
        #[serde(with = "listed::launch_template_set")]
        launch_template_sets: Vec<LaunchTemplate>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

    DescribeLaunchTemplateVersionsResponse {
        #[serde(with = "listed::launch_template_version_set")]
        launch_template_version_sets: Vec<LaunchTemplateVersion>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }
}
