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

const NESTED: &str = r#"
variable "path" {
  default = "good.tfstate"
}
resource "terraform_data" "r" {
  input = 1
}
check "c" {
  data "terraform_remote_state" "s" {
    backend = "local"
    config  = { path = "${path.module}/${var.path}" }
  }
  assert {
    condition     = data.terraform_remote_state.s.outputs.k == "v"
    error_message = "k is ${data.terraform_remote_state.s.outputs.k}"
  }
  assert {
    condition     = terraform_data.r.output == 5
    error_message = "r is ${terraform_data.r.output}"
  }
}
"#;

const STORED: &str = r#"{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"aa","outputs":{"k":{"value":"v","type":"string"}},"resources":[]}"#;

fn nested(main: &str) -> TestContext {
    let context = TestContext::new(main);
    context.write("good.tfstate", STORED);
    context
}

/// The action of the check's data source in a plan, and the reason.
fn read(plan: &Json) -> Json {
    let changes = plan["resource_changes"].as_array().into_iter().flatten();
    changes
        .filter(|c| c["mode"] == "data")
        .map(|c| json!([c["change"]["actions"], c["action_reason"]]))
        .collect()
}

#[test]
fn the_data_source_of_a_check_is_read_again_after_all_else() {
    let context = nested(NESTED);
    let plan = context.plan_json(&[]);
    assert_eq!(
        read(&plan),
        json!([[["read"], "read_because_check_nested"]])
    );
    assert_eq!(
        results(&plan),
        json!([["check.c", "unknown", [["check.c", "unknown", []]]]])
    );
    let text = context.run(&["plan"]).expect(0).stdout;
    assert!(
        text.contains("(config will be reloaded to verify a check block)")
            && text.contains("\"v\""),
        "{text}"
    );
    context.apply();
    let found = json!([["check.c", "fail", [["check.c", "fail", ["r is 1"]]]]]);
    assert_eq!(shown(&context), found);
    // It is read each time, so there is always something to do.
    context.run(&["plan", "-detailed-exitcode"]).expect(2);
    let plan = context.plan_json(&[]);
    assert_eq!(
        read(&plan),
        json!([[["read"], "read_because_check_nested"]])
    );
    assert_eq!(results(&plan), found);
}

/// What a check comes to whose data source is not there.
fn not_found(of: &Json) -> String {
    let found = results(of);
    assert_eq!(found[0][1], "fail", "{found}");
    let messages = found[0][2][0][2].as_array().expect("messages");
    // The assertions are not evaluated: the second would not hold.
    assert_eq!(messages.len(), 1, "{found}");
    messages[0].as_str().expect("a message").to_owned()
}

#[test]
fn a_data_source_that_cannot_be_read_fails_its_check_alone() {
    let context = nested(NESTED);
    let missing = ["-var", "path=missing"];
    let plan = context.plan_json(&missing);
    assert_eq!(
        read(&plan),
        json!([[["read"], "read_because_check_nested"]])
    );
    let message = not_found(&plan);
    let run = context.run(&["plan", "-var", "path=missing"]).expect(0);
    let (summary, _) = message.split_once(": ").expect("a summary and a detail");
    assert!(
        run.stderr.contains(&format!("Warning: {summary}"))
            && run.stderr.contains("in check \"c\""),
        "{}",
        run.stderr
    );
    let run = context
        .run(&["apply", "-auto-approve", "-var", "path=missing"])
        .expect(0);
    assert_eq!(
        run.stderr.matches(&format!("Warning: {summary}")).count(),
        1,
        "{}",
        run.stderr
    );
    assert_eq!(
        not_found(&context.run(&["show", "-json"]).expect(0).json()),
        message
    );
    // There while planning, gone when applied.
    context.run(&["plan", "-out=p.tfplan"]).expect(0);
    std::fs::remove_file(context.dir.path().join("good.tfstate")).unwrap();
    context.run(&["apply", "p.tfplan"]).expect(0);
    assert_eq!(
        not_found(&context.run(&["show", "-json"]).expect(0).json()),
        message.replace("/missing", "/good.tfstate")
    );
}

#[test]
fn a_check_whose_data_source_was_not_reached_is_not_known() {
    let failing = "  provisioner \"local-exec\" {\n    command = \"exit 1\"\n  }\n";
    let main = NESTED.replace("  input = 1\n", &format!("  input = 1\n{failing}"));
    let context = nested(&main);
    context.run(&["apply", "-auto-approve"]).expect(1);
    assert_eq!(
        shown(&context),
        json!([["check.c", "unknown", [["check.c", "unknown", []]]]])
    );
}

#[test]
fn nobody_else_refers_to_the_data_source_of_a_check() {
    let context = nested(&format!(
        "{NESTED}\nresource \"terraform_data\" \"x\" {{\n  input = data.terraform_remote_state.s.outputs\n  depends_on = [data.terraform_remote_state.s]\n}}\n"
    ));
    let said = context.run(&["plan"]).expect(1).stderr;
    assert_eq!(
        said.matches("Error: Reference to scoped resource").count(),
        2,
        "{said}"
    );
    assert!(said.contains("main.tf:24:11"), "{said}");
}
