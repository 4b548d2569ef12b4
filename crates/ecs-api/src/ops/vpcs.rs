//! VPCs, vSwitches, route tables and their tags: the product VPC, not ECS.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::rules;
use crate::types::{
    CloudResource, Ipv6CidrBlock, RouteTable, Tag, TagFilter, TagResource, VSwitch,
    VSwitchRouteTable, Vpc, VpcTag, listed,
};

operations! {
    CreateVpc(Vpc, ByToken) -> CreateVpcResponse, check rules::create_vpc {
        region_id: String,
        /// /16 to /28; 172.16.0.0/12 if absent.
        cidr_block: Option<String>,
        ipv6_cidr_block: Option<String>,
        enable_ipv6: Option<bool>,
        vpc_name: Option<String>,
        description: Option<String>,
        user_cidr: Option<String>,
        resource_group_id: Option<String>,
        dry_run: Option<bool>,
        tags as "Tag": Vec<Tag>,
        client_token: Option<String>,
    }

    /// Fails while a vSwitch, a security group or another thing is in it.
    DeleteVpc(Vpc, ByNature) -> Acknowledged {
        region_id: Option<String>,
        vpc_id: String,
        force_delete: Option<bool>,
        dry_run: Option<bool>,
    }

    ModifyVpcAttribute(Vpc, ByNature) -> Acknowledged, check rules::modify_vpc_attribute {
        region_id: Option<String>,
        vpc_id: String,
        vpc_name: Option<String>,
        description: Option<String>,
        cidr_block: Option<String>,
        user_cidr: Option<String>,
        enable_ipv6 as "EnableIPv6": Option<bool>,
        ipv6_cidr_block: Option<String>,
    }

    /// 50 a page at most, 10 if not told otherwise.
    DescribeVpcs(Vpc, ByNature) -> DescribeVpcsResponse {
        region_id: String,
        /// At most 20, separated by commas.
        vpc_id: Option<String>,
        vpc_name: Option<String>,
        is_default: Option<bool>,
        resource_group_id: Option<String>,
        dhcp_options_set_id: Option<String>,
        vpc_owner_id: Option<i64>,
        dry_run: Option<bool>,
        tags as "Tag": Vec<TagFilter>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }

    DescribeVpcAttribute(Vpc, ByNature) -> DescribeVpcAttributeResponse {
        region_id: Option<String>,
        vpc_id: String,
        is_default: Option<bool>,
    }

    DescribeRouteTableList(Vpc, ByNature) -> DescribeRouteTableListResponse {
        region_id: String,
        vpc_id: Option<String>,
        router_id: Option<String>,
        router_type: Option<String>,
        route_table_id: Option<String>,
        route_table_name: Option<String>,
        resource_group_id: Option<String>,
        tags as "Tag": Vec<TagFilter>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }

    CreateVSwitch(Vpc, ByToken) -> CreateVSwitchResponse, check rules::create_vswitch {
        region_id: Option<String>,
        vpc_id: String,
        zone_id: String,
        /// /16 to /29, inside the VPC's block.
        cidr_block: String,
        ipv6_cidr_block: Option<i64>,
        vswitch_name as "VSwitchName": Option<String>,
        description: Option<String>,
        vpc_ipv6_cidr_block: Option<String>,
        tags as "Tag": Vec<Tag>,
        client_token: Option<String>,
    }

    /// Takes no token.
    DeleteVSwitch(Vpc, ByNature) -> Acknowledged {
        region_id: Option<String>,
        vswitch_id as "VSwitchId": String,
    }

    ModifyVSwitchAttribute(Vpc, ByNature) -> Acknowledged, check rules::modify_vswitch_attribute {
        region_id: Option<String>,
        vswitch_id as "VSwitchId": String,
        vswitch_name as "VSwitchName": Option<String>,
        description: Option<String>,
        enable_ipv6 as "EnableIPv6": Option<bool>,
        ipv6_cidr_block: Option<i64>,
        vpc_ipv6_cidr_block: Option<String>,
    }

    /// 50 a page at most, 10 if not told otherwise.
    DescribeVSwitches(Vpc, ByNature) -> DescribeVSwitchesResponse {
        region_id: Option<String>,
        vswitch_id as "VSwitchId": Option<String>,
        vswitch_name as "VSwitchName": Option<String>,
        vpc_id: Option<String>,
        zone_id: Option<String>,
        is_default: Option<bool>,
        route_table_id: Option<String>,
        resource_group_id: Option<String>,
        enable_ipv6: Option<bool>,
        vswitch_owner_id as "VSwitchOwnerId": Option<i64>,
        dry_run: Option<bool>,
        tags as "Tag": Vec<TagFilter>,
        page_number: Option<i64>,
        page_size: Option<i64>,
    }

    /// Of a vSwitch that is not there: a success with empty members.
    DescribeVSwitchAttributes(Vpc, ByNature) -> DescribeVSwitchAttributesResponse {
        region_id: Option<String>,
        vswitch_id as "VSwitchId": String,
        dry_run: Option<bool>,
    }

    /// The same tags on every resource; an equal key is overwritten.
    VpcTagResources named "TagResources" (Vpc, ByNature) -> Acknowledged, check rules::vpc_tag_resources {
        region_id: String,
        /// `VPC`, `VSWITCH`, `ROUTETABLE`, `EIP`, …
        resource_type: String,
        resource_ids as "ResourceId": Vec<String>,
        tags as "Tag": Vec<Tag>,
    }

    VpcUntagResources named "UnTagResources" (Vpc, ByNature) -> Acknowledged, check rules::vpc_untag_resources {
        region_id: String,
        resource_type: String,
        resource_ids as "ResourceId": Vec<String>,
        tag_keys as "TagKey": Vec<String>,
        all: Option<bool>,
    }

    VpcListTagResources named "ListTagResources" (Vpc, ByNature) -> VpcListTagResourcesResponse {
        region_id: String,
        resource_type: String,
        resource_ids as "ResourceId": Vec<String>,
        tags as "Tag": Vec<TagFilter>,
        next_token: Option<String>,
        max_results: Option<i64>,
    }
}

