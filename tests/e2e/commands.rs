//! The commands around plan and apply: what they print, and what they say to mistakes.

use crate::support::TestContext;

const SMALL: &str = r#"
variable "secret" {
  type      = string
  sensitive = true
  default   = "hunter2-hunter2"
}

resource "terraform_data" "a" {
  count = 2
  input = { index = count.index, secret = var.secret }
}

output "ids" {
  value = terraform_data.a[*].id
}

output "secret" {
  value     = var.secret
  sensitive = true
}

output "name" {
  value = "cairn"
}
"#;

#[test]
fn outputs_are_printed_in_each_form() {
    let context = TestContext::new(SMALL);
    let none = context.run(&["output"]).expect(0);
    assert!(none.stderr.contains("No outputs found"));
    context.apply();
    assert_eq!(
        context.run(&["output", "-raw", "name"]).expect(0).stdout,
        "cairn"
    );
    assert_eq!(
        context.run(&["output", "name"]).expect(0).stdout,
        "\"cairn\"\n"
    );
    let all = context.run(&["output"]).expect(0).stdout;
    assert!(
        all.contains("secret = <sensitive>") && !all.contains("hunter2"),
        "{all}"
    );
    let json = context.run(&["output", "-json"]).expect(0).json();
    assert_eq!(json["name"]["type"], "string");
    assert_eq!(json["secret"]["sensitive"], true);
    assert_eq!(json["ids"]["value"].as_array().unwrap().len(), 2);
    let wrong = context.run(&["output", "nam"]).expect(1);
    assert!(
        wrong.stderr.contains("Did you mean \"name\"?"),
        "{}",
        wrong.stderr
    );
    let list = context.run(&["output", "-raw", "ids"]).expect(1);
    assert!(list.stderr.contains("Use -json"), "{}", list.stderr);
}

#[test]
fn secrets_are_never_printed() {
    let context = TestContext::new(SMALL);
    for args in [
        &["plan"][..],
        &["apply", "-auto-approve"],
        &["show"],
        &["state", "show", "terraform_data.a[0]"],
        &["output"],
    ] {
        let run = context.run(args).expect(0);
        assert!(
            !run.stdout.contains("hunter2") && !run.stderr.contains("hunter2"),
            "{args:?}: {}",
            run.stdout
        );
    }
}

#[test]
fn the_state_is_listed_and_shown() {
    let context = TestContext::new(SMALL);
    context.apply();
    assert_eq!(
        context.run(&["state", "list"]).expect(0).stdout,
        "terraform_data.a[0]\nterraform_data.a[1]\n"
    );
    let one = context
        .run(&["state", "show", "terraform_data.a[1]"])
        .expect(0)
        .stdout;
    assert!(
        one.contains("resource \"terraform_data\" \"a\"") && one.contains("id "),
        "{one}"
    );
    let wrong = context
        .run(&["state", "show", "terraform_data.a"])
        .expect(1);
    assert!(
        wrong.stderr.contains("Did you mean 'terraform_data.a[0]'?"),
        "{}",
        wrong.stderr
    );
    let broken = context
        .run(&["state", "show", "terraform_data.a["])
        .expect(1);
    assert!(
        broken.stderr.contains("Invalid address"),
        "{}",
        broken.stderr
    );
}

#[test]
fn approval_is_needed_and_missing_credentials_are_explained() {
    let context =
        TestContext::new("resource \"alicloud_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n");
    let run = context.run(&["apply"]).expect(1);
    assert!(run.stderr.contains("-auto-approve"), "{}", run.stderr);
    let mut command = context.command(&["apply", "-auto-approve"]);
    let output = command
        .env_remove("ALICLOUD_ACCESS_KEY")
        .env_remove("ALICLOUD_SECRET_KEY")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for way in [
        "ALICLOUD_ACCESS_KEY",
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "access_key",
        "-emulator",
    ] {
        assert!(said.contains(way), "no {way} in: {said}");
    }
    assert!(context.cloud.inventory().is_empty());
}

#[test]
fn approval_can_be_piped_in_and_only_yes_approves() {
    use std::io::Write as _;
    let context = TestContext::new(SMALL);
    for (answer, code, recorded) in [("no\n", 1, 0), ("yes\n", 0, 2)] {
        let mut command = context.command(&["apply"]);
        let mut child = command
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(answer.as_bytes())
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{answer}");
        assert_eq!(context.recorded().len(), recorded, "{answer}");
    }
}

