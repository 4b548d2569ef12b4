//! Every rule of RunInstances that a configuration can break: values at each bound are accepted, those just past it are refused
//! by `plan` at the line of their attribute.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use ecs_api::Timestamp;
use ecs_api::rules::{Profile, RUN_INSTANCES_PARAMETERS, RUN_INSTANCES_RULES};
use serde_json::Value as Json;

use super::cases::{Case, OUT_OF_REACH, cases, quoted};
use crate::support::{NETWORK, TestContext};

/// The lines at which errors point, of `validate -json` or `plan -json`.
fn places_of_errors(stdout: &str) -> BTreeSet<usize> {
    let documents = serde_json::Deserializer::from_str(stdout).into_iter::<Json>();
    let mut places = BTreeSet::new();
    for document in documents.map(|d| d.expect("JSON")) {
        let several = document["diagnostics"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for diagnostic in several.iter().chain([&document["diagnostic"]]) {
            if diagnostic["severity"] != "error" {
                continue;
            }
            let range = &diagnostic["range"];
            assert_eq!(range["filename"], "main.tf", "{diagnostic}");
            let number = |name: &str| range["start"][name].as_u64().expect("a number") as usize;
            assert!(number("column") > 0);
            places.insert(number("line"));
        }
    }
    places
}

#[test]
fn every_rule_is_held_at_its_bounds() {
    let cases = cases();
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut wrong = String::new();
    let mut count = [0, 0];
    for accepted in [true, false] {
        let mut text = String::new();
        let mut places = Vec::new();
        for (i, case) in cases
            .iter()
            .enumerate()
            .filter(|(_, c)| c.accepted == accepted)
        {
            let (first, fault) = case.write(i, &mut text);
            places.push((case, first, fault, text.matches('\n').count()));
        }
        let context = TestContext::new(&text);
        let command = if accepted { "validate" } else { "plan" };
        let run = context
            .run(&[command, "-json"])
            .expect(i32::from(!accepted));
        let at = places_of_errors(&run.stdout);
        assert!(
            context.requests().is_empty(),
            "something was asked of the cloud"
        );
        for (case, first, fault, last) in places {
            let said: Vec<usize> = at.range(first..=last).copied().collect();
            let fits = if accepted {
                said.is_empty()
            } else {
                said.contains(&fault)
            };
            if !fits {
                writeln!(
                    wrong,
                    "{} accepted={accepted} at {}: lines {first}, {fault}: {said:?}",
                    case.rule, case.at
                )
                .expect("a string");
                writeln!(wrong, "   {:?} {:?}", case.attributes, case.disks).expect("a string");
            }
            count[usize::from(accepted)] += 1;
            reached.insert(&case.rule);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    for rule in RUN_INSTANCES_RULES
        .iter()
        .filter(|r| r.applies(Profile::Current))
    {
        let out = OUT_OF_REACH.iter().any(|(name, _)| *name == rule.rule);
        assert!(
            out != reached.contains(rule.rule),
            "{} {}",
            rule.parameter,
            rule.rule
        );
    }
    println!(
        "{} parameters, {} rules: {} values accepted, {} refused at their line",
        RUN_INSTANCES_PARAMETERS.len(),
        reached.len(),
        count[1],
        count[0]
    );
    assert!(count[0] > 150 && count[1] > 150, "{count:?}");
}

#[test]
fn the_window_of_the_release_time_counts_from_now() {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs() as i64;
    let at = |seconds: i64| Timestamp::from_unix(now + seconds).to_string();
    let (minute, day) = (60, 24 * 3600);
    let mut text = String::new();
    for (i, seconds) in [29 * minute, 31 * minute, 1094 * day, 1098 * day]
        .into_iter()
        .enumerate()
    {
        let case = Case::new("auto-release-time-window", true, "auto_release_time");
        let case = case.with("auto_release_time", quoted(&at(seconds)));
        let case = case.with("image_id", "data.alicloud_images.linux.images[0].id");
        case.write(i, &mut text);
    }
    let context = TestContext::new(&text);
    context.write("network.tf", NETWORK);
    let run = context.run(&["plan", "-json"]).expect(1);
    // Every resource has eight lines, the time in its second.
    assert_eq!(places_of_errors(&run.stdout), BTreeSet::from([2, 26]));
    assert!(run.stdout.contains("half an hour"), "{}", run.stdout);
}
