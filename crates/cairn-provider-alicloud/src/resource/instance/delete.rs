//! Decides how instances are deleted: one DeleteInstances for a call, and the wait until they are gone.

use std::time::Duration;

use cairn_model::ApplyCall;
use cairn_provider::{ApplyResponse, Problem};
use ecs_api::ops;

use super::super::answers::{all_failed, timed_out};
use super::super::prior;
use super::create::prior_ids;
use super::{params, read};
use crate::client::{Client, ClientError};
use crate::describe::attr_path;
use crate::wait::{Waited, limit, until};

const MOST: Duration = Duration::from_secs(1200);

pub(super) async fn delete(client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
    if let Some(refusal) = refusal(call) {
        return call
            .requests
            .iter()
            .map(|_| ApplyResponse::NotApplied(vec![refusal.clone()]))
            .collect();
    }
    let ids = prior_ids(call);
    let most = limit(&call.requests, MOST);
    match run(client, call, &ids, most).await {
        Ok(left) => ids
            .iter()
            .map(|id| {
                if left.contains(id) {
                    let still = format!("The instance {id} is still there");
                    ApplyResponse::NotApplied(vec![timed_out(&still, most.as_secs())])
                } else {
                    ApplyResponse::Done(None, Vec::new())
                }
            })
            .collect(),
        Err(error) => all_failed(call, &error, params::attribute)
            .into_iter()
            .map(|answer| with_way_out(answer, &error))
            .collect(),
    }
}

/// What is known to be refused, so that nothing is asked for: all requests of a call are alike in this.
fn refusal(call: &ApplyCall) -> Option<Problem> {
    let f = prior(&call.requests[0]);
    if f.is_true("deletion_protection") {
        return Some(protected());
    }
    (f.str("instance_charge_type") == Some("PrePaid") && !f.is_true("force_delete")).then(|| {
        Problem::error(
            "prepaid-instance",
            "Prepaid instance is not deleted",
            "The instance is paid for in advance, and deleting it gives that up. Set force_delete = true and apply, then delete \
             it.",
        )
        .at(attr_path("force_delete"))
    })
}

fn protected() -> Problem {
    Problem::error(
        "deletion-protected",
        "Instance is protected from deletion",
        "Its deletion protection is on, so it is not deleted. Set deletion_protection = false and apply, then delete it.",
    )
    .at(attr_path("deletion_protection"))
}

fn with_way_out(answer: ApplyResponse, error: &ClientError) -> ApplyResponse {
    if error.code() == Some("InvalidOperation.DeletionProtection") {
        return ApplyResponse::NotApplied(vec![protected()]);
    }
    answer
}

/// Deletes, and gives those that are still there when time is up.
async fn run(
    client: &Client,
    call: &ApplyCall,
    ids: &[String],
    most: Duration,
) -> Result<Vec<String>, ClientError> {
    let prepaid = prior(&call.requests[0]).str("instance_charge_type") == Some("PrePaid");
    let mut left = ids.to_vec();
    for attempt in 0..5 {
        let sent = client
            .send(&ops::DeleteInstances {
                region_id: client.region(),
                instance_ids: left.clone(),
                force: Some(true),
                terminate_subscription: prepaid.then_some(true),
                client_token: Some(match attempt {
                    0 => call.token.0.to_string(),
                    n => format!("{}-d{n}", &call.token.0[..call.token.0.len().min(60)]),
                }),
                ..ops::DeleteInstances::default()
            })
            .await;
        match sent {
            Ok(_) => break,
            // One that is gone fails the call for all: the others are asked for again.
            Err(error) if error.is_not_found() && attempt < 4 => {
                left = there(client, &left).await?;
                if left.is_empty() {
                    return Ok(left);
                }
            }
            Err(error) => return Err(error),
        }
    }
    let waited = until(most, || async {
        Ok(there(client, &left).await?.is_empty().then_some(()))
    })
    .await?;
    match waited {
        Waited::Ready(()) => Ok(Vec::new()),
        Waited::TimedOut => there(client, &left).await,
    }
}

async fn there(client: &Client, ids: &[String]) -> Result<Vec<String>, ClientError> {
    let found = read::described(client, ids).await?;
    Ok(found.into_iter().map(|i| i.instance_id).collect())
}
