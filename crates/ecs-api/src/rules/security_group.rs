//! The fields of a security group's rule. Protocols and policies are taken in any case.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::error::ParamError;
use crate::types::PermissionParams;

const PROTOCOLS: [&str; 6] = ["tcp", "udp", "icmp", "icmpv6", "gre", "all"];

fn refused(
    parameter: &str,
    rule: &'static str,
    (code, http): (&'static str, u16),
    message: &str,
) -> ParamError {
    ParamError {
        parameter: parameter.to_owned(),
        rule,
        code,
        http,
        message: message.to_owned(),
    }
}

/// tcp, udp, icmp, icmpv6, gre or all.
///
/// # Errors
/// Another word.
pub fn ip_protocol(parameter: &str, value: &str) -> Result<(), ParamError> {
    if PROTOCOLS
        .iter()
        .any(|protocol| protocol.eq_ignore_ascii_case(value))
    {
        return Ok(());
    }
    Err(refused(
        parameter,
        "ip-protocol",
        ("InvalidIpProtocol.ValueNotSupported", 403),
        "It must be tcp, udp, icmp, icmpv6, gre or all.",
    ))
}

/// `from/to` with 1 to 65535 for tcp and udp, `-1/-1` for the others.
///
/// # Errors
/// Another form, or a form that the protocol does not have.
pub fn port_range(parameter: &str, value: &str, protocol: &str) -> Result<(), ParamError> {
    let fail = |message| {
        Err(refused(
            parameter,
            "port-range",
            ("InvalidIpPortRange.Malformed", 400),
            message,
        ))
    };
    let ports = protocol.eq_ignore_ascii_case("tcp") || protocol.eq_ignore_ascii_case("udp");
    if !ports {
        return if value == "-1/-1" {
            Ok(())
        } else {
            fail("It must be -1/-1 unless the protocol is tcp or udp.")
        };
    }
    let port = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits {
            text.parse::<u16>().ok().filter(|port| *port > 0)
        } else {
            None
        }
    };
    match value
        .split_once('/')
        .map(|(from, to)| (port(from), port(to)))
    {
        Some((Some(from), Some(to))) if from <= to => Ok(()),
        _ => fail("It must be from/to with ports from 1 to 65535, such as 22/22 or 1/65535."),
    }
}

/// `1` to `100`, as text.
///
/// # Errors
/// Another value.
pub fn priority(parameter: &str, value: &str) -> Result<(), ParamError> {
    if value
        .parse::<u32>()
        .is_ok_and(|priority| (1..=100).contains(&priority))
    {
        return Ok(());
    }
    Err(refused(
        parameter,
        "priority",
        ("InvalidPriority.Malformed", 403),
        "It must be 1 to 100.",
    ))
}

/// accept or drop.
///
/// # Errors
/// Another word.
pub fn policy(parameter: &str, value: &str) -> Result<(), ParamError> {
    if value.eq_ignore_ascii_case("accept") || value.eq_ignore_ascii_case("drop") {
        return Ok(());
    }
    Err(refused(
        parameter,
        "policy",
        ("InvalidPolicy.Malformed", 403),
        "It must be accept or drop.",
    ))
}

/// A rule's description: up to 512 characters.
///
/// # Errors
/// A longer one.
pub fn rule_description(parameter: &str, value: &str) -> Result<(), ParamError> {
    if value.chars().count() <= 512 {
        return Ok(());
    }
    Err(refused(
        parameter,
        "description-length",
        ("InvalidSecurityGroupRuleDescription.Malformed", 400),
        "It must be at most 512 characters long.",
    ))
}

fn is_ipv4_or_block(text: &str) -> bool {
    match text.split_once('/') {
        None => text.parse::<Ipv4Addr>().is_ok(),
        Some((address, length)) => {
            address.parse::<Ipv4Addr>().is_ok()
                && length.parse::<u8>().is_ok_and(|length| length <= 32)
        }
    }
}

fn is_ipv6_or_block(text: &str) -> bool {
    match text.split_once('/') {
        None => text.parse::<Ipv6Addr>().is_ok(),
        Some((address, length)) => {
            address.parse::<Ipv6Addr>().is_ok()
                && length.parse::<u8>().is_ok_and(|length| length <= 128)
        }
    }
}

/// One rule, as a whole: protocol and ports, policy, priority, and something it is about. `prefix`
/// stands before the parameter's names, such as `Permissions.1.`.
pub fn security_group_rule(prefix: &str, rule: &PermissionParams, egress: bool) -> Vec<ParamError> {
    let mut errors = Vec::new();
    let name = |member: &str| format!("{prefix}{member}");
    match rule.ip_protocol.as_deref() {
        None | Some("") => errors.push(ParamError::missing(&name("IpProtocol"))),
        Some(protocol) => {
            errors.extend(ip_protocol(&name("IpProtocol"), protocol).err());
            match rule.port_range.as_deref() {
                Some(ports) => {
                    errors.extend(port_range(&name("PortRange"), ports, protocol).err());
                }
                None if rule.port_range_list_id.is_none() => {
                    errors.push(ParamError::missing(&name("PortRange")));
                }
                None => {}
            }
        }
    }
    if let Some(value) = &rule.policy {
        errors.extend(policy(&name("Policy"), value).err());
    }
    if let Some(value) = &rule.priority {
        errors.extend(priority(&name("Priority"), value).err());
    }
    if let Some(value) = &rule.description {
        errors.extend(rule_description(&name("Description"), value).err());
    }
    let (side, peers) = if egress {
        (
            "Dest",
            [
                &rule.dest_cidr_ip,
                &rule.ipv6_dest_cidr_ip,
                &rule.dest_group_id,
                &rule.dest_prefix_list_id,
            ],
        )
    } else {
        (
            "Source",
            [
                &rule.source_cidr_ip,
                &rule.ipv6_source_cidr_ip,
                &rule.source_group_id,
                &rule.source_prefix_list_id,
            ],
        )
    };
    if peers
        .iter()
        .all(|peer| peer.as_deref().unwrap_or_default().is_empty())
    {
        let code = if egress {
            "MissingParameter.Dest"
        } else {
            "MissingParameter.Source"
        };
        errors.push(refused(
            &name(&format!("{side}CidrIp")),
            "peer",
            (code, 400),
            "A rule needs an IPv4 or IPv6 block, a security group or a prefix list.",
        ));
    }
    for (member, value) in [
        ("SourceCidrIp", &rule.source_cidr_ip),
        ("DestCidrIp", &rule.dest_cidr_ip),
    ] {
        if value
            .as_deref()
            .is_some_and(|text| !text.is_empty() && !is_ipv4_or_block(text))
        {
            errors.push(refused(
                &name(member),
                "peer-cidr",
                ("InvalidParameter", 400),
                "It must be an IPv4 address or block, such as 10.0.0.0/8 or 0.0.0.0/0.",
            ));
        }
    }
    for (member, value) in [
        ("Ipv6SourceCidrIp", &rule.ipv6_source_cidr_ip),
        ("Ipv6DestCidrIp", &rule.ipv6_dest_cidr_ip),
    ] {
        if value
            .as_deref()
            .is_some_and(|text| !text.is_empty() && !is_ipv6_or_block(text))
        {
            errors.push(refused(
                &name(member),
                "peer-cidr",
                ("InvalidParameter", 400),
                "It must be an IPv6 address or block, such as 2001:db8::/32 or ::/0.",
            ));
        }
    }
    errors
}
