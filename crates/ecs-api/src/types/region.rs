//! The catalogue: regions, zones, instance types, what is on sale where. Memory is in GiB here.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::listed;

wire! {
    Region {
        region_id: String,
        local_name: String,
        region_endpoint: String,
        status: String,
    }

    /// A zone and what it offers.
    Zone {
        zone_id: String,
        local_name: String,
        zone_type: String,
        #[serde(with = "listed::instance_types")]
        available_instance_types: Vec<String>,
        #[serde(with = "listed::disk_categories")]
        available_disk_categories: Vec<String>,
        #[serde(with = "listed::volume_categories")]
        available_volume_categories: Vec<String>,
        #[serde(with = "listed::resource_types")]
        available_resource_creation: Vec<String>,
        #[serde(with = "listed::dedicated_host_type")]
        available_dedicated_host_types: Vec<String>,
        #[serde(with = "listed::dedicated_host_generation")]
        dedicated_host_generations: Vec<String>,
        #[serde(with = "listed::resources_info")]
        available_resources: Vec<ResourcesInfo>,
    }

    /// What a zone offers together.
    ResourcesInfo {
        io_optimized: bool,
        #[serde(with = "listed::supported_instance_type")]
        instance_types: Vec<String>,
        #[serde(with = "listed::supported_instance_type_family")]
        instance_type_families: Vec<String>,
        #[serde(with = "listed::supported_instance_generation")]
        instance_generations: Vec<String>,
        #[serde(with = "listed::supported_network_category")]
        network_types: Vec<String>,
        #[serde(with = "listed::supported_system_disk_category")]
        system_disk_categories: Vec<String>,
        #[serde(with = "listed::supported_data_disk_category")]
        data_disk_categories: Vec<String>,
    }

    /// What DescribeAvailableResource says of a zone.
    AvailableZone {
        region_id: String,
        zone_id: String,
        /// `Available` or `SoldOut`.
        status: String,
        /// `WithStock`, `ClosedWithStock`, `WithoutStock` or `ClosedWithoutStock`.
        status_category: String,
        #[serde(with = "listed::available_resource")]
        available_resources: Vec<AvailableResource>,
    }

    AvailableResource {
        r#type as "Type": String,
        #[serde(with = "listed::supported_resource")]
        supported_resources: Vec<SupportedResource>,
    }

    /// One value that can be had, and the sizes of a disk category.
    SupportedResource {
        value: String,
        status: String,
        status_category: String,
        min: i64,
        max: i64,
        unit: String,
    }

    /// An instance type as described.
    InstanceType {
        instance_type_id: String,
        instance_type_family: String,
        instance_family_level: String,
        instance_category: String,
        cpu_core_count: i64,
        memory_size: f64,
        cpu_architecture: String,
        physical_processor_model: String,
        cpu_speed_frequency: f64,
        cpu_turbo_frequency: f64,
        baseline_credit: i64,
        initial_credit: i64,
        disk_quantity: i64,
        eni_quantity: i64,
        eni_total_quantity: i64,
        eni_private_ip_address_quantity: i64,
        eni_ipv6_address_quantity: i64,
        eni_trunk_supported: bool,
        eri_quantity: i64,
        primary_eni_queue_number: i64,
        secondary_eni_queue_number: i64,
        maximum_queue_number_per_eni: i64,
        total_eni_queue_quantity: i64,
        queue_pair_number: i64,
        instance_bandwidth_rx: i64,
        instance_bandwidth_tx: i64,
        instance_pps_rx: i64,
        instance_pps_tx: i64,
        network_card_quantity: i64,
        network_encryption_support: bool,
        jumbo_frame_support: bool,
        nvme_support: String,
        gpu_amount as "GPUAmount": i64,
        gpu_spec as "GPUSpec": String,
        gpu_memory_size as "GPUMemorySize": f64,
        local_storage_amount: i64,
        local_storage_capacity: i64,
        local_storage_category: String,
        clock: InstanceTypeClock,
        cpu_options: InstanceTypeCpuOptions,
        enhanced_network: EnhancedNetwork,
        network_info: NetworkInfo,
        security_options: InstanceTypeSecurityOptions,
        #[serde(with = "listed::attribute")]
        attributes: Vec<InstanceTypeAttribute>,
        #[serde(with = "listed::network_card_info")]
        network_cards: Vec<NetworkCardInfo>,
        #[serde(with = "listed::supported_boot_mode")]
        supported_boot_modes: Vec<String>,
    }

    InstanceTypeClock {
        ptp_support: String,
    }

    InstanceTypeCpuOptions {
        core: i64,
        core_factor: i64,
        threads_per_core: i64,
        hyper_threading_adjustable: bool,
        nested_virtualization_support: String,
        #[serde(with = "listed::supported_topology_type")]
        supported_topology_types: Vec<String>,
    }

    EnhancedNetwork {
        express_support: bool,
        rss_support: bool,
        sriov_support: bool,
        vf_queue_number_per_eni: i64,
    }

    NetworkInfo {
        bandwidth_weighting: BandwidthWeighting,
    }

    BandwidthWeighting {
        #[serde(with = "listed::weighting_info")]
        weighting_infos: Vec<WeightingInfo>,
    }

    WeightingInfo {
        name: String,
        vpc_bandwidth: i64,
        vpc_burst_bandwidth: i64,
        ebs_bandwidth: i64,
        ebs_burst_bandwidth: i64,
    }

    InstanceTypeSecurityOptions {
        secure_boot_support: String,
    }

    InstanceTypeAttribute {
        name: String,
        value: String,
    }

    NetworkCardInfo {
        network_card_index: i64,
    }
}
