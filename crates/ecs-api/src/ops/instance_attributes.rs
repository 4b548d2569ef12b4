//! What of an instance can be read and changed besides its life: names, type, bandwidth, network,
//! user data, release time, maintenance.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::params::Secret;
use crate::rules;
use crate::types::{
    AdditionalInfoParams, CpuOptionsParams, DedicatedHostAttribute, EipAddress, InstanceLock,
    MaintenanceAttribute, MaintenanceWindow, SystemDiskParams, VpcAttributes, listed,
};

operations! {
    /// Host name and password count after the next start. The security groups given replace all
    /// that there are.
    ModifyInstanceAttribute(Ecs, ByNature) -> Acknowledged, check rules::modify_instance_attribute {
        instance_id: String,
        instance_name: Option<String>,
        description: Option<String>,
        host_name: Option<String>,
        password: Option<Secret>,
        /// In Base64; only while `Stopped`.
        user_data: Option<String>,
        security_group_ids: Vec<String>,
        deletion_protection: Option<bool>,
        credit_specification: Option<String>,
        recyclable: Option<bool>,
        enable_jumbo_frame: Option<bool>,
        network_interface_queue_number: Option<i64>,
        cpu_options: CpuOptionsParams,
        additional_info: AdditionalInfoParams,
    }

    /// The type (only while `Stopped`) or the bandwidth, one of them per call.
    ModifyInstanceSpec(Ecs, ByToken) -> Acknowledged {
        instance_id: String,
        instance_type: Option<String>,
        internet_max_bandwidth_in: Option<i64>,
        internet_max_bandwidth_out: Option<i64>,
        allow_migrate_across_zone: Option<bool>,
        system_disk: SystemDiskParams,
        client_token: Option<String>,
    }

    /// The bandwidth and its billing, also while running.
    ModifyInstanceNetworkSpec(Ecs, ByToken) -> ModifyInstanceNetworkSpecResponse, check rules::modify_instance_network_spec {
        instance_id: String,
        internet_max_bandwidth_in: Option<i64>,
        internet_max_bandwidth_out: Option<i64>,
        network_charge_type: Option<String>,
        allocate_public_ip: Option<bool>,
        start_time: Option<String>,
        end_time: Option<String>,
        auto_pay: Option<bool>,
        client_token: Option<String>,
    }

    /// Moves a stopped instance to another vSwitch, address or VPC.
    ModifyInstanceVpcAttribute(Ecs, ByNature) -> Acknowledged, check rules::modify_instance_vpc_attribute {
        instance_id: String,
        vswitch_id as "VSwitchId": Option<String>,
        private_ip_address: Option<String>,
        vpc_id: Option<String>,
        security_group_ids as "SecurityGroupId": Vec<String>,
    }

    /// Without a time, the release is cancelled.
    ModifyInstanceAutoReleaseTime(Ecs, ByNature) -> Acknowledged, check rules::modify_auto_release_time {
        region_id: Option<String>,
        instance_id: String,
        auto_release_time: Option<String>,
    }

    ModifyInstanceMetadataOptions(Ecs, ByNature) -> Acknowledged {
        region_id: Option<String>,
        instance_id: String,
        http_endpoint: Option<String>,
        http_tokens: Option<String>,
        http_put_response_hop_limit: Option<i64>,
        instance_metadata_tags: Option<String>,
    }

    ModifyInstanceMaintenanceAttributes(Ecs, ByNature) -> Acknowledged {
        region_id: Option<String>,
        instance_ids as "InstanceId": Vec<String>,
        maintenance_windows as "MaintenanceWindow": Vec<MaintenanceWindow>,
        action_on_maintenance: Option<String>,
        notify_on_maintenance: Option<bool>,
    }

    /// Gives an instance with outbound bandwidth its public address.
    AllocatePublicIpAddress(Ecs, ByNature) -> AllocatePublicIpAddressResponse {
        instance_id: String,
        ip_address: Option<String>,
        vlan_id: Option<String>,
    }

    JoinResourceGroup(Ecs, ByNature) -> Acknowledged {
        region_id: Option<String>,
        resource_id: Option<String>,
        resource_type: Option<String>,
        resource_group_id: Option<String>,
    }

    DescribeUserData(Ecs, ByNature) -> DescribeUserDataResponse {
        region_id: Option<String>,
        instance_id: String,
    }

    DescribeInstanceAttribute(Ecs, ByNature) -> DescribeInstanceAttributeResponse {
        instance_id: String,
    }

    DescribeInstanceMaintenanceAttributes(Ecs, ByNature)
        -> DescribeInstanceMaintenanceAttributesResponse
    {
        region_id: Option<String>,
        instance_ids as "InstanceId": Vec<String>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }
}

responses! {
    ModifyInstanceNetworkSpecResponse {
        order_id: String,
    }

    AllocatePublicIpAddressResponse {
        ip_address: String,
    }

    DescribeUserDataResponse {
        instance_id: String,
        region_id: String,
        /// In Base64.
        user_data: String,
    }

    DescribeInstanceAttributeResponse {
        instance_id: String,
        instance_name: String,
        description: String,
        host_name: String,
        status: String,
        region_id: String,
        zone_id: String,
        cluster_id: String,
        image_id: String,
        instance_type: String,
        cpu: i64,
        memory: i64,
        creation_time: String,
        expired_time: String,
        instance_charge_type: String,
        internet_charge_type: String,
        internet_max_bandwidth_in: i64,
        internet_max_bandwidth_out: i64,
        instance_network_type: String,
        /// `none` or `optimized`, other than in DescribeInstances.
        io_optimized: String,
        credit_specification: String,
        stopped_mode: String,
        serial_number: String,
        vlan_id: String,
        enable_jumbo_frame: bool,
        vpc_attributes: VpcAttributes,
        eip_address: EipAddress,
        dedicated_host_attribute: DedicatedHostAttribute,
        #[serde(with = "listed::ip_address")]
        public_ip_address: Vec<String>,
        #[serde(with = "listed::ip_address")]
        inner_ip_address: Vec<String>,
        #[serde(with = "listed::security_group_id")]
        security_group_ids: Vec<String>,
        #[serde(with = "listed::lock_reason")]
        operation_locks: Vec<InstanceLock>,
    }

    DescribeInstanceMaintenanceAttributesResponse {
        #[serde(with = "listed::maintenance_attribute")]
        maintenance_attributes: Vec<MaintenanceAttribute>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }
}
