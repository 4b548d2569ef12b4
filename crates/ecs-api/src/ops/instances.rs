//! The life of instances: describe, start, stop, reboot, delete.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::params::JsonList;
use crate::rules;
use crate::types::{Filter, Instance, InstanceResponse, InstanceStatus, TagFilter, listed};

operations! {
    /// Instances by any conditions, all of which must hold. **A page holds 10 unless told
    /// otherwise, even with 100 ids.** `NextToken` wins over `PageNumber`; both pages end at 100.
    DescribeInstances(Ecs, ByNature) -> DescribeInstancesResponse, check rules::describe_instances {
        region_id: String,
        /// At most 100; an empty list is a condition that nothing meets.
        instance_ids: Option<JsonList<String>>,
        /// With `*` as a wildcard.
        instance_name: Option<String>,
        status: Option<String>,
        vpc_id: Option<String>,
        vswitch_id as "VSwitchId": Option<String>,
        zone_id: Option<String>,
        security_group_id: Option<String>,
        image_id: Option<String>,
        instance_type: Option<String>,
        instance_type_family: Option<String>,
        instance_network_type: Option<String>,
        instance_charge_type: Option<String>,
        internet_charge_type: Option<String>,
        io_optimized: Option<String>,
        key_pair_name: Option<String>,
        resource_group_id: Option<String>,
        hpc_cluster_id: Option<String>,
        private_ip_addresses: Option<JsonList<String>>,
        inner_ip_addresses: Option<JsonList<String>>,
        public_ip_addresses: Option<JsonList<String>>,
        eip_addresses: Option<JsonList<String>>,
        ipv6_addresses as "Ipv6Address": Vec<String>,
        rdma_ip_addresses: Option<String>,
        lock_reason: Option<String>,
        device_available: Option<bool>,
        need_sale_cycle: Option<bool>,
        tags as "Tag": Vec<TagFilter>,
        filters as "Filter": Vec<Filter>,
        additional_attributes: Vec<String>,
        dry_run: Option<bool>,
        page_number: Option<i64>,
        page_size: Option<i64>,
        next_token: Option<String>,
        max_results: Option<i64>,
    }

    /// Only the status, 50 a page at most.
    DescribeInstanceStatus(Ecs, ByNature) -> DescribeInstanceStatusResponse, check rules::describe_instance_status {
        region_id: String,
        zone_id: Option<String>,
        cluster_id: Option<String>,
        /// At most 100.
        instance_ids as "InstanceId": Vec<String>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }

    /// From `Stopped` to `Running`.
    StartInstance(Ecs, ByNature) -> Acknowledged {
        instance_id: String,
        init_local_disk: Option<bool>,
        source_region_id: Option<String>,
        dry_run: Option<bool>,
    }

    /// As `StartInstance`, at most 100.
    StartInstances(Ecs, ByNature) -> InstanceResponses, check rules::start_instances {
        region_id: String,
        instance_ids as "InstanceId": Vec<String>,
        /// `AllTogether` (one failure fails all) or `SuccessFirst`.
        batch_optimization: Option<String>,
        dry_run: Option<bool>,
    }

    /// From `Running` to `Stopped`.
    StopInstance(Ecs, ByNature) -> Acknowledged {
        instance_id: String,
        /// Powers off instead of shutting down.
        force_stop: Option<bool>,
        confirm_stop: Option<bool>,
        /// `KeepCharging` or `StopCharging`.
        stopped_mode: Option<String>,
        hibernate: Option<bool>,
        dry_run: Option<bool>,
    }

    /// As `StopInstance`, at most 100.
    StopInstances(Ecs, ByNature) -> InstanceResponses, check rules::stop_instances {
        region_id: String,
        instance_ids as "InstanceId": Vec<String>,
        force_stop: Option<bool>,
        stopped_mode: Option<String>,
        batch_optimization: Option<String>,
        dry_run: Option<bool>,
    }

    /// Only while `Running`.
    RebootInstance(Ecs, Never) -> Acknowledged {
        instance_id: String,
        force_stop: Option<bool>,
        dry_run: Option<bool>,
    }

    /// As `RebootInstance`, at most 100.
    RebootInstances(Ecs, Never) -> InstanceResponses, check rules::reboot_instances {
        region_id: String,
        instance_ids as "InstanceId": Vec<String>,
        /// The documents spell this one differently.
        force_reboot: Option<bool>,
        batch_optimization: Option<String>,
        dry_run: Option<bool>,
    }

    /// From `Stopped`, or with `force` while `Running`.
    DeleteInstance(Ecs, ByNature) -> Acknowledged {
        instance_id: String,
        force: Option<bool>,
        force_stop: Option<bool>,
        terminate_subscription: Option<bool>,
        dry_run: Option<bool>,
    }

    /// As `DeleteInstance`, at most 100.
    DeleteInstances(Ecs, ByNature) -> Acknowledged, check rules::delete_instances {
        region_id: String,
        instance_ids as "InstanceId": Vec<String>,
        force: Option<bool>,
        force_stop: Option<bool>,
        terminate_subscription: Option<bool>,
        client_token: Option<String>,
        dry_run: Option<bool>,
    }
}

responses! {
    DescribeInstancesResponse {
        #[serde(with = "listed::instance")]
        instances: Vec<Instance>,
        next_token: String,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

    DescribeInstanceStatusResponse {
        #[serde(with = "listed::instance_status")]
        instance_statuses: Vec<InstanceStatus>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

    /// What became of each instance of a batch.
    InstanceResponses {
        #[serde(with = "listed::instance_response")]
        instance_responses: Vec<InstanceResponse>,
    }
}
