//! Security groups, their rules, and the instances in them. A rule comes as `Permissions.N.*`, or in
//! the older form as parameters of the request itself; `rules()` gives both as one list.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::Acknowledged;
use crate::params::JsonList;
use crate::rules;
use crate::types::{Permission, PermissionParams, SecurityGroup, Tag, TagFilter, listed};

operations! {
    /// With `vpc_id` a group of that VPC.
    CreateSecurityGroup(Ecs, ByToken) -> CreateSecurityGroupResponse, check rules::create_security_group {
        region_id: String,
        vpc_id: Option<String>,
        security_group_name: Option<String>,
        description: Option<String>,
        /// `normal` or `enterprise`.
        security_group_type: Option<String>,
        resource_group_id: Option<String>,
        service_managed: Option<bool>,
        tags as "Tag": Vec<Tag>,
        client_token: Option<String>,
    }

    /// Fails while an instance or another group's rule uses it.
    DeleteSecurityGroup(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        security_group_id: String,
    }

    ModifySecurityGroupAttribute(Ecs, ByNature) -> Acknowledged, check rules::modify_security_group_attribute {
        region_id: String,
        security_group_id: String,
        security_group_name: Option<String>,
        description: Option<String>,
    }

    /// Whether instances of the group reach each other.
    ModifySecurityGroupPolicy(Ecs, ByNature) -> Acknowledged, check rules::modify_security_group_policy {
        region_id: String,
        security_group_id: String,
        /// `Accept` or `Drop`.
        inner_access_policy: String,
        client_token: Option<String>,
    }

    /// By ids (at most 100) or conditions; 100 a page at most.
    DescribeSecurityGroups(Ecs, ByNature) -> DescribeSecurityGroupsResponse, check rules::describe_security_groups {
        region_id: String,
        security_group_ids: Option<JsonList<String>>,
        security_group_id: Option<String>,
        security_group_name: Option<String>,
        security_group_type: Option<String>,
        vpc_id: Option<String>,
        network_type: Option<String>,
        resource_group_id: Option<String>,
        service_managed: Option<bool>,
        fuzzy_query: Option<bool>,
        is_query_ecs_count: Option<bool>,
        tags as "Tag": Vec<TagFilter>,
        dry_run: Option<bool>,
        page_number: Option<i64>,
        page_size: Option<i64>,
        next_token: Option<String>,
        max_results: Option<i64>,
    }

    /// A group with its rules, 500 a page if not told otherwise.
    DescribeSecurityGroupAttribute(Ecs, ByNature) -> DescribeSecurityGroupAttributeResponse {
        region_id: String,
        security_group_id: String,
        /// Known clients send `<nil>` here; it counts as absent.
        nic_type: Option<String>,
        /// `egress`, `ingress` or `all`.
        direction: Option<String>,
        next_token: Option<String>,
        max_results: Option<i64>,
        attribute: Option<String>,
    }

    /// Adds rules for traffic into the group, at most 100.
    AuthorizeSecurityGroup(Ecs, ByToken) -> Acknowledged, check rules::authorize {
        region_id: String,
        security_group_id: String,
        permissions: Vec<PermissionParams>,
        policy: Option<String>,
        priority: Option<String>,
        ip_protocol: Option<String>,
        port_range: Option<String>,
        port_range_list_id: Option<String>,
        source_port_range: Option<String>,
        nic_type: Option<String>,
        description: Option<String>,
        source_cidr_ip: Option<String>,
        ipv6_source_cidr_ip: Option<String>,
        source_group_id: Option<String>,
        source_group_owner_account: Option<String>,
        source_group_owner_id: Option<String>,
        source_prefix_list_id: Option<String>,
        dest_cidr_ip: Option<String>,
        ipv6_dest_cidr_ip: Option<String>,
        dest_group_id: Option<String>,
        dest_group_owner_account: Option<String>,
        dest_group_owner_id: Option<String>,
        dest_prefix_list_id: Option<String>,
        client_token: Option<String>,
    }

    /// Adds rules for traffic out of the group, at most 100.
    AuthorizeSecurityGroupEgress(Ecs, ByToken) -> Acknowledged, check rules::authorize_egress {
        region_id: String,
        security_group_id: String,
        permissions: Vec<PermissionParams>,
        policy: Option<String>,
        priority: Option<String>,
        ip_protocol: Option<String>,
        port_range: Option<String>,
        port_range_list_id: Option<String>,
        source_port_range: Option<String>,
        nic_type: Option<String>,
        description: Option<String>,
        source_cidr_ip: Option<String>,
        ipv6_source_cidr_ip: Option<String>,
        source_group_id: Option<String>,
        source_group_owner_account: Option<String>,
        source_group_owner_id: Option<String>,
        source_prefix_list_id: Option<String>,
        dest_cidr_ip: Option<String>,
        ipv6_dest_cidr_ip: Option<String>,
        dest_group_id: Option<String>,
        dest_group_owner_account: Option<String>,
        dest_group_owner_id: Option<String>,
        dest_prefix_list_id: Option<String>,
        client_token: Option<String>,
    }

    /// Removes rules for traffic into the group, by id or by all that makes them up.
    RevokeSecurityGroup(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        security_group_id: String,
        permissions: Vec<PermissionParams>,
        security_group_rule_ids as "SecurityGroupRuleId": Vec<String>,
        policy: Option<String>,
        priority: Option<String>,
        ip_protocol: Option<String>,
        port_range: Option<String>,
        port_range_list_id: Option<String>,
        source_port_range: Option<String>,
        nic_type: Option<String>,
        description: Option<String>,
        source_cidr_ip: Option<String>,
        ipv6_source_cidr_ip: Option<String>,
        source_group_id: Option<String>,
        source_group_owner_account: Option<String>,
        source_group_owner_id: Option<String>,
        source_prefix_list_id: Option<String>,
        dest_cidr_ip: Option<String>,
        ipv6_dest_cidr_ip: Option<String>,
        dest_group_id: Option<String>,
        dest_group_owner_account: Option<String>,
        dest_group_owner_id: Option<String>,
        dest_prefix_list_id: Option<String>,
        client_token: Option<String>,
    }

    /// Removes rules for traffic out of the group, by id or by all that makes them up.
    RevokeSecurityGroupEgress(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        security_group_id: String,
        permissions: Vec<PermissionParams>,
        security_group_rule_ids as "SecurityGroupRuleId": Vec<String>,
        policy: Option<String>,
        priority: Option<String>,
        ip_protocol: Option<String>,
        port_range: Option<String>,
        port_range_list_id: Option<String>,
        source_port_range: Option<String>,
        nic_type: Option<String>,
        description: Option<String>,
        source_cidr_ip: Option<String>,
        ipv6_source_cidr_ip: Option<String>,
        source_group_id: Option<String>,
        source_group_owner_account: Option<String>,
        source_group_owner_id: Option<String>,
        source_prefix_list_id: Option<String>,
        dest_cidr_ip: Option<String>,
        ipv6_dest_cidr_ip: Option<String>,
        dest_group_id: Option<String>,
        dest_group_owner_account: Option<String>,
        dest_group_owner_id: Option<String>,
        dest_prefix_list_id: Option<String>,
        client_token: Option<String>,
    }

    /// Changes one rule for traffic into the group, found by id or by all that makes it up.
    ModifySecurityGroupRule(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        security_group_id: String,
        security_group_rule_id: Option<String>,
        policy: Option<String>,
        priority: Option<String>,
        ip_protocol: Option<String>,
        port_range: Option<String>,
        port_range_list_id: Option<String>,
        source_port_range: Option<String>,
        nic_type: Option<String>,
        description: Option<String>,
        source_cidr_ip: Option<String>,
        ipv6_source_cidr_ip: Option<String>,
        source_group_id: Option<String>,
        source_group_owner_account: Option<String>,
        source_group_owner_id: Option<String>,
        source_prefix_list_id: Option<String>,
        dest_cidr_ip: Option<String>,
        ipv6_dest_cidr_ip: Option<String>,
        dest_group_id: Option<String>,
        dest_group_owner_account: Option<String>,
        dest_group_owner_id: Option<String>,
        dest_prefix_list_id: Option<String>,
        client_token: Option<String>,
    }

    /// Changes one rule for traffic out of the group, found by id or by all that makes it up.
    ModifySecurityGroupEgressRule(Ecs, ByNature) -> Acknowledged {
        region_id: String,
        security_group_id: String,
        security_group_rule_id: Option<String>,
        policy: Option<String>,
        priority: Option<String>,
        ip_protocol: Option<String>,
        port_range: Option<String>,
        port_range_list_id: Option<String>,
        source_port_range: Option<String>,
        nic_type: Option<String>,
        description: Option<String>,
        source_cidr_ip: Option<String>,
        ipv6_source_cidr_ip: Option<String>,
        source_group_id: Option<String>,
        source_group_owner_account: Option<String>,
        source_group_owner_id: Option<String>,
        source_prefix_list_id: Option<String>,
        dest_cidr_ip: Option<String>,
        ipv6_dest_cidr_ip: Option<String>,
        dest_group_id: Option<String>,
        dest_group_owner_account: Option<String>,
        dest_group_owner_id: Option<String>,
        dest_prefix_list_id: Option<String>,
        client_token: Option<String>,
    }

    JoinSecurityGroup(Ecs, ByNature) -> Acknowledged {
        region_id: Option<String>,
        security_group_id: String,
        instance_id: Option<String>,
        network_interface_id: Option<String>,
    }

    /// An instance must keep one group at least.
    LeaveSecurityGroup(Ecs, ByNature) -> Acknowledged {
        region_id: Option<String>,
        security_group_id: String,
        instance_id: Option<String>,
        network_interface_id: Option<String>,
    }
}

