//! Decides what a preflight asks about instances that are to be made: whether their types and disks are to be had where they
//! are wanted, once for each zone, type and disk category, and whether RunInstances would take each distinct batch (`DryRun`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cairn_diag::Severity;
use cairn_model::{ApplyKind, ApplyRequest, RecordInfo};
use cairn_provider::{CheckRequest, Problem};
use cairn_value::{Path, Value};
use ecs_api::{ErrorClass, ops, to_params};

use super::super::planned;
use super::check::{not_checked, wanted};
use super::{calls, create, params};
use crate::client::{Client, ClientError};
use crate::describe::{Fields, attr_path};

/// Attributes that the service judges by their form alone, which is checked here: a dry run does without them.
const OF_FORM: &[&str] = &[
    "instance_name",
    "host_name",
    "description",
    "tags",
    "volume_tags",
    "timeouts",
];

/// Adds what the service says to the problems of each request.
pub(super) async fn preflight(
    client: &Client,
    requests: &[CheckRequest],
    problems: &mut [Vec<Problem>],
) {
    let going = |problems: &[Vec<Problem>]| -> Vec<usize> {
        let errors = |i: &usize| problems[*i].iter().any(|p| p.severity == Severity::Error);
        (0..requests.len())
            .filter(|i| requests[*i].preflight && !errors(i))
            .collect()
    };
    stock(client, requests, going(problems), problems).await;
    dry_runs(client, requests, going(problems), problems).await;
}

/// What one DescribeAvailableResource asks for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    zone: Option<String>,
    ty: String,
    /// `SystemDisk` or `DataDisk`.
    disk: &'static str,
    category: Option<String>,
    charge: Option<String>,
    spot: Option<String>,
}

