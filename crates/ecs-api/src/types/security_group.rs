//! Security groups and their rules.

#![expect(
    missing_docs,
    reason = "the fields are the API's own; its reference describes them"
)]

use super::listed;
use super::tag::TagItem;

wire! {
    /// `Permissions.N.*`: one rule in a request. Priorities are text on the wire.
    PermissionParams {
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
    }

    /// A security group as listed.
    SecurityGroup {
        security_group_id: String,
        security_group_name: String,
        description: String,
        /// `normal` or `enterprise`.
        security_group_type: String,
        vpc_id: String,
        resource_group_id: String,
        creation_time: String,
        available_instance_amount: i64,
        ecs_count: i64,
        rule_count: i64,
        group_to_group_rule_count: i64,
        service_id as "ServiceID": i64,
        service_managed: bool,
        #[serde(with = "listed::tag")]
        tags: Vec<TagItem>,
    }

    /// A rule as described. Protocols and policies come back in upper case and capitalised.
    Permission {
        security_group_rule_id: String,
        /// `ingress` or `egress`.
        direction: String,
        policy: String,
        priority: String,
        ip_protocol: String,
        port_range: String,
        port_range_list_id: String,
        port_range_list_name: String,
        source_port_range: String,
        nic_type: String,
        description: String,
        create_time: String,
        source_cidr_ip: String,
        ipv6_source_cidr_ip: String,
        source_group_id: String,
        source_group_name: String,
        source_group_owner_account: String,
        source_prefix_list_id: String,
        source_prefix_list_name: String,
        dest_cidr_ip: String,
        ipv6_dest_cidr_ip: String,
        dest_group_id: String,
        dest_group_name: String,
        dest_group_owner_account: String,
        dest_prefix_list_id: String,
        dest_prefix_list_name: String,
    }
}
