//! Decides about VPCs, vSwitches and route tables: their blocks, what may lie in what, and what
//! must be gone before they can be deleted. Addresses inside a vSwitch are handed out by `pool`.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, CreateVSwitch, CreateVSwitchResponse, CreateVpc, CreateVpcResponse,
    DeleteVSwitch, DeleteVpc, DescribeRouteTableList, DescribeRouteTableListResponse,
    DescribeVSwitchAttributes, DescribeVSwitchAttributesResponse, DescribeVSwitches,
    DescribeVSwitchesResponse, DescribeVpcAttribute, DescribeVpcAttributeResponse, DescribeVpcs,
    DescribeVpcsResponse, ModifyVSwitchAttribute, ModifyVpcAttribute,
};
use ecs_api::types::{
    CloudResource, RouteTable as DescribedTable, VSwitch as DescribedVSwitch, VSwitchRouteTable,
    Vpc as DescribedVpc,
};

use super::filters::{has_tags, is, is_like, vpc_tags};
use super::ipv6;
use super::pool::Pool;
use super::{Context, RouteTable, VSwitch, Vpc, World};
use crate::cidr::Cidr;
use crate::dispatch::Serve;
use crate::page::{Paging, UP_TO_50, cut, select};
use crate::refuse;
use crate::time::Moment;

/// The block of a VPC that asks for none.
const DEFAULT_VPC: &str = "172.16.0.0/12";
/// Whole private ranges, which a VPC may take beside blocks of /16 to /28.
const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

fn bad_block(why: &str) -> ApiError {
    refuse::bad(
        "InvalidCidrBlock.Malformed",
        format!("Specified CIDR block is not valid: {why}."),
    )
}

const fn status(available_at: Moment, now: Moment) -> &'static str {
    if now.as_millis() < available_at.as_millis() {
        "Pending"
    } else {
        "Available"
    }
}

fn check_vpc_block(text: &str) -> Result<(), ApiError> {
    let block = Cidr::parse(text)
        .ok_or_else(|| bad_block("it is not of the form a.b.c.d/n with host bits of zero"))?;
    if PRIVATE.contains(&text) || (8..=28).contains(&block.bits()) {
        return Ok(());
    }
    Err(bad_block("the mask must be 8 to 28 bits long"))
}

impl World {
    pub(super) fn vpc(&self, context: &Context, id: &str) -> Result<&Vpc, ApiError> {
        self.tables
            .vpcs
            .get(id)
            .filter(|vpc| context.sees(&vpc.region))
            .ok_or_else(refuse::no_vpc)
    }

    fn vswitch(&self, context: &Context, id: &str) -> Result<&VSwitch, ApiError> {
        self.tables
            .vswitches
            .get(id)
            .filter(|vswitch| context.sees(&vswitch.region))
            .ok_or_else(refuse::no_vswitch)
    }

    fn owner(&self) -> i64 {
        self.catalogue.account.id.parse().unwrap_or(0)
    }

    fn vswitches_in<'a>(&'a self, vpc: &'a str) -> impl DoubleEndedIterator<Item = &'a VSwitch> {
        self.tables
            .vswitches
            .iter()
            .filter(move |vswitch| vswitch.vpc == vpc)
    }

    fn vswitch_ids(&self, vpc: &str) -> Vec<String> {
        self.vswitches_in(vpc)
            .map(|vswitch| vswitch.id.clone())
            .collect()
    }

    pub(super) fn system_table(&self, vpc: &str) -> String {
        self.tables
            .route_tables
            .iter()
            .find(|table| table.vpc == vpc && table.system)
            .map_or_else(String::new, |table| table.id.clone())
    }

