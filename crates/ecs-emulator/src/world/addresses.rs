//! Decides which further addresses, private ones and IPv6, network interfaces are given and lose.

use std::net::Ipv6Addr;

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, AssignIpv6Addresses, AssignPrivateIpAddresses, UnassignIpv6Addresses,
    UnassignPrivateIpAddresses,
};

use super::pool::NoAddress;
use super::run::no_address;
use super::{Context, Interface, World};
use crate::cidr::parse_address;
use crate::dispatch::Serve;
use crate::refuse;

/// How many addresses of each kind an interface holds besides its primary one.
const MOST: usize = 20;

impl World {
    fn interface(&self, context: &Context, id: &str) -> Result<&Interface, ApiError> {
        self.tables
            .interfaces
            .get(id)
            .filter(|nic| context.sees(&nic.region))
            .ok_or_else(no_interface)
    }

    fn interface_mut(&mut self, id: &str) -> Result<&mut Interface, ApiError> {
        self.tables.interfaces.get_mut(id).ok_or_else(no_interface)
    }

    /// An IPv6 address that nothing else has.
    pub(crate) fn next_ipv6_address(&mut self) -> String {
        let number = self.ids.draw("ipv6-address");
        let part = |shift: u32| (number >> shift & 0xffff) as u16;
        Ipv6Addr::new(
            0x2408,
            0x4005,
            0x3c2,
            0,
            0,
            part(32),
            part(16),
            part(0) | 1 << 15,
        )
        .to_string()
    }

    fn has_ipv6(&self, address: &str) -> bool {
        let has = |nic: &Interface| nic.ipv6.iter().any(|own| own == address);
        self.tables.interfaces.iter().any(has)
    }
}

fn no_interface() -> ApiError {
    refuse::not_found(
        "InvalidEniId.NotFound",
        "The specified network interface does not exist.",
    )
}

/// How many are asked for, of which a list and a number may both speak.
fn wanted(listed: &[String], count: Option<i64>, parameter: &str) -> Result<usize, ApiError> {
    match (listed.len(), count.unwrap_or(0)) {
        (0, count) => usize::try_from(count)
            .ok()
            .filter(|n| *n > 0)
            .ok_or_else(|| refuse::missing(parameter)),
        (n, 0) => Ok(n),
        _ => Err(refuse::invalid(
            parameter,
            "a list and a number exclude each other",
        )),
    }
}

fn check_room(has: usize, more: usize) -> Result<(), ApiError> {
    if has + more > MOST {
        return Err(refuse::forbidden(
            "InvalidOperation.Ipv4CountExceeded",
            "The network interface would have more addresses than it can.",
        ));
    }
    Ok(())
}

impl Serve<AssignPrivateIpAddresses> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: AssignPrivateIpAddresses,
    ) -> Result<Acknowledged, ApiError> {
        let nic = self.interface(context, &op.network_interface_id)?;
        let listed = &op.private_ip_addresses;
        let count = wanted(
            listed,
            op.secondary_private_ip_address_count,
            "PrivateIpAddress",
        )?;
        check_room(nic.secondary.len(), count)?;
        let vswitch = nic.vswitch.clone();
        let pool = self
            .pools
            .get_mut(&vswitch)
            .ok_or_else(refuse::no_vswitch)?;
        let mut taken = Vec::with_capacity(count);
        if listed.is_empty() {
            if pool.available() < count as i64 {
                return Err(no_address(NoAddress::Exhausted));
            }
            for _ in 0..count {
                taken.push(pool.take_next().map_err(no_address)?);
            }
        } else {
            let mut addresses = Vec::with_capacity(count);
            for text in listed {
                let address = parse_address(text).ok_or_else(|| no_address(NoAddress::Outside))?;
                pool.check_run(address, 1).map_err(no_address)?;
                addresses.push(address);
            }
            taken.extend(addresses.into_iter().map(|address| pool.take(address)));
        }
        self.interface_mut(&op.network_interface_id)?
            .secondary
            .extend(taken);
        Ok(Acknowledged::default())
    }
}

impl Serve<UnassignPrivateIpAddresses> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: UnassignPrivateIpAddresses,
    ) -> Result<Acknowledged, ApiError> {
        let nic = self.interface(context, &op.network_interface_id)?;
        if op.private_ip_addresses.is_empty() {
            return Err(refuse::missing("PrivateIpAddress"));
        }
        if op.private_ip_addresses.contains(&nic.address) {
            return Err(refuse::bad(
                "InvalidOperation.PrimaryIpAddress",
                "The primary private IP address cannot be unassigned.",
            ));
        }
        let vswitch = nic.vswitch.clone();
        let gone: Vec<String> = nic
            .secondary
            .iter()
            .filter(|own| op.private_ip_addresses.contains(own))
            .cloned()
            .collect();
        if let Some(pool) = self.pools.get_mut(&vswitch) {
            for address in &gone {
                pool.free(address);
            }
        }
        self.interface_mut(&op.network_interface_id)?
            .secondary
            .retain(|own| !gone.contains(own));
        Ok(Acknowledged::default())
    }
}

impl Serve<AssignIpv6Addresses> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: AssignIpv6Addresses,
    ) -> Result<Acknowledged, ApiError> {
        let nic = self.interface(context, &op.network_interface_id)?;
        let count = wanted(&op.ipv6_addresses, op.ipv6_address_count, "Ipv6Address")?;
        check_room(nic.ipv6.len(), count)?;
        for address in &op.ipv6_addresses {
            if address.parse::<Ipv6Addr>().is_err() {
                return Err(refuse::invalid("Ipv6Address", "it is no IPv6 address"));
            }
            if self.has_ipv6(address) {
                return Err(refuse::bad(
                    "InvalidIp.IpAssigned",
                    "The specified IPv6 address is already in use.",
                ));
            }
        }
        let given = if op.ipv6_addresses.is_empty() {
            (0..count).map(|_| self.next_ipv6_address()).collect()
        } else {
            op.ipv6_addresses
        };
        self.interface_mut(&op.network_interface_id)?
            .ipv6
            .extend(given);
        Ok(Acknowledged::default())
    }
}

impl Serve<UnassignIpv6Addresses> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: UnassignIpv6Addresses,
    ) -> Result<Acknowledged, ApiError> {
        self.interface(context, &op.network_interface_id)?;
        if op.ipv6_addresses.is_empty() {
            return Err(refuse::missing("Ipv6Address"));
        }
        self.interface_mut(&op.network_interface_id)?
            .ipv6
            .retain(|own| !op.ipv6_addresses.contains(own));
        Ok(Acknowledged::default())
    }
}
