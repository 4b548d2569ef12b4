//! RunInstances: up to 100 equal instances in one call. Its rules are in `rules`.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use crate::params::Secret;
use crate::rules;
use crate::types::{
    AdditionalInfoParams, ClockOptionsParams, CpuOptionsParams, DataDiskParams, ImageOptionsParams,
    NetworkInterfaceParams, NetworkOptionsParams, PrivateDnsNameOptionsParams,
    PrivatePoolOptionsParams, SchedulerOptionsParams, SecurityOptionsParams, SystemDiskParams, Tag,
    listed,
};

operations! {
    /// Creates and starts instances that are equal but for their names and addresses.
    RunInstances(Ecs, ByToken) -> RunInstancesResponse, check rules::run_instances {
        region_id: String,
        zone_id: Option<String>,
        image_id: Option<String>,
        image_family: Option<String>,
        instance_type: Option<String>,
        credit_specification: Option<String>,
        security_group_id: Option<String>,
        security_group_ids: Vec<String>,
        launch_template_id: Option<String>,
        launch_template_name: Option<String>,
        launch_template_version: Option<String>,
        internet_charge_type: Option<String>,
        /// `none` or `optimized`.
        io_optimized: Option<String>,
        system_disk: SystemDiskParams,
        /// At most 16.
        data_disks as "DataDisk": Vec<DataDiskParams>,
        hpc_cluster_id: Option<String>,
        vswitch_id as "VSwitchId": Option<String>,
        /// With an amount above 1 the addresses run on from this one.
        private_ip_address: Option<String>,
        internet_max_bandwidth_in: Option<i64>,
        /// Above 0, every instance gets a public address.
        internet_max_bandwidth_out: Option<i64>,
        /// A name, or `prefix[begin,bits]suffix` for sequential names.
        instance_name: Option<String>,
        /// Like the instance name.
        host_name: Option<String>,
        /// One host name per instance; excludes `host_name`.
        host_names: Vec<String>,
        unique_suffix: Option<bool>,
        description: Option<String>,
        password: Option<Secret>,
        password_inherit: Option<bool>,
        /// 1 to 100; 1 if absent.
        amount: Option<i64>,
        /// With it, a batch may be filled in part; without it, all or nothing.
        min_amount: Option<i64>,
        /// UTC, to the second.
        auto_release_time: Option<String>,
        /// In Base64.
        user_data: Option<String>,
        key_pair_name: Option<String>,
        ram_role_name: Option<String>,
        security_enhancement_strategy: Option<String>,
        /// At most 20; they land on the disks and the primary network interface too.
        tags as "Tag": Vec<Tag>,
        spot_strategy: Option<String>,
        spot_price_limit: Option<f64>,
        spot_duration: Option<i64>,
        spot_interruption_behavior: Option<String>,
        client_token: Option<String>,
        /// A success is then answered with the error `DryRunOperation`.
        dry_run: Option<bool>,
        instance_charge_type: Option<String>,
        period: Option<i64>,
        period_unit: Option<String>,
        auto_renew: Option<bool>,
        auto_renew_period: Option<i64>,
        auto_pay: Option<bool>,
        network_interfaces as "NetworkInterface": Vec<NetworkInterfaceParams>,
        network_interface_queue_number: Option<i64>,
        ipv6_addresses as "Ipv6Address": Vec<String>,
        ipv6_address_count: Option<i64>,
        network_options: NetworkOptionsParams,
        private_dns_name_options: PrivateDnsNameOptionsParams,
        storage_set_id: Option<String>,
        storage_set_partition_number: Option<i64>,
        image_options: ImageOptionsParams,
        security_options: SecurityOptionsParams,
        cpu_options: CpuOptionsParams,
        clock_options: ClockOptionsParams,
        /// `enabled` or `disabled`.
        http_endpoint: Option<String>,
        /// `optional` or `required`.
        http_tokens: Option<String>,
        http_put_response_hop_limit: Option<i64>,
        deletion_protection: Option<bool>,
        resource_group_id: Option<String>,
        dedicated_host_id: Option<String>,
        tenancy: Option<String>,
        affinity: Option<String>,
        deployment_set_id: Option<String>,
        deployment_set_group_no: Option<i64>,
        private_pool_options: PrivatePoolOptionsParams,
        scheduler_options: SchedulerOptionsParams,
        additional_info: AdditionalInfoParams,
    }
}

responses! {
    /// The ids; their order says nothing about the order of the names.
    RunInstancesResponse {
        #[serde(with = "listed::instance_id_set")]
        instance_id_sets: Vec<String>,
        order_id: String,
        trade_price: f64,
    }
}