    fn table_type(&self, table: &str) -> &'static str {
        let table = self.tables.route_tables.get(table);
        match table {
            Some(table) if !table.system => "Custom",
            _ => "System",
        }
    }

    fn available_addresses(&self, vswitch: &str) -> i64 {
        self.pools.get(vswitch).map_or(0, Pool::available)
    }

    fn describe_vpc(&self, vpc: &Vpc, now: Moment) -> DescribedVpc {
        DescribedVpc {
            vpc_id: vpc.id.clone(),
            vpc_name: vpc.name.clone(),
            description: vpc.description.clone(),
            region_id: vpc.region.clone(),
            cidr_block: vpc.cidr.clone(),
            status: status(vpc.available_at, now).to_owned(),
            vrouter_id: vpc.router_id.clone(),
            resource_group_id: vpc.resource_group.clone(),
            creation_time: vpc.created.to_seconds_text(),
            owner_id: self.owner(),
            dns_hostname_status: "DISABLED".to_owned(),
            vswitch_ids: self.vswitch_ids(&vpc.id),
            router_table_ids: vec![self.system_table(&vpc.id)],
            user_cidrs: user_cidrs(vpc),
            ipv6_cidr_block: vpc.ipv6.clone(),
            enabled_ipv6: !vpc.ipv6.is_empty(),
            ipv6_cidr_blocks: ipv6::listed(&vpc.ipv6),
            tags: vpc_tags(&vpc.tags),
            ..DescribedVpc::default()
        }
    }

    fn describe_vswitch(&self, vswitch: &VSwitch, now: Moment) -> DescribedVSwitch {
        DescribedVSwitch {
            vswitch_id: vswitch.id.clone(),
            vswitch_name: vswitch.name.clone(),
            vpc_id: vswitch.vpc.clone(),
            description: vswitch.description.clone(),
            zone_id: vswitch.zone.clone(),
            cidr_block: vswitch.cidr.clone(),
            status: status(vswitch.available_at, now).to_owned(),
            available_ip_address_count: self.available_addresses(&vswitch.id),
            creation_time: vswitch.created.to_seconds_text(),
            owner_id: self.owner(),
            route_table: VSwitchRouteTable {
                route_table_id: vswitch.route_table.clone(),
                route_table_type: self.table_type(&vswitch.route_table).to_owned(),
            },
            ipv6_cidr_block: vswitch.ipv6.clone(),
            enabled_ipv6: !vswitch.ipv6.is_empty(),
            tags: vpc_tags(&vswitch.tags),
            ..DescribedVSwitch::default()
        }
    }
}

fn user_cidrs(vpc: &Vpc) -> Vec<String> {
    vpc.user_cidr
        .split(',')
        .filter(|c| !c.is_empty())
        .map(str::to_owned)
        .collect()
}

impl Serve<CreateVpc> for World {
    fn serve(&mut self, context: &Context, op: CreateVpc) -> Result<CreateVpcResponse, ApiError> {
        let cidr = op
            .cidr_block
            .filter(|c| !c.is_empty())
            .unwrap_or_else(|| DEFAULT_VPC.to_owned());
        check_vpc_block(&cidr)?;
        if op.dry_run == Some(true) {
            return Err(refuse::dry_run());
        }
        let id = self.next_id("vpc");
        let router = self.next_id("vrt");
        let table = self.next_id("vtb");
        let resource_group = op.resource_group_id.unwrap_or_default();
        let ipv6 = match op.enable_ipv6 {
            Some(true) => self.next_ipv6_block(),
            _ => String::new(),
        };
        self.tables.route_tables.insert(RouteTable {
            id: table.clone(),
            region: context.region.clone(),
            vpc: id.clone(),
            router: router.clone(),
            name: String::new(),
            description: String::new(),
            system: true,
            created: context.now,
            tags: Vec::new(),
            associate_type: String::new(),
            no_propagation: false,
        });
        self.tables.vpcs.insert(Vpc {
            id: id.clone(),
            region: context.region.clone(),
            name: op.vpc_name.unwrap_or_default(),
            description: op.description.unwrap_or_default(),
            cidr,
            created: context.now,
            available_at: context.now.plus_millis(self.delays.network.into()),
            router_id: router.clone(),
            user_cidr: op.user_cidr.unwrap_or_default(),
            resource_group: resource_group.clone(),
            ipv6,
            tags: op
                .tags
                .into_iter()
                .map(|tag| (tag.key, tag.value))
                .collect(),
        });
        Ok(CreateVpcResponse {
            vpc_id: id,
            vrouter_id: router,
            route_table_id: table,
            resource_group_id: resource_group,
            ..CreateVpcResponse::default()
        })
    }
}

impl Serve<DeleteVpc> for World {
    fn serve(&mut self, context: &Context, op: DeleteVpc) -> Result<Acknowledged, ApiError> {
        self.vpc(context, &op.vpc_id)?;
        if self.vswitches_in(&op.vpc_id).next().is_some() {
            return Err(refuse::in_use(
                "There is still a vSwitch in the specified VPC.",
            ));
        }
        if self
            .tables
            .security_groups
            .iter()
            .any(|group| group.vpc == op.vpc_id)
        {
            return Err(refuse::in_use(
                "There is still a security group in the specified VPC.",
            ));
        }
        if self
            .tables
            .route_tables
            .iter()
            .any(|table| table.vpc == op.vpc_id && !table.system)
        {
            return Err(refuse::in_use(
                "There is still a custom route table in the specified VPC.",
            ));
        }
        if op.dry_run == Some(true) {
            return Err(refuse::dry_run());
        }
        let tables: Vec<String> = self
            .tables
            .route_tables
            .iter()
            .filter(|table| table.vpc == op.vpc_id)
            .map(|table| table.id.clone())
            .collect();
        for table in tables {
            self.remove_route_table(&table);
        }
        self.tables.vpcs.remove(&op.vpc_id);
        Ok(Acknowledged::default())
    }
}