responses! {
    CreateVpcResponse {
        vpc_id: String,
        vrouter_id as "VRouterId": String,
        route_table_id: String,
        resource_group_id: String,
    }

    DescribeVpcsResponse {
        #[serde(with = "listed::vpc")]
        vpcs: Vec<Vpc>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

    DescribeVpcAttributeResponse {
        vpc_id: String,
        vpc_name: String,
        description: String,
        region_id: String,
        cidr_block: String,
        ipv6_cidr_block: String,
        status: String,
        is_default: bool,
        classic_link_enabled: bool,
        vrouter_id as "VRouterId": String,
        resource_group_id: String,
        creation_time: String,
        owner_id: i64,
        dhcp_options_set_id: String,
        dhcp_options_set_status: String,
        dns_hostname_status: String,
        ipv4_gateway_id: String,
        support_ipv4_gateway: bool,
        enabled_ipv6: bool,
        #[serde(with = "listed::vswitch_id")]
        vswitch_ids as "VSwitchIds": Vec<String>,
        #[serde(with = "listed::secondary_cidr_block")]
        secondary_cidr_blocks: Vec<String>,
        #[serde(with = "listed::user_cidr")]
        user_cidrs: Vec<String>,
        #[serde(with = "listed::ipv6_cidr_block")]
        ipv6_cidr_blocks: Vec<Ipv6CidrBlock>,
        #[serde(with = "listed::cloud_resource_set_type")]
        cloud_resources: Vec<CloudResource>,
        #[serde(with = "listed::tag")]
        tags: Vec<VpcTag>,
    }

    DescribeRouteTableListResponse {
        #[serde(with = "listed::router_table_list_type")]
        router_table_list: Vec<RouteTable>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

    CreateVSwitchResponse {
        vswitch_id as "VSwitchId": String,
    }

    DescribeVSwitchesResponse {
        #[serde(with = "listed::vswitch")]
        vswitches as "VSwitches": Vec<VSwitch>,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

    DescribeVSwitchAttributesResponse {
        vswitch_id as "VSwitchId": String,
        vswitch_name as "VSwitchName": String,
        vpc_id: String,
        description: String,
        zone_id: String,
        cidr_block: String,
        ipv6_cidr_block: String,
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
        #[serde(with = "listed::cloud_resource_set_type")]
        cloud_resources: Vec<CloudResource>,
        #[serde(with = "listed::tag")]
        tags: Vec<VpcTag>,
    }

    VpcListTagResourcesResponse {
        next_token: String,
        #[serde(with = "listed::tag_resource")]
        tag_resources: Vec<TagResource>,
    }
}
