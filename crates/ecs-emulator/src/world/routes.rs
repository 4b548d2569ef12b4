//! Decides about route tables of the user's own and about routes: which vSwitches follow which table, where a route may lead,
//! and what must be gone before a table can be.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, AssociateRouteTable, CreateRouteEntry, CreateRouteEntryResponse,
    CreateRouteTable, CreateRouteTableResponse, DeleteRouteEntry, DeleteRouteTable,
    DescribeRouteEntryList, DescribeRouteEntryListResponse, ModifyRouteTableAttributes,
    UnassociateRouteTable,
};
use ecs_api::types::{NextHop, RouteEntry as DescribedEntry};

use super::filters::{is, is_like, is_word};
use super::{Context, RouteEntry, RouteTable, World};
use crate::cidr::Cidr;
use crate::dispatch::Serve;
use crate::page::{Paging, Sizes, cut};
use crate::refuse;

/// How many tables of the user's own a VPC has.
const TABLES_PER_VPC: usize = 9;
/// How many routes of the user's own a table has.
const ENTRIES_PER_TABLE: usize = 200;
const LISTED: Sizes = Sizes {
    default: 50,
    most: 500,
    least: 1,
};

/// Where a route may lead.
const HOPS: [&str; 10] = [
    "Instance",
    "HaVip",
    "RouterInterface",
    "NetworkInterface",
    "VpnGateway",
    "IPv6Gateway",
    "NatGateway",
    "Attachment",
    "VpcPeer",
    "Ecr",
];

fn no_table() -> ApiError {
    refuse::not_found(
        "InvalidRouteTableId.NotFound",
        "The specified route table does not exist.",
    )
}

fn no_entry() -> ApiError {
    refuse::not_found(
        "InvalidRouteEntry.NotFound",
        "The specified route entry does not exist.",
    )
}

impl World {
    fn route_table(&self, context: &Context, id: &str) -> Result<&RouteTable, ApiError> {
        self.tables
            .route_tables
            .get(id)
            .filter(|table| context.sees(&table.region))
            .ok_or_else(no_table)
    }

    /// A table that is no VPC's own.
    fn custom_table(&self, context: &Context, id: &str) -> Result<&RouteTable, ApiError> {
        let table = self.route_table(context, id)?;
        if table.system {
            return Err(refuse::bad(
                "OperationFailed.SystemRouteTable",
                "The operation is not supported for the system route table.",
            ));
        }
        Ok(table)
    }

    /// The vSwitches that follow a table.
    pub(super) fn vswitches_of_table(&self, table: &str) -> Vec<String> {
        let all = self.tables.vswitches.iter();
        all.filter(|vswitch| vswitch.route_table == table)
            .map(|vswitch| vswitch.id.clone())
            .collect()
    }

    /// Takes a table away with its routes.
    pub(crate) fn remove_route_table(&mut self, id: &str) {
        let entries = self.tables.route_entries.iter();
        let entries: Vec<String> = entries
            .filter(|entry| entry.table == id)
            .map(|entry| entry.id.clone())
            .collect();
        for entry in entries {
            self.tables.route_entries.remove(&entry);
        }
        self.tables.route_tables.remove(id);
    }

    fn check_hop(&self, context: &Context, kind: &str, id: &str) -> Result<(), ApiError> {
        if !HOPS.contains(&kind) {
            return Err(refuse::invalid("NextHopType", "there is no such kind"));
        }
        let there = match kind {
            "Instance" => self.instance(context, id).is_ok(),
            "NetworkInterface" => {
                let interface = self.tables.interfaces.get(id);
                interface.is_some_and(|row| context.sees(&row.region))
            }
            _ => !id.is_empty(),
        };
        if there {
            Ok(())
        } else {
            Err(refuse::not_found(
                "InvalidNextHopId.NotFound",
                "The specified NextHopId does not exist.",
            ))
        }
    }

    /// The routes that come with the vSwitches of a table's VPC.
    fn system_entries(&self, table: &RouteTable) -> Vec<DescribedEntry> {
        let vswitches = self.tables.vswitches.iter();
        vswitches
            .filter(|vswitch| vswitch.vpc == table.vpc)
            .map(|vswitch| DescribedEntry {
                route_table_id: table.id.clone(),
                destination_cidr_block: vswitch.cidr.clone(),
                kind: "System".to_owned(),
                status: "Available".to_owned(),
                ip_version: "ipv4".to_owned(),
                next_hops: vec![NextHop {
                    next_hop_type: "local".to_owned(),
                    ..NextHop::default()
                }],
                ..DescribedEntry::default()
            })
            .collect()
    }
}

