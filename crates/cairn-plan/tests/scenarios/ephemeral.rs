//! Ephemeral resources while planning: when they are opened, what sees them, and that nothing keeps them.

use cairn_model::{Dependency, PlanMode};

use crate::bench::{Bench, Planned};

/// Whether anything in a plan is made of what opening gave.
fn holds_token(p: &Planned) -> bool {
    format!("{:?}", p.plan).contains("token-of-")
}

#[test]
fn what_is_known_is_opened_and_what_is_not_waits() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "t" { name = "t" }
ephemeral "test_secret" "now" { seed = "now" }
ephemeral "test_secret" "chained" { seed = ephemeral.test_secret.now.token }
ephemeral "test_secret" "later" { seed = test_thing.t.label }
ephemeral "test_secret" "after" {
  seed       = "after"
  depends_on = [test_thing.t]
}
"#,
    );
    let p = b.plan().ok();
    b.opened.sort();
    assert_eq!(
        b.opened,
        ["ephemeral.test_secret.chained", "ephemeral.test_secret.now"]
    );
    assert_eq!(p.lines(), ["+ test_thing.t"]);
    assert!(!holds_token(&p));
    assert!(p.plan.prelude.is_empty() && p.plan.checks.is_empty());
}

#[test]
fn what_uses_one_waits_for_what_that_waits_for_and_the_record_says_so() {
    let mut b = Bench::new(
        r#"
resource "test_thing" "t" { name = "t" }
ephemeral "test_secret" "s" { seed = test_thing.t.label }
provider "test" {
  alias  = "keyed"
  region = ephemeral.test_secret.s.token
}
resource "test_thing" "u" {
  provider = test.keyed
  name     = "u"
}
"#,
    );
    let p = b.plan().ok();
    let resources: Vec<String> = p
        .change("test_thing.u")
        .dependencies
        .iter()
        .map(|d| d.resource().to_string())
        .collect();
    assert_eq!(resources, ["test_thing.t", "ephemeral.test_secret.s"]);
    let recorded = cairn_plan::lasting(&p.change("test_thing.u").dependencies);
    assert_eq!(
        recorded.iter().map(Dependency::resource).count(),
        1,
        "{recorded:?}"
    );
}

#[test]
fn every_instance_is_opened_and_seen_by_its_key() {
    let mut b = Bench::new(
        r#"
ephemeral "test_secret" "n" {
  count = 2
  seed  = "n${count.index}"
}
ephemeral "test_secret" "k" {
  for_each = toset(["a", "b"])
  seed     = each.key
  lifecycle {
    precondition {
      condition     = ephemeral.test_secret.n[1].token == "token-of-n1"
      error_message = "no token"
    }
    postcondition {
      condition     = self.token == "token-of-${each.key}"
      error_message = "another token"
    }
  }
}
"#,
    );
    let p = b.plan().ok();
    assert_eq!(b.opened.len(), 4);
    assert!(!holds_token(&p));
}

#[test]
fn conditions_that_do_not_hold_and_openings_that_fail_are_errors() {
    for (block, code, place) in [
        (r#"seed = "bad""#, "bad-seed", "main.tf:2:"),
        (
            r#"seed = "s"
  lifecycle {
    precondition {
      condition     = terraform.workspace == "other"
      error_message = "never"
    }
  }"#,
            "precondition-failed",
            "main.tf:5:",
        ),
        (
            r#"seed = "s"
  lifecycle {
    postcondition {
      condition     = self.token == ""
      error_message = "secret"
    }
  }"#,
            "postcondition-failed",
            "main.tf:5:",
        ),
    ] {
        let main = format!("ephemeral \"test_secret\" \"s\" {{\n  {block}\n}}\n");
        let p = Bench::new(&main).plan();
        assert_eq!(p.codes().first(), Some(&code), "{}", p.text);
        assert!(p.text.contains(place), "{}", p.text);
        assert!(!p.text.contains("token-of-"), "{}", p.text);
    }
}

#[test]
fn what_is_stored_takes_none_of_it_known_or_not() {
    for seed in ["\"s\"", "test_thing.t.label"] {
        let main = format!(
            r#"
resource "test_thing" "t" {{ name = "t" }}
ephemeral "test_secret" "s" {{ seed = {seed} }}
resource "test_thing" "u" {{ name = ephemeral.test_secret.s.token }}
"#
        );
        let p = Bench::new(&main).plan();
        assert_eq!(p.codes(), ["ephemeral-not-allowed"], "{}", p.text);
        assert!(p.text.contains("main.tf:4:"), "{}", p.text);
    }
}

#[test]
fn a_destruction_opens_what_providers_need_and_nothing_else() {
    let mut b = Bench::new(
        r#"
ephemeral "test_secret" "s" { seed = "s" }
ephemeral "test_secret" "unused" { seed = "u" }
provider "test" {
  alias  = "keyed"
  region = ephemeral.test_secret.s.token
}
resource "test_thing" "t" {
  provider = test.keyed
  name     = "t"
}
"#,
    );
    b.options.mode = PlanMode::Destroy;
    let p = b.plan().ok();
    assert_eq!(b.opened, ["ephemeral.test_secret.s"]);
    assert!(!holds_token(&p));
}
