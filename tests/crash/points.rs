//! `kill -9` at every named crash point: as many instances as configured, each recorded once, and nothing left to do.

use std::collections::BTreeSet;

use ecs_emulator::Delays;

use crate::support::{NETWORK, TestContext};

const CLUSTER: &str = r#"
resource "alicloud_instance" "i" {
  count           = 12
  instance_name   = format("server-%02d", count.index)
  instance_type   = "ecs.g6.large"
  image_id        = data.alicloud_images.linux.images[0].id
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
}

resource "terraform_data" "after" {
  input = alicloud_instance.i[*].id
}
"#;

/// Instances take their time, so that a request is answered long before its call is done.
const SLOW: Delays = Delays {
    pending: 250,
    starting: 250,
    stopping: 50,
    network: 50,
};

const POINTS: &[&str] = &[
    "before-begin",
    "after-begin",
    "request-sent",
    "after-answer",
    "before-commit",
    "mid-commit",
    "after-commit",
];

/// The n-th passing of a point: the network's calls come first, the instances' fourth or so, then what needs them.
const PASSINGS: std::ops::RangeInclusive<u32> = 1..=4;

#[test]
fn an_apply_killed_anywhere_is_healed_by_the_next() {
    let mut killed = 0;
    for point in POINTS {
        for n in PASSINGS {
            killed += usize::from(kill_and_heal(point, n));
        }
    }
    // Not every point is passed four times, but every one is passed at least twice.
    assert!(killed >= 2 * POINTS.len(), "only {killed} runs were killed");
}

/// Gives whether the point was reached.
fn kill_and_heal(point: &str, n: u32) -> bool {
    let context = TestContext::start(SLOW);
    context.write("main.tf", CLUSTER);
    context.write("network.tf", NETWORK);
    let spec = format!("{point}:{n}");
    let run = context.run_with(&[("CAIRN_CRASH_AT", &spec)], &["apply", "-auto-approve"]);
    let died = run.code != 0;
    assert!(
        !died || run.code == -1,
        "{spec}: died with {}:\n{}",
        run.code,
        run.stderr
    );

    let healed = context.run(&["apply", "-auto-approve"]);
    assert_eq!(
        healed.code, 0,
        "{spec}:\n{}\n{}",
        healed.stdout, healed.stderr
    );
    let real: BTreeSet<String> = context
        .cloud
        .inventory()
        .instances
        .into_iter()
        .map(|i| i.id)
        .collect();
    let recorded = context.recorded();
    let ids: Vec<String> = (0..12)
        .map(|i| {
            recorded[&format!("alicloud_instance.i[{i}]")]["id"]
                .as_str()
                .expect("an id")
                .to_owned()
        })
        .collect();
    assert_eq!(
        real.len(),
        12,
        "{spec}: {} instances instead of 12",
        real.len()
    );
    assert_eq!(
        ids.iter().cloned().collect::<BTreeSet<_>>(),
        real,
        "{spec}: recorded and real instances differ"
    );
    assert_eq!(context.cloud.inventory().vpcs.len(), 1, "{spec}");
    assert_eq!(context.cloud.inventory().vswitches.len(), 1, "{spec}");
    assert_eq!(context.cloud.inventory().security_groups.len(), 1, "{spec}");
    assert_eq!(recorded.len(), 16, "{spec}: {:?}", recorded.keys());
    context.expect_no_changes();
    died
}

#[test]
fn a_destroy_killed_on_its_way_is_healed_too() {
    for point in ["after-begin", "request-sent", "before-commit"] {
        let context = TestContext::start(SLOW);
        context.write("main.tf", CLUSTER);
        context.write("network.tf", NETWORK);
        context.apply();
        let spec = format!("{point}:2");
        context.run_with(&[("CAIRN_CRASH_AT", &spec)], &["destroy", "-auto-approve"]);
        context.run(&["destroy", "-auto-approve"]).expect(0);
        assert!(context.cloud.inventory().is_empty(), "{spec}");
        assert!(context.recorded().is_empty(), "{spec}");
    }
}

#[test]
fn a_replacement_killed_anywhere_leaves_one_current_object() {
    for point in POINTS {
        assert!(kill_a_replacement(point, 1), "{point} is never passed");
        // A deletion can be too quick to be killed while it waits.
        kill_a_replacement(point, 2);
    }
}

/// Gives whether the point was reached. The first passing is the creation's, the second the deletion's.
fn kill_a_replacement(point: &str, n: u32) -> bool {
    let context = TestContext::start(SLOW);
    let first = "security_groups = [alicloud_security_group.g.id]";
    let servers = CLUSTER.replace(
        first,
        &format!(
            "{first}\n  system_disk_category = \"cloud_essd\"\n  lifecycle {{\n    create_before_destroy = true\n  }}"
        ),
    );
    context.write("main.tf", &servers.replace("12", "3"));
    context.write("network.tf", NETWORK);
    context.apply();
    context.edit("main.tf", "cloud_essd", "cloud_efficiency");
    let spec = format!("{point}:{n}");
    let run = context.run_with(&[("CAIRN_CRASH_AT", &spec)], &["apply", "-auto-approve"]);
    // Whatever is there then, each address has its current object: the old one, or the new one that took its place.
    let recorded = context.recorded();
    for i in 0..3 {
        assert!(
            recorded.contains_key(&format!("alicloud_instance.i[{i}]")),
            "{spec}: {:?}",
            recorded.keys()
        );
    }
    let healed = context.run(&["apply", "-auto-approve"]);
    assert_eq!(
        healed.code, 0,
        "{spec}:\n{}\n{}",
        healed.stdout, healed.stderr
    );
    let real: BTreeSet<String> = context
        .cloud
        .inventory()
        .instances
        .into_iter()
        .map(|i| i.id)
        .collect();
    let recorded = context.recorded();
    let ids: BTreeSet<String> = (0..3)
        .filter_map(|i| recorded[&format!("alicloud_instance.i[{i}]")]["id"].as_str())
        .map(str::to_owned)
        .collect();
    assert_eq!(
        real.len(),
        3,
        "{spec}: {} instances instead of 3",
        real.len()
    );
    assert_eq!(ids, real, "{spec}: recorded and real instances differ");
    context.expect_no_changes();
    run.code != 0
}
