//! Every row of the error table of RunInstances, answered by the emulator in turn: the right class, the attribute at fault, what
//! to do and the request id; no instance, and nothing half-written in the state.

use ecs_api::{ErrorClass, ErrorRow, RUN_INSTANCES_ERRORS, RetryAdvice};
use ecs_emulator::{Fault, FaultKind};
use serde_json::Value as Json;

use super::cases::attribute;
use crate::support::{NETWORK, TestContext};

/// An instance that gives what the rows may blame, `COUNT` times.
const INSTANCES: &str = r#"
variable "password" {
  sensitive = true
}

resource "alicloud_instance" "x" {
  count                         = COUNT
  instance_name                 = "x-${count.index * 2}"
  description                   = "number ${count.index}"
  image_id                      = data.alicloud_images.linux.images[0].id
  instance_type                 = "ecs.g6.large"
  availability_zone             = alicloud_vswitch.s.zone_id
  vswitch_id                    = alicloud_vswitch.s.id
  security_groups               = [alicloud_security_group.g.id]
  host_name                     = "host"
  password                      = var.password
  key_name                      = "key"
  role_name                     = "role"
  user_data                     = "echo"
  hpc_cluster_id                = "hpc-1"
  internet_charge_type          = "PayByTraffic"
  internet_max_bandwidth_in     = 5
  internet_max_bandwidth_out    = 5
  instance_charge_type          = "PostPaid"
  spot_strategy                 = "SpotWithPriceLimit"
  spot_price_limit              = 0.5
  system_disk_category          = "cloud_essd"
  system_disk_size              = 40
  system_disk_name              = "system"
  system_disk_description       = "system"
  data_disks {
    size = 20
  }
}
"#;

fn summary(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Auth => "Access refused by Alibaba Cloud",
        ErrorClass::UserConfig => "Request refused by Alibaba Cloud",
        ErrorClass::Quota => "Quota of the account reached",
        ErrorClass::Stock => "Not available in this zone now",
        ErrorClass::Conflict => "Something else is in the way",
        ErrorClass::TransientRetry | ErrorClass::Throttling => {
            "Alibaba Cloud was too busy for too long"
        }
        ErrorClass::Internal => "Alibaba Cloud failed",
    }
}

fn fault(row: &ErrorRow) -> Fault {
    let kind = FaultKind::Error {
        status: row.http,
        code: row.code.to_owned(),
        message: row.message.to_owned(),
        retry_after_ms: None,
    };
    Fault::next("RunInstances", kind)
}

/// The network is there, and so many instances are declared.
fn declared(count: usize) -> TestContext {
    let context = TestContext::new(NETWORK);
    context.apply();
    context.write("x.tf", &INSTANCES.replace("COUNT", &count.to_string()));
    context.write("terraform.tfvars", "password = \"Abcdefg1hunter2\"\n");
    context.forget_requests();
    context
}

/// Whether a line is that of one of the row's parameters; of a row whose parameters are not given, the resource's.
fn is_about(row: &ErrorRow, line: &str) -> bool {
    let begins = |line: &str, name: &String| {
        let first = name.split('.').next().unwrap_or_default();
        line.trim_start().starts_with(&format!("{first} "))
    };
    let known = row.parameters.iter().filter_map(|p| attribute(p));
    let mut given = known
        .filter(|name| INSTANCES.lines().any(|l| begins(l, name)))
        .peekable();
    if given.peek().is_none() {
        return line.starts_with("resource ");
    }
    given.any(|name| begins(line, &name))
}

