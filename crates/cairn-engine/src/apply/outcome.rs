//! Decides what a provider's answer means for the record: what is put, what is removed, what stays open.

use cairn_model::{
    AbsProviderConfig, ApplyKind, ApplyRequest, Mutation, ObjectStatus, RemoteObject,
};
use cairn_plan::recordable;
use cairn_provider::{ApplyResponse, Problem, Registry};

/// What one object's part of a call comes to.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    /// It was done.
    pub(crate) ok: bool,
    /// It is not known whether it was done.
    pub(crate) unsure: bool,
    /// What to record.
    pub(crate) mutations: Vec<Mutation>,
    /// What to say.
    pub(crate) problems: Vec<Problem>,
    /// The object's id now.
    pub(crate) id: Option<String>,
}

impl Outcome {
    pub(crate) fn done(mutations: Vec<Mutation>, id: Option<String>) -> Self {
        Self {
            ok: true,
            unsure: false,
            mutations,
            problems: Vec::new(),
            id,
        }
    }

    pub(crate) fn failed(problems: Vec<Problem>) -> Self {
        Self {
            ok: false,
            unsure: false,
            mutations: Vec::new(),
            problems,
            id: None,
        }
    }

    pub(crate) fn unsure(problems: Vec<Problem>) -> Self {
        Self {
            unsure: true,
            ..Self::failed(problems)
        }
    }
}

/// The id attribute of an object.
pub(crate) fn id_of(remote: &RemoteObject) -> Option<String> {
    remote
        .value
        .value()
        .get_attr("id")
        .and_then(|v| v.as_str())
        .map(str::to_owned)
}

/// What an answer about one object means. What is never recorded (values of write-only arguments) is left out.
pub(crate) fn outcome(
    provider: &AbsProviderConfig,
    request: &ApplyRequest,
    answer: ApplyResponse,
    registry: &Registry,
) -> Outcome {
    let kept = |remote: RemoteObject, status: ObjectStatus| {
        let remote = recordable(provider, &request.ty, remote, registry);
        request.recorded(provider, remote, status)
    };
    match answer {
        ApplyResponse::Done(Some(remote), problems) => {
            let id = id_of(&remote);
            Outcome {
                problems,
                ..Outcome::done(kept(*remote, ObjectStatus::Ready), id)
            }
        }
        ApplyResponse::Done(None, problems) => {
            // A replacement that is gone as soon as it was made leaves what it replaces to be deleted.
            let gone = request.set_aside().unwrap_or_else(|| Mutation::Remove {
                addr: request.addr.clone(),
                deposed: request.deposed.clone(),
            });
            let id = request.prior.as_ref().and_then(id_of);
            Outcome {
                problems,
                ..Outcome::done(vec![gone], id)
            }
        }
        ApplyResponse::Partial(remote, problems) => {
            // Made but not as asked: the next plan replaces it. Changed in part: it is what it is, the next plan goes on.
            let status = match request.kind {
                ApplyKind::Create => ObjectStatus::Tainted,
                ApplyKind::Update | ApplyKind::Delete => ObjectStatus::Ready,
            };
            let id = id_of(&remote);
            Outcome {
                id,
                mutations: kept(*remote, status),
                ..Outcome::failed(problems)
            }
        }
        ApplyResponse::NotApplied(problems) => Outcome::failed(problems),
        ApplyResponse::Unsure(problems) => Outcome::unsure(problems),
    }
}
