//! Who is let in: both signature versions over every transport, what official SDKs send, and what is
//! turned away.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};

use ecs_api::sign::{Credentials, canonical_query, v1, v3};
use ecs_api::{Product, Timestamp};
use ecs_emulator::{Emulator, Options};
use serde_json::Value;

use crate::support::{call, credentials, ecs, form, nonce, now, pairs, request, start};

#[test]
fn both_signatures_over_every_transport() {
    let emulator = start();
    let address = emulator.address();
    let sign_v1 = |method: &str| {
        let params = pairs("RegionId=cn-hangzhou&AcceptLanguage=zh-CN&Odd=a b*~!'()");
        v1::sign(
            method,
            "DescribeZones",
            Product::Ecs,
            params,
            &credentials(),
            &nonce(),
            now(),
        )
    };
    let get = sign_v1("GET");
    let answer = request(
        address,
        "GET",
        &format!("/?{}", canonical_query(&get)),
        &[],
        "",
    );
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body["RequestId"].is_string() && answer.body["Code"].is_null());
    let post = sign_v1("POST");
    let answer = request(
        address,
        "POST",
        &format!("/?{}", canonical_query(&post)),
        &[],
        "",
    );
    assert_eq!(answer.status, 200, "{answer:?}");
    let post = sign_v1("POST");
    let answer = request(address, "POST", "/", &form(), &canonical_query(&post));
    assert_eq!(answer.status, 200, "{answer:?}");
    let post = sign_v1("POST");
    let (query, body) = post.split_at(4);
    let target = format!("/?{}", canonical_query(query));
    let answer = request(address, "POST", &target, &form(), &canonical_query(body));
    assert_eq!(answer.status, 200, "{answer:?}");

    for (query, body) in [("RegionId=cn-hangzhou", ""), ("", "RegionId=cn-hangzhou")] {
        let parts = v3::Request {
            method: "POST",
            path: "/",
            query,
            body: body.as_bytes(),
        };
        let content_type = (!body.is_empty()).then_some("application/x-www-form-urlencoded");
        let host = address.to_string();
        let headers = v3::sign(
            parts,
            &host,
            content_type,
            "DescribeZones",
            Product::Ecs,
            &credentials(),
            &nonce(),
            now(),
        );
        let answer = request(address, "POST", &format!("/?{query}"), &headers, body);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.body["Zones"]["Zone"].as_array().unwrap().len() > 3);
        // Anything of it changed, it is refused.
        let answer = request(
            address,
            "POST",
            &format!("/?{query}&Verbose=false"),
            &headers,
            body,
        );
        assert_eq!(
            (answer.status, answer.code()),
            (400, "SignatureDoesNotMatch")
        );
    }
}

#[test]
fn requests_of_the_official_sdks_get_past_the_gate() {
    let emulator = Emulator::start(Options {
        access_keys: vec![(
            "LTAIcairnExampleKey".to_owned(),
            "cairnExampleSecret0123456789".to_owned(),
        )],
        check_timestamps: false,
        ..Options::default()
    })
    .unwrap();
    let recorded: Value = serde_json::from_str(include_str!(
        "../../../ecs-api/tests/wire/sdk_requests.json"
    ))
    .unwrap();
    let mut replayed = 0;
    for recorded in recorded.as_array().unwrap() {
        let text = |name: &str| recorded[name].as_str().unwrap();
        let headers: Vec<(String, String)> =
            serde_json::from_value(recorded["headers"].clone()).unwrap();
        let send = || {
            request(
                emulator.address(),
                text("method"),
                text("target"),
                &headers,
                text("body"),
            )
        };
        let answer = send();
        // The ids in them do not exist here; that this is what is found wrong is the point. They
        // share one client token, which the first of them spends.
        let expected = match text("action") {
            "RunInstances" if replayed == 0 => "InvalidImageId.NotFound",
            "RunInstances" => "IdempotentFailed",
            "DescribeInstances" => "",
            _ => "InvalidInstanceId.NotFound",
        };
        assert_eq!(answer.code(), expected, "{answer:?}");
        assert_eq!(send().code(), "SignatureNonceUsed");
        replayed += 1;
    }
    assert_eq!(replayed, 21);
}

