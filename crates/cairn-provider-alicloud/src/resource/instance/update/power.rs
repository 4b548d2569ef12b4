//! Decides how instances are stopped and started: up to a hundred by one request, each once and from the other state that
//! lasts, and one DescribeInstances for all at each look.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ecs_api::types::InstanceResponse;
use ecs_api::{ApiError, Operation, ops};
use tokio::time::Instant;

use super::super::read;
use crate::client::{Client, ClientError};
use crate::grouping::most_per_call;
use crate::wait::pause;

/// A state that lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Power {
    Running,
    Stopped,
}

impl Power {
    fn name(self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::Stopped => "Stopped",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Running => Self::Stopped,
            Self::Stopped => Self::Running,
        }
    }
}

/// The states of instances; those that are gone are left out.
pub(super) async fn states(
    client: &Client,
    ids: &[String],
) -> Result<BTreeMap<String, String>, ClientError> {
    let found = read::described(client, ids).await?;
    let state = found.into_iter().map(|i| (i.instance_id, i.status));
    Ok(state.collect())
}

/// Brings instances to a state; gives what went wrong, by id.
pub(super) async fn reach(
    client: &Client,
    ids: &[String],
    wanted: Power,
    stopped_mode: Option<&str>,
    most: Duration,
) -> BTreeMap<String, ClientError> {
    let mut failed = BTreeMap::new();
    for chunk in ids.chunks(most_per_call::INSTANCES) {
        let mut waiting: BTreeSet<String> = chunk.iter().cloned().collect();
        if let Err(error) = bring(
            client,
            &mut waiting,
            wanted,
            stopped_mode,
            most,
            &mut failed,
        )
        .await
        {
            failed.extend(waiting.into_iter().map(|id| (id, error.clone())));
        }
    }
    failed
}

async fn bring(
    client: &Client,
    waiting: &mut BTreeSet<String>,
    wanted: Power,
    stopped_mode: Option<&str>,
    most: Duration,
    failed: &mut BTreeMap<String, ClientError>,
) -> Result<(), ClientError> {
    let mut asked: BTreeSet<String> = BTreeSet::new();
    let start = Instant::now();
    for look in 0.. {
        let now: Vec<String> = waiting.iter().cloned().collect();
        let states = states(client, &now).await?;
        let mut ask = Vec::new();
        for id in now {
            match states.get(&id).map(String::as_str) {
                None => {
                    waiting.remove(&id);
                    failed.insert(id, gone(wanted));
                }
                Some(state) if state == wanted.name() => {
                    waiting.remove(&id);
                }
                Some(state) if state == wanted.other().name() && !asked.contains(&id) => {
                    asked.insert(id.clone());
                    ask.push(id);
                }
                Some(_) => {}
            }
        }
        if !ask.is_empty() {
            for (id, error) in order(client, ask, wanted, stopped_mode).await? {
                waiting.remove(&id);
                failed.insert(id, error);
            }
        }
        let left = most.saturating_sub(start.elapsed());
        if waiting.is_empty() || left.is_zero() {
            break;
        }
        tokio::time::sleep(pause(look).min(left)).await;
    }
    for id in std::mem::take(waiting) {
        let (state, seconds) = (wanted.name(), most.as_secs());
        let reason = format!("{id} is not {state} after {seconds} seconds");
        let action = ops::DescribeInstances::ACTION;
        failed.insert(id, ClientError::Lost { action, reason });
    }
    Ok(())
}

fn gone(wanted: Power) -> ClientError {
    let message = "The specified InstanceId does not exist.";
    ClientError::Refused {
        action: action(wanted),
        error: Box::new(ApiError::new(404, "InvalidInstanceId.NotFound", message)),
    }
}

fn action(wanted: Power) -> &'static str {
    match wanted {
        Power::Running => ops::StartInstances::ACTION,
        Power::Stopped => ops::StopInstances::ACTION,
    }
}

/// Asks for a state once; gives those that refuse.
async fn order(
    client: &Client,
    instance_ids: Vec<String>,
    wanted: Power,
    stopped_mode: Option<&str>,
) -> Result<Vec<(String, ClientError)>, ClientError> {
    let each_for_itself = Some("SuccessFirst".to_owned());
    let answers = match wanted {
        Power::Running => {
            client
                .send(&ops::StartInstances {
                    region_id: client.region(),
                    instance_ids,
                    batch_optimization: each_for_itself,
                    dry_run: None,
                })
                .await?
        }
        Power::Stopped => {
            client
                .send(&ops::StopInstances {
                    region_id: client.region(),
                    instance_ids,
                    batch_optimization: each_for_itself,
                    stopped_mode: stopped_mode
                        .filter(|mode| *mode != "Not-applicable")
                        .map(str::to_owned),
                    ..ops::StopInstances::default()
                })
                .await?
        }
    };
    let refused = answers.instance_responses.into_iter().filter(refuses);
    Ok(refused
        .map(|r| {
            let error = Box::new(ApiError::new(403, r.code, r.message));
            let action = action(wanted);
            (r.instance_id, ClientError::Refused { action, error })
        })
        .collect())
}

/// An instance that somebody else brought there meanwhile refuses nothing.
fn refuses(response: &InstanceResponse) -> bool {
    !matches!(response.code.as_str(), "" | "200" | "Success")
        && response.previous_status == response.current_status
}
