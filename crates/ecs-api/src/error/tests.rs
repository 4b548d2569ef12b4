//! Bodies of every kind, the lookup, and the classes beyond the tables.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use ErrorClass as C;
use RetryAdvice as R;

#[test]
fn the_reference_table_is_complete() {
    assert_eq!(RUN_INSTANCES_ERRORS.len(), 108);
    let codes: BTreeSet<_> = RUN_INSTANCES_ERRORS.iter().map(|row| row.code).collect();
    assert_eq!(codes.len(), 93);
    let mut statuses = BTreeMap::new();
    for row in RUN_INSTANCES_ERRORS {
        *statuses.entry(row.http).or_insert(0) += 1;
    }
    assert_eq!(
        statuses,
        BTreeMap::from([(400, 50), (403, 39), (404, 18), (500, 1)])
    );
}

#[test]
fn every_row_is_found_by_its_own_answer() {
    let mut seen = BTreeSet::new();
    for row in RUN_INSTANCES_ERRORS.iter().chain(COMMON_ERRORS) {
        let found = ErrorRow::find(row.code, row.http, row.message).unwrap();
        assert_eq!(found, row);
        assert!(
            seen.insert((row.code, row.http, row.message)),
            "{} twice",
            row.code
        );
        for text in [row.message, row.meaning, row.advice] {
            assert!(!text.is_empty() && !text.contains("  "), "{}", row.code);
        }
        assert!(
            row.meaning.ends_with('.') && row.advice.ends_with('.'),
            "{}",
            row.code
        );
    }
}

#[test]
fn equal_codes_are_told_apart_by_status_and_message() {
    let retry = |status, message: &str| ApiError::new(status, "OperationDenied", message).retry();
    assert_eq!(
        retry(404, "Another Instance is being created."),
        RetryAdvice::WaitThenRetry
    );
    assert_eq!(
        retry(
            403,
            "the creation of instance to the specified zone is not allowed"
        ),
        RetryAdvice::OtherZoneOrType
    );
    assert_eq!(
        retry(403, "The specified Image is disabled or is deleted."),
        RetryAdvice::Never
    );
    assert_eq!(
        ApiError::new(
            400,
            "InvalidParameter",
            "The specified parameter Amount is not valid."
        )
        .parameters(),
        ["Amount"]
    );
}

#[test]
fn codes_beyond_the_tables_are_classed_by_their_form() {
    let judge = |code: &str, status| {
        let error = ApiError::new(status, code, "");
        (error.class(), error.retry())
    };
    assert_eq!(
        judge("Throttling.Whatever", 400),
        (C::Throttling, R::Backoff)
    );
    assert_eq!(judge("Throttling", 429), (C::Throttling, R::Backoff));
    assert_eq!(judge("Strange", 429), (C::Throttling, R::Backoff));
    assert_eq!(
        judge("ServiceUnavailable.Odd", 503),
        (C::TransientRetry, R::Backoff)
    );
    assert_eq!(judge("HTTP502", 502), (C::Internal, R::Backoff));
    assert_eq!(judge("IdempotentSomething", 400), (C::Conflict, R::Never));
    assert_eq!(
        judge("OperationFailed.IdempotentTokenProcessing", 400),
        (C::TransientRetry, R::WaitThenRetry)
    );
    assert_eq!(
        judge("DependencyViolation.VSwitch", 400),
        (C::Conflict, R::WaitThenRetry)
    );
    assert_eq!(judge("QuotaExceed.Vpc", 400), (C::Quota, R::Never));
    assert_eq!(judge("Forbidden.SubUser", 403), (C::Auth, R::Never));
    assert_eq!(judge("InvalidWhatever", 400), (C::UserConfig, R::Never));
    assert_eq!(judge("OperationDenied.NoStock", 400).0, C::Stock);
}

