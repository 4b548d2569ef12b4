//! Instances: the grouped parameters of RunInstances, and instances as described. Memory is in MiB,
//! bandwidth in Mbit/s.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::listed;
use super::network::{InstanceNetworkInterface, VpcAttributes};
use super::tag::TagItem;

wire! {
    /// `NetworkInterface.N.*`: a network interface to be made with the instance. A primary one
    /// stands in for the top-level vSwitch, security groups and address.
    NetworkInterfaceParams {
        network_interface_id: Option<String>,
        /// `Primary` or `Secondary`.
        instance_type: Option<String>,
        vswitch_id as "VSwitchId": Option<String>,
        security_group_id: Option<String>,
        security_group_ids: Vec<String>,
        primary_ip_address: Option<String>,
        network_interface_name: Option<String>,
        description: Option<String>,
        network_interface_traffic_mode: Option<String>,
        network_card_index: Option<i64>,
        queue_number: Option<i64>,
        queue_pair_number: Option<i64>,
        rx_queue_size: Option<i64>,
        tx_queue_size: Option<i64>,
        ipv6_address as "Ipv6Address": Vec<String>,
        ipv6_address_count: Option<i64>,
        secondary_private_ip_address_count: Option<i64>,
        source_dest_check: Option<bool>,
        delete_on_release: Option<bool>,
    }

    /// `NetworkOptions.*`.
    NetworkOptionsParams {
        enable_jumbo_frame: Option<bool>,
        enable_network_encryption: Option<bool>,
        bandwidth_weighting: Option<String>,
    }

    /// `PrivateDnsNameOptions.*`.
    PrivateDnsNameOptionsParams {
        hostname_type: Option<String>,
        enable_instance_id_dns_a_record as "EnableInstanceIdDnsARecord": Option<bool>,
        enable_instance_id_dns_aaaa_record as "EnableInstanceIdDnsAAAARecord": Option<bool>,
        enable_ip_dns_a_record as "EnableIpDnsARecord": Option<bool>,
        enable_ip_dns_ptr_record: Option<bool>,
    }

    /// `ImageOptions.*`.
    ImageOptionsParams {
        login_as_non_root: Option<bool>,
    }

    /// `SecurityOptions.*`.
    SecurityOptionsParams {
        trusted_system_mode: Option<String>,
        confidential_computing_mode: Option<String>,
        enable_secure_boot: Option<bool>,
    }

    /// `CpuOptions.*`.
    CpuOptionsParams {
        core: Option<i64>,
        threads_per_core: Option<i64>,
        topology_type: Option<String>,
    }

    /// `ClockOptions.*`.
    ClockOptionsParams {
        ptp_status: Option<String>,
    }

    /// `PrivatePoolOptions.*`.
    PrivatePoolOptionsParams {
        id: Option<String>,
        match_criteria: Option<String>,
    }

    /// `SchedulerOptions.*`.
    SchedulerOptionsParams {
        dedicated_host_cluster_id: Option<String>,
        managed_private_space_id: Option<String>,
    }

    /// `AdditionalInfo.*`.
    AdditionalInfoParams {
        enable_high_density_mode: Option<bool>,
    }

    /// An instance as described.
    Instance {
        instance_id: String,
        instance_name: String,
        description: String,
        host_name: String,
        /// `Pending`, `Starting`, `Running`, `Stopping` or `Stopped`.
        status: String,
        region_id: String,
        zone_id: String,
        cluster_id: String,
        image_id: String,
        instance_type: String,
        instance_type_family: String,
        cpu: i64,
        memory: i64,
        os_name as "OSName": String,
        os_name_en as "OSNameEn": String,
        os_type as "OSType": String,
        creation_time: String,
        start_time: String,
        expired_time: String,
        auto_release_time: String,
        instance_charge_type: String,
        internet_charge_type: String,
        internet_max_bandwidth_in: i64,
        internet_max_bandwidth_out: i64,
        instance_network_type: String,
        io_optimized: bool,
        key_pair_name: String,
        credit_specification: String,
        deletion_protection: bool,
        deployment_set_id: String,
        deployment_set_group_no: i64,
        resource_group_id: String,
        hpc_cluster_id: String,
        spot_strategy: String,
        spot_price_limit: f64,
        spot_duration: i64,
        spot_interruption_behavior: String,
        sale_cycle: String,
        stopped_mode: String,
        serial_number: String,
        vlan_id: String,
        isp as "ISP": String,
        device_available: bool,
        recyclable: bool,
        enable_nvs as "EnableNVS": bool,
        gpu_amount as "GPUAmount": i64,
        gpu_spec as "GPUSpec": String,
        local_storage_amount: i64,
        local_storage_capacity: i64,
        vpc_attributes: VpcAttributes,
        eip_address: EipAddress,
        #[serde(with = "listed::ip_address")]
        public_ip_address: Vec<String>,
        #[serde(with = "listed::ip_address")]
        inner_ip_address: Vec<String>,
        #[serde(with = "listed::ip_address")]
        rdma_ip_address: Vec<String>,
        #[serde(with = "listed::security_group_id")]
        security_group_ids: Vec<String>,
        #[serde(with = "listed::network_interface")]
        network_interfaces: Vec<InstanceNetworkInterface>,
        #[serde(with = "listed::lock_reason")]
        operation_locks: Vec<InstanceLock>,
        #[serde(with = "listed::tag")]
        tags: Vec<TagItem>,
        metadata_options: MetadataOptions,
        cpu_options: CpuOptions,
        image_options: ImageOptions,
        clock_options: ClockOptions,
        security_options: SecurityOptions,
        private_dns_name_options: PrivateDnsNameOptions,
        hibernation_options: HibernationOptions,
        additional_info: AdditionalInfo,
        dedicated_host_attribute: DedicatedHostAttribute,
        dedicated_instance_attribute: DedicatedInstanceAttribute,
        ecs_capacity_reservation_attr: EcsCapacityReservationAttr,
    }

    /// The elastic address that is bound to an instance.
    EipAddress {
        allocation_id: String,
        ip_address: String,
        bandwidth: i64,
        internet_charge_type: String,
        is_support_unassociate: bool,
    }

    /// Why an instance is locked.
    InstanceLock {
        lock_reason: String,
        lock_msg: String,
    }

    MetadataOptions {
        http_endpoint: String,
        http_tokens: String,
        http_put_response_hop_limit: i64,
        instance_metadata_tags: String,
    }

    CpuOptions {
        core_count: i64,
        threads_per_core: i64,
        topology_type: String,
        numa: String,
        nested_virtualization: String,
        turbo_mode: String,
        enable_visst as "EnableVISST": bool,
        enable_vrdt as "EnableVRDT": bool,
    }

    ImageOptions {
        login_as_non_root: bool,
        current_os_nvme_supported as "CurrentOSNVMeSupported": bool,
    }

    ClockOptions {
        ptp_status: String,
    }

    SecurityOptions {
        enable_secure_boot: bool,
    }

    PrivateDnsNameOptions {
        hostname_type: String,
        enable_instance_id_dns_a_record as "EnableInstanceIdDnsARecord": bool,
        enable_instance_id_dns_aaaa_record as "EnableInstanceIdDnsAAAARecord": bool,
        enable_ip_dns_a_record as "EnableIpDnsARecord": bool,
        enable_ip_dns_ptr_record: bool,
    }

    HibernationOptions {
        configured: bool,
    }

    AdditionalInfo {
        enable_high_density_mode: bool,
        managed_host_id: String,
        node_serial_number: String,
    }

    DedicatedHostAttribute {
        dedicated_host_id: String,
        dedicated_host_name: String,
        dedicated_host_cluster_id: String,
    }

    DedicatedInstanceAttribute {
        affinity: String,
        tenancy: String,
    }

    EcsCapacityReservationAttr {
        capacity_reservation_id: String,
        capacity_reservation_preference: String,
    }

    /// What became of one instance of a batch of starts, stops or reboots. `Code` is `200` for
    /// success; it sits inside a list, where no client takes it for an error.
    InstanceResponse {
        instance_id: String,
        previous_status: String,
        current_status: String,
        code: String,
        message: String,
    }

    /// An instance and its status.
    InstanceStatus {
        instance_id: String,
        status: String,
    }

    /// An instance and its RAM role.
    InstanceRamRole {
        instance_id: String,
        ram_role_name: String,
    }

    /// What became of one instance of a batch of key pairs or roles.
    InstanceResult {
        instance_id: String,
        success: bool,
        code: String,
        message: String,
    }

    /// When and how the service may work on an instance's host.
    MaintenanceAttribute {
        instance_id: String,
        action_on_maintenance: ActionOnMaintenance,
        #[serde(with = "listed::maintenance_window")]
        maintenance_windows: Vec<MaintenanceWindow>,
        notify_on_maintenance: bool,
    }

    ActionOnMaintenance {
        value: String,
        default_value: String,
        #[serde(with = "listed::supported_value")]
        supported_values: Vec<String>,
    }

    /// How a prepaid instance renews.
    InstanceRenewal {
        instance_id: String,
        auto_renew_enabled: bool,
        renewal_status: String,
        period_unit: String,
        duration: i64,
    }

    /// The capacity reservation that an instance uses.
    InstanceAttachment {
        instance_id: String,
        private_pool_options_match_criteria: String,
        private_pool_options_id: String,
    }

    MaintenanceWindow {
        start_time: String,
        end_time: String,
    }
}