#[test]
fn mistakes_on_the_command_line_exit_with_1() {
    let context = TestContext::new(SMALL);
    for args in [
        &["plan", "-detailed-exitcod"][..],
        &["plann"],
        &["plan", "-target=x"],
        &["plan", "-var", "secret"],
        &["plan", "-var", "nosuch=1"],
        &["plan", "-var-file=none.tfvars"],
        &["apply", "-auto-approve", "-parallelism=x"],
        &["apply", "-auto-approve", "-lock=false"],
        &["-chdir=nowhere", "plan"],
        &["output", "-json", "-raw", "name"],
    ] {
        let run = context.run(args).expect(1);
        assert!(
            !run.stderr.is_empty() && !run.stderr.contains("panicked"),
            "{args:?}: {}",
            run.stderr
        );
    }
}

#[test]
fn validate_checks_without_values_or_cloud() {
    let context = TestContext::new(
        "variable \"n\" {\n  type = number\n}\n\nresource \"terraform_data\" \"a\" {\n  count = var.n\n  input = count.index\n}\n",
    );
    let good = context.run(&["validate"]).expect(0);
    assert!(
        good.stdout.contains("The configuration is valid"),
        "{}",
        good.stdout
    );
    context.write(
        "main.tf",
        "resource \"terraform_data\" \"a\" {\n  inptu = var.m\n}\n",
    );
    let doc = context.run(&["validate", "-json"]).expect(1).json();
    assert_eq!(doc["valid"], false);
    assert_eq!(doc["diagnostics"][0]["range"]["filename"], "main.tf");
    assert!(context.requests().is_empty());
}

#[test]
fn version_and_init_say_what_they_are() {
    let context = TestContext::new(SMALL);
    assert!(
        context
            .run(&["version"])
            .expect(0)
            .stdout
            .starts_with("cairn v")
    );
    assert!(
        context
            .run(&["-version"])
            .expect(0)
            .stdout
            .starts_with("cairn v")
    );
    let json = context.run(&["version", "-json"]).expect(0).json();
    assert_eq!(json["terraform_version"], "1.11.4");
    assert!(
        context
            .run(&["init"])
            .expect(0)
            .stdout
            .contains("successfully initialized")
    );
}

#[test]
fn the_emulator_flag_needs_nothing_and_remembers() {
    let context =
        TestContext::new("resource \"alicloud_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n");
    let bare = |args: &[&str]| {
        let mut command = context.command(args);
        for name in [
            "ECS_ENDPOINT",
            "VPC_ENDPOINT",
            "STS_ENDPOINT",
            "ALICLOUD_ACCESS_KEY",
            "ALICLOUD_SECRET_KEY",
            "ALICLOUD_REGION",
        ] {
            command.env_remove(name);
        }
        let log = context.dir.path().join("inner.jsonl");
        let output = command
            .env("CAIRN_EMULATOR_REQUEST_LOG", log)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    assert_eq!(bare(&["-emulator", "apply", "-auto-approve"]).0, Some(0));
    assert_eq!(
        bare(&["-emulator", "plan", "-detailed-exitcode"]).0,
        Some(0)
    );
    assert!(context.dir.path().join(".cairn/emulator").is_dir());
    let log = std::fs::read_to_string(context.dir.path().join("inner.jsonl")).unwrap();
    let first: serde_json::Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    for key in [
        "time",
        "action",
        "version",
        "status",
        "request_id",
        "duration_ms",
    ] {
        assert!(first.get(key).is_some(), "{key}: {first}");
    }
    assert!(
        context.cloud.inventory().is_empty(),
        "the other emulator was not touched"
    );
}

#[test]
fn what_is_forgotten_is_planned_without_values_and_counted_nowhere() {
    let context = TestContext::new(
        "resource \"terraform_data\" \"kept\" {\n  input = \"v\"\n}\n\noutput \"nothing\" {\n  value = tostring(null)\n}\n",
    );
    context.apply();
    context.edit(
        "main.tf",
        "resource \"terraform_data\" \"kept\" {\n  input = \"v\"\n}\n",
        "removed {\n  from = terraform_data.kept\n  lifecycle {\n    destroy = false\n  }\n}\n",
    );
    let out = context
        .run(&["plan", "-json", "-out", "p"])
        .expect(0)
        .stdout;
    let summary = out
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).expect("each line is JSON"))
        .find(|l| l["type"] == "change_summary")
        .expect("there is a summary");
    let changes =
        serde_json::json!({ "add": 0, "change": 0, "import": 0, "remove": 0, "operation": "plan" });
    assert_eq!(summary["changes"], changes);
    let plan = context.run(&["show", "-json", "p"]).expect(0).json();
    let planned = &plan["planned_values"]["root_module"]["resources"];
    assert_eq!(planned[0]["address"], "terraform_data.kept");
    assert_eq!(planned[0].get("values"), None);
    assert_eq!(planned[0]["sensitive_values"], false);
    assert_eq!(planned.as_array().map(Vec::len), Some(1));
    assert_eq!(
        plan["planned_values"]["outputs"]["nothing"]["type"],
        "dynamic"
    );
    context.run(&["apply", "p"]).expect(0);
    assert!(context.recorded().is_empty());
}
