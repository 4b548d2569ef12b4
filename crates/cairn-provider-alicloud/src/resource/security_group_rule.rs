//! Decides what `alicloud_security_group_rule` is: its id, which rules travel in one call, and how a rule is found among
//! those of its group.
//!
//! A rule has no name of its own: its id says all that makes it up, in the form that states of the real provider have
//! (`sg-1:ingress:tcp:22/22:<nil>:0.0.0.0/0:accept:1`, where `<nil>` stands for a network type that was not set). After a
//! lost answer it is looked for among the rules of its group.

use std::collections::BTreeMap;

use async_trait::async_trait;
use cairn_model::{ApplyCall, ApplyKind, ApplyRequest, Batching, RemoteObject};
use cairn_provider::{ApplyResponse, Problem};
use cairn_value::{Object, Path, Value};
use ecs_api::rules::Profile;
use ecs_api::{ops, types};

use super::answers::{all_failed, answer_by_reading, half_updated};
use super::{Found, PlanContext, ReadItem, ResourceType, Why, by_table, planned, prior, prior_id};
use crate::client::{Client, ClientError};
use crate::describe::cidr::{same_ipv6, wrong_ipv6, wrong_rule_source};
use crate::describe::{Attr, Check, Draft, Fallback, Fields, Planned, Table, Ty, attr_path};
use crate::grouping::{chunks_by_key, most_per_call};

const ALL_PORTS: &str = "-1/-1";

/// `alicloud_security_group_rule`
pub(crate) struct SecurityGroupRule {
    table: Table,
}

impl SecurityGroupRule {
    pub(crate) fn new() -> Self {
        Self { table: table() }
    }
}

fn table() -> Table {
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

/// All that makes up a rule, as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rule {
    group: String,
    egress: bool,
    protocol: String,
    ports: String,
    other_side: String,
    policy: String,
    priority: String,
}