impl Serve<ModifyVpcAttribute> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyVpcAttribute,
    ) -> Result<Acknowledged, ApiError> {
        self.vpc(context, &op.vpc_id)?;
        if let Some(cidr) = &op.cidr_block {
            check_vpc_block(cidr)?;
            let block = Cidr::parse(cidr).ok_or_else(|| bad_block("it is malformed"))?;
            let fits = self
                .vswitches_in(&op.vpc_id)
                .all(|vswitch| Cidr::parse(&vswitch.cidr).is_none_or(|inner| block.covers(inner)));
            if !fits {
                return Err(bad_block("a vSwitch of the VPC would lie outside of it"));
            }
        }
        let used = self.vswitches_in(&op.vpc_id).any(|v| !v.ipv6.is_empty());
        if op.enable_ipv6 == Some(false) && used {
            return Err(refuse::in_use(
                "There is still a vSwitch with an IPv6 block in the specified VPC.",
            ));
        }
        let block = (op.enable_ipv6 == Some(true)).then(|| self.next_ipv6_block());
        let vpc = self
            .tables
            .vpcs
            .get_mut(&op.vpc_id)
            .ok_or_else(refuse::no_vpc)?;
        match (op.enable_ipv6, block) {
            (Some(false), _) => vpc.ipv6.clear(),
            (_, Some(block)) if vpc.ipv6.is_empty() => vpc.ipv6 = block,
            _ => {}
        }
        let set = |slot: &mut String, value: Option<String>| {
            if let Some(value) = value {
                *slot = value;
            }
        };
        set(&mut vpc.name, op.vpc_name);
        set(&mut vpc.description, op.description);
        set(&mut vpc.cidr, op.cidr_block);
        set(&mut vpc.user_cidr, op.user_cidr);
        Ok(Acknowledged::default())
    }
}

impl Serve<DescribeVpcs> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeVpcs,
    ) -> Result<DescribeVpcsResponse, ApiError> {
        let ids: Option<Vec<String>> = op
            .vpc_id
            .as_ref()
            .filter(|ids| !ids.is_empty())
            .map(|ids| ids.split(',').map(|id| id.trim().to_owned()).collect());
        let keep = |vpc: &Vpc| {
            context.sees(&vpc.region)
                && is_like(op.vpc_name.as_ref(), &vpc.name)
                && op.is_default != Some(true)
                && is(op.resource_group_id.as_ref(), &vpc.resource_group)
                && op.vpc_owner_id.is_none_or(|owner| owner == self.owner())
                && op.dhcp_options_set_id.as_ref().is_none_or(String::is_empty)
                && has_tags(&vpc.tags, &op.tags)
        };
        let paging = Paging::by_number(op.page_number, op.page_size, UP_TO_50);
        let page = cut(select(&self.tables.vpcs, ids.as_deref(), keep), paging);
        Ok(DescribeVpcsResponse {
            vpcs: page
                .rows
                .iter()
                .map(|vpc| self.describe_vpc(vpc, context.now))
                .collect(),
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeVpcsResponse::default()
        })
    }
}

impl Serve<DescribeVpcAttribute> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeVpcAttribute,
    ) -> Result<DescribeVpcAttributeResponse, ApiError> {
        let vpc = self.vpc(context, &op.vpc_id)?;
        let full = self.describe_vpc(vpc, context.now);
        let count = |kind: &str, number: usize| CloudResource {
            resource_type: kind.to_owned(),
            resource_count: number as i64,
        };
        let route_tables = self
            .tables
            .route_tables
            .iter()
            .filter(|table| table.vpc == vpc.id);
        let cloud_resources = vec![
            count("VRouter", 1),
            count("VSwitch", full.vswitch_ids.len()),
            count("RouteTable", route_tables.count()),
        ];
        Ok(DescribeVpcAttributeResponse {
            vpc_id: full.vpc_id,
            vpc_name: full.vpc_name,
            description: full.description,
            region_id: full.region_id,
            cidr_block: full.cidr_block,
            status: full.status,
            vrouter_id: full.vrouter_id,
            resource_group_id: full.resource_group_id,
            creation_time: full.creation_time,
            owner_id: full.owner_id,
            dns_hostname_status: full.dns_hostname_status,
            support_ipv4_gateway: true,
            vswitch_ids: full.vswitch_ids,
            user_cidrs: full.user_cidrs,
            ipv6_cidr_block: full.ipv6_cidr_block,
            enabled_ipv6: full.enabled_ipv6,
            ipv6_cidr_blocks: full.ipv6_cidr_blocks,
            cloud_resources,
            tags: full.tags,
            ..DescribeVpcAttributeResponse::default()
        })
    }
}

