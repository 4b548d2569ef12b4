//! What holds for every type that is described as data.

use std::collections::BTreeSet;

use ecs_api::{FURTHER_OPERATIONS, OPERATIONS};

use super::*;
use crate::describe::wire::all_params;
use crate::describe::{Support, table::Mode};
use crate::resource::{command, disk, eip, key_pair, routes};
use crate::testing::{Reply, Script, call, plan, recorded, request};
use cairn_value::{Type, Value, name};
use serde_json::json;

/// All types described as data.
fn all() -> Vec<Description> {
    vec![
        disk::disk("alicloud_disk"),
        disk::disk("alicloud_ecs_disk"),
        disk::attachment("alicloud_disk_attachment"),
        disk::attachment("alicloud_ecs_disk_attachment"),
        command::command(),
        command::invocation(),
        eip::address("alicloud_eip"),
        eip::address("alicloud_eip_address"),
        eip::association(),
        key_pair::key_pair("alicloud_key_pair"),
        key_pair::key_pair("alicloud_ecs_key_pair"),
        routes::route_table(),
        routes::route_table_attachment(),
        routes::route_entry(),
    ]
}

#[test]
fn every_action_is_one_of_the_api_s() {
    let known: BTreeSet<_> = OPERATIONS
        .iter()
        .chain(FURTHER_OPERATIONS)
        .map(|o| (o.product, o.action))
        .collect();
    for ty in all() {
        let mut actions = vec![ty.create.name, ty.delete.name, ty.read.query.action];
        actions.extend(ty.create.otherwise.map(|(_, action)| action.name));
        actions.extend(ty.changes.iter().map(|c| c.action.name));
        for action in actions {
            assert!(known.contains(&(ty.product, action)), "{}: {action}", ty.ty);
        }
    }
}

#[test]
fn whatever_can_be_configured_is_created_and_changed_or_refused() {
    for ty in all() {
        let aliases: BTreeSet<&str> = ty.aliases.iter().map(|(old, _)| *old).collect();
        for attr in &ty.table.attrs {
            let settable = !matches!(attr.support, Support::No) && attr.removed.is_none();
            let configurable = settable
                && attr.mode != Mode::Computed
                && !aliases.contains(attr.name)
                && attr.name != "tags";
            if !configurable {
                continue;
            }
            let sent = !attr.wire.param.is_empty();
            let mut changes = ty
                .changes
                .iter()
                .flat_map(|c| c.attrs.iter().chain(c.action.with))
                .chain(ty.delete.with);
            let by_hand = ty.create.fill.is_some() || ty.create.keep.is_some();
            let looked_at = by_hand && attr.untold;
            let changed = changes.any(|(name, _)| *name == attr.name) || looked_at;
            let checked = !attr.checks.is_empty()
                && ["payment_type", "instance_charge_type"].contains(&attr.name);
            assert!(
                sent || changed || checked,
                "{}.{} is dropped",
                ty.ty,
                attr.name
            );
            let fixed = attr.force_new || matches!(attr.support, Support::AtCreation);
            assert!(
                fixed || changed || checked,
                "{}.{} never changes",
                ty.ty,
                attr.name
            );
        }
    }
}

