//! `plan -preflight`: what the cloud would say of the planned instances, asked in as few requests as there are distinct batches.

use ecs_emulator::{Fault, FaultKind};
use serde_json::Value as Json;

use crate::support::{NETWORK, TestContext};

/// 150 instances of one kind with two data disks of one category, and 100 of another.
const FLEET: &str = r#"
resource "alicloud_instance" "web" {
  count                = 150
  instance_name        = "web-${count.index}"
  instance_type        = "ecs.g6.large"
  image_id             = data.alicloud_images.linux.images[0].id
  vswitch_id           = alicloud_vswitch.s.id
  security_groups      = [alicloud_security_group.g.id]
  system_disk_category = "cloud_efficiency"

  data_disks {
    category = "cloud_essd"
    size     = 40
  }
  data_disks {
    category = "cloud_essd"
    size     = 60
  }
}

resource "alicloud_instance" "db" {
  count                = 100
  instance_name        = "db-${count.index}"
  instance_type        = "ecs.r6.large"
  image_id             = data.alicloud_images.linux.images[0].id
  vswitch_id           = alicloud_vswitch.s.id
  security_groups      = [alicloud_security_group.g.id]
  system_disk_category = "cloud_efficiency"
}
"#;

/// The network is there, and this is declared beside it.
fn declared(main: &str) -> TestContext {
    let context = TestContext::new(NETWORK);
    context.apply();
    context.write("x.tf", main);
    context.forget_requests();
    context
}

#[test]
fn each_distinct_batch_is_asked_about_once_and_nothing_is_made() {
    let context = declared(FLEET);
    let run = context.run(&["plan", "-preflight"]).expect(0);
    assert!(run.stdout.contains("250 to add"), "{}", run.stdout);
    let requests = context.requests();
    let count = |action: &str| requests.get(action).copied().unwrap_or(0);
    // Of web the system and the data disks' category, of db the system disk's.
    assert_eq!(count("DescribeAvailableResource"), 3, "{requests:?}");
    assert_eq!(count("RunInstances"), 2, "{requests:?}");
    let there = context.ask("DescribeInstances", &[]);
    assert_eq!(there["TotalCount"], 0);
    // Without the flag the cloud is not asked.
    context.forget_requests();
    context.run(&["plan"]).expect(0);
    let requests = context.requests();
    assert!(!requests.contains_key("RunInstances"), "{requests:?}");
}

#[test]
fn what_the_cloud_refuses_is_an_error_at_its_place() {
    let context = declared(FLEET);
    let line = |text: &str| {
        let at = FLEET.lines().position(|l| l.contains(text));
        format!("x.tf:{}:", at.expect("the line is there") + 1)
    };
    // Out of stock in the zone.
    context.cloud.arm(Fault {
        action: "*".to_owned(),
        after: 0,
        times: None,
        probability: None,
        fault: FaultKind::StockOut {
            instance_type: Some("ecs.r6.large".to_owned()),
            zone: None,
            left: 0,
        },
    });
    let run = context.run(&["plan", "-preflight"]).expect(1);
    let words = [
        "not in stock",
        &line("ecs.r6.large"),
        "99 more instances",
        "alicloud_zones",
    ];
    for words in words {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    assert_eq!(run.stderr.matches("Error:").count(), 1, "{}", run.stderr);
    // What is not to be had is not asked about again; the others are.
    assert_eq!(context.requests()["RunInstances"], 1);
    context.run(&["plan"]).expect(0);
    context.cloud.clear_faults();

    // A key pair that there is none of, where there are others.
    context.ask("CreateKeyPair", &[("KeyPairName", "somebody")]);
    context.edit(
        "x.tf",
        "instance_type        = \"ecs.r6.large\"",
        "instance_type        = \"ecs.r6.large\"\n  key_name             = \"nobody\"",
    );
    let at_key = format!(
        "x.tf:{}:",
        FLEET
            .lines()
            .position(|l| l.contains("ecs.r6.large"))
            .expect("the line")
            + 2
    );
    let run = context.run(&["plan", "-preflight"]).expect(1);
    for words in [at_key.as_str(), "InvalidKeyPair", "Request id"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    // The same as JSON.
    let run = context.run(&["plan", "-preflight", "-json"]).expect(1);
    let found = run
        .stdout
        .lines()
        .filter_map(|l| serde_json::from_str::<Json>(l).ok())
        .find(|l| l["type"] == "diagnostic" && l["@level"] == "error")
        .expect("a diagnostic");
    assert_eq!(found["diagnostic"]["range"]["filename"], "x.tf", "{found}");
    context.edit("x.tf", "  key_name             = \"nobody\"\n", "");

    // An image that there is none of is found without a dry run.
    context.edit(
        "x.tf",
        "data.alicloud_images.linux.images[0].id",
        "\"m-none\"",
    );
    context.forget_requests();
    let run = context.run(&["plan", "-preflight"]).expect(1);
    for words in [line("image_id").as_str(), "Unknown image"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    let requests = context.requests();
    assert!(!requests.contains_key("RunInstances"), "{requests:?}");
    assert_eq!(context.ask("DescribeInstances", &[])["TotalCount"], 0);
}

#[test]
fn what_cannot_be_asked_yet_is_said() {
    let context = TestContext::new(&format!("{NETWORK}{FLEET}"));
    let run = context.run(&["plan", "-preflight"]).expect(0);
    let told = format!("{}{}", run.stdout, run.stderr);
    for words in ["Preflight cannot ask about everything", "vswitch_id"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let requests = context.requests();
    assert!(!requests.contains_key("RunInstances"), "{requests:?}");
    // Whether types are to be had in the region at all is asked.
    assert_eq!(requests["DescribeAvailableResource"], 3);
    let run = context.run(&["plan", "-preflight", "-destroy"]).expect(1);
    assert!(run.stderr.contains("-preflight"), "{}", run.stderr);
}