impl Serve<DescribeRouteTableList> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeRouteTableList,
    ) -> Result<DescribeRouteTableListResponse, ApiError> {
        let keep = |table: &RouteTable| {
            context.sees(&table.region)
                && is(op.vpc_id.as_ref(), &table.vpc)
                && is(op.router_id.as_ref(), &table.router)
                && is(op.router_type.as_ref(), "VRouter")
                && is(op.route_table_id.as_ref(), &table.id)
                && is(op.route_table_name.as_ref(), &table.name)
                && has_tags(&table.tags, &op.tags)
        };
        let paging = Paging::by_number(op.page_number, op.page_size, UP_TO_50);
        let page = cut(select(&self.tables.route_tables, None, keep), paging);
        let describe = |table: &RouteTable| DescribedTable {
            route_table_id: table.id.clone(),
            route_table_name: table.name.clone(),
            route_table_type: self.table_type(&table.id).to_owned(),
            description: table.description.clone(),
            router_type: "VRouter".to_owned(),
            router_id: table.router.clone(),
            vpc_id: table.vpc.clone(),
            status: "Available".to_owned(),
            associate_type: if table.associate_type.is_empty() {
                "VSwitch".to_owned()
            } else {
                table.associate_type.clone()
            },
            route_propagation_enable: !table.no_propagation,
            creation_time: table.created.to_seconds_text(),
            owner_id: self.owner(),
            vswitch_ids: self.vswitches_of_table(&table.id),
            tags: vpc_tags(&table.tags),
            ..DescribedTable::default()
        };
        Ok(DescribeRouteTableListResponse {
            router_table_list: page.rows.iter().map(|table| describe(table)).collect(),
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeRouteTableListResponse::default()
        })
    }
}

impl Serve<CreateVSwitch> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: CreateVSwitch,
    ) -> Result<CreateVSwitchResponse, ApiError> {
        let vpc = self.vpc(context, &op.vpc_id)?;
        if context.now < vpc.available_at {
            return Err(refuse::bad(
                "IncorrectVpcStatus",
                "Current VPC status does not support this operation.",
            ));
        }
        let known = self
            .catalogue
            .region(&vpc.region)
            .is_some_and(|region| region.zones.contains(&op.zone_id));
        if !known {
            return Err(refuse::known("InvalidZoneId.NotFound"));
        }
        let block = Cidr::parse(&op.cidr_block)
            .filter(|block| (16..=29).contains(&block.bits()))
            .ok_or_else(|| bad_block("it must be of the form a.b.c.d/n, with n from 16 to 29"))?;
        if Cidr::parse(&vpc.cidr).is_some_and(|outer| !outer.covers(block)) {
            return Err(bad_block("it is not inside the CIDR block of the VPC"));
        }
        let overlaps = self
            .vswitches_in(&op.vpc_id)
            .any(|other| Cidr::parse(&other.cidr).is_some_and(|other| other.overlaps(block)));
        if overlaps {
            return Err(refuse::bad(
                "InvalidCidrBlock.Overlapped",
                "Specified CIDR block overlapped with other subnets.",
            ));
        }
        let (region, route_table) = (vpc.region.clone(), self.system_table(&op.vpc_id));
        let ipv6 = match op.ipv6_cidr_block {
            Some(bits) => self.free_ipv6_block(&op.vpc_id, "", Some(bits))?,
            None => String::new(),
        };
        let id = self.next_id("vsw");
        self.pools.insert(id.clone(), Pool::new(&op.cidr_block));
        self.tables.vswitches.insert(VSwitch {
            id: id.clone(),
            region,
            zone: op.zone_id,
            vpc: op.vpc_id,
            name: op.vswitch_name.unwrap_or_default(),
            description: op.description.unwrap_or_default(),
            cidr: op.cidr_block,
            created: context.now,
            available_at: context.now.plus_millis(self.delays.network.into()),
            route_table,
            ipv6,
            tags: op
                .tags
                .into_iter()
                .map(|tag| (tag.key, tag.value))
                .collect(),
        });
        Ok(CreateVSwitchResponse {
            vswitch_id: id,
            ..CreateVSwitchResponse::default()
        })
    }
}