#[test]
fn every_final_error_points_at_its_attribute_and_leaves_nothing() {
    let rows: Vec<&ErrorRow> = RUN_INSTANCES_ERRORS
        .iter()
        .filter(|r| matches!(r.retry, RetryAdvice::Never | RetryAdvice::OtherZoneOrType))
        .collect();
    let context = declared(rows.len());
    for (i, row) in rows.iter().enumerate() {
        context.cloud.arm(fault(row).after(i as u64));
    }
    let run = context.run(&["apply", "-auto-approve", "-json"]).expect(1);
    assert!(!run.stdout.contains("hunter2") && !run.stderr.contains("hunter2"));
    let source = std::fs::read_to_string(context.dir.path().join("x.tf")).expect("the file");
    let lines: Vec<&str> = source.lines().collect();
    let diagnostics: Vec<Json> = run
        .stdout
        .lines()
        .map(|l| serde_json::from_str::<Json>(l).expect("JSON"))
        .filter(|l| l["diagnostic"]["severity"] == "error")
        .map(|l| l["diagnostic"].clone())
        .collect();
    assert_eq!(diagnostics.len(), rows.len());
    for row in &rows {
        let words = format!("answered {} (HTTP {}): {}", row.code, row.http, row.message);
        let found = diagnostics
            .iter()
            .find(|d| d["detail"].as_str().is_some_and(|t| t.contains(&words)));
        let found = found.unwrap_or_else(|| panic!("nothing is said of {words}"));
        let detail = found["detail"].as_str().unwrap_or_default();
        assert!(
            detail.starts_with(row.meaning) && detail.contains(row.advice),
            "{detail}"
        );
        assert!(detail.contains("Request id: "), "{detail}");
        assert_eq!(found["summary"], summary(row.class), "{words}");
        assert_eq!(found["range"]["filename"], "x.tf", "{words}");
        let line = found["range"]["start"]["line"].as_u64().unwrap_or(0) as usize;
        assert!(
            is_about(row, lines[line - 1]),
            "{words} at {:?}",
            lines[line - 1]
        );
    }
    assert_eq!(context.requests()["RunInstances"], rows.len());
    nothing_is_left(&context);
    println!("{} final errors", rows.len());
}

fn nothing_is_left(context: &TestContext) {
    assert!(context.cloud.inventory().instances.is_empty());
    let recorded = context.recorded();
    assert!(
        recorded.keys().all(|a| !a.starts_with("alicloud_instance")),
        "{recorded:?}"
    );
}

#[test]
fn every_error_that_passes_is_waited_out() {
    let rows: Vec<&ErrorRow> = RUN_INSTANCES_ERRORS
        .iter()
        .filter(|r| matches!(r.retry, RetryAdvice::Backoff | RetryAdvice::WaitThenRetry))
        .collect();
    assert_eq!(rows.len(), 6);
    for row in &rows {
        let context = declared(1);
        context.edit("x.tf", "key_name                      = \"key\"\n", "");
        context.edit("x.tf", "  hpc_cluster_id                = \"hpc-1\"\n", "");
        context.edit("x.tf", "  role_name                     = \"role\"\n", "");
        context.cloud.arm(fault(row));
        context.apply();
        assert_eq!(context.requests()["RunInstances"], 2, "{}", row.code);
        assert_eq!(context.cloud.inventory().instances.len(), 1, "{}", row.code);
        assert!(context.recorded().contains_key("alicloud_instance.x[0]"));
    }
    println!("{} errors that pass", rows.len());
}

#[test]
fn a_code_that_the_table_lacks_points_at_the_attribute_that_it_names() {
    for (code, attribute) in [
        ("InvalidParameter.InstanceType", "instance_type"),
        ("InvalidVSwitchId.SomeNewReason", "vswitch_id"),
    ] {
        let context = declared(1);
        let fault = Fault::error("RunInstances", 1, 400, code);
        context.cloud.arm(fault);
        let run = context.run(&["apply", "-auto-approve"]).expect(1);
        let line = INSTANCES
            .lines()
            .position(|l| l.trim_start().starts_with(attribute));
        let place = format!("x.tf:{}:", line.expect("the attribute") + 1);
        for words in [code, &place] {
            assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
        }
    }
}
