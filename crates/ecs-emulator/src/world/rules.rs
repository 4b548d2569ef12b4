//! Decides about the rules of security groups: which are well formed, when two are the same, which
//! of them an action means, and how they are shown.

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, AuthorizeSecurityGroup, AuthorizeSecurityGroupEgress,
    DescribeSecurityGroupAttribute, DescribeSecurityGroupAttributeResponse,
    ModifySecurityGroupEgressRule, ModifySecurityGroupRule, RevokeSecurityGroup,
    RevokeSecurityGroupEgress,
};
use ecs_api::types::{Permission, PermissionParams};

use super::{Context, Rule, SecurityGroup, World};
use crate::cidr::Cidr;
use crate::dispatch::Serve;
use crate::page::{Paging, Sizes, cut};
use crate::refuse;

const RULES: Sizes = Sizes {
    default: 500,
    most: 1000,
    least: 10,
};
/// How many rules a group may have.
const PER_GROUP: usize = 1000;
const PROTOCOLS: [&str; 6] = ["TCP", "UDP", "ICMP", "ICMPV6", "GRE", "ALL"];

/// Known clients write this where they have nothing.
fn given(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str)
        .filter(|text| !text.is_empty() && *text != "<nil>")
}

fn malformed(parameter: &str) -> ApiError {
    refuse::bad(
        &format!("Invalid{parameter}.Malformed"),
        format!("The specified parameter {parameter} is not valid."),
    )
}

fn check_ports(protocol: &str, text: &str) -> Result<(), ApiError> {
    let ports = text.split_once('/').and_then(|(from, to)| {
        Some((
            from.trim().parse::<i32>().ok()?,
            to.trim().parse::<i32>().ok()?,
        ))
    });
    let valid = match ports {
        Some((-1, -1)) => true,
        Some((from, to)) => {
            matches!(protocol, "TCP" | "UDP")
                && (1..=65_535).contains(&from)
                && (1..=65_535).contains(&to)
                && from <= to
        }
        None => false,
    };
    if valid {
        Ok(())
    } else {
        Err(malformed("PortRange"))
    }
}

fn check_block(text: &str, parameter: &str) -> Result<(), ApiError> {
    let block = if text.contains('/') {
        text.to_owned()
    } else {
        format!("{text}/32")
    };
    if Cidr::parse(&block).is_some() {
        Ok(())
    } else {
        Err(malformed(parameter))
    }
}

impl World {
    /// Reads a rule to be added: checked, with its defaults filled in, as yet without an id.
    fn read_rule(
        &self,
        context: &Context,
        group: &SecurityGroup,
        ingress: bool,
        params: &PermissionParams,
    ) -> Result<Rule, ApiError> {
        let protocol = given(params.ip_protocol.as_ref())
            .ok_or_else(|| refuse::missing("IpProtocol"))?
            .to_ascii_uppercase();
        if !PROTOCOLS.contains(&protocol.as_str()) {
            return Err(refuse::bad(
                "InvalidIpProtocol.ValueNotSupported",
                "The specified IpProtocol does not exist or is not supported.",
            ));
        }
        let ports = given(params.port_range.as_ref())
            .unwrap_or("-1/-1")
            .to_owned();
        if ports == "-1/-1"
            && matches!(protocol.as_str(), "TCP" | "UDP")
            && params.port_range.is_none()
        {
            return Err(refuse::missing("PortRange"));
        }
        check_ports(&protocol, &ports)?;
        let policy = match given(params.policy.as_ref()) {
            None => "Accept",
            Some(text) if text.eq_ignore_ascii_case("accept") => "Accept",
            Some(text) if text.eq_ignore_ascii_case("drop") => "Drop",
            Some(_) => return Err(malformed("Policy")),
        };
        let priority = match given(params.priority.as_ref()) {
            None => 1,
            Some(text) => text
                .parse()
                .ok()
                .filter(|priority| (1..=100).contains(priority))
                .ok_or_else(|| malformed("Priority"))?,
        };
        let far = Far::of(params, ingress);
        let count = [far.cidr, far.ipv6_cidr, far.group, far.prefix_list]
            .iter()
            .flatten()
            .count();
        if count == 0 {
            let name = if ingress {
                "SourceCidrIp"
            } else {
                "DestCidrIp"
            };
            return Err(refuse::missing(name));
        }
        if let Some(block) = far.cidr {
            check_block(
                block,
                if ingress {
                    "SourceCidrIp"
                } else {
                    "DestCidrIp"
                },
            )?;
        }
        if let Some(other) = far.group
            && far.group_owner.is_none()
        {
            let known = self
                .tables
                .security_groups
                .get(other)
                .is_some_and(|other| context.sees(&other.region) && other.vpc == group.vpc);
            if !known {
                let code = if ingress {
                    "InvalidSourceGroupId.NotFound"
                } else {
                    "InvalidDestGroupId.NotFound"
                };
                return Err(refuse::not_found(
                    code,
                    "The specified security group does not exist.",
                ));
            }
        }
        let text = |value: Option<&str>| value.unwrap_or("").to_owned();
        let near = Far::of(params, !ingress);
        Ok(Rule {
            id: String::new(),
            ingress,
            protocol,
            ports,
            source_ports: text(given(params.source_port_range.as_ref())),
            cidr: text(far.cidr),
            ipv6_cidr: text(far.ipv6_cidr),
            group: text(far.group),
            prefix_list: text(far.prefix_list),
            group_owner: text(far.group_owner),
            near_cidr: text(near.cidr),
            near_ipv6_cidr: text(near.ipv6_cidr),
            policy: policy.to_owned(),
            priority,
            nic_type: if group.vpc.is_empty() {
                given(params.nic_type.as_ref())
                    .unwrap_or("internet")
                    .to_owned()
            } else {
                "intranet".to_owned()
            },
            description: text(given(params.description.as_ref())),
            created: context.now,
        })
    }

