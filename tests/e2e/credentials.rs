//! Where keys come from: a role that is assumed, a profile, the role of an instance by its metadata service; and both ways to sign.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::support::TestContext;

const VPC: &str = r#"
resource "alicloud_vpc" "v" {
  vpc_name   = "net"
  cidr_block = "10.0.0.0/16"
}
"#;

/// No keys in the environment.
const NO_KEYS: [(&str, &str); 2] = [("ALICLOUD_ACCESS_KEY", ""), ("ALICLOUD_SECRET_KEY", "")];

/// Applies with these variables, looks that nothing secret is in the log, and gives how often roles were assumed.
#[track_caller]
fn applied(context: &TestContext, variables: &[(&str, &str)]) -> usize {
    let log = context.dir.path().join("log");
    let log = log.to_str().expect("a plain path");
    let mut all = vec![("TF_LOG", "TRACE"), ("TF_LOG_PATH", log)];
    all.extend(variables);
    context
        .run_with(&all, &["apply", "-auto-approve"])
        .expect(0);
    let text = std::fs::read_to_string(log).expect("a log");
    let (_, secret) = context.cloud.access_key();
    assert!(!text.contains(secret), "the secret is in the log");
    assert!(!text.contains("CAIS"), "a security token is in the log");
    assert_eq!(context.recorded().len(), 1);
    context.requests().get("AssumeRole").copied().unwrap_or(0)
}

#[test]
fn a_role_is_assumed_once_a_run_by_block_or_variables() {
    let block = "provider \"alicloud\" {\n  assume_role {\n    role_arn           = \"acs:ram::1:role/deploy\"\n    session_name       = \"ci\"\n    session_expiration = 900\n  }\n}\n";
    let context = TestContext::new(&format!("{block}{VPC}"));
    assert_eq!(applied(&context, &[]), 1);

    let context = TestContext::new(VPC);
    let role = [("ALICLOUD_ASSUME_ROLE_ARN", "acs:ram::1:role/deploy")];
    assert_eq!(applied(&context, &role), 1);

    // A refusal is told once, and nothing is made.
    let context = TestContext::new(VPC);
    let refused = ecs_emulator::Fault::error("AssumeRole", 9, 403, "NoPermission");
    context.cloud.arm(refused);
    let run = context
        .run_with(&role, &["apply", "-auto-approve"])
        .expect(1);
    for words in ["Role cannot be assumed", "role/deploy", "NoPermission"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    let requests = context.requests();
    assert_eq!(requests["AssumeRole"], 1);
    assert!(!requests.contains_key("CreateVpc"), "{requests:?}");

    let context = TestContext::new(&format!("{}{VPC}", block.replace("900", "60")));
    let run = context.run(&["plan"]).expect(1);
    assert!(run.stderr.contains("900 to 43200"), "{}", run.stderr);
}

#[test]
fn profiles_give_keys_and_roles() {
    let context = TestContext::new(VPC);
    let (id, secret) = context.cloud.access_key();
    let profiles = serde_json::json!({"current": "base", "profiles": [
        {"name": "base", "mode": "AK", "access_key_id": id, "access_key_secret": secret},
        {"name": "deploy", "mode": "RamRoleArn", "access_key_id": id, "access_key_secret": secret,
         "ram_role_arn": "acs:ram::1:role/deploy", "ram_session_name": "s", "region_id": "cn-shanghai"},
        {"name": "chained", "mode": "ChainableRamRoleArn", "source_profile": "base",
         "ram_role_arn": "acs:ram::1:role/deploy"},
        {"name": "sso", "mode": "CloudSSO"},
    ]});
    context.write(".aliyun/config.json", &profiles.to_string());
    let with = |profile: &'static str| {
        let mut all = NO_KEYS.to_vec();
        all.push(("ALICLOUD_PROFILE", profile));
        all
    };
    assert_eq!(applied(&context, &with("base")), 0);
    for profile in ["deploy", "chained"] {
        context.forget_requests();
        context
            .run_with(&with(profile), &["plan", "-detailed-exitcode"])
            .expect(0);
        assert_eq!(context.requests()["AssumeRole"], 1, "{profile}");
    }
    let run = context.run_with(&with("sso"), &["plan"]).expect(1);
    assert!(run.stderr.contains("mode CloudSSO"), "{}", run.stderr);
}

