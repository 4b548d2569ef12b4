//! Decides which arguments `alicloud_security_group_rule` has, and which ports it takes.

use cairn_value::Value;

use crate::describe::cidr::{same_ipv6, wrong_ipv6, wrong_rule_source};
use crate::describe::{Attr, Check, Fallback, Table, Ty};

/// The ports of a rule whose protocol has none.
pub(super) const ALL_PORTS: &str = "-1/-1";

/// The arguments.
pub(super) fn table() -> Table {
    use Ty::{Int, Str};
    let mut table = Table::new(vec![
        Attr::optional("cidr_ip", Str, "The IPv4 block on the other side.")
            .force_new()
            .check(Check::With(wrong_rule_source)),
        Attr::optional("description", Str, "A description of 1 to 512 characters.")
            .check(Check::Len(1, 512)),
        Attr::required("ip_protocol", Str, "The protocol.")
            .force_new()
            .one_of(&["tcp", "udp", "icmp", "icmpv6", "gre", "all"]),
        Attr::optional("ipv6_cidr_ip", Str, "The IPv6 block on the other side.")
            .force_new()
            .conflicts(&["cidr_ip"])
            .check(Check::With(wrong_ipv6))
            .suppress(|d| match (d.old.as_str(), d.new.as_str()) {
                (Some(a), Some(b)) => same_ipv6(a, b),
                _ => false,
            }),
        Attr::either(
            "nic_type",
            Str,
            "The network: intranet, as always in a VPC, or internet.",
        )
        .force_new()
        .one_of(&["internet", "intranet"]),
        Attr::optional(
            "policy",
            Str,
            "Whether it lets traffic through: accept or drop.",
        )
        .force_new()
        .fallback(Fallback::Str("accept"))
        .one_of(&["accept", "drop"]),
        Attr::optional(
            "port_range",
            Str,
            "The ports, such as \"22/22\"; \"-1/-1\" for all.",
        )
        .force_new()
        .fallback(Fallback::Str(ALL_PORTS))
        .suppress(|d| {
            let has_ports = matches!(d.wanted.str("ip_protocol"), Some("tcp" | "udp"));
            !d.old.is_null() && has_ports == (d.new.as_str() == Some(ALL_PORTS))
        })
        .check(Check::With(wrong_ports)),
        Attr::either("prefix_list_id", Str, "The prefix list on the other side.")
            .force_new()
            .suppress(|d| {
                ["cidr_ip", "ipv6_cidr_ip", "source_security_group_id"]
                    .iter()
                    .any(|n| d.wanted.is_set(n))
            }),
        Attr::optional("priority", Int, "Its priority, 1 to 100; 1 goes first.")
            .force_new()
            .fallback(Fallback::Int(1))
            .check(Check::IntIn(1, 100)),
        Attr::required("security_group_id", Str, "The group it belongs to.").force_new(),
        Attr::computed(
            "security_group_rule_id",
            Str,
            "The id that the cloud gave it.",
        ),
        Attr::optional(
            "source_group_owner_account",
            Str,
            "The account of the group on the other side.",
        )
        .force_new()
        .deprecated("Use source_group_owner_id instead."),
        Attr::optional(
            "source_group_owner_id",
            Str,
            "The account id of the group on the other side.",
        )
        .force_new(),
        Attr::optional(
            "source_security_group_id",
            Str,
            "The group on the other side.",
        )
        .force_new()
        .conflicts(&["cidr_ip"]),
        Attr::required("type", Str, "The direction: ingress or egress.")
            .force_new()
            .one_of(&["ingress", "egress"]),
    ]);
    table.at_least_one = &[&[
        "cidr_ip",
        "ipv6_cidr_ip",
        "source_security_group_id",
        "prefix_list_id",
    ]];
    table
}

fn wrong_ports(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    if text == ALL_PORTS {
        return None;
    }
    let port = |t: &str| t.parse::<u32>().ok().filter(|p| (1..=65_535).contains(p));
    let fine = text
        .split_once('/')
        .and_then(|(from, to)| Some(port(from)? <= port(to)?))
        .unwrap_or(false);
    (!fine).then(|| {
        "must be two ports from 1 to 65535, the smaller first, such as \"22/22\" or \"8000/9000\", or \"-1/-1\" for all"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_checked() {
        for fine in ["22/22", "1/65535", "-1/-1"] {
            assert_eq!(wrong_ports(&Value::string(fine)), None, "{fine}");
        }
        for wrong in ["22", "0/22", "80/22", "1/65536", "a/b"] {
            assert!(wrong_ports(&Value::string(wrong)).is_some(), "{wrong}");
        }
    }
}