#[test]
fn the_gate_turns_away() {
    let emulator = start();
    let address = emulator.address();
    let post = |params: &[(String, String)]| {
        request(
            address,
            "POST",
            &format!("/?{}", canonical_query(params)),
            &[],
            "",
        )
    };
    let signed = |key: &Credentials, time: Timestamp| {
        let params = pairs("RegionId=cn-hangzhou");
        v1::sign(
            "POST",
            "DescribeZones",
            Product::Ecs,
            params,
            key,
            &nonce(),
            time,
        )
    };
    let mut params = signed(&credentials(), now());
    params.push(("Verbose".to_owned(), "true".to_owned()));
    let answer = post(&params);
    assert_eq!(
        (answer.status, answer.code()),
        (400, "SignatureDoesNotMatch")
    );
    let message = answer.body["Message"].as_str().unwrap();
    let expected = v1::string_to_sign("POST", &params);
    assert!(
        message.ends_with(&format!("server string to sign is:{expected}")),
        "{message}"
    );
    for member in ["RequestId", "HostId", "Code", "Message", "Recommend"] {
        assert!(
            answer.body[member]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{member}"
        );
    }

    let stranger = Credentials {
        access_key_id: "stranger".to_owned(),
        ..credentials()
    };
    let answer = post(&signed(&stranger, now()));
    assert_eq!(
        (answer.status, answer.code()),
        (404, "InvalidAccessKeyId.NotFound")
    );

    for off in [-16 * 60, 16 * 60] {
        let answer = post(&signed(&credentials(), now().plus_seconds(off)));
        assert_eq!((answer.status, answer.code()), (400, "IllegalTimestamp"));
    }
    assert_eq!(
        post(&signed(&credentials(), now().plus_seconds(-14 * 60))).status,
        200
    );

    let once = signed(&credentials(), now());
    assert_eq!(post(&once).status, 200);
    assert_eq!(post(&once).code(), "SignatureNonceUsed");

    let answer = ecs(&emulator, "DescribeNothing", "RegionId=cn-hangzhou");
    assert_eq!(
        (answer.status, answer.code()),
        (404, "InvalidAction.NotFound")
    );
    let answer = call(
        &emulator,
        Product::Vpc,
        "RunInstances",
        "RegionId=cn-hangzhou",
    );
    assert_eq!(answer.code(), "InvalidAction.NotFound");
    let mut old = signed(&credentials(), now());
    for (name, value) in &mut old {
        if name == "Version" {
            "2001-01-01".clone_into(value);
        }
    }
    assert_eq!(
        (post(&old).status, post(&old).code()),
        (400, "InvalidVersion")
    );
    assert_eq!(post(&[]).code(), "MissingParameter");
    let answer = ecs(
        &emulator,
        "DescribeInstances",
        "RegionId=cn-hangzhou&PageSize=many",
    );
    assert_eq!(answer.status, 400, "{answer:?}");
}

#[test]
fn nonsense_is_survived() {
    let emulator = start();
    let address = emulator.address();
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00"[..],
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: banana\r\n\r\n",
        b"GET /?%ff%fe=%zz&&&=&Action HTTP/1.1\r\nHost: \xff\r\nConnection: close\r\n\r\n",
        b"",
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(bytes).unwrap();
        drop(stream);
    }
    let answer = request(address, "DELETE", "/", &[], "");
    assert_eq!(
        (answer.status, answer.code()),
        (405, "UnsupportedHTTPMethod")
    );
    let answer = request(address, "GET", "/elsewhere", &[], "");
    assert_eq!(answer.status, 404);
    let answer = request(address, "POST", "/", &form(), &"x".repeat(3 << 20));
    assert!(
        answer.status == 413 || answer.status == 0,
        "{}",
        answer.status
    );
    assert_eq!(ecs(&emulator, "DescribeRegions", "").status, 200);
}

#[test]
fn who_am_i_and_temporary_keys() {
    let emulator = start();
    let me = call(&emulator, Product::Sts, "GetCallerIdentity", "");
    assert_eq!(me.body["IdentityType"], "Account", "{me:?}");
    let role = "RoleArn=acs:ram::1234567890123456:role/ops&RoleSessionName=me";
    let made = call(&emulator, Product::Sts, "AssumeRole", role);
    let made = &made.body["Credentials"];
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    let temporary = Credentials {
        access_key_id: text("AccessKeyId"),
        access_key_secret: text("AccessKeySecret").into(),
        security_token: Some(text("SecurityToken").into()),
    };
    let send = |key: &Credentials| {
        let signed = v1::sign(
            "GET",
            "GetCallerIdentity",
            Product::Sts,
            Vec::new(),
            key,
            &nonce(),
            now(),
        );
        request(
            emulator.address(),
            "GET",
            &format!("/?{}", canonical_query(&signed)),
            &[],
            "",
        )
    };
    assert_eq!(send(&temporary).body["IdentityType"], "AssumedRoleUser");
    let without = Credentials {
        security_token: None,
        ..temporary.clone()
    };
    assert_eq!(
        send(&without).code(),
        "InvalidSecurityToken.MismatchWithAccessKey"
    );
}

#[test]
fn only_loopback() {
    let options = Options {
        listen: SocketAddr::from(([0, 0, 0, 0], 0)),
        ..Options::default()
    };
    assert!(Emulator::start(options).is_err());
}
