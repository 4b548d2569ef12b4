//! Decides about security groups and who is in them. Their rules are in `rules`.

use std::collections::HashMap;

use ecs_api::ApiError;
use ecs_api::ops::{
    Acknowledged, CreateSecurityGroup, CreateSecurityGroupResponse, DeleteSecurityGroup,
    DescribeSecurityGroups, DescribeSecurityGroupsResponse, JoinSecurityGroup, LeaveSecurityGroup,
    ModifySecurityGroupAttribute, ModifySecurityGroupPolicy,
};
use ecs_api::types::SecurityGroup as Described;

use super::filters::{ecs_tags, has_tags, is, is_like, wildcard};
use super::{Context, SecurityGroup, World};
use crate::dispatch::Serve;
use crate::lifecycle::{Order, check};
use crate::page::{Paging, UP_TO_100, cut, select};
use crate::refuse;

/// How many groups an instance may be in.
const PER_INSTANCE: usize = 5;

impl World {
    pub(super) fn group(&self, context: &Context, id: &str) -> Result<&SecurityGroup, ApiError> {
        self.tables
            .security_groups
            .get(id)
            .filter(|group| context.sees(&group.region))
            .ok_or_else(refuse::no_group)
    }

    pub(super) fn group_mut(
        &mut self,
        context: &Context,
        id: &str,
    ) -> Result<&mut SecurityGroup, ApiError> {
        self.group(context, id)?;
        self.tables
            .security_groups
            .get_mut(id)
            .ok_or_else(refuse::no_group)
    }

    /// How many instances are in the group.
    pub(super) fn members_of(&self, group: &str) -> i64 {
        let is_member =
            |instance: &&super::Instance| instance.security_groups.iter().any(|id| id == group);
        self.tables.instances.iter().filter(is_member).count() as i64
    }

    /// How many instances the group takes.
    pub(super) fn group_limit(&self, group: &str) -> i64 {
        let quotas = &self.catalogue.quotas;
        match self.tables.security_groups.get(group) {
            Some(group) if group.kind == "enterprise" => quotas.instances_per_enterprise_group,
            _ => quotas.instances_per_security_group,
        }
    }

    /// Whether the instance can be moved into exactly these groups.
    pub(super) fn check_groups(
        &self,
        context: &Context,
        instance: &str,
        groups: &[String],
    ) -> Result<(), ApiError> {
        let instance = self.instance(context, instance)?;
        if groups.len() > PER_INSTANCE {
            return Err(too_many_groups());
        }
        for group in groups {
            let group = self.group(context, group)?;
            if group.vpc != instance.vpc {
                return Err(refuse::bad(
                    "InvalidParameter.Mismatch",
                    "The specified security group and instance are not in the same VPC.",
                ));
            }
        }
        Ok(())
    }

    /// Puts the instance and its primary interface into exactly these groups.
    pub(super) fn set_groups(&mut self, instance: &str, groups: &[String]) {
        let Some(row) = self.tables.instances.get_mut(instance) else {
            return;
        };
        row.security_groups = groups.to_vec();
        let primary = row.primary_interface().to_owned();
        if let Some(nic) = self.tables.interfaces.get_mut(&primary) {
            nic.security_groups = groups.to_vec();
        }
    }
}

fn too_many_groups() -> ApiError {
    refuse::forbidden(
        "InstanceSecurityGroupLimitExceed",
        "The maximum number of security groups per instance is exceeded.",
    )
}

impl Serve<CreateSecurityGroup> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: CreateSecurityGroup,
    ) -> Result<CreateSecurityGroupResponse, ApiError> {
        let vpc = op.vpc_id.unwrap_or_default();
        if !vpc.is_empty() {
            self.vpc(context, &vpc)?;
        }
        let id = self.next_id("sg");
        self.tables.security_groups.insert(SecurityGroup {
            id: id.clone(),
            region: context.region.clone(),
            vpc,
            name: op.security_group_name.unwrap_or_default(),
            description: op.description.unwrap_or_default(),
            kind: op
                .security_group_type
                .filter(|kind| !kind.is_empty())
                .unwrap_or_else(|| "normal".to_owned()),
            inner_access: "Accept".to_owned(),
            created: context.now,
            resource_group: op.resource_group_id.unwrap_or_default(),
            rules: Vec::new(),
            tags: op
                .tags
                .into_iter()
                .map(|tag| (tag.key, tag.value))
                .collect(),
        });
        Ok(CreateSecurityGroupResponse {
            security_group_id: id,
            ..CreateSecurityGroupResponse::default()
        })
    }
}