responses! {
    CreateSecurityGroupResponse {
        security_group_id: String,
    }

    DescribeSecurityGroupsResponse {
        region_id: String,
        #[serde(with = "listed::security_group")]
        security_groups: Vec<SecurityGroup>,
        next_token: String,
        page_number: i64,
        page_size: i64,
        total_count: i64,
    }

    DescribeSecurityGroupAttributeResponse {
        region_id: String,
        vpc_id: String,
        security_group_id: String,
        security_group_name: String,
        description: String,
        /// `Accept` or `Drop`.
        inner_access_policy: String,
        #[serde(with = "listed::permission")]
        permissions: Vec<Permission>,
        #[serde(with = "listed::snapshot_policy_id")]
        snapshot_policy_ids: Vec<String>,
        next_token: String,
    }
}

macro_rules! flat_rule {
    ($($operation:ident),*) => {$(
        impl $operation {
            /// The rule that the request's own parameters make up; `None` if they are all absent.
            pub fn flat_rule(&self) -> Option<PermissionParams> {
                let rule = PermissionParams {
                    policy: self.policy.clone(),
                    priority: self.priority.clone(),
                    ip_protocol: self.ip_protocol.clone(),
                    port_range: self.port_range.clone(),
                    port_range_list_id: self.port_range_list_id.clone(),
                    source_port_range: self.source_port_range.clone(),
                    nic_type: self.nic_type.clone(),
                    description: self.description.clone(),
                    source_cidr_ip: self.source_cidr_ip.clone(),
                    ipv6_source_cidr_ip: self.ipv6_source_cidr_ip.clone(),
                    source_group_id: self.source_group_id.clone(),
                    source_group_owner_account: self.source_group_owner_account.clone(),
                    source_group_owner_id: self.source_group_owner_id.clone(),
                    source_prefix_list_id: self.source_prefix_list_id.clone(),
                    dest_cidr_ip: self.dest_cidr_ip.clone(),
                    ipv6_dest_cidr_ip: self.ipv6_dest_cidr_ip.clone(),
                    dest_group_id: self.dest_group_id.clone(),
                    dest_group_owner_account: self.dest_group_owner_account.clone(),
                    dest_group_owner_id: self.dest_group_owner_id.clone(),
                    dest_prefix_list_id: self.dest_prefix_list_id.clone(),
                };
                (rule != PermissionParams::default()).then_some(rule)
            }
        }
    )*};
}

macro_rules! all_rules {
    ($($operation:ident),*) => {$(
        impl $operation {
            /// All rules of the request: `Permissions.N`, or else the one in the older form.
            pub fn rules(&self) -> Vec<PermissionParams> {
                if self.permissions.is_empty() {
                    self.flat_rule().into_iter().collect()
                } else {
                    self.permissions.clone()
                }
            }
        }
    )*};
}

flat_rule!(
    AuthorizeSecurityGroup,
    AuthorizeSecurityGroupEgress,
    RevokeSecurityGroup,
    RevokeSecurityGroupEgress,
    ModifySecurityGroupRule,
    ModifySecurityGroupEgressRule
);
all_rules!(
    AuthorizeSecurityGroup,
    AuthorizeSecurityGroupEgress,
    RevokeSecurityGroup,
    RevokeSecurityGroupEgress
);
