//! Decides how instances are made: one RunInstances for a call, the wait until they run, and which instance belongs to which
//! address, found by its name. After a lost answer instances are found by the tag `cairn:call`.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use cairn_model::{ApplyCall, ApplyRequest};
use cairn_provider::{ApplyResponse, Problem};
use cairn_value::Path;
use ecs_api::names::plan_runs;
use ecs_api::ops;
use ecs_api::types;

use super::super::answers::{SECOND_LOOK, all_failed, as_planned, cannot_tell, timed_out};
use super::super::tags::{TagDelta, TagHome, call_filter, creation_tags, has_room, planned_tags};
use super::super::{planned, prior_id};
use super::calls::host_pattern;
use super::read::{described, described_by_call};
use super::{Instance, params, plan, read, update};
use crate::client::{Client, ClientError};
use crate::describe::Fields;
use crate::grouping::most_per_call;
use crate::wait::{Waited, limit, until};

/// How long the wait for `Running` may take, where no `timeouts` block says otherwise.
const MOST: Duration = Duration::from_secs(600);

/// The one request that makes these instances, with the user's tags, or what keeps them from being made by one.
pub(super) fn request(
    client: &Client,
    requests: &[ApplyRequest],
) -> Result<ops::RunInstances, Problem> {
    let names: Vec<&str> = requests
        .iter()
        .map(|r| planned(r).str("instance_name").unwrap_or(""))
        .collect();
    // The order in which the service counts, and the name that makes it count so.
    let (order, name) = if names.len() == 1 {
        (vec![0], Some(names[0].to_owned()))
    } else if names.iter().all(|n| *n == names[0]) {
        ((0..names.len()).collect(), Some(names[0].to_owned()))
    } else {
        match &plan_runs(&names, most_per_call::INSTANCES)[..] {
            [run] => (run.members.clone(), Some(run.pattern.clone())),
            _ => (Vec::new(), None),
        }
    };
    let hosts: Vec<Option<&str>> = order
        .iter()
        .map(|i| planned(&requests[*i]).str("host_name"))
        .collect();
    let (Some(name), Ok(host), Some(first)) = (name, host_pattern(&hosts), order.first()) else {
        return Err(Problem::error(
            "call-is-not-one-request",
            "Instances of a call cannot be made by one request",
            "The names of the instances of one call are not consecutive. This is an error in cairn: please report it.",
        ));
    };
    let first = planned(&requests[*first]);
    let mut request = params::run_instances(client.region(), first);
    request.instance_name = Some(name).filter(|n| !n.is_empty());
    request.host_name = host;
    request.amount = Some(requests.len() as i64);
    request.tags = planned_tags(first);
    if requests.len() > 1 && request.private_ip_address.is_some() {
        // The addresses run on from the least.
        let least = requests
            .iter()
            .filter_map(|r| planned(r).str("private_ip"))
            .min_by_key(|a| a.parse::<std::net::Ipv4Addr>().ok());
        request.private_ip_address = least.map(str::to_owned);
    }
    Ok(request)
}

pub(super) async fn create(ty: &Instance, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
    let request = match request(client, &call.requests) {
        Ok(request) => ops::RunInstances {
            tags: creation_tags(planned(&call.requests[0]), &call.token.0),
            client_token: Some(call.token.0.to_string()),
            ..request
        },
        Err(problem) => {
            return call
                .requests
                .iter()
                .map(|_| ApplyResponse::NotApplied(vec![problem.clone()]))
                .collect();
        }
    };
    let mut problems = Vec::new();
    plan::validate(planned(&call.requests[0]), client.rules(), &mut problems);
    if !problems.is_empty() {
        // What was unknown while planning is known now.
        return call
            .requests
            .iter()
            .map(|_| ApplyResponse::NotApplied(problems.clone()))
            .collect();
    }
    match client.send(&request).await {
        Ok(made) => settle(ty, client, call, made.instance_id_sets).await,
        Err(error) => all_failed(call, &error, at_fault(&error, planned(&call.requests[0]))),
    }
}

