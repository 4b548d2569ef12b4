//! Conditions: what became of them is recorded, shown and handed to other tools, as in Terraform.

use serde_json::{Value as Json, json};

use crate::support::TestContext;

/// Of each result: the address, the status, and the instances with their status and messages.
fn results(document: &Json) -> Json {
    let of = |c: &Json| {
        let instances: Vec<Json> = c["instances"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|i| {
                let problems = i["problems"].as_array().into_iter().flatten();
                let messages: Vec<&Json> = problems.map(|p| &p["message"]).collect();
                json!([i["address"]["to_display"], i["status"], messages])
            })
            .collect();
        json!([c["address"]["to_display"], c["status"], instances])
    };
    document["checks"]
        .as_array()
        .into_iter()
        .flatten()
        .map(of)
        .collect()
}

fn shown(context: &TestContext) -> Json {
    results(&context.run(&["show", "-json"]).expect(0).json())
}

fn pulled(context: &TestContext) -> Json {
    context.run(&["state", "pull"]).expect(0).json()
}

const KINDS: &str = r#"
variable "n" {
  default = 3
  validation {
    condition     = var.n > 0
    error_message = "n is not positive."
  }
}
variable "secret" {
  default   = "hunter2"
  sensitive = true
}
resource "terraform_data" "r" {
  count = 11
  input = var.n
  lifecycle {
    postcondition {
      condition     = self.id != ""
      error_message = "No id."
    }
  }
}
resource "terraform_data" "none" {
  count = 0
  lifecycle {
    precondition {
      condition     = var.n > 0
      error_message = "Never."
    }
  }
}
module "m" {
  source   = "./m"
  for_each = toset(["x", "y.z"])
  k        = each.key
}
output "o" {
  value = var.n
  precondition {
    condition     = terraform_data.r[0].output > 0
    error_message = "No."
  }
}
check "c" {
  assert {
    condition     = terraform_data.r[0].id == "fixed"
    error_message = "The id is another."
  }
  assert {
    condition     = var.n > 5
    error_message = "n is ${var.n}."
  }
}
check "secret" {
  assert {
    condition     = var.secret == "other"
    error_message = "It is ${var.secret}."
  }
}
"#;

const MODULE: &str = r#"
variable "k" {}
check "inside" {
  assert {
    condition     = var.k == "x"
    error_message = "k is ${var.k}."
  }
}
"#;

fn instances(status: &str) -> Vec<Json> {
    let mut found: Vec<String> = (0..11).map(|i| format!("terraform_data.r[{i}]")).collect();
    found.sort();
    found.iter().map(|a| json!([a, status, []])).collect()
}

fn outcome(ids: &str, c: &[&str], n: &str) -> Json {
    json!([
        ["check.c", "fail", [["check.c", "fail", c]]],
        ["check.secret", "fail", [["check.secret", "fail", []]]],
        [
            "module.m.check.inside",
            "fail",
            [
                ["module.m[\"x\"].check.inside", "pass", []],
                ["module.m[\"y.z\"].check.inside", "fail", ["k is y.z."]],
            ]
        ],
        ["output.o", n, [["output.o", n, []]]],
        ["terraform_data.none", "pass", []],
        ["terraform_data.r", ids, instances(ids)],
        ["var.n", "pass", [["var.n", "pass", []]]],
    ])
}

#[test]
fn results_are_planned_recorded_and_taken_along() {
    let context = TestContext::new(KINDS);
    context.write("m/main.tf", MODULE);
    context.run(&["init"]).expect(0);
    let plan = context.plan_json(&[]);
    assert_eq!(results(&plan), outcome("unknown", &["n is 3."], "unknown"));
    let run = context
        .run(&["apply", "-auto-approve", "-no-color"])
        .expect(0);
    // What the plan said of checks is not said twice.
    assert_eq!(run.stderr.matches("n is 3.").count(), 1, "{}", run.stderr);
    assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    let found = outcome("pass", &["The id is another.", "n is 3."], "pass");
    assert_eq!(shown(&context), found);
    let shown_in_full = context.run(&["show", "-json"]).expect(0).json();
    let inside = &shown_in_full["checks"][2];
    assert_eq!(
        inside["address"],
        json!({"kind": "check", "module": "module.m", "name": "inside", "to_display": "module.m.check.inside"})
    );
    assert_eq!(
        inside["instances"][0]["address"],
        json!({"module": "module.m[\"x\"]", "to_display": "module.m[\"x\"].check.inside"})
    );
    let r = &shown_in_full["checks"][5];
    assert_eq!(r["address"]["kind"], "resource");
    assert_eq!(r["address"]["type"], "terraform_data");
    assert_eq!(r["instances"][1]["address"]["instance_key"], 10);

    // An apply that changes nothing else records what has become of them, and one that finds the same leaves the state alone.
    let serial = || pulled(&context)["serial"].clone();
    let first = serial();
    context.run(&["apply", "-auto-approve"]).expect(0);
    assert_eq!(serial(), first);
    context.write("n.auto.tfvars", "n = 6\n");
    context.run(&["apply", "-auto-approve"]).expect(0);
    assert_ne!(serial(), first);
    assert_eq!(
        shown(&context),
        outcome("pass", &["The id is another."], "pass")
    );

    // They go to a file of Terraform's and back.
    let mine = pulled(&context);
    let other = TestContext::new("");
    other.write("pulled.tfstate", &mine.to_string());
    other.run(&["import-state", "pulled.tfstate"]).expect(0);
    assert_eq!(shown(&other), shown(&context));
    assert_eq!(pulled(&other)["check_results"], mine["check_results"]);
    assert_eq!(mine["check_results"].as_array().map(Vec::len), Some(7));
}