#[test]
fn names_of_attributes_exist() {
    for ty in all() {
        let has = |name: &str| ty.table.attr(name).is_some();
        for (old, new) in ty.aliases {
            assert!(has(old) && has(new), "{}: {old} {new}", ty.ty);
        }
        for part in ty.id {
            if let Part::Attr(attr) = part {
                assert!(has(attr), "{}: {attr}", ty.ty);
            }
        }
        for change in &ty.changes {
            for (attr, _) in change.attrs.iter().chain(change.action.with) {
                assert!(has(attr), "{}: {attr}", ty.ty);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_disk_is_made_with_a_token_and_a_tag_and_read_back() {
    let ty = disk::disk("alicloud_disk");
    let listed = json!({"Disks": {"Disk": [{"DiskId": "d-1", "DiskName": "data", "Size": 20, "Category": "cloud_efficiency",
        "Status": "Available", "ZoneId": "cn-hangzhou-h", "Tags": {"Tag": [{"TagKey": "cairn:call", "TagValue": "cairn-1"}]}}]}});
    let script = Script::new([
        ("CreateDisk", Reply::Body(json!({"DiskId": "d-1"}))),
        ("DescribeDisks", Reply::Body(listed)),
    ]);
    let wanted = [
        ("disk_name", Value::string("data")),
        ("size", Value::int(20)),
        ("zone_id", Value::string("cn-hangzhou-h")),
    ];
    let answer = ty
        .create(
            &script.client(),
            &call(vec![request("alicloud_disk", 0, None, &wanted)]),
        )
        .await;
    let [ApplyResponse::Done(Some(object), problems)] = &answer[..] else {
        panic!("{answer:?}");
    };
    assert!(problems.is_empty());
    let fields = Fields::of_value(object.value.value()).unwrap();
    assert_eq!(fields.str("id"), Some("d-1"));
    assert_eq!(fields.str("name"), Some("data"));
    assert!(fields.map("tags").is_empty());
    assert_eq!(script.values("ClientToken")[0].as_deref(), Some("cairn-1"));
    assert_eq!(script.values("Tag.1.Key")[0].as_deref(), Some("cairn:call"));
    assert_eq!(
        script.values("DiskCategory")[0].as_deref(),
        Some("cloud_efficiency")
    );
    script.finished();
}

#[tokio::test(start_paused = true)]
async fn an_attachment_whose_answer_was_lost_is_found_by_its_id() {
    let ty = disk::attachment("alicloud_disk_attachment");
    let wanted = [
        ("disk_id", Value::string("d-1")),
        ("instance_id", Value::string("i-1")),
    ];
    let made = call(vec![request("alicloud_disk_attachment", 0, None, &wanted)]);
    let listed = json!({"Disks": {"Disk": [{"DiskId": "d-1", "InstanceId": "i-1", "Device": "/dev/xvdb", "Status": "In_use"}]}});
    let script = Script::new([
        ("DescribeDisks", Reply::Body(listed.clone())),
        ("DescribeDisks", Reply::Body(listed)),
    ]);
    let answer = ty.recover_create(&script.client(), &made).await;
    assert!(
        matches!(&answer[..], [ApplyResponse::Done(Some(_), _)]),
        "{answer:?}"
    );
    let elsewhere =
        json!({"Disks": {"Disk": [{"DiskId": "d-1", "InstanceId": "i-2", "Status": "In_use"}]}});
    let script = Script::new([
        ("DescribeDisks", Reply::Body(elsewhere.clone())),
        ("DescribeDisks", Reply::Body(elsewhere)),
    ]);
    let answer = ty.recover_create(&script.client(), &made).await;
    assert!(
        matches!(&answer[..], [ApplyResponse::NotApplied(_)]),
        "{answer:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_state_without_hope_ends_the_wait() {
    let ty = command::invocation();
    let listed = |state| {
        let told = json!({"Invocations": {"Invocation": [{"InvokeId": "t-1", "InvocationStatus": state}]}});
        ("DescribeInvocations", Reply::Body(told))
    };
    let made = ("InvokeCommand", Reply::Body(json!({"InvokeId": "t-1"})));
    let script = Script::new([made, listed("Running"), listed("Failed")]);
    let wanted = [("command_id", Value::string("c-1"))];
    let request = request("alicloud_ecs_invocation", 0, None, &wanted);
    let answer = ty.create(&script.client(), &call(vec![request])).await;
    let [ApplyResponse::Partial(object, problems)] = &answer[..] else {
        panic!("{answer:?}");
    };
    let fields = Fields::of_value(object.value.value()).unwrap();
    assert_eq!(fields.str("id"), Some("t-1"));
    assert_eq!(problems[0].code, "object-failed");
    script.finished();
}

#[tokio::test(start_paused = true)]
async fn a_change_that_takes_too_long_is_recorded_as_it_is_by_then() {
    let ty = disk::disk("alicloud_disk");
    let shown = |size: i64, status: &str| {
        Reply::Body(
            json!({"Disks": {"Disk": [{"DiskId": "d-1", "Size": size, "Category": "cloud_efficiency",
            "Status": status, "ZoneId": "z"}]}}),
        )
    };
    let none = || Value::Null(Type::String);
    let within = Value::object([
        (name("create"), none()),
        (name("delete"), none()),
        (name("update"), Value::string("1s")),
    ]);
    let attributes = |size| {
        [
            ("id", Value::string("d-1")),
            ("size", Value::int(size)),
            ("zone_id", Value::string("z")),
            ("category", Value::string("cloud_efficiency")),
            ("timeouts", within.clone()),
        ]
    };
    let prior = recorded("alicloud_disk", &attributes(20));
    let change = request("alicloud_disk", 0, Some(prior), &attributes(40)[1..]);
    let mut expected = vec![("ResizeDisk", Reply::Body(json!({})))];
    // Looks at 0, 0.1, 0.25, 0.48, 0.81 and 1 second, and once more to record what is there.
    expected.extend((0..6).map(|_| ("DescribeDisks", shown(20, "ReIniting"))));
    expected.push(("DescribeDisks", shown(30, "ReIniting")));
    let script = Script::new(expected);
    let answer = ty.update(&script.client(), &call(vec![change])).await;
    let [ApplyResponse::Partial(object, problems)] = &answer[..] else {
        panic!("{answer:?}");
    };
    assert_eq!(problems[0].code, "wait-timed-out");
    let fields = Fields::of_value(object.value.value()).unwrap();
    assert_eq!(fields.int("size"), Some(30));
    script.finished();
}

#[test]
fn a_disk_only_grows() {
    let prior = recorded(
        "alicloud_disk",
        &[
            ("id", Value::string("d-1")),
            ("size", Value::int(40)),
            ("zone_id", Value::string("z")),
        ],
    );
    let wanted = |size| [("size", Value::int(size)), ("zone_id", Value::string("z"))];
    let smaller = plan("alicloud_disk", Some(&prior), &wanted(20));
    assert_eq!(smaller.problems[0].code, "disk-cannot-shrink");
    assert!(
        plan("alicloud_disk", Some(&prior), &wanted(60))
            .problems
            .is_empty()
    );
}

#[test]
fn changes_of_tags_alone_share_calls() {
    let ty = disk::disk("alicloud_disk");
    let prior = |i: u64| {
        let id = format!("d-{i}");
        recorded(
            "alicloud_disk",
            &[
                ("id", Value::string(id)),
                ("size", Value::int(20)),
                ("zone_id", Value::string("z")),
                ("category", Value::string("cloud_efficiency")),
            ],
        )
    };
    let wanted = |size| {
        [
            ("size", Value::int(size)),
            ("zone_id", Value::string("z")),
            ("tags", crate::testing::tags(&[("a", "b")])),
        ]
    };
    let mut requests: Vec<_> = (0..60)
        .map(|i| request("alicloud_disk", i, Some(prior(i)), &wanted(20)))
        .collect();
    requests.push(request("alicloud_disk", 60, Some(prior(60)), &wanted(40)));
    let sizes: Vec<usize> = ty.calls(&requests).iter().map(Vec::len).collect();
    assert_eq!(sizes, [50, 10, 1]);
    let params = all_params(&ty.table, planned(&requests[60]));
    assert!(params.contains(&("Size".to_owned(), "40".to_owned())));
}
