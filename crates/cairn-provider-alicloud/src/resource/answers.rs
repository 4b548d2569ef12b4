//! Decides what is answered for the requests of a call, alike for all resource types: after a failure, after a success by
//! reading what is there, and after a lost answer by looking for what the call made.

use std::time::Duration;

use cairn_model::{ApplyCall, ApplyRequest, RemoteObject};
use cairn_provider::{ApplyResponse, Problem};
use cairn_value::{Path, Value};

use super::{
    Found, ReadItem, ResourceType, Why, planned, planned_object, prior_id, prior_object, tags,
};
use crate::client::{Client, ClientError};
use crate::describe::{Draft, is_unset};
use crate::wait::Waited;

/// How long recovery waits before it looks a second time: a request whose answer was lost may still be under way.
pub(crate) const SECOND_LOOK: Duration = Duration::from_secs(2);

/// What to read an object from that was just made or changed as planned.
pub(crate) fn read_planned(request: &ApplyRequest, id: &str) -> ReadItem {
    let mut draft = Draft::over(planned_object(request));
    draft.put("id", Value::string(id));
    ReadItem {
        id: id.to_owned(),
        base: draft.into_object(),
        why: Why::Applied,
    }
}

/// The planned object with its id, for one that exists and could not be read.
pub(crate) fn as_planned(request: &ApplyRequest, id: &str) -> RemoteObject {
    let mut draft = Draft::over(planned_object(request));
    draft.put("id", Value::string(id));
    draft.finish()
}

/// The answer to a request that failed before anything was done, as far as that can be said.
pub(crate) fn failed(error: &ClientError, place: impl Fn(&str) -> Option<Path>) -> ApplyResponse {
    let problems = vec![error.problem(place)];
    if error.is_certain() {
        ApplyResponse::NotApplied(problems)
    } else {
        ApplyResponse::Unsure(problems)
    }
}

/// The same answer for every request of a call.
pub(crate) fn all_failed(
    call: &ApplyCall,
    error: &ClientError,
    place: impl Fn(&str) -> Option<Path>,
) -> Vec<ApplyResponse> {
    call.requests
        .iter()
        .map(|_| failed(error, &place))
        .collect()
}

/// The answers to updates that failed on their way: what is there now is read and recorded.
pub(crate) async fn half_updated(
    ty: &dyn ResourceType,
    client: &Client,
    failed: Vec<(&ApplyRequest, &ClientError)>,
) -> Vec<ApplyResponse> {
    let items = failed.iter().map(|(r, _)| read_recorded(r)).collect();
    let found = ty.read(client, items).await;
    let answer = |((_, error), found): ((_, &ClientError), _)| {
        let problem = error.problem(|p| ty.attribute(p));
        as_found(found, problem, error.is_certain())
    };
    failed.into_iter().zip(found).map(answer).collect()
}

/// The answer to an update that was carried out and is not complete in time: what is there now is read and recorded.
pub(crate) async fn still_changing(
    ty: &dyn ResourceType,
    client: &Client,
    request: &ApplyRequest,
    problem: Problem,
) -> Vec<ApplyResponse> {
    let found = ty.read(client, vec![read_recorded(request)]).await;
    let answer = |found| as_found(found, problem.clone(), false);
    found.into_iter().map(answer).collect()
}

/// What is there is recorded; where it cannot be read, it counts whether the request certainly did nothing.
fn as_found(found: Found, problem: Problem, did_nothing: bool) -> ApplyResponse {
    let problems = vec![problem];
    match found {
        Ok(Some(object)) => ApplyResponse::Partial(Box::new(object), problems),
        _ if did_nothing => ApplyResponse::NotApplied(problems),
        _ => ApplyResponse::Unsure(problems),
    }
}

/// Reads objects that were just made or changed, and answers for them.
pub(crate) async fn answer_by_reading(
    ty: &dyn ResourceType,
    client: &Client,
    requests: &[ApplyRequest],
    ids: &[String],
) -> Vec<ApplyResponse> {
    let items = requests
        .iter()
        .zip(ids)
        .map(|(r, id)| read_planned(r, id))
        .collect();
    let found = ty.read(client, items).await;
    requests
        .iter()
        .zip(ids)
        .zip(found)
        .map(|((request, id), found)| match found {
            Ok(Some(object)) => ApplyResponse::Done(Some(Box::new(object)), Vec::new()),
            Ok(None) => ApplyResponse::Partial(
                Box::new(as_planned(request, id)),
                vec![Problem::error(
                    "object-vanished",
                    "Object vanished right after it was applied",
                    format!(
                        "{id} was applied, and the cloud does not list it any more. It may have been deleted by someone else."
                    ),
                )],
            ),
            Err(error) => ApplyResponse::Partial(
                Box::new(as_planned(request, id)),
                vec![error.problem(|p| ty.attribute(p))],
            ),
        })
        .collect()
}

fn read_recorded(request: &ApplyRequest) -> ReadItem {
    ReadItem {
        id: prior_id(request),
        base: prior_object(request).clone(),
        why: Why::Refresh,
    }
}