/// Finds the attribute at fault: of several parameters that may be, those that the configuration gives come first.
pub(super) fn at_fault(error: &ClientError, object: Fields<'_>) -> impl Fn(&str) -> Option<Path> {
    let given = |parameter: &str| {
        params::attribute(parameter)
            .filter(|path| path.first_attr().is_some_and(|name| object.is_set(name)))
    };
    let all = error.parameters();
    let given: Vec<(String, Path)> = all
        .into_iter()
        .filter_map(|p| given(&p).map(|path| (p, path)))
        .collect();
    move |parameter| {
        if given.is_empty() {
            return params::attribute(parameter);
        }
        let found = given.iter().find(|(p, _)| p == parameter);
        found.map(|(_, path)| path.clone())
    }
}

/// Waits for the instances that a call made, and answers for each request.
async fn settle(
    ty: &Instance,
    client: &Client,
    call: &ApplyCall,
    ids: Vec<String>,
) -> Vec<ApplyResponse> {
    let most = limit(&call.requests, MOST);
    let waited = running(client, &ids, most).await;
    let (instances, trouble) = match waited {
        Ok(found) => found,
        // Who is who is not known: the instances are there and carry the call's tag, so the next run finds them.
        Err(error) if ids.len() > 1 => {
            let problem = error.problem(params::attribute);
            return call
                .requests
                .iter()
                .map(|_| ApplyResponse::Unsure(vec![problem.clone()]))
                .collect();
        }
        Err(error) => {
            let problem = error.problem(params::attribute);
            return call
                .requests
                .iter()
                .zip(ids.iter().map(Some).chain(std::iter::repeat(None)))
                .map(|(r, id)| match id {
                    Some(id) => {
                        ApplyResponse::Partial(Box::new(as_planned(r, id)), vec![problem.clone()])
                    }
                    None => ApplyResponse::Unsure(vec![problem.clone()]),
                })
                .collect();
        }
    };
    let owners = assign(&call.requests, instances);
    answer(ty, client, call, owners, trouble).await
}

/// Polls until every instance runs; gives what was seen last, and what went wrong.
async fn running(
    client: &Client,
    ids: &[String],
    most: Duration,
) -> Result<(Vec<types::Instance>, BTreeMap<String, Problem>), ClientError> {
    let seen: std::sync::Mutex<Vec<types::Instance>> = std::sync::Mutex::default();
    let waited = until(most, || async {
        let found = described(client, ids).await?;
        let done = ids.iter().all(|id| {
            found
                .iter()
                .any(|i| i.instance_id == *id && i.status == "Running")
        });
        let stuck = found.iter().any(|i| i.status == "Stopping");
        *seen
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = found;
        Ok((done || stuck).then_some(()))
    })
    .await?;
    let last = seen
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut trouble = BTreeMap::new();
    for instance in last.iter().filter(|i| i.status != "Running") {
        let problem = match waited {
            Waited::TimedOut => timed_out(
                &format!(
                    "The instance {} is {}",
                    instance.instance_id, instance.status
                ),
                most.as_secs(),
            ),
            Waited::Ready(()) => Problem::error(
                "instance-not-running",
                "Instance does not come up",
                format!(
                    "The instance {} went from starting to {}, so it was stopped by someone else.",
                    instance.instance_id, instance.status
                ),
            ),
        };
        trouble.insert(instance.instance_id.clone(), problem);
    }
    Ok((last, trouble))
}

/// Which instance belongs to which request: by name, among equal names by private address, and then it does not matter.
fn assign(
    requests: &[ApplyRequest],
    instances: Vec<types::Instance>,
) -> Vec<Option<types::Instance>> {
    let mut by_name: BTreeMap<String, VecDeque<types::Instance>> = BTreeMap::new();
    let unnamed = requests
        .iter()
        .all(|r| planned(r).str("instance_name").is_none());
    for instance in instances {
        let key = if unnamed {
            String::new()
        } else {
            instance.instance_name.clone()
        };
        by_name.entry(key).or_default().push_back(instance);
    }
    requests
        .iter()
        .map(|request| {
            let f = planned(request);
            let same = by_name.get_mut(f.str("instance_name").unwrap_or(""))?;
            let wanted = f.str("private_ip");
            let place = wanted.and_then(|ip| {
                same.iter()
                    .position(|i| i.vpc_attributes.private_ip_address.iter().any(|a| a == ip))
            });
            match place {
                Some(place) => same.remove(place),
                None => same.pop_front(),
            }
        })
        .collect()
}

