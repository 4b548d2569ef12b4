//! Decides about elastic addresses: handing them out, binding them to instances and interfaces, and what must be unbound
//! before it can be released.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, AllocateEipAddress, AllocateEipAddressResponse, AssociateEipAddress,
    DeletionProtection, DescribeEipAddresses, DescribeEipAddressesResponse,
    ModifyEipAddressAttribute, ModifyEipForwardMode, MoveResourceGroup, ReleaseEipAddress,
    UnassociateEipAddress,
};
use ecs_api::types::{Eip as Described, EipAddress};

use super::filters::{has_tags, is, is_like, vpc_tags};
use super::{Context, Eip, World};
use crate::dispatch::Serve;
use crate::lifecycle::Status;
use crate::page::{Paging, Sizes, cut, select};
use crate::refuse;

/// How many an account has in a region.
const PER_REGION: usize = 5000;
/// The largest bandwidth in Mbit/s.
const BANDWIDTH: i64 = 1000;
/// What one gets that asks for none.
const USUAL_BANDWIDTH: i64 = 5;
const LISTED: Sizes = Sizes {
    default: 10,
    most: 100,
    least: 1,
};
/// How many ids a listing takes.
const IDS: usize = 50;

fn no_eip() -> ApiError {
    refuse::not_found(
        "InvalidAllocationId.NotFound",
        "Specified allocation ID is not found.",
    )
}

fn wrong_status() -> ApiError {
    refuse::bad(
        "IncorrectEipStatus",
        "Current elastic IP status does not support this operation.",
    )
}

fn bandwidth(text: Option<&str>) -> Result<Option<i64>, ApiError> {
    let Some(text) = text.filter(|t| !t.is_empty()) else {
        return Ok(None);
    };
    let number = text.parse().ok().filter(|n| (1..=BANDWIDTH).contains(n));
    number.map(Some).ok_or_else(|| {
        refuse::bad(
            "InvalidBandwidth.Malformed",
            "The specified Bandwidth is not valid.",
        )
    })
}

fn one_of(parameter: &str, value: &str, allowed: &[&str]) -> Result<(), ApiError> {
    if value.is_empty() || allowed.contains(&value) {
        Ok(())
    } else {
        Err(refuse::invalid(
            parameter,
            "it is none of the values there are",
        ))
    }
}

/// What an address can be bound to.
fn kind_of(id: &str) -> &'static str {
    if id.starts_with("eni-") {
        "NetworkInterface"
    } else {
        "EcsInstance"
    }
}

impl World {
    fn eip(&self, context: &Context, id: &str) -> Result<&Eip, ApiError> {
        let eip = self.tables.eips.get(id);
        eip.filter(|e| context.sees(&e.region)).ok_or_else(no_eip)
    }

    fn eip_mut(&mut self, id: &str) -> Result<&mut Eip, ApiError> {
        self.tables.eips.get_mut(id).ok_or_else(no_eip)
    }

    /// The address that is bound to an instance, as the instance tells it.
    pub(super) fn bound_eip(&self, id: &str) -> EipAddress {
        let bound = self.tables.eips.get(id).map(|eip| EipAddress {
            allocation_id: eip.id.clone(),
            ip_address: eip.address.clone(),
            bandwidth: eip.bandwidth,
            internet_charge_type: eip.internet_charge_type.clone(),
            is_support_unassociate: true,
        });
        bound.unwrap_or_default()
    }

    /// Unbinds an address from what it is bound to, if it is.
    pub(super) fn unbind_eip(&mut self, id: &str) {
        let Some(eip) = self.tables.eips.get_mut(id) else {
            return;
        };
        let instance = std::mem::take(&mut eip.instance);
        eip.instance_type.clear();
        eip.private_address.clear();
        eip.mode.clear();
        if let Some(row) = self.tables.instances.get_mut(&instance) {
            row.eip.clear();
        }
        if let Some(row) = self.tables.interfaces.get_mut(&instance) {
            row.eip.clear();
        }
    }

    fn describe_eip(eip: &Eip) -> Described {
        Described {
            allocation_id: eip.id.clone(),
            ip_address: eip.address.clone(),
            name: eip.name.clone(),
            description: eip.description.clone(),
            status: if eip.instance.is_empty() {
                "Available"
            } else {
                "InUse"
            }
            .to_owned(),
            region_id: eip.region.clone(),
            bandwidth: eip.bandwidth.to_string(),
            internet_charge_type: eip.internet_charge_type.clone(),
            charge_type: "PostPaid".to_owned(),
            isp: eip.isp.clone(),
            netmode: "public".to_owned(),
            mode: eip.mode.clone(),
            deletion_protection: eip.protected,
            hd_monitor_status: "OFF".to_owned(),
            instance_id: eip.instance.clone(),
            instance_type: eip.instance_type.clone(),
            private_ip_address: eip.private_address.clone(),
            resource_group_id: eip.resource_group.clone(),
            allocation_time: eip.created.to_seconds_text(),
            tags: vpc_tags(&eip.tags),
            ..Described::default()
        }
    }
}

