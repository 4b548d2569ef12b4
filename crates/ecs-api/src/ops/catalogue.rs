//! What there is to choose from: images, instance types, regions, zones, what is on sale.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use crate::types::{AvailableZone, Filter, Image, InstanceType, Region, TagFilter, Zone, listed};

operations! {
    /// 100 a page at most, 10 if not told otherwise. Only `Available` images unless `status` says
    /// more.
    DescribeImages(Ecs, ByNature) -> DescribeImagesResponse {
        region_id: String,
        image_id: Option<String>,
        image_name: Option<String>,
        image_family: Option<String>,
        image_owner_alias: Option<String>,
        image_owner_id: Option<i64>,
        instance_type: Option<String>,
        os_type as "OSType": Option<String>,
        architecture: Option<String>,
        status: Option<String>,
        snapshot_id: Option<String>,
        show_expired: Option<bool>,
        is_support_io_optimized: Option<bool>,
        is_support_cloudinit: Option<bool>,
        is_public: Option<bool>,
        usage: Option<String>,
        action_type: Option<String>,
        resource_group_id: Option<String>,
        dry_run: Option<bool>,
        tags as "Tag": Vec<TagFilter>,
        filters as "Filter": Vec<Filter>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }

    /// 1600 a page at most, which is also what is given if not told otherwise.
    DescribeInstanceTypes(Ecs, ByNature) -> DescribeInstanceTypesResponse {
        /// At most 10.
        instance_types: Vec<String>,
        instance_type_family: Option<String>,
        instance_family_level: Option<String>,
        instance_category: Option<String>,
        cpu_architecture: Option<String>,
        cpu_core_count: Option<i64>,
        memory_size: Option<f64>,
        minimum_cpu_core_count: Option<i64>,
        maximum_cpu_core_count: Option<i64>,
        minimum_memory_size: Option<f64>,
        maximum_memory_size: Option<f64>,
        minimum_eni_quantity: Option<i64>,
        minimum_eni_private_ip_address_quantity: Option<i64>,
        gpu_spec as "GPUSpec": Option<String>,
        minimum_gpu_amount as "MinimumGPUAmount": Option<i64>,
        maximum_gpu_amount as "MaximumGPUAmount": Option<i64>,
        local_storage_category: Option<String>,
        additional_attributes: Vec<String>,
        next_token: Option<String>,
        max_results: Option<i64>,
    }

    DescribeRegions(Ecs, ByNature) -> DescribeRegionsResponse {
        instance_charge_type: Option<String>,
        resource_type: Option<String>,
        accept_language: Option<String>,
    }

    DescribeZones(Ecs, ByNature) -> DescribeZonesResponse {
        region_id: String,
        instance_charge_type: Option<String>,
        spot_strategy: Option<String>,
        accept_language: Option<String>,
        /// Without it, the lists of what a zone offers are empty.
        verbose: Option<bool>,
    }

    /// What of one kind can be had in which zone.
    DescribeAvailableResource(Ecs, ByNature) -> DescribeAvailableResourceResponse {
        region_id: String,
        zone_id: Option<String>,
        /// `Zone`, `IoOptimized`, `InstanceType`, `Network`, `ddh`, `SystemDisk` or
        /// `DataDisk`.
        destination_resource: String,
        resource_type: Option<String>,
        instance_charge_type: Option<String>,
        instance_type: Option<String>,
        io_optimized: Option<String>,
        network_category: Option<String>,
        system_disk_category: Option<String>,
        data_disk_category: Option<String>,
        cores: Option<i64>,
        memory: Option<f64>,
        spot_strategy: Option<String>,
        spot_duration: Option<i64>,
        dedicated_host_id: Option<String>,
        scope: Option<String>,
    }
}

responses! {
    DescribeImagesResponse {
        region_id: String,
        #[serde(with = "listed::image")]
        images: Vec<Image>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

    DescribeInstanceTypesResponse {
        #[serde(with = "listed::instance_type")]
        instance_types: Vec<InstanceType>,
        next_token: String,
    }

    DescribeRegionsResponse {
        #[serde(with = "listed::region")]
        regions: Vec<Region>,
    }

    DescribeZonesResponse {
        #[serde(with = "listed::zone")]
        zones: Vec<Zone>,
    }

    DescribeAvailableResourceResponse {
        #[serde(with = "listed::available_zone")]
        available_zones: Vec<AvailableZone>,
    }
}