impl Serve<DeleteSecurityGroup> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DeleteSecurityGroup,
    ) -> Result<Acknowledged, ApiError> {
        let id = &op.security_group_id;
        self.group(context, id)?;
        if self
            .tables
            .interfaces
            .iter()
            .any(|nic| nic.security_groups.contains(id))
        {
            return Err(refuse::in_use(
                "There is still instance(s) in the specified security group.",
            ));
        }
        let named = self
            .tables
            .security_groups
            .iter()
            .any(|other| other.id != *id && other.rules.iter().any(|rule| rule.group == *id));
        if named {
            return Err(refuse::in_use(
                "The specified security group is authorized by another group.",
            ));
        }
        self.tables.security_groups.remove(id);
        Ok(Acknowledged::default())
    }
}

impl Serve<ModifySecurityGroupAttribute> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifySecurityGroupAttribute,
    ) -> Result<Acknowledged, ApiError> {
        let group = self.group_mut(context, &op.security_group_id)?;
        if let Some(name) = op.security_group_name {
            group.name = name;
        }
        if let Some(description) = op.description {
            group.description = description;
        }
        Ok(Acknowledged::default())
    }
}

impl Serve<ModifySecurityGroupPolicy> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: ModifySecurityGroupPolicy,
    ) -> Result<Acknowledged, ApiError> {
        let policy = if op.inner_access_policy.eq_ignore_ascii_case("drop") {
            "Drop"
        } else if op.inner_access_policy.eq_ignore_ascii_case("accept") {
            "Accept"
        } else {
            return Err(refuse::bad(
                "InvalidPolicy.Malformed",
                "The specified parameter InnerAccessPolicy is not valid.",
            ));
        };
        policy.clone_into(&mut self.group_mut(context, &op.security_group_id)?.inner_access);
        Ok(Acknowledged::default())
    }
}

impl Serve<DescribeSecurityGroups> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeSecurityGroups,
    ) -> Result<DescribeSecurityGroupsResponse, ApiError> {
        let paging = Paging::either(
            op.page_number,
            op.page_size,
            op.next_token.as_deref(),
            op.max_results,
            UP_TO_100,
        )?;
        let mut ids = op.security_group_ids.as_ref().map(|list| list.0.clone());
        if let Some(id) = op.security_group_id.as_ref().filter(|id| !id.is_empty()) {
            ids.get_or_insert_default().push(id.clone());
        }
        let fuzzy = op.fuzzy_query == Some(true);
        let keep = |group: &SecurityGroup| {
            let name_fits = match op.security_group_name.as_ref().filter(|n| !n.is_empty()) {
                Some(name) if fuzzy => wildcard(&format!("*{name}*"), &group.name),
                name => is_like(name, &group.name),
            };
            context.sees(&group.region)
                && name_fits
                && is(op.security_group_type.as_ref(), &group.kind)
                && is(op.vpc_id.as_ref(), &group.vpc)
                && is(
                    op.network_type.as_ref(),
                    if group.vpc.is_empty() {
                        "classic"
                    } else {
                        "vpc"
                    },
                )
                && is(op.resource_group_id.as_ref(), &group.resource_group)
                && has_tags(&group.tags, &op.tags)
        };
        let page = cut(
            select(&self.tables.security_groups, ids.as_deref(), keep),
            paging,
        );
        if op.dry_run == Some(true) {
            return Err(refuse::dry_run());
        }
        let mut members: HashMap<&str, i64> = HashMap::new();
        for instance in self.tables.instances.iter() {
            for group in &instance.security_groups {
                *members.entry(group).or_default() += 1;
            }
        }
        let describe = |group: &SecurityGroup| {
            let members = members.get(group.id.as_str()).copied().unwrap_or(0);
            Described {
                security_group_id: group.id.clone(),
                security_group_name: group.name.clone(),
                description: group.description.clone(),
                security_group_type: group.kind.clone(),
                vpc_id: group.vpc.clone(),
                resource_group_id: group.resource_group.clone(),
                creation_time: group.created.to_seconds_text(),
                available_instance_amount: self.group_limit(&group.id) - members,
                ecs_count: members,
                rule_count: group.rules.len() as i64,
                group_to_group_rule_count: group
                    .rules
                    .iter()
                    .filter(|r| !r.group.is_empty())
                    .count() as i64,
                tags: ecs_tags(&group.tags),
                ..Described::default()
            }
        };
        Ok(DescribeSecurityGroupsResponse {
            region_id: context.region.clone(),
            security_groups: page.rows.iter().map(|group| describe(group)).collect(),
            next_token: page.next_token,
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeSecurityGroupsResponse::default()
        })
    }
}

