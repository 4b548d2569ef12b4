//! Decides how a failed request is told to a person: what it means, which attribute is at fault, what to do, and the
//! service's own words with the request id.

use cairn_provider::Problem;
use cairn_value::Path;
use ecs_api::{ApiError, ErrorClass, ParamError};

/// Why a request gave no result.
#[derive(Clone, Debug)]
pub(crate) enum ClientError {
    /// The service refused it.
    Refused {
        /// The operation.
        action: &'static str,
        /// Its answer.
        error: Box<ApiError>,
    },
    /// It breaks a documented rule and was not sent.
    Invalid {
        /// The operation.
        action: &'static str,
        /// The rule.
        error: ParamError,
    },
    /// It could not be sent.
    NotSent {
        /// The operation.
        action: &'static str,
        /// Why.
        reason: String,
    },
    /// It was sent, and what became of it is unknown.
    Lost {
        /// The operation.
        action: &'static str,
        /// Why.
        reason: String,
    },
    /// It was not sent, since there are no keys to sign it with.
    NoKeys(Box<Problem>),
}

impl ClientError {
    /// Whether it certainly did nothing.
    pub(crate) fn is_certain(&self) -> bool {
        match self {
            Self::Invalid { .. } | Self::NotSent { .. } | Self::NoKeys(_) => true,
            // A failure of the service may come after the deed.
            Self::Refused { error, .. } => error.status < 500,
            Self::Lost { .. } => false,
        }
    }

    /// Whether it is the answer to a dry run that would have passed.
    pub(crate) fn is_dry_run_pass(&self) -> bool {
        matches!(self, Self::Refused { error, .. } if error.is_dry_run_pass())
    }

    /// Whether the service says that the thing does not exist.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { error, .. } if error.is_not_found())
    }

    /// The error code, of a refusal.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { error, .. } => Some(&error.code),
            _ => None,
        }
    }

    /// The parameters that it is about.
    pub(crate) fn parameters(&self) -> Vec<String> {
        match self {
            Self::Refused { error, .. } => error.concerned_parameters(),
            Self::Invalid { error, .. } => vec![error.parameter.clone()],
            Self::NotSent { .. } | Self::Lost { .. } | Self::NoKeys(_) => Vec::new(),
        }
    }

    /// Whether something else holds on to the object.
    pub(crate) fn is_dependency(&self) -> bool {
        self.code().is_some_and(|c| {
            c.starts_with("DependencyViolation")
                || c.starts_with("Forbidden.VpcNotFound")
                || matches!(
                    c,
                    "OperationConflict"
                        | "TaskConflict"
                        | "IncorrectVSwitchStatus"
                        | "IncorrectStatus"
                        | "IncorrectEipStatus"
                        | "InvalidParameter.KeypairAlreadyAttachedInstance"
                        | "Forbidden.VSwitchInUse"
                )
        })
    }

    /// As a message. `place` finds the attribute for a parameter of the request.
    pub(crate) fn problem(&self, place: impl Fn(&str) -> Option<Path>) -> Problem {
        match self {
            Self::Refused { action, error } => refused(action, error, place),
            Self::Invalid { action, error } => {
                let problem = Problem::error(
                    "invalid-value",
                    "Invalid value for an argument",
                    format!(
                        "{} Found before {action} was sent, in its parameter {}.",
                        error.message, error.parameter
                    ),
                );
                at(problem, place(&error.parameter))
            }
            Self::NotSent { action, reason } => Problem::error(
                "cloud-unreachable",
                "Alibaba Cloud cannot be reached",
                format!(
                    "{action} could not be sent: {reason}. Check the network, the region and the endpoints. Nothing was changed \
                     by this request."
                ),
            ),
            Self::NoKeys(problem) => (**problem).clone(),
            Self::Lost { action, reason } => Problem::error(
                "cloud-answer-lost",
                "Answer of Alibaba Cloud was lost",
                format!(
                    "{action} was sent and its answer never came: {reason}. Whether it was done is not known; the next run \
                     looks before it does anything else."
                ),
            ),
        }
    }
}

fn at(problem: Problem, path: Option<Path>) -> Problem {
    match path {
        Some(path) => problem.at(path),
        None => problem,
    }
}

fn refused(action: &str, error: &ApiError, place: impl Fn(&str) -> Option<Path>) -> Problem {
    let (code, summary) = match error.class() {
        ErrorClass::Auth => ("cloud-access-denied", "Access refused by Alibaba Cloud"),
        ErrorClass::UserConfig => ("cloud-refused", "Request refused by Alibaba Cloud"),
        ErrorClass::Quota => ("cloud-quota", "Quota of the account reached"),
        ErrorClass::Stock => ("cloud-stock", "Not available in this zone now"),
        ErrorClass::Conflict => ("cloud-conflict", "Something else is in the way"),
        ErrorClass::TransientRetry | ErrorClass::Throttling => {
            ("cloud-busy", "Alibaba Cloud was too busy for too long")
        }
        ErrorClass::Internal => ("cloud-internal", "Alibaba Cloud failed"),
    };
    let words = format!(
        "{action} answered {} (HTTP {}): {}",
        error.code,
        error.status,
        error.message.trim()
    );
    let id = if error.request_id.is_empty() {
        String::new()
    } else {
        format!("\nRequest id: {}", error.request_id)
    };
    let detail = match error.row() {
        Some(row) => format!("{} {}\n\n{words}{id}", row.meaning, row.advice),
        None => format!("{words}{id}"),
    };
    let path = error.concerned_parameters().iter().find_map(|p| place(p));
    at(Problem::error(code, summary, detail), path)
}
