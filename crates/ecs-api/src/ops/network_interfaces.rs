//! Elastic network interfaces.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::types::{NetworkInterface, PrivateIpSet, Tag, TagFilter, TagItem, listed};

operations! {
    CreateNetworkInterface(Ecs, ByToken) -> CreateNetworkInterfaceResponse {
        region_id: String,
        vswitch_id as "VSwitchId": String,
        security_group_id: Option<String>,
        security_group_ids: Vec<String>,
        primary_ip_address: Option<String>,
        private_ip_addresses as "PrivateIpAddress": Vec<String>,
        secondary_private_ip_address_count: Option<i64>,
        ipv6_addresses as "Ipv6Address": Vec<String>,
        ipv6_address_count: Option<i64>,
        network_interface_name: Option<String>,
        description: Option<String>,
        network_interface_traffic_mode: Option<String>,
        queue_number: Option<i64>,
        queue_pair_number: Option<i64>,
        instance_type: Option<String>,
        delete_on_release: Option<bool>,
        source_dest_check: Option<bool>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<Tag>,
        client_token: Option<String>,
    }

    DeleteNetworkInterface(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        network_interface_id: String,
    }

    AttachNetworkInterface(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        network_interface_id: String,
        instance_id: String,
        network_card_index: Option<i64>,
        trunk_network_instance_id: Option<String>,
        wait_for_network_configuration_ready: Option<bool>,
    }

    DetachNetworkInterface(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        network_interface_id: String,
        instance_id: String,
        trunk_network_instance_id: Option<String>,
    }

    ModifyNetworkInterfaceAttribute(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        network_interface_id: String,
        network_interface_name: Option<String>,
        description: Option<String>,
        security_group_ids as "SecurityGroupId": Vec<String>,
        queue_number: Option<i64>,
        delete_on_release: Option<bool>,
        source_dest_check: Option<bool>,
    }

    AssignPrivateIpAddresses(Ecs, ByToken) -> Acknowledged {
        region_id: String,
        network_interface_id: String,
        private_ip_addresses as "PrivateIpAddress": Vec<String>,
        secondary_private_ip_address_count: Option<i64>,
        client_token: Option<String>,
    }

    UnassignPrivateIpAddresses(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        network_interface_id: String,
        private_ip_addresses as "PrivateIpAddress": Vec<String>,
    }

    AssignIpv6Addresses(Ecs, ByToken) -> Acknowledged {
        region_id: String,
        network_interface_id: String,
        ipv6_addresses as "Ipv6Address": Vec<String>,
        ipv6_address_count: Option<i64>,
        client_token: Option<String>,
    }

    UnassignIpv6Addresses(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        network_interface_id: String,
        ipv6_addresses as "Ipv6Address": Vec<String>,
    }

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
    CreateNetworkInterfaceResponse {
        network_interface_id: String,
        network_interface_name: String,
        description: String,
        status: String,
        r#type as "Type": String,
        vpc_id: String,
        vswitch_id as "VSwitchId": String,
        zone_id: String,
        private_ip_address: String,
        mac_address: String,
        resource_group_id: String,
        #[serde(with = "listed::security_group_id")]
        security_group_ids: Vec<String>,
        #[serde(with = "listed::private_ip_set")]
        private_ip_sets: Vec<PrivateIpSet>,
        #[serde(with = "listed::tag")]
        tags: Vec<TagItem>,
    }

    DescribeNetworkInterfacesResponse {
        #[serde(with = "listed::network_interface_set")]
        network_interface_sets: Vec<NetworkInterface>,
        next_token: String,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }
}