/// What became of an update whose answer was lost: what is there is recorded, and the next plan finds what is missing.
pub(crate) async fn recover_update(
    ty: &dyn ResourceType,
    client: &Client,
    call: &ApplyCall,
) -> Vec<ApplyResponse> {
    let items = call.requests.iter().map(read_recorded).collect();
    let found = ty.read(client, items).await;
    call.requests
        .iter()
        .zip(found)
        .map(|(request, found)| match found {
            Ok(Some(object)) if is_reached(&request.planned, object.value.value()) => {
                ApplyResponse::Done(Some(Box::new(object)), Vec::new())
            }
            Ok(Some(object)) => ApplyResponse::Partial(
                Box::new(object),
                vec![Problem::warning(
                    "update-interrupted",
                    "Update was interrupted",
                    "An update of this object was interrupted before it was complete. What the cloud has now is recorded; the \
                     next plan shows what is still to be changed.",
                )],
            ),
            Ok(None) => ApplyResponse::NotApplied(Vec::new()),
            Err(error) => ApplyResponse::Unsure(vec![error.problem(|p| ty.attribute(p))]),
        })
        .collect()
}

/// What became of a deletion whose answer was lost.
pub(crate) async fn recover_delete(
    ty: &dyn ResourceType,
    client: &Client,
    call: &ApplyCall,
) -> Vec<ApplyResponse> {
    let items = call.requests.iter().map(read_recorded).collect();
    let found = ty.read(client, items).await;
    found
        .into_iter()
        .map(|found| match found {
            Ok(None) => ApplyResponse::Done(None, Vec::new()),
            Ok(Some(_)) => ApplyResponse::NotApplied(Vec::new()),
            Err(error) => ApplyResponse::Unsure(vec![error.problem(|p| ty.attribute(p))]),
        })
        .collect()
}

/// Recovery of a creation of one object that carries the call's tag: looks, waits, looks again. `look` gives the ids of all
/// objects with the tag.
pub(crate) async fn recover_by_tag<F, R>(
    ty: &dyn ResourceType,
    client: &Client,
    call: &ApplyCall,
    look: F,
) -> Vec<ApplyResponse>
where
    F: Fn() -> R + Send,
    R: Future<Output = Result<Vec<String>, ClientError>> + Send,
{
    let [request] = &call.requests[..] else {
        let why = "The call was for several objects, which this type never makes at once.";
        return call.requests.iter().map(|_| cannot_tell(why)).collect();
    };
    if !tags::has_room(planned(request)) {
        return vec![cannot_tell(
            "The object has 20 tags of its own, which leaves no room for the one that would have told.",
        )];
    }
    for again in [true, false] {
        let ids = match look().await {
            Ok(ids) => ids,
            Err(error) => {
                return vec![ApplyResponse::Unsure(vec![
                    error.problem(|p| ty.attribute(p)),
                ])];
            }
        };
        match &ids[..] {
            [] if again => tokio::time::sleep(SECOND_LOOK).await,
            [] => {}
            [_] => return answer_by_reading(ty, client, &call.requests, &ids).await,
            several => {
                return vec![cannot_tell(&format!(
                    "Several objects carry the call's tag: {}.",
                    several.join(", ")
                ))];
            }
        }
    }
    vec![ApplyResponse::NotApplied(Vec::new())]
}

/// The answer where it cannot be told what a call did.
pub(crate) fn cannot_tell(why: &str) -> ApplyResponse {
    ApplyResponse::Unsure(vec![Problem::error(
        "outcome-unknown",
        "Outcome of an interrupted call is not known",
        format!(
            "{why} Look in the console whether the object is there. Then close the call with `cairn state abandon`, import the object \
             if it is there, and apply again."
        ),
    )])
}

/// Whether what is there is what was planned, in everything that was known when it was planned.
fn is_reached(planned: &Value, actual: &Value) -> bool {
    let (Some(planned), Some(actual)) = (planned.as_object(), actual.as_object()) else {
        return false;
    };
    planned.iter().all(|(name, value)| {
        &**name == "timeouts"
            || !value.is_wholly_known()
            || actual
                .get(name)
                .is_some_and(|a| a == value || (is_unset(a) && is_unset(value)))
    })
}

/// What a creation or deletion says that took longer than it may.
pub(crate) fn timed_out(what: &str, seconds: u64) -> Problem {
    Problem::error(
        "wait-timed-out",
        "Waiting took too long",
        format!(
            "{what} after {seconds} seconds. It may still come to that: look again with a plan. A timeouts block allows more \
             time."
        ),
    )
}

/// The answer to a deletion that was tried until it went through, failed for good, or time was up.
pub(crate) fn deleted(
    ended: Result<Waited<Result<(), ClientError>>, ClientError>,
    still: &str,
    most: Duration,
) -> ApplyResponse {
    match ended {
        Ok(Waited::Ready(Ok(()))) => ApplyResponse::Done(None, Vec::new()),
        Ok(Waited::TimedOut) => ApplyResponse::NotApplied(vec![timed_out(still, most.as_secs())]),
        Ok(Waited::Ready(Err(error))) | Err(error) => failed(&error, |_| None),
    }
}
