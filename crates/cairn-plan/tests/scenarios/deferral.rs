//! Repetitions that are not known yet: what depends on them is left out or deferred, the rest is planned.

use cairn_model::{Action, DeferredReason};

use crate::bench::Bench;

const CHAIN: &str = r#"
resource "test_thing" "seed" { name = "seed" }
resource "test_thing" "each" {
  for_each = toset([test_thing.seed.label])
  name     = each.key
}
locals { through = { for k, t in test_thing.each : k => t.id } }
resource "test_thing" "after" { name = "after-${length(local.through)}" }
resource "test_thing" "free" { name = "free" }
output "seed" { value = test_thing.seed.name }
output "through" { value = local.through }
check "all" {
  assert {
    condition     = length(local.through) == 1
    error_message = "not one"
  }
}
"#;

#[test]
fn what_does_not_depend_on_an_unknown_for_each_is_planned_all_the_same() {
    let mut b = Bench::new(CHAIN);
    let p = b.plan();
    assert_eq!(p.codes(), ["unknown-instances"]);
    assert!(p.text.contains("-target=test_thing.seed"), "{}", p.text);
    assert_eq!(p.lines(), ["+ test_thing.free", "+ test_thing.seed"]);
    let outputs: Vec<&str> = p.plan.outputs.iter().map(|o| &*o.name).collect();
    assert_eq!(outputs, ["seed"]);
    // An error is an error: nothing of it may be applied.
    assert!(p.plan.steps.steps.is_empty() && p.plan.deferred.is_empty());
}

#[test]
fn rounds_come_to_the_end() {
    let mut b = Bench::new(CHAIN);
    b.options.defer = true;
    let p = b.plan().ok();
    assert_eq!(p.lines(), ["+ test_thing.free", "+ test_thing.seed"]);
    let deferred: Vec<(&str, DeferredReason)> = p
        .plan
        .deferred
        .iter()
        .map(|d| (&*d.address, d.reason))
        .collect();
    assert_eq!(
        deferred,
        [
            ("test_thing.after", DeferredReason::Prerequisite),
            ("test_thing.each[*]", DeferredReason::InstanceCountUnknown),
        ]
    );
    assert!(p.plan.deferred[1].why.contains("test_thing.seed.label"));
    assert!(p.plan.deferred[0].why.contains("test_thing.each"));
    let (_, messages) = b.apply(&p.plan);
    assert!(!messages.has_errors(), "{messages:?}");
    assert_eq!(b.addresses(), ["test_thing.free", "test_thing.seed"]);
    let p = b.plan().ok();
    assert!(p.plan.deferred.is_empty());
    assert_eq!(p.lines().len(), 2);
    b.up();
    assert_eq!(b.state.outputs.len(), 2);
}

#[test]
fn what_is_recorded_of_something_deferred_stays() {
    let text = |each: &str, base: &str| {
        format!(
            r#"
resource "test_thing" "seed" {{
  name  = "seed"
  zone = "{base}"
}}
{each}
"#
        )
    };
    let known = r#"
resource "test_thing" "old" { name = "old" }
resource "test_thing" "each" {
  for_each = toset(["x"])
  name     = test_thing.old.id
}
module "m" {
  source = "./m"
  for_each = toset(["x"])
}
output "n" { value = length(test_thing.each) }
"#;
    let unknown = r#"
resource "test_thing" "each" {
  for_each = toset([test_thing.seed.label])
  name     = "e"
}
module "m" {
  source = "./m"
  for_each = toset([test_thing.seed.label])
}
output "n" { value = length(test_thing.each) }
"#;
    let mut b = Bench::new(&text(known, "a"))
        .file("m/main.tf", r#"resource "test_thing" "in" { name = "in" }"#);
    b.up();
    // The seed is made anew, so its label is not known, and with it neither the instances nor the modules.
    b.edit(&text(unknown, "b"));
    b.options.defer = true;
    let p = b.plan().ok();
    assert_eq!(
        p.lines(),
        ["-/+ test_thing.seed replace_because_cannot_update"]
    );
    let deferred: Vec<&str> = p.plan.deferred.iter().map(|d| &*d.address).collect();
    assert_eq!(
        deferred,
        ["test_thing.each[*]", "module.m[*].test_thing.in"]
    );
    let (_, messages) = b.apply(&p.plan);
    assert!(!messages.has_errors(), "{messages:?}");
    // What the recorded instance depends on outlives it, although the configuration has dropped it.
    assert_eq!(
        b.addresses(),
        [
            "test_thing.each[\"x\"]",
            "test_thing.old",
            "test_thing.seed",
            "module.m[\"x\"].test_thing.in",
        ]
    );
    assert_eq!(b.state.outputs.len(), 1);
    let p = b.plan().ok();
    assert!(p.plan.deferred.is_empty());
    let gone = p.plan.changes.iter().filter(|c| c.action == Action::Delete);
    assert_eq!(gone.count(), 3);
}

#[test]
fn an_error_is_not_followed_by_its_echoes() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "seed" { name = "seed" }
resource "test_thing" "bad" {
  name = "bad"
  lifecycle {
    precondition {
      condition     = test_thing.free.name == "other"
      error_message = "It is not the other."
    }
  }
}
resource "test_thing" "after" {
  count = test_thing.bad.name == "bad" ? 1 : "x"
  name  = "after"
}
resource "test_thing" "free" { name = "free" }
"#,
    );
    let p = b.plan();
    assert_eq!(p.codes(), ["precondition-failed"], "{}", p.text);
    assert_eq!(p.lines(), ["+ test_thing.free", "+ test_thing.seed"]);
}

#[test]
fn an_unknown_count_of_a_module_is_said_once_where_it_is_written() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "seed" { name = "seed" }
module "m" {
  source = "./m"
  count  = length(test_thing.seed.label)
}
resource "test_thing" "after" { name = join("-", module.m[*].one) }
"#,
    )
    .file(
        "m/main.tf",
        r#"
resource "test_thing" "in" { name = "in" }
output "one" { value = "1" }
"#,
    );
    let p = b.plan();
    assert_eq!(p.codes(), ["unknown-instances"], "{}", p.text);
    assert!(p.text.contains("main.tf:5:"), "{}", p.text);
    assert_eq!(p.lines(), ["+ test_thing.seed"]);
}
