//! Decides which instances share a remote call.
//!
//! RunInstances makes up to 100 instances that are equal but for their names and addresses. So creations are put together by
//! equality of everything else; within such a group the names decide (`ecs_api::names`: one call for a run of consecutive
//! numbers of one width, or for equal names), and within a run host names and private addresses must run on as well, else it
//! is split. Changes in place share a call where a request of it is for many instances; deletions travel 100 to a call.

use std::net::Ipv4Addr;

use cairn_model::{ApplyKind, ApplyRequest};
use cairn_value::Value;
use ecs_api::names::{Sequence, plan_runs};

use super::super::tags::TagDelta;
use super::super::{planned, planned_object, prior};
use super::update::{AT_REST, changed};
use crate::describe::Fields;
use crate::grouping::{by_key, chunks_by_key, most_per_call};

/// What may differ within one RunInstances.
const INDIVIDUAL: [&str; 4] = ["instance_name", "host_name", "private_ip", "id"];

/// Splits requests of one kind into calls.
pub(super) fn calls(requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
    match requests.first().map(|r| r.kind) {
        None => Vec::new(),
        Some(ApplyKind::Create) => creations(requests),
        Some(ApplyKind::Update) => updates(requests),
        Some(ApplyKind::Delete) => chunks_by_key(requests, most_per_call::INSTANCES, |r| {
            let f = prior(r);
            (
                f.is_true("deletion_protection"),
                f.string("instance_charge_type"),
                f.is_true("force_delete"),
            )
        }),
    }
}

fn creations(requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
    let groups = by_key(requests, |r| {
        let mut shared = planned_object(r).clone();
        for name in INDIVIDUAL {
            shared.set(name, Value::null());
        }
        shared.set("timeouts", Value::null());
        // An instance that is given a network interface can only be one.
        let alone = planned(r)
            .str("network_interface_id")
            .map(|_| r.addr.clone());
        (shared, alone)
    });
    let mut calls = Vec::new();
    for group in groups {
        let names: Vec<&str> = group
            .iter()
            .map(|i| planned(&requests[*i]).str("instance_name").unwrap_or(""))
            .collect();
        for run in runs(&names) {
            let mut members: Vec<usize> = run.into_iter().map(|m| group[m]).collect();
            let equal = members.len() > 1
                && planned(&requests[members[0]]).str("instance_name")
                    == planned(&requests[members[1]]).str("instance_name");
            if equal {
                members.sort_by_key(|i| address(planned(&requests[*i])));
            }
            calls.extend(aligned(requests, &members));
        }
    }
    calls.sort_by_key(|c| c.iter().min().copied());
    calls
}

/// Members of one name parameter each, in the order of their numbers. Instances without a name are like instances of one name.
fn runs(names: &[&str]) -> Vec<Vec<usize>> {
    if names.iter().all(|n| n.is_empty()) {
        let all: Vec<usize> = (0..names.len()).collect();
        return all
            .chunks(most_per_call::INSTANCES)
            .map(<[usize]>::to_vec)
            .collect();
    }
    plan_runs(names, most_per_call::INSTANCES)
        .into_iter()
        .map(|r| r.members)
        .collect()
}

/// Cuts a run wherever host names or addresses do not run on.
fn aligned(requests: &[ApplyRequest], members: &[usize]) -> Vec<Vec<usize>> {
    let mut calls: Vec<Vec<usize>> = Vec::new();
    for &member in members {
        let fits = calls.last().is_some_and(|call| {
            let of = |i: usize| planned(&requests[i]);
            let first = of(call[0]);
            addresses_run_on(first, of(member), call.len())
                && hosts_run_on(
                    &call
                        .iter()
                        .chain([&member])
                        .map(|i| of(*i).str("host_name"))
                        .collect::<Vec<_>>(),
                )
        });
        match calls.last_mut() {
            Some(call) if fits => call.push(member),
            _ => calls.push(vec![member]),
        }
    }
    calls
}

fn address(f: Fields<'_>) -> Option<Ipv4Addr> {
    f.str("private_ip")?.parse().ok()
}

fn addresses_run_on(first: Fields<'_>, next: Fields<'_>, offset: usize) -> bool {
    match (first.str("private_ip"), next.str("private_ip")) {
        (None, None) => true,
        (Some(_), Some(_)) => match (address(first), address(next)) {
            (Some(a), Some(b)) => a.to_bits().checked_add(offset as u32) == Some(b.to_bits()),
            _ => false,
        },
        _ => false,
    }
}

/// Whether one host name parameter gives these host names in this order.
fn hosts_run_on(hosts: &[Option<&str>]) -> bool {
    host_pattern(hosts).is_ok()
}

/// No one parameter gives these host names in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotOnePattern;

/// The host name parameter that gives these host names in this order: none for none, the name itself for equal ones, a
/// pattern for consecutive ones.
pub(super) fn host_pattern(hosts: &[Option<&str>]) -> Result<Option<String>, NotOnePattern> {
    let names: Vec<&str> = hosts.iter().flatten().copied().collect();
    let Some(first) = names.first() else {
        return Ok(None);
    };
    if names.len() != hosts.len() {
        return Err(NotOnePattern);
    }
    if names.len() == 1 {
        return Ok(Some((*first).to_owned()));
    }
    if Sequence::parse(first).is_some() {
        return Err(NotOnePattern);
    }
    match &plan_runs(&names, names.len())[..] {
        [run] if run.members.iter().copied().eq(0..names.len()) => Ok(Some(run.pattern.clone())),
        _ => Err(NotOnePattern),
    }
}

/// Attributes that one request changes for many instances.
const CHANGED_TOGETHER: &[&str] = &[
    "tags",
    "key_name",
    "role_name",
    "instance_charge_type",
    "renewal_status",
    "auto_renew_period",
    "maintenance_time",
    "maintenance_action",
    "maintenance_notify",
    "status",
];

/// Attributes whose values such requests are made of, so that they have to be equal.
const EQUAL: &[&str] = &[
    "key_name",
    "role_name",
    "instance_charge_type",
    "period",
    "period_unit",
    "include_data_disks",
    "renewal_status",
    "auto_renew_period",
    "maintenance_time",
    "maintenance_action",
    "maintenance_notify",
    "status",
    "stopped_mode",
];

/// Instances of which the same attributes change, and alike what one request changes for many, share a call; so do those that
/// are only stopped and started together. What the API changes one by one is one request each within it.
fn updates(requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
    let groups = by_key(requests, |r| {
        let changed = changed(r);
        let of = |names: &[&str]| names.iter().any(|n| changed.contains(n));
        let together = of(CHANGED_TOGETHER) || of(AT_REST);
        let changed: Vec<String> = changed.iter().map(|n| (*n).to_owned()).collect();
        let values = |f: Fields<'_>| {
            EQUAL
                .iter()
                .map(|n| f.value(n).cloned())
                .collect::<Vec<_>>()
        };
        together
            .then(|| {
                let (old, new) = (prior(r), planned(r));
                let tags = TagDelta::between(old, new);
                (changed, tags, values(old), values(new))
            })
            .ok_or_else(|| r.addr.clone())
    });
    groups
        .into_iter()
        .flat_map(|g| {
            let changed = changed(&requests[g[0]]);
            let most = if changed.contains(&"instance_charge_type") {
                most_per_call::BILLED
            } else if changed.contains(&"tags") || changed.contains(&"key_name") {
                most_per_call::TAGGED
            } else {
                most_per_call::INSTANCES
            };
            g.chunks(most).map(<[usize]>::to_vec).collect::<Vec<_>>()
        })
        .collect()
}
