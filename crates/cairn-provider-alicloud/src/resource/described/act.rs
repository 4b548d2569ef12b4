//! Decides how objects of a described type are made, changed, deleted and found again: which parameters an action carries,
//! what is waited for, and what is answered when it goes wrong half-way.

use cairn_model::{ApplyCall, ApplyKind, ApplyRequest};
use cairn_provider::{ApplyResponse, Problem};
use cairn_value::Value;
use serde_json::Value as Json;

use super::{Action, Change, Description, FAILED, FoundAgain, look};
use crate::client::{Client, ClientError};
use crate::describe::wire::{Form, Params, Wire, all_params, texts, value_params};
use crate::describe::{Attr, Fields, is_unset};
use crate::resource::answers::{
    SECOND_LOOK, all_failed, answer_by_reading, as_planned, cannot_tell, deleted, half_updated,
    read_planned, recover_by_tag, still_changing, timed_out,
};
use crate::resource::tags::{CALL_TAG, TagDelta, has_room};
use crate::resource::{planned, prior, prior_id};
use crate::wait::{Waited, until};

/// Makes one object.
pub(super) async fn create(
    ty: &Description,
    client: &Client,
    call: &ApplyCall,
) -> Vec<ApplyResponse> {
    let request = &call.requests[0];
    let object = planned(request);
    let action = ty.creation(object);
    let mut params = action_params(ty, client, action, &[], object);
    params.extend(all_params(&ty.table, object));
    if let Some(fill) = action.fill {
        fill(object, &call.token.0, &mut params);
    }
    if action.retry == ecs_api::Retry::ByToken {
        params.push(("ClientToken".to_owned(), call.token.0.to_string()));
    }
    if matches!(ty.found_again, FoundAgain::ByTag) && has_room(object) {
        let n = object.map("tags").len() + 1;
        params.push((format!("Tag.{n}.Key"), CALL_TAG.to_owned()));
        params.push((format!("Tag.{n}.Value"), call.token.0.to_string()));
    }
    let answer = match client.send_params(ty.info(action), params).await {
        Ok(answer) => answer,
        Err(error) => return all_failed(call, &error, |p| place(ty, p)),
    };
    let id = match look::id(ty, client, object, Some(&answer)).await {
        Ok(Some(id)) => id,
        Ok(None) => {
            return vec![cannot_tell(&format!(
                "{} answered without the id of what it made.",
                action.name
            ))];
        }
        Err(error) => return vec![failed_to_tell(ty, &error)],
    };
    if let Some(problem) = action.keep.and_then(|keep| keep(object, Some(&answer))) {
        let made = Box::new(as_planned(request, &id));
        return vec![ApplyResponse::Partial(made, vec![problem])];
    }
    let finished = async {
        let waited = wait_ready(ty, client, &call.requests, ApplyKind::Create, &id).await?;
        let mut seen = match waited {
            Waited::Ready(Ok(seen)) => seen,
            other => return Ok(other),
        };
        for change in ty.changes.iter().filter(|c| c.after_create) {
            if set_after_creation(ty, client, change, &id, object).await? {
                seen = None;
            }
        }
        Ok(Waited::Ready(Ok(seen)))
    };
    let problem = match finished.await {
        // What was waited for tells all there is, unless something was set since.
        Ok(Waited::Ready(Ok(Some(seen)))) => {
            let object = look::object(ty, &read_planned(request, &id), &seen);
            return vec![ApplyResponse::Done(Some(Box::new(object)), Vec::new())];
        }
        Ok(Waited::Ready(Ok(None))) => {
            return answer_by_reading(ty, client, &call.requests, &[id]).await;
        }
        Ok(Waited::Ready(Err(state))) => came_to_nothing(ty, &id, &state),
        Ok(Waited::TimedOut) => {
            let most = ty.limit(&call.requests, ApplyKind::Create);
            timed_out(
                &format!("The {} {id} is not ready", ty.noun),
                most.as_secs(),
            )
        }
        Err(error) => {
            let error: ClientError = error;
            error.problem(|p| place(ty, p))
        }
    };
    vec![ApplyResponse::Partial(
        Box::new(as_planned(request, &id)),
        vec![problem],
    )]
}

fn place(ty: &Description, parameter: &str) -> Option<cairn_value::Path> {
    use crate::resource::ResourceType as _;
    ty.attribute(parameter)
}

