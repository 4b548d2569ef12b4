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
fn what_depends_on_a_variable_that_is_not_valid_is_left_out() {
    let text = r#"
variable "n" {
  type = string
  validation {
    condition     = var.n == "3"
    error_message = "Not three."
  }
}
variable "other" {
  type    = string
  default = "x"
  validation {
    condition     = tonumber(var.n) > 0 && var.other == "x"
    error_message = "Never asked."
  }
}
locals { number = tonumber(var.n) }
resource "test_thing" "direct" { name = var.n }
resource "test_thing" "many" {
  count = local.number
  name  = "m"
}
resource "test_thing" "other" { name = var.other }
resource "test_thing" "free" { name = "free" }
output "number" { value = local.number }
check "number" {
  assert {
    condition     = local.number == 3
    error_message = "Never asked."
  }
}
"#;
    let mut b = Bench::new(text);
    b.var("n", "no number");
    let p = b.plan();
    assert_eq!(p.codes(), ["invalid-variable-value"], "{}", p.text);
    assert_eq!(p.lines(), ["+ test_thing.free"]);
    assert!(p.plan.outputs.is_empty());
    b.var("n", "3");
    let p = b.plan().ok();
    assert_eq!(p.lines().len(), 6);
    assert!(p.plan.checks.iter().all(|c| c.status == CheckStatus::Pass));
}

#[test]
fn rules_of_variables_that_need_each_other_are_a_cycle() {
    let mut b = Bench::new(
        r#"
variable "a" {
  default = "x"
  validation {
    condition     = var.a != var.b
    error_message = "m"
  }
}
variable "b" {
  default = "y"
  validation {
    condition     = var.b != var.a
    error_message = "m"
  }
}
"#,
    );
    let p = b.plan();
    assert_eq!(p.codes(), ["dependency-cycle"]);
    assert!(p.text.contains("the validation of var.a"), "{}", p.text);
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
