//! Which keys requests are signed with, and when they are fetched.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ecs_api::{Credentials, Secret, ops};
use reqwest::Method;
use serde_json::json;

use super::transport::{Outgoing, TransportError};
use super::{Answer, Client, IdentityToken, Metadata, Role, Source, Transport, now};
use crate::testing::{Reply, Script, setup};

fn base() -> Source {
    Source::Given(Credentials {
        access_key_id: "base".to_owned(),
        access_key_secret: Secret::new("hunter2"),
        security_token: None,
    })
}

fn role() -> Role {
    Role {
        arn: "acs:ram::1:role/deploy".to_owned(),
        session: "ci".to_owned(),
        seconds: Some(900),
        ..Role::default()
    }
}

/// What STS answers: keys that are good for so many seconds from now.
fn keys(id: &str, seconds: i64) -> Reply {
    Reply::Body(
        json!({"Credentials": {"AccessKeyId": id, "AccessKeySecret": "s", "SecurityToken": "CAIS",
        "Expiration": now().plus_seconds(seconds).to_seconds_string()}}),
    )
}

async fn ask(client: &Client) -> Result<(), super::ClientError> {
    let asked = ops::DescribeRegions::default();
    client.send(&asked).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn a_role_s_keys_serve_until_shortly_before_they_expire() {
    let regions = || Reply::Body(json!({"Regions": {"Region": []}}));
    let script = Script::new([
        ("AssumeRole", keys("STS.1", 900)),
        ("DescribeRegions", regions()),
        ("DescribeRegions", regions()),
    ]);
    let client = script.client_by(Source::Role(Box::new(base()), role()));
    ask(&client).await.unwrap();
    ask(&client).await.unwrap();
    script.finished();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        script.values("AccessKeyId"),
        [some("base"), some("STS.1"), some("STS.1")]
    );
    assert_eq!(
        script.values("SecurityToken"),
        [None, some("CAIS"), some("CAIS")]
    );
    assert_eq!(script.values("DurationSeconds")[0], some("900"));

    let script = Script::new([
        ("AssumeRole", keys("STS.1", 200)),
        ("DescribeRegions", regions()),
        ("AssumeRole", keys("STS.2", 900)),
        ("DescribeRegions", regions()),
    ]);
    let client = script.client_by(Source::Role(Box::new(base()), role()));
    ask(&client).await.unwrap();
    ask(&client).await.unwrap();
    script.finished();
    assert_eq!(script.values("AccessKeyId")[3], some("STS.2"));
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_refused_is_told_once_and_without_secrets() {
    let script = Script::new([("AssumeRole", Reply::Error(403, "NoPermission"))]);
    let client = script.client_by(Source::Role(Box::new(base()), role()));
    let error = ask(&client).await.unwrap_err();
    script.finished();
    assert!(error.is_certain());
    let problem = error.problem(|_| None);
    assert_eq!(problem.code, "role-not-assumed");
    assert!(problem.detail.contains("role/deploy") && problem.detail.contains("NoPermission"));
    assert!(!problem.detail.contains("hunter2"));
}

#[tokio::test(start_paused = true)]
async fn a_token_of_an_identity_provider_is_sent_unsigned() {
    let script = Script::new([
        ("AssumeRoleWithOIDC", keys("STS.1", 900)),
        (
            "DescribeRegions",
            Reply::Body(json!({"Regions": {"Region": []}})),
        ),
    ]);
    let client = script.client_by(Source::Identity {
        provider_arn: "acs:ram::1:oidc-provider/k8s".to_owned(),
        token: IdentityToken::Text(Secret::new("jwt")),
        role: role(),
    });
    ask(&client).await.unwrap();
    script.finished();
    let first = |parameter| script.values(parameter).swap_remove(0);
    assert_eq!(first("OIDCToken").as_deref(), Some("jwt"));
    assert_eq!(first("Signature"), None);
    assert_eq!(first("AccessKeyId"), None);
    assert_eq!(script.values("AccessKeyId")[1].as_deref(), Some("STS.1"));
}

/// A service that answers these requests, in order.
struct Fixed {
    expected: Mutex<VecDeque<(Method, &'static str, u16, String)>>,
}

#[async_trait]
impl Transport for Fixed {
    async fn send(&self, asked: Outgoing) -> Result<Answer, TransportError> {
        let next = self.expected.lock().unwrap().pop_front();
        let (method, url, status, body) = next.unwrap_or_else(|| panic!("{}", asked.url));
        assert_eq!((asked.method, asked.url.as_str()), (method, url));
        Ok(Answer {
            status,
            retry_after: None,
            body: body.into_bytes(),
        })
    }
}

fn instance(
    role: Option<&str>,
    token_only: bool,
    expected: &[(Method, &'static str, u16, &str)],
) -> (Client, Arc<Fixed>) {
    let expected = expected.iter().cloned();
    let fixed = Arc::new(Fixed {
        expected: Mutex::new(
            expected
                .map(|(m, u, s, b)| (m, u, s, b.to_owned()))
                .collect(),
        ),
    });
    let metadata = Metadata {
        url: "http://127.0.0.1:9".to_owned(),
        role: role.map(str::to_owned),
        token_only,
    };
    let client = Client::new(setup(fixed.clone(), Source::Instance(metadata)));
    (client, fixed)
}

#[tokio::test(start_paused = true)]
async fn an_instance_s_role_is_asked_of_its_metadata_service() {
    let token = "http://127.0.0.1:9/latest/api/token";
    let roles = "http://127.0.0.1:9/latest/meta-data/ram/security-credentials/";
    let deploy = "http://127.0.0.1:9/latest/meta-data/ram/security-credentials/deploy";
    let keys = json!({"Code": "Success", "AccessKeyId": "STS.i", "AccessKeySecret": "s", "SecurityToken": "t",
        "Expiration": "2099-01-01T00:00:00Z"})
    .to_string();
    let got = [
        (Method::PUT, token, 200, "tok"),
        (Method::GET, roles, 200, "deploy\n"),
        (Method::GET, deploy, 200, keys.as_str()),
    ];
    // The role is found where none is named; an older service knows no tokens.
    let older = [(Method::PUT, token, 404, ""), got[2].clone()];
    for (role, expected) in [(None, &got[..]), (Some("deploy"), &older[..])] {
        let (client, fixed) = instance(role, false, expected);
        assert_eq!(client.keys().await.unwrap().access_key_id, "STS.i");
        assert_eq!(client.keys().await.unwrap().access_key_id, "STS.i");
        assert!(fixed.expected.lock().unwrap().is_empty());
    }
    let (client, _) = instance(Some("deploy"), true, &older[..1]);
    let refused = client.keys().await.unwrap_err();
    assert!(refused.detail.contains("status 404"), "{}", refused.detail);
    let broken = [
        got[0].clone(),
        (Method::GET, deploy, 200, "{\"Code\": \"Failed\"}"),
    ];
    let (client, _) = instance(Some("deploy"), false, &broken);
    let refused = client.keys().await.unwrap_err();
    assert!(refused.detail.contains("code Failed"), "{}", refused.detail);
}