/// The follow-ups, which are all safe to repeat, and the answers.
async fn answer(
    ty: &Instance,
    client: &Client,
    call: &ApplyCall,
    owners: Vec<Option<types::Instance>>,
    mut trouble: BTreeMap<String, Problem>,
) -> Vec<ApplyResponse> {
    let ids: Vec<Option<String>> = owners
        .iter()
        .map(|o| o.as_ref().map(|i| i.instance_id.clone()))
        .collect();
    follow_ups(client, call, &ids, &mut trouble).await;
    let token = has_room(planned(&call.requests[0])).then(|| call.token.0.to_string());
    let items: Vec<(ApplyRequest, String)> = call
        .requests
        .iter()
        .zip(&ids)
        .filter_map(|(r, id)| Some((r.clone(), id.clone()?)))
        .collect();
    let mut found = read::read_created(ty, client, &items, token)
        .await
        .into_iter();
    call.requests
        .iter()
        .zip(ids)
        .map(|(request, id)| {
            let Some(id) = id else {
                return cannot_tell(
                    "The call was carried out, and none of the instances that it made has the name of this one.",
                );
            };
            let object = match found.next() {
                Some(Ok(Some(object))) => Box::new(object),
                Some(Err(error)) => {
                    return ApplyResponse::Partial(
                        Box::new(as_planned(request, &id)),
                        vec![error.problem(params::attribute)],
                    );
                }
                Some(Ok(None)) | None => Box::new(as_planned(request, &id)),
            };
            match trouble.remove(&id) {
                Some(problem) => ApplyResponse::Partial(object, vec![problem]),
                None => ApplyResponse::Done(Some(object), Vec::new()),
            }
        })
        .collect()
}

/// What RunInstances does not take, for several instances a request where the API does.
async fn follow_ups(
    client: &Client,
    call: &ApplyCall,
    ids: &[Option<String>],
    trouble: &mut BTreeMap<String, Problem>,
) {
    let first = planned(&call.requests[0]);
    let mut going: Vec<String> = ids
        .iter()
        .flatten()
        .filter(|id| !trouble.contains_key(*id))
        .cloned()
        .collect();
    let settled = |going: &mut Vec<String>,
                   trouble: &mut BTreeMap<String, Problem>,
                   failed: Vec<(String, ClientError)>| {
        going.retain(|id| failed.iter().all(|(other, _)| other != id));
        for (id, error) in failed {
            trouble.insert(id, error.problem(params::attribute));
        }
    };
    let volume_tags = first.map("volume_tags");
    if !volume_tags.is_empty() && !first.is_unknown("volume_tags") && !going.is_empty() {
        let put = volume_tags.into_iter();
        let delta = TagDelta {
            remove: Vec::new(),
            put: put.map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        };
        let failed = tag_disks(client, &going, &delta).await;
        settled(&mut going, trouble, failed);
    }
    if update::has_maintenance(first) && !going.is_empty() {
        let told = update::set_maintenance(client, going.clone(), first).await;
        let failed = told.err().map(|e| all_of(&going, &e)).unwrap_or_default();
        settled(&mut going, trouble, failed);
    }
    let requests = call.requests.iter().zip(ids);
    let further: Vec<(ApplyRequest, String)> = requests
        .filter_map(|(r, id)| Some((r.clone(), id.clone()?)))
        .filter(|(r, id)| going.contains(id) && update::has_further_addresses(planned(r)))
        .collect();
    let token = call.token.0.to_string();
    let assigned = client.fan_out(further, move |client, (request, id)| {
        let token = token.clone();
        async move {
            let f = planned(&request);
            let assigned = update::assign_addresses(&client, &id, f, &token).await;
            assigned.err().map(|e| (id, e))
        }
    });
    let failed = assigned.await.into_iter().flatten().collect();
    settled(&mut going, trouble, failed);
    if first.str("status") == Some("Stopped") {
        let failed = update::stop(client, &going, first.str("stopped_mode")).await;
        settled(&mut going, trouble, failed.into_iter().collect());
    }
}