#[test]
fn a_failed_apply_records_what_is_known() {
    let context = TestContext::new(
        r#"
resource "terraform_data" "x" {
  count = 2
  input = "yes"
  lifecycle {
    postcondition {
      condition     = count.index == 0 || self.output == "no"
      error_message = "Output differs."
    }
  }
}
resource "terraform_data" "after" {
  input = terraform_data.x[1].output
  lifecycle {
    precondition {
      condition     = path.module != ""
      error_message = "Never."
    }
  }
}
output "lost" { value = terraform_data.x[1].output }
output "kept" { value = terraform_data.x[0].output }
check "of_failed" {
  assert {
    condition     = terraform_data.x[1].output == "other"
    error_message = "Not said."
  }
}
check "of_made" {
  assert {
    condition     = terraform_data.x[0].output == "other"
    error_message = "Said."
  }
}
"#,
    );
    let run = context
        .run(&["apply", "-auto-approve", "-no-color"])
        .expect(1);
    assert!(run.stderr.contains("Output differs."), "{}", run.stderr);
    assert!(run.stderr.contains("Said."), "{}", run.stderr);
    assert!(!run.stderr.contains("Not said."), "{}", run.stderr);
    assert_eq!(
        shown(&context),
        json!([
            [
                "check.of_failed",
                "unknown",
                [["check.of_failed", "unknown", []]]
            ],
            [
                "check.of_made",
                "fail",
                [["check.of_made", "fail", ["Said."]]]
            ],
            [
                "terraform_data.after",
                "unknown",
                [["terraform_data.after", "unknown", []]]
            ],
            [
                "terraform_data.x",
                "fail",
                [
                    ["terraform_data.x[0]", "pass", []],
                    ["terraform_data.x[1]", "fail", ["Output differs."]],
                ]
            ],
        ])
    );
    let outputs = context.run(&["output", "-json"]).expect(0).json();
    assert_eq!(outputs["kept"]["value"], "yes");
    assert!(outputs.get("lost").is_none(), "{outputs}");
    // Destroying forgets them.
    context.run(&["destroy", "-auto-approve"]).expect(0);
    let state = pulled(&context);
    let all = state["check_results"].as_array().unwrap();
    assert!(all.iter().all(|c| c["status"] == "unknown"), "{state}");
}

#[test]
fn a_plan_with_errors_is_saved_to_be_looked_at_and_never_applied() {
    let context = TestContext::new(
        r#"
variable "n" { default = 0 }
variable "token" {
  default   = "t0k"
  ephemeral = true
}
resource "terraform_data" "a" { input = "x" }
resource "terraform_data" "b" {
  input = terraform_data.a.id
  lifecycle {
    precondition {
      condition     = var.n > 0
      error_message = "n is ${var.n}."
    }
  }
}
"#,
    );
    context.run(&["plan", "-out=plan.bin"]).expect(1);
    let plan = context.run(&["show", "-json", "plan.bin"]).expect(0).json();
    assert_eq!(
        (&plan["errored"], &plan["applyable"], &plan["complete"]),
        (&json!(true), &json!(false), &json!(false))
    );
    assert_eq!(plan["resource_changes"][0]["address"], "terraform_data.a");
    assert_eq!(
        results(&plan),
        json!([[
            "terraform_data.b",
            "fail",
            [["terraform_data.b", "fail", ["n is 0."]]]
        ]])
    );
    // An ephemeral variable stands there with its default, whatever it was.
    assert_eq!(plan["variables"]["token"]["value"], "t0k");
    let human = context.run(&["show", "-no-color", "plan.bin"]).expect(0);
    assert!(
        human.stdout.contains("but then encountered a problem"),
        "{}",
        human.stdout
    );
    let refused = context.run(&["apply", "plan.bin"]).expect(1);
    assert!(
        refused.stderr.contains("Cannot apply incomplete plan"),
        "{}",
        refused.stderr
    );
    assert!(context.recorded().is_empty());
    // Where the configuration itself is wrong there is no plan, and nothing is written.
    std::fs::remove_file(context.dir.path().join("plan.bin")).unwrap();
    context.write("wrong.tf", "locals { x = nothing.here }\n");
    context.run(&["plan", "-out=plan.bin"]).expect(1);
    assert!(!context.dir.path().join("plan.bin").exists());
}
