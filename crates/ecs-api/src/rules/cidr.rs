//! IPv4 blocks: reading them, and which ones a VPC and a vSwitch may have. It does not know which
//! blocks are taken.

use std::fmt;
use std::net::Ipv4Addr;

use crate::error::ParamError;

/// An IPv4 block such as `10.1.0.0/16`, with no bits set behind the prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv4Block {
    base: u32,
    length: u8,
}

impl Ipv4Block {
    /// Reads `a.b.c.d/n`. `None` for anything else, and for bits behind the prefix.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let digits = matches!(length.len(), 1 | 2) && length.bytes().all(|b| b.is_ascii_digit());
        let length: u8 = if digits {
            length.parse().ok()?
        } else {
            return None;
        };
        if length > 32 || (length < 10 && text.ends_with(&format!("/0{length}"))) {
            return None;
        }
        let base = u32::from(address.parse::<Ipv4Addr>().ok()?);
        let block = Self { base, length };
        (base & !block.mask() == 0).then_some(block)
    }

    fn mask(self) -> u32 {
        u32::MAX
            .checked_shl(32 - u32::from(self.length))
            .unwrap_or(0)
    }

    /// The prefix length.
    pub fn length(self) -> u8 {
        self.length
    }

    /// How many addresses it has.
    pub fn size(self) -> u64 {
        1 << (32 - u32::from(self.length))
    }

    /// The address so many places after the first; `None` past the end.
    pub fn nth(self, index: u64) -> Option<Ipv4Addr> {
        (index < self.size()).then(|| Ipv4Addr::from(self.base + index as u32))
    }

    /// Which place an address has; `None` if it is not in the block.
    pub fn position(self, address: Ipv4Addr) -> Option<u64> {
        let address = u32::from(address);
        (address & self.mask() == self.base).then(|| u64::from(address - self.base))
    }

    /// Whether all of the other block is in this one.
    pub fn contains(self, other: Self) -> bool {
        self.length <= other.length && other.base & self.mask() == self.base
    }

    /// Whether the two have an address in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }
}

impl fmt::Display for Ipv4Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.base), self.length)
    }
}

/// Blocks that no VPC may have, whole or in part.
const RESERVED: [Ipv4Block; 4] = [
    Ipv4Block {
        base: 0x6440_0000,
        length: 10,
    },
    Ipv4Block {
        base: 0x7f00_0000,
        length: 8,
    },
    Ipv4Block {
        base: 0xa9fe_0000,
        length: 16,
    },
    Ipv4Block {
        base: 0xe000_0000,
        length: 4,
    },
];

/// Private blocks that are larger than /16 and allowed as they are.
const LARGE: [Ipv4Block; 2] = [
    Ipv4Block {
        base: 0x0a00_0000,
        length: 8,
    },
    Ipv4Block {
        base: 0xac10_0000,
        length: 12,
    },
];

/// A VPC's block: /16 to /28, or up to the whole of 10.0.0.0/8 and 172.16.0.0/12, outside the
/// reserved blocks.
///
/// # Errors
/// What is wrong with it, for `CidrBlock`.
pub fn vpc_cidr_block(text: &str) -> Result<Ipv4Block, ParamError> {
    let block = read(text)?;
    let large = LARGE.iter().any(|whole| whole.contains(block));
    if block.length > 28 || (block.length < 16 && !large) {
        return Err(refused(
            "vpc-cidr-length",
            "Its prefix must be /16 to /28, or up to 10.0.0.0/8 and 172.16.0.0/12.".to_owned(),
        ));
    }
    if let Some(reserved) = RESERVED.iter().find(|reserved| reserved.overlaps(block)) {
        return Err(refused(
            "vpc-cidr-reserved",
            format!("It must not have addresses of {reserved}, which the service keeps."),
        ));
    }
    Ok(block)
}

/// A vSwitch's block: /16 to /29, and inside the VPC's where that is known.
///
/// # Errors
/// What is wrong with it, for `CidrBlock`.
pub fn vswitch_cidr_block(text: &str, vpc: Option<&str>) -> Result<Ipv4Block, ParamError> {
    let block = read(text)?;
    if !(16..=29).contains(&block.length) {
        return Err(refused(
            "vswitch-cidr-length",
            "Its prefix must be /16 to /29.".to_owned(),
        ));
    }
    if let Some(vpc) = vpc.and_then(Ipv4Block::parse)
        && !vpc.contains(block)
    {
        return Err(refused(
            "vswitch-cidr-inside",
            format!("It must lie inside the VPC's block {vpc}."),
        ));
    }
    Ok(block)
}

fn read(text: &str) -> Result<Ipv4Block, ParamError> {
    Ipv4Block::parse(text).ok_or_else(|| {
        let address = text.split_once('/').and_then(|(address, length)| {
            Some((
                address.parse::<Ipv4Addr>().ok()?,
                length.parse::<u8>().ok()?,
            ))
        });
        let message = match address {
            Some((address, length @ 0..=32)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
                let block = Ipv4Block {
                    base: u32::from(address) & mask,
                    length,
                };
                format!("It has bits behind the prefix; the block is written {block}.")
            }
            _ => "It must be an IPv4 block such as 10.1.0.0/16.".to_owned(),
        };
        refused("cidr", message)
    })
}

fn refused(rule: &'static str, message: String) -> ParamError {
    ParamError {
        parameter: "CidrBlock".to_owned(),
        rule,
        code: "InvalidCidrBlock.Malformed",
        http: 400,
        message,
    }
}
