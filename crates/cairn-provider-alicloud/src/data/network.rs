//! Decides what the data sources `alicloud_vpcs`, `alicloud_vswitches` and `alicloud_security_groups` give.

use ecs_api::Product;
use serde_json::Value as Json;

use super::listing::{Listing, keep_all, with_common};
use crate::describe::wire::{Form, texts};
use crate::describe::{Attr, Fallback, Fields, Ty};
use crate::listed::{Pages, Query};

use Ty::{Bool, Int, Str, StrList, StrMap};

/// Whether a row's member is what an argument says, if it says anything.
pub(super) fn is(config: Fields<'_>, argument: &str, row: &Json, member: &str) -> bool {
    let wanted = config.str(argument);
    wanted.is_none_or(|w| texts(row, member).iter().any(|t| t == w))
}

/// A computed text of a row.
pub(super) fn told(name: &'static str, member: &'static str, doc: &'static str) -> Attr {
    Attr::computed(name, Str, doc).field(member)
}

pub(super) fn vpcs() -> Listing {
    let row = vec![
        told("cidr_block", "CidrBlock", "The IPv4 block."),
        told("creation_time", "CreationTime", "When it was made."),
        told("description", "Description", "The description."),
        told(
            "dhcp_options_set_id",
            "DhcpOptionsSetId",
            "The set of DHCP options.",
        ),
        told(
            "dhcp_options_set_status",
            "DhcpOptionsSetStatus",
            "The state of that set.",
        ),
        told(
            "dns_hostname_status",
            "DnsHostnameStatus",
            "Whether DNS host names are on.",
        ),
        told("id", "VpcId", "The VPC's id."),
        told("ipv6_cidr_block", "Ipv6CidrBlock", "The IPv6 block."),
        Attr::computed("is_default", Bool, "Whether it is a default VPC.").field("IsDefault"),
        told("region_id", "RegionId", "The region."),
        told(
            "resource_group_id",
            "ResourceGroupId",
            "The resource group.",
        ),
        told(
            "route_table_id",
            "RouterTableIds.RouterTableIds.0",
            "Its system route table.",
        ),
        told("router_id", "VRouterId", "Its router."),
        Attr::computed("secondary_cidr_blocks", StrList, "Further IPv4 blocks.")
            .field("SecondaryCidrBlocks.SecondaryCidrBlock"),
        told("status", "Status", "Its state."),
        Attr::computed("tags", StrMap, "Its tags.").field("Tags.Tag"),
        Attr::computed("user_cidrs", StrList, "The user's blocks.").field("UserCidrs.UserCidr"),
        told("vpc_id", "VpcId", "The VPC's id."),
        told("vpc_name", "VpcName", "The name."),
        told("vrouter_id", "VRouterId", "Its router."),
        Attr::computed("vswitch_ids", StrList, "Its vSwitches.").field("VSwitchIds.VSwitchId"),
    ];
    let table = with_common(
        vec![
            Attr::optional("cidr_block", Str, "With this IPv4 block."),
            Attr::optional("dhcp_options_set_id", Str, "With this set of DHCP options.")
                .param("DhcpOptionsSetId"),
            Attr::optional("dry_run", Bool, "Only checks the request.").unsupported(),
            Attr::optional(
                "enable_details",
                Bool,
                "Has no effect: rows always tell all.",
            )
            .fallback(Fallback::Bool(true)),
            Attr::optional("is_default", Bool, "Default ones, or others.").param("IsDefault"),
            Attr::optional("page_number", Int, "Only this page.").unsupported(),
            Attr::optional("page_size", Int, "The size of a page.").fallback(Fallback::Int(50)),
            Attr::optional("resource_group_id", Str, "Of this resource group.")
                .param("ResourceGroupId"),
            Attr::optional("status", Str, "In this state.").one_of(&["Available", "Pending"]),
            Attr::optional("tags", StrMap, "With these tags.").param("Tag"),
            Attr::computed("total_count", Int, "How many were found."),
            Attr::optional("vpc_name", Str, "Of this name.").param("VpcName"),
            Attr::optional("vpc_owner_id", Int, "Of this account.").param("VpcOwnerId"),
            Attr::optional("vswitch_id", Str, "With this vSwitch."),
        ],
        "vpcs",
        row,
    );
    Listing {
        ty: "alicloud_vpcs",
        product: Product::Vpc,
        table,
        query: Query {
            action: "DescribeVpcs",
            fixed: &[],
            items: "Vpcs.Vpc",
            pages: Pages::Numbers(50),
        },
        ids: Some(("VpcId", Form::Comma, 20)),
        id: "VpcId",
        name: "VpcName",
        rows: "vpcs",
        keep: |config, row| {
            is(config, "cidr_block", row, "CidrBlock")
                && is(config, "status", row, "Status")
                && is(config, "vswitch_id", row, "VSwitchIds.VSwitchId")
        },
    }
}

