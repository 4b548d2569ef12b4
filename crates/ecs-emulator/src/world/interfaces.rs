//! Decides how network interfaces are shown. They come and go with instances.

use ecs_api::ApiError;
use ecs_api::ops::{DescribeNetworkInterfaces, DescribeNetworkInterfacesResponse};
use ecs_api::types::{
    AssociatedPublicIp, Ipv6Set, NetworkInterface, NetworkInterfaceAttachment, PrivateIpSet,
};

use super::filters::{ecs_tags, has_tags, is, is_like, is_word};
use super::{Context, Interface, World};
use crate::dispatch::Serve;
use crate::page::{Paging, Sizes, cut, select};

const INTERFACES: Sizes = Sizes {
    default: 10,
    most: 500,
    least: 10,
};

impl World {
    fn describe_interface(&self, nic: &Interface) -> NetworkInterface {
        let instance = self.tables.instances.get(&nic.instance);
        let instance = instance.filter(|_| nic.primary);
        let bound = instance.map_or(&nic.eip, |instance| &instance.eip);
        let bound = self.bound_eip(bound);
        let associated = AssociatedPublicIp {
            public_ip_address: if bound.ip_address.is_empty() {
                instance.map_or_else(String::new, |instance| instance.public_ip.clone())
            } else {
                bound.ip_address
            },
            allocation_id: bound.allocation_id,
        };
        NetworkInterface {
            network_interface_id: nic.id.clone(),
            network_interface_name: nic.name.clone(),
            description: nic.description.clone(),
            status: "InUse".to_owned(),
            r#type: kind(nic).to_owned(),
            vpc_id: nic.vpc.clone(),
            vswitch_id: nic.vswitch.clone(),
            zone_id: nic.zone.clone(),
            instance_id: nic.instance.clone(),
            private_ip_address: nic.address.clone(),
            mac_address: nic.mac.clone(),
            resource_group_id: nic.resource_group.clone(),
            creation_time: nic.created.to_seconds_text(),
            network_interface_traffic_mode: if nic.traffic_mode.is_empty() {
                "Standard".to_owned()
            } else {
                nic.traffic_mode.clone()
            },
            queue_number: 2,
            queue_pair_number: nic.queue_pairs,
            source_dest_check: nic.source_dest_check,
            delete_on_release: true,
            owner_id: self.catalogue.account.id.clone(),
            associated_public_ip: associated.clone(),
            attachment: NetworkInterfaceAttachment {
                instance_id: nic.instance.clone(),
                network_card_index: nic.card,
                ..NetworkInterfaceAttachment::default()
            },
            security_group_ids: nic.security_groups.clone(),
            private_ip_sets: addresses(nic)
                .map(|(address, primary)| PrivateIpSet {
                    private_ip_address: address.to_owned(),
                    primary,
                    associated_public_ip: if primary {
                        associated.clone()
                    } else {
                        AssociatedPublicIp::default()
                    },
                })
                .collect(),
            ipv6_sets: ipv6(nic),
            tags: ecs_tags(&nic.tags),
            ..NetworkInterface::default()
        }
    }
}

/// The private addresses of an interface, and whether each is the primary one.
pub(crate) fn addresses(nic: &Interface) -> impl Iterator<Item = (&str, bool)> {
    let further = nic.secondary.iter().map(|a| (a.as_str(), false));
    std::iter::once((nic.address.as_str(), true)).chain(further)
}

/// The IPv6 addresses of an interface.
pub(crate) fn ipv6(nic: &Interface) -> Vec<Ipv6Set> {
    let set = |address: &String| Ipv6Set {
        ipv6_address: address.clone(),
        primary: false,
    };
    nic.ipv6.iter().map(set).collect()
}

const fn kind(nic: &Interface) -> &'static str {
    if nic.primary { "Primary" } else { "Secondary" }
}

impl Serve<DescribeNetworkInterfaces> for World {
    fn serve(
        &mut self,
        context: &Context,
        op: DescribeNetworkInterfaces,
    ) -> Result<DescribeNetworkInterfacesResponse, ApiError> {
        let paging = Paging::either(
            op.page_number,
            op.page_size,
            op.next_token.as_deref(),
            op.max_results,
            INTERFACES,
        )?;
        let keep = |nic: &Interface| {
            context.sees(&nic.region)
                && is_like(op.network_interface_name.as_ref(), &nic.name)
                && is(op.instance_id.as_ref(), &nic.instance)
                && is(op.r#type.as_ref(), kind(nic))
                && is_word(op.status.as_ref(), "InUse")
                && is(op.vpc_id.as_ref(), &nic.vpc)
                && is(op.vswitch_id.as_ref(), &nic.vswitch)
                && is(op.primary_ip_address.as_ref(), &nic.address)
                && is(op.resource_group_id.as_ref(), &nic.resource_group)
                && op
                    .security_group_id
                    .as_ref()
                    .is_none_or(|group| group.is_empty() || nic.security_groups.contains(group))
                && (op.private_ip_addresses.is_empty()
                    || op.private_ip_addresses.contains(&nic.address))
                && has_tags(&nic.tags, &op.tags)
        };
        let of_instance = op
            .instance_id
            .as_ref()
            .filter(|id| !id.is_empty())
            .map(|id| {
                let instance = self.tables.instances.get(id);
                instance.map_or_else(Vec::new, |instance| instance.interfaces.clone())
            });
        let ids = if op.network_interface_ids.is_empty() {
            of_instance
        } else {
            Some(op.network_interface_ids.clone())
        };
        let page = cut(
            select(&self.tables.interfaces, ids.as_deref(), keep),
            paging,
        );
        Ok(DescribeNetworkInterfacesResponse {
            network_interface_sets: page
                .rows
                .iter()
                .map(|nic| self.describe_interface(nic))
                .collect(),
            next_token: page.next_token,
            page_number: page.number,
            page_size: page.size,
            total_count: page.total,
            ..DescribeNetworkInterfacesResponse::default()
        })
    }
}
