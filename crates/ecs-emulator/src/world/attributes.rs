//! Decides what changing an instance does: names, groups, user data, type, bandwidth, network,
//! release time, metadata, resource group. What its life allows is decided by `lifecycle`.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, AllocatePublicIpAddress, AllocatePublicIpAddressResponse, JoinResourceGroup,
    ModifyInstanceAttribute, ModifyInstanceAutoReleaseTime, ModifyInstanceMetadataOptions,
    ModifyInstanceNetworkSpec, ModifyInstanceNetworkSpecResponse, ModifyInstanceSpec,
    ModifyInstanceVpcAttribute,
};
use ecs_api::types::CpuOptionsParams;

use super::billing::wrong_charge_type;
use super::key_pairs::key_pair_id;
use super::pool::NoAddress;
use super::run::{check_release, no_address};
use super::{Context, Instance, World};
use crate::cidr::parse_address;
use crate::dispatch::Serve;
use crate::lifecycle::{Order, Status, check};
use crate::refuse;

/// The largest bandwidth in Mbit/s.
const BANDWIDTH: i64 = 200;

impl Serve<ModifyInstanceAttribute> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyInstanceAttribute,
    ) -> Result<Acknowledged, ApiError> {
        let instance = self.instance(context, &op.instance_id)?;
        let status = instance.status(context.now);
        let cpu = op.cpu_options;
        let high_density = op.additional_info.enable_high_density_mode;
        if op.user_data.is_some() || high_density.is_some() || cpu != CpuOptionsParams::default() {
            check(Order::WhenStopped, status)?;
        }
        if op.password.is_some() && matches!(status, Status::Pending | Status::Starting) {
            return Err(refuse::wrong_status());
        }
        let groups = &op.security_group_ids;
        if !groups.is_empty() {
            self.check_groups(context, &op.instance_id, groups)?;
        }
        let user_data = op
            .user_data
            .as_deref()
            .map(|text| self.share_user_data(text));
        let instance = self.instance_mut(context, &op.instance_id)?;
        let set = |slot: &mut String, value: Option<String>| {
            if let Some(value) = value {
                *slot = value;
            }
        };
        set(&mut instance.name, op.instance_name);
        set(&mut instance.description, op.description);
        set(&mut instance.host_name, op.host_name);
        set(&mut instance.user_data, user_data);
        set(&mut instance.credit_specification, op.credit_specification);
        set(&mut instance.cpu.topology, cpu.topology_type);
        instance.cpu.cores = cpu.core.unwrap_or(instance.cpu.cores);
        instance.cpu.threads = cpu.threads_per_core.unwrap_or(instance.cpu.threads);
        if let Some(protection) = op.deletion_protection {
            instance.deletion_protection = protection;
        }
        if let Some(jumbo) = op.enable_jumbo_frame {
            instance.traits.no_jumbo_frames = !jumbo;
        }
        if let Some(high_density) = high_density {
            instance.traits.high_density = high_density;
        }
        if !groups.is_empty() {
            self.set_groups(&op.instance_id, groups);
        }
        Ok(Acknowledged::default())
    }
}

impl World {
    /// Whether an instance may become one of another type.
    pub(crate) fn check_new_type(
        &self,
        instance: &Instance,
        new_type: &str,
    ) -> Result<(), ApiError> {
        let new_type = self
            .catalogue
            .instance_type(new_type)
            .ok_or_else(|| refuse::known("InvalidInstanceType.ValueNotSupported"))?;
        if !self.catalogue.sells(&instance.zone, new_type) {
            return Err(refuse::known("OperationDenied.NoStock"));
        }
        let image = self.catalogue.image(&instance.image);
        if image.is_some_and(|image| !image.runs_on(&new_type.arch)) {
            return Err(refuse::known("ImageNotSupportInstanceType"));
        }
        let disks = instance.disks.iter();
        for disk in disks.filter_map(|id| self.tables.disks.get(id)) {
            let category = self.catalogue.disk_category(&disk.category);
            if category.is_some_and(|category| !new_type.takes_disk(category)) {
                return Err(refuse::known("InvalidDiskCategory.NotSupported"));
            }
        }
        Ok(())
    }
}

fn check_bandwidth(bandwidth: Option<i64>) -> Result<(), ApiError> {
    match bandwidth {
        Some(bandwidth) if !(0..=BANDWIDTH).contains(&bandwidth) => {
            Err(refuse::known("InvalidParameter.Bandwidth"))
        }
        _ => Ok(()),
    }
}

