//! Every kind of fault, armed and striking.

use ecs_emulator::{Emulator, Fault, FaultKind, Options};
use serde_json::{Value, json};

use crate::support::{ecs, network, run, start};

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
