//! How requests are sent again, over a transport with a script and a clock that does not wait.

use ecs_api::ops;
use serde_json::json;

use super::ClientError;
use crate::testing::{Reply, Script};

fn run() -> ops::RunInstances {
    ops::RunInstances {
        region_id: "cn-hangzhou".to_owned(),
        image_id: Some("img".to_owned()),
        instance_type: Some("ecs.g7.large".to_owned()),
        vswitch_id: Some("vsw-1".to_owned()),
        security_group_ids: vec!["sg-1".to_owned()],
        client_token: Some("token".to_owned()),
        ..ops::RunInstances::default()
    }
}

fn made() -> Reply {
    Reply::Body(json!({"RequestId": "R", "InstanceIdSets": {"InstanceIdSet": ["i-1"]}}))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a short way to write an expected value"
)]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_asked_for_with_the_same_token() {
    let script = Script::new([
        ("RunInstances", Reply::Lost),
        ("RunInstances", Reply::NotSent),
        ("RunInstances", made()),
    ]);
    let answer = script.client().send(&run()).await.unwrap();
    assert_eq!(answer.instance_id_sets, ["i-1"]);
    let tokens = script.values("ClientToken");
    assert_eq!(tokens, [some("token"), some("token"), some("token")]);
    let nonces = script.values("SignatureNonce");
    assert!(nonces[0] != nonces[1] && nonces[1] != nonces[2]);
    script.finished();
}

#[tokio::test(start_paused = true)]
async fn a_failed_attempt_spends_its_token() {
    let script = Script::new([
        ("RunInstances", Reply::Error(400, "IncorrectVSwitchStatus")),
        ("RunInstances", Reply::Error(403, "IdempotentFailed")),
        ("RunInstances", made()),
    ]);
    script.client().send(&run()).await.unwrap();
    let tokens = script.values("ClientToken");
    assert_eq!(tokens, [some("token"), some("token-1"), some("token-2")]);
}

#[tokio::test(start_paused = true)]
async fn throttling_and_failures_of_the_service_are_waited_out() {
    let script = Script::new([
        ("RunInstances", Reply::Error(400, "Throttling.User")),
        ("RunInstances", Reply::Error(503, "ServiceUnavailable")),
        ("RunInstances", Reply::Error(500, "InternalError")),
        ("RunInstances", made()),
    ]);
    let start = tokio::time::Instant::now();
    script.client().send(&run()).await.unwrap();
    assert!(start.elapsed().as_millis() > 800, "{:?}", start.elapsed());
    assert_eq!(script.values("ClientToken"), vec![some("token"); 4]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_final_and_points_at_the_attribute() {
    let script = Script::new([("RunInstances", Reply::Error(403, "OperationDenied.NoStock"))]);
    let error = script.client().send(&run()).await.unwrap_err();
    assert!(error.is_certain());
    let problem = error.problem(|p| Some(cairn_value::Path::attr(p)));
    assert_eq!(problem.code, "cloud-stock");
    assert!(problem.path.is_some());
    assert!(problem.detail.contains("OperationDenied.NoStock"));
    assert!(
        problem.detail.ends_with("Request id: R"),
        "{}",
        problem.detail
    );
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_done_twice_is_not_sent_twice() {
    let script = Script::new([("RebootInstance", Reply::Lost)]);
    let reboot = ops::RebootInstance {
        instance_id: "i-1".to_owned(),
        ..ops::RebootInstance::default()
    };
    let error = script.client().send(&reboot).await.unwrap_err();
    assert!(matches!(error, ClientError::Lost { .. }));
    assert!(!error.is_certain());
}

#[tokio::test(start_paused = true)]
async fn lost_for_good_is_not_certain() {
    let lost = (0..6).map(|_| ("RunInstances", Reply::Lost));
    let script = Script::new(lost);
    let error = script.client().send(&run()).await.unwrap_err();
    assert!(!error.is_certain());
    script.finished();
}

#[tokio::test(start_paused = true)]
async fn what_breaks_a_rule_is_not_sent() {
    let script = Script::new([]);
    let mut wrong = run();
    wrong.amount = Some(101);
    let error = script.client().send(&wrong).await.unwrap_err();
    assert!(matches!(error, ClientError::Invalid { .. }));
    assert!(error.is_certain());
}

#[tokio::test(start_paused = true)]
async fn long_answers_are_read_to_their_end() {
    let page = |token: &str, id: &str| {
        Reply::Body(json!({"NextToken": token, "Instances": {"Instance": [{"InstanceId": id}]}}))
    };
    let script = Script::new([
        ("DescribeInstances", page("next", "i-1")),
        ("DescribeInstances", page("", "i-2")),
    ]);
    let request = ops::DescribeInstances {
        region_id: "cn-hangzhou".to_owned(),
        ..ops::DescribeInstances::default()
    };
    let all = script.client().all(request).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(script.values("NextToken"), [None, some("next")]);
    assert_eq!(script.values("MaxResults"), [some("100"), some("100")]);
}
