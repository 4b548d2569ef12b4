//! Commands of the Cloud Assistant and their invocations: run, read back, imported, replaced, lost, stopped.

use crate::support::{NETWORK, TestContext};

const COMMANDS: &str = r#"
variable "who" { default = "world" }

resource "alicloud_instance" "i" {
  count           = 2
  image_id        = data.alicloud_images.linux.images[0].id
  instance_type   = "ecs.g7.large"
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
}

resource "alicloud_ecs_command" "c" {
  name             = "greet"
  description      = "of the test"
  command_content  = base64encode("echo {{who}}\n")
  type             = "RunShellScript"
  working_dir      = "/root"
  enable_parameter = true
}

resource "alicloud_ecs_invocation" "once" {
  command_id  = alicloud_ecs_command.c.id
  instance_id = alicloud_instance.i[*].id
  parameters  = { who = var.who }
  timeouts {
    create = "5m"
  }
}

resource "alicloud_ecs_invocation" "often" {
  command_id  = alicloud_ecs_command.c.id
  instance_id = [alicloud_instance.i[0].id]
  repeat_mode = "Period"
  timed       = true
  frequency   = "rate(5m)"
}

output "status" { value = alicloud_ecs_invocation.once.status }
"#;

#[test]
fn commands_run_on_instances_and_are_run_again_when_they_change() {
    let context = TestContext::new(&format!("{NETWORK}{COMMANDS}"));
    context.apply();
    let outputs = context.run(&["output", "-json"]).expect(0).json();
    assert_eq!(outputs["status"]["value"], "Success");
    let recorded = context.recorded();
    let command = recorded["alicloud_ecs_command.c"]["id"].as_str().unwrap();
    let once = recorded["alicloud_ecs_invocation.once"]["id"]
        .as_str()
        .unwrap();
    let often = recorded["alicloud_ecs_invocation.often"]["id"]
        .as_str()
        .unwrap();
    let told = context.ask("DescribeInvocations", &[("InvokeId", once)]);
    let told = &told["Invocations"]["Invocation"][0];
    assert_eq!(told["Parameters"], "{\"who\":\"world\"}");
    assert_eq!(
        told["InvokeInstances"]["InvokeInstance"]
            .as_array()
            .unwrap()
            .len(),
        2
    );

    context.forget_requests();
    context.expect_no_changes();
    let requests = context.requests();
    assert_eq!(requests["DescribeCommands"], 1);
    assert_eq!(
        requests["DescribeInvocations"], 2,
        "the API takes one id at a time"
    );

    // Every argument is another run.
    for (from, to) in [
        ("rate(5m)", "rate(10m)"),
        ("\"rate(5m)\"", "\"rate(5m)\"\n  username = \"admin\""),
        (
            "\"rate(5m)\"",
            "\"rate(5m)\"\n  windows_password_name = \"secret\"",
        ),
        ("[alicloud_instance.i[0].id]", "[alicloud_instance.i[1].id]"),
        (
            "timed       = true\n  frequency   = \"rate(5m)\"",
            "timed = false",
        ),
        ("\"Period\"", "\"EveryReboot\""),
        (
            "alicloud_ecs_command.c.id\n  instance_id = [",
            "\"c-other\"\n  instance_id = [",
        ),
    ] {
        context.edit("main.tf", from, to);
        let plan = context.run(&["plan"]).expect(0);
        assert!(
            plan.stdout.contains("1 to add, 0 to change, 1 to destroy"),
            "{to}: {}",
            plan.stdout
        );
        context.edit("main.tf", to, from);
    }

    // What is imported is what is there.
    for (address, id) in [
        ("alicloud_ecs_command.c", command),
        ("alicloud_ecs_invocation.once", once),
        ("alicloud_ecs_invocation.often", often),
    ] {
        context.run(&["state", "rm", address]).expect(0);
        context.run(&["import", address, id]).expect(0);
    }
    context.expect_no_changes();

    // Another value is another run.
    let again = context
        .run(&["apply", "-auto-approve", "-var", "who=you"])
        .expect(0);
    assert!(
        again.stdout.contains("1 added, 0 changed, 1 destroyed"),
        "{}",
        again.stdout
    );

    // A command deleted behind our back is made again, and what ran it runs again.
    context.ask("DeleteCommand", &[("CommandId", command)]);
    let healed = context
        .run(&["apply", "-auto-approve", "-var", "who=you"])
        .expect(0);
    assert!(
        healed.stdout.contains("3 added, 0 changed, 2 destroyed"),
        "{}",
        healed.stdout
    );
    let stopped = context.ask("DescribeInvocations", &[("InvokeId", often)]);
    let stopped = &stopped["Invocations"]["Invocation"][0];
    assert_eq!(stopped["InvocationStatus"], "Stopped");

    context.run(&["destroy", "-auto-approve"]).expect(0);
    assert_eq!(context.ask("DescribeCommands", &[])["TotalCount"], 0);
}

#[test]
fn a_run_that_fails_is_recorded_and_run_again() {
    let context = TestContext::new(&format!("{NETWORK}{COMMANDS}"));
    context
        .run(&[
            "apply",
            "-auto-approve",
            "-target",
            "alicloud_instance.i",
            "-target",
            "alicloud_ecs_command.c",
        ])
        .expect(0);
    let recorded = context.recorded();
    let down = recorded["alicloud_instance.i[1]"]["id"].as_str().unwrap();
    context.ask("StopInstance", &[("InstanceId", down)]);
    let failed = context
        .run(&["apply", "-auto-approve", "-refresh=false"])
        .expect(1);
    assert!(
        failed.stderr.contains("PartialFailed") && failed.stderr.contains("main.tf:"),
        "{}",
        failed.stderr
    );
    context.ask("StartInstance", &[("InstanceId", down)]);
    let again = context.run(&["apply", "-auto-approve"]).expect(0);
    assert!(
        again.stdout.contains("1 added, 0 changed, 1 destroyed"),
        "{}",
        again.stdout
    );
    context.expect_no_changes();
}

#[test]
fn a_script_that_is_not_base64_is_found_at_its_line() {
    let context = TestContext::new(
        "resource \"alicloud_ecs_command\" \"c\" {\n  name = \"n\"\n  type = \"RunShellScript\"\n  command_content = \"ls -l\"\n}\n",
    );
    let run = context.run(&["validate"]).expect(1);
    assert!(
        run.stderr.contains("main.tf:4:") && run.stderr.contains("base64encode"),
        "{}",
        run.stderr
    );
}