impl Rule {
    fn of(fields: Fields<'_>) -> Self {
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

    fn is(&self, found: &types::Permission) -> bool {
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
fn id_of(fields: Fields<'_>) -> String {
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
fn parse_id(id: &str, base: &Object) -> Option<Object> {
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

fn permission(fields: Fields<'_>) -> types::PermissionParams {
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

fn fields_of(request: &ApplyRequest) -> Fields<'_> {
    match request.kind {
        ApplyKind::Delete => prior(request),
        ApplyKind::Create | ApplyKind::Update => planned(request),
    }
}

#[async_trait]
impl ResourceType for SecurityGroupRule {
    fn ty(&self) -> &'static str {
        "alicloud_security_group_rule"
    }

    fn table(&self) -> &Table {
        &self.table
    }

    fn batching(&self) -> Batching {
        Batching {
            create: true,
            update: false,
            delete: true,
        }
    }

    fn validate(&self, config: Fields<'_>, _: Profile, problems: &mut Vec<Problem>) {
        let has_ports = matches!(config.str("ip_protocol"), Some("tcp" | "udp"));
        let all = config.value("port_range").is_none_or(|v| {
            v.is_null() || v.as_str().is_some_and(|s| s.is_empty() || s == ALL_PORTS)
        });
        if has_ports && all {
            problems.push(
                Problem::error(
                    "missing-argument",
                    "Missing argument",
                    "A rule for tcp or udp must say which ports it is for. Set port_range, such as \"80/80\", or \"1/65535\" for \
                     all.",
                )
                .at(attr_path("port_range")),
            );
        }
    }

    fn adjust(&self, context: &PlanContext<'_>, planned: &mut Planned) {
        let has_ports = matches!(context.config.str("ip_protocol"), Some("tcp" | "udp"));
        if context.prior.is_none() && !has_ports && !context.config.is_unknown("ip_protocol") {
            planned.object.set("port_range", Value::string(ALL_PORTS));
        }
    }

    fn operation(&self, request: &ApplyRequest) -> &'static str {
        let egress = fields_of(request).str("type") == Some("egress");
        match (request.kind, egress) {
            (ApplyKind::Create, false) => "AuthorizeSecurityGroup",
            (ApplyKind::Create, true) => "AuthorizeSecurityGroupEgress",
            (ApplyKind::Update, false) => "ModifySecurityGroupRule",
            (ApplyKind::Update, true) => "ModifySecurityGroupEgressRule",
            (ApplyKind::Delete, false) => "RevokeSecurityGroup",
            (ApplyKind::Delete, true) => "RevokeSecurityGroupEgress",
        }
    }

    /// Rules of one group and direction travel together, at most 100 a call.
    fn calls(&self, requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
        let updates = requests
            .first()
            .is_some_and(|r| r.kind == ApplyKind::Update);
        let most = if updates { 1 } else { most_per_call::RULES };
        chunks_by_key(requests, most, |r| {
            let fields = fields_of(r);
            (
                fields.value("security_group_id").cloned(),
                fields.value("type").cloned(),
            )
        })
    }

    fn attribute(&self, parameter: &str) -> Option<Path> {
        let last = parameter.rsplit('.').next().unwrap_or(parameter);
        by_table(
            &[
                ("IpProtocol", "ip_protocol"),
                ("PortRange", "port_range"),
                ("Policy", "policy"),
                ("Priority", "priority"),
                ("NicType", "nic_type"),
                ("Description", "description"),
                ("SourceCidrIp", "cidr_ip"),
                ("DestCidrIp", "cidr_ip"),
                ("Ipv6SourceCidrIp", "ipv6_cidr_ip"),
                ("Ipv6DestCidrIp", "ipv6_cidr_ip"),
                ("SourceGroupId", "source_security_group_id"),
                ("DestGroupId", "source_security_group_id"),
                ("SourcePrefixListId", "prefix_list_id"),
                ("DestPrefixListId", "prefix_list_id"),
                ("SecurityGroupId", "security_group_id"),
            ],
            last,
        )
    }

    /// One DescribeSecurityGroupAttribute per group tells of all its rules.
    async fn read(&self, client: &Client, items: Vec<ReadItem>) -> Vec<Found> {
        let bases: Vec<Option<Object>> = items
            .iter()
            .map(|item| {
                if item.why == Why::Import {
                    parse_id(&item.id, &item.base)
                } else {
                    Some(item.base.clone())
                }
            })
            .collect();
        let mut groups: Vec<String> = bases
            .iter()
            .flatten()
            .map(|b| Rule::of(Fields::of(b)).group)
            .collect();
        groups.sort();
        groups.dedup();
        let answers = client
            .fan_out(groups.clone(), |client, group| async move {
                rules_of(&client, &group).await
            })
            .await;
        let by_group: BTreeMap<String, _> = groups.into_iter().zip(answers).collect();
        bases
            .iter()
            .map(|base| {
                let Some(base) = base else {
                    return Ok(None);
                };
                let rule = Rule::of(Fields::of(base));
                match by_group.get(&rule.group) {
                    Some(Ok(found)) => {
                        Ok(found.iter().find(|p| rule.is(p)).map(|p| describe(base, p)))
                    }
                    Some(Err(error)) => Err(error.clone()),
                    None => Ok(None),
                }
            })
            .collect()
    }

    async fn create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let rule = Rule::of(planned(&call.requests[0]));
        let permissions = call
            .requests
            .iter()
            .map(|r| permission(planned(r)))
            .collect();
        let client_token = Some(call.token.0.to_string());
        let sent = if rule.egress {
            client
                .send(&ops::AuthorizeSecurityGroupEgress {
                    region_id: client.region(),
                    security_group_id: rule.group,
                    permissions,
                    client_token,
                    ..ops::AuthorizeSecurityGroupEgress::default()
                })
                .await
        } else {
            client
                .send(&ops::AuthorizeSecurityGroup {
                    region_id: client.region(),
                    security_group_id: rule.group,
                    permissions,
                    client_token,
                    ..ops::AuthorizeSecurityGroup::default()
                })
                .await
        };
        match sent {
            Ok(_) => self.answer(client, call).await,
            Err(error) => all_failed(call, &error, |p| self.attribute(p)),
        }
    }

    /// Only the description changes in place.
    async fn update(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let request = &call.requests[0];
        let new = planned(request);
        let rule = Rule::of(new);
        let security_group_rule_id = new.string("security_group_rule_id");
        let p = if security_group_rule_id.is_some() {
            types::PermissionParams::default()
        } else {
            permission(new)
        };
        let description = Some(new.string("description").unwrap_or_default());
        let sent = if rule.egress {
            client
                .send(&ops::ModifySecurityGroupEgressRule {
                    region_id: client.region(),
                    security_group_id: rule.group,
                    security_group_rule_id,
                    policy: p.policy,
                    priority: p.priority,
                    ip_protocol: p.ip_protocol,
                    port_range: p.port_range,
                    nic_type: p.nic_type,
                    dest_cidr_ip: p.dest_cidr_ip,
                    ipv6_dest_cidr_ip: p.ipv6_dest_cidr_ip,
                    dest_group_id: p.dest_group_id,
                    dest_prefix_list_id: p.dest_prefix_list_id,
                    description,
                    ..ops::ModifySecurityGroupEgressRule::default()
                })
                .await
        } else {
            client
                .send(&ops::ModifySecurityGroupRule {
                    region_id: client.region(),
                    security_group_id: rule.group,
                    security_group_rule_id,
                    policy: p.policy,
                    priority: p.priority,
                    ip_protocol: p.ip_protocol,
                    port_range: p.port_range,
                    nic_type: p.nic_type,
                    source_cidr_ip: p.source_cidr_ip,
                    ipv6_source_cidr_ip: p.ipv6_source_cidr_ip,
                    source_group_id: p.source_group_id,
                    source_prefix_list_id: p.source_prefix_list_id,
                    description,
                    ..ops::ModifySecurityGroupRule::default()
                })
                .await
        };
        match sent {
            Ok(_) => self.answer(client, call).await,
            Err(error) => half_updated(self, client, vec![(request, &error)]).await,
        }
    }

    async fn delete(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let rule = Rule::of(prior(&call.requests[0]));
        let permissions = call
            .requests
            .iter()
            .map(|r| types::PermissionParams {
                description: None,
                ..permission(prior(r))
            })
            .collect();
        let client_token = Some(call.token.0.to_string());
        let sent = if rule.egress {
            client
                .send(&ops::RevokeSecurityGroupEgress {
                    region_id: client.region(),
                    security_group_id: rule.group,
                    permissions,
                    client_token,
                    ..ops::RevokeSecurityGroupEgress::default()
                })
                .await
        } else {
            client
                .send(&ops::RevokeSecurityGroup {
                    region_id: client.region(),
                    security_group_id: rule.group,
                    permissions,
                    client_token,
                    ..ops::RevokeSecurityGroup::default()
                })
                .await
        };
        match sent {
            Ok(_) => call
                .requests
                .iter()
                .map(|_| ApplyResponse::Done(None, Vec::new()))
                .collect(),
            Err(e) if e.is_not_found() => call
                .requests
                .iter()
                .map(|_| ApplyResponse::Done(None, Vec::new()))
                .collect(),
            Err(error) => all_failed(call, &error, |p| self.attribute(p)),
        }
    }

    async fn recover_create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let items = call
            .requests
            .iter()
            .map(|r| super::answers::read_planned(r, &id_of(planned(r))))
            .collect();
        let found = self.read(client, items).await;
        found
            .into_iter()
            .map(|found| match found {
                Ok(Some(object)) => ApplyResponse::Done(Some(Box::new(object)), Vec::new()),
                Ok(None) => ApplyResponse::NotApplied(Vec::new()),
                Err(error) => ApplyResponse::Unsure(vec![error.problem(|p| self.attribute(p))]),
            })
            .collect()
    }
}

impl SecurityGroupRule {
    async fn answer(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        let ids: Vec<String> = call
            .requests
            .iter()
            .map(|r| match r.kind {
                // The id says how the rule was written when it was made, and stays.
                ApplyKind::Update => prior_id(r),
                ApplyKind::Create | ApplyKind::Delete => id_of(planned(r)),
            })
            .collect();
        answer_by_reading(self, client, &call.requests, &ids).await
    }
}

/// All rules of a group; none where the group is gone.
async fn rules_of(client: &Client, group: &str) -> Result<Vec<types::Permission>, ClientError> {
    let mut rules = Vec::new();
    let mut next_token = None;
    loop {
        let answer = client
            .send(&ops::DescribeSecurityGroupAttribute {
                region_id: client.region(),
                security_group_id: group.to_owned(),
                direction: Some("all".to_owned()),
                next_token: next_token.take(),
                max_results: Some(1000),
                ..ops::DescribeSecurityGroupAttribute::default()
            })
            .await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(e) if e.is_not_found() => return Ok(Vec::new()),
            Err(e) => return Err(e),
        };
        rules.extend(answer.permissions);
        if answer.next_token.is_empty() {
            return Ok(rules);
        }
        next_token = Some(answer.next_token);
    }
}

fn describe(base: &Object, found: &types::Permission) -> RemoteObject {
    let id = match base.get("id").and_then(Value::as_str) {
        Some(id) if !id.is_empty() => id.to_owned(),
        _ => id_of(Fields::of(base)),
    };
    let mut d = Draft::over(base);
    d.put("id", Value::string(id));
    d.str("security_group_rule_id", &found.security_group_rule_id);
    d.str("description", &found.description);
    d.str("nic_type", &found.nic_type);
    let list = if found.direction == "egress" {
        &found.dest_prefix_list_id
    } else {
        &found.source_prefix_list_id
    };
    d.str("prefix_list_id", list);
    d.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_value::Type;

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
