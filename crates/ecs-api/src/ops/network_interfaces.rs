//! Elastic network interfaces.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use crate::types::{NetworkInterface, TagFilter, listed};

operations! {
    /// 100 a page with page numbers, 500 with tokens.
    DescribeNetworkInterfaces(Ecs, ByNature) -> DescribeNetworkInterfacesResponse {
        region_id: String,
        network_interface_ids as "NetworkInterfaceId": Vec<String>,
        network_interface_name: Option<String>,
        instance_id: Option<String>,
        /// `Primary` or `Secondary`.
        r#type as "Type": Option<String>,
        status: Option<String>,
        vpc_id: Option<String>,
        vswitch_id as "VSwitchId": Option<String>,
        security_group_id: Option<String>,
        primary_ip_address: Option<String>,
        private_ip_addresses as "PrivateIpAddress": Vec<String>,
        ipv6_addresses as "Ipv6Address": Vec<String>,
        resource_group_id: Option<String>,
        service_managed: Option<bool>,
        tags as "Tag": Vec<TagFilter>,
        page_number: Option<i64>,
        page_size: Option<i64>,
        next_token: Option<String>,
        max_results: Option<i64>,
    }
}

responses! {
    DescribeNetworkInterfacesResponse {
        #[serde(with = "listed::network_interface_set")]
        network_interface_sets: Vec<NetworkInterface>,
        next_token: String,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }
}