impl Serve<DeleteVSwitch> for World {
    fn serve(&mut self, context: &Context, op: DeleteVSwitch) -> Result<Acknowledged, ApiError> {
        self.vswitch(context, &op.vswitch_id)?;
        if self
            .tables
            .interfaces
            .iter()
            .any(|nic| nic.vswitch == op.vswitch_id)
        {
            return Err(refuse::in_use(
                "There is still something in the specified vSwitch: instances or network interfaces.",
            ));
        }
        self.tables.vswitches.remove(&op.vswitch_id);
        self.pools.remove(&op.vswitch_id);
        Ok(Acknowledged::default())
    }
}

impl Serve<ModifyVSwitchAttribute> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyVSwitchAttribute,
    ) -> Result<Acknowledged, ApiError> {
        let vswitch = self.vswitch(context, &op.vswitch_id)?;
        let ipv6 = match (op.enable_ipv6, op.ipv6_cidr_block) {
            (Some(false), _) => Some(String::new()),
            (None, None) => None,
            (_, bits) => Some(self.free_ipv6_block(&vswitch.vpc, &vswitch.id, bits)?),
        };
        let vswitch = self
            .tables
            .vswitches
            .get_mut(&op.vswitch_id)
            .ok_or_else(refuse::no_vswitch)?;
        if let Some(name) = op.vswitch_name {
            vswitch.name = name;
        }
        if let Some(description) = op.description {
            vswitch.description = description;
        }
        if let Some(ipv6) = ipv6 {
            vswitch.ipv6 = ipv6;
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<DescribeVSwitches> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeVSwitches,
    ) -> Result<DescribeVSwitchesResponse, ApiError> {
        let ids: Option<Vec<String>> = op
            .vswitch_id
            .as_ref()
            .filter(|ids| !ids.is_empty())
            .map(|ids| ids.split(',').map(|id| id.trim().to_owned()).collect());
        let keep = |vswitch: &VSwitch| {
            context.sees(&vswitch.region)
                && is_like(op.vswitch_name.as_ref(), &vswitch.name)
                && is(op.vpc_id.as_ref(), &vswitch.vpc)
                && is(op.zone_id.as_ref(), &vswitch.zone)
                && is(op.route_table_id.as_ref(), &vswitch.route_table)
                && op.is_default != Some(true)
                && op
                    .enable_ipv6
                    .is_none_or(|wanted| wanted != vswitch.ipv6.is_empty())
                && op
                    .vswitch_owner_id
                    .is_none_or(|owner| owner == self.owner())
                && has_tags(&vswitch.tags, &op.tags)
        };
        let paging = Paging::by_number(op.page_number, op.page_size, UP_TO_50);
        let page = cut(select(&self.tables.vswitches, ids.as_deref(), keep), paging);
        Ok(DescribeVSwitchesResponse {
            vswitches: page
                .rows
                .iter()
                .map(|v| self.describe_vswitch(v, context.now))
                .collect(),
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeVSwitchesResponse::default()
        })
    }
}

/// A vSwitch that is gone is answered with empty members, not with an error.
impl Serve<DescribeVSwitchAttributes> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeVSwitchAttributes,
    ) -> Result<DescribeVSwitchAttributesResponse, ApiError> {
        let Ok(vswitch) = self.vswitch(context, &op.vswitch_id) else {
            return Ok(DescribeVSwitchAttributesResponse::default());
        };
        let full = self.describe_vswitch(vswitch, context.now);
        Ok(DescribeVSwitchAttributesResponse {
            vswitch_id: full.vswitch_id,
            vswitch_name: full.vswitch_name,
            vpc_id: full.vpc_id,
            description: full.description,
            zone_id: full.zone_id,
            cidr_block: full.cidr_block,
            status: full.status,
            available_ip_address_count: full.available_ip_address_count,
            creation_time: full.creation_time,
            owner_id: full.owner_id,
            route_table: full.route_table,
            ipv6_cidr_block: full.ipv6_cidr_block,
            enabled_ipv6: full.enabled_ipv6,
            tags: full.tags,
            ..DescribeVSwitchAttributesResponse::default()
        })
    }
}