impl Serve<AllocateEipAddress> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: AllocateEipAddress,
    ) -> Result<AllocateEipAddressResponse, ApiError> {
        let bandwidth = bandwidth(op.bandwidth.as_deref())?.unwrap_or(USUAL_BANDWIDTH);
        let or = |value: Option<String>, usual: &str| {
            value
                .filter(|v| !v.is_empty())
                .unwrap_or_else(|| usual.to_owned())
        };
        let internet_charge_type = or(op.internet_charge_type, "PayByBandwidth");
        one_of(
            "InternetChargeType",
            &internet_charge_type,
            &["PayByBandwidth", "PayByTraffic"],
        )?;
        let charge_type = or(op.instance_charge_type, "PostPaid");
        if charge_type == "PrePaid" {
            return Err(refuse::forbidden(
                "OperationUnsupported.PrePaid",
                "Subscriptions of elastic addresses are not offered.",
            ));
        }
        one_of("InstanceChargeType", &charge_type, &["PostPaid"])?;
        let there = self.tables.eips.iter();
        if there.filter(|e| e.region == context.region).count() >= PER_REGION {
            return Err(refuse::forbidden(
                "QuotaExceeded.Eip",
                "Elastic IP address quota exceeded.",
            ));
        }
        let id = self.next_id("eip");
        let address = self.next_public_address();
        let resource_group = op.resource_group_id.unwrap_or_default();
        self.tables.eips.insert(Eip {
            id: id.clone(),
            region: context.region.clone(),
            address: address.clone(),
            name: op.name.unwrap_or_default(),
            description: op.description.unwrap_or_default(),
            bandwidth,
            internet_charge_type,
            isp: or(op.isp, "BGP"),
            created: context.now,
            instance: String::new(),
            instance_type: String::new(),
            private_address: String::new(),
            mode: String::new(),
            protected: false,
            resource_group: resource_group.clone(),
            tags: op.tags.into_iter().map(|t| (t.key, t.value)).collect(),
        });
        Ok(AllocateEipAddressResponse {
            allocation_id: id,
            eip_address: address,
            resource_group_id: resource_group,
            ..AllocateEipAddressResponse::default()
        })
    }
}

impl Serve<AssociateEipAddress> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: AssociateEipAddress,
    ) -> Result<Acknowledged, ApiError> {
        let eip = self.eip(context, &op.allocation_id)?;
        if eip.instance == op.instance_id {
            return Ok(Acknowledged::default());
        }
        if !eip.instance.is_empty() {
            return Err(wrong_status());
        }
        let kind = op.instance_type.filter(|t| !t.is_empty());
        let kind = kind.unwrap_or_else(|| kind_of(&op.instance_id).to_owned());
        let taken = || {
            refuse::bad(
                "InvalidInstance.AlreadyAssociated",
                "The instance has an elastic IP address or a public address already.",
            )
        };
        let mut private_address = op.private_ip_address.unwrap_or_default();
        match kind.as_str() {
            "EcsInstance" => {
                let instance = self.instance(context, &op.instance_id)?;
                let settled = [Status::Running, Status::Stopped];
                if !settled.contains(&instance.status(context.now)) {
                    return Err(refuse::wrong_status());
                }
                if !instance.eip.is_empty() || !instance.public_ip.is_empty() {
                    return Err(taken());
                }
                self.address_of(instance).clone_into(&mut private_address);
                self.instance_mut(context, &op.instance_id)?
                    .eip
                    .clone_from(&op.allocation_id);
            }
            "NetworkInterface" => {
                let nic = self.tables.interfaces.get_mut(&op.instance_id);
                let nic = nic.filter(|n| context.sees(&n.region)).ok_or_else(|| {
                    refuse::not_found(
                        "InvalidEniId.NotFound",
                        "The specified EniId does not exist in our records.",
                    )
                })?;
                if nic.primary || !nic.eip.is_empty() {
                    return Err(taken());
                }
                if private_address.is_empty() {
                    private_address.clone_from(&nic.address);
                }
                nic.eip.clone_from(&op.allocation_id);
            }
            _ => {
                return Err(refuse::invalid(
                    "InstanceType",
                    "an address is bound to an EcsInstance or a NetworkInterface here",
                ));
            }
        }
        let eip = self.eip_mut(&op.allocation_id)?;
        eip.instance = op.instance_id;
        eip.instance_type = kind;
        eip.private_address = private_address;
        eip.mode = op
            .mode
            .filter(|m| !m.is_empty())
            .unwrap_or_else(|| "NAT".to_owned());
        Ok(Acknowledged::default())
    }
}