fn all_of(ids: &[String], error: &ClientError) -> Vec<(String, ClientError)> {
    ids.iter().map(|id| (id.clone(), error.clone())).collect()
}

/// Puts tags on all disks of instances, 50 disks a request.
async fn tag_disks(
    client: &Client,
    ids: &[String],
    delta: &TagDelta,
) -> Vec<(String, ClientError)> {
    let found = client.fan_out(ids.to_vec(), |client, id: String| async move {
        let disks = read::disks_of(&client, &id).await;
        (id, disks)
    });
    let mut failed = Vec::new();
    let mut disks: Vec<(String, String)> = Vec::new();
    for (id, found) in found.await {
        match found {
            Ok(found) => disks.extend(found.into_iter().map(|d| (id.clone(), d.disk_id))),
            Err(error) => failed.push((id, error)),
        }
    }
    for chunk in disks.chunks(most_per_call::TAGGED) {
        let (owners, disks): (Vec<String>, Vec<String>) = chunk.iter().cloned().unzip();
        if let Err(error) = TagHome::Ecs("disk").change(client, &disks, delta).await {
            failed.extend(all_of(&owners, &error));
        }
    }
    failed
}

/// Finds what a creation made whose answer was lost.
pub(super) async fn recover(
    ty: &Instance,
    client: &Client,
    call: &ApplyCall,
) -> Vec<ApplyResponse> {
    let unsure = |error: &ClientError| {
        let problem = error.problem(params::attribute);
        call.requests
            .iter()
            .map(|_| ApplyResponse::Unsure(vec![problem.clone()]))
            .collect()
    };
    if call.requests.iter().any(|r| !has_room(planned(r))) {
        return call
            .requests
            .iter()
            .map(|_| {
                cannot_tell(
                    "The instances have 20 tags of their own, which leaves no room for the one that would have told.",
                )
            })
            .collect();
    }
    // All are made or none; but the list of instances may lag behind.
    let mut instances = Vec::new();
    for look in 0..3 {
        if look > 0 {
            tokio::time::sleep(SECOND_LOOK).await;
        }
        instances = match described_by_call(client, call_filter(&call.token.0)).await {
            Ok(found) => found,
            Err(error) => return unsure(&error),
        };
        if instances.len() >= call.requests.len() || (instances.is_empty() && look > 0) {
            break;
        }
    }
    if instances.is_empty() {
        return call
            .requests
            .iter()
            .map(|_| ApplyResponse::NotApplied(Vec::new()))
            .collect();
    }
    let ids: Vec<String> = instances.iter().map(|i| i.instance_id.clone()).collect();
    let most = limit(&call.requests, MOST);
    let (instances, trouble) = match running(client, &ids, most).await {
        Ok(found) => found,
        Err(error) => return unsure(&error),
    };
    let owners = assign(&call.requests, instances);
    let missing: Vec<bool> = owners.iter().map(Option::is_none).collect();
    let answers = answer(ty, client, call, owners, trouble).await;
    // The call is known to have been carried out, so what it did not make it will not make.
    answers
        .into_iter()
        .zip(missing)
        .map(|(answer, missing)| {
            if missing {
                ApplyResponse::NotApplied(Vec::new())
            } else {
                answer
            }
        })
        .collect()
}

/// The ids of the recorded objects of a call.
pub(super) fn prior_ids(call: &ApplyCall) -> Vec<String> {
    call.requests.iter().map(prior_id).collect()
}
