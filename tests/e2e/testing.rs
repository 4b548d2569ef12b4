//! Test files: what passes, what fails and how it says so, what is expected to fail, and mistakes.

use crate::support::TestContext;

const MAIN: &str = r#"
variable "cidr" {
  type = string
  validation {
    condition     = endswith(var.cidr, "/16")
    error_message = "A /16, please."
  }
}
resource "alicloud_vpc" "net" {
  vpc_name   = "tested"
  cidr_block = var.cidr
}
output "id" { value = alicloud_vpc.net.id }
"#;

fn tested(test: &str) -> TestContext {
    let context = TestContext::new(MAIN);
    context.write("tests/net.tftest.hcl", test);
    context
}

#[test]
fn runs_apply_on_a_cloud_of_their_own_and_leave_nothing() {
    let context = tested(
        r#"
variables { cidr = "10.0.0.0/16" }
run "made" {
  assert {
    condition     = startswith(output.id, "vpc-") && alicloud_vpc.net.cidr_block == var.cidr
    error_message = "No VPC was made."
  }
}
run "kept" {
  command = plan
  assert {
    condition     = run.made.id == alicloud_vpc.net.id
    error_message = "It would be another one."
  }
}
run "refused" {
  command = plan
  variables { cidr = "10.0.0.0/8" }
  expect_failures = [var.cidr]
}
"#,
    );
    let run = context.run(&["test"]).expect(0);
    for line in [
        "tests/net.tftest.hcl... in progress",
        "  run \"made\"... pass",
        "  run \"kept\"... pass",
        "  run \"refused\"... pass",
        "tests/net.tftest.hcl... tearing down",
        "Success! 3 passed, 0 failed.",
    ] {
        assert!(run.stdout.lines().any(|l| l == line), "{}", run.stdout);
    }
    assert!(!context.dir.path().join("state").exists());
    assert!(
        !context.dir.path().join("requests.jsonl").exists() || {
            let log = std::fs::read_to_string(context.dir.path().join("requests.jsonl"));
            !log.expect("a readable file").contains("CreateVpc")
        }
    );
}

#[test]
fn a_failed_assertion_shows_the_values_and_the_rest_goes_on() {
    let context = tested(
        r#"
variables { cidr = "10.0.0.0/16" }
run "wrong" {
  command = plan
  assert {
    condition     = alicloud_vpc.net.cidr_block == "10.1.0.0/16"
    error_message = "Another block was wanted."
  }
}
run "right" { command = plan }
"#,
    );
    let run = context.run(&["test"]).expect(1);
    assert!(
        run.stdout.contains("Failure! 1 passed, 1 failed."),
        "{}",
        run.stdout
    );
    for part in [
        "Test assertion failed",
        "tests/net.tftest.hcl",
        "alicloud_vpc.net.cidr_block is \"10.0.0.0/16\"",
        "Another block was wanted.",
    ] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
}

#[test]
fn mistakes_are_told_with_their_places() {
    let context = tested("run \"a\" {\n  comand = plan\n}\n");
    let run = context.run(&["test"]).expect(1);
    assert!(
        run.stderr.contains("tests/net.tftest.hcl:2:3"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("Did you mean `command`?"),
        "{}",
        run.stderr
    );

    let context = tested("run \"a\" {}\nrun \"b\" {}\n");
    let run = context.run(&["test"]).expect(1);
    assert!(run.stderr.contains("cidr"), "{}", run.stderr);
    assert!(
        run.stdout
            .contains("Failure! 0 passed, 1 failed, 1 skipped."),
        "{}",
        run.stdout
    );

    let context = tested("mock_provider \"alicloud\" {}\n");
    let run = context.run(&["test"]).expect(1);
    assert!(run.stderr.contains("mock_provider"), "{}", run.stderr);
}

#[test]
fn a_failure_that_was_expected_and_did_not_come_fails_the_run() {
    let context = tested(
        "variables { cidr = \"10.0.0.0/16\" }\nrun \"a\" {\n  command = plan\n  expect_failures = [var.cidr]\n}\n",
    );
    let run = context.run(&["test"]).expect(1);
    assert!(
        run.stderr.contains("Missing expected failure"),
        "{}",
        run.stderr
    );
}