fn described(entry: &RouteEntry) -> DescribedEntry {
    DescribedEntry {
        route_table_id: entry.table.clone(),
        route_entry_id: entry.id.clone(),
        route_entry_name: entry.name.clone(),
        description: entry.description.clone(),
        destination_cidr_block: entry.cidr.clone(),
        kind: "Custom".to_owned(),
        status: "Available".to_owned(),
        ip_version: "ipv4".to_owned(),
        gmt_modified: entry.created.to_seconds_text(),
        next_hops: vec![NextHop {
            next_hop_id: entry.hop.clone(),
            next_hop_type: entry.hop_kind.clone(),
            enabled: 1,
            ..NextHop::default()
        }],
    }
}

impl Serve<CreateRouteTable> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: CreateRouteTable,
    ) -> Result<CreateRouteTableResponse, ApiError> {
        let vpc = self.vpc(context, &op.vpc_id)?;
        let (region, router) = (vpc.region.clone(), vpc.router_id.clone());
        let associate_type = op.associate_type.filter(|kind| !kind.is_empty());
        let associate_type = associate_type.unwrap_or_else(|| "VSwitch".to_owned());
        if !["VSwitch", "Gateway"].contains(&associate_type.as_str()) {
            return Err(refuse::invalid("AssociateType", "there is no such kind"));
        }
        let tables = self.tables.route_tables.iter();
        let custom = tables.filter(|table| table.vpc == op.vpc_id && !table.system);
        if custom.count() >= TABLES_PER_VPC {
            return Err(refuse::forbidden(
                "QuotaExceeded.RouteTable",
                "The number of route tables of the VPC exceeds the limit.",
            ));
        }
        let id = self.next_id("vtb");
        self.tables.route_tables.insert(RouteTable {
            id: id.clone(),
            region,
            vpc: op.vpc_id,
            router,
            name: op.route_table_name.unwrap_or_default(),
            description: op.description.unwrap_or_default(),
            system: false,
            created: context.now,
            tags: op.tags.into_iter().map(|t| (t.key, t.value)).collect(),
            associate_type,
            no_propagation: false,
        });
        Ok(CreateRouteTableResponse {
            route_table_id: id,
            ..CreateRouteTableResponse::default()
        })
    }
}

impl Serve<DeleteRouteTable> for World {
    fn serve(&mut self, context: &Context, op: DeleteRouteTable) -> Result<Acknowledged, ApiError> {
        self.custom_table(context, &op.route_table_id)?;
        if !self.vswitches_of_table(&op.route_table_id).is_empty() {
            return Err(refuse::in_use(
                "There is still a vSwitch associated with the specified route table.",
            ));
        }
        let entries = &self.tables.route_entries;
        if entries.iter().any(|e| e.table == op.route_table_id) {
            return Err(refuse::in_use(
                "There is still a route entry in the specified route table.",
            ));
        }
        self.remove_route_table(&op.route_table_id);
        Ok(Acknowledged::default())
    }
}

impl Serve<ModifyRouteTableAttributes> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyRouteTableAttributes,
    ) -> Result<Acknowledged, ApiError> {
        self.route_table(context, &op.route_table_id)?;
        let table = self
            .tables
            .route_tables
            .get_mut(&op.route_table_id)
            .ok_or_else(no_table)?;
        if let Some(name) = op.route_table_name {
            table.name = name;
        }
        if let Some(description) = op.description {
            table.description = description;
        }
        if let Some(enable) = op.route_propagation_enable {
            table.no_propagation = !enable;
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<AssociateRouteTable> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: AssociateRouteTable,
    ) -> Result<Acknowledged, ApiError> {
        let vpc = self.custom_table(context, &op.route_table_id)?.vpc.clone();
        let system = self.system_table(&vpc);
        let vswitch = self
            .tables
            .vswitches
            .get_mut(&op.vswitch_id)
            .filter(|row| context.sees(&row.region) && row.vpc == vpc)
            .ok_or_else(refuse::no_vswitch)?;
        if vswitch.route_table != system && vswitch.route_table != op.route_table_id {
            return Err(refuse::bad(
                "InvalidVSwitchId.Associated",
                "The specified vSwitch is already associated with another route table.",
            ));
        }
        vswitch.route_table = op.route_table_id;
        Ok(Acknowledged::default())
    }
}

impl Serve<UnassociateRouteTable> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: UnassociateRouteTable,
    ) -> Result<Acknowledged, ApiError> {
        let vpc = self.custom_table(context, &op.route_table_id)?.vpc.clone();
        let system = self.system_table(&vpc);
        let vswitch = self
            .tables
            .vswitches
            .get_mut(&op.vswitch_id)
            .filter(|row| row.route_table == op.route_table_id)
            .ok_or_else(refuse::no_vswitch)?;
        vswitch.route_table = system;
        Ok(Acknowledged::default())
    }
}