impl Serve<ModifyInstanceSpec> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyInstanceSpec,
    ) -> Result<Acknowledged, ApiError> {
        let instance = self.instance(context, &op.instance_id)?;
        let status = instance.status(context.now);
        check_bandwidth(op.internet_max_bandwidth_out)?;
        check_bandwidth(op.internet_max_bandwidth_in)?;
        let new_type = op.instance_type.as_deref().filter(|t| !t.is_empty());
        if let Some(new_type) = new_type {
            if instance.charge_type == "PrePaid" {
                return Err(wrong_charge_type());
            }
            self.check_new_type(instance, new_type)?;
            if status != Status::Stopped {
                return Err(refuse::bad(
                    "InvalidInstanceStatus.NotStopped",
                    "The specified instance status does not support this action, it is not stopped.",
                ));
            }
        } else {
            check(Order::WhenSettled, status)?;
        }
        let new_type = new_type.map(str::to_owned);
        let instance = self.instance_mut(context, &op.instance_id)?;
        if let Some(new_type) = new_type {
            instance.instance_type = new_type;
        }
        if let Some(bandwidth) = op.internet_max_bandwidth_out {
            instance.bandwidth_out = bandwidth;
        }
        if let Some(bandwidth) = op.internet_max_bandwidth_in {
            instance.bandwidth_in = bandwidth;
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<ModifyInstanceNetworkSpec> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyInstanceNetworkSpec,
    ) -> Result<ModifyInstanceNetworkSpecResponse, ApiError> {
        let instance = self.instance(context, &op.instance_id)?;
        check(Order::WhenSettled, instance.status(context.now))?;
        check_bandwidth(op.internet_max_bandwidth_out)?;
        check_bandwidth(op.internet_max_bandwidth_in)?;
        let out = op
            .internet_max_bandwidth_out
            .unwrap_or(instance.bandwidth_out);
        let allocate =
            op.allocate_public_ip == Some(true) && out > 0 && instance.public_ip.is_empty();
        let address = if allocate {
            Some(self.next_public_address())
        } else {
            None
        };
        let instance = self.instance_mut(context, &op.instance_id)?;
        instance.bandwidth_out = out;
        if let Some(bandwidth) = op.internet_max_bandwidth_in {
            instance.bandwidth_in = bandwidth;
        }
        if let Some(charge_type) = op.network_charge_type {
            instance.internet_charge_type = charge_type;
        }
        if let Some(address) = address {
            instance.public_ip = address;
        }
        Ok(ModifyInstanceNetworkSpecResponse::default())
    }
}

impl Serve<ModifyInstanceVpcAttribute> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyInstanceVpcAttribute,
    ) -> Result<Acknowledged, ApiError> {
        let instance = self.instance(context, &op.instance_id)?.clone();
        check(Order::WhenStopped, instance.status(context.now))?;
        let target = op
            .vswitch_id
            .as_deref()
            .filter(|id| !id.is_empty())
            .unwrap_or(&instance.vswitch);
        let vswitch = self
            .tables
            .vswitches
            .get(target)
            .ok_or_else(refuse::no_vswitch)?
            .clone();
        if vswitch.zone != instance.zone {
            return Err(refuse::bad(
                "InvalidParameter.Mismatch",
                "The specified vSwitch is not in the zone of the instance.",
            ));
        }
        let new_vpc = vswitch.vpc != instance.vpc;
        if new_vpc && op.security_group_ids.is_empty() {
            return Err(refuse::bad(
                "InvalidParameter.Mismatch",
                "A move to another VPC needs security groups of that VPC.",
            ));
        }
        for group in &op.security_group_ids {
            let group = self
                .tables
                .security_groups
                .get(group)
                .ok_or_else(refuse::no_group)?;
            if group.vpc != vswitch.vpc {
                return Err(refuse::bad(
                    "InvalidParameter.Mismatch",
                    "The specified security group and vSwitch are not in the same VPC.",
                ));
            }
        }
        let primary = instance.primary_interface().to_owned();
        let old = self.tables.interfaces.get(&primary).cloned();
        let pool = self
            .pools
            .get_mut(&vswitch.id)
            .ok_or_else(refuse::no_vswitch)?;
        let current = old.as_ref().map_or("", |nic| nic.address.as_str());
        let address = match op
            .private_ip_address
            .as_deref()
            .filter(|text| !text.is_empty())
        {
            Some(text) if text == current && vswitch.id == instance.vswitch => text.to_owned(),
            Some(text) => {
                let address = parse_address(text).ok_or_else(|| no_address(NoAddress::Outside))?;
                pool.check_run(address, 1).map_err(no_address)?;
                pool.take(address)
            }
            None if vswitch.id == instance.vswitch => current.to_owned(),
            None => pool.take_next().map_err(no_address)?,
        };
        if let Some(old) = &old
            && (old.address != address || old.vswitch != vswitch.id)
            && let Some(pool) = self.pools.get_mut(&old.vswitch)
        {
            pool.free(&old.address);
        }
        let moves = vswitch.id != instance.vswitch;
        if moves && let Some(nic) = &old {
            // Further addresses are of the old vSwitch and do not come along.
            if let Some(pool) = self.pools.get_mut(&nic.vswitch) {
                nic.secondary.iter().for_each(|a| pool.free(a));
            }
        }
        if let Some(nic) = self.tables.interfaces.get_mut(&primary) {
            if moves {
                nic.secondary.clear();
                nic.ipv6.clear();
            }
            nic.address = address;
            nic.vswitch.clone_from(&vswitch.id);
            nic.vpc.clone_from(&vswitch.vpc);
        }
        let row = self.instance_mut(context, &op.instance_id)?;
        row.vswitch = vswitch.id;
        row.vpc = vswitch.vpc;
        if !op.security_group_ids.is_empty() {
            self.set_groups(&op.instance_id, &op.security_group_ids);
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<ModifyInstanceAutoReleaseTime> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyInstanceAutoReleaseTime,
    ) -> Result<Acknowledged, ApiError> {
        let instance = self.instance(context, &op.instance_id)?;
        if instance.charge_type == "PrePaid" {
            return Err(wrong_charge_type());
        }
        let due = match op
            .auto_release_time
            .as_deref()
            .filter(|text| !text.is_empty())
        {
            Some(text) => Some(check_release(text, context.now)?),
            None => None,
        };
        self.set_release(&op.instance_id, due);
        Ok(Acknowledged::default())
    }
}

