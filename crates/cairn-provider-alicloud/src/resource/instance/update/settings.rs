//! Decides how what a running instance takes at once changes: names, groups, protection, release time, metadata, maintenance,
//! placement, resource group.

use ecs_api::ops;
use ecs_api::types::MaintenanceWindow;

use super::members::{Member, Members};
use crate::client::{Client, ClientError};
use crate::describe::Fields;

/// Attributes of maintenance.
pub(super) const MAINTENANCE: &[&str] = &[
    "maintenance_time",
    "maintenance_action",
    "maintenance_notify",
];
/// Attributes with which an instance moves to another network.
pub(super) const MOVES: &[&str] = &["vpc_id", "vswitch_id"];

/// All security groups change at once: at no time is the instance without the ones that stay.
pub(super) async fn attributes(client: Client, m: Member) -> Result<(), ClientError> {
    let new = m.planned();
    let mut request = ops::ModifyInstanceAttribute {
        instance_id: m.id.clone(),
        instance_name: new
            .string("instance_name")
            .filter(|_| m.is("instance_name")),
        description: m
            .is("description")
            .then(|| new.string("description").unwrap_or_default()),
        deletion_protection: m
            .is("deletion_protection")
            .then(|| new.is_true("deletion_protection")),
        credit_specification: new
            .string("credit_specification")
            .filter(|_| m.is("credit_specification")),
        enable_jumbo_frame: new
            .any_bool("enable_jumbo_frame")
            .filter(|_| m.is("enable_jumbo_frame")),
        ..ops::ModifyInstanceAttribute::default()
    };
    if m.is("security_groups") && !m.any(MOVES) {
        request.security_group_ids = new.owned_strings("security_groups");
    }
    let idle = ops::ModifyInstanceAttribute {
        instance_id: m.id.clone(),
        ..ops::ModifyInstanceAttribute::default()
    };
    if request != idle {
        client.send(&request).await?;
    }
    if m.is("resource_group_id") {
        client
            .send(&ops::JoinResourceGroup {
                region_id: Some(client.region()),
                resource_id: Some(m.id.clone()),
                resource_type: Some("instance".to_owned()),
                resource_group_id: new.string("resource_group_id"),
            })
            .await?;
    }
    Ok(())
}

/// Sets or cancels the release. A prepaid instance has none, so it is cancelled before an instance becomes one.
pub(super) async fn release_time(client: Client, m: Member) -> Result<(), ClientError> {
    let becomes_prepaid = becomes_prepaid(&m);
    client
        .send(&ops::ModifyInstanceAutoReleaseTime {
            region_id: Some(client.region()),
            instance_id: m.id.clone(),
            auto_release_time: m
                .planned()
                .string("auto_release_time")
                .filter(|_| !becomes_prepaid),
        })
        .await
        .map(drop)
}

/// Whether an instance is paid for in advance from now on.
pub(super) fn becomes_prepaid(m: &Member) -> bool {
    m.is("instance_charge_type") && m.planned().str("instance_charge_type") == Some("PrePaid")
}

pub(super) fn is_placed_anew(m: &Member) -> bool {
    m.any(&[
        "deployment_set_id",
        "private_pool_options_id",
        "private_pool_options_match_criteria",
        "http_endpoint",
        "http_tokens",
    ])
}

/// Metadata, deployment set and capacity reservation.
pub(super) async fn place(client: Client, m: Member) -> Result<(), ClientError> {
    let (old, new) = (m.prior(), m.planned());
    if m.any(&["http_endpoint", "http_tokens"]) {
        client
            .send(&ops::ModifyInstanceMetadataOptions {
                region_id: Some(client.region()),
                instance_id: m.id.clone(),
                http_endpoint: new.string("http_endpoint"),
                http_tokens: new.string("http_tokens"),
                ..ops::ModifyInstanceMetadataOptions::default()
            })
            .await?;
    }
    if m.is("deployment_set_id") {
        let wanted = new.string("deployment_set_id");
        client
            .send(&ops::ModifyInstanceDeployment {
                region_id: client.region(),
                instance_id: m.id.clone(),
                remove_from_deployment_set: wanted.is_none().then_some(true),
                deployment_set_id: wanted.or_else(|| old.string("deployment_set_id")),
                ..ops::ModifyInstanceDeployment::default()
            })
            .await?;
    }
    if m.any(&[
        "private_pool_options_id",
        "private_pool_options_match_criteria",
    ]) {
        let criteria = new.string("private_pool_options_match_criteria");
        let id = new.string("private_pool_options_id");
        let mut request = ops::ModifyInstanceAttachmentAttributes {
            region_id: client.region(),
            instance_id: m.id.clone(),
            ..ops::ModifyInstanceAttachmentAttributes::default()
        };
        request.private_pool_options.id = id.filter(|_| criteria.as_deref() != Some("None"));
        request.private_pool_options.match_criteria = criteria;
        client.send(&request).await?;
    }
    Ok(())
}

/// Whether anything is said about maintenance.
pub(crate) fn has_maintenance(f: Fields<'_>) -> bool {
    f.str("maintenance_action").is_some()
        || f.any_bool("maintenance_notify").is_some()
        || !f.blocks("maintenance_time").is_empty()
}

/// Tells the service how it may work on the hosts of instances that are alike in this.
pub(crate) async fn set_maintenance(
    client: &Client,
    instance_ids: Vec<String>,
    f: Fields<'_>,
) -> Result<(), ClientError> {
    client
        .send(&ops::ModifyInstanceMaintenanceAttributes {
            region_id: Some(client.region()),
            instance_ids,
            maintenance_windows: f
                .blocks("maintenance_time")
                .iter()
                .map(|w| MaintenanceWindow {
                    start_time: w.string("start_time").unwrap_or_default(),
                    end_time: w.string("end_time").unwrap_or_default(),
                })
                .collect(),
            action_on_maintenance: f.string("maintenance_action"),
            notify_on_maintenance: f.any_bool("maintenance_notify"),
        })
        .await
        .map(drop)
}

pub(super) async fn maintenance(members: &mut Members<'_>) {
    let going = members.going();
    let Some(first) = going.first().filter(|m| m.any(MAINTENANCE)) else {
        return;
    };
    let ids: Vec<String> = going.iter().map(|m| m.id.clone()).collect();
    if let Err(error) = set_maintenance(members.client, ids.clone(), first.planned()).await {
        members.fail_all(&ids, &error);
    }
}
