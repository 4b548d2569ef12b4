//! Decides what `alicloud_security_group_rule` is, with its arguments in `table` and what makes up a rule in `rule`: its id, which rules travel in one call, and how a rule is found among
//! those of its group.
//!
//! A rule has no name of its own: its id says all that makes it up, in the form that states of the real provider have
//! (`sg-1:ingress:tcp:22/22:<nil>:0.0.0.0/0:accept:1`, where `<nil>` stands for a network type that was not set). After a
//! lost answer it is looked for among the rules of its group.

mod rule;
mod table;

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
use crate::describe::{Draft, Fields, Planned, Table, attr_path};
use crate::grouping::{chunks_by_key, most_per_call};

use rule::{Rule, id_of, parse_id, permission};
use table::{ALL_PORTS, table};

/// `alicloud_security_group_rule`
pub(crate) struct SecurityGroupRule {
    table: Table,
}

impl SecurityGroupRule {
    pub(crate) fn new() -> Self {
        Self { table: table() }
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
