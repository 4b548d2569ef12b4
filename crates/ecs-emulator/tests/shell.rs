//! The emulator over its socket, with requests written byte by byte: signatures, errors, limits,
//! faults, control path, request log, and that the cloud outlives the process.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use ecs_api::sign::{self, Credentials, canonical_query, v1, v3};
use ecs_api::{Product, Timestamp};
use ecs_emulator::{
    Change, DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, Delays, Emulator, Fault, FaultKind,
    Handle, Kind, Options,
};
use serde_json::{Value, json};

const IMAGE: &str = "ubuntu_22_04_x64_20G_alibase_20241016.vhd";

fn start() -> Handle {
    Emulator::start(Options {
        delays: Delays::NONE,
        ..Options::default()
    })
    .unwrap()
}

fn credentials() -> Credentials {
    Credentials {
        access_key_id: DEFAULT_ACCESS_KEY_ID.to_owned(),
        access_key_secret: DEFAULT_ACCESS_KEY_SECRET.into(),
        security_token: None,
    }
}

/// What came back; status 0 when the connection was closed without an answer.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["Code"].as_str().unwrap_or("")
    }
}

/// Sends bytes and reads until the other side closes.
fn raw(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    // A reset is how a dropped connection may look.
    drop(stream.read_to_end(&mut answer));
    let text = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or(("", ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(0);
    let body = serde_json::from_str(body).unwrap_or(Value::Null);
    Answer {
        status,
        head: head.to_owned(),
        body,
    }
}

fn request(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &str,
) -> Answer {
    let mut text = format!("{method} {target} HTTP/1.1\r\n");
    if !headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("host"))
    {
        write!(text, "Host: {address}\r\n").unwrap();
    }
    for (name, value) in headers {
        if !name.eq_ignore_ascii_case("content-length") && !name.eq_ignore_ascii_case("connection")
        {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
    }
    write!(
        text,
        "Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    raw(address, text.as_bytes())
}

fn pairs(query: &str) -> Vec<(String, String)> {
    sign::decode_query(query)
}

fn nonce() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("nonce-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap())
}

fn form() -> Vec<(String, String)> {
    vec![(
        "Content-Type".to_owned(),
        "application/x-www-form-urlencoded".to_owned(),
    )]
}

/// A V1 call in the query of a POST.
fn call(emulator: &Handle, product: Product, action: &str, query: &str) -> Answer {
    let signed = v1::sign(
        "POST",
        action,
        product,
        pairs(query),
        &credentials(),
        &nonce(),
        now(),
    );
    let target = format!("/?{}", canonical_query(&signed));
    request(emulator.address(), "POST", &target, &[], "")
}

fn ecs(emulator: &Handle, action: &str, query: &str) -> Answer {
    call(emulator, Product::Ecs, action, query)
}

fn network(emulator: &Handle) -> (String, String) {
    let region = "RegionId=cn-hangzhou";
    let vpc = call(
        emulator,
        Product::Vpc,
        "CreateVpc",
        &format!("{region}&CidrBlock=10.0.0.0/8"),
    );
    let vpc = vpc.body["VpcId"].as_str().unwrap().to_owned();
    let query = format!("{region}&VpcId={vpc}&ZoneId=cn-hangzhou-h&CidrBlock=10.0.0.0/16");
    let vswitch = call(emulator, Product::Vpc, "CreateVSwitch", &query);
    let group = ecs(
        emulator,
        "CreateSecurityGroup",
        &format!("{region}&VpcId={vpc}"),
    );
    let text = |answer: &Answer, name: &str| answer.body[name].as_str().unwrap().to_owned();
    (text(&vswitch, "VSwitchId"), text(&group, "SecurityGroupId"))
}

fn run(emulator: &Handle, (vswitch, group): &(String, String), more: &str) -> Answer {
    let query = format!(
        "RegionId=cn-hangzhou&ImageId={IMAGE}&InstanceType=ecs.g6.large&VSwitchId={vswitch}&SecurityGroupId={group}&{more}"
    );
    ecs(emulator, "RunInstances", &query)
}

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
    let recorded: Value =
        serde_json::from_str(include_str!("../../ecs-api/tests/wire/sdk_requests.json")).unwrap();
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
fn faults_strike_as_armed() {
    let emulator = start();
    let net = network(&emulator);
    emulator.arm(Fault::error("RunInstances", 1, 503, "ServiceUnavailable").after(1));
    assert_eq!(run(&emulator, &net, "Amount=1").status, 200);
    let answer = run(&emulator, &net, "Amount=1&ClientToken=a");
    assert_eq!((answer.status, answer.code()), (503, "ServiceUnavailable"));
    // A refusal without effect leaves the token usable.
    assert_eq!(run(&emulator, &net, "Amount=1&ClientToken=a").status, 200);
    emulator.arm(Fault::next("RunInstances", FaultKind::DropAfter));
    emulator.arm(Fault::next("DescribeRegions", FaultKind::DropBefore));
    assert_eq!(run(&emulator, &net, "Amount=2&ClientToken=b").status, 0);
    assert_eq!(emulator.inventory().instances.len(), 4);
    let again = run(&emulator, &net, "Amount=2&ClientToken=b");
    assert_eq!(
        again.body["InstanceIdSets"]["InstanceIdSet"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(emulator.inventory().instances.len(), 4);
    assert_eq!(ecs(&emulator, "DescribeRegions", "").status, 0);
    emulator.arm(Fault::next(
        "DescribeRegions",
        FaultKind::Latency { ms: 120 },
    ));
    let started = std::time::Instant::now();
    assert_eq!(ecs(&emulator, "DescribeRegions", "").status, 200);
    assert!(started.elapsed().as_millis() >= 120);
    let throttled = FaultKind::Error {
        status: 400,
        code: "Throttling".to_owned(),
        message: String::new(),
        retry_after_ms: Some(50),
    };
    emulator.arm(Fault::next("*", throttled));
    let answer = ecs(&emulator, "DescribeRegions", "");
    assert!(
        answer.head.contains("x-acs-retry-after: 50"),
        "{}",
        answer.head
    );
    assert_eq!(emulator.counters()["RunInstances"], 5);
}

#[test]
fn the_control_path_does_what_the_handle_does() {
    let emulator = start();
    let net = network(&emulator);
    run(
        &emulator,
        &net,
        "Amount=2&InstanceName=w[1,2]&Tag.1.Key=a&Tag.1.Value=b",
    );
    let control = |method: &str, path: &str, body: &Value| {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        request(
            emulator.address(),
            method,
            &format!("/_emulator/{path}"),
            &[],
            &body,
        )
    };
    let inventory = control("GET", "inventory", &Value::Null).body;
    let id = inventory["instances"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(inventory["instances"][0]["status"], "Running");
    assert_eq!(inventory["instances"][0]["tags"]["a"], "b");
    let change = json!({
        "kind": "instance", "id": id,
        "set": {"name": "changed", "instance_type": "ecs.g6.xlarge", "status": "Stopped"},
        "tags": {"a": null, "c": "d"},
    });
    assert_eq!(control("POST", "change", &change).status, 200);
    let shown = ecs(
        &emulator,
        "DescribeInstances",
        &format!("RegionId=cn-hangzhou&InstanceIds=[\"{id}\"]"),
    );
    let shown = &shown.body["Instances"]["Instance"][0];
    assert_eq!(
        (&shown["InstanceName"], &shown["Status"]),
        (&json!("changed"), &json!("Stopped"))
    );
    assert_eq!(
        shown["Tags"]["Tag"],
        json!([{"TagKey": "c", "TagValue": "d"}])
    );
    for bad in [
        json!({"kind": "instance", "id": "i-none", "set": {"name": "x"}}),
        json!({"kind": "instance", "id": id, "set": {"nope": "x"}}),
        json!({"kind": "instance", "id": id, "set": {"name": 5}}),
        json!({"kind": "spaceship", "id": id}),
        json!([]),
    ] {
        assert_eq!(control("POST", "change", &bad).status, 400, "{bad}");
    }
    assert_eq!(
        control("POST", "delete", &json!({"kind": "instance", "id": id})).status,
        200
    );
    assert_eq!(emulator.inventory().instances.len(), 1);
    let fault = json!({"action": "DescribeRegions", "kind": "error", "status": 500, "code": "InternalError"});
    assert_eq!(control("POST", "faults", &fault).status, 200);
    assert_eq!(
        ecs(&emulator, "DescribeRegions", "").code(),
        "InternalError"
    );
    control("POST", "faults", &json!([fault]));
    assert_eq!(control("DELETE", "faults", &Value::Null).body, json!([]));
    assert_eq!(ecs(&emulator, "DescribeRegions", "").status, 200);
    assert_eq!(
        control("GET", "counters", &Value::Null).body["DescribeRegions"],
        2
    );
    assert_eq!(control("GET", "nothing", &Value::Null).status, 404);
    let other = emulator.inventory().instances.remove(0);
    emulator
        .change(Kind::Instance, &other.id, Change::tag("by", "hand"))
        .unwrap();
    assert_eq!(emulator.inventory().instances[0].tags["by"], "hand");
    emulator.delete(Kind::Instance, &other.id).unwrap();
    assert!(emulator.inventory().instances.is_empty() && emulator.inventory().disks.is_empty());
}

#[test]
fn the_cloud_outlives_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let options = |dir: &std::path::Path| Options {
        data_dir: Some(dir.to_owned()),
        delays: Delays::NONE,
        ..Options::default()
    };
    let first = dir.path().join("first");
    let emulator = Emulator::start(options(&first)).unwrap();
    let net = network(&emulator);
    let answer = run(
        &emulator,
        &net,
        "Amount=20&InstanceName=w[1,2]&ClientToken=t&UserData=YQ==",
    );
    let ids = answer.body["InstanceIdSets"].clone();
    let before = emulator.inventory();

    // What is on disk while the process lives is all there is after a kill.
    let killed = dir.path().join("killed");
    std::fs::create_dir(&killed).unwrap();
    std::fs::copy(first.join("cloud.jsonl"), killed.join("cloud.jsonl")).unwrap();
    let second = Emulator::start(options(&killed)).unwrap();
    assert_eq!(second.inventory(), before);
    assert_eq!(
        run(
            &second,
            &net,
            "Amount=20&InstanceName=w[1,2]&ClientToken=t&UserData=YQ=="
        )
        .body["InstanceIdSets"],
        ids
    );
    assert_eq!(second.inventory(), before);
    // It goes on with new ids and addresses.
    assert_eq!(run(&second, &net, "Amount=20").status, 200);
    let more = second.inventory();
    let distinct = |part: fn(&ecs_emulator::InstanceEntry) -> &str| {
        more.instances
            .iter()
            .map(part)
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    };
    assert_eq!((distinct(|i| &i.id), distinct(|i| &i.private_ip)), (40, 40));
    second.shutdown();

    // Two at once must not write into one file.
    let error = Emulator::start(options(&first)).unwrap_err();
    assert!(
        error.to_string().contains("in use by another process"),
        "{error}"
    );
    for _ in 0..200 {
        let id = before.instances[0].id.clone();
        emulator
            .change(Kind::Instance, &id, Change::tag("n", "x"))
            .unwrap();
    }
    let before = emulator.inventory();
    emulator.shutdown();
    let compacted = std::fs::read_to_string(first.join("cloud.jsonl")).unwrap();
    assert!(
        compacted.lines().count() < 100,
        "the history was not compacted"
    );
    let third = Emulator::start(options(&first)).unwrap();
    assert_eq!(third.inventory(), before);
}

#[test]
fn every_request_is_logged() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("logs").join("requests.jsonl");
    let emulator = Emulator::start(Options {
        request_log: Some(log.clone()),
        delays: Delays::NONE,
        ..Options::default()
    })
    .unwrap();
    ecs(&emulator, "DescribeRegions", "");
    ecs(
        &emulator,
        "DeleteInstance",
        "RegionId=cn-hangzhou&InstanceId=i-none",
    );
    emulator.arm(Fault::next("DescribeRegions", FaultKind::DropBefore));
    ecs(&emulator, "DescribeRegions", "");
    emulator.inventory();
    let lines: Vec<Value> = std::fs::read_to_string(&log)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let seen: Vec<_> = lines
        .iter()
        .map(|l| {
            (
                l["action"].as_str().unwrap(),
                l["status"].as_u64().unwrap(),
                l["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("DescribeRegions", 200, ""),
            ("DeleteInstance", 404, "InvalidInstanceId.NotFound"),
            ("DescribeRegions", 0, ""),
        ]
    );
    assert_eq!(lines[0]["version"], "2014-05-26");
    assert!(lines[0]["duration_ms"].as_f64().unwrap() >= 0.0);
    assert!(lines[0]["time"].as_str().unwrap().ends_with('Z'));
    assert_eq!(lines[0]["request_id"].as_str().unwrap().len(), 36);
}

#[test]
fn only_loopback() {
    let options = Options {
        listen: SocketAddr::from(([0, 0, 0, 0], 0)),
        ..Options::default()
    };
    assert!(Emulator::start(options).is_err());
}

#[test]
fn starts_are_slow_stock_is_out_and_things_change_when_a_fault_says_so() {
    let emulator = start();
    let net = network(&emulator);
    let arm = |json: Value| {
        for fault in Fault::read_all(&json).unwrap() {
            emulator.arm(fault);
        }
    };
    arm(json!({"kind": "slow_start", "ms": 600_000, "action": "RunInstances", "times": 1}));
    assert_eq!(
        run(&emulator, &net, "Amount=1&InstanceName=slow").status,
        200
    );
    assert_eq!(
        run(&emulator, &net, "Amount=1&InstanceName=quick").status,
        200
    );
    let status = || {
        emulator
            .inventory()
            .instances
            .into_iter()
            .map(|i| (i.name, i.status))
            .collect::<Vec<_>>()
    };
    let shown = |name: &str, status: &str| (name.to_owned(), status.to_owned());
    assert_eq!(
        status(),
        [shown("slow", "Starting"), shown("quick", "Running")]
    );

    arm(json!({"kind": "stock_out", "instance_type": "ecs.g6.large", "left": 2}));
    let refused = run(&emulator, &net, "Amount=3");
    assert_eq!(refused.code(), "OperationDenied.NoStock");
    assert_eq!(run(&emulator, &net, "Amount=3&MinAmount=1").status, 200);
    assert_eq!(emulator.inventory().instances.len(), 4, "two were left");
    emulator.clear_faults();
    arm(json!({"kind": "stock_out", "instance_type": "ecs.g6.large"}));
    let sale = ecs(
        &emulator,
        "DescribeAvailableResource",
        "RegionId=cn-hangzhou&DestinationResource=InstanceType&InstanceType=ecs.g6.large",
    );
    assert!(sale.body.to_string().contains("SoldOut"), "{}", sale.body);
    arm(json!({"kind": "stock_out", "zone": "elsewhere"}));
    emulator.clear_faults();
    assert_eq!(run(&emulator, &net, "Amount=1").status, 200);

    arm(json!([
        {"kind": "change", "resource": "instance", "id": "quick", "set": {"name": "changed"}, "action": "DescribeInstances", "after": 1},
        {"kind": "delete", "resource": "instance", "id": "slow", "action": "DescribeInstances", "after": 2},
    ]));
    let names = || -> (bool, bool) {
        let found = ecs(
            &emulator,
            "DescribeInstances",
            "RegionId=cn-hangzhou&PageSize=100",
        );
        let found = found.body.to_string();
        (found.contains("\"slow\""), found.contains("\"changed\""))
    };
    assert_eq!(names(), (true, false));
    assert_eq!(names(), (true, true));
    assert_eq!(names(), (false, true));
}

#[test]
fn faults_at_the_start_follow_from_the_seed() {
    let answers = |seed: u64| -> Vec<u16> {
        let emulator = Emulator::start(Options {
            seed: Some(seed),
            faults: Fault::read_all(&json!({"kind": "drop_before", "probability": 0.5})).unwrap(),
            ..Options::default()
        })
        .unwrap();
        (0..24)
            .map(|_| ecs(&emulator, "DescribeRegions", "").status)
            .collect()
    };
    let first = answers(1);
    assert_eq!(first, answers(1));
    assert_ne!(first, answers(2));
    assert!(first.contains(&0) && first.contains(&200));
    let mistaken = Options {
        faults: vec![Fault::next("*", FaultKind::DropAfter).likely(3.0)],
        ..Options::default()
    };
    let error = Emulator::start(mistaken).unwrap_err();
    assert!(error.to_string().contains("from 0 to 1"), "{error}");
}