impl World {
    /// The groups of an instance or of an interface, whichever is named, and the instance.
    fn groups_of(
        &self,
        context: &Context,
        instance: Option<&String>,
        interface: Option<&String>,
    ) -> Result<Member, ApiError> {
        if let Some(id) = instance.filter(|id| !id.is_empty()) {
            let instance = self.instance(context, id)?;
            check(Order::WhenSettled, instance.status(context.now))?;
            return Ok(Member {
                groups: instance.security_groups.clone(),
                vpc: instance.vpc.clone(),
                instance: id.clone(),
                interface: instance.primary_interface().to_owned(),
            });
        }
        let id = interface
            .filter(|id| !id.is_empty())
            .ok_or_else(|| refuse::missing("InstanceId"))?;
        let nic = self
            .tables
            .interfaces
            .get(id)
            .filter(|nic| context.sees(&nic.region))
            .ok_or_else(|| {
                refuse::not_found(
                    "InvalidEniId.NotFound",
                    "The specified network interface does not exist.",
                )
            })?;
        Ok(Member {
            groups: nic.security_groups.clone(),
            vpc: nic.vpc.clone(),
            instance: if nic.primary {
                nic.instance.clone()
            } else {
                String::new()
            },
            interface: id.clone(),
        })
    }

    fn put_in_groups(&mut self, member: &Member) {
        if let Some(nic) = self.tables.interfaces.get_mut(&member.interface) {
            nic.security_groups.clone_from(&member.groups);
        }
        if let Some(instance) = self.tables.instances.get_mut(&member.instance) {
            instance.security_groups.clone_from(&member.groups);
        }
    }
}

/// What joins or leaves a group.
struct Member {
    groups: Vec<String>,
    vpc: String,
    /// Empty for a secondary interface.
    instance: String,
    interface: String,
}

impl Serve<JoinSecurityGroup> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: JoinSecurityGroup,
    ) -> Result<Acknowledged, ApiError> {
        let group = self.group(context, &op.security_group_id)?;
        let mut member = self.groups_of(
            context,
            op.instance_id.as_ref(),
            op.network_interface_id.as_ref(),
        )?;
        if group.vpc != member.vpc {
            return Err(refuse::bad(
                "InvalidParameter.Mismatch",
                "The specified security group and instance are not in the same VPC.",
            ));
        }
        if member.groups.contains(&op.security_group_id) {
            return Err(refuse::forbidden(
                "InvalidInstanceId.AlreadyExists",
                "The specified instance already exists in the specified security group.",
            ));
        }
        if member.groups.len() >= PER_INSTANCE {
            return Err(too_many_groups());
        }
        if self.members_of(&op.security_group_id) >= self.group_limit(&op.security_group_id) {
            return Err(refuse::known("SecurityGroupInstanceLimitExceed"));
        }
        member.groups.push(op.security_group_id);
        self.put_in_groups(&member);
        Ok(Acknowledged::default())
    }
}

impl Serve<LeaveSecurityGroup> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: LeaveSecurityGroup,
    ) -> Result<Acknowledged, ApiError> {
        self.group(context, &op.security_group_id)?;
        let mut member = self.groups_of(
            context,
            op.instance_id.as_ref(),
            op.network_interface_id.as_ref(),
        )?;
        if !member.groups.contains(&op.security_group_id) {
            return Err(refuse::forbidden(
                "InstanceNotInSecurityGroup",
                "The specified instance is not in the specified security group.",
            ));
        }
        if member.groups.len() == 1 {
            return Err(refuse::forbidden(
                "InstanceLastSecurityGroup",
                "The specified security group is the last one of the instance.",
            ));
        }
        member.groups.retain(|group| *group != op.security_group_id);
        self.put_in_groups(&member);
        Ok(Acknowledged::default())
    }
}