/// A metadata service that knows one role with these keys, and tells what it was asked.
fn metadata(id: &str, secret: &str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let keys = serde_json::json!({"Code": "Success", "AccessKeyId": id, "AccessKeySecret": secret,
        "Expiration": "2099-01-01T00:00:00Z"});
    let seen = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            let mut reader = BufReader::new(stream);
            let mut lines = Vec::new();
            loop {
                let mut line = String::new();
                match reader.read_line(&mut line) {
                    Ok(n) if n > 2 => lines.push(line.trim().to_owned()),
                    _ => break,
                }
            }
            let Some(first) = lines.first() else { continue };
            let has_token = lines
                .iter()
                .any(|l| l.eq_ignore_ascii_case("x-aliyun-ecs-metadata-token: token"));
            let credentials = "/latest/meta-data/ram/security-credentials/deploy";
            let (status, body) = if first.starts_with("PUT /latest/api/token ") {
                ("200 OK", "token".to_owned())
            } else if first.contains(credentials) && has_token {
                ("200 OK", keys.to_string())
            } else {
                ("404 Not Found", String::new())
            };
            seen.lock().expect("no panic elsewhere").push(first.clone());
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            let mut stream = reader.into_inner();
            // A client that has gone is none of the test's.
            drop(stream.write_all(answer.as_bytes()));
            drop(stream.read(&mut [0]));
        }
    });
    (url, asked)
}

#[test]
fn the_role_of_an_instance_is_asked_of_its_metadata_service() {
    let context = TestContext::new(VPC);
    let (id, secret) = context.cloud.access_key();
    let (url, asked) = metadata(id, secret);
    let mut with = NO_KEYS.to_vec();
    with.push(("ALICLOUD_ECS_ROLE_NAME", "deploy"));
    with.push(("ALIBABA_CLOUD_ECS_METADATA_ENDPOINT", &url));
    assert_eq!(applied(&context, &with), 0);
    assert_eq!(asked.lock().expect("no panic elsewhere").len(), 2);

    let mut other = NO_KEYS.to_vec();
    other.push(("ALICLOUD_ECS_ROLE_NAME", "nobody"));
    other.push(("ALIBABA_CLOUD_ECS_METADATA_ENDPOINT", &url));
    let run = context.run_with(&other, &["plan"]).expect(1);
    for words in ["Credentials cannot be fetched", "nobody", "404"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    other.pop();
    other.push(("ALIBABA_CLOUD_ECS_METADATA_ENDPOINT", "http://10.0.0.1"));
    let run = context.run_with(&other, &["plan"]).expect(1);
    assert!(run.stderr.contains("without encryption"), "{}", run.stderr);
    // Keys win over the role.
    let context = TestContext::new(VPC);
    assert_eq!(
        applied(&context, &[("ALICLOUD_ECS_ROLE_NAME", "nobody")]),
        0
    );
}

#[test]
fn requests_can_be_signed_by_the_third_version() {
    let context = TestContext::new(VPC);
    applied(&context, &[("CAIRN_SIGNATURE", "V3")]);
    let role = [
        ("CAIRN_SIGNATURE", "v3"),
        ("ALICLOUD_ASSUME_ROLE_ARN", "acs:ram::1:role/deploy"),
    ];
    context
        .run_with(&role, &["plan", "-detailed-exitcode"])
        .expect(0);
    let wrong = [("CAIRN_SIGNATURE", "V2")];
    let run = context.run_with(&wrong, &["plan"]).expect(1);
    assert!(run.stderr.contains("V1 and V3"), "{}", run.stderr);
}