impl Serve<CreateRouteEntry> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: CreateRouteEntry,
    ) -> Result<CreateRouteEntryResponse, ApiError> {
        let table = self.route_table(context, &op.route_table_id)?;
        let (region, vpc) = (table.region.clone(), table.vpc.clone());
        let block = Cidr::parse(&op.destination_cidr_block).ok_or_else(|| {
            refuse::bad(
                "InvalidCidrBlock.Malformed",
                "The specified DestinationCidrBlock is not valid.",
            )
        })?;
        let vswitches = &self.tables.vswitches;
        let is_inside = vswitches.iter().any(|vswitch| {
            let inner = Cidr::parse(&vswitch.cidr);
            vswitch.vpc == vpc && inner.is_some_and(|outer| outer.covers(block))
        });
        if is_inside {
            return Err(refuse::bad(
                "InvalidCidrBlock.Conflict",
                "The specified DestinationCidrBlock conflicts with a vSwitch of the VPC.",
            ));
        }
        let hop_kind = op.next_hop_type.filter(|kind| !kind.is_empty());
        let hop_kind = hop_kind.unwrap_or_else(|| "Instance".to_owned());
        let hop = op.next_hop_id.unwrap_or_default();
        self.check_hop(context, &hop_kind, &hop)?;
        let entries = || {
            let all = self.tables.route_entries.iter();
            all.filter(|entry| entry.table == op.route_table_id)
        };
        if entries().any(|entry| entry.cidr == op.destination_cidr_block) {
            return Err(refuse::bad(
                "InvalidCidrBlock.Duplicate",
                "The specified CidrBlock already exists in the route table.",
            ));
        }
        if entries().count() >= ENTRIES_PER_TABLE {
            return Err(refuse::forbidden(
                "QuotaExceeded.RouteEntry",
                "The number of route entries of the route table exceeds the limit.",
            ));
        }
        let id = self.next_id("rte");
        self.tables.route_entries.insert(RouteEntry {
            id: id.clone(),
            region,
            table: op.route_table_id,
            cidr: op.destination_cidr_block,
            name: op.route_entry_name.unwrap_or_default(),
            description: op.description.unwrap_or_default(),
            hop_kind,
            hop,
            created: context.now,
        });
        Ok(CreateRouteEntryResponse {
            route_entry_id: id,
            ..CreateRouteEntryResponse::default()
        })
    }
}

impl Serve<DeleteRouteEntry> for World {
    /// By its id, or else by table and destination.
    fn serve(&mut self, context: &Context, op: DeleteRouteEntry) -> Result<Acknowledged, ApiError> {
        let is_unnamed = |id: Option<&str>| id.is_none_or(str::is_empty);
        if is_unnamed(op.route_entry_id.as_deref()) && is_unnamed(op.route_table_id.as_deref()) {
            return Err(refuse::missing("RouteTableId"));
        }
        let entries = &self.tables.route_entries;
        let found = entries.iter().find(|entry| {
            context.sees(&entry.region)
                && is(op.route_entry_id.as_ref(), &entry.id)
                && is(op.route_table_id.as_ref(), &entry.table)
                && is(op.destination_cidr_block.as_ref(), &entry.cidr)
                && is(op.next_hop_id.as_ref(), &entry.hop)
        });
        let id = found.ok_or_else(no_entry)?.id.clone();
        self.tables.route_entries.remove(&id);
        Ok(Acknowledged::default())
    }
}

impl Serve<DescribeRouteEntryList> for World {
    /// The user's own, newest first, and then those of the system.
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeRouteEntryList,
    ) -> Result<DescribeRouteEntryListResponse, ApiError> {
        let table = self.route_table(context, &op.route_table_id)?;
        let entries = self.tables.route_entries.iter();
        let mut all: Vec<DescribedEntry> = entries
            .filter(|entry| entry.table == table.id)
            .map(described)
            .collect();
        all.reverse();
        all.extend(self.system_entries(table));
        all.retain(|entry| {
            let hop = |part: fn(&NextHop) -> &String| {
                entry.next_hops.first().map_or("", |h| part(h).as_str())
            };
            is(op.route_entry_id.as_ref(), &entry.route_entry_id)
                && is_like(op.route_entry_name.as_ref(), &entry.route_entry_name)
                && is_word(op.route_entry_type.as_ref(), &entry.kind)
                && is(
                    op.destination_cidr_block.as_ref(),
                    &entry.destination_cidr_block,
                )
                && is(op.next_hop_id.as_ref(), hop(|h| &h.next_hop_id))
                && is(op.next_hop_type.as_ref(), hop(|h| &h.next_hop_type))
        });
        let paging = Paging::by_token(op.next_token.as_deref(), op.max_result, LISTED)?;
        let rows = (0..).zip(&all);
        let rows = rows.map(|(n, entry)| (u64::MAX - n, entry)).collect();
        let page = cut(rows, paging);
        Ok(DescribeRouteEntryListResponse {
            route_entrys: page.rows.into_iter().cloned().collect(),
            next_token: page.next_token,
            ..DescribeRouteEntryListResponse::default()
        })
    }
}
