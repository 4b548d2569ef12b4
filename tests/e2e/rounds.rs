//! Repetitions that depend on what an apply makes: the plan of the rest, and applies in rounds.

use serde_json::Value as Json;

use crate::support::TestContext;

const CHAIN: &str = r#"
resource "terraform_data" "seed" { input = "x" }
resource "terraform_data" "each" {
  for_each = toset([terraform_data.seed.id])
  input    = 1
}
resource "terraform_data" "last" {
  count = length(one(values(terraform_data.each)).id)
}
output "n" { value = length(terraform_data.last) }
"#;

fn lines(text: &str) -> Vec<Json> {
    text.lines()
        .map(|l| serde_json::from_str(l).expect("a line of JSON"))
        .collect()
}

#[test]
fn a_plan_fails_but_shows_the_rest_and_apply_makes_nothing_of_it() {
    let context = TestContext::new(CHAIN);
    let plan = context.run(&["plan", "-no-color"]).expect(1);
    assert!(
        plan.stdout
            .contains("# terraform_data.seed will be created")
    );
    assert!(
        !plan.stdout.contains("terraform_data.each"),
        "{}",
        plan.stdout
    );
    assert!(plan.stderr.contains("main.tf:4:14"), "{}", plan.stderr);
    assert!(plan.stderr.contains("-target=terraform_data.seed"));
    assert_eq!(plan.stderr.matches("Error:").count(), 1, "{}", plan.stderr);
    context.run(&["apply", "-auto-approve"]).expect(1);
    assert!(context.recorded().is_empty());
}

#[test]
fn rounds_go_on_until_nothing_is_deferred() {
    let context = TestContext::new(CHAIN);
    let run = context
        .run(&["apply", "-auto-approve", "-rounds", "-json"])
        .expect(0);
    let lines = lines(&run.stdout);
    let summaries: Vec<&Json> = lines
        .iter()
        .filter(|l| l["type"] == "change_summary" && l["changes"]["operation"] == "apply")
        .map(|l| &l["changes"]["add"])
        .collect();
    assert_eq!(summaries, [1, 1, 36]);
    let deferred: Vec<&Json> = lines
        .iter()
        .filter(|l| l["type"] == "deferred_change")
        .map(|l| &l["change"]["address"])
        .collect();
    assert_eq!(
        deferred,
        [
            "terraform_data.each[*]",
            "terraform_data.last[*]",
            "terraform_data.last[*]"
        ]
    );
    assert_eq!(context.run(&["output", "n"]).stdout.trim(), "36");
    context.run(&["plan", "-detailed-exitcode"]).expect(0);
}

#[test]
fn rounds_end_at_their_bound_and_say_what_is_left() {
    let context = TestContext::new(CHAIN);
    let run = context
        .run(&["apply", "-auto-approve", "-rounds=2"])
        .expect(1);
    assert!(run.stdout.contains("Round 2") && !run.stdout.contains("Round 3"));
    assert!(
        run.stderr.contains("terraform_data.last[*]"),
        "{}",
        run.stderr
    );
    // What the two rounds made is kept, and the next apply goes on from there.
    assert_eq!(context.recorded().len(), 2);
    context.run(&["apply", "-auto-approve"]).expect(0);
}

#[test]
fn rounds_that_do_not_get_on_are_given_up() {
    // A time stamp is never known while planning, so no round comes nearer.
    let context = TestContext::new(
        r#"
resource "terraform_data" "free" {}
resource "terraform_data" "never" {
  count = tonumber(formatdate("D", timestamp()))
}
"#,
    );
    let run = context
        .run(&["apply", "-auto-approve", "-rounds"])
        .expect(1);
    assert!(run.stdout.contains("Round 2") && !run.stdout.contains("Round 3"));
    assert!(
        run.stderr.contains("terraform_data.never[*]"),
        "{}",
        run.stderr
    );
    assert_eq!(context.recorded().len(), 1);
}

#[test]
fn a_deferring_plan_can_be_saved_and_says_that_it_is_not_all() {
    let context = TestContext::new(CHAIN);
    context
        .run(&["plan", "-allow-deferral", "-out=p", "-detailed-exitcode"])
        .expect(2);
    let plan = context.run(&["show", "-json", "p"]).expect(0).json();
    assert_eq!(plan["complete"], false);
    assert_eq!(plan["applyable"], true);
    let deferred = plan["deferred_changes"].as_array().expect("a list");
    assert_eq!(deferred.len(), 2);
    assert_eq!(deferred[0]["reason"], "instance_count_unknown");
    assert_eq!(
        deferred[0]["resource_change"]["address"],
        "terraform_data.each[*]"
    );
    assert_eq!(deferred[1]["reason"], "deferred_prereq");
    context.run(&["apply", "p"]).expect(0);
    assert_eq!(context.recorded().len(), 1);
}

#[test]
fn two_mistakes_with_rounds() {
    let context = TestContext::new(CHAIN);
    let run = context
        .run(&["apply", "-auto-approve", "-rounds=0"])
        .expect(1);
    assert!(run.stderr.contains("-rounds=0"), "{}", run.stderr);
    context
        .run(&["plan", "-allow-deferral", "-out=p"])
        .expect(0);
    let run = context.run(&["apply", "-rounds", "p"]).expect(1);
    assert!(run.stderr.contains("-rounds"), "{}", run.stderr);
}
