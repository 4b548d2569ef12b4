//! Decides which IPv6 blocks VPCs and vSwitches have: a VPC has 56 bits of its own, a vSwitch the VPC's with eight
//! bits more, which the request names or the lowest that are free.

use std::net::Ipv6Addr;

use ecs_api::ApiError;
use ecs_api::types::Ipv6CidrBlock;

use super::{VSwitch, World};
use crate::refuse;

/// The kind of line of every block.
const ISP: &str = "BGP";

/// A block as the list of the blocks of a VPC has it.
pub(super) fn listed(block: &str) -> Vec<Ipv6CidrBlock> {
    let listed = Ipv6CidrBlock {
        ipv6_cidr_block: block.to_owned(),
        ipv6_isp: ISP.to_owned(),
    };
    if block.is_empty() {
        Vec::new()
    } else {
        vec![listed]
    }
}

/// The block of a vSwitch inside that of its VPC.
fn vswitch_block(vpc: &str, bits: u8) -> Option<String> {
    let address: Ipv6Addr = vpc.split('/').next()?.parse().ok()?;
    let [a, b, c, d, ..] = address.segments();
    let address = Ipv6Addr::new(a, b, c, d | u16::from(bits), 0, 0, 0, 0);
    Some(format!("{address}/64"))
}

impl World {
    /// A block that no VPC had before.
    pub(super) fn next_ipv6_block(&mut self) -> String {
        let number = self.ids.draw("ipv6-block");
        let high = u16::try_from(number >> 8 & 0xffff).unwrap_or_default();
        let low = u16::try_from((number & 0xff) << 8).unwrap_or_default();
        format!(
            "{}/56",
            Ipv6Addr::new(0x2408, 0x4005, high, low, 0, 0, 0, 0)
        )
    }

    /// The block of a new or changed vSwitch of a VPC, with these eight bits or the lowest that are free.
    pub(super) fn free_ipv6_block(
        &self,
        vpc: &str,
        but: &str,
        bits: Option<i64>,
    ) -> Result<String, ApiError> {
        let outer = self.tables.vpcs.get(vpc).map_or("", |v| v.ipv6.as_str());
        if outer.is_empty() {
            return Err(refuse::bad(
                "OperationDenied.NoIpv6Cidr",
                "The VPC of the vSwitch has no IPv6 CIDR block.",
            ));
        }
        let taken = |block: &str| {
            let others = self.tables.vswitches.iter();
            let mut others = others.filter(|v: &&VSwitch| v.vpc == vpc && v.id != but);
            others.any(|v| v.ipv6 == block)
        };
        let wanted = match bits {
            Some(bits) => {
                let bits = u8::try_from(bits).map_err(|_| {
                    refuse::bad(
                        "InvalidParameter.Ipv6CidrBlock",
                        "The specified parameter Ipv6CidrBlock must be 0 to 255.",
                    )
                })?;
                vec![bits]
            }
            None => (0..=u8::MAX).collect(),
        };
        wanted
            .into_iter()
            .filter_map(|bits| vswitch_block(outer, bits))
            .find(|block| !taken(block))
            .ok_or_else(|| {
                refuse::bad(
                    "InvalidCidrBlock.Overlapped",
                    "Specified IPv6 CIDR block overlapped with other subnets.",
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::vswitch_block;

    #[test]
    fn a_vswitch_has_eight_bits_more_than_its_vpc() {
        let inner = vswitch_block("2408:4005:3a1:7c00::/56", 7);
        assert_eq!(inner.as_deref(), Some("2408:4005:3a1:7c07::/64"));
    }
}
