//! Which instances share a call, who is who afterwards, and what recovery finds.

use cairn_model::ResourceMode;
use cairn_model::{ApplyRequest, RemoteObject};
use cairn_provider::{ApplyResponse, Provider};
use cairn_value::{Value, name};
use ecs_api::rules::Profile;
use serde_json::json;

use super::super::ResourceType;
use super::Instance;
use crate::AlicloudProvider;
use crate::testing::{Reply, Script, call, deletion, recorded, request, strings, tags};

const TYPE: &str = "alicloud_instance";

fn instance(key: u64, name: &str, more: &[(&'static str, Value)]) -> ApplyRequest {
    let mut attributes = vec![
        ("image_id", Value::string("img-1")),
        ("instance_type", Value::string("ecs.g7.large")),
        ("security_groups", strings(&["sg-1"])),
        ("vswitch_id", Value::string("vsw-1")),
        ("instance_name", Value::string(name)),
    ];
    attributes.extend(more.iter().cloned());
    request(TYPE, key, None, &attributes)
}

fn sizes(requests: &[ApplyRequest]) -> Vec<usize> {
    let calls = AlicloudProvider::default().calls(requests);
    let mut all: Vec<usize> = calls.iter().flatten().copied().collect();
    all.sort_unstable();
    assert!(all.into_iter().eq(0..requests.len()), "each exactly once");
    calls.iter().map(Vec::len).collect()
}

fn ip(last: u64) -> (&'static str, Value) {
    ("private_ip", Value::string(format!("10.0.0.{last}")))
}

#[test]
fn validation_goes_by_the_profile_of_the_caller() {
    let refused = |rules: Profile, attribute: &'static str, value: Value| -> Vec<String> {
        let provider = AlicloudProvider::new(rules);
        let block = &provider.schema().resources[TYPE].block;
        let attributes = [
            ("image_id", Value::string("img-1")),
            ("instance_type", Value::string("ecs.g7.large")),
            ("security_groups", strings(&["sg-1", "sg-2"])),
            ("vswitch_id", Value::string("vsw-1")),
            (attribute, value),
        ];
        let config = crate::testing::config(block, &attributes);
        let problems = provider.validate(ResourceMode::Managed, &name(TYPE), &config);
        let place = |p: cairn_provider::Problem| p.path.map_or(p.detail, |path| path.to_string());
        problems.into_iter().map(place).collect()
    };
    let (old, new) = (Profile::Reference2019, Profile::Current);
    let script = || Value::string("# ".repeat(10 * 1024));
    assert_eq!(refused(new, "user_data", script()), [""; 0]);
    assert_eq!(refused(old, "user_data", script()), ["user_data"]);
    let essd = || Value::string("cloud_essd");
    assert_eq!(refused(new, "system_disk_category", essd()), [""; 0]);
    assert_eq!(
        refused(old, "system_disk_category", essd()),
        ["system_disk_category"]
    );
    // Narrower today.
    let host = || Value::string("h".repeat(70));
    assert_eq!(refused(new, "host_name", host()), ["host_name"]);
    assert_eq!(refused(old, "host_name", host()), [""; 0]);
    // The narrower of the two speaks in both.
    let key = "k".repeat(65);
    for rules in [old, new] {
        let place = format!("tags[{key:?}]");
        assert_eq!(refused(rules, "tags", tags(&[(&key, "v")])), [place]);
    }
}

#[test]
fn a_thousand_equal_instances_are_ten_calls() {
    let web: Vec<_> = (0..1000)
        .map(|i| instance(i, &format!("web-{i:04}"), &[]))
        .collect();
    assert_eq!(sizes(&web), [100; 10]);
    let unnamed: Vec<_> = (0..250).map(|i| instance(i, "", &[])).collect();
    assert_eq!(sizes(&unnamed), [100, 100, 50]);
    let same: Vec<_> = (0..120).map(|i| instance(i, "web", &[])).collect();
    assert_eq!(sizes(&same), [100, 20]);
}

#[test]
fn other_arguments_are_other_calls() {
    let two: Vec<_> = (0..250)
        .map(|i| {
            let ty = if i % 2 == 0 { "a" } else { "b" };
            instance(i, &format!("web-{i:03}"), &[("tags", tags(&[("t", ty)]))])
        })
        .collect();
    // The names of one kind are every second number, so none follow each other.
    assert_eq!(sizes(&two).len(), 250);
    let two: Vec<_> = (0..250)
        .map(|i| {
            let (ty, n) = if i < 125 { ("a", i) } else { ("b", i - 125) };
            instance(i, &format!("{ty}-{n:03}"), &[("tags", tags(&[("t", ty)]))])
        })
        .collect();
    assert_eq!(sizes(&two), [100, 25, 100, 25]);
}

#[test]
fn a_run_of_names_has_one_width() {
    let requests: Vec<_> = (8..=12)
        .map(|i| instance(i, &format!("web-{i}"), &[]))
        .collect();
    assert_eq!(sizes(&requests), [2, 3]);
    let names = ["alpha", "beta", "gamma"];
    let requests: Vec<_> = (0..3)
        .map(|i| instance(i, names[i as usize], &[]))
        .collect();
    assert_eq!(sizes(&requests), [1, 1, 1]);
}

#[test]
fn addresses_and_host_names_must_run_on_too() {
    let on: Vec<_> = (1..=5)
        .map(|i| instance(i, &format!("web-{i}"), &[ip(10 + i)]))
        .collect();
    assert_eq!(sizes(&on), [5]);
    let hole: Vec<_> = (1..=5)
        .map(|i| instance(i, &format!("web-{i}"), &[ip(10 + i + u64::from(i > 3))]))
        .collect();
    assert_eq!(sizes(&hole), [3, 2]);
    let host = |i: u64| ("host_name", Value::string(format!("host-{i:02}")));
    let on: Vec<_> = (1..=5)
        .map(|i| instance(i, &format!("web-{i}"), &[host(i)]))
        .collect();
    assert_eq!(sizes(&on), [5]);
    let hole: Vec<_> = (1..=5)
        .map(|i| instance(i, &format!("web-{i}"), &[host(i + u64::from(i > 2))]))
        .collect();
    assert_eq!(sizes(&hole), [2, 3]);
    let same_names: Vec<_> = (1..=3)
        .rev()
        .map(|i| instance(i, "web", &[ip(i)]))
        .collect();
    assert_eq!(sizes(&same_names), [3]);
}

fn running(id: &str, more: &[(&'static str, Value)]) -> RemoteObject {
    let mut attributes = vec![
        ("id", Value::string(id)),
        ("image_id", Value::string("img-1")),
        ("instance_type", Value::string("ecs.g7.large")),
        ("security_groups", strings(&["sg-1"])),
        ("vswitch_id", Value::string("vsw-1")),
        ("status", Value::string("Running")),
    ];
    for (name, value) in more {
        attributes.retain(|(n, _)| n != name);
        attributes.push((name, value.clone()));
    }
    recorded(TYPE, &attributes)
}

fn changed(key: u64, prior: RemoteObject, more: &[(&'static str, Value)]) -> ApplyRequest {
    let mut attributes = vec![
        ("image_id", Value::string("img-1")),
        ("instance_type", Value::string("ecs.g7.large")),
        ("security_groups", strings(&["sg-1"])),
        ("vswitch_id", Value::string("vsw-1")),
    ];
    attributes.extend(more.iter().cloned());
    request(TYPE, key, Some(prior), &attributes)
}

#[test]
fn equal_changes_of_tags_travel_by_fifty() {
    let requests: Vec<_> = (0..120)
        .map(|i| {
            let own = format!("web-{i}");
            let prior = running(&format!("i-{i}"), &[("tags", tags(&[("Name", &own)]))]);
            changed(i, prior, &[("tags", tags(&[("Name", &own), ("env", "x")]))])
        })
        .collect();
    assert_eq!(sizes(&requests), [50, 50, 20]);
    let provider = AlicloudProvider::default();
    assert_eq!(provider.operation(&requests[0]), "TagResources");
    let named: Vec<_> = (0..3)
        .map(|i| {
            changed(
                i,
                running(&format!("i-{i}"), &[]),
                &[("description", Value::string("new"))],
            )
        })
        .collect();
    assert_eq!(sizes(&named), [1, 1, 1]);
}

#[test]
fn deletions_travel_by_a_hundred_apart_from_protected_ones() {
    let requests: Vec<_> = (0..150)
        .map(|i| {
            let protected = ("deletion_protection", Value::Bool(i == 7));
            deletion(TYPE, i, running(&format!("i-{i}"), &[protected]))
        })
        .collect();
    let mut sizes = sizes(&requests);
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 49, 100]);
}

fn described(entries: &[(&str, &str)]) -> Reply {
    let list: Vec<_> = entries
        .iter()
        .map(|(id, name)| {
            json!({"InstanceId": id, "InstanceName": name, "Status": "Running", "ImageId": "img-1"})
        })
        .collect();
    Reply::Body(json!({"Instances": {"Instance": list}, "TotalCount": entries.len()}))
}

fn disks(ids: &[&str]) -> Reply {
    let list: Vec<_> = ids
        .iter()
        .map(|id| {
            json!({"DiskId": format!("d-{id}"), "Type": "system", "InstanceId": id, "Category": "cloud_essd", "Size": 40})
        })
        .collect();
    Reply::Body(json!({"Disks": {"Disk": list}}))
}

fn ids(answers: &[ApplyResponse]) -> Vec<String> {
    let id = |a: &ApplyResponse| match a {
        ApplyResponse::Done(Some(o), _) => {
            let id = o.value.value().get_attr("id").unwrap();
            id.as_str().unwrap().to_owned()
        }
        other => format!("{other:?}"),
    };
    answers.iter().map(id).collect()
}

fn three() -> Vec<ApplyRequest> {
    (1..=3)
        .map(|i| instance(i, &format!("web-{i}"), &[]))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn instances_find_their_addresses_by_name() {
    let seen = [("i-a", "web-3"), ("i-b", "web-1"), ("i-c", "web-2")];
    let all = ["i-a", "i-b", "i-c"];
    let script = Script::new([
        (
            "RunInstances",
            Reply::Body(json!({"InstanceIdSets": {"InstanceIdSet": all}})),
        ),
        ("DescribeInstances", described(&seen)),
        ("DescribeInstances", described(&seen)),
        ("DescribeDisks", disks(&all)),
    ]);
    let answers = Instance::new()
        .create(&script.client(), &call(three()))
        .await;
    assert_eq!(ids(&answers), ["i-b", "i-c", "i-a"]);
    let first = |p: &str| script.values(p)[0].clone().unwrap();
    assert_eq!(first("InstanceName"), "web-[1,1]");
    assert_eq!(first("Amount"), "3");
    assert_eq!(first("ClientToken"), "cairn-1");
    assert_eq!(
        (first("Tag.1.Key"), first("Tag.1.Value")),
        ("cairn:call".to_owned(), "cairn-1".to_owned())
    );
    assert_eq!(first("VSwitchId"), "vsw-1");
    assert_eq!(
        script.values("Tag.1.Value")[3].as_deref(),
        Some("cairn-1"),
        "disks by the call's tag"
    );
    script.finished();
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_made_nothing() {
    let script = Script::new([("RunInstances", Reply::Error(403, "OperationDenied.NoStock"))]);
    let answers = Instance::new()
        .create(&script.client(), &call(three()))
        .await;
    assert_eq!(answers.len(), 3);
    assert!(
        answers
            .iter()
            .all(|a| matches!(a, ApplyResponse::NotApplied(p) if p.len() == 1))
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_answer_is_lost_for_good_stays_open() {
    let script = Script::new((0..6).map(|_| ("RunInstances", Reply::Lost)));
    let answers = Instance::new()
        .create(&script.client(), &call(three()))
        .await;
    assert!(
        answers
            .iter()
            .all(|a| matches!(a, ApplyResponse::Unsure(_)))
    );
}

#[tokio::test(start_paused = true)]
async fn recovery_finds_what_was_made_and_makes_nothing() {
    let seen = [("i-a", "web-3"), ("i-b", "web-1"), ("i-c", "web-2")];
    let script = Script::new([
        // The list lags behind at first.
        ("DescribeInstances", described(&seen[..1])),
        ("DescribeInstances", described(&seen)),
        ("DescribeInstances", described(&seen)),
        ("DescribeInstances", described(&seen)),
        ("DescribeDisks", disks(&["i-a", "i-b", "i-c"])),
    ]);
    let answers = Instance::new()
        .recover_create(&script.client(), &call(three()))
        .await;
    assert_eq!(ids(&answers), ["i-b", "i-c", "i-a"]);
    assert_eq!(script.values("Tag.1.Value")[0].as_deref(), Some("cairn-1"));
    script.finished();
}

#[tokio::test(start_paused = true)]
async fn recovery_looks_twice_before_it_says_that_nothing_was_made() {
    let script = Script::new([
        ("DescribeInstances", described(&[])),
        ("DescribeInstances", described(&[])),
    ]);
    let answers = Instance::new()
        .recover_create(&script.client(), &call(three()))
        .await;
    assert!(
        answers
            .iter()
            .all(|a| matches!(a, ApplyResponse::NotApplied(p) if p.is_empty()))
    );
    script.finished();
}

#[tokio::test(start_paused = true)]
async fn one_that_is_gone_does_not_keep_the_others_from_being_deleted() {
    let script = Script::new([
        (
            "DeleteInstances",
            Reply::Error(404, "InvalidInstanceId.NotFound"),
        ),
        ("DescribeInstances", described(&[("i-2", "web-2")])),
        ("DeleteInstances", Reply::Body(json!({"RequestId": "R"}))),
        ("DescribeInstances", described(&[])),
    ]);
    let requests = (1..=2)
        .map(|i| deletion(TYPE, i, running(&format!("i-{i}"), &[])))
        .collect();
    let answers = Instance::new()
        .delete(&script.client(), &call(requests))
        .await;
    assert!(
        answers
            .iter()
            .all(|a| matches!(a, ApplyResponse::Done(None, _)))
    );
    assert_eq!(script.values("InstanceId.1")[2].as_deref(), Some("i-2"));
    assert_eq!(script.values("Force")[0].as_deref(), Some("true"));
    script.finished();
}

#[tokio::test(start_paused = true)]
async fn a_protected_instance_is_not_deleted_and_the_way_out_is_said() {
    let script = Script::new([]);
    let protected = running("i-1", &[("deletion_protection", Value::Bool(true))]);
    let requests = vec![deletion(TYPE, 1, protected)];
    let answers = Instance::new()
        .delete(&script.client(), &call(requests))
        .await;
    let ApplyResponse::NotApplied(problems) = &answers[0] else {
        panic!("{answers:?}");
    };
    assert!(problems[0].detail.contains("deletion_protection = false"));
}

#[tokio::test(start_paused = true)]
async fn tags_of_many_change_by_one_request_each_way() {
    let requests: Vec<_> = (1..=2)
        .map(|i| {
            let prior = running(
                &format!("i-{i}"),
                &[("tags", tags(&[("old", "1"), ("same", "2")]))],
            );
            changed(i, prior, &[("tags", tags(&[("same", "2"), ("new", "3")]))])
        })
        .collect();
    let seen = [("i-1", "a"), ("i-2", "b")];
    let script = Script::new([
        ("UntagResources", Reply::Body(json!({}))),
        ("TagResources", Reply::Body(json!({}))),
        ("DescribeInstances", described(&seen)),
        ("DescribeDisks", disks(&["i-1"])),
        ("DescribeDisks", disks(&["i-2"])),
    ]);
    let answers = Instance::new()
        .update(&script.client(), &call(requests))
        .await;
    assert_eq!(ids(&answers), ["i-1", "i-2"]);
    assert_eq!(script.values("TagKey.1")[0].as_deref(), Some("old"));
    assert_eq!(script.values("Tag.1.Key")[1].as_deref(), Some("new"));
    assert_eq!(script.values("ResourceId.2")[1].as_deref(), Some("i-2"));
    script.finished();
}