    fn authorize(
        &mut self,
        context: &Context,
        group: &str,
        ingress: bool,
        params: &[PermissionParams],
    ) -> Result<Acknowledged, ApiError> {
        let row = self.group(context, group)?;
        if params.is_empty() {
            return Err(refuse::missing("Permissions.1.IpProtocol"));
        }
        let mut added: Vec<Rule> = Vec::new();
        for params in params {
            let rule = self.read_rule(context, row, ingress, params)?;
            // A rule that is there already is no error, and no second rule.
            if !row
                .rules
                .iter()
                .chain(&added)
                .any(|other| same(other, &rule))
            {
                added.push(rule);
            }
        }
        if row.rules.len() + added.len() > PER_GROUP {
            return Err(refuse::forbidden(
                "AuthorizationLimitExceed",
                "The limit of authorization records in the security group reaches.",
            ));
        }
        for rule in &mut added {
            rule.id = self.ids.next("sgr");
        }
        self.group_mut(context, group)?.rules.extend(added);
        Ok(Acknowledged::default())
    }

    fn revoke(
        &mut self,
        context: &Context,
        group: &str,
        ingress: bool,
        ids: &[String],
        params: &[PermissionParams],
    ) -> Result<Acknowledged, ApiError> {
        let row = self.group(context, group)?;
        for id in ids {
            if !row
                .rules
                .iter()
                .any(|rule| rule.id == *id && rule.ingress == ingress)
            {
                return Err(no_rule());
            }
        }
        if ids.is_empty() && params.is_empty() {
            return Err(refuse::missing("SecurityGroupRuleId.1"));
        }
        self.group_mut(context, group)?.rules.retain(|rule| {
            let meant = ids.contains(&rule.id)
                || params
                    .iter()
                    .any(|params| rule.ingress == ingress && means(params, rule));
            !meant
        });
        Ok(Acknowledged::default())
    }

    /// Changes the rule with that id, or the description of the rule that the parameters mean.
    fn modify(
        &mut self,
        context: &Context,
        group: &str,
        ingress: bool,
        id: Option<&String>,
        params: Option<&PermissionParams>,
    ) -> Result<Acknowledged, ApiError> {
        let row = self.group(context, group)?;
        let params = params.cloned().unwrap_or_default();
        let position = match given(id) {
            Some(id) => row
                .rules
                .iter()
                .position(|rule| rule.id == id && rule.ingress == ingress),
            None => row
                .rules
                .iter()
                .position(|rule| rule.ingress == ingress && means(&params, rule)),
        }
        .ok_or_else(no_rule)?;
        let old = &row.rules[position];
        let new = if given(id).is_some() {
            let merged = merge(old, &params, ingress);
            let mut rule = self.read_rule(context, row, ingress, &merged)?;
            rule.created = old.created;
            rule
        } else {
            let description =
                given(params.description.as_ref()).map_or_else(String::new, str::to_owned);
            Rule {
                description,
                ..old.clone()
            }
        };
        let new = Rule {
            id: old.id.clone(),
            ..new
        };
        self.group_mut(context, group)?.rules[position] = new;
        Ok(Acknowledged::default())
    }
}

fn no_rule() -> ApiError {
    refuse::not_found(
        "InvalidSecurityGroupRuleId.NotFound",
        "The specified security group rule does not exist.",
    )
}

/// One side of a rule: the far one decides, the near one rarely says anything.
#[derive(Clone, Copy)]
struct Far<'a> {
    cidr: Option<&'a str>,
    ipv6_cidr: Option<&'a str>,
    group: Option<&'a str>,
    prefix_list: Option<&'a str>,
    group_owner: Option<&'a str>,
}

