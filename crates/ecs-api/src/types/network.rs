//! VPCs, vSwitches, route tables, network interfaces.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::listed;
use super::tag::{TagItem, VpcTag};

wire! {
    /// Where an instance sits in its VPC.
    VpcAttributes {
        vpc_id: String,
        vswitch_id as "VSwitchId": String,
        nat_ip_address: String,
        #[serde(with = "listed::ip_address")]
        private_ip_address: Vec<String>,
    }

    /// A network interface inside the description of an instance.
    InstanceNetworkInterface {
        network_interface_id: String,
        mac_address: String,
        primary_ip_address: String,
        /// `Primary` or `Secondary`.
        r#type as "Type": String,
        #[serde(with = "listed::private_ip_set")]
        private_ip_sets: Vec<InstancePrivateIp>,
        #[serde(with = "listed::ipv6_set")]
        ipv6_sets: Vec<Ipv6Set>,
        #[serde(with = "listed::ipv4_prefix_set")]
        ipv4_prefix_sets: Vec<Ipv4PrefixSet>,
        #[serde(with = "listed::ipv6_prefix_set")]
        ipv6_prefix_sets: Vec<Ipv6PrefixSet>,
    }

    InstancePrivateIp {
        private_ip_address: String,
        private_dns_name: String,
        primary: bool,
    }

    Ipv6Set {
        ipv6_address: String,
        primary: bool,
    }

    Ipv4PrefixSet {
        ipv4_prefix: String,
    }

    Ipv6PrefixSet {
        ipv6_prefix: String,
    }

    /// A network interface as described.
    NetworkInterface {
        network_interface_id: String,
        network_interface_name: String,
        description: String,
        /// `InUse`, `Available`, `Attaching`, `Detaching`, …
        status: String,
        /// `Primary` or `Secondary`.
        r#type as "Type": String,
        vpc_id: String,
        vswitch_id as "VSwitchId": String,
        zone_id: String,
        instance_id: String,
        private_ip_address: String,
        mac_address: String,
        resource_group_id: String,
        creation_time: String,
        network_interface_traffic_mode: String,
        queue_number: i64,
        queue_pair_number: i64,
        source_dest_check: bool,
        delete_on_release: bool,
        owner_id: String,
        service_id as "ServiceID": i64,
        service_managed: bool,
        associated_public_ip: AssociatedPublicIp,
        attachment: NetworkInterfaceAttachment,
        #[serde(with = "listed::security_group_id")]
        security_group_ids: Vec<String>,
        #[serde(with = "listed::private_ip_set")]
        private_ip_sets: Vec<PrivateIpSet>,
        #[serde(with = "listed::ipv6_set")]
        ipv6_sets: Vec<Ipv6Set>,
        #[serde(with = "listed::ipv4_prefix_set")]
        ipv4_prefix_sets: Vec<Ipv4PrefixSet>,
        #[serde(with = "listed::ipv6_prefix_set")]
        ipv6_prefix_sets: Vec<Ipv6PrefixSet>,
        #[serde(with = "listed::tag")]
        tags: Vec<TagItem>,
    }

    AssociatedPublicIp {
        public_ip_address: String,
        allocation_id: String,
    }

    PrivateIpSet {
        private_ip_address: String,
        primary: bool,
        associated_public_ip: AssociatedPublicIp,
    }

    NetworkInterfaceAttachment {
        instance_id: String,
        trunk_network_interface_id: String,
        device_index: i64,
        network_card_index: i64,
    }

    /// An elastic address as listed. The bandwidth is text here.
    Eip {
        allocation_id: String,
        ip_address: String,
        name: String,
        description: String,
        /// `Available`, `Associating`, `InUse` or `Unassociating`.
        status: String,
        region_id: String,
        bandwidth: String,
        internet_charge_type: String,
        charge_type: String,
        isp as "ISP": String,
        instance_id: String,
        instance_type: String,
        private_ip_address: String,
        resource_group_id: String,
        allocation_time: String,
        expired_time: String,
        netmode: String,
        /// `NAT`, `BINDED` or `MULTI_BINDED`.
        mode: String,
        deletion_protection: bool,
        hd_monitor_status as "HDMonitorStatus": String,
        zone: String,
        #[serde(with = "listed::tag")]
        tags: Vec<VpcTag>,
    }

    /// A VPC as listed.
    Vpc {
        vpc_id: String,
        vpc_name: String,
        description: String,
        region_id: String,
        cidr_block: String,
        ipv6_cidr_block: String,
        /// `Pending` or `Available`.
        status: String,
        is_default: bool,
        vrouter_id as "VRouterId": String,
        resource_group_id: String,
        creation_time: String,
        owner_id: i64,
        dhcp_options_set_id: String,
        dhcp_options_set_status: String,
        dns_hostname_status: String,
        enabled_ipv6: bool,
        #[serde(with = "listed::vswitch_id")]
        vswitch_ids as "VSwitchIds": Vec<String>,
        #[serde(with = "listed::router_table_ids")]
        router_table_ids: Vec<String>,
        #[serde(with = "listed::nat_gateway_ids")]
        nat_gateway_ids: Vec<String>,
        #[serde(with = "listed::secondary_cidr_block")]
        secondary_cidr_blocks: Vec<String>,
        #[serde(with = "listed::user_cidr")]
        user_cidrs: Vec<String>,
        #[serde(with = "listed::ipv6_cidr_block")]
        ipv6_cidr_blocks: Vec<Ipv6CidrBlock>,
        #[serde(with = "listed::tag")]
        tags: Vec<VpcTag>,
    }

    Ipv6CidrBlock {
        ipv6_cidr_block: String,
        ipv6_isp: String,
    }

    CloudResource {
        resource_type: String,
        resource_count: i64,
    }

    /// A vSwitch as listed.
    VSwitch {
        vswitch_id as "VSwitchId": String,
        vswitch_name as "VSwitchName": String,
        vpc_id: String,
        description: String,
        zone_id: String,
        cidr_block: String,
        ipv6_cidr_block: String,
        /// `Pending` or `Available`.
        status: String,
        is_default: bool,
        available_ip_address_count: i64,
        creation_time: String,
        resource_group_id: String,
        network_acl_id: String,
        owner_id: i64,
        share_type: String,
        enabled_ipv6: bool,
        route_table: VSwitchRouteTable,
        #[serde(with = "listed::tag")]
        tags: Vec<VpcTag>,
    }

    VSwitchRouteTable {
        route_table_id: String,
        /// `System` or `Custom`.
        route_table_type: String,
    }

    /// A route as listed.
    RouteEntry {
        route_table_id: String,
        route_entry_id: String,
        route_entry_name: String,
        description: String,
        destination_cidr_block: String,
        /// `Custom` or `System`, among others.
        kind as "Type": String,
        status: String,
        ip_version: String,
        gmt_modified: String,
        #[serde(with = "listed::next_hop")]
        next_hops: Vec<NextHop>,
    }

    /// Where a route leads.
    NextHop {
        next_hop_id: String,
        next_hop_type: String,
        next_hop_region_id: String,
        enabled: i64,
        weight: i64,
    }

    /// A route table as listed.
    RouteTable {
        route_table_id: String,
        route_table_name: String,
        /// `System` or `Custom`.
        route_table_type: String,
        description: String,
        /// `VRouter`.
        router_type: String,
        router_id: String,
        vpc_id: String,
        status: String,
        /// `VSwitch` or `Gateway`.
        associate_type: String,
        creation_time: String,
        resource_group_id: String,
        owner_id: i64,
        route_propagation_enable: bool,
        #[serde(with = "listed::vswitch_id")]
        vswitch_ids as "VSwitchIds": Vec<String>,
        #[serde(with = "listed::tag")]
        tags: Vec<VpcTag>,
    }
}
