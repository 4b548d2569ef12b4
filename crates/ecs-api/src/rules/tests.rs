//! Every rule at its bounds, generated from the table; then what the table cannot show by itself.

use std::collections::BTreeSet;

use super::*;
use crate::operation::Operation;
use crate::ops::{self, CreateVSwitch, CreateVpc, ModifyInstanceAttribute, TagResources};
use crate::params::from_params;
use crate::types::{PermissionParams, Tag};

fn now() -> Option<Timestamp> {
    Timestamp::parse("2026-03-01T08:00:00Z")
}

fn base() -> Vec<(String, String)> {
    [
        ("RegionId", "cn-hangzhou"),
        ("ImageId", "aliyun_3_x64_20G_alibase_20240819.vhd"),
        ("InstanceType", "ecs.g6.large"),
        ("SecurityGroupId", "sg-1"),
        ("VSwitchId", "vsw-1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

fn request(changes: &[(String, Option<String>)]) -> RunInstances {
    let mut pairs = base();
    for (name, value) in changes {
        pairs.retain(|(other, _)| other != name);
        if let Some(value) = value {
            pairs.push((name.clone(), value.clone()));
        }
    }
    from_params(&pairs).unwrap_or_else(|error| panic!("{error}: {changes:?}"))
}

fn broken(changes: &[(String, Option<String>)], context: &RuleContext) -> Vec<ParamError> {
    request(changes).validate_in(context)
}

fn run(query: &str, context: &RuleContext) -> Vec<(String, &'static str)> {
    let changes: Vec<_> = crate::sign::decode_query(query)
        .into_iter()
        .map(|(name, value)| (name, Some(value)))
        .collect();
    broken(&changes, context)
        .into_iter()
        .map(|error| (error.parameter, error.rule))
        .collect()
}

const OLD: RuleContext = RuleContext {
    profile: Profile::Reference2019,
    now: None,
    os: None,
};
const NEW: RuleContext = RuleContext {
    profile: Profile::Current,
    now: None,
    os: None,
};

#[test]
fn the_base_request_breaks_nothing() {
    for profile in [Profile::Reference2019, Profile::Current] {
        assert_eq!(request(&[]).validate_all(profile, now()), []);
    }
    request(&[]).validate().unwrap();
}

#[test]
fn every_rule_accepts_at_its_bounds_and_refuses_just_past_them() {
    let (mut n_accepted, mut n_refused) = (0, 0);
    for profile in [Profile::Reference2019, Profile::Current] {
        let context = RuleContext {
            profile,
            now: now(),
            os: None,
        };
        for rule in RUN_INSTANCES_RULES
            .iter()
            .filter(|rule| rule.applies(profile))
        {
            for example in rule.examples() {
                let errors = broken(&example.parameters, &context);
                let refused = errors.iter().any(|error| error.rule == rule.rule);
                assert_eq!(
                    refused, !example.accepted,
                    "{} {} {profile:?}: {:?} {errors:?}",
                    rule.parameter, rule.rule, example.parameters
                );
                if example.accepted {
                    n_accepted += 1;
                } else {
                    n_refused += 1;
                    let error = errors.iter().find(|error| error.rule == rule.rule).unwrap();
                    assert_eq!((error.code, error.http), (rule.code, rule.http));
                    assert!(error.message.ends_with('.'), "{}", error.message);
                    assert_eq!(error.to_api_error().code, rule.code);
                }
            }
        }
    }
    println!(
        "{} rules, {n_accepted} accepted, {n_refused} refused",
        RUN_INSTANCES_RULES.len()
    );
    assert!(
        n_accepted > 250 && n_refused > 300,
        "{n_accepted} {n_refused}"
    );
}

#[test]
fn every_parameter_of_the_reference_is_there_and_judged_by_somebody() {
    let needed = |need: fn(&Need) -> bool| {
        RUN_INSTANCES_PARAMETERS
            .iter()
            .filter(|p| need(&p.need))
            .count()
    };
    assert_eq!(RUN_INSTANCES_PARAMETERS.len(), 45);
    assert_eq!(needed(|need| *need == Need::Always), 2);
    assert_eq!(needed(|need| matches!(need, Need::Otherwise(_))), 6);
    let names: BTreeSet<&str> = RUN_INSTANCES_PARAMETERS.iter().map(|p| p.name).collect();
    assert_eq!(names.len(), 45);
    assert_eq!(names.iter().filter(|n| n.contains(".n.")).count(), 9);
    for parameter in RUN_INSTANCES_PARAMETERS {
        let ruled = RUN_INSTANCES_RULES
            .iter()
            .any(|rule| rule.parameter == parameter.name);
        assert!(
            ruled || parameter.kind == Kind::Flag || !parameter.beyond.is_empty(),
            "nothing is said of {}",
            parameter.name
        );
        assert!(parameter.beyond.is_empty() || parameter.beyond.ends_with('.'));
    }
}

#[test]
fn no_profile_has_a_rule_twice() {
    let mut seen = BTreeSet::new();
    for rule in RUN_INSTANCES_RULES {
        for profile in [Profile::Reference2019, Profile::Current] {
            if rule.applies(profile) {
                let key = (rule.parameter, rule.rule, profile == Profile::Current);
                assert!(seen.insert(key), "{key:?} twice");
            }
        }
    }
}

#[test]
fn user_data_is_measured_before_base64() {
    use base64::Engine as _;
    for (context, kib) in [(&OLD, 16), (&NEW, 32)] {
        for (size, refused) in [(kib * 1024, false), (kib * 1024 + 1, true)] {
            let text = base64::engine::general_purpose::STANDARD.encode(vec![b'a'; size]);
            let errors = check_value("UserData", &text, context);
            assert_eq!(!errors.is_empty(), refused, "{size}");
            assert!(
                errors
                    .iter()
                    .all(|error| error.code == "InvalidUserData.SizeExceeded")
            );
        }
    }
}

#[test]
fn windows_has_rules_of_its_own() {
    let windows = |profile| RuleContext {
        profile,
        now: None,
        os: Some(Os::Windows),
    };
    let (old, new) = (windows(Profile::Reference2019), windows(Profile::Current));
    for (name, old_ok, new_ok) in [
        ("abcdefghijklmno", true, true),
        ("abcdefghijklmnop", false, false),
        ("a.b", true, false),
        ("1234", false, false),
        ("a1", true, true),
    ] {
        assert_eq!(
            check_value("HostName", name, &old).is_empty(),
            old_ok,
            "{name}"
        );
        assert_eq!(
            check_value("HostName", name, &new).is_empty(),
            new_ok,
            "{name}"
        );
    }
    assert_eq!(
        run("Password=/Abcdefg1", &new),
        [("Password".to_owned(), "password-windows-slash")]
    );
    assert_eq!(
        run("KeyPairName=k", &new),
        [("KeyPairName".to_owned(), "key-pair-windows")]
    );
    assert_eq!(
        os_of_image("win2022_21H2_x64_dtc_en-us_40G.vhd"),
        Some(Os::Windows)
    );
    assert_eq!(
        os_of_image("aliyun_3_x64_20G_alibase_20240819.vhd"),
        Some(Os::Linux)
    );
    assert_eq!(os_of_image("m-bp1abc"), None);
}

#[test]
fn messages_give_the_range_of_the_case_and_no_secret() {
    let errors = request(&[
        (
            "DataDisk.1.Category".to_owned(),
            Some("cloud_essd".to_owned()),
        ),
        (
            "DataDisk.1.PerformanceLevel".to_owned(),
            Some("PL2".to_owned()),
        ),
        ("DataDisk.1.Size".to_owned(), Some("100".to_owned())),
    ])
    .validate_all(Profile::Current, None);
    assert_eq!(
        errors[0].to_string(),
        "DataDisk.1.Size: It must be 461 to 65536 GiB for cloud_essd."
    );
    let errors = check_value("Password", "hunter2 é", &NEW);
    assert!(!errors.is_empty() && !format!("{errors:?}").contains("hunter2"));
}

#[test]
fn errors_come_in_the_order_of_the_table_and_all_at_once() {
    assert_eq!(
        run(
            "Amount=0&InstanceName=1&Tag.1.Key=acs:x&SystemDisk.Size=0&InstanceType=x",
            &NEW
        ),
        [
            ("InstanceType".to_owned(), "instance-type-form"),
            ("SystemDisk.Size".to_owned(), "system-disk-size-min"),
            ("InstanceName".to_owned(), "instance-name-length"),
            ("InstanceName".to_owned(), "instance-name-first"),
            ("Amount".to_owned(), "amount"),
            ("Tag.1.Key".to_owned(), "tag-key-prefix"),
        ]
    );
}

#[test]
fn patterns_count_as_the_names_they_make() {
    let name = format!("{}[1,6]", "a".repeat(122));
    assert_eq!(check_value("InstanceName", &name, &NEW), []);
    assert_eq!(
        check_value("InstanceName", &format!("a{name}"), &NEW).len(),
        1
    );
    assert_eq!(check_value("HostName", "web-[1,3]", &NEW), []);
    assert!(!check_value("HostName", "web-[1,3]", &OLD).is_empty());
    assert_eq!(check_value("HostName", "web-${instance_id}", &NEW), []);
}

#[test]
fn release_windows_need_the_time() {
    let soon = [(
        "AutoReleaseTime".to_owned(),
        Some("2026-03-01T08:00:00Z".to_owned()),
    )];
    assert_eq!(request(&soon).validate_all(Profile::Current, None), []);
    assert_eq!(
        request(&soon).validate_all(Profile::Current, now()).len(),
        1
    );
    let leap = Timestamp::parse("2024-02-29T00:00:00Z")
        .unwrap()
        .plus_years(3);
    assert_eq!(leap.to_string(), "2027-03-01T00:00:00Z");
}

#[test]
fn unreadable_values_get_the_code_of_their_parameter() {
    let code = |name: &str, value: &str| {
        let error = from_params::<RunInstances, _, _>(&[(name, value)]).unwrap_err();
        let refusal = ParamError::from(&error);
        (refusal.parameter.clone(), refusal.to_api_error().code)
    };
    assert_eq!(
        code("DataDisk.3.Encrypted", "maybe"),
        (
            "DataDisk.3.Encrypted".to_owned(),
            "InvalidParameter.EncryptedIllegal".to_owned()
        )
    );
    assert_eq!(code("SystemDisk.Size", "x").1, "InvalidSystemDiskSize");
    assert_eq!(code("Amount", "x").1, "InvalidParameter");
}

#[test]
fn vpc_blocks() {
    for text in [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "10.1.0.0/16",
        "10.0.0.0/28",
        "47.0.0.0/16",
        "172.16.0.0/13",
    ] {
        assert_eq!(vpc_cidr_block(text).unwrap().to_string(), text);
    }
    for (text, rule) in [
        ("10.0.0.0/29", "vpc-cidr-length"),
        ("47.0.0.0/15", "vpc-cidr-length"),
        ("192.0.0.0/8", "vpc-cidr-length"),
        ("0.0.0.0/0", "vpc-cidr-length"),
        ("100.64.1.0/24", "vpc-cidr-reserved"),
        ("127.0.0.0/16", "vpc-cidr-reserved"),
        ("10.0.0.1/16", "cidr"),
        ("10.0.0.0", "cidr"),
        ("10.0.0.0/33", "cidr"),
        ("10.0.0/16", "cidr"),
        ("10.0.0.0/016", "cidr"),
        ("10.0.0.0/+8", "cidr"),
        ("::/16", "cidr"),
        ("", "cidr"),
    ] {
        assert_eq!(vpc_cidr_block(text).unwrap_err().rule, rule, "{text}");
    }
    assert!(
        vpc_cidr_block("10.0.0.1/16")
            .unwrap_err()
            .message
            .contains("10.0.0.0/16")
    );
}

#[test]
fn vswitch_blocks() {
    for text in ["10.0.0.0/16", "10.0.0.8/29"] {
        assert_eq!(
            vswitch_cidr_block(text, Some("10.0.0.0/8"))
                .unwrap()
                .to_string(),
            text
        );
    }
    for (text, rule) in [
        ("10.0.0.0/15", "vswitch-cidr-length"),
        ("10.0.0.0/30", "vswitch-cidr-length"),
        ("11.0.0.0/24", "vswitch-cidr-inside"),
    ] {
        assert_eq!(
            vswitch_cidr_block(text, Some("10.0.0.0/8"))
                .unwrap_err()
                .rule,
            rule,
            "{text}"
        );
    }
    let block = Ipv4Block::parse("10.0.1.0/24").unwrap();
    assert_eq!(block.size(), 256);
    assert_eq!(block.nth(255).unwrap().to_string(), "10.0.1.255");
    assert_eq!(block.nth(256), None);
    assert_eq!(block.position("10.0.1.7".parse().unwrap()), Some(7));
    assert_eq!(block.position("10.0.2.7".parse().unwrap()), None);
    assert!(block.overlaps(Ipv4Block::parse("10.0.0.0/16").unwrap()));
    assert!(!block.contains(Ipv4Block::parse("10.0.0.0/16").unwrap()));
    assert_eq!(Ipv4Block::parse("0.0.0.0/0").unwrap().size(), 1 << 32);
}

#[test]
fn security_group_rules() {
    let rule = |protocol: &str, ports: &str| PermissionParams {
        ip_protocol: Some(protocol.to_owned()),
        port_range: Some(ports.to_owned()),
        source_cidr_ip: Some("0.0.0.0/0".to_owned()),
        policy: Some("Accept".to_owned()),
        priority: Some("1".to_owned()),
        ..PermissionParams::default()
    };
    for (protocol, ports, fits) in [
        ("tcp", "22/22", true),
        ("TCP", "1/65535", true),
        ("udp", "0/1", false),
        ("tcp", "65535/65536", false),
        ("tcp", "23/22", false),
        ("tcp", "-1/-1", false),
        ("tcp", "22", false),
        ("tcp", "+1/2", false),
        ("icmp", "-1/-1", true),
        ("all", "-1/-1", true),
        ("gre", "1/2", false),
        ("sctp", "-1/-1", false),
    ] {
        let errors = security_group_rule("", &rule(protocol, ports), false);
        assert_eq!(errors.is_empty(), fits, "{protocol} {ports} {errors:?}");
    }
    assert_eq!(
        security_group_rule("P.", &rule("all", "-1/-1"), true)[0].parameter,
        "P.DestCidrIp"
    );
    for (value, fits) in [
        ("1", true),
        ("100", true),
        ("0", false),
        ("101", false),
        ("x", false),
    ] {
        assert_eq!(priority("Priority", value).is_ok(), fits, "{value}");
    }
    assert!(policy("Policy", "drop").is_ok() && policy("Policy", "deny").is_err());
    let empty = security_group_rule("", &PermissionParams::default(), false);
    assert_eq!(empty.len(), 2);
}

#[test]
fn tags_of_other_resources() {
    let tag = |key: &str, value: &str| Tag::new(key, value);
    assert_eq!(
        check_tags(&[tag("a", ""), tag("b", "x")], Profile::Current),
        []
    );
    let rules = |tags: &[Tag]| -> Vec<_> {
        check_tags(tags, Profile::Current)
            .into_iter()
            .map(|error| error.rule)
            .collect()
    };
    assert_eq!(rules(&[tag(&"k".repeat(129), "")]), ["tag-key-length"]);
    assert_eq!(rules(&[tag("k", &"v".repeat(129))]), ["tag-value-length"]);
    assert_eq!(rules(&[tag("k", ""), tag("k", "")]), ["tag-key-unique"]);
    assert_eq!(rules(&[tag("", "")]), ["tag-key-length"]);
    let many: Vec<Tag> = (0..21).map(|n| tag(&format!("k{n}"), "")).collect();
    assert_eq!(rules(&many), ["tag-count"]);
    assert!(tag_key("k", &"k".repeat(65), Profile::Reference2019).is_err());
    assert!(tag_key("k", "a-http://-b", Profile::Current).is_err());
    assert!(tag_key("k", "a-http://-b", Profile::Reference2019).is_ok());
}

#[test]
fn other_requests_are_checked_too() {
    let ids = |n: usize| (0..n).map(|n| format!("i-{n}")).collect::<Vec<_>>();
    let tagging = |n_ids: usize, n_tags: usize| TagResources {
        region_id: "r".to_owned(),
        resource_type: "instance".to_owned(),
        resource_ids: ids(n_ids),
        tags: (0..n_tags).map(|n| Tag::new(format!("k{n}"), "")).collect(),
    };
    assert!(tagging(50, 20).validate().is_ok());
    assert_eq!(
        tagging(51, 20).validate().unwrap_err().code,
        "NumberExceed.ResourceIds"
    );
    assert_eq!(
        tagging(50, 21).validate().unwrap_err().code,
        "NumberExceed.Tags"
    );
    assert_eq!(
        tagging(0, 1).validate().unwrap_err().parameter,
        "ResourceId.1"
    );
    assert_eq!(tagging(1, 0).validate().unwrap_err().parameter, "Tag.1.Key");
    let missing = TagResources {
        resource_ids: ids(1),
        ..TagResources::default()
    };
    assert_eq!(missing.validate().unwrap_err().parameter, "RegionId");

    let vpc = |block: &str| CreateVpc {
        region_id: "r".to_owned(),
        cidr_block: Some(block.to_owned()),
        ..CreateVpc::default()
    };
    assert!(vpc("10.0.0.0/8").validate().is_ok());
    assert!(vpc("10.0.0.0/33").validate().is_err());
    let vswitch = CreateVSwitch {
        vpc_id: "v".to_owned(),
        ..CreateVSwitch::default()
    };
    assert_eq!(vswitch.validate().unwrap_err().parameter, "ZoneId");

    let modify = |name: &str, description: &str| ModifyInstanceAttribute {
        instance_id: "i-1".to_owned(),
        instance_name: Some(name.to_owned()),
        description: Some(description.to_owned()),
        ..ModifyInstanceAttribute::default()
    };
    assert!(modify("web-1", "").validate().is_ok());
    assert_eq!(
        modify("1", "").validate().unwrap_err().parameter,
        "InstanceName"
    );
    assert_eq!(
        modify("web", "x").validate().unwrap_err().parameter,
        "Description"
    );
    let delete = ops::DeleteInstances {
        region_id: "r".to_owned(),
        instance_ids: ids(101),
        ..ops::DeleteInstances::default()
    };
    assert_eq!(delete.validate().unwrap_err().parameter, "InstanceId.101");
}