/// Asks whether types and disks are to be had.
async fn stock(
    client: &Client,
    requests: &[CheckRequest],
    going: Vec<usize>,
    problems: &mut [Vec<Problem>],
) {
    let new: Vec<(usize, String, Fields<'_>)> = going
        .into_iter()
        .filter_map(|i| {
            let ty = wanted(&requests[i], "instance_type")?;
            Some((i, ty, Fields::of_value(&requests[i].planned)?))
        })
        .collect();
    let zones = zones(client, new.iter().map(|(_, _, f)| *f)).await;
    let mut users: BTreeMap<Asked, Vec<(usize, Path)>> = BTreeMap::new();
    for (i, ty, f) in new {
        let of_vswitch = || zones.get(f.str("vswitch_id")?).cloned();
        let asked = Asked {
            zone: f.string("availability_zone").or_else(of_vswitch),
            ty,
            disk: "SystemDisk",
            category: f.string("system_disk_category"),
            charge: f.string("instance_charge_type"),
            spot: f.string("spot_strategy"),
        };
        if requests[i].prior.is_none() {
            for (n, disk) in params::data_disks(f).into_iter().enumerate() {
                let place = params::attribute(&format!("DataDisk.{}.Category", n + 1));
                let asked = Asked {
                    disk: "DataDisk",
                    category: disk.category,
                    ..asked.clone()
                };
                let place = place.unwrap_or_else(|| attr_path("data_disks"));
                users.entry(asked).or_default().push((i, place));
            }
        }
        let place = attr_path("system_disk_category");
        users.entry(asked).or_default().push((i, place));
    }
    let answers = client.fan_out(
        users.keys().cloned().collect(),
        |client, asked: Asked| async move {
            let answer = client
                .send(&ops::DescribeAvailableResource {
                    region_id: client.region(),
                    zone_id: asked.zone.clone(),
                    destination_resource: asked.disk.to_owned(),
                    instance_type: Some(asked.ty.clone()),
                    instance_charge_type: asked.charge.clone(),
                    spot_strategy: asked.spot.clone(),
                    network_category: Some("vpc".to_owned()),
                    ..ops::DescribeAvailableResource::default()
                })
                .await;
            (asked, answer)
        },
    );
    for (asked, answer) in answers.await {
        let finding = match &answer {
            Ok(answer) => judge(&asked, answer, &client.region()),
            Err(error) => Some(not_checked(error, "instance_type")),
        };
        let Some(finding) = finding else { continue };
        for (i, place) in users.get(&asked).into_iter().flatten() {
            let at_disk = finding.path.is_none();
            let place = if at_disk {
                place.clone()
            } else {
                attr_path("instance_type")
            };
            let problem = finding.clone().at(place);
            // A type that is not to be had is not to be had with any disk.
            if !problems[*i].contains(&problem) {
                problems[*i].push(problem);
            }
        }
    }
}

/// The zones of vSwitches that are there already, where instances name no zone.
async fn zones(
    client: &Client,
    instances: impl Iterator<Item = Fields<'_>>,
) -> BTreeMap<String, String> {
    let vswitches: BTreeSet<String> = instances
        .filter(|f| f.str("availability_zone").is_none())
        .filter_map(|f| f.string("vswitch_id"))
        .collect();
    let found = client.fan_out(
        vswitches.into_iter().collect(),
        |client, id: String| async move {
            let answer = client
                .send(&ops::DescribeVSwitches {
                    region_id: Some(client.region()),
                    vswitch_id: Some(id),
                    ..ops::DescribeVSwitches::default()
                })
                .await;
            answer.map(|a| a.vswitches).unwrap_or_default()
        },
    );
    let found = found.await.into_iter().flatten();
    found.map(|v| (v.vswitch_id, v.zone_id)).collect()
}

/// What an answer says about what was asked for: at the type, or, without a place, at the disk.
fn judge(
    asked: &Asked,
    answer: &ops::DescribeAvailableResourceResponse,
    region: &str,
) -> Option<Problem> {
    let offered: BTreeSet<&str> = answer
        .available_zones
        .iter()
        .filter(|z| z.status == "Available")
        .filter(|z| asked.zone.as_ref().is_none_or(|zone| *zone == z.zone_id))
        .flat_map(|z| &z.available_resources)
        .flat_map(|r| &r.supported_resources)
        .filter(|s| s.status == "Available")
        .map(|s| s.value.as_str())
        .collect();
    let place = match &asked.zone {
        Some(zone) => format!("the zone {zone}"),
        None => format!("the region {region}"),
    };
    let ty = &asked.ty;
    if offered.is_empty() {
        let problem = Problem::error(
            "out-of-stock",
            "Instance type is not in stock",
            format!(
                "{ty} is not to be had in {place} at present. Choose another type or another zone: the data source alicloud_zones \
                 with available_instance_type = {ty:?} lists the zones that have it."
            ),
        );
        return Some(problem.at(attr_path("instance_type")));
    }
    let category = asked.category.as_deref()?;
    if offered.contains(category) {
        return None;
    }
    let offered: Vec<&str> = offered.into_iter().collect();
    Some(Problem::error(
        "disk-category-not-offered",
        "Disk category is not offered",
        format!(
            "Disks of the category {category} are not to be had for {ty} in {place} at present. There are {}.",
            offered.join(", ")
        ),
    ))
}

/// Asks whether RunInstances would take the instances: of batches that are equal but for names and addresses the largest.
async fn dry_runs(
    client: &Client,
    requests: &[CheckRequest],
    going: Vec<usize>,
    problems: &mut [Vec<Problem>],
) {
    let (mut places, mut creations) = (Vec::new(), Vec::new());
    for i in going.into_iter().filter(|i| requests[*i].prior.is_none()) {
        if let Some(open) = open_attribute(&requests[i]) {
            problems[i].push(open);
        } else {
            places.push(i);
            creations.push(creation(&requests[i]));
        }
    }
    // By what is shared: the largest request, and whose they are.
    let mut distinct: BTreeMap<Vec<(String, String)>, (ops::RunInstances, Vec<usize>)> =
        BTreeMap::new();
    for call in calls::calls(&creations) {
        let members: Vec<ApplyRequest> = call.iter().map(|i| creations[*i].clone()).collect();
        let Ok(request) = create::request(client, &members) else {
            continue;
        };
        let shared = to_params(&ops::RunInstances {
            instance_name: None,
            host_name: None,
            private_ip_address: None,
            amount: None,
            ..request.clone()
        });
        let (largest, of) = distinct
            .entry(shared)
            .or_insert_with(|| (request.clone(), Vec::new()));
        if request.amount > largest.amount {
            *largest = request;
        }
        of.extend(call);
    }
    let asked = client.fan_out(
        distinct.into_values().collect(),
        |client, (request, of)| async move {
            let request = ops::RunInstances {
                dry_run: Some(true),
                ..request
            };
            (client.send(&request).await, of)
        },
    );
    for (answer, of) in asked.await {
        let Err(error) = answer else { continue };
        if error.is_dry_run_pass() {
            continue;
        }
        for i in of {
            let object = planned(&creations[i]);
            problems[places[i]].push(refusal(&error, object));
        }
    }
}

/// What keeps an instance from being asked about: a value that is not known before other objects are made.
fn open_attribute(request: &CheckRequest) -> Option<Problem> {
    let config = request.config.as_object()?;
    let mut open = config
        .iter()
        .filter(|(name, value)| !OF_FORM.contains(&&***name) && !value.is_wholly_known())
        .map(|(name, _)| name.to_string());
    let first = open.next()?;
    let all: Vec<String> = std::iter::once(first.clone()).chain(open).collect();
    let problem = Problem::warning(
        "preflight-incomplete",
        "Preflight cannot ask about everything",
        format!(
            "The service cannot be asked whether it would make this yet: what is not known before other objects are made is {}. \
             Once they are there, plan -preflight asks.",
            all.join(", ")
        ),
    );
    Some(problem.at(Path::attr(first)))
}

fn creation(request: &CheckRequest) -> ApplyRequest {
    ApplyRequest {
        addr: request.addr.clone(),
        deposed: None,
        kind: ApplyKind::Create,
        ty: request.ty.clone(),
        prior: None,
        planned: request.planned.clone(),
        config: Value::null(),
        given: None,
        planned_private: Arc::from([]),
        record: RecordInfo::default(),
    }
}

/// A refusal is an error of the plan; what says nothing about the instances is a warning.
fn refusal(error: &ClientError, object: Fields<'_>) -> Problem {
    let about_them = match error {
        ClientError::Refused { error, .. } => !matches!(
            error.class(),
            ErrorClass::Throttling | ErrorClass::TransientRetry | ErrorClass::Internal
        ),
        ClientError::Invalid { .. } => true,
        ClientError::NotSent { .. } | ClientError::Lost { .. } | ClientError::NoKeys(_) => false,
    };
    let mut problem = error.problem(create::at_fault(error, object));
    if !about_them {
        problem.severity = Severity::Warning;
    }
    problem
}