impl Serve<ModifyInstanceMetadataOptions> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifyInstanceMetadataOptions,
    ) -> Result<Acknowledged, ApiError> {
        let instance = self.instance_mut(context, &op.instance_id)?;
        if let Some(endpoint) = op.http_endpoint {
            instance.http_endpoint = endpoint;
        }
        if let Some(tokens) = op.http_tokens {
            instance.http_tokens = tokens;
        }
        if let Some(limit) = op.http_put_response_hop_limit {
            instance.hop_limit = limit;
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<AllocatePublicIpAddress> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: AllocatePublicIpAddress,
    ) -> Result<AllocatePublicIpAddressResponse, ApiError> {
        let instance = self.instance(context, &op.instance_id)?;
        check(Order::WhenSettled, instance.status(context.now))?;
        if !instance.public_ip.is_empty() {
            return Err(refuse::forbidden(
                "AllocatedAlready",
                "The specified instance already has a public IP address.",
            ));
        }
        let ip_address = self.next_public_address();
        self.instance_mut(context, &op.instance_id)?
            .public_ip
            .clone_from(&ip_address);
        Ok(AllocatePublicIpAddressResponse {
            ip_address,
            ..AllocatePublicIpAddressResponse::default()
        })
    }
}

impl Serve<JoinResourceGroup> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: JoinResourceGroup,
    ) -> Result<Acknowledged, ApiError> {
        let id = op.resource_id.as_deref().unwrap_or("");
        let group = op.resource_group_id.unwrap_or_default();
        let tables = &mut self.tables;
        let slot = match op.resource_type.as_deref().unwrap_or("") {
            "instance" => tables
                .instances
                .get_mut(id)
                .map(|row| &mut row.resource_group),
            "disk" => tables.disks.get_mut(id).map(|row| &mut row.resource_group),
            "securitygroup" => tables
                .security_groups
                .get_mut(id)
                .map(|row| &mut row.resource_group),
            "eni" => tables
                .interfaces
                .get_mut(id)
                .map(|row| &mut row.resource_group),
            "keypair" => tables
                .key_pairs
                .get_mut(&key_pair_id(&context.region, id))
                .map(|row| &mut row.resource_group),
            _ => {
                return Err(refuse::not_found(
                    "InvalidResourceType.NotFound",
                    "The ResourceType provided does not exist in our records.",
                ));
            }
        };
        *slot.ok_or_else(|| {
            refuse::not_found(
                "InvalidResourceId.NotFound",
                "The specified ResourceId does not exist in our records.",
            )
        })? = group;
        Ok(Acknowledged::default())
    }
}
