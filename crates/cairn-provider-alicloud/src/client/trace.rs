//! Decides what the log says of a request: the operation, which attempt it is, the request id, how long it took; and that nothing
//! secret is in it. Only values of parameters that say which objects are meant are written, of the others the names alone.

use std::time::Duration;

use ecs_api::ApiError;
use log::{Level, debug, log_enabled, trace};

use super::retry::Failure;

/// Names of parameters, without their indexes, whose values are written. Those that end with `Id` or `Ids` are too, but for keys.
const SHOWN: [&str; 12] = [
    "Amount",
    "ClientToken",
    "DryRun",
    "InstanceIds",
    "InstanceType",
    "MaxResults",
    "MinAmount",
    "PageNumber",
    "PageSize",
    "ResourceType",
    "Status",
    "VpcIds",
];

/// A request leaves.
pub(super) fn asked(action: &str, attempt: u32, params: &[(String, String)]) {
    debug!("{action}: asked, attempt {attempt}");
    if log_enabled!(Level::Trace) {
        trace!("{action}: {}", shown(params));
    }
}

/// It waits for its turn, as the service turned away others of its kind.
pub(super) fn paced(action: &str, wait: Duration) {
    debug!("{action}: paced, leaves in {} ms", wait.as_millis());
}

/// It was done.
pub(super) fn answered(action: &str, status: u16, body: &[u8], took: Duration) {
    if log_enabled!(Level::Debug) {
        debug!(
            "{action}: answered with status {status} after {} ms, request id {}",
            took.as_millis(),
            request_id(body).as_deref().unwrap_or("unknown")
        );
    }
}

/// It was refused. The service's own message is left out, since it may repeat what was asked.
pub(super) fn refused(action: &str, error: &ApiError, took: Duration) {
    debug!(
        "{action}: refused with status {} and code {} after {} ms, request id {}",
        error.status,
        error.code,
        took.as_millis(),
        error.request_id
    );
}

/// There is no answer.
pub(super) fn failed(action: &str, reason: &str, took: Duration) {
    debug!(
        "{action}: no answer after {} ms: {reason}",
        took.as_millis()
    );
}

/// What comes next after a failure.
pub(super) fn decided(action: &str, failure: &Failure, pause: Option<Duration>) {
    let what = match failure {
        Failure::Refused(error, _) => error.code.as_str(),
        Failure::NotSent(_) => "the request did not leave",
        Failure::Lost(_) => "the answer is lost",
        Failure::NoKeys(_) => "there are no keys to sign with",
    };
    match pause {
        Some(pause) => debug!("{action}: {what}; asked again in {} ms", pause.as_millis()),
        None => debug!("{action}: {what}; given up"),
    }
}

/// The parameters in one line.
fn shown(params: &[(String, String)]) -> String {
    let one = |(name, value): &(String, String)| {
        if is_shown(name) {
            format!("{name}={value}")
        } else {
            format!("{name}=(not shown)")
        }
    };
    params.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn is_shown(name: &str) -> bool {
    // `Tag.1.Value` is none of these; `InstanceId.3` is.
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let last = plain.rsplit('.').next().unwrap_or_default();
    let key = last.starts_with("AccessKey") || last == "ExternalId";
    SHOWN.contains(&last) || (!key && (last.ends_with("Id") || last.ends_with("Ids")))
}

/// The id that the service gave a request.
fn request_id(body: &[u8]) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(answer.get("RequestId")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_may_be_secret_are_not_written() {
        let params = [
            ("RegionId", "cn-hangzhou"),
            ("InstanceId.2", "i-1"),
            ("Amount", "3"),
            ("Password", "hunter2"),
            ("UserData", "aHVudGVyMg=="),
            ("AccessKeyId", "hunter2"),
            ("AccessKeySecret", "hunter2"),
            ("SecurityToken", "hunter2"),
            ("ExternalId", "hunter2"),
            ("Signature", "hunter2"),
            ("Tag.1.Value", "hunter2"),
            ("InstanceName", "hunter2"),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned()));
        let text = shown(&params);
        assert!(
            text.starts_with("RegionId=cn-hangzhou InstanceId.2=i-1 Amount=3 Password=(not shown)"),
            "{text}"
        );
        assert!(
            !text.contains("hunter2") && !text.contains("aHVudGVyMg"),
            "{text}"
        );
    }

    #[test]
    fn the_request_id_is_found() {
        assert_eq!(
            request_id(br#"{"RequestId":"R-1"}"#).as_deref(),
            Some("R-1")
        );
        assert_eq!(request_id(b"<html>"), None);
    }
}
