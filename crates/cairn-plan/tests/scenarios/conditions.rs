//! Preconditions, postconditions, validations, checks.

use cairn_model::CheckStatus;

use crate::bench::Bench;

#[test]
fn a_precondition_stops_the_plan() {
    let mut b = Bench::new(
        r#"
variable "n" { type = number }
resource "test_thing" "a" {
  name = "a"
  lifecycle {
    precondition {
      condition     = var.n > 3
      error_message = "n is ${var.n}, must be above 3."
    }
  }
}
"#,
    );
    b.var("n", "2");
    let p = b.plan();
    assert_eq!(p.codes(), ["precondition-failed"]);
    assert!(p.text.contains("n is 2, must be above 3."), "{}", p.text);
    b.var("n", "4");
    let p = b.plan().ok();
    assert_eq!(p.plan.checks[0].status, CheckStatus::Pass);
}

#[test]
fn a_postcondition_of_what_is_not_known_is_asked_again() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" {
  name = "a"
  lifecycle {
    postcondition {
      condition     = self.label == "right"
      error_message = "The label is ${self.label}."
    }
  }
}
"#,
    );
    let p = b.plan().ok();
    assert_eq!(p.plan.checks[0].status, CheckStatus::Unknown);
    let (_, messages) = b.apply(&p.plan);
    assert_eq!(
        messages.iter().map(|d| d.code).collect::<Vec<_>>(),
        ["postcondition-failed"]
    );
    assert!(messages.iter().next().unwrap().detail.contains("id-1"));
}

#[test]
fn a_variable_s_rule_is_an_error() {
    let mut b = Bench::new(
        r#"
variable "n" {
  type = number
  validation {
    condition     = var.n > 3
    error_message = "Too small."
  }
}
resource "test_thing" "a" { name = "a" }
"#,
    );
    b.var("n", "2");
    let p = b.plan();
    assert!(p.diagnostics.has_errors());
    assert!(p.text.contains("Too small."), "{}", p.text);
}

#[test]
fn a_check_only_warns() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "a" { name = "a" }
check "name" {
  assert {
    condition     = test_thing.a.name == "b"
    error_message = "Not b."
  }
  assert {
    condition     = test_thing.a.label == "x"
    error_message = "Not x."
  }
}
"#,
    );
    let p = b.plan().ok();
    assert_eq!(p.codes(), ["check-failed", "check-known-after-apply"]);
    assert_eq!(p.plan.checks[0].status, CheckStatus::Fail);
    assert_eq!(p.plan.checks[0].instances[0].problems, ["Not b."]);
}
