//! Route tables of the user's own, and routes: of the product VPC.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::types::{RouteEntry, Tag, listed};

operations! {
    CreateRouteTable(Vpc, ByToken) -> CreateRouteTableResponse {
        region_id: String,
        vpc_id: String,
        route_table_name: Option<String>,
        description: Option<String>,
        /// `VSwitch` or `Gateway`.
        associate_type: Option<String>,
        tags as "Tag": Vec<Tag>,
        client_token: Option<String>,
    }

    DeleteRouteTable(Vpc, ByNature) -> Acknowledged {
        region_id: String,
        route_table_id: String,
    }

    ModifyRouteTableAttributes(Vpc, ByNature) -> Acknowledged {
        region_id: String,
        route_table_id: String,
        route_table_name: Option<String>,
        description: Option<String>,
        route_propagation_enable: Option<bool>,
    }

    AssociateRouteTable(Vpc, ByToken) -> Acknowledged {
        region_id: String,
        route_table_id: String,
        vswitch_id as "VSwitchId": String,
        client_token: Option<String>,
    }

    UnassociateRouteTable(Vpc, ByToken) -> Acknowledged {
        region_id: String,
        route_table_id: String,
        vswitch_id as "VSwitchId": String,
        client_token: Option<String>,
    }

    CreateRouteEntry(Vpc, ByToken) -> CreateRouteEntryResponse {
        region_id: String,
        route_table_id: String,
        destination_cidr_block: String,
        /// `Instance` if absent.
        next_hop_type: Option<String>,
        next_hop_id: Option<String>,
        route_entry_name: Option<String>,
        description: Option<String>,
        client_token: Option<String>,
    }

    DeleteRouteEntry(Vpc, ByNature) -> Acknowledged {
        region_id: String,
        route_table_id: Option<String>,
        route_entry_id: Option<String>,
        destination_cidr_block: Option<String>,
        next_hop_id: Option<String>,
    }

    /// Up to 500 at a time.
    DescribeRouteEntryList(Vpc, ByNature) -> DescribeRouteEntryListResponse {
        region_id: String,
        route_table_id: String,
        route_entry_id: Option<String>,
        route_entry_name: Option<String>,
        /// `Custom`, `System`, `BGP` …
        route_entry_type: Option<String>,
        destination_cidr_block: Option<String>,
        next_hop_id: Option<String>,
        next_hop_type: Option<String>,
        next_token: Option<String>,
        max_result: Option<i64>,
    }
}

responses! {
    CreateRouteTableResponse {
        route_table_id: String,
    }

    CreateRouteEntryResponse {
        route_entry_id: String,
    }

    DescribeRouteEntryListResponse {
        #[serde(with = "listed::route_entry")]
        route_entrys: Vec<RouteEntry>,
        next_token: String,
    }
}
