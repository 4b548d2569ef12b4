//! Decides how what DescribeInstances does not tell is looked up: renewal, roles and maintenance for many instances a request,
//! user data, jumbo frames and interfaces one by one. Who needs which is decided in `read`.

use std::collections::BTreeMap;

use ecs_api::types::{InstanceAttachment, InstanceRenewal, MaintenanceAttribute};
use ecs_api::{JsonList, Operation, ops};

use crate::client::{Client, ClientError};
use crate::describe::Draft;
use crate::grouping::most_per_call;

/// How prepaid instances renew.
pub(super) async fn renewals(
    client: &Client,
    ids: Vec<String>,
) -> Result<BTreeMap<String, InstanceRenewal>, ClientError> {
    let chunks: Vec<String> = ids
        .chunks(most_per_call::INSTANCES)
        .map(|chunk| chunk.join(","))
        .collect();
    let pages = client
        .fan_out(chunks, |client, chunk| async move {
            client
                .send(&ops::DescribeInstanceAutoRenewAttribute {
                    region_id: client.region(),
                    instance_id: Some(chunk),
                    page_size: Some(most_per_call::INSTANCES.to_string()),
                    ..ops::DescribeInstanceAutoRenewAttribute::default()
                })
                .await
        })
        .await;
    let mut found = BTreeMap::new();
    for page in pages {
        for renewal in page?.instance_renew_attributes {
            found.insert(renewal.instance_id.clone(), renewal);
        }
    }
    Ok(found)
}

/// What is told of a renewal: its length only where there is one. The API counts years too.
pub(super) fn show_renewal(d: &mut Draft, renewal: &InstanceRenewal) {
    d.str("renewal_status", &renewal.renewal_status);
    if renewal.renewal_status != "AutoRenewal" {
        return;
    }
    let (unit, months) = match renewal.period_unit.as_str() {
        "Year" => ("Month", 12),
        unit => (unit, 1),
    };
    d.str("period_unit", unit);
    d.int("auto_renew_period", renewal.duration * months);
}

/// The capacity reservations that instances use.
pub(super) async fn pools(
    client: &Client,
    ids: Vec<String>,
) -> Result<BTreeMap<String, InstanceAttachment>, ClientError> {
    let chunks: Vec<Vec<String>> = ids
        .chunks(most_per_call::INSTANCES)
        .map(<[String]>::to_vec)
        .collect();
    let pages = client
        .fan_out(chunks, |client, chunk| async move {
            client
                .send(&ops::DescribeInstanceAttachmentAttributes {
                    region_id: client.region(),
                    instance_ids: JsonList(chunk),
                    page_number: Some(1),
                    page_size: Some(most_per_call::INSTANCES as i64),
                })
                .await
        })
        .await;
    let mut found = BTreeMap::new();
    for page in pages {
        for attachment in page?.instances {
            found.insert(attachment.instance_id.clone(), attachment);
        }
    }
    Ok(found)
}

pub(super) async fn user_data(
    client: &Client,
    ids: Vec<String>,
) -> Result<BTreeMap<String, String>, ClientError> {
    let ask = |client: &Client, instance_id| ops::DescribeUserData {
        region_id: Some(client.region()),
        instance_id,
    };
    each(client, ids, ask, |answer| answer.user_data).await
}

pub(super) async fn jumbo(
    client: &Client,
    ids: Vec<String>,
) -> Result<BTreeMap<String, bool>, ClientError> {
    let ask = |_: &Client, instance_id| ops::DescribeInstanceAttribute { instance_id };
    each(client, ids, ask, |answer| answer.enable_jumbo_frame).await
}

/// What one request for each instance tells; instances that are gone are left out.
async fn each<O: Operation + 'static, T>(
    client: &Client,
    ids: Vec<String>,
    ask: impl Fn(&Client, String) -> O,
    take: impl Fn(O::Response) -> T,
) -> Result<BTreeMap<String, T>, ClientError> {
    let answers = client
        .fan_out(ids, |client, id: String| {
            let asked = ask(&client, id.clone());
            async move { (id, client.send(&asked).await) }
        })
        .await;
    let mut found = BTreeMap::new();
    for (id, answer) in answers {
        match answer {
            Ok(answer) => {
                found.insert(id, take(answer));
            }
            Err(e) if e.is_not_found() => {}
            Err(e) => return Err(e),
        }
    }
    Ok(found)
}

pub(super) async fn roles(
    client: &Client,
    ids: Vec<String>,
) -> Result<BTreeMap<String, String>, ClientError> {
    let chunks: Vec<Vec<String>> = ids.chunks(50).map(<[String]>::to_vec).collect();
    let pages = client
        .fan_out(chunks, |client, chunk| async move {
            client
                .send(&ops::DescribeInstanceRamRole {
                    region_id: client.region(),
                    instance_ids: Some(JsonList(chunk)),
                    page_size: Some(50),
                    ..ops::DescribeInstanceRamRole::default()
                })
                .await
        })
        .await;
    let mut found = BTreeMap::new();
    for page in pages {
        for role in page?.instance_ram_role_sets {
            found.insert(role.instance_id, role.ram_role_name);
        }
    }
    Ok(found)
}

pub(super) async fn maintenance(
    client: &Client,
    ids: Vec<String>,
) -> Result<BTreeMap<String, MaintenanceAttribute>, ClientError> {
    let chunks: Vec<Vec<String>> = ids.chunks(100).map(<[String]>::to_vec).collect();
    let pages = client
        .fan_out(chunks, |client, chunk| async move {
            client
                .send(&ops::DescribeInstanceMaintenanceAttributes {
                    region_id: Some(client.region()),
                    instance_ids: chunk,
                    page_number: Some(1),
                    page_size: Some(100),
                })
                .await
        })
        .await;
    let mut found = BTreeMap::new();
    for page in pages {
        for attribute in page?.maintenance_attributes {
            found.insert(attribute.instance_id.clone(), attribute);
        }
    }
    Ok(found)
}

pub(super) async fn interfaces(
    client: &Client,
    ids: Vec<String>,
) -> Result<BTreeMap<String, ecs_api::types::NetworkInterface>, ClientError> {
    let pages = client
        .fan_out(ids, |client, id| async move {
            client
                .send(&ops::DescribeNetworkInterfaces {
                    region_id: client.region(),
                    instance_id: Some(id),
                    r#type: Some("Primary".to_owned()),
                    ..ops::DescribeNetworkInterfaces::default()
                })
                .await
        })
        .await;
    let mut found = BTreeMap::new();
    for page in pages {
        for interface in page?.network_interface_sets {
            found.insert(interface.instance_id.clone(), interface);
        }
    }
    Ok(found)
}
