//! Decides what the functions of IP networks give. Addresses are numbers of 32 or 128 bits.

use std::net::{Ipv4Addr, Ipv6Addr};

use cairn_value::{Type, Value};
use num_bigint::BigInt;

use super::{Fault, Function, Kind, Param, Returns, number, string, text};
use crate::eval::EvalContext;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "cidrhost",
        &[string("prefix"), number("hostnum")],
        Returns::String,
        cidrhost,
    ),
    Function::new(
        "cidrnetmask",
        &[string("prefix")],
        Returns::String,
        cidrnetmask,
    ),
    Function::new(
        "cidrsubnet",
        &[string("prefix"), number("newbits"), number("netnum")],
        Returns::String,
        cidrsubnet,
    ),
    Function::new(
        "cidrsubnets",
        &[string("prefix")],
        Returns::StringList,
        cidrsubnets,
    )
    .rest(Param::new("newbits", Kind::Number)),
    Function::new(
        "cidrcontains",
        &[
            string("containing_prefix"),
            string("contained_ip_or_prefix"),
        ],
        Returns::Bool,
        cidrcontains,
    ),
];

/// A network: its first address, how many bits an address has, how many belong to the prefix.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Network {
    address: u128,
    bits: u32,
    prefix: u32,
}

impl Network {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("invalid CIDR address: {text}");
        let (address, prefix) = text.split_once('/').ok_or_else(wrong)?;
        let (address, bits) = parse_address(address).ok_or_else(wrong)?;
        if prefix.is_empty() || prefix.len() > 3 || !prefix.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let prefix: u32 = prefix.parse().map_err(|_| wrong())?;
        if prefix > bits {
            return Err(wrong());
        }
        let network = Self {
            address,
            bits,
            prefix,
        };
        Ok(Self {
            address: address & network.mask(),
            ..network
        })
    }

    /// The bits of the prefix.
    fn mask(self) -> u128 {
        let all = all_ones(self.bits);
        let host = self.bits - self.prefix;
        if host >= 128 { 0 } else { all >> host << host }
    }

    fn host_bits(self) -> u32 {
        self.bits - self.prefix
    }

    fn last(self) -> u128 {
        self.address | (all_ones(self.bits) & !self.mask())
    }

    fn show_address(self, address: u128) -> String {
        if self.bits == 32 {
            Ipv4Addr::from(address as u32).to_string()
        } else {
            show_ipv6(address)
        }
    }

    /// Mapped IPv4 addresses are shown as such, with their own prefix.
    fn show(self) -> String {
        let mapped = self.bits == 128 && Ipv6Addr::from(self.address).to_ipv4_mapped().is_some();
        let prefix = if mapped && self.prefix >= 96 {
            self.prefix - 96
        } else {
            self.prefix
        };
        format!("{}/{prefix}", self.show_address(self.address))
    }
}

fn all_ones(bits: u32) -> u128 {
    if bits >= 128 {
        u128::MAX
    } else {
        (1 << bits) - 1
    }
}

/// Mapped IPv4 addresses are shown as such, everything else in the form of RFC 5952.
fn show_ipv6(address: u128) -> String {
    let v6 = Ipv6Addr::from(address);
    match v6.to_ipv4_mapped() {
        Some(v4) => v4.to_string(),
        None => v6.to_string(),
    }
}

/// Leading zeros in the parts of an IPv4 address do not make them octal.
fn parse_address(text: &str) -> Option<(u128, u32)> {
    if let Some(v4) = parse_ipv4(text) {
        return Some((u128::from(v4), 32));
    }
    // An IPv4 tail of an IPv6 address may have leading zeros as well.
    let text = match text.rsplit_once(':') {
        Some((front, tail)) if tail.contains('.') => {
            format!("{front}:{}", Ipv4Addr::from(parse_ipv4(tail)?))
        }
        _ => text.to_owned(),
    };
    let v6: Ipv6Addr = text.parse().ok()?;
    Some((u128::from(v6), 128))
}

fn parse_ipv4(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.split('.').collect();
    if parts.len() != 4 {
        return None;
    }
    parts.iter().try_fold(0u32, |address, part| {
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let n: u32 = part.parse().ok().filter(|n| *n < 256)?;
        Some(address << 8 | n)
    })
}

fn network(args: &[Value], i: usize) -> Result<Network, Fault> {
    Network::parse(text(args, i))
        .map_err(|e| Fault::arg(i, format!("invalid CIDR expression: {e}")))
}

fn integer(args: &[Value], i: usize) -> Result<BigInt, Fault> {
    match args[i].peel() {
        Value::Number(n) => n
            .to_bigint()
            .ok_or_else(|| Fault::arg(i, "a whole number is required")),
        _ => Err(Fault::arg(i, "a whole number is required")),
    }
}

