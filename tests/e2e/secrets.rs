//! Secrets that are written down in the configuration: messages point at them and do not show them.

use crate::support::{NETWORK, Run, TestContext};

fn server(password: &str) -> TestContext {
    let context = TestContext::new(&format!(
        r#"resource "alicloud_instance" "i" {{
  instance_type   = "ecs.g6.large"
  image_id        = data.alicloud_images.linux.images[0].id
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]
  password        = "{password}"
}}
"#
    ));
    context.write("network.tf", NETWORK);
    context
}

/// The run points at the password, and nothing that it wrote has it.
#[track_caller]
fn points_without_showing(run: &Run, password: &str) {
    let all = format!("{}{}", run.stdout, run.stderr);
    assert!(!all.contains(password), "{all}");
    assert!(all.contains("main.tf"), "{all}");
    assert!(all.contains("password        = (sensitive value)"), "{all}");
}

#[test]
fn what_a_plan_finds_wrong_with_a_password_does_not_show_it() {
    let context = server("onlylower");
    let run = context.run(&["plan"]).expect(1);
    points_without_showing(&run, "onlylower");
    assert!(run.stderr.contains("^^^^^^^^^^^^^^^^^\n"), "{}", run.stderr);
    let json = context.run(&["plan", "-json"]).expect(1);
    points_without_showing(&json, "onlylower");
    let validated = context.run(&["validate", "-json"]);
    assert!(
        !validated.stdout.contains("onlylower"),
        "{}",
        validated.stdout
    );
    let snippets: Vec<serde_json::Value> = json
        .stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .map(|line| line["diagnostic"]["snippet"].clone())
        .filter(|s| !s.is_null())
        .collect();
    let snippet = snippets.first().expect("a snippet");
    let code = snippet["code"].as_str().expect("code");
    let offset = |key: &str| snippet[key].as_u64().expect("an offset") as usize;
    assert_eq!(
        &code[offset("highlight_start_offset")..offset("highlight_end_offset")],
        "password        = (sensitive value)"
    );
}

#[test]
fn what_the_service_finds_wrong_with_a_password_does_not_show_it() {
    let context = server("Correct1Horse");
    for args in [
        &["apply", "-auto-approve"][..],
        &["apply", "-auto-approve", "-json"],
    ] {
        context.cloud.arm(ecs_emulator::Fault::error(
            "RunInstances",
            1,
            400,
            "InvalidPassword.Malformed",
        ));
        let run = context.run(args).expect(1);
        points_without_showing(&run, "Correct1Horse");
        context.cloud.clear_faults();
    }
}

#[test]
fn values_of_sensitive_variables_are_not_shown() {
    let context = TestContext::new(
        r#"variable "token" {
  type      = number
  sensitive = true
  default   = "hunter2"
}
"#,
    );
    for args in [&["validate"][..], &["validate", "-json"], &["plan"]] {
        let run = context.run(args).expect(1);
        let all = format!("{}{}", run.stdout, run.stderr);
        assert!(
            !all.contains("hunter2") && all.contains("default   = (sensitive value)"),
            "{all}"
        );
    }
    context.edit("main.tf", "  default   = \"hunter2\"\n", "");
    context.write("terraform.tfvars", "token = \"hunter2\"\n");
    let run = context.run(&["plan"]).expect(1);
    assert!(
        !run.stderr.contains("hunter2") && run.stderr.contains("token = (sensitive value)"),
        "{}",
        run.stderr
    );
    // A module's variable says it too.
    context.write(
        "inner/main.tf",
        "variable \"token\" {\n  type = number\n  sensitive = true\n}\n",
    );
    context.write("terraform.tfvars", "token = 1\n");
    context.write(
        "outer.tf",
        "module \"m\" {\n  source = \"./inner\"\n  token = \"hunter2\"\n}\n",
    );
    let run = context.run(&["plan"]).expect(1);
    assert!(
        !run.stderr.contains("hunter2") && run.stderr.contains("token = (sensitive value)"),
        "{}",
        run.stderr
    );
}
