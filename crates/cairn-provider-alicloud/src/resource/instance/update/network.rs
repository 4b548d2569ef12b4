//! Decides how the network of an instance changes: bandwidth and its billing, a public address, further private addresses and
//! IPv6 ones.

use ecs_api::{ApiError, Operation, ops};

use super::super::read;
use super::members::Member;
use crate::client::{Client, ClientError};

const BANDWIDTH: &[&str] = &[
    "internet_max_bandwidth_out",
    "internet_max_bandwidth_in",
    "internet_charge_type",
];
const ADDRESSES: &[&str] = &[
    "secondary_private_ips",
    "secondary_private_ip_address_count",
    "ipv6_addresses",
];

pub(super) fn concerned(member: &Member) -> bool {
    member.any(BANDWIDTH) || member.any(ADDRESSES)
}

pub(super) async fn change(client: Client, m: Member) -> Result<(), ClientError> {
    if m.any(BANDWIDTH) {
        bandwidth(&client, &m).await?;
    }
    if m.any(ADDRESSES) {
        let nic = match m.prior().string("network_interface_id") {
            Some(nic) => nic,
            None => primary_interface(&client, &m.id).await?,
        };
        let (old, new) = (m.prior(), m.planned());
        let given = |f: crate::describe::Fields<'_>, name: &str| f.owned_strings(name);
        if m.is("secondary_private_ips") {
            let name = "secondary_private_ips";
            private(&client, &nic, &given(old, name), &given(new, name)).await?;
        } else if m.is("secondary_private_ip_address_count") {
            let has = given(old, "secondary_private_ips");
            let wanted = new.any_int("secondary_private_ip_address_count");
            let count = usize::try_from(wanted.unwrap_or(0)).unwrap_or(0);
            private_count(&client, &nic, &has, count, Some(m.token("ips"))).await?;
        }
        if m.is("ipv6_addresses") {
            let name = "ipv6_addresses";
            ipv6(&client, &nic, &given(old, name), &given(new, name)).await?;
        }
    }
    Ok(())
}

async fn bandwidth(client: &Client, m: &Member) -> Result<(), ClientError> {
    let new = m.planned();
    let out = m.is("internet_max_bandwidth_out");
    let wanted = new.any_int("internet_max_bandwidth_out").unwrap_or(0);
    client
        .send(&ops::ModifyInstanceNetworkSpec {
            instance_id: m.id.clone(),
            internet_max_bandwidth_out: out.then_some(wanted),
            internet_max_bandwidth_in: new
                .any_int("internet_max_bandwidth_in")
                .filter(|_| m.is("internet_max_bandwidth_in")),
            network_charge_type: new
                .string("internet_charge_type")
                .filter(|_| m.is("internet_charge_type")),
            client_token: Some(m.token("net")),
            ..ops::ModifyInstanceNetworkSpec::default()
        })
        .await?;
    if out && wanted > 0 {
        let found = read::described(client, std::slice::from_ref(&m.id)).await?;
        if found.iter().any(|i| i.public_ip_address.is_empty()) {
            client
                .send(&ops::AllocatePublicIpAddress {
                    instance_id: m.id.clone(),
                    ..ops::AllocatePublicIpAddress::default()
                })
                .await?;
        }
    }
    Ok(())
}

/// The primary network interface of an instance.
pub(super) async fn primary_interface(client: &Client, id: &str) -> Result<String, ClientError> {
    let found = read::described(client, &[id.to_owned()]).await?;
    let interfaces = found.into_iter().flat_map(|i| i.network_interfaces);
    let mut primary = interfaces.filter(|n| n.r#type == "Primary");
    primary
        .next()
        .map(|n| n.network_interface_id)
        .ok_or_else(|| {
            let message = "The specified network interface does not exist.";
            ClientError::Refused {
                action: ops::DescribeInstances::ACTION,
                error: Box::new(ApiError::new(404, "InvalidEniId.NotFound", message)),
            }
        })
}

fn without(all: &[String], others: &[String]) -> Vec<String> {
    all.iter()
        .filter(|a| !others.contains(a))
        .cloned()
        .collect()
}

/// Takes the addresses that are no longer wanted by one request, and gives those that are new by another.
async fn exchange<T: Operation, G: Operation>(
    client: &Client,
    (old, new): (&[String], &[String]),
    take: impl FnOnce(Vec<String>) -> T,
    give: impl FnOnce(Vec<String>) -> G,
) -> Result<(), ClientError> {
    let gone = without(old, new);
    if !gone.is_empty() {
        let request = take(gone);
        client.send(&request).await?;
    }
    let more = without(new, old);
    if !more.is_empty() {
        let request = give(more);
        client.send(&request).await?;
    }
    Ok(())
}

/// Brings the further private addresses of an interface from these to those.
pub(super) async fn private(
    client: &Client,
    nic: &str,
    old: &[String],
    new: &[String],
) -> Result<(), ClientError> {
    let take = |gone| take_private(client, nic, gone);
    let give = |more| ops::AssignPrivateIpAddresses {
        region_id: client.region(),
        network_interface_id: nic.to_owned(),
        private_ip_addresses: more,
        ..ops::AssignPrivateIpAddresses::default()
    };
    exchange(client, (old, new), take, give).await
}

/// Gives or takes private addresses until there are so many.
pub(super) async fn private_count(
    client: &Client,
    nic: &str,
    has: &[String],
    count: usize,
    client_token: Option<String>,
) -> Result<(), ClientError> {
    if let Some(surplus) = has.get(count..).filter(|s| !s.is_empty()) {
        let request = take_private(client, nic, surplus.to_vec());
        return client.send(&request).await.map(drop);
    }
    if count == has.len() {
        return Ok(());
    }
    client
        .send(&ops::AssignPrivateIpAddresses {
            region_id: client.region(),
            network_interface_id: nic.to_owned(),
            secondary_private_ip_address_count: Some((count - has.len()) as i64),
            client_token,
            ..ops::AssignPrivateIpAddresses::default()
        })
        .await
        .map(drop)
}

fn take_private(
    client: &Client,
    nic: &str,
    private_ip_addresses: Vec<String>,
) -> ops::UnassignPrivateIpAddresses {
    ops::UnassignPrivateIpAddresses {
        region_id: client.region(),
        network_interface_id: nic.to_owned(),
        private_ip_addresses,
    }
}

async fn ipv6(
    client: &Client,
    nic: &str,
    old: &[String],
    new: &[String],
) -> Result<(), ClientError> {
    let take = |gone| ops::UnassignIpv6Addresses {
        region_id: client.region(),
        network_interface_id: nic.to_owned(),
        ipv6_addresses: gone,
    };
    let give = |more| ops::AssignIpv6Addresses {
        region_id: client.region(),
        network_interface_id: nic.to_owned(),
        ipv6_addresses: more,
        ..ops::AssignIpv6Addresses::default()
    };
    exchange(client, (old, new), take, give).await
}
