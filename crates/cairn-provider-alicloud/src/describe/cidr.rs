//! Decides what an address block is: four octets and a prefix length, with no bits set beyond the prefix.

use std::net::{Ipv4Addr, Ipv6Addr};

use cairn_value::Value;

/// What is wrong with an IPv4 block whose prefix must be from `least` to `most` bits long; nothing if it is well.
pub(crate) fn wrong_block(text: &str, least: u8, most: u8) -> Option<String> {
    let malformed = || {
        Some(format!(
            "must be an IPv4 block such as \"10.0.0.0/16\", with a prefix of {least} to {most} bits"
        ))
    };
    let Some((address, prefix)) = text.split_once('/') else {
        return malformed();
    };
    let (Ok(address), Ok(prefix)) = (address.parse::<Ipv4Addr>(), prefix.parse::<u8>()) else {
        return malformed();
    };
    if !(least..=most).contains(&prefix) {
        return malformed();
    }
    let mask = mask(prefix);
    let base = Ipv4Addr::from_bits(address.to_bits() & mask);
    (base != address).then(|| {
        format!("must be the first address of its block; the block that {address} is in is \"{base}/{prefix}\"")
    })
}

/// An IPv4 block, or a single address, as security group rules take them.
pub(crate) fn wrong_rule_source(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let ok = match text.split_once('/') {
        Some((a, p)) => a.parse::<Ipv4Addr>().is_ok() && p.parse::<u8>().is_ok_and(|p| p <= 32),
        None => text.parse::<Ipv4Addr>().is_ok(),
    };
    (!ok).then(|| "must be an IPv4 block such as \"10.0.0.0/8\", or an address".to_owned())
}

/// An IPv6 block, or a single address.
pub(crate) fn wrong_ipv6(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    (ipv6(text).is_none()).then(|| "must be an IPv6 block such as \"2001:db8::/32\"".to_owned())
}

/// Whether two IPv6 blocks are the same but for how they are written.
pub(crate) fn same_ipv6(a: &str, b: &str) -> bool {
    matches!((ipv6(a), ipv6(b)), (Some(x), Some(y)) if x == y)
}

fn ipv6(text: &str) -> Option<(Ipv6Addr, u8)> {
    let (address, prefix) = text.split_once('/').unwrap_or((text, "128"));
    let prefix: u8 = prefix.parse().ok().filter(|p| *p <= 128)?;
    Some((address.parse().ok()?, prefix))
}

fn mask(prefix: u8) -> u32 {
    u32::MAX
        .checked_shl(32 - u32::from(prefix.min(32)))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_four_octets_a_prefix_and_no_rest() {
        assert_eq!(wrong_block("10.0.0.0/8", 8, 28), None);
        assert_eq!(wrong_block("172.16.4.0/22", 8, 28), None);
        for wrong in [
            "10.0.0.0",
            "10.0.0/16",
            "10.0.0.0/29",
            "10.0.0.0/33",
            "x/16",
            "10.0.0.256/16",
        ] {
            assert!(wrong_block(wrong, 8, 28).is_some(), "{wrong}");
        }
        let hint = wrong_block("10.0.1.0/16", 8, 28).unwrap();
        assert!(hint.contains("\"10.0.0.0/16\""), "{hint}");
    }

    #[test]
    fn rule_sources_may_be_single_addresses() {
        assert_eq!(wrong_rule_source(&Value::string("0.0.0.0/0")), None);
        assert_eq!(wrong_rule_source(&Value::string("10.1.2.3")), None);
        assert!(wrong_rule_source(&Value::string("10.1.2")).is_some());
        assert!(same_ipv6("2001:db8:0:0::/32", "2001:db8::/32"));
        assert!(!same_ipv6("2001:db8::/33", "2001:db8::/32"));
    }
}
