//! Decides what `alicloud_route_table`, its attachment to a vSwitch, and `alicloud_route_entry` are.

use ecs_api::Product;

use super::described::{
    Action, By, Change, Description, FoundAgain, Limits, Part, Read, Ready, no_adjustment, no_rules,
};
use super::tags::TagHome;
use crate::describe::{Attr, Check, Table, Ty};
use crate::listed::{Pages, Query};

use Ty::{Bool, Str, StrMap};

const TABLES: Query = Query {
    action: "DescribeRouteTableList",
    fixed: &[],
    items: "RouterTableList.RouterTableListType",
    pages: Pages::Numbers(50),
};

const READY: Ready = Ready {
    field: "Status",
    states: &["Available"],
};

/// A table of the user's own.
pub(super) fn route_table() -> Description {
    let table = Table::new(vec![
        Attr::either(
            "associate_type",
            Str,
            "What follows it: a vSwitch or a gateway.",
        )
        .force_new()
        .one_of(&["VSwitch", "Gateway"])
        .named("AssociateType"),
        Attr::computed("create_time", Str, "When it was made.").field("CreationTime"),
        Attr::optional("description", Str, "The description.").named("Description"),
        Attr::either("name", Str, "The name.")
            .deprecated("Use route_table_name instead.")
            .field("RouteTableName"),
        Attr::computed("resource_group_id", Str, "The resource group.").field("ResourceGroupId"),
        Attr::either(
            "route_propagation_enable",
            Bool,
            "Whether it takes routes that are propagated.",
        )
        .field("RoutePropagationEnable"),
        Attr::either("route_table_name", Str, "The name.")
            .conflicts(&["name"])
            .named("RouteTableName"),
        Attr::computed("status", Str, "Its state.").field("Status"),
        Attr::optional("tags", StrMap, "Its tags.")
            .param("Tag")
            .field("Tags.Tag"),
        Attr::required("vpc_id", Str, "The VPC.")
            .force_new()
            .named("VpcId"),
    ])
    .timeouts(&["create", "update", "delete"]);
    Description {
        ty: "alicloud_route_table",
        noun: "route table",
        product: Product::Vpc,
        table,
        aliases: &[("name", "route_table_name")],
        id: &[Part::Answer("RouteTableId")],
        create: Action::new("CreateRouteTable", &[]).by_token(),
        read: Read {
            query: TABLES,
            by: By::One("RouteTableId"),
            key: &["RouteTableId"],
            name: "",
            alone: &[],
        },
        changes: vec![
            Change::of(
                Action::new("ModifyRouteTableAttributes", &["RouteTableId"]),
                &[
                    ("route_table_name", "RouteTableName"),
                    ("description", "Description"),
                    ("route_propagation_enable", "RoutePropagationEnable"),
                ],
            )
            .also_after_create(),
        ],
        delete: Action::new("DeleteRouteTable", &["RouteTableId"]),
        tags: Some(TagHome::Vpc("ROUTETABLE")),
        ready: Some(READY),
        found_again: FoundAgain::ByTag,
        limits: Limits {
            create: 600,
            update: 300,
            delete: 300,
        },
        validate: no_rules,
        adjust: no_adjustment,
    }
}

/// What makes a vSwitch follow a table.
pub(super) fn route_table_attachment() -> Description {
    let table = Table::new(vec![
        Attr::required("route_table_id", Str, "The table.")
            .force_new()
            .param("RouteTableId"),
        Attr::computed("status", Str, "The table's state.").field("Status"),
        Attr::required("vswitch_id", Str, "The vSwitch.")
            .force_new()
            .param("VSwitchId"),
    ])
    .timeouts(&["create", "delete"]);
    Description {
        ty: "alicloud_route_table_attachment",
        noun: "route table attachment",
        product: Product::Vpc,
        table,
        aliases: &[],
        id: &[Part::Attr("route_table_id"), Part::Attr("vswitch_id")],
        create: Action::new("AssociateRouteTable", &[]).by_token(),
        read: Read {
            query: TABLES,
            by: By::One("RouteTableId"),
            key: &["RouteTableId", "VSwitchIds.VSwitchId"],
            name: "",
            alone: &[],
        },
        changes: Vec::new(),
        delete: Action::new("UnassociateRouteTable", &["RouteTableId", "VSwitchId"]),
        tags: None,
        ready: Some(READY),
        found_again: FoundAgain::ById,
        limits: Limits {
            create: 300,
            update: 300,
            delete: 300,
        },
        validate: no_rules,
        adjust: no_adjustment,
    }
}

/// A route. Its id has the router of the table, as in the real provider.
pub(super) fn route_entry() -> Description {
    let mut table = Table::new(vec![
        Attr::optional("description", Str, "The description.")
            .force_new()
            .named("Description"),
        Attr::optional("destination_cidrblock", Str, "The destination.")
            .force_new()
            .param("DestinationCidrBlock"),
        Attr::optional("name", Str, "The name.")
            .force_new()
            .check(Check::Len(2, 128))
            .param("RouteEntryName")
            .field("RouteEntryName"),
        Attr::optional("nexthop_id", Str, "Where it leads.")
            .force_new()
            .param("NextHopId"),
        Attr::optional("nexthop_type", Str, "What that is.")
            .force_new()
            .param("NextHopType"),
        Attr::required("route_table_id", Str, "The table.")
            .force_new()
            .param("RouteTableId"),
        Attr::computed("router_id", Str, "The table's router.")
            .deprecated("The table has it: look there."),
    ])
    .timeouts(&["create", "delete"]);
    table.at_least_one = &[
        &["destination_cidrblock"],
        &["nexthop_id"],
        &["nexthop_type"],
    ];
    Description {
        ty: "alicloud_route_entry",
        noun: "route",
        product: Product::Vpc,
        table,
        aliases: &[],
        id: &[
            Part::Attr("route_table_id"),
            Part::Told {
                attr: "router_id",
                query: TABLES,
                of: ("route_table_id", "RouteTableId"),
                field: "RouterId",
            },
            Part::Attr("destination_cidrblock"),
            Part::Attr("nexthop_type"),
            Part::Attr("nexthop_id"),
        ],
        create: Action::new("CreateRouteEntry", &[]).by_token(),
        read: Read {
            query: Query {
                action: "DescribeRouteEntryList",
                fixed: &[],
                items: "RouteEntrys.RouteEntry",
                pages: Pages::Results(500),
            },
            by: By::One("RouteTableId"),
            key: &[
                "RouteTableId",
                "",
                "DestinationCidrBlock",
                "NextHops.NextHop.0.NextHopType",
                "NextHops.NextHop.0.NextHopId",
            ],
            name: "",
            alone: &[],
        },
        changes: Vec::new(),
        delete: Action::new(
            "DeleteRouteEntry",
            &["RouteTableId", "", "DestinationCidrBlock", "", "NextHopId"],
        ),
        tags: None,
        ready: Some(READY),
        found_again: FoundAgain::ById,
        limits: Limits {
            create: 600,
            update: 600,
            delete: 600,
        },
        validate: no_rules,
        adjust: no_adjustment,
    }
}