#[test]
fn any_body_gives_a_code() {
    let json =
        br#"{"RequestId":"R","HostId":"h","Code":"Forbidden","Message":"no","Recommend":null}"#;
    let error = ApiError::from_body(403, json);
    assert_eq!(
        (error.status, error.code.as_str(), error.request_id.as_str()),
        (403, "Forbidden", "R")
    );
    assert_eq!(ApiError::from_body(403, &error.to_body()), error);
    let xml = b"<?xml version='1.0'?><Error><RequestId>R</RequestId><Code>Throttling</Code><Message>m</Message></Error>";
    assert_eq!(ApiError::from_body(400, xml).code, "Throttling");
    for body in [
        &b""[..],
        b"<html>502</html>",
        b"{}",
        b"[1]",
        b"\xff",
        b"{\"Code\":5}",
    ] {
        let error = ApiError::from_body(502, body);
        assert_eq!(error.code, "HTTP502");
        assert_eq!(error.retry(), RetryAdvice::Backoff);
    }
}

#[test]
fn a_body_has_exactly_the_five_members() {
    let body: serde_json::Value =
        serde_json::from_slice(&ApiError::new(400, "A", "b").to_body()).unwrap();
    let names: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        names,
        ["Code", "HostId", "Message", "Recommend", "RequestId"]
    );
}

#[test]
fn refusals_speak_in_the_services_words() {
    let error = ParamError {
        parameter: "Amount".to_owned(),
        rule: "amount",
        code: "InvalidParameter",
        http: 400,
        message: "It must be 1 to 100.".to_owned(),
    };
    assert_eq!(
        error.to_api_error().message,
        "The specified parameter Amount is not valid."
    );
    let missing = ParamError::missing("v_switch_id");
    assert_eq!(missing.parameter, "VSwitchId");
    assert!(missing.to_api_error().message.contains("\"VSwitchId\""));
}

#[test]
fn rows_know_their_parameters_whatever_the_index() {
    let row = ErrorRow::of_code("InvalidDataDiskSize.ValueNotSupported")
        .next()
        .unwrap();
    assert!(row.concerns("DataDisk.2.Size"));
    assert!(!row.concerns("DataDisk.2.Category"));
    assert!(!row.concerns("DataDisk.x.Size"));
    assert!(!row.concerns("DataDisk"));
}

#[test]
fn a_message_that_no_row_has_is_not_taken_for_another() {
    let missing = ParamError::missing("ImageId").to_api_error();
    assert_eq!(missing.parameters(), [""; 0]);
    assert_eq!(missing.named_parameter(), Some("ImageId"));
    assert_eq!(missing.concerned_parameters(), ["ImageId"]);
    let known = ApiError::new(
        400,
        "MissingParameter",
        "The input parameter VSwitchId that is mandatory for processing this request is not supplied.",
    );
    assert_eq!(known.concerned_parameters(), ["VSwitchId"]);
    let denied = ApiError::new(403, "OperationDenied", "Something new.");
    assert_eq!((denied.row(), denied.class()), (None, C::UserConfig));
    let invalid = ApiError::new(
        400,
        "InvalidParameter",
        "The specified parameter \"X.1\" is odd",
    );
    assert_eq!(invalid.concerned_parameters(), ["X.1"]);
    let other_status = ApiError::new(409, "InvalidImageId.NotFound", "");
    assert_eq!(other_status.parameters(), ["ImageId"]);
    assert_eq!(
        ApiError::new(400, "A", "no such thing").named_parameter(),
        None
    );
}

#[test]
fn codes_beyond_the_tables_name_their_parameter() {
    for (code, parameter) in [
        ("InvalidParameter.HostName", Some("HostName")),
        ("InvalidParameter.DataDisk.2.Size", Some("DataDisk.2.Size")),
        ("MissingParameter.VSwitchId", Some("VSwitchId")),
        (
            "InvalidSystemDiskCategory.SomeNewReason",
            Some("SystemDiskCategory"),
        ),
        ("InvalidParameter", None),
        ("InvalidParameter.", None),
        ("Invalid", None),
        ("QuotaExceed.Instance", None),
    ] {
        let error = ApiError::new(400, code, "no");
        assert_eq!(error.parameter_of_code(), parameter, "{code}");
    }
    let error = ApiError::new(400, "InvalidParameter.SomethingNew", "no");
    assert_eq!(error.concerned_parameters(), ["SomethingNew"]);
}
