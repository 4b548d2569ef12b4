//! How many calls many instances take, also where answers are lost and calls are throttled.

use std::collections::{BTreeMap, BTreeSet};

use ecs_emulator::{Fault, FaultKind};

use crate::support::{NETWORK, TestContext};

fn instances(name: &str, count: usize, kind: &str, tag: &str) -> String {
    format!(
        r#"
resource "alicloud_instance" "{name}" {{
  count           = {count}
  instance_name   = format("{name}-%04d", count.index)
  image_id        = data.alicloud_images.linux.images[0].id
  instance_type   = "{kind}"
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
  tags            = {{ t = "{tag}" }}
}}
"#
    )
}

/// A network with room for thousands stands; nothing is asked for yet.
fn network() -> TestContext {
    let wide = NETWORK.replace("10.0.1.0/24", "10.0.0.0/18");
    let context = TestContext::new(&wide);
    context.apply();
    context.forget_requests();
    context
}

/// Every instance exists once and is recorded once.
#[track_caller]
fn expect_exactly(context: &TestContext, count: usize) {
    let real: BTreeSet<String> = context
        .cloud
        .inventory()
        .instances
        .iter()
        .map(|i| i.id.clone())
        .collect();
    assert_eq!(real.len(), count);
    let recorded = context.recorded();
    let ids: BTreeSet<String> = recorded
        .iter()
        .filter(|(address, _)| address.starts_with("alicloud_instance"))
        .filter_map(|(_, values)| values["id"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(ids, real);
}

#[test]
fn a_thousand_instances_live_in_calls_of_their_largest_size() {
    let context = network();
    context.write("x.tf", &instances("web", 1000, "ecs.g6.large", "a"));
    context.apply();
    let made = context.requests();
    assert_eq!(made["RunInstances"], 10, "{made:?}");
    // One round of looks, in which all run, and one read.
    assert!(made["DescribeInstances"] <= 2 * 10, "{made:?}");
    expect_exactly(&context, 1000);

    context.forget_requests();
    context.expect_no_changes();
    let read = context.requests();
    assert_eq!(read["DescribeInstances"], 10, "{read:?}");

    context.edit("x.tf", "t = \"a\"", "t = \"b\"");
    context.forget_requests();
    context.apply();
    let tagged = context.requests();
    assert_eq!(tagged["TagResources"], 20, "{tagged:?}");

    context.write("x.tf", "");
    context.forget_requests();
    context.apply();
    let deleted = context.requests();
    assert_eq!(deleted["DeleteInstances"], 10, "{deleted:?}");
    expect_exactly(&context, 0);
}

#[test]
fn two_kinds_are_two_groups() {
    let context = network();
    let text =
        instances("a", 130, "ecs.g6.large", "a") + &instances("b", 120, "ecs.g6.xlarge", "b");
    context.write("x.tf", &text);
    context.apply();
    assert_eq!(context.requests()["RunInstances"], 2 + 2);
    expect_exactly(&context, 250);
}

#[test]
fn lost_answers_make_no_instance_twice() {
    let context = network();
    context.write("x.tf", &instances("web", 1000, "ecs.g6.large", "a"));
    for third in 0..60 {
        context
            .cloud
            .arm(Fault::next("RunInstances", FaultKind::DropAfter).after(3 * third + 2));
    }
    context.apply();
    let asked = context.requests()["RunInstances"];
    assert!((13..=16).contains(&asked), "{asked}");
    expect_exactly(&context, 1000);
}

#[test]
fn a_fifth_of_all_calls_throttled_is_borne() {
    let context = network();
    context.write("x.tf", &instances("web", 1000, "ecs.g6.large", "a"));
    for fifth in 0..60 {
        context
            .cloud
            .arm(Fault::error("*", 1, 400, "Throttling.User").after(5 * fifth + 4));
    }
    let told = context.dir.path().join("log");
    let variables = [
        ("TF_LOG", "DEBUG"),
        ("TF_LOG_PATH", told.to_str().expect("a plain path")),
    ];
    context
        .run_with(&variables, &["apply", "-auto-approve"])
        .expect(0);
    // No call is sent more often than the policy allows, and those that follow a refusal leave at a lower rate.
    let told = std::fs::read_to_string(told).expect("a log");
    let attempts = told.lines().filter_map(|line| {
        let (_, attempt) = line.split_once(": asked, attempt ")?;
        attempt.trim().parse::<u32>().ok()
    });
    let most = attempts.max().expect("requests");
    let paced = told.lines().filter(|l| l.contains(": paced, ")).count();
    assert!((2..=10).contains(&most), "{most} attempts");
    assert!(paced > 0 && !told.contains("; given up"), "{paced} paced");
    // What is refused is asked for again, once for each refusal, and never as often as the policy would allow at most.
    let log = std::fs::read_to_string(context.dir.path().join("requests.jsonl")).expect("the log");
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for line in log.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).expect("a JSON line");
        let action = entry["action"].as_str().expect("an action").to_owned();
        *refused.entry(action).or_default() += usize::from(entry["code"] == "Throttling.User");
    }
    let throttled: usize = refused.values().sum();
    let all = log.lines().count();
    println!("{throttled} of {all} calls throttled, {paced} paced, {most} attempts of one at most");
    assert!(throttled * 6 > all, "{throttled}");
    assert_eq!(
        context.requests()["RunInstances"],
        10 + refused["RunInstances"]
    );
    assert!(refused["RunInstances"] < 10, "{refused:?}");
    expect_exactly(&context, 1000);
}
