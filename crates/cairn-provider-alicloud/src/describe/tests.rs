//! The rules that old configurations expect of plans, on real types.

use cairn_model::Impact;
use cairn_value::{Type, Value};

use crate::testing::{plan, recorded, strings, tags};

const TYPE: &str = "alicloud_instance";

fn base() -> Vec<(&'static str, Value)> {
    vec![
        ("image_id", Value::string("img-1")),
        ("instance_type", Value::string("ecs.g7.large")),
        ("security_groups", strings(&["sg-1"])),
        ("vswitch_id", Value::string("vsw-1")),
    ]
}

fn with(more: &[(&'static str, Value)]) -> Vec<(&'static str, Value)> {
    let mut all = base();
    for (name, value) in more {
        all.retain(|(n, _)| n != name);
        all.push((name, value.clone()));
    }
    all
}

fn prior(more: &[(&'static str, Value)]) -> cairn_model::RemoteObject {
    let mut all = with(&[
        ("id", Value::string("i-1")),
        ("instance_name", Value::string("ECS-Instance")),
        ("description", Value::string("")),
        ("internet_max_bandwidth_out", Value::int(0)),
        ("instance_charge_type", Value::string("PostPaid")),
        ("system_disk_category", Value::string("cloud_essd")),
        ("system_disk_size", Value::int(40)),
        ("status", Value::string("Running")),
    ]);
    for (name, value) in more {
        all.retain(|(n, _)| n != name);
        all.push((name, value.clone()));
    }
    recorded(TYPE, &all)
}

fn planned(answer: &cairn_provider::PlanResponse, name: &str) -> Value {
    let object = answer.planned.as_ref().unwrap();
    object.get_attr(name).unwrap().clone()
}

#[test]
fn a_creation_leaves_to_the_cloud_what_is_not_set_and_fills_in_defaults() {
    let answer = plan(
        TYPE,
        None,
        &with(&[
            ("instance_name", Value::string("")),
            ("description", Value::Null(Type::String)),
            ("internet_max_bandwidth_out", Value::int(0)),
        ]),
    );
    for unknown in [
        "id",
        "instance_name",
        "description",
        "public_ip",
        "cpu_options",
    ] {
        assert!(planned(&answer, unknown).is_unknown(), "{unknown}");
    }
    assert_eq!(
        planned(&answer, "internet_max_bandwidth_out"),
        Value::int(0)
    );
    assert_eq!(planned(&answer, "dry_run"), Value::Bool(false));
    // Defaults that matter to prepaid instances only are dropped for all others.
    for dropped in [
        "period_unit",
        "renewal_status",
        "auto_renew_period",
        "force_delete",
    ] {
        assert!(planned(&answer, dropped).is_null(), "{dropped}");
    }
}

#[test]
fn nothing_changes_where_nothing_is_asked_for() {
    let prior = prior(&[]);
    for config in [
        base(),
        with(&[
            ("description", Value::string("")),
            ("instance_name", Value::string("")),
        ]),
        with(&[("deletion_protection", Value::Bool(false))]),
        with(&[("internet_max_bandwidth_out", Value::int(0))]),
        with(&[("tags", tags(&[]))]),
        // Terms of a public address that is not there.
        with(&[("internet_charge_type", Value::string("PayByBandwidth"))]),
        with(&[
            ("period", Value::int(3)),
            ("renewal_status", Value::string("AutoRenewal")),
        ]),
    ] {
        let answer = plan(TYPE, Some(&prior), &config);
        assert_eq!(
            answer.planned.as_ref(),
            Some(prior.value.value()),
            "{config:?}"
        );
        assert!(answer.requires_replace.is_empty());
    }
}

#[test]
fn what_an_optional_attribute_was_is_taken_away_when_it_is_left_out() {
    let prior = prior(&[
        ("tags", tags(&[("a", "b")])),
        ("deletion_protection", Value::Bool(true)),
    ]);
    let answer = plan(TYPE, Some(&prior), &base());
    assert!(planned(&answer, "tags").is_null());
    assert!(planned(&answer, "deletion_protection").is_null());
    // What the cloud may set stays.
    assert_eq!(
        planned(&answer, "instance_name"),
        Value::string("ECS-Instance")
    );
}

#[test]
fn an_image_changes_in_place_and_costs_the_disk() {
    let prior = prior(&[("system_disk_id", Value::string("d-1"))]);
    let answer = plan(
        TYPE,
        Some(&prior),
        &with(&[("image_id", Value::string("img-2"))]),
    );
    assert!(answer.requires_replace.is_empty());
    let impacts: Vec<Impact> = answer.notes.iter().map(|n| n.impact).collect();
    assert_eq!(impacts, [Impact::StopStart, Impact::DataLoss]);
    assert!(
        answer.notes[1]
            .text
            .contains("the system disk's data is lost")
    );
    assert!(planned(&answer, "system_disk_id").is_unknown());
}

#[test]
fn a_category_of_the_system_disk_replaces() {
    let changed = with(&[
        ("system_disk_category", Value::string("cloud_auto")),
        ("image_id", Value::string("img-2")),
    ]);
    let answer = plan(TYPE, Some(&prior(&[])), &changed);
    let paths: Vec<String> = answer
        .requires_replace
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(paths, ["system_disk_category"]);
    assert!(
        answer.notes.is_empty(),
        "costs of a change in place do not matter then"
    );
}

#[test]
fn a_type_costs_a_stop_and_a_start() {
    let changed = with(&[("instance_type", Value::string("ecs.g7.xlarge"))]);
    let answer = plan(TYPE, Some(&prior(&[])), &changed);
    assert_eq!(answer.notes[0].impact, Impact::StopStart);
    assert!(planned(&answer, "cpu").is_unknown());
    assert!(planned(&answer, "start_time").is_unknown());
}

#[test]
fn tags_change_without_cost() {
    let answer = plan(
        TYPE,
        Some(&prior(&[])),
        &with(&[("tags", tags(&[("a", "b")]))]),
    );
    assert!(answer.notes.is_empty() && answer.requires_replace.is_empty());
    assert_eq!(planned(&answer, "tags"), tags(&[("a", "b")]));
}

#[test]
fn a_disk_does_not_shrink() {
    let answer = plan(
        TYPE,
        Some(&prior(&[])),
        &with(&[("system_disk_size", Value::int(20))]),
    );
    assert_eq!(answer.problems[0].code, "disk-cannot-shrink");
    assert!(answer.planned.is_none());
}

#[test]
fn what_cannot_be_changed_in_place_is_refused_and_said() {
    let changed = with(&[("spot_duration", Value::int(2))]);
    let answer = plan(TYPE, Some(&prior(&[])), &changed);
    assert_eq!(answer.problems[0].code, "change-not-supported");
    let path = answer.problems[0].path.as_ref().unwrap();
    assert_eq!(path.to_string(), "spot_duration");
}

#[test]
fn user_data_is_the_same_in_base64() {
    let prior = prior(&[("user_data", Value::string("#!/bin/sh\n"))]);
    let same = with(&[("user_data", Value::string("IyEvYmluL3NoCg=="))]);
    let answer = plan(TYPE, Some(&prior), &same);
    assert_eq!(answer.planned.as_ref(), Some(prior.value.value()));
}

#[test]
fn rules_know_their_defaults_and_replace() {
    let rule = "alicloud_security_group_rule";
    let config = |port: &str| {
        vec![
            ("type", Value::string("ingress")),
            ("ip_protocol", Value::string("tcp")),
            ("port_range", Value::string(port)),
            ("security_group_id", Value::string("sg-1")),
            ("cidr_ip", Value::string("0.0.0.0/0")),
        ]
    };
    let answer = plan(rule, None, &config("22/22"));
    assert_eq!(planned(&answer, "policy"), Value::string("accept"));
    assert_eq!(planned(&answer, "priority"), Value::int(1));
    assert!(planned(&answer, "nic_type").is_unknown());
    let mut was = config("22/22");
    was.push(("policy", Value::string("accept")));
    was.push(("priority", Value::int(1)));
    let prior = recorded(rule, &was);
    let answer = plan(rule, Some(&prior), &config("22/22"));
    assert_eq!(answer.planned.as_ref(), Some(prior.value.value()));
    let answer = plan(rule, Some(&prior), &config("80/80"));
    assert_eq!(answer.requires_replace[0].to_string(), "port_range");
}

#[test]
fn an_old_name_and_a_new_one_are_one() {
    let answer = plan(
        "alicloud_vpc",
        None,
        &[
            ("name", Value::string("v")),
            ("cidr_block", Value::string("10.0.0.0/16")),
        ],
    );
    assert_eq!(planned(&answer, "vpc_name"), Value::string("v"));
    let prior = recorded(
        "alicloud_vpc",
        &[
            ("name", Value::string("v")),
            ("vpc_name", Value::string("v")),
            ("cidr_block", Value::string("10.0.0.0/16")),
        ],
    );
    let renamed = [
        ("vpc_name", Value::string("v")),
        ("cidr_block", Value::string("10.0.0.0/16")),
    ];
    let answer = plan("alicloud_vpc", Some(&prior), &renamed);
    assert_eq!(answer.planned.as_ref(), Some(prior.value.value()));
}
