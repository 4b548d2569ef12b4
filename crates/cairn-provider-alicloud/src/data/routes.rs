//! Decides what the data sources `alicloud_route_tables` and `alicloud_route_entries` give.

use ecs_api::Product;

use super::listing::{Listing, keep_all, with_common};
use super::network::{is, told};
use crate::describe::{Attr, Fallback, Table, Ty};
use crate::listed::{Pages, Query};

use Ty::{Int, Str, StrList, StrMap};

pub(super) fn route_tables() -> Listing {
    let row = vec![
        told("description", "Description", "The description."),
        told("id", "RouteTableId", "The table's id."),
        told("name", "RouteTableName", "The name."),
        told(
            "resource_group_id",
            "ResourceGroupId",
            "The resource group.",
        ),
        told("route_table_id", "RouteTableId", "The table's id."),
        told("route_table_name", "RouteTableName", "The name."),
        told(
            "route_table_type",
            "RouteTableType",
            "Its kind: System or Custom.",
        ),
        told("router_id", "RouterId", "The router."),
        told("router_type", "RouterType", "The router's kind."),
        told("status", "Status", "Its state."),
        Attr::computed("tags", StrMap, "Its tags.").field("Tags.Tag"),
        told("vpc_id", "VpcId", "The VPC."),
        Attr::computed("vswitch_ids", StrList, "The vSwitches that follow it.")
            .field("VSwitchIds.VSwitchId"),
    ];
    let table = with_common(
        vec![
            Attr::optional("page_number", Int, "Only this page.").unsupported(),
            Attr::optional("page_size", Int, "The size of a page.").fallback(Fallback::Int(50)),
            Attr::optional("resource_group_id", Str, "Of this resource group.")
                .param("ResourceGroupId"),
            Attr::optional("route_table_name", Str, "Of this name.").param("RouteTableName"),
            Attr::optional("route_table_type", Str, "Of this kind.").one_of(&["System", "Custom"]),
            Attr::optional("router_id", Str, "Of this router.").param("RouterId"),
            Attr::optional("router_type", Str, "Of routers of this kind.")
                .one_of(&["VRouter", "VBR"])
                .param("RouterType"),
            Attr::optional("status", Str, "In this state.").one_of(&["Available", "Pending"]),
            Attr::optional("tags", StrMap, "With these tags.").param("Tag"),
            Attr::computed("total_count", Int, "How many were found."),
            Attr::optional("vpc_id", Str, "Of this VPC.").param("VpcId"),
        ],
        "tables",
        row,
    );
    Listing {
        ty: "alicloud_route_tables",
        product: Product::Vpc,
        table,
        query: Query {
            action: "DescribeRouteTableList",
            fixed: &[],
            items: "RouterTableList.RouterTableListType",
            pages: Pages::Numbers(50),
        },
        ids: None,
        id: "RouteTableId",
        name: "RouteTableName",
        rows: "tables",
        keep: |config, row| {
            is(config, "status", row, "Status")
                && is(config, "route_table_type", row, "RouteTableType")
        },
    }
}

pub(super) fn route_entries() -> Listing {
    let row = vec![
        told("cidr_block", "DestinationCidrBlock", "The destination."),
        told(
            "instance_id",
            "NextHops.NextHop.0.NextHopId",
            "Where it leads.",
        ),
        told(
            "next_hop_type",
            "NextHops.NextHop.0.NextHopType",
            "What that is.",
        ),
        told("route_table_id", "RouteTableId", "The table."),
        told("status", "Status", "Its state."),
        told("type", "Type", "Its kind: System or Custom."),
    ];
    let table = Table::new(vec![
        Attr::optional("cidr_block", Str, "To this destination.").param("DestinationCidrBlock"),
        Attr::computed("entries", Ty::Objects(row), "What was found."),
        Attr::optional("instance_id", Str, "That lead there.").param("NextHopId"),
        Attr::optional("output_file", Str, "A file for the result."),
        Attr::required("route_table_id", Str, "Of this table.").param("RouteTableId"),
        Attr::optional("type", Str, "Of this kind.").param("RouteEntryType"),
    ]);
    Listing {
        ty: "alicloud_route_entries",
        product: Product::Vpc,
        table,
        query: Query {
            action: "DescribeRouteEntryList",
            fixed: &[],
            items: "RouteEntrys.RouteEntry",
            pages: Pages::Results(500),
        },
        ids: None,
        id: "DestinationCidrBlock",
        name: "RouteEntryName",
        rows: "entries",
        keep: keep_all,
    }
}