impl<'a> Far<'a> {
    fn of(params: &'a PermissionParams, source: bool) -> Self {
        if source {
            Self {
                cidr: given(params.source_cidr_ip.as_ref()),
                ipv6_cidr: given(params.ipv6_source_cidr_ip.as_ref()),
                group: given(params.source_group_id.as_ref()),
                prefix_list: given(params.source_prefix_list_id.as_ref()),
                group_owner: given(params.source_group_owner_account.as_ref())
                    .or_else(|| given(params.source_group_owner_id.as_ref())),
            }
        } else {
            Self {
                cidr: given(params.dest_cidr_ip.as_ref()),
                ipv6_cidr: given(params.ipv6_dest_cidr_ip.as_ref()),
                group: given(params.dest_group_id.as_ref()),
                prefix_list: given(params.dest_prefix_list_id.as_ref()),
                group_owner: given(params.dest_group_owner_account.as_ref())
                    .or_else(|| given(params.dest_group_owner_id.as_ref())),
            }
        }
    }
}

/// Whether two rules are the same but for id, description and age.
fn same(a: &Rule, b: &Rule) -> bool {
    let bare = |rule: &Rule| Rule {
        id: String::new(),
        description: String::new(),
        created: crate::time::Moment::default(),
        ..rule.clone()
    };
    bare(a) == bare(b)
}

/// Whether the parameters of a revocation mean the rule: what they name must be equal.
fn means(params: &PermissionParams, rule: &Rule) -> bool {
    let far = Far::of(params, rule.ingress);
    let is = |wanted: Option<&str>, value: &str| wanted.unwrap_or("") == value;
    given(params.ip_protocol.as_ref()).is_some_and(|p| p.eq_ignore_ascii_case(&rule.protocol))
        && is(
            Some(given(params.port_range.as_ref()).unwrap_or("-1/-1")),
            &rule.ports,
        )
        && is(far.cidr, &rule.cidr)
        && is(far.ipv6_cidr, &rule.ipv6_cidr)
        && is(far.group, &rule.group)
        && is(far.prefix_list, &rule.prefix_list)
        && given(params.policy.as_ref())
            .unwrap_or("accept")
            .eq_ignore_ascii_case(&rule.policy)
        && given(params.priority.as_ref()).is_none_or(|p| p == rule.priority.to_string())
        && given(params.source_port_range.as_ref()).is_none_or(|p| p == rule.source_ports)
}

/// The old rule's parameters with those of the request over them.
fn merge(old: &Rule, params: &PermissionParams, ingress: bool) -> PermissionParams {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let or = |new: Option<&String>, old: &str| given(new).map(str::to_owned).or_else(|| some(old));
    let far = Far::of(params, ingress);
    let named = [far.cidr, far.ipv6_cidr, far.group, far.prefix_list]
        .iter()
        .flatten()
        .next()
        .is_some();
    let keep = |new: Option<&str>, old: &str| {
        if named {
            new.map(str::to_owned)
        } else {
            some(old)
        }
    };
    let (cidr, ipv6, group, list) = (
        keep(far.cidr, &old.cidr),
        keep(far.ipv6_cidr, &old.ipv6_cidr),
        keep(far.group, &old.group),
        keep(far.prefix_list, &old.prefix_list),
    );
    let mut merged = PermissionParams {
        policy: or(params.policy.as_ref(), &old.policy),
        priority: or(params.priority.as_ref(), &old.priority.to_string()),
        ip_protocol: or(params.ip_protocol.as_ref(), &old.protocol),
        port_range: or(params.port_range.as_ref(), &old.ports),
        source_port_range: or(params.source_port_range.as_ref(), &old.source_ports),
        description: params
            .description
            .clone()
            .or_else(|| some(&old.description)),
        nic_type: some(&old.nic_type),
        ..PermissionParams::default()
    };
    if ingress {
        merged.source_cidr_ip = cidr;
        merged.ipv6_source_cidr_ip = ipv6;
        merged.source_group_id = group;
        merged.source_prefix_list_id = list;
    } else {
        merged.dest_cidr_ip = cidr;
        merged.ipv6_dest_cidr_ip = ipv6;
        merged.dest_group_id = group;
        merged.dest_prefix_list_id = list;
    }
    merged
}

impl Serve<AuthorizeSecurityGroup> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: AuthorizeSecurityGroup,
    ) -> Result<Acknowledged, ApiError> {
        self.authorize(context, &op.security_group_id, true, &op.rules())
    }
}

impl Serve<AuthorizeSecurityGroupEgress> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: AuthorizeSecurityGroupEgress,
    ) -> Result<Acknowledged, ApiError> {
        self.authorize(context, &op.security_group_id, false, &op.rules())
    }
}

