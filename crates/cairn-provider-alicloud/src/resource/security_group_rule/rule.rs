//! Decides what makes up a rule, as an id says it, as it is compared, and as a request carries it.

use cairn_value::Object;
use ecs_api::types;

use super::table::ALL_PORTS;
use crate::describe::cidr::same_ipv6;
use crate::describe::{Draft, Fields};

/// All that makes up a rule, as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rule {
    pub(super) group: String,
    pub(super) egress: bool,
    protocol: String,
    ports: String,
    other_side: String,
    policy: String,
    priority: String,
}

impl Rule {
    /// From attributes.
    pub(super) fn of(fields: Fields<'_>) -> Self {
        let text = |n: &str| fields.string(n).unwrap_or_default();
        let protocol = text("ip_protocol").to_lowercase();
        let ports = match protocol.as_str() {
            "tcp" | "udp" => text("port_range"),
            _ => ALL_PORTS.to_owned(),
        };
        Self {
            group: text("security_group_id"),
            egress: text("type") == "egress",
            ports,
            protocol,
            other_side: other_side(fields),
            policy: fields.str("policy").unwrap_or("accept").to_lowercase(),
            priority: fields.int("priority").unwrap_or(1).to_string(),
        }
    }

    /// Whether it is the one that was found.
    pub(super) fn is(&self, found: &types::Permission) -> bool {
        let (cidr, ipv6, group, list) = if self.egress {
            (
                &found.dest_cidr_ip,
                &found.ipv6_dest_cidr_ip,
                &found.dest_group_id,
                &found.dest_prefix_list_id,
            )
        } else {
            (
                &found.source_cidr_ip,
                &found.ipv6_source_cidr_ip,
                &found.source_group_id,
                &found.source_prefix_list_id,
            )
        };
        let same_side = [cidr, group, list]
            .iter()
            .any(|s| !s.is_empty() && **s == self.other_side)
            || (!ipv6.is_empty() && same_ipv6(ipv6, &self.other_side));
        let direction = if found.direction.is_empty() {
            same_side
        } else {
            (found.direction == "egress") == self.egress
        };
        direction
            && same_side
            && found.ip_protocol.to_lowercase() == self.protocol
            && found.port_range == self.ports
            && found.policy.to_lowercase() == self.policy
            && (found.priority == self.priority
                || (found.priority.is_empty() && self.priority == "1"))
    }
}

/// What is on the other side of a rule: a block, a group or a prefix list.
fn other_side(fields: Fields<'_>) -> String {
    [
        "cidr_ip",
        "ipv6_cidr_ip",
        "source_security_group_id",
        "prefix_list_id",
    ]
    .iter()
    .find_map(|n| fields.string(n))
    .unwrap_or_default()
}

/// The id of a rule.
pub(super) fn id_of(fields: Fields<'_>) -> String {
    let rule = Rule::of(fields);
    format!(
        "{}:{}:{}:{}:{}:{}:{}:{}",
        rule.group,
        if rule.egress { "egress" } else { "ingress" },
        rule.protocol,
        rule.ports,
        // Unknown until the cloud tells counts as not set, which is how the real provider writes it.
        fields.str("nic_type").unwrap_or("<nil>"),
        rule.other_side.replace(':', "_"),
        rule.policy,
        rule.priority
    )
}

/// The parts of an id, as attributes.
pub(super) fn parse_id(id: &str, base: &Object) -> Option<Object> {
    let parts: Vec<&str> = id.split(':').collect();
    let [
        group,
        direction,
        protocol,
        ports,
        nic,
        side,
        policy,
        priority,
    ] = parts[..]
    else {
        return None;
    };
    let priority: i64 = priority.parse().ok()?;
    let mut d = Draft::over(base);
    d.str("security_group_id", group);
    d.str("type", direction);
    d.str("ip_protocol", protocol);
    d.str("port_range", ports);
    if nic != "<nil>" {
        d.str("nic_type", nic);
    }
    let side_attr = if side.starts_with("sg-") {
        "source_security_group_id"
    } else if side.starts_with("pl-") {
        "prefix_list_id"
    } else if side.contains('_') {
        "ipv6_cidr_ip"
    } else {
        "cidr_ip"
    };
    d.str(side_attr, &side.replace('_', ":"));
    d.str("policy", policy);
    d.int("priority", priority);
    d.str("id", id);
    Some(d.into_object())
}

