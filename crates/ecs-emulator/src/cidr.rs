//! Decides what an IPv4 block is, what lies inside it, and which of its addresses may be handed out.
//! Which block belongs to which network is the world's business.

use std::fmt;
use std::net::Ipv4Addr;

/// An IPv4 block whose host bits are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cidr {
    base: u32,
    bits: u32,
}

impl Cidr {
    /// Reads `a.b.c.d/n`; `None` for anything malformed or with host bits set.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        if bits.is_empty() || bits.len() > 2 || !bits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let bits: u32 = bits.parse().ok()?;
        let address: Ipv4Addr = address.parse().ok()?;
        if bits > 32 {
            return None;
        }
        let block = Self {
            base: u32::from(address),
            bits,
        };
        (block.base & !block.mask() == 0).then_some(block)
    }

    fn mask(self) -> u32 {
        if self.bits == 0 {
            0
        } else {
            u32::MAX << (32 - self.bits)
        }
    }

    /// The length of the prefix.
    pub(crate) const fn bits(self) -> u32 {
        self.bits
    }

    /// Whether the address lies in the block.
    pub(crate) fn holds(self, address: u32) -> bool {
        address & self.mask() == self.base
    }

    /// Whether the whole other block lies in this one.
    pub(crate) fn covers(self, other: Self) -> bool {
        self.bits <= other.bits && self.holds(other.base)
    }

    /// Whether the blocks share an address.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.covers(other) || other.covers(self)
    }

    /// First and last address a vSwitch may hand out: the first one and the last three are reserved.
    pub(crate) fn usable(self) -> (u32, u32) {
        let last = self.base | !self.mask();
        (self.base.saturating_add(1), last.saturating_sub(3))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.base), self.bits)
    }
}

/// The dotted form of an address.
pub(crate) fn address_text(address: u32) -> String {
    Ipv4Addr::from(address).to_string()
}

/// Reads a dotted address.
pub(crate) fn parse_address(text: &str) -> Option<u32> {
    text.parse::<Ipv4Addr>().ok().map(u32::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks() {
        let vpc = Cidr::parse("172.16.0.0/12").unwrap();
        let a = Cidr::parse("172.16.1.0/24").unwrap();
        let b = Cidr::parse("172.16.1.128/25").unwrap();
        assert!(vpc.covers(a) && !a.covers(vpc) && a.overlaps(b) && b.overlaps(a));
        assert!(!a.overlaps(Cidr::parse("172.16.2.0/24").unwrap()));
        assert_eq!(
            a.usable(),
            (
                parse_address("172.16.1.1").unwrap(),
                parse_address("172.16.1.252").unwrap()
            )
        );
        assert_eq!(a.to_string(), "172.16.1.0/24");
        for bad in [
            "",
            "10.0.0.0",
            "10.0.0.1/24",
            "10.0.0.0/33",
            "10.0.0/8",
            "10.0.0.0/+8",
            "a/8",
        ] {
            assert_eq!(Cidr::parse(bad), None, "{bad}");
        }
        assert!(Cidr::parse("0.0.0.0/0").unwrap().covers(vpc));
    }
}
