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

const HELPED: &str = r#"
variable "from" { default = "nobody" }
resource "terraform_data" "here" { input = var.from }
output "here" { value = terraform_data.here.output }
"#;

fn helped(test: &str) -> TestContext {
    let context = TestContext::new(HELPED);
    context.write(
        "tests/setup/main.tf",
        r#"
variable "word" {}
variable "short" {
  default = "a"
  validation {
    condition     = length(var.short) < 3
    error_message = "Too long."
  }
}
resource "terraform_data" "made" { input = "${var.word} in ${path.module} of ${path.root}" }
output "made" { value = terraform_data.made.output }
output "id" { value = terraform_data.made.id }
"#,
    );
    context.write("tests/helped.tftest.hcl", test);
    context
}

#[test]
fn runs_can_have_modules_of_their_own_each_with_its_state() {
    let context = helped(
        r#"
variables { from = "the file" }
run "setup" {
  module { source = "./tests/setup" }
  variables { word = "made" }
}
run "main" {
  variables { from = run.setup.made }
  assert {
    condition     = output.here == "made in tests/setup of tests/setup"
    error_message = "It was not handed on."
  }
}
run "same_state" {
  module { source = "./tests/setup" }
  variables { word = "made again" }
  assert {
    condition     = output.id == run.setup.id && output.made != run.setup.made
    error_message = "It was made a second time."
  }
}
run "other_state" {
  state_key = "another"
  module { source = "./tests/setup" }
  variables { word = "made" }
  assert {
    condition     = output.id != run.setup.id
    error_message = "It is the same object."
  }
}
run "refused" {
  command = plan
  module { source = "./tests/setup" }
  variables {
    word  = "x"
    short = "abcd"
  }
  expect_failures = [var.short]
}
"#,
    );
    let run = context.run(&["test"]).expect(0);
    assert!(
        run.stdout.ends_with("Success! 5 passed, 0 failed.\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_test_file_can_be_json() {
    let context = helped("");
    context.write(
        "tests/json.tftest.json",
        r#"{
  "variables": { "from": "json" },
  "run": {
    "one": {
      "module": { "source": "./tests/setup" },
      "variables": { "word": "${upper(\"x\")}", "short": "abcd" },
      "command": "plan",
      "expect_failures": ["var.short"]
    },
    "two": {
      "plan_options": { "target": ["terraform_data.here"] },
      "assert": [{ "condition": "${output.here == \"other\"}", "error_message": "Not so." }]
    }
  }
}"#,
    );
    let run = context.run(&["test"]).expect(1);
    assert!(
        run.stdout.contains("  run \"one\"... pass"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("Failure! 1 passed, 1 failed."),
        "{}",
        run.stdout
    );
    for part in [
        "tests/json.tftest.json:",
        "output.here is \"json\"",
        "Not so.",
    ] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
}

const MIXED: &str = r#"
run "good" {}
run "bad" {
  assert {
    condition     = output.here == "somebody"
    error_message = "Nobody <is> here."
  }
}
run "broken" {
  variables { from = run.good.nothing }
}
run "left_out" {}
"#;

#[test]
fn tools_read_lines_of_json() {
    let context = helped(MIXED);
    let run = context.run(&["test", "-json"]).expect(1);
    let lines: Vec<serde_json::Value> = run
        .stdout
        .lines()
        .map(|l| serde_json::from_str(l).expect("a line of JSON"))
        .collect();
    let of = |ty: &str| -> Vec<&serde_json::Value> {
        lines.iter().filter(|l| l["type"] == ty).collect()
    };
    assert_eq!(
        of("test_abstract")[0]["test_abstract"],
        serde_json::json!({ "tests/helped.tftest.hcl": ["good", "bad", "broken", "left_out"] })
    );
    let ended: Vec<_> = of("test_run")
        .into_iter()
        .filter(|l| l["test_run"]["progress"] == "complete")
        .map(|l| (l["@testrun"].as_str(), l["test_run"]["status"].as_str()))
        .collect();
    assert_eq!(
        ended,
        [
            (Some("good"), Some("pass")),
            (Some("bad"), Some("fail")),
            (Some("broken"), Some("error")),
            (Some("left_out"), Some("skip")),
        ]
    );
    let torn: Vec<_> = of("test_run")
        .into_iter()
        .filter(|l| l["test_run"]["progress"] == "teardown")
        .map(|l| l["@testrun"].as_str())
        .collect();
    assert_eq!(torn, [Some("bad")]);
    let said: Vec<_> = of("diagnostic")
        .into_iter()
        .map(|l| (l["@testrun"].as_str(), l["@testfile"].as_str()))
        .collect();
    let file = Some("tests/helped.tftest.hcl");
    assert_eq!(said, [(Some("bad"), file), (Some("broken"), file)]);
    assert_eq!(
        of("test_summary")[0]["test_summary"],
        serde_json::json!({ "status": "error", "passed": 1, "failed": 1, "errored": 1, "skipped": 1 })
    );
}

#[test]
fn what_came_of_it_is_written_as_junit_does() {
    let context = helped(MIXED);
    context.run(&["test", "-junit-xml=report.xml"]).expect(1);
    let report = std::fs::read_to_string(context.dir.path().join("report.xml"));
    let report = report.expect("the report");
    for part in [
        r#"<testsuite name="tests/helped.tftest.hcl" tests="4" skipped="1" failures="1" errors="1">"#,
        r#"<failure message="1 of 1 assertions failed: Nobody &lt;is&gt; here.">"#,
        r#"Previous testcase "broken" ended in error"#,
    ] {
        assert!(report.contains(part), "{report}");
    }
    let run = context
        .run(&["test", "-junit-xml=no/such/folder.xml"])
        .expect(1);
    assert!(run.stderr.contains("no/such/folder.xml"), "{}", run.stderr);
}

#[test]
fn mistakes_with_runs_modules_and_variables_are_told() {
    for (test, place, words) in [
        (
            "run \"a\" {\n  module { source = \"./nowhere\" }\n}\n",
            ":2:21",
            "nowhere",
        ),
        (
            "run \"a\" {\n  module { source = \"hashicorp/consul/aws\" }\n}\n",
            ":2:21",
            "local folder",
        ),
        (
            "run \"a\" {\n  variables { from = run.b.here }\n}\nrun \"b\" {}\n",
            ":2:22",
            "no run \"b\" before",
        ),
        (
            "run \"a\" {\n  assert {\n    condition = output.here\n    error_message = \"x\"\n  }\n}\n",
            ":3:17",
            "condition",
        ),
        (
            "run \"a\" {\n  expect_failures = [var.nope]\n}\n",
            ":2:22",
            "var.nope",
        ),
        (
            "run \"a\" {\n  providers = { alicloud = alicloud.other }\n}\n",
            ":2:28",
            "alicloud",
        ),
        ("run \"a\" {\n  parallel = true\n}\n", ":2:3", "parallel"),
    ] {
        let run = helped(test).run(&["test"]).expect(1);
        let place = format!("tests/helped.tftest.hcl{place}");
        assert!(run.stderr.contains(&place), "{test}\n{}", run.stderr);
        assert!(run.stderr.contains(words), "{test}\n{}", run.stderr);
    }
    let run = helped("run \"a\" {\n  variables { form = 1 }\n}\n")
        .run(&["test"])
        .expect(0);
    assert!(
        run.stderr.contains("Value for undeclared variable") && run.stderr.contains("`from`"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_could_not_be_deleted_is_told_run_by_run() {
    let context = TestContext::new(
        "resource \"terraform_data\" \"kept\" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n",
    );
    context.write("other/main.tf", "resource \"terraform_data\" \"gone\" {}\n");
    context.write(
        "a.tftest.hcl",
        "run \"one\" {}\nrun \"two\" {\n  module {\n    source = \"./other\"\n  }\n}\n",
    );
    let run = context.run(&["test"]).expect(1);
    for part in ["main.tf:1:1", "a.tftest.hcl/one", "- terraform_data.kept"] {
        assert!(run.stderr.contains(part), "{part}\n{}", run.stderr);
    }
    assert!(!run.stderr.contains("gone"), "{}", run.stderr);
    let run = context.run(&["test", "-json"]).expect(1);
    let lines = run.stdout.lines().map(|l| serde_json::from_str(l).unwrap());
    let lines: Vec<serde_json::Value> = lines.collect();
    let at = |what: &dyn Fn(&serde_json::Value) -> bool| lines.iter().position(what).unwrap();
    let torn = |run: &'static str| {
        at(&|l| l["@testrun"] == run && l["test_run"]["progress"] == "teardown")
    };
    let left = at(&|l| l["type"] == "test_cleanup" && l["@testrun"] == "one");
    assert!(torn("two") < torn("one") && torn("one") < left);
    assert_eq!(
        lines[left]["test_cleanup"]["failed_resources"],
        serde_json::json!([{ "instance": "terraform_data.kept" }])
    );
    assert_eq!(lines[left + 1]["type"], "diagnostic");
    assert_eq!(lines[left + 1]["@testrun"], "one");
    let end = at(&|l| l["test_file"]["progress"] == "complete");
    assert!(left < end && lines[end]["test_file"]["status"] == "error");
}