/// A rule as a request carries it.
pub(super) fn permission(fields: Fields<'_>) -> types::PermissionParams {
    let rule = Rule::of(fields);
    let base = types::PermissionParams {
        policy: Some(rule.policy),
        priority: Some(rule.priority),
        ip_protocol: Some(rule.protocol),
        port_range: Some(rule.ports),
        nic_type: fields.string("nic_type"),
        description: fields.string("description"),
        ..types::PermissionParams::default()
    };
    let (cidr, ipv6) = (fields.string("cidr_ip"), fields.string("ipv6_cidr_ip"));
    let (group, list) = (
        fields.string("source_security_group_id"),
        fields.string("prefix_list_id"),
    );
    let account = fields.string("source_group_owner_account");
    let owner = fields.string("source_group_owner_id");
    if rule.egress {
        types::PermissionParams {
            dest_cidr_ip: cidr,
            ipv6_dest_cidr_ip: ipv6,
            dest_group_id: group,
            dest_prefix_list_id: list,
            dest_group_owner_account: account,
            dest_group_owner_id: owner,
            ..base
        }
    } else {
        types::PermissionParams {
            source_cidr_ip: cidr,
            ipv6_source_cidr_ip: ipv6,
            source_group_id: group,
            source_prefix_list_id: list,
            source_group_owner_account: account,
            source_group_owner_id: owner,
            ..base
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::Batching;
    use cairn_value::{Type, Value};

    use super::super::table::table;
    use super::*;

    fn object(pairs: &[(&str, &str)]) -> Object {
        let schema = table().schema(0, Batching::default());
        let mut d = Draft::over(schema.block.empty_value().as_object().unwrap());
        for (k, v) in pairs {
            d.str(k, v);
        }
        d.int("priority", 1);
        d.into_object()
    }

    #[test]
    fn ids_are_those_of_the_real_provider() {
        let mut o = object(&[
            ("security_group_id", "sg-1"),
            ("type", "ingress"),
            ("ip_protocol", "tcp"),
            ("port_range", "22/22"),
            ("cidr_ip", "0.0.0.0/0"),
            ("policy", "accept"),
        ]);
        o.set("nic_type", Value::unknown(Type::String));
        let id = id_of(Fields::of(&o));
        assert_eq!(id, "sg-1:ingress:tcp:22/22:<nil>:0.0.0.0/0:accept:1");
        let empty = table().schema(0, Batching::default()).block.empty_value();
        let back = parse_id(&id, empty.as_object().unwrap()).unwrap();
        assert_eq!(Rule::of(Fields::of(&back)), Rule::of(Fields::of(&o)));
        assert!(parse_id("sg-1", empty.as_object().unwrap()).is_none());
    }

    #[test]
    fn rules_are_known_again_however_they_are_written() {
        let o = object(&[
            ("security_group_id", "sg-1"),
            ("type", "ingress"),
            ("ip_protocol", "tcp"),
            ("port_range", "22/22"),
            ("cidr_ip", "0.0.0.0/0"),
            ("policy", "accept"),
        ]);
        let rule = Rule::of(Fields::of(&o));
        let found = types::Permission {
            direction: "ingress".to_owned(),
            ip_protocol: "TCP".to_owned(),
            port_range: "22/22".to_owned(),
            source_cidr_ip: "0.0.0.0/0".to_owned(),
            policy: "Accept".to_owned(),
            priority: "1".to_owned(),
            ..types::Permission::default()
        };
        assert!(rule.is(&found));
        let other = types::Permission {
            direction: "egress".to_owned(),
            ..found.clone()
        };
        assert!(!rule.is(&other));
        let other = types::Permission {
            priority: "2".to_owned(),
            ..found
        };
        assert!(!rule.is(&other));
    }
}
