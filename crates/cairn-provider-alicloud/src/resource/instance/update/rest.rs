//! Decides what is done while instances are stopped: all of it in one stop, after which every instance that ran runs again,
//! whatever went wrong.

use std::collections::BTreeMap;

use ecs_api::ops;

use super::super::params;
use super::disks;
use super::members::{Member, Members};
use super::power::{self, Power};
use super::settings::MOVES;
use crate::client::{Client, ClientError};

/// Attributes that change, or count, only with a stop and a start.
pub(crate) const AT_REST: &[&str] = &[
    "image_id",
    "instance_type",
    "vpc_id",
    "vswitch_id",
    "private_ip",
    "user_data",
    "host_name",
    "password",
    "cpu_options",
    "enable_high_density_mode",
    "key_name",
];

/// Makes the changes for which instances are stopped, and the change of their state itself.
pub(super) async fn change(members: &mut Members<'_>) {
    let going = members.going();
    let Some(first) = going.first() else { return };
    let needs_stop = first.any(AT_REST);
    if !needs_stop && !first.is("status") {
        return;
    }
    let ids: Vec<String> = going.iter().map(|m| m.id.clone()).collect();
    let before = match power::states(members.client, &ids).await {
        Ok(states) => states,
        Err(error) => return members.fail_all(&ids, &error),
    };
    let ends_stopped = first.ends_stopped();
    if needs_stop || ends_stopped {
        let mode = first.planned().str("stopped_mode");
        turn(members, &ids, Power::Stopped, mode).await;
    }
    let stopped: Vec<String> = members.going().into_iter().map(|m| m.id).collect();
    if needs_stop {
        let most = members.most;
        let concerned = |m: &Member| m.any(AT_REST);
        members
            .each(concerned, move |client, m| at_rest(client, m, most))
            .await;
    }
    if ends_stopped {
        return;
    }
    let runs: Vec<String> = stopped
        .into_iter()
        .filter(|id| first.is("status") || ran(&before, id) || first_runs(first))
        .collect();
    turn(members, &runs, Power::Running, None).await;
}

fn ran(before: &BTreeMap<String, String>, id: &str) -> bool {
    before
        .get(id)
        .is_some_and(|s| s == "Running" || s == "Starting")
}

/// The configuration, or else the record, has the instances running.
fn first_runs(first: &Member) -> bool {
    first.planned().str("status") == Some("Running")
}

async fn turn(members: &mut Members<'_>, ids: &[String], wanted: Power, mode: Option<&str>) {
    let failed = power::reach(members.client, ids, wanted, mode, members.most).await;
    for (id, error) in failed {
        members.fail(&id, error);
    }
}

async fn at_rest(client: Client, m: Member, most: std::time::Duration) -> Result<(), ClientError> {
    if m.is("image_id") {
        disks::replace(&client, &m, most).await?;
    }
    if m.any(MOVES) || m.is("private_ip") {
        relocate(&client, &m).await?;
    }
    if m.is("instance_type") {
        retype(&client, &m).await?;
    }
    let new = m.planned();
    let mut request = ops::ModifyInstanceAttribute {
        instance_id: m.id.clone(),
        user_data: m.is("user_data").then(|| {
            new.str("user_data")
                .map(params::encode_user_data)
                .unwrap_or_default()
        }),
        host_name: new.string("host_name").filter(|_| m.is("host_name")),
        password: new
            .string("password")
            .filter(|_| m.is("password"))
            .map(Into::into),
        ..ops::ModifyInstanceAttribute::default()
    };
    if m.is("enable_high_density_mode") {
        request.additional_info.enable_high_density_mode =
            Some(new.is_true("enable_high_density_mode"));
    }
    if m.is("cpu_options")
        && let Some(options) = new.blocks("cpu_options").first()
    {
        request.cpu_options.core = options.int("core_count");
        request.cpu_options.threads_per_core = options.int("threads_per_core");
        request.cpu_options.topology_type = options.string("topology_type");
    }
    let idle = ops::ModifyInstanceAttribute {
        instance_id: m.id.clone(),
        ..ops::ModifyInstanceAttribute::default()
    };
    if request == idle {
        return Ok(());
    }
    client.send(&request).await.map(drop)
}

/// Moves an instance to another vSwitch or address. A move to another VPC, which is told by its vSwitch where the
/// configuration does not name it, takes security groups of that VPC along.
async fn relocate(client: &Client, m: &Member) -> Result<(), ClientError> {
    let (old, new) = (m.prior(), m.planned());
    let mut vpc_id = new.string("vpc_id").filter(|_| m.is("vpc_id"));
    if vpc_id.is_none()
        && m.is("vswitch_id")
        && m.is("security_groups")
        && let Some(vswitch_id) = new.string("vswitch_id")
    {
        let target = client
            .send(&ops::DescribeVSwitchAttributes {
                region_id: Some(client.region()),
                vswitch_id,
                ..ops::DescribeVSwitchAttributes::default()
            })
            .await?
            .vpc_id;
        vpc_id = Some(target).filter(|v| !v.is_empty() && old.str("vpc_id") != Some(v));
    }
    let groups = new.owned_strings("security_groups");
    let changes_vpc = vpc_id.is_some();
    client
        .send(&ops::ModifyInstanceVpcAttribute {
            instance_id: m.id.clone(),
            vswitch_id: new.string("vswitch_id"),
            private_ip_address: new.string("private_ip").filter(|_| m.is("private_ip")),
            vpc_id,
            security_group_ids: if changes_vpc {
                groups.clone()
            } else {
                Vec::new()
            },
        })
        .await?;
    if m.is("security_groups") && m.any(MOVES) && !changes_vpc {
        client
            .send(&ops::ModifyInstanceAttribute {
                instance_id: m.id.clone(),
                security_group_ids: groups,
                ..ops::ModifyInstanceAttribute::default()
            })
            .await?;
    }
    Ok(())
}

async fn retype(client: &Client, m: &Member) -> Result<(), ClientError> {
    let new = m.planned();
    // Billing changes first, so what counts is the new one.
    if new.str("instance_charge_type") == Some("PrePaid") {
        return client
            .send(&ops::ModifyPrepayInstanceSpec {
                region_id: client.region(),
                instance_id: m.id.clone(),
                instance_type: new.string("instance_type").unwrap_or_default(),
                operator_type: new.string("operator_type"),
                auto_pay: Some(true),
                client_token: Some(m.token("type")),
                ..ops::ModifyPrepayInstanceSpec::default()
            })
            .await
            .map(drop);
    }
    client
        .send(&ops::ModifyInstanceSpec {
            instance_id: m.id.clone(),
            instance_type: new.string("instance_type"),
            client_token: Some(m.token("type")),
            ..ops::ModifyInstanceSpec::default()
        })
        .await
        .map(drop)
}