impl Serve<RevokeSecurityGroup> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: RevokeSecurityGroup,
    ) -> Result<Acknowledged, ApiError> {
        let ids = &op.security_group_rule_ids;
        self.revoke(context, &op.security_group_id, true, ids, &op.rules())
    }
}

impl Serve<RevokeSecurityGroupEgress> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: RevokeSecurityGroupEgress,
    ) -> Result<Acknowledged, ApiError> {
        let ids = &op.security_group_rule_ids;
        self.revoke(context, &op.security_group_id, false, ids, &op.rules())
    }
}

impl Serve<ModifySecurityGroupRule> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifySecurityGroupRule,
    ) -> Result<Acknowledged, ApiError> {
        let (id, rule) = (op.security_group_rule_id.as_ref(), op.flat_rule());
        self.modify(context, &op.security_group_id, true, id, rule.as_ref())
    }
}

impl Serve<ModifySecurityGroupEgressRule> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifySecurityGroupEgressRule,
    ) -> Result<Acknowledged, ApiError> {
        let (id, rule) = (op.security_group_rule_id.as_ref(), op.flat_rule());
        self.modify(context, &op.security_group_id, false, id, rule.as_ref())
    }
}

impl Serve<DescribeSecurityGroupAttribute> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeSecurityGroupAttribute,
    ) -> Result<DescribeSecurityGroupAttributeResponse, ApiError> {
        let group = self.group(context, &op.security_group_id)?;
        let direction = given(op.direction.as_ref())
            .unwrap_or("all")
            .to_ascii_lowercase();
        let paging = Paging::by_token(op.next_token.as_deref(), op.max_results, RULES)?;
        let rows = (0..)
            .zip(&group.rules)
            .filter(|(_, rule)| match direction.as_str() {
                "ingress" => rule.ingress,
                "egress" => !rule.ingress,
                _ => true,
            })
            .map(|(number, rule)| (u64::MAX - number, rule))
            .collect();
        let page = cut(rows, paging);
        let name_of = |id: &str| {
            self.tables
                .security_groups
                .get(id)
                .map_or_else(String::new, |group| group.name.clone())
        };
        Ok(DescribeSecurityGroupAttributeResponse {
            region_id: group.region.clone(),
            vpc_id: group.vpc.clone(),
            security_group_id: group.id.clone(),
            security_group_name: group.name.clone(),
            description: group.description.clone(),
            inner_access_policy: group.inner_access.clone(),
            permissions: page
                .rows
                .iter()
                .map(|rule| describe(rule, &name_of(&rule.group)))
                .collect(),
            next_token: page.next_token,
            ..DescribeSecurityGroupAttributeResponse::default()
        })
    }
}

fn describe(rule: &Rule, group_name: &str) -> Permission {
    let mut permission = Permission {
        security_group_rule_id: rule.id.clone(),
        direction: if rule.ingress { "ingress" } else { "egress" }.to_owned(),
        policy: rule.policy.clone(),
        priority: rule.priority.to_string(),
        ip_protocol: rule.protocol.clone(),
        port_range: rule.ports.clone(),
        source_port_range: rule.source_ports.clone(),
        nic_type: rule.nic_type.clone(),
        description: rule.description.clone(),
        create_time: rule.created.to_seconds_text(),
        ..Permission::default()
    };
    if rule.ingress {
        permission.source_cidr_ip.clone_from(&rule.cidr);
        permission.ipv6_source_cidr_ip.clone_from(&rule.ipv6_cidr);
        permission.source_group_id.clone_from(&rule.group);
        permission
            .source_group_owner_account
            .clone_from(&rule.group_owner);
        permission
            .source_prefix_list_id
            .clone_from(&rule.prefix_list);
        group_name.clone_into(&mut permission.source_group_name);
        permission.dest_cidr_ip.clone_from(&rule.near_cidr);
        permission
            .ipv6_dest_cidr_ip
            .clone_from(&rule.near_ipv6_cidr);
    } else {
        permission.dest_cidr_ip.clone_from(&rule.cidr);
        permission.ipv6_dest_cidr_ip.clone_from(&rule.ipv6_cidr);
        permission.dest_group_id.clone_from(&rule.group);
        permission
            .dest_group_owner_account
            .clone_from(&rule.group_owner);
        permission.dest_prefix_list_id.clone_from(&rule.prefix_list);
        group_name.clone_into(&mut permission.dest_group_name);
        permission.source_cidr_ip.clone_from(&rule.near_cidr);
        permission
            .ipv6_source_cidr_ip
            .clone_from(&rule.near_ipv6_cidr);
    }
    permission
}
