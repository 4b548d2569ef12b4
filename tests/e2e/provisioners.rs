//! Provisioners: what runs when, what it is told, and what its failure, an interruption or a kill leaves recorded.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::support::{NETWORK, TestContext};

/// A file that the provisioners wrote, as lines; empty where there is none.
fn lines(context: &TestContext, name: &str) -> Vec<String> {
    let text = fs::read_to_string(context.dir.path().join(name)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Whether an object of the root module is recorded, and as tainted.
fn tainted(context: &TestContext, address: &str) -> Option<bool> {
    let state = context.state();
    state["values"]["root_module"]["resources"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|r| r["address"] == address)
        .map(|r| r["tainted"] == true)
}

fn wait_for(path: &Path) {
    let until = Instant::now() + Duration::from_secs(60);
    while !path.exists() {
        assert!(Instant::now() < until, "{} never came", path.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn they_run_in_order_with_what_they_are_told() {
    let context = TestContext::new(
        r#"
module "m" {
  source = "./m"
  count  = 2
}

resource "terraform_data" "after" {
  depends_on = [module.m]
  input      = "x"

  provisioner "local-exec" {
    command = "sort log.txt > sorted.txt"
  }
  provisioner "local-exec" {
    command     = "echo ${split("\n", file("${self.output == "x" ? "sorted" : ""}.txt"))[3]} $A $B ${self.output} >> told.txt; pwd -P >> ../told.txt"
    working_dir = "sub"
    environment = { A = 1, B = "two words", C = null }
    interpreter = ["/bin/sh", "-ec"]
  }
  provisioner "local-exec" {
    command    = "exit 3"
    on_failure = continue
  }
  provisioner "local-exec" {
    command = "echo last >> told.txt"
  }
}
"#,
    );
    context.write(
        "m/main.tf",
        r#"
resource "terraform_data" "each" {
  for_each = toset(["a", "b"])
  input    = upper(each.value)

  provisioner "local-exec" {
    command = "echo ${path.module} ${each.key} ${self.output} >> log.txt"
  }
}
"#,
    );
    context.write("sub/keep", "");
    let out = context.apply().stdout;
    assert_eq!(
        lines(&context, "sorted.txt"),
        ["m a A", "m a A", "m b B", "m b B"]
    );
    assert_eq!(lines(&context, "told.txt").last().unwrap(), "last");
    let there = context.dir.path().join("sub").canonicalize().unwrap();
    assert_eq!(lines(&context, "told.txt")[0], there.display().to_string());
    assert_eq!(lines(&context, "sub/told.txt"), ["m b B 1 two words x"]);
    assert!(
        out.contains(
            "terraform_data.after (local-exec): Executing: [\"/bin/sh\" \"-c\" \"exit 3\"]"
        ),
        "{out}"
    );
    assert!(out.contains("passed over (on_failure = continue)"), "{out}");
    context.expect_no_changes();
}

const FAILS: &str = r#"
resource "terraform_data" "bad" {
  input = "b"

  provisioner "local-exec" {
    command = "echo tried >> log.txt; test -e ok.txt"
  }
  provisioner "local-exec" {
    command = "echo second >> log.txt"
  }
  provisioner "local-exec" {
    when    = destroy
    command = "echo destroyed >> log.txt"
  }
}

resource "terraform_data" "after" {
  input = terraform_data.bad.id
}

resource "terraform_data" "aside" {
}
"#;

#[test]
fn a_failure_taints_the_object_and_stops_what_depends_on_it() {
    let context = TestContext::new(FAILS);
    let run = context.run(&["apply", "-auto-approve"]).expect(1);
    assert!(run.stderr.contains("main.tf:5:3"), "{}", run.stderr);
    assert!(run.stderr.contains("exit status 1"), "{}", run.stderr);
    assert_eq!(lines(&context, "log.txt"), ["tried"]);
    assert_eq!(tainted(&context, "terraform_data.bad"), Some(true));
    assert_eq!(tainted(&context, "terraform_data.after"), None);
    assert_eq!(tainted(&context, "terraform_data.aside"), Some(false));
    let plan = context.plan_json(&[]);
    let change = &plan["resource_changes"];
    let bad = change
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["address"] == "terraform_data.bad")
        .unwrap();
    assert_eq!(bad["action_reason"], "replace_because_tainted");

    // From a saved plan; the destroy-time provisioner of what never was fit for use does not run.
    context.write("ok.txt", "");
    context.run(&["apply", "test.tfplan"]).expect(0);
    assert_eq!(lines(&context, "log.txt"), ["tried", "tried", "second"]);
    assert_eq!(tainted(&context, "terraform_data.bad"), Some(false));
    context.expect_no_changes();
    context.run(&["destroy", "-auto-approve"]).expect(0);
    assert_eq!(lines(&context, "log.txt").last().unwrap(), "destroyed");
}

#[test]
fn a_failure_before_the_deletion_keeps_the_object() {
    let main = r#"
resource "terraform_data" "a" {
  count = 2
  input = count.index

  provisioner "local-exec" {
    when    = destroy
    command = "echo tried ${count.index} ${self.output} >> log.txt; test ${count.index} = 0 -o -e let_go.txt"
  }
}
"#;
    let context = TestContext::new(main);
    context.apply();
    assert!(lines(&context, "log.txt").is_empty());
    let run = context.run(&["destroy", "-auto-approve"]).expect(1);
    assert!(run.stderr.contains("main.tf:6:3"), "{}", run.stderr);
    assert_eq!(tainted(&context, "terraform_data.a[0]"), None);
    assert_eq!(tainted(&context, "terraform_data.a[1]"), Some(false));
    context.write("let_go.txt", "");
    let run = context
        .run(&["apply", "-destroy", "-auto-approve"])
        .expect(0);
    assert!(run.stdout.contains("1 destroyed"), "{}", run.stdout);
    assert_eq!(lines(&context, "log.txt").last().unwrap(), "tried 1 1");
    assert!(context.recorded().is_empty());
}

#[test]
fn what_is_replaced_runs_both_and_what_is_set_aside_does_not() {
    let main = r#"
variable "v" {
  default = "1"
}

resource "terraform_data" "r" {
  triggers_replace = var.v
  provisioner "local-exec" {
    command = "echo create ${self.triggers_replace} >> r.txt"
  }
  provisioner "local-exec" {
    when    = destroy
    command = "echo destroy ${self.triggers_replace} >> r.txt"
  }
}

resource "terraform_data" "c" {
  triggers_replace = var.v
  lifecycle {
    create_before_destroy = true
  }
  provisioner "local-exec" {
    command = "echo create ${self.triggers_replace} >> c.txt"
  }
  provisioner "local-exec" {
    when    = destroy
    command = "echo destroy ${self.triggers_replace} >> c.txt"
  }
}

resource "terraform_data" "gone" {
  provisioner "local-exec" {
    when    = destroy
    command = "echo gone >> gone.txt"
  }
}
"#;
    let context = TestContext::new(main);
    context.apply();
    let gone = main.find("resource \"terraform_data\" \"gone\"").unwrap();
    context.write("main.tf", &main[..gone]);
    let out = context
        .run(&["apply", "-auto-approve", "-var=v=2"])
        .expect(0);
    assert_eq!(
        lines(&context, "r.txt"),
        ["create 1", "destroy 1", "create 2"]
    );
    assert_eq!(lines(&context, "c.txt"), ["create 1", "create 2"]);
    assert!(lines(&context, "gone.txt").is_empty());
    assert!(out.stdout.contains("2 added, 0 changed, 3 destroyed"));
}

#[test]
fn a_removed_block_can_have_the_last_word() {
    let context = TestContext::new(
        "resource \"terraform_data\" \"a\" {\n  for_each = toset([\"k\"])\n  input    = \"v\"\n}\n",
    );
    context.apply();
    context.write(
        "main.tf",
        r#"
removed {
  from = terraform_data.a
  provisioner "local-exec" {
    when    = destroy
    command = "echo ${each.key} ${self.output} >> log.txt"
  }
}
"#,
    );
    context.apply();
    assert_eq!(lines(&context, "log.txt"), ["k v"]);
    assert!(context.recorded().is_empty());
}

#[test]
fn every_line_is_an_event_and_no_secret_is_shown() {
    let context = TestContext::new(
        r#"
variable "secret" {
  default   = "hunter2"
  sensitive = true
}

resource "terraform_data" "a" {
  provisioner "local-exec" {
    command = "echo out; echo err >&2; printf rest"
  }
  provisioner "local-exec" {
    command = "echo one > made.txt"
    quiet   = true
  }
  provisioner "local-exec" {
    command = "echo ${var.secret}; exit 4"
  }
}
"#,
    );
    let run = context.run(&["apply", "-auto-approve", "-json"]).expect(1);
    assert!(!run.stdout.contains("hunter2"), "{}", run.stdout);
    assert!(!run.stdout.contains("echo one"), "{}", run.stdout);
    let events: Vec<Json> = run
        .stdout
        .lines()
        .map(|l| serde_json::from_str(l).expect("JSON"))
        .collect();
    let told: Vec<(String, String)> = events
        .iter()
        .filter(|e| {
            e["type"]
                .as_str()
                .is_some_and(|t| t.starts_with("provision_"))
        })
        .map(|e| {
            assert_eq!(e["hook"]["resource"]["addr"], "terraform_data.a");
            assert_eq!(e["hook"]["provisioner"], "local-exec");
            let output = e["hook"]["output"].as_str().unwrap_or_default();
            (e["type"].as_str().unwrap().to_owned(), output.to_owned())
        })
        .collect();
    let suppressed = "(output suppressed due to sensitive value in config)";
    let wanted = [
        ("provision_start", ""),
        (
            "provision_progress",
            r#"Executing: ["/bin/sh" "-c" "echo out; echo err >&2; printf rest"]"#,
        ),
        ("provision_progress", "out"),
        ("provision_progress", "err"),
        ("provision_progress", "rest"),
        ("provision_complete", ""),
        ("provision_start", ""),
        (
            "provision_progress",
            "local-exec: Executing: Suppressed by quiet=true",
        ),
        ("provision_complete", ""),
        ("provision_start", ""),
        ("provision_progress", suppressed),
        ("provision_progress", suppressed),
        ("provision_errored", ""),
    ];
    let wanted: Vec<_> = wanted
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect();
    assert_eq!(told, wanted);
    let errored = events.iter().any(|e| e["type"] == "apply_errored");
    assert!(errored, "{}", run.stdout);
    let start = &events.iter().find(|e| e["type"] == "diagnostic").unwrap()["diagnostic"];
    assert_eq!(start["range"]["start"]["line"], 15);
}

#[test]
fn a_kill_in_the_middle_leaves_a_tainted_object() {
    let context = TestContext::new(
        r#"
resource "terraform_data" "a" {
  provisioner "local-exec" {
    command = "touch up.txt; sleep 30"
  }
}
"#,
    );
    let mut child = context
        .command(&["apply", "-auto-approve"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the binary runs");
    wait_for(&context.dir.path().join("up.txt"));
    child.kill().expect("it still runs");
    child.wait().expect("it is ours");
    assert_eq!(tainted(&context, "terraform_data.a"), Some(true));
    context.edit("main.tf", "; sleep 30", "");
    let replaced = context.planned(&[]);
    assert_eq!(replaced["terraform_data.a"], "delete+create");
    context.apply();
    assert_eq!(tainted(&context, "terraform_data.a"), Some(false));
}

#[test]
fn an_interruption_ends_what_runs_and_leaves_a_tainted_object() {
    let context = TestContext::new(
        r#"
resource "terraform_data" "a" {
  provisioner "local-exec" {
    command    = "touch up.txt; (sleep 3; touch late.txt) & wait"
    on_failure = continue
  }
}
"#,
    );
    let child = context
        .command(&["apply", "-auto-approve"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary runs");
    wait_for(&context.dir.path().join("up.txt"));
    let pid = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status();
    assert!(sent.expect("kill runs").success());
    let out = child.wait_with_output().expect("it is ours");
    assert_eq!(out.status.code(), Some(1));
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains("interrupted"), "{said}");
    assert_eq!(tainted(&context, "terraform_data.a"), Some(true));
    std::thread::sleep(Duration::from_millis(3500));
    assert!(!context.dir.path().join("late.txt").exists());
}

const SERVERS: &str = r#"
resource "alicloud_instance" "i" {
  count           = 120
  instance_name   = format("server-%03d", count.index)
  instance_type   = "ecs.g6.large"
  image_id        = data.alicloud_images.linux.images[0].id
  vswitch_id      = alicloud_vswitch.s.id
  security_groups = [alicloud_security_group.g.id]

  provisioner "local-exec" {
    command = "echo ${self.instance_name} ${self.private_ip} >> up.txt"
  }
  provisioner "local-exec" {
    when    = destroy
    command = "echo ${self.id} >> down.txt"
  }
}
"#;

#[test]
fn equal_servers_stay_one_call_and_each_is_provisioned() {
    let context = TestContext::new(SERVERS);
    context.write("network.tf", NETWORK);
    context.apply();
    assert_eq!(context.requests()["RunInstances"], 2);
    let mut up = lines(&context, "up.txt");
    up.sort();
    up.dedup();
    assert_eq!(up.len(), 120);
    assert!(up[7].starts_with("server-007 10.0.1."), "{}", up[7]);
    let ids: std::collections::BTreeSet<String> = context
        .recorded()
        .iter()
        .filter(|(a, _)| a.starts_with("alicloud_instance."))
        .map(|(_, v)| v["id"].as_str().unwrap().to_owned())
        .collect();
    context.forget_requests();
    context.run(&["destroy", "-auto-approve"]).expect(0);
    let down: std::collections::BTreeSet<String> =
        lines(&context, "down.txt").into_iter().collect();
    assert_eq!(down, ids);
    assert!(context.requests()["DeleteInstances"] <= 2);
}

#[test]
fn a_crash_around_the_call_leaves_servers_that_are_made_anew() {
    let main = SERVERS.replace("count           = 120", "count           = 2");
    for point in ["request-sent:4", "after-answer:7", "after-commit:4"] {
        let context = TestContext::new(&main);
        context.write("network.tf", NETWORK);
        // Whatever the point hits: what is recorded as fit for use in the end was provisioned.
        context.run_with(&[("CAIRN_CRASH_AT", point)], &["apply", "-auto-approve"]);
        context.apply();
        let mut up = lines(&context, "up.txt");
        let names: Vec<String> = context
            .recorded()
            .iter()
            .filter(|(a, _)| a.starts_with("alicloud_instance."))
            .map(|(_, v)| {
                format!(
                    "{} {}",
                    v["instance_name"].as_str().unwrap(),
                    v["private_ip"].as_str().unwrap()
                )
            })
            .collect();
        assert_eq!(names.len(), 2, "{point}");
        up.sort();
        for name in &names {
            assert!(up.contains(name), "{point}: {name} among {up:?}");
        }
        context.expect_no_changes();
    }
}