impl Serve<UnassociateEipAddress> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: UnassociateEipAddress,
    ) -> Result<Acknowledged, ApiError> {
        let eip = self.eip(context, &op.allocation_id)?;
        if eip.instance.is_empty() {
            return Ok(Acknowledged::default());
        }
        let named = op.instance_id.filter(|id| !id.is_empty());
        if named.is_some_and(|id| id != eip.instance) {
            return Err(refuse::bad(
                "InvalidInstanceId.NotFound",
                "The elastic IP address is not bound to the specified instance.",
            ));
        }
        self.unbind_eip(&op.allocation_id);
        Ok(Acknowledged::default())
    }
}

impl Serve<ReleaseEipAddress> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ReleaseEipAddress,
    ) -> Result<Acknowledged, ApiError> {
        let eip = self.eip(context, &op.allocation_id)?;
        if !eip.instance.is_empty() {
            return Err(wrong_status());
        }
        if eip.protected {
            return Err(refuse::protected());
        }
        self.tables.eips.remove(&op.allocation_id);
        Ok(Acknowledged::default())
    }
}

impl Serve<ModifyEipAddressAttribute> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyEipAddressAttribute,
    ) -> Result<Acknowledged, ApiError> {
        self.eip(context, &op.allocation_id)?;
        let bandwidth = bandwidth(op.bandwidth.as_deref())?;
        let eip = self.eip_mut(&op.allocation_id)?;
        if let Some(bandwidth) = bandwidth {
            eip.bandwidth = bandwidth;
        }
        if let Some(name) = op.name {
            eip.name = name;
        }
        if let Some(description) = op.description {
            eip.description = description;
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<ModifyEipForwardMode> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyEipForwardMode,
    ) -> Result<Acknowledged, ApiError> {
        let eip = self.eip(context, &op.instance_id)?;
        if eip.instance_type != "NetworkInterface" {
            return Err(wrong_status());
        }
        one_of("Mode", &op.mode, &["NAT", "BINDED", "MULTI_BINDED"])?;
        self.eip_mut(&op.instance_id)?.mode = op.mode;
        Ok(Acknowledged::default())
    }
}

/// Elastic addresses are protected here, and nothing else of the product.
impl Serve<DeletionProtection> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DeletionProtection,
    ) -> Result<Acknowledged, ApiError> {
        one_of("Type", &op.r#type, &["EIP"])?;
        self.eip(context, &op.instance_id)?;
        self.eip_mut(&op.instance_id)?.protected = op.protection_enable;
        Ok(Acknowledged::default())
    }
}

impl Serve<MoveResourceGroup> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: MoveResourceGroup,
    ) -> Result<Acknowledged, ApiError> {
        match op.resource_type.to_ascii_lowercase().as_str() {
            "eip" => {
                self.eip(context, &op.resource_id)?;
                self.eip_mut(&op.resource_id)?.resource_group = op.new_resource_group_id;
            }
            "vpc" => {
                self.vpc(context, &op.resource_id)?;
                if let Some(vpc) = self.tables.vpcs.get_mut(&op.resource_id) {
                    vpc.resource_group = op.new_resource_group_id;
                }
            }
            _ => {
                return Err(refuse::invalid(
                    "ResourceType",
                    "only vpc and eip are moved here",
                ));
            }
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<DescribeEipAddresses> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeEipAddresses,
    ) -> Result<DescribeEipAddressesResponse, ApiError> {
        let ids = op.allocation_id.as_ref().filter(|ids| !ids.is_empty());
        let ids: Option<Vec<String>> =
            ids.map(|ids| ids.split(',').map(|id| id.trim().to_owned()).collect());
        if ids.as_ref().is_some_and(|ids| ids.len() > IDS) {
            return Err(refuse::invalid("AllocationId", "it names more than 50"));
        }
        let keep = |eip: &Eip| {
            let status = if eip.instance.is_empty() {
                "Available"
            } else {
                "InUse"
            };
            context.sees(&eip.region)
                && is(op.eip_address.as_ref(), &eip.address)
                && is_like(op.eip_name.as_ref(), &eip.name)
                && is(op.status.as_ref(), status)
                && is(op.associated_instance_id.as_ref(), &eip.instance)
                && is(op.associated_instance_type.as_ref(), &eip.instance_type)
                && is(op.resource_group_id.as_ref(), &eip.resource_group)
                && is(op.isp.as_ref(), &eip.isp)
                && has_tags(&eip.tags, &op.tags)
        };
        let paging = Paging::by_number(op.page_number, op.page_size, LISTED);
        let page = cut(select(&self.tables.eips, ids.as_deref(), keep), paging);
        Ok(DescribeEipAddressesResponse {
            eip_addresses: page
                .rows
                .iter()
                .map(|eip| Self::describe_eip(eip))
                .collect(),
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeEipAddressesResponse::default()
        })
    }
}