fn cidrhost(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let net = network(args, 0)?;
    let n = integer(args, 1)?;
    let size = BigInt::from(1) << net.host_bits();
    // Negative numbers count from the end.
    let negative = n.sign() == num_bigint::Sign::Minus;
    let offset = if negative { &size + &n } else { n.clone() };
    if offset.sign() == num_bigint::Sign::Minus || offset >= size {
        return Err(Fault::call(format!(
            "prefix of {} does not accommodate a host numbered {n}",
            net.prefix
        )));
    }
    let offset = u128::try_from(&offset).map_err(|_| Fault::arg(1, "the number is too large"))?;
    Ok(Value::string(net.show_address(net.address | offset)))
}

fn cidrnetmask(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let net = network(args, 0)?;
    if net.bits != 32 {
        return Err(Fault::arg(
            0,
            "IPv6 addresses cannot have a netmask: only IPv4 prefixes are written so",
        ));
    }
    Ok(Value::string(net.show_address(net.mask())))
}

fn cidrsubnet(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let net = network(args, 0)?;
    let new_bits = args[1]
        .as_i64()
        .ok_or_else(|| Fault::arg(1, "a whole number is required"))?;
    let number = integer(args, 2)?;
    let prefix = i64::from(net.prefix) + new_bits;
    let Some(prefix) = u32::try_from(prefix).ok().filter(|p| *p <= net.bits) else {
        return Err(Fault::call(format!(
            "insufficient address space to extend prefix of {} by {new_bits}",
            net.prefix
        )));
    };
    // A negative number of new bits shortens the prefix; the number of the subnet has what is left of the address then.
    let shift = net.bits - prefix;
    let room = if new_bits < 0 {
        i64::from(prefix)
    } else {
        new_bits
    };
    if number.sign() == num_bigint::Sign::Minus || number >= BigInt::from(1) << room {
        return Err(Fault::call(format!(
            "prefix extension of {new_bits} does not accommodate a subnet numbered {number}"
        )));
    }
    let index = u128::try_from(&number).map_err(|_| Fault::arg(2, "the number is too large"))?;
    let subnet = Network {
        address: net.address | index.checked_shl(shift).unwrap_or(0),
        prefix,
        ..net
    };
    Ok(Value::string(subnet.show()))
}

fn cidrsubnets(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let net = network(args, 0)?;
    let mut subnets: Vec<Value> = Vec::with_capacity(args.len() - 1);
    // The next free address; nothing once the last one is taken.
    let mut next = Some(net.address);
    for i in 1..args.len() {
        let extra = args[i]
            .as_i64()
            .ok_or_else(|| Fault::arg(i, "a whole number is required"))?;
        let extra = u32::try_from(extra)
            .ok()
            .filter(|n| *n >= 1)
            .ok_or_else(|| Fault::arg(i, "must extend prefix by at least one bit"))?;
        if extra > 32 {
            return Err(Fault::arg(i, "may not extend prefix by more than 32 bits"));
        }
        if extra > net.host_bits() {
            return Err(Fault::arg(
                i,
                format!(
                    "not enough remaining address space for a subnet with a prefix of {} bits after {}",
                    net.prefix + extra,
                    net.show()
                ),
            ));
        }
        let prefix = net.prefix + extra;
        let size_bits = net.bits - prefix;
        let full = || {
            Fault::arg(
                i,
                format!(
                    "not enough remaining address space for a subnet with a prefix of {prefix} bits"
                ),
            )
        };
        let from = next.ok_or_else(full)?;
        // Up to the next multiple of the subnet's size.
        let low = if size_bits >= 128 {
            u128::MAX
        } else {
            (1 << size_bits) - 1
        };
        let start = if from & low == 0 {
            from
        } else {
            (from | low).checked_add(1).ok_or_else(full)?
        };
        let end = start | low;
        if start > net.last() || end > net.last() || start < net.address {
            return Err(full());
        }
        let subnet = Network {
            address: start,
            prefix,
            ..net
        };
        subnets.push(Value::string(subnet.show()));
        next = end.checked_add(1).filter(|n| *n <= all_ones(net.bits));
    }
    Ok(Value::list(Type::String, subnets))
}

fn cidrcontains(_: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let outer = network(args, 0)?;
    let inner = text(args, 1);
    let inner = match parse_address(inner) {
        Some((address, bits)) => Network {
            address,
            bits,
            prefix: bits,
        },
        None => Network::parse(inner)
            .map_err(|_| Fault::arg(1, format!("invalid IP address or prefix: {inner}")))?,
    };
    if inner.bits != outer.bits {
        return Err(Fault::call("both must be of the same kind, IPv4 or IPv6"));
    }
    Ok(Value::Bool(
        inner.address >= outer.address && inner.last() <= outer.last(),
    ))
}
