//! Decides how the instances of one call are changed together: one request for all where the API takes many, a few under way
//! at a time where it takes one; and that a failure keeps the instance that it is about from what follows, and no other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use cairn_model::{ApplyCall, ApplyRequest};
use ecs_api::ApiError;

use super::changed;
use crate::client::{Client, ClientError};
use crate::describe::Fields;
use crate::resource::{planned, prior, prior_id};
use crate::wait::limit;

/// One instance that is changed.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) id: String,
    request: ApplyRequest,
    changed: Arc<[String]>,
    token: String,
}

impl Member {
    /// What is recorded of it.
    pub(super) fn prior(&self) -> Fields<'_> {
        prior(&self.request)
    }

    /// What it is to be.
    pub(super) fn planned(&self) -> Fields<'_> {
        planned(&self.request)
    }

    /// Whether an attribute changes.
    pub(super) fn is(&self, attribute: &str) -> bool {
        self.changed.iter().any(|c| c == attribute)
    }

    /// Whether one of the attributes changes.
    pub(super) fn any(&self, attributes: &[&str]) -> bool {
        attributes.iter().any(|a| self.is(a))
    }

    /// The client token of one step of its change.
    pub(super) fn token(&self, step: &str) -> String {
        format!("{}-{step}", self.token)
    }

    /// It is to be stopped when all is done.
    pub(super) fn ends_stopped(&self) -> bool {
        self.planned().str("status") == Some("Stopped")
    }
}

/// The instances of a call, with what went wrong so far.
pub(super) struct Members<'a> {
    pub(super) client: &'a Client,
    /// How long each wait may take.
    pub(super) most: Duration,
    all: Vec<Member>,
    failed: BTreeMap<String, ClientError>,
}

impl<'a> Members<'a> {
    pub(super) fn of(client: &'a Client, call: &ApplyCall, most: Duration) -> Self {
        let base = &call.token.0[..call.token.0.len().min(50)];
        let member = |(i, request): (usize, &ApplyRequest)| Member {
            id: prior_id(request),
            request: request.clone(),
            changed: changed(request).into_iter().map(str::to_owned).collect(),
            token: if call.requests.len() == 1 {
                base.to_owned()
            } else {
                format!("{base}-{i}")
            },
        };
        Self {
            client,
            most: limit(&call.requests, most),
            all: call.requests.iter().enumerate().map(member).collect(),
            failed: BTreeMap::new(),
        }
    }

    /// Those that nothing went wrong with.
    pub(super) fn going(&self) -> Vec<Member> {
        let going = self.all.iter().filter(|m| !self.failed.contains_key(&m.id));
        going.cloned().collect()
    }

    /// Every one, whatever went wrong.
    pub(super) fn all(&self) -> &[Member] {
        &self.all
    }

    /// What went wrong first, by id.
    pub(super) fn into_failed(self) -> BTreeMap<String, ClientError> {
        self.failed
    }

    /// Notes that something went wrong with one; the first failure counts.
    pub(super) fn fail(&mut self, id: &str, error: ClientError) {
        self.failed.entry(id.to_owned()).or_insert(error);
    }

    /// Notes that something went wrong with several.
    pub(super) fn fail_all(&mut self, ids: &[String], error: &ClientError) {
        for id in ids {
            self.fail(id, error.clone());
        }
    }

    /// Notes what the answer to a request for many says of one.
    pub(super) fn refuse(&mut self, action: &'static str, id: &str, code: &str, message: &str) {
        let error = Box::new(ApiError::new(403, code, message));
        self.fail(id, ClientError::Refused { action, error });
    }

    /// Does the same for each of those that are still going and that it concerns.
    pub(super) async fn each<R>(
        &mut self,
        concerned: impl Fn(&Member) -> bool,
        change: impl Fn(Client, Member) -> R,
    ) where
        R: Future<Output = Result<(), ClientError>> + Send + 'static,
    {
        let members: Vec<Member> = self.going().into_iter().filter(concerned).collect();
        let ids: Vec<String> = members.iter().map(|m| m.id.clone()).collect();
        let results = self.client.fan_out(members, change).await;
        for (id, result) in ids.iter().zip(results) {
            if let Err(error) = result {
                self.fail(id, error);
            }
        }
    }
}