/// What every request of an action carries: region, id, fixed parameters, attributes that go along.
fn action_params(
    ty: &Description,
    client: &Client,
    action: &Action,
    parts: &[String],
    object: Fields<'_>,
) -> Params {
    let mut params = Params::new();
    if action.region {
        params.push(("RegionId".to_owned(), client.region()));
    }
    let ids = action.id.iter().zip(parts).filter(|(n, _)| !n.is_empty());
    for (i, (name, part)) in ids.enumerate() {
        if action.as_list && i == 0 {
            params.extend(Form::Json.params(name, std::slice::from_ref(part)));
        } else {
            params.push(((*name).to_owned(), part.clone()));
        }
    }
    let fixed = action.fixed.iter();
    params.extend(fixed.map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    put(ty, action.with, object, &mut params);
    params
}

fn put(
    ty: &Description,
    attrs: &[(&'static str, &'static str)],
    object: Fields<'_>,
    params: &mut Params,
) {
    for (attr, param) in attrs {
        if let Some(value) = object.value(attr) {
            let wire = ty.table.attr(attr).map_or(Wire::default(), |a| a.wire);
            value_params(param, wire, value, params);
        }
    }
}

async fn send_change(
    ty: &Description,
    client: &Client,
    change: &Change,
    attrs: &[(&'static str, &'static str)],
    id: &str,
    object: Fields<'_>,
) -> Result<(), ClientError> {
    let mut params = action_params(ty, client, &change.action, &ty.parts(id), object);
    put(ty, attrs, object, &mut params);
    client
        .send_params(ty.info(&change.action), params)
        .await
        .map(|_| ())
}

/// Sets what the creation could not; says whether there was anything.
async fn set_after_creation(
    ty: &Description,
    client: &Client,
    change: &Change,
    id: &str,
    object: Fields<'_>,
) -> Result<bool, ClientError> {
    let set: Vec<_> = change
        .attrs
        .iter()
        .copied()
        .filter(|(attr, _)| {
            let known = ty.table.attr(attr);
            let carried = known.is_some_and(|a| !a.wire.param.is_empty());
            // A `false` that is known of what the cloud may choose is a wish.
            let wish = |v: &Value| {
                let no = known.is_some_and(Attr::is_computed) && *v == Value::Bool(false);
                v.is_wholly_known() && (!is_unset(v) || no)
            };
            !carried && object.value(attr).is_some_and(wish)
        })
        .collect();
    if !set.is_empty() {
        send_change(ty, client, change, &set, id, object).await?;
    }
    Ok(!set.is_empty())
}

/// Waits until an object is complete, and gives what was seen of it then; or until it is in a state from which it never will be:
/// then that state is the error.
async fn wait_ready(
    ty: &Description,
    client: &Client,
    requests: &[ApplyRequest],
    kind: ApplyKind,
    id: &str,
) -> Result<Waited<Result<Option<Json>, String>>, ClientError> {
    let Some(ready) = ty.ready else {
        return Ok(Waited::Ready(Ok(None)));
    };
    until(ty.limit(requests, kind), || async {
        let items = look::items(ty, client, id).await?;
        Ok(items.into_iter().find_map(|item| {
            let state = texts(&item, ready.field).pop().unwrap_or_default();
            match state.as_str() {
                s if ready.states.contains(&s) => Some(Ok(Some(item))),
                s if FAILED.contains(&s) => Some(Err(state)),
                _ => None,
            }
        }))
    })
    .await
}

/// What is said of an object that will never be complete.
fn came_to_nothing(ty: &Description, id: &str, state: &str) -> Problem {
    Problem::error(
        "object-failed",
        "Object failed",
        format!(
            "The {} {id} has ended in the state {state}. Look in the console for the reason; the next apply makes it anew.",
            ty.noun
        ),
    )
}

/// Changes objects: tags of several, anything else of one.
pub(super) async fn update(
    ty: &Description,
    client: &Client,
    call: &ApplyCall,
) -> Vec<ApplyResponse> {
    let ids: Vec<String> = call.requests.iter().map(prior_id).collect();
    let first = &call.requests[0];
    let (old, new) = (prior(first), planned(first));
    let changed = async {
        for (change, attrs) in ty.needed(old, new) {
            send_change(ty, client, change, &attrs, &ids[0], new).await?;
            let waited = wait_ready(ty, client, &call.requests, ApplyKind::Update, &ids[0]);
            match waited.await? {
                Waited::Ready(Ok(_)) => {}
                ended => return Ok(ended),
            }
        }
        if let Some(home) = ty.tags {
            home.change(client, &ids, &TagDelta::between(old, new))
                .await?;
        }
        Ok(Waited::Ready(Ok(None)))
    };
    let changed: Result<Waited<Result<Option<Json>, String>>, ClientError> = changed.await;
    let partial = |problem| {
        let object = as_planned(first, &ids[0]);
        vec![ApplyResponse::Partial(Box::new(object), vec![problem])]
    };
    match changed {
        Ok(Waited::Ready(Ok(_))) => answer_by_reading(ty, client, &call.requests, &ids).await,
        Ok(Waited::Ready(Err(state))) => partial(came_to_nothing(ty, &ids[0], &state)),
        Ok(Waited::TimedOut) => {
            let most = ty.limit(&call.requests, ApplyKind::Update);
            let what = format!("The {} {} is not ready", ty.noun, ids[0]);
            let problem = timed_out(&what, most.as_secs());
            still_changing(ty, client, first, problem).await
        }
        Err(error) => {
            let failed = call.requests.iter().map(|r| (r, &error)).collect();
            half_updated(ty, client, failed).await
        }
    }
}

/// Deletes one object: again and again while something holds on to it, until it is gone.
pub(super) async fn delete(
    ty: &Description,
    client: &Client,
    call: &ApplyCall,
) -> Vec<ApplyResponse> {
    let request = &call.requests[0];
    let id = prior_id(request);
    let most = ty.limit(&call.requests, ApplyKind::Delete);
    let params = action_params(ty, client, &ty.delete, &ty.parts(&id), prior(request));
    let gone = || async {
        if ty.delete.leaves_trace {
            return Ok(Some(Ok(())));
        }
        let left = look::items(ty, client, &id).await?;
        Ok(left.is_empty().then_some(Ok(())))
    };
    let ended = until(most, || async {
        match client
            .send_params(ty.info(&ty.delete), params.clone())
            .await
        {
            Ok(_) => gone().await,
            Err(e) if e.is_not_found() => Ok(Some(Ok(()))),
            // What holds on to it may be gone with it: what a detachment undoes, say.
            Err(e) if e.is_dependency() => gone().await,
            Err(e) => Ok(Some(Err(e))),
        }
    })
    .await;
    let still = format!("The {} {id} is still there or in use", ty.noun);
    vec![deleted(ended, &still, most)]
}

/// Finds what a creation made whose answer was lost.
pub(super) async fn recover_create(
    ty: &Description,
    client: &Client,
    call: &ApplyCall,
) -> Vec<ApplyResponse> {
    let request = &call.requests[0];
    let object = planned(request);
    match ty.found_again {
        FoundAgain::ByTag => {
            let token = &call.token.0;
            let found = recover_by_tag(ty, client, call, || {
                look::tagged(ty, client, CALL_TAG, token)
            })
            .await;
            // What the answer alone told is lost with it.
            let keep = ty.creation(object).keep;
            let lost = keep.and_then(|keep| keep(object, None));
            match (found.as_slice(), lost) {
                ([ApplyResponse::Done(Some(made), _)], Some(problem)) => {
                    vec![ApplyResponse::Partial(made.clone(), vec![problem])]
                }
                _ => found,
            }
        }
        FoundAgain::ById => {
            let id = match look::id(ty, client, object, None).await {
                Ok(Some(id)) => id,
                Ok(None) => {
                    return vec![cannot_tell("The id of what was being made is not known.")];
                }
                Err(error) => return vec![failed_to_tell(ty, &error)],
            };
            for again in [true, false] {
                match look::items(ty, client, &id).await {
                    Err(error) => return vec![failed_to_tell(ty, &error)],
                    Ok(found) if !found.is_empty() => {
                        return answer_by_reading(ty, client, &call.requests, &[id]).await;
                    }
                    Ok(_) if again => tokio::time::sleep(SECOND_LOOK).await,
                    Ok(_) => {}
                }
            }
            vec![ApplyResponse::NotApplied(Vec::new())]
        }
    }
}

fn failed_to_tell(ty: &Description, error: &ClientError) -> ApplyResponse {
    ApplyResponse::Unsure(vec![error.problem(|p| place(ty, p))])
}
