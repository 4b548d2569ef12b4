//! The control path and the request log.

use ecs_emulator::{Change, Delays, Emulator, Fault, FaultKind, Kind, Options};
use serde_json::{Value, json};

use crate::support::{ecs, network, request, run, start};

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
fn the_status_page_and_the_last_requests_show_no_secret() {
    let emulator = start();
    let net = network(&emulator);
    let get = |path: &str| request(emulator.address(), "GET", path, &[], "");
    let empty = get("/_emulator/");
    assert!(empty.text.contains("<h2>Instances (0)</h2>"), "{empty:?}");
    let made = run(
        &emulator,
        &net,
        "Amount=2&Password=Hidden-1234&UserData=aGlkZGVu&Tag.1.Key=a&Tag.1.Value=<b>&ClientToken=once",
    );
    assert_eq!(made.status, 200, "{made:?}");
    ecs(
        &emulator,
        "CreateKeyPair",
        "RegionId=cn-hangzhou&KeyPairName=door",
    );
    ecs(
        &emulator,
        "DeleteInstance",
        "RegionId=cn-hangzhou&InstanceId=i-none",
    );
    emulator.arm(Fault::next("StopInstance", FaultKind::DropAfter));

    let requests = get("/_emulator/requests").body;
    let of = |index: usize, name: &str| requests[index][name].clone();
    assert_eq!(of(0, "action"), "DeleteInstance");
    assert_eq!(of(0, "code"), "InvalidInstanceId.NotFound");
    assert_eq!(of(0, "params")["InstanceId"], "i-none");
    assert_eq!(of(2, "action"), "RunInstances");
    assert_eq!(of(2, "params")["Password"], "***");
    assert_eq!(of(2, "params")["ClientToken"], "once");

    let page = get("/_emulator/");
    assert_eq!(page.status, 200);
    assert!(page.head.contains("content-type: text/html"), "{page:?}");
    for shown in [
        "<h2>Instances (2)</h2>",
        "<h2>Key pairs (1)</h2>",
        "<h2>Faults (1)</h2>",
        "<td>a=&lt;b&gt;</td>",
        "<td>RunInstances</td>",
        "<td class=\"bad\">InvalidInstanceId.NotFound</td>",
        "drop_after",
    ] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    for hidden in ["Hidden-1234", "aGlkZGVu", "PRIVATE KEY", "<b>"] {
        assert!(!page.text.contains(hidden), "{hidden}");
        assert!(!requests.to_string().contains(hidden) || hidden == "<b>");
    }
}