pub(super) fn vswitches() -> Listing {
    let row = vec![
        Attr::computed(
            "available_ip_address_count",
            Int,
            "How many addresses are free.",
        )
        .field("AvailableIpAddressCount"),
        told("cidr_block", "CidrBlock", "The IPv4 block."),
        told("creation_time", "CreationTime", "When it was made."),
        told("description", "Description", "The description."),
        Attr::computed("enable_ipv6", Bool, "Whether it has an IPv6 block.").field("EnabledIpv6"),
        told("id", "VSwitchId", "The vSwitch's id."),
        told("ipv6_cidr_block", "Ipv6CidrBlock", "The IPv6 block."),
        Attr::computed("is_default", Bool, "Whether it is a default vSwitch.").field("IsDefault"),
        told("name", "VSwitchName", "The name."),
        told(
            "resource_group_id",
            "ResourceGroupId",
            "The resource group.",
        ),
        told(
            "route_table_id",
            "RouteTable.RouteTableId",
            "Its route table.",
        ),
        told("status", "Status", "Its state."),
        Attr::computed("tags", StrMap, "Its tags.").field("Tags.Tag"),
        told("vpc_id", "VpcId", "The VPC."),
        told("vswitch_id", "VSwitchId", "The vSwitch's id."),
        told("vswitch_name", "VSwitchName", "The name."),
        told("zone_id", "ZoneId", "The zone."),
    ];
    let table = with_common(
        vec![
            Attr::optional("cidr_block", Str, "With this IPv4 block."),
            Attr::optional("dry_run", Bool, "Only checks the request.").unsupported(),
            Attr::optional("is_default", Bool, "Default ones, or others.").param("IsDefault"),
            Attr::optional("resource_group_id", Str, "Of this resource group.")
                .param("ResourceGroupId"),
            Attr::optional("route_table_id", Str, "With this route table.").param("RouteTableId"),
            Attr::optional("status", Str, "In this state.").one_of(&["Available", "Pending"]),
            Attr::optional("tags", StrMap, "With these tags.").param("Tag"),
            Attr::optional("vpc_id", Str, "Of this VPC.").param("VpcId"),
            Attr::optional("vswitch_name", Str, "Of this name.").param("VSwitchName"),
            Attr::optional("vswitch_owner_id", Int, "Of this account.").param("VSwitchOwnerId"),
            Attr::optional("zone_id", Str, "In this zone.").param("ZoneId"),
        ],
        "vswitches",
        row,
    );
    Listing {
        ty: "alicloud_vswitches",
        product: Product::Vpc,
        table,
        query: Query {
            action: "DescribeVSwitches",
            fixed: &[],
            items: "VSwitches.VSwitch",
            pages: Pages::Numbers(50),
        },
        ids: None,
        id: "VSwitchId",
        name: "VSwitchName",
        rows: "vswitches",
        keep: |config, row| {
            is(config, "cidr_block", row, "CidrBlock") && is(config, "status", row, "Status")
        },
    }
}

pub(super) fn security_groups() -> Listing {
    let row = vec![
        told("creation_time", "CreationTime", "When it was made."),
        told("description", "Description", "The description."),
        told("id", "SecurityGroupId", "The group's id."),
        Attr::computed(
            "inner_access",
            Bool,
            "Whether members reach each other: not in an enterprise group.",
        )
        .field("SecurityGroupType")
        .words(&[("true", "normal"), ("false", "enterprise")]),
        told("name", "SecurityGroupName", "The name."),
        told(
            "resource_group_id",
            "ResourceGroupId",
            "The resource group.",
        ),
        told(
            "security_group_type",
            "SecurityGroupType",
            "Its kind: normal or enterprise.",
        ),
        Attr::optional("tags", StrMap, "Its tags.").field("Tags.Tag"),
        told("vpc_id", "VpcId", "The VPC."),
    ];
    let table = with_common(
        vec![
            Attr::optional(
                "enable_details",
                Bool,
                "Has no effect: rows always tell all.",
            )
            .fallback(Fallback::Bool(true)),
            Attr::optional("page_number", Int, "Only this page.").unsupported(),
            Attr::optional("page_size", Int, "The size of a page.").fallback(Fallback::Int(50)),
            Attr::optional("resource_group_id", Str, "Of this resource group.")
                .param("ResourceGroupId"),
            Attr::optional("tags", StrMap, "With these tags.").param("Tag"),
            Attr::computed("total_count", Int, "How many were found."),
            Attr::optional("vpc_id", Str, "Of this VPC.").param("VpcId"),
        ],
        "groups",
        row,
    );
    Listing {
        ty: "alicloud_security_groups",
        product: Product::Ecs,
        table,
        query: Query {
            action: "DescribeSecurityGroups",
            fixed: &[],
            items: "SecurityGroups.SecurityGroup",
            pages: Pages::Tokens(100),
        },
        ids: Some(("SecurityGroupIds", Form::Json, 100)),
        id: "SecurityGroupId",
        name: "SecurityGroupName",
        rows: "groups",
        keep: keep_all,
    }
}
